"""`bridge map show | items | set | item | drop`, and the group that all commands about the mapping stand in."""

import click

from bridge.cli import sheets
from bridge.cli.desk import demand_map, make_desk, mapped, may_map
from bridge.cli.exchange import export, import_command
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.scopes import check_classes, check_subjects
from bridge.cli.suggest import suggest_command
from bridge.domain.errors import NotFound
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.matching.items import ItemWhy, Status
from bridge.domain.rights import Action
from bridge.domain.scores import Column, Term
from bridge.mapping.desk import ItemChoice, add_class, choices, choose_item, is_computed, take_course


@click.group(name="map")
def mapping() -> None:
    """Khoá học nào là lớp × môn nào · Which course is which class × subject."""


@mapping.command()
@pass_frame
def show(frame: Frame, /) -> int:
    """Ánh xạ hiện có; giáo viên thấy phần của mình · The mapping as it is; teachers see their own."""
    permits, desk = Permits(frame), make_desk(frame)
    courses = desk.mappings.courses(desk.school, desk.year)
    if not permits.may(Action.SEE_STATUS):
        courses = [row for row in courses if may_map(permits, desk, row)]
        if not courses:
            permits.demand(Action.SEE_STATUS)
    rows = sheets.rows_of(courses, desk.mappings.items(desk.school, desk.year))
    frame.tell({"mapping": rows}, lambda: _show_mapping(frame, rows))
    return DONE


def _show_mapping(frame: Frame, rows: list[sheets.Row]) -> None:
    fields = ("course", "class", "subject", "item", "term", "column")
    shown = [(*(row[name] for name in fields), frame.words.code("origin", str(row["origin"]))) for row in rows]
    frame.table(("course", "class", "subject", "item", "term", "column", "origin"), shown)
    if not rows:
        frame.say("said.nothing_mapped")


@mapping.command()
@click.argument("course", type=int)
@pass_frame
def items(frame: Frame, /, course: int) -> int:
    """Các cột của khoá học, đang vào đâu và nên vào đâu · A course's items: what each feeds, or may feed."""
    permits, desk = Permits(frame), make_desk(frame)
    rows = mapped(desk, course)
    if not permits.may(Action.SEE_STATUS):
        demand_map(permits, desk, rows[0])
    found = choices(desk, rows[0])
    value = {
        "course": course,
        "feeds": [{"class": row.school_class, "subject": row.subject, "term": row.term} for row in rows],
        "items": [_item_value(choice) for choice in found],
    }
    frame.tell(value, lambda: _show_items(frame, course, found))
    return DONE


def _item_value(choice: ItemChoice) -> dict[str, object]:
    item, match, feeds = choice.item, choice.match, choice.mapped
    return {
        "item": item.id,
        "name": item.name,
        "idnumber": item.idnumber,
        "kind": item.kind,
        "computed": is_computed(item),
        "feeds": {"term": feeds.term, "column": feeds.column, "origin": feeds.origin} if feeds else None,
        "suggested": {"term": match.term, "column": match.column, "score": match.score} if match.column else None,
        "status": match.status,
        "why": list(match.why),
    }


def _show_items(frame: Frame, course: int, found: list[ItemChoice]) -> None:
    words = frame.words
    rows = []
    for choice in found:
        item, match, feeds = choice.item, choice.match, choice.mapped
        suggested = f"{match.term or '?'}.{match.column}" if match.column else "–"
        silent: ItemWhy | Status = ItemWhy.COMPUTED if is_computed(item) else match.status
        why = [words.label(each) for each in match.why or (silent,)]
        name = item.name if not item.idnumber else f"{item.name} [{item.idnumber}]"
        now = f"{feeds.term}.{feeds.column} ({words.code('origin', feeds.origin)})" if feeds else "–"
        rows.append((item.id, name or words.label(item.kind), now, suggested, "; ".join(why)))
    frame.table(("item", "name", "feeds", "candidate", "reasons"), rows, lines=True)
    frame.say("said.choose_items", course=course)


@mapping.command(name="set")
@click.argument("course", type=int)
@click.argument("school_class")
@click.argument("subject")
@click.option("--term", type=click.Choice(list(Term)), help="Khoá của một học kỳ · a course of one term.")
@click.option("--also", is_flag=True, help="Thêm một lớp, chia theo danh sách CSDL · one more class, by its list.")
@pass_frame
def set_course(frame: Frame, /, course: int, school_class: str, subject: str, term: str | None, also: bool) -> int:
    """Khoá COURSE là lớp SCHOOL_CLASS môn SUBJECT · Say what a course is; tagged items are mapped with it."""
    permits, desk = Permits(frame), make_desk(frame)
    row = CourseMap(course, school_class, subject, desk.year, Term(term) if term else None, origin="person")
    check_classes(frame, [school_class])
    check_subjects(frame, [subject])
    demand_map(permits, desk, row)
    if course not in {each.id for each in desk.lms.courses()}:
        raise NotFound(kind="lms course", name=str(course), nearest=[])
    take = add_class if also else take_course
    taken = take(desk, row, actor=permits.actor.id, now=frame.app.sync.world.now())
    value = {"course": course, "class": school_class, "subject": subject, "term": row.term, "items": len(taken)}
    facts = {"course": course, "unit": f"{school_class} {subject}", "count": len(taken)}
    frame.tell(value, lambda: frame.say("said.course_set", **facts))
    return DONE


@mapping.command(name="item")
@click.argument("course", type=int)
@click.argument("item", type=int)
@click.argument("term", type=click.Choice(list(Term)))
@click.argument("column", type=click.Choice(list(Column)))
@click.option("--computed", is_flag=True, help="Cột do Moodle tính và làm tròn · a total that Moodle computed.")
@pass_frame
def set_item(frame: Frame, /, course: int, item: int, term: str, column: str, computed: bool) -> int:
    """Cột ITEM của khoá COURSE vào cột điểm nào · Which column an item feeds."""
    permits, desk = Permits(frame), make_desk(frame)
    for row in mapped(desk, course):
        demand_map(permits, desk, row)
    chosen = ItemMap(course, item, Term(term), Column(column), origin="person")
    choose_item(desk, chosen, computed=computed, actor=permits.actor.id, now=frame.app.sync.world.now())
    value = {"course": course, "item": item, "term": term, "column": column}
    frame.tell(value, lambda: frame.say("said.item_set", item=item, column=f"{term}.{column}"))
    return DONE


@mapping.command()
@click.argument("course", type=int)
@click.option("--item", type=int, help="Chỉ bỏ cột này · only this item.")
@click.option("--class", "school_class", help="Chỉ bỏ lớp này · only this class of the course.")
@pass_frame
def drop(frame: Frame, /, course: int, item: int | None, school_class: str | None) -> int:
    """Bỏ ánh xạ; điểm đã gửi vẫn ở CSDL · Unmap; marks already sent stay in the city."""
    permits, desk = Permits(frame), make_desk(frame)
    for row in mapped(desk, course):
        if school_class in (None, row.school_class):
            demand_map(permits, desk, row)
    actor, now = permits.actor.id, frame.app.sync.world.now()
    if item is None:
        desk.mappings.drop_course(desk.school, course, school_class=school_class, actor=actor, now=now)
    else:
        desk.mappings.drop_item(desk.school, course, item, actor=actor, now=now)
    value = {"course": course, "item": item, "class": school_class}
    frame.tell(value, lambda: frame.say("said.dropped", course=course))
    return DONE


for command in (suggest_command, export, import_command):
    mapping.add_command(command)
