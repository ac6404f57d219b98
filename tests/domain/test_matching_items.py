"""Items: exact tags are taken, names suggest, totals warn, rivals are said."""

import pytest

from bridge.domain.matching import ItemMatch, ItemSeen, ItemWhy, Status, match_items
from bridge.domain.scores import Column, Term


def one(name: str = "Bài 1", idnumber: str = "", *, computed: bool = False, term: Term | None = None) -> ItemMatch:
    (found,) = match_items([ItemSeen(7, name, idnumber, computed)], term=term)
    return found


@pytest.mark.parametrize("term", Term)
@pytest.mark.parametrize("column", Column)
def test_an_exact_tag_is_taken(term: Term, column: Column) -> None:
    found = one(idnumber=f"{term}.{column}")
    assert (found.status, found.term, found.column, found.score) == (Status.TAGGED, term, column, 100)


@pytest.mark.parametrize("tag", ["hk1.tx1", " HK1.TX1 ", "HK1 . TX1", "Hk1.tX 1", "HK1.TX1\n", "HK1.\u00a0TX1"])
def test_case_and_spaces_of_a_tag_do_not_count(tag: str) -> None:
    assert one(idnumber=tag).status is Status.TAGGED


@pytest.mark.parametrize("tag", ["HK1_TX1", "HK1-TX1", "HKI.TX1", "HK1|TX1", "HK1.ĐĐGtx1"])
def test_nearly_a_tag_is_suggested_and_not_taken(tag: str) -> None:
    found = one(idnumber=tag)
    assert (found.status, found.term, found.column) == (Status.SUGGESTED, Term.HK1, Column.TX1)
    assert found.why == (ItemWhy.LOOSE_TAG,)


@pytest.mark.parametrize("tag", ["", "HK3.TX1", "HK1.TX6", "HK1.TX", "HK1", "TX", "TX10", "HK1.TX1.TX2", "quiz-17"])
def test_what_is_no_tag_says_nothing(tag: str) -> None:
    assert one(idnumber=tag).status is Status.UNKNOWN


def test_in_a_course_of_one_term_the_column_alone_is_a_tag() -> None:
    found = one(idnumber="tx1", term=Term.HK2)
    assert (found.status, found.term, found.column) == (Status.TAGGED, Term.HK2, Column.TX1)


def test_in_a_course_of_the_whole_year_the_column_alone_is_not_taken() -> None:
    found = one(idnumber="TX1")
    assert (found.status, found.term) == (Status.SUGGESTED, None)
    assert ItemWhy.NO_TERM in found.why


def test_a_tag_of_the_other_term_is_not_taken() -> None:
    found = one(idnumber="HK1.TX1", term=Term.HK2)
    assert (found.status, found.term) == (Status.SUGGESTED, Term.HK1)
    assert ItemWhy.OTHER_TERM in found.why


@pytest.mark.parametrize(
    ("name", "term", "column"),
    [
        ("KTTX 2", None, Column.TX2),
        ("Kiểm tra thường xuyên lần 3", None, Column.TX3),
        ("HK1 - TX 1", Term.HK1, Column.TX1),
        ("ĐĐGtx4 (HK II)", Term.HK2, Column.TX4),
        ("Thường xuyên 5 - học kỳ 2", Term.HK2, Column.TX5),
        ("Kiểm tra giữa kì I", Term.HK1, Column.GK),
        ("Giữa HK2", Term.HK2, Column.GK),
        ("GK1", Term.HK1, Column.GK),
        ("GHK2", Term.HK2, Column.GK),
        ("ĐĐGgk", None, Column.GK),
        ("Cuối học kỳ II", Term.HK2, Column.CK),
        ("Thi học kì 2", Term.HK2, Column.CK),
        ("CK", None, Column.CK),
    ],
)
def test_a_name_only_suggests(name: str, term: Term | None, column: Column) -> None:
    found = one(name)
    assert (found.status, found.term, found.column) == (Status.SUGGESTED, term, column)
    assert 0 < found.score < 80 and found.why[0] is ItemWhy.NAME


@pytest.mark.parametrize("name", ["15 phút", "Bài tập 3", "Ôn GK và CK", "TX1 TX2", "TX6", "Gk2x", "", "Đề cương"])
def test_a_name_without_one_column_says_nothing(name: str) -> None:
    assert one(name).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("name", "idnumber"),
    [
        ("", "HK1.TX6"),
        ("", "tx10"),
        ("KTTX 6", ""),
        ("ĐĐGtx 7", ""),
        ("Thường xuyên lần 8", "quiz-17"),
        ("TX 6 HK2", ""),
    ],
)
def test_more_regular_marks_than_the_book_has_columns_are_told(name: str, idnumber: str) -> None:
    for term in (None, Term.HK1):
        found = one(name, idnumber, term=term)
        assert (found.status, found.column, found.why) == (Status.UNKNOWN, None, (ItemWhy.BEYOND,))


@pytest.mark.parametrize("name", ["KTTX 15 phút", "KTTX 10 phút", "TX 10p", "Đề 6", "TX60"])
def test_minutes_and_other_numbers_are_no_sixth_mark(name: str) -> None:
    assert one(name).why == ()


def test_the_term_of_the_course_fills_in_and_is_said() -> None:
    found = one("Giữa kì", term=Term.HK2)
    assert (found.term, found.why) == (Term.HK2, (ItemWhy.NAME, ItemWhy.TERM_OF_COURSE))


@pytest.mark.parametrize(("name", "idnumber"), [("Tổng", "HK1.CK"), ("Cuối kì I", ""), ("Tổng", "HK1_CK")])
def test_a_computed_total_is_never_taken_and_always_warned(name: str, idnumber: str) -> None:
    found = one(name, idnumber, computed=True)
    assert found.status is Status.SUGGESTED
    assert ItemWhy.COMPUTED in found.why


@pytest.mark.parametrize("second", [ItemSeen(2, "b", "hk1.tx1"), ItemSeen(2, "b", "HK1.TX1", computed=True)])
def test_of_two_tags_for_one_column_none_is_taken(second: ItemSeen) -> None:
    found = match_items([ItemSeen(1, "a", "HK1.TX1"), second, ItemSeen(3, "c", "HK1.TX2")])
    assert [each.status for each in found] == [Status.SUGGESTED, Status.SUGGESTED, Status.TAGGED]
    assert all(ItemWhy.TWO_FOR_ONE in each.why for each in found[:2])


def test_a_name_does_not_take_a_tag_s_column_away() -> None:
    tagged, named = match_items([ItemSeen(1, "Bài 15 phút", "HK1.GK"), ItemSeen(2, "Giữa kì I")])
    assert tagged.status is Status.TAGGED
    assert ItemWhy.TWO_FOR_ONE in named.why


def test_two_names_for_one_column_are_said() -> None:
    found = match_items([ItemSeen(1, "KTTX 1", ""), ItemSeen(2, "TX1", "")], term=Term.HK1)
    assert all(ItemWhy.TWO_FOR_ONE in each.why for each in found)


def test_items_keep_their_order() -> None:
    assert [each.item for each in match_items([ItemSeen(3, "x"), ItemSeen(1, "TX1"), ItemSeen(2, "y")])] == [3, 1, 2]
