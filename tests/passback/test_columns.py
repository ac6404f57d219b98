"""The column of an activity, found in the platform's list where a launch names none."""

from bridge.passback.columns import column_of
from bridge.ports.gradebooks import NewLineItem
from tests.fakes_gradebooks import MemoryGradebooks

OURS = NewLineItem("Ôn tập", 10, "m", "t")  # type: ignore[arg-type]


def test_the_one_column_of_the_activity_is_found_among_others():
    books = MemoryGradebooks()
    books.provide("r1", "https://m", OURS)
    column = books.add_activity("https://m", "Bài thử")
    assert column_of(books, "r1", "https://m", resource_link="1") == column


def test_none_and_several_are_no_column():
    books = MemoryGradebooks()
    assert column_of(books, "r1", "https://m", resource_link="1") == ""
    for name in ("Bài thử", "Bài thử 2"):
        books.add_activity("https://m", name)
    assert column_of(books, "r1", "https://m", resource_link="1") == ""
