"""`bridge map suggest | show | set | item | drop | export | import`."""

from collections.abc import Sequence
from pathlib import Path

import click

from bridge.cli import sheets
from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.scopes import nearest
from bridge.domain.errors import BadInput, NotFound
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.matching import Matched, Reason, Unmatched, Verdict
from bridge.domain.rights import Action
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term
from bridge.mapping.desk import Desk, Suggestion, accept, is_computed, suggest, take_course
from bridge.wiring import read_lexicon


@click.group(name="map")
def mapping() -> None:
    """Khoá học nào là lớp × môn nào · Which course is which class × subject."""


def make_desk(frame: Frame) -> Desk:
    app = frame.app
    return Desk(
        school=app.school,
        year=app.year,
        lms=app.sync.lms,
        rosters=app.store.rosters,
        mappings=app.store.mappings,
        lexicon=read_lexicon(frame.settings.sync.subjects_file),
        subjects=app.sync.subjects,
        threshold=frame.settings.sync.accept_above,
    )


@mapping.command(name="suggest")
@click.option("--course", "courses", multiple=True, type=int, help="Chỉ khoá này · only these; none: all unmapped.")
@click.option("--accept", "taking", is_flag=True, help="Nhận những gợi ý chắc chắn · take the sure ones.")
@pass_frame
def suggest_command(frame: Frame, /, courses: tuple[int, ...], taking: bool) -> int:
    """Gợi ý có xếp hạng và lý do; chỗ mơ hồ thì hỏi · Ranked suggestions with reasons; what is ambiguous is said."""
    permits = Permits(frame)
    permits.demand(Action.PULL_ROSTER if taking else Action.SEE_STATUS)
    desk = make_desk(frame)
    with frame.progress("progress.mapping"):
        found = suggest(desk, only=frozenset(courses))
    now = frame.app.sync.world.now()
    taken = accept(desk, found, actor=permits.actor.id, now=now) if taking else []
    value = {"suggestions": [_value(row) for row in found], "taken": [row.course for row in taken]}
    frame.tell(value, lambda: _show(frame, found, len(taken), taking=taking))
    return WAITING if any(not isinstance(row.verdict, Matched) for row in found) else DONE


def _value(suggestion: Suggestion) -> dict[str, object]:
    verdict = suggestion.verdict
    return {
        "course": suggestion.course.id,
        "name": suggestion.course.fullname,
        "verdict": type(verdict).__name__.lower(),
        "missing": sorted(verdict.missing) if isinstance(verdict, Unmatched) else [],
        "why": [reason.code for reason in _against(verdict)],
        "candidates": [
            {
                "class": row.school_class,
                "subject": row.subject,
                "term": row.term,
                "score": row.score,
                "reasons": [{"code": reason.code, **reason.facts} for reason in row.reasons],
            }
            for row in verdict.candidates
        ],
    }


def _against(verdict: Verdict) -> tuple[Reason, ...]:
    return () if isinstance(verdict, Matched) else verdict.why


def _show(frame: Frame, found: Sequence[Suggestion], taken: int, *, taking: bool) -> None:
    words = frame.words
    rows = []
    for row in sorted(found, key=lambda each: (not isinstance(each.verdict, Matched), each.course.fullname)):
        best = row.verdict.candidates[0] if row.verdict.candidates else None
        reasons = [words.reason(reason) for reason in (*(best.reasons if best else ()), *_against(row.verdict))]
        if isinstance(row.verdict, Unmatched):
            reasons += [words.label(missing) for missing in sorted(row.verdict.missing)]
        place = f"{best.school_class} {best.subject} {best.term or ''}".strip() if best else "–"
        sure = words.text("said.sure" if isinstance(row.verdict, Matched) else "said.ask")
        rows.append((row.course.id, row.course.fullname, place, best.score if best else "", sure, "; ".join(reasons)))
    frame.table(("course", "name", "unit", "score", "state", "why"), rows)
    if taking:
        frame.say("said.mapped", count=taken)


@mapping.command()
@pass_frame
def show(frame: Frame, /) -> int:
    """Ánh xạ hiện có · The mapping as it is."""
    Permits(frame).demand(Action.SEE_STATUS)
    rows = sheets.rows_of(frame.app.store.mappings, frame.app.school, frame.app.year)
    frame.tell({"mapping": rows}, lambda: _show_mapping(frame, rows))
    return DONE


def _show_mapping(frame: Frame, rows: list[dict[str, object]]) -> None:
    fields = ("course", "class", "subject", "item", "term", "column")
    shown = [(*(row[name] for name in fields), frame.words.code("origin", str(row["origin"]))) for row in rows]
    frame.table(("course", "class", "subject", "item", "term", "column", "origin"), shown)


