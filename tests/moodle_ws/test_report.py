"""The user report, from recorded bytes to cells: what each pupil of the recordings becomes."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import Garbled
from bridge.domain.scale import Flag
from bridge.moodle_ws.columns import as_printed
from bridge.moodle_ws.replies import Answer, Why, read_reply
from bridge.moodle_ws.report import to_gradebook, to_items
from bridge.moodle_ws.report_wire import FUNCTION, REPORT, CellRow, FirstRow, UserRow
from bridge.ports.lms import Gradebook, ItemKind, LmsCell, LmsItem
from tests.moodle_ws.recorded import answer, php_json

WHOLE = f"{FUNCTION}--course-all-users"
TX1, TX3, GK, CK, NX, PLUS, LATER, NOTE, LOCKED = 5, 7, 8, 9, 11, 13, 14, 15, 18


def book(reply: Any, course: int = 2) -> Gradebook:
    return read(php_json(reply), course)


def read(body: bytes, course: int = 2) -> Gradebook:
    report = read_reply(Answer(200, body), REPORT, FUNCTION)
    return to_gradebook(course, report.first, report.rows)


def recorded(name: str, course: int = 2) -> Gradebook:
    return book(answer(name), course)


def cell(found: Gradebook, user: int, item: int) -> LmsCell:
    return found.cells[user][[column.id for column in found.items].index(item)]


def item(found: Gradebook, number: int) -> LmsItem:
    return next(column for column in found.items if column.id == number)


def changed(name: str, change: dict[str, Any], *, user: int | None = None, number: int | None = None) -> Any:
    """The recorded reply with these keys changed in the cells named; a key changed to `...` is taken out."""
    reply = copy.deepcopy(answer(name))
    for row in reply["usergrades"]:
        for found in row["gradeitems"]:
            if user in (None, row["userid"]) and number in (None, found["id"]):
                found.update(change)
                for key in [key for key, value in change.items() if value is ...]:
                    del found[key]
    return reply


CELLS = [
    # user, item, raw, flags: what the README of the recordings says about each pupil
    (9, TX3, "8.25", 0),
    (9, PLUS, "1", Flag.HIDDEN),
    (9, LATER, "7", Flag.HIDDEN),
    (9, LOCKED, "8.25", Flag.LOCKED),
    (10, TX1, None, 0),
    (10, TX3, None, 0),
    (11, TX3, "0", 0),
    (12, GK, "9.9", Flag.OVERRIDDEN),
    (13, GK, None, Flag.OVERRIDDEN),
    (14, TX3, "7.75", Flag.EXCLUDED),
    (15, TX3, "5", Flag.HIDDEN),
    (16, TX3, "4.5", Flag.LOCKED),
    (23, TX3, None, 0),
]


@pytest.mark.parametrize(("user", "number", "raw", "flags"), CELLS)
def test_a_recorded_cell_becomes_value_and_flags(user: int, number: int, raw: str | None, flags: int) -> None:
    found = cell(recorded(WHOLE), user, number)
    assert (found.raw if found.raw is None else str(found.raw), found.flags) == (raw, int(flags))


def test_only_active_enrolments_stand_in_a_whole_report() -> None:
    assert recorded(WHOLE).cells.keys() == {9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 21, 22, 23}


def test_a_scale_cell_has_its_position_and_its_word() -> None:
    found = recorded(f"{FUNCTION}--scale-course", 7)
    assert cell(found, 9, 27)[:3] == (Decimal(2), 0, "Đạt")
    assert (item(found, 27).words, item(found, 27).low, item(found, 27).high) == (True, 1, 2)


def test_a_text_column_is_never_blank_where_something_is_written() -> None:
    found = recorded(WHOLE)
    assert item(found, NOTE).words
    assert cell(found, 9, NOTE)[:3] == (None, 0, "Em tiến bộ rõ rệt trong học kì này.")
    assert cell(found, 14, NOTE)[:3] == (None, 0, "")


def test_a_word_is_read_without_the_icon_that_a_pass_mark_puts_before_it() -> None:
    icon = '<i class="icon fa fa-check text-success fa-fw " title="Pass" role="img" aria-label="Pass"></i>'
    reply = changed(WHOLE, {"gradeformatted": f"{icon}T&aacute;m &amp; &#272;ạt"}, user=9, number=NX)
    assert cell(book(reply), 9, NX).word == "Tám & Đạt"


@pytest.mark.parametrize(
    ("shown", "low", "words"),
    [
        ("0&ndash;10", 0, False),
        ("0,00&ndash;10,00", 0, False),
        ("-5&ndash;5", -5, False),
        ("0&ndash;1 000", 0, False),
        ("Chưa đạt&ndash;Đạt", 1, True),
        ("A&ndash;F", 1, True),
        ("1&ndash;10", 1, True),  # a scale of the words 1, 2 … 10: its position 1 may be the word 10
        ("&ndash;", 0, True),
    ],
)
def test_a_scale_is_known_by_its_range(shown: str, low: int, words: bool) -> None:
    reply = changed(WHOLE, {"rangeformatted": shown, "grademin": low}, number=TX1)
    assert item(book(reply), TX1).words is words


def test_numbers_are_taken_as_printed() -> None:
    body = php_json(changed(WHOLE, {"graderaw": 0.1}, number=TX1)).replace(b'"graderaw":0.1', b'"graderaw":7.2475')
    assert cell(read(body), 9, TX1).raw == Decimal("7.2475")


@given(st.decimals(min_value=0, max_value=1000, places=5))
def test_every_number_of_five_places_comes_back_as_printed(number: Decimal) -> None:
    told = msgspec.json.decode(f'{{"id":1,"graderaw":{number}}}', type=CellRow)
    assert as_printed(told.graderaw) == number


@pytest.mark.parametrize("raw", ["8,5", "8.5", True, [8]])
def test_a_value_that_is_no_number_garbles_the_reply(raw: Any) -> None:
    with pytest.raises(Garbled) as caught:
        book(changed(WHOLE, {"graderaw": raw}, user=9, number=TX1))
    assert caught.value.facts["why"] is Why.SHAPE


@pytest.mark.parametrize("text", [b"NaN", b"Infinity"])
def test_a_number_that_is_none_garbles_the_reply(text: bytes) -> None:
    body = php_json(changed(WHOLE, {"graderaw": 8.12345}, user=9, number=TX1)).replace(b"8.12345", text)
    with pytest.raises(Garbled):
        read_reply(Answer(200, body), REPORT, FUNCTION)


FLAG_KEYS = ("gradeneedsupdate", "gradeishidden", "gradeislocked", "gradeisoverridden")


@pytest.mark.parametrize("key", FLAG_KEYS)
@pytest.mark.parametrize("gone", [None, ...], ids=["null", "absent"])
def test_a_flag_that_is_not_shown_is_said(key: str, gone: Any) -> None:
    found = cell(book(changed(WHOLE, {key: gone}, user=9, number=TX1)), 9, TX1)
    assert found.flags == int(Flag.FLAGS_MISSING)


def test_a_pupils_own_view_is_all_flags_missing() -> None:
    found = recorded(f"{FUNCTION}--as-student-self")
    assert all(one.flags & Flag.FLAGS_MISSING for one in found.cells[9])


def test_a_value_that_waits_for_its_update_is_said() -> None:
    change = {"gradeneedsupdate": True, "graderaw": None, "gradeformatted": "Error"}
    assert cell(book(changed(WHOLE, change, number=TX1)), 9, TX1)[:2] == (None, int(Flag.NEEDS_UPDATE))


def without(*keys: str) -> Any:
    """As from a course whose report settings switch these columns off."""
    reply = copy.deepcopy(answer(WHOLE))
    for row in reply["usergrades"]:
        row["gradeitems"] = [{k: v for k, v in one.items() if k not in keys} for one in row["gradeitems"]]
    return reply


def test_a_report_without_weights_hides_exclusion_and_says_so() -> None:
    found = book(without("weightraw", "weightformatted", "status"))
    assert cell(found, 14, TX3).flags == int(Flag.FLAGS_MISSING)
    assert cell(found, 10, TX1).flags == 0


def test_a_report_without_ranges_leaves_a_range_that_converts_nothing() -> None:
    found = item(book(without("grademin", "grademax", "rangeformatted")), TX1)
    assert (found.low, found.high) == (0, 0)


def test_a_total_with_a_maximum_of_its_own_is_shown_and_not_converted() -> None:
    found = recorded(f"{FUNCTION}--separate-groups-manager", 5)
    total = item(found, 24)
    assert (total.kind, total.high) == (ItemKind.COURSE, 20)
    totals = [row[list(found.items).index(total)] for row in found.cells.values()]
    assert all(one.raw is None and one.word.endswith("(0–10)") for one in totals if one.word)
    assert any(one.word for one in totals)


def test_an_ordinary_value_given_under_an_old_maximum_is_not_converted() -> None:
    found = cell(book(changed(WHOLE, {"grademax": 20}, user=9, number=TX1)), 9, TX1)
    assert (found.raw, found.word) == (None, "10 (0–20)")


def test_two_pupils_with_other_columns_garble_the_reply() -> None:
    reply = copy.deepcopy(answer(WHOLE))
    del reply["usergrades"][3]["gradeitems"][4]
    with pytest.raises(Garbled) as caught:
        book(reply)
    assert caught.value.facts["why"] is Why.COLUMNS


def test_a_report_of_another_course_garbles_the_reply() -> None:
    with pytest.raises(Garbled) as caught:
        recorded(WHOLE, course=3)
    assert caught.value.facts["why"] is Why.OTHER_COURSE


def test_a_pupil_twice_garbles_the_reply() -> None:
    reply = answer(WHOLE)
    with pytest.raises(Garbled) as caught:
        book({**reply, "usergrades": [*reply["usergrades"], reply["usergrades"][0]]})
    assert caught.value.facts["why"] is Why.COUNT


def test_columns_have_kinds_modules_and_categories() -> None:
    row = read_reply(Answer(200, php_json(answer(f"{FUNCTION}--teacher-as-user"))), REPORT, FUNCTION).first
    categories = {int(one["id"]): one["category"] for one in answer("core_grades_get_gradeitems--ok")["gradeItems"]}
    items = {one.id: one for one in to_items(2, row, categories)}
    shown = {number: (one.kind, one.module, one.idnumber, one.name, one.category) for number, one in items.items()}
    often = "Đánh giá thường xuyên"
    assert shown[TX1] == (ItemKind.ACTIVITY, "quiz", "TX1", "Kiểm tra 15 phút số 1", often)
    assert shown[12] == (ItemKind.MANUAL, None, "TX5", "Điểm miệng", often)
    assert shown[2] == (ItemKind.CATEGORY, None, "TX", often, "")
    assert shown[1] == (ItemKind.COURSE, None, "", "Toán 10A1 - HK1 2023-2024", "")
    assert shown[19][1] == "scorm"


def test_a_column_of_an_lti_activity_has_the_id_that_its_tool_is_launched_with() -> None:
    """Two recordings of one Moodle: the gradebook's column, and the launch of the activity that it is of."""
    row = read_reply(Answer(200, php_json(answer(f"{FUNCTION}--after-ags"))), REPORT, FUNCTION).first
    items = {one.name: one for one in to_items(2, row, {})}
    launches = Path(__file__).parents[1] / "recordings/lti/launch--student-no-url-item.json"
    steps = json.loads(launches.read_text("utf-8"))["steps"]
    (token,) = (step["id_token_payload"] for step in steps if "id_token_payload" in step)
    link = token["https://purl.imsglobal.org/spec/lti/claim/resource_link"]
    assert (items[link["title"]].module, items[link["title"]].resource_link) == ("lti", link["id"])
    assert {one.resource_link for one in items.values() if one.module != "lti"} == {""}


def test_no_name_of_a_pupil_comes_in() -> None:
    """And what comes in, of any pupil, says nothing else of him."""
    assert set(FirstRow.__struct_fields__) == {*UserRow.__struct_fields__, "courseidnumber"}
    assert set(UserRow.__struct_fields__) == {"courseid", "userid", "gradeitems"}
    assert not [name for name in CellRow.__struct_fields__ if "user" in name]
