"""`bridge map export | import`: the mapping as a sheet, out and in."""

from collections.abc import Iterator
from pathlib import Path

import click

from bridge.cli import sheets
from bridge.cli.desk import class_codes, demand_map, make_desk, subjects
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.rights import Action
from bridge.mapping.bring import bring
from bridge.mapping.desk import Desk, is_computed
from bridge.ports.lms import LmsItem

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@FILE
@pass_frame
def export(frame: Frame, /, file: Path) -> int:
    """Ghi ánh xạ ra .csv hoặc .xlsx · Write the mapping to a file."""
    Permits(frame).demand(Action.SEE_STATUS)
    app = frame.app
    mappings = app.store.mappings
    rows = sheets.rows_of(mappings.courses(app.school, app.year), mappings.items(app.school, app.year))
    sheets.write(file, rows)
    frame.tell({"file": str(file), "rows": len(rows)}, lambda: frame.say("said.exported", file=file, count=len(rows)))
    return DONE


@click.command(name="import")
@FILE
@click.option("--computed", is_flag=True, help="Cho phép cột do Moodle tính · let totals that Moodle computed in.")
@pass_frame
def import_command(frame: Frame, /, file: Path, computed: bool) -> int:
    """Đọc ánh xạ từ .csv hoặc .xlsx; sai một dòng thì không nhận dòng nào · All rows or none."""
    permits, desk = Permits(frame), make_desk(frame)
    lines = sheets.read(file, year=desk.year)
    with frame.progress("progress.mapping"):
        wrong = list(_unknown(desk, lines, computed=computed))
    if wrong:
        raise sheets.wrong_lines(file, wrong)
    for line in lines:
        demand_map(permits, desk, line.course)
    courses = list({(line.course.course, line.course.school_class): line.course for line in lines}.values())
    items = list({(line.item.course, line.item.item): line.item for line in lines if line.item}.values())
    changed = bring(desk, courses, items, actor=permits.actor.id, now=frame.app.sync.world.now())
    value = {"courses": len(courses), "items": len(items), "changed": changed}
    frame.tell(value, lambda: frame.say("said.imported", courses=len(courses), items=len(items), count=changed))
    return DONE


def _unknown(desk: Desk, lines: list[sheets.Line], *, computed: bool) -> Iterator[tuple[int, str]]:
    """What the sheet names and the city or the LMS has not."""
    there = {course.id for course in desk.lms.courses()}
    named = {line.course.course for line in lines if line.item is not None} & there
    items = {(course, item.id): item for course in sorted(named) for item in desk.lms.items(course)}
    known: dict[str, set[object]] = {"course": {*there}, "class": {*class_codes(desk)}, "subject": {*subjects(desk)}}
    for number, course, item in lines:
        said = {"course": course.course, "class": course.school_class, "subject": course.subject}
        yield from ((number, sheets.cell(head, value)) for head, value in said.items() if value not in known[head])
        if item is not None and item.course in there and not _is_usable(items.get((item.course, item.item)), computed):
            yield number, sheets.cell("item", item.item)


def _is_usable(item: LmsItem | None, computed: bool) -> bool:
    return item is not None and (computed or not is_computed(item))