@mapping.command(name="set")
@click.argument("course", type=int)
@click.argument("school_class")
@click.argument("subject")
@click.option("--term", type=click.Choice(list(Term)), help="Khoá của một học kỳ · a course of one term.")
@pass_frame
def set_course(frame: Frame, /, course: int, school_class: str, subject: str, term: str | None) -> int:
    """Khoá COURSE là lớp SCHOOL_CLASS môn SUBJECT · Say what a course is; tagged items are mapped with it."""
    row = CourseMap(course, school_class, subject, frame.app.year, Term(term) if term else None, origin="person")
    _check(frame, row)
    now = frame.app.sync.world.now()
    take_course(make_desk(frame), row, actor=frame.actor.id, now=now)
    unit = f"{school_class} {subject}"
    frame.tell({"course": course}, lambda: frame.say("said.course_set", course=course, unit=unit))

    return DONE


def _check(frame: Frame, row: CourseMap) -> None:
    """Whether the class, the subject and the right are there."""
    app = frame.app
    classes = [each.code for each in app.store.rosters.classes(app.school, app.year)]
    for kind, name, known in (
        ("class", row.school_class, classes),
        ("subject", row.subject, list(app.sync.subjects.by_code)),
    ):
        if name not in known:
            raise NotFound(kind=kind, name=name, nearest=nearest(name, known))
    permits, terms = Permits(frame), [row.term] if row.term else list(Term)
    units = [Unit(app.school, app.year, row.school_class, row.subject, term) for term in terms]
    if not any(permits.may(Action.MAP, unit) for unit in units):
        permits.demand(Action.MAP, units[0])


@mapping.command(name="item")
@click.argument("course", type=int)
@click.argument("item", type=int)
@click.argument("term", type=click.Choice(list(Term)))
@click.argument("column", type=click.Choice(list(Column)))
@click.option("--computed", is_flag=True, help="Cột do Moodle tính và làm tròn · a total that Moodle computed.")
@pass_frame
def set_item(frame: Frame, /, course: int, item: int, term: str, column: str, computed: bool) -> int:
    """Cột ITEM của khoá COURSE vào cột điểm nào · Which column an item feeds."""
    app = frame.app
    row = _mapped(frame, course)
    _check(frame, row)
    found = next((each for each in app.sync.lms.items(course) if each.id == item), None)
    if found is None:
        raise NotFound(kind="item", name=str(item), nearest=[])
    if is_computed(found) and not computed:
        raise BadInput(where=f"item {item}", value=found.kind, why="COMPUTED_ITEM")
    chosen = ItemMap(course, item, Term(term), Column(column), origin="person")
    app.store.mappings.set_item(app.school, chosen, actor=frame.actor.id, now=app.sync.world.now())
    frame.tell({"item": item}, lambda: frame.say("said.item_set", item=item, column=f"{term}.{column}"))
    return DONE


def _mapped(frame: Frame, course: int) -> CourseMap:
    app = frame.app
    row = next((each for each in app.store.mappings.courses(app.school, app.year) if each.course == course), None)
    if row is None:
        raise NotFound(kind="mapped course", name=str(course), nearest=[])
    return row


@mapping.command()
@click.argument("course", type=int)
@click.option("--item", type=int, help="Chỉ bỏ cột này · only this item.")
@pass_frame
def drop(frame: Frame, /, course: int, item: int | None) -> int:
    """Bỏ ánh xạ; điểm đã gửi vẫn ở CSDL · Unmap; marks already sent stay in the city."""
    app = frame.app
    _check(frame, _mapped(frame, course))
    now = app.sync.world.now()
    if item is None:
        app.store.mappings.drop_course(app.school, course, actor=frame.actor.id, now=now)
    else:
        app.store.mappings.drop_item(app.school, course, item, actor=frame.actor.id, now=now)
    frame.tell({"dropped": course}, lambda: frame.say("said.dropped", course=course))
    return DONE


FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@mapping.command()
@FILE
@pass_frame
def export(frame: Frame, /, file: Path) -> int:
    """Ghi ánh xạ ra .csv hoặc .xlsx · Write the mapping to a file."""
    Permits(frame).demand(Action.SEE_STATUS)
    rows = sheets.rows_of(frame.app.store.mappings, frame.app.school, frame.app.year)
    sheets.write(file, rows)
    frame.tell({"file": str(file), "rows": len(rows)}, lambda: frame.say("said.exported", file=file, count=len(rows)))
    return DONE


@mapping.command(name="import")
@FILE
@pass_frame
def import_command(frame: Frame, /, file: Path) -> int:
    """Đọc ánh xạ từ .csv hoặc .xlsx; sai một dòng thì không nhận dòng nào · All rows or none."""
    app = frame.app
    courses, items = sheets.read(file, year=app.year)
    for row in courses:
        _check(frame, row)
    now = app.sync.world.now()
    for row in courses:
        app.store.mappings.set_course(app.school, row, actor=frame.actor.id, now=now)
    for item in items:
        app.store.mappings.set_item(app.school, item, actor=frame.actor.id, now=now)
    value = {"courses": len(courses), "items": len(items)}
    frame.tell(value, lambda: frame.say("said.imported", courses=len(courses), items=len(items)))
    return DONE
