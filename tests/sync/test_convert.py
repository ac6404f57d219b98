"""From gradebooks to the scores of a unit's cells."""

from decimal import Decimal

import pytest

from bridge.domain.mapping import ItemMap
from bridge.domain.plans import Hold, Place, Problem
from bridge.domain.scale import Flag
from bridge.domain.scores import BLANK, Cause, Column, Term, Unreadable, Verdict, mark
from bridge.domain.subjects import Kind
from bridge.ports.lms import Gradebook, ItemKind, LmsCell, LmsItem
from bridge.sync.convert import Converted, Feed, convert

TX1, TX2 = Column.TX1, Column.TX2
AN = Place("an", TX1)


def item(number: int, *, high: str = "10", words: bool = False, module: str | None = None) -> LmsItem:
    kind = ItemKind.ACTIVITY if module else ItemKind.MANUAL
    return LmsItem(number, "", "", kind, module, Decimal(0), Decimal(high), words)


def feed(course: int, cells: dict[int, LmsCell], *maps: ItemMap, items: tuple[LmsItem, ...] = (item(1),)) -> Feed:
    rows = {user: (cell,) * len(items) for user, cell in cells.items()}
    return Feed(Gradebook(course, items, rows), {1: "an", 2: "binh"}, maps or (ItemMap(course, 1, Term.HK1, TX1),))


def cell(raw: str | None, flags: int = 0, word: str = "") -> LmsCell:
    return LmsCell(None if raw is None else Decimal(raw), flags, word)


def one(raw: str | None, kind: Kind = Kind.SCORED, **more: object) -> object:
    flags, word = more.pop("flags", 0), more.pop("word", "")
    return convert([feed(12, {1: cell(raw, flags, word)}, items=(item(1, **more),))], kind).lms[AN].score


@pytest.mark.parametrize(
    ("raw", "score"),
    [
        ("8.5", mark(85)),
        ("7.2475", mark(72)),
        ("7.25", mark(73)),
        ("0", mark(0)),
        ("10", mark(100)),
        ("10.04", Unreadable(Cause.OUT_OF_RANGE, "10.04")),
        ("85", Unreadable(Cause.OUT_OF_RANGE, "85")),
        ("-1", Unreadable(Cause.OUT_OF_RANGE, "-1")),
        (None, BLANK),
    ],
)
def test_a_cell_becomes_a_score(raw, score) -> None:
    assert one(raw) == score


def test_a_comment_subject_is_read_by_its_words() -> None:
    assert one("1", Kind.COMMENT, words=True, word="Đạt") is Verdict.PASSED
    assert one("8", Kind.COMMENT) == Unreadable(Cause.WRONG_KIND, "8")
    assert one("3", Kind.COMMENT, words=True, word="Tốt") == Unreadable(Cause.UNKNOWN_WORD, "Tốt")
    assert one("1", words=True, word="Đạt") == Unreadable(Cause.WRONG_KIND, "Đạt")


def merged(first: str | None, second: str | None) -> Converted:
    return convert([feed(12, {1: cell(first)}), feed(13, {1: cell(second)})], Kind.SCORED)


@pytest.mark.parametrize(
    ("first", "second", "score", "torn"),
    [
        (None, None, BLANK, False),
        ("8", None, mark(80), False),
        (None, "8", mark(80), False),
        ("8", "8.04", mark(80), False),
        ("8", "7", mark(70), True),
        ("8", "99", Unreadable(Cause.OUT_OF_RANGE, "99"), True),
    ],
)
def test_two_courses_of_one_unit(first, second, score, torn) -> None:
    both = merged(first, second)
    assert (both.lms[AN].score, AN in both.torn) == (score, torn)


def test_where_a_score_came_from_is_kept() -> None:
    score = merged(None, "8.04").lms[AN]
    assert (score.course, score.item, score.raw) == (13, 1, "8.04")


def source(*feeds: Feed):
    return convert(feeds, Kind.SCORED).sources[TX1]


def test_an_item_that_is_gone_is_said() -> None:
    assert source(feed(12, {}, items=())).hold == Hold(Problem.ITEM_GONE, "12/1")


def test_two_items_of_a_course_for_one_column_are_said() -> None:
    maps = (ItemMap(12, 1, Term.HK1, TX1), ItemMap(12, 2, Term.HK1, TX1))
    assert source(feed(12, {}, *maps, items=(item(1), item(2)))).hold == Hold(Problem.ITEM_DOUBLED, "1, 2")


def test_flags_that_are_missing_anywhere_hold_the_column() -> None:
    assert source(feed(12, {1: cell("8"), 2: cell("7", Flag.FLAGS_MISSING)})).hold == Hold(Problem.FLAGS_MISSING)


def test_the_fingerprint_tells_course_item_range_and_scale() -> None:
    prints = {
        source(feed(12, {})).fingerprint,
        source(feed(13, {})).fingerprint,
        source(feed(12, {}, items=(item(1, high="20"),))).fingerprint,
        source(feed(12, {}, items=(item(1, words=True),))).fingerprint,
        source(feed(12, {}), feed(13, {})).fingerprint,
    }
    assert len(prints) == 5
    assert source(feed(12, {}), feed(13, {})).fingerprint == source(feed(13, {}), feed(12, {})).fingerprint


def test_modules_are_told_for_evidence() -> None:
    assert source(feed(12, {}, items=(item(1, module="scorm"),))).modules == {"scorm"}


def test_only_who_has_a_row_has_a_cell_and_who_is_known_is_present() -> None:
    read = convert([feed(12, {1: cell("8")})], Kind.SCORED)
    assert (set(read.lms), read.present) == ({AN}, {"an", "binh"})
