"""How a gradebook is cut into calls: every wanted user once, no call too long, as few as pay."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.moodle_ws.pieces import Piece, Roster, cut


def pieces(wanted: set[int], roster: Roster, *, width: int = 20, most_cells: int = 1000) -> list[Piece]:
    return list(cut(wanted, roster, width=width, most_cells=most_cells))


CLASS = frozenset(range(1, 46))
SHARED = Roster(
    frozenset(range(1, 121)),
    {7: frozenset(range(1, 41)), 8: frozenset(range(41, 81)), 9: frozenset(range(1, 121))},
)


def test_a_class_is_one_call() -> None:
    assert pieces(set(CLASS), Roster(CLASS)) == [Piece(CLASS)]


def test_a_class_with_one_unknown_pupil_is_still_one_call() -> None:
    assert pieces(set(CLASS - {3}), Roster(CLASS)) == [Piece(CLASS - {3})]


def test_a_few_of_a_class_are_asked_for_one_by_one() -> None:
    assert pieces({4, 2}, Roster(CLASS)) == [Piece(frozenset({2}), user=2), Piece(frozenset({4}), user=4)]


def test_a_big_course_goes_group_by_group_and_the_rest_alone() -> None:
    found = pieces({*range(1, 81), 101}, SHARED)
    assert [(piece.group, piece.user, len(piece.users)) for piece in found] == [(7, 0, 40), (8, 0, 40), (0, 101, 1)]


def test_who_has_left_is_not_counted_into_a_group() -> None:
    roster = Roster(frozenset({1, 2}), {7: frozenset(range(1, 100))})
    assert pieces({1, 2}, roster, most_cells=60) == [Piece(frozenset({1, 2}))]


def test_nobody_is_no_call() -> None:
    assert pieces(set(), Roster(CLASS)) == []


GROUPS = st.dictionaries(st.integers(1, 6), st.frozensets(st.integers(1, 40), max_size=40), max_size=5)


@given(st.frozensets(st.integers(1, 40)), GROUPS, st.data(), st.integers(1, 50), st.integers(1, 2000))
def test_every_wanted_user_is_asked_for_once_and_no_call_is_too_long(
    active: frozenset[int], groups: dict[int, frozenset[int]], data: st.DataObject, width: int, most: int
) -> None:
    wanted = {user for user in sorted(active) if data.draw(st.booleans())}
    found = pieces(wanted, Roster(active, groups), width=width, most_cells=most)
    assert sorted(user for piece in found for user in piece.users) == sorted(wanted)
    for piece in found:
        answered = {piece.user} if piece.user else groups.get(piece.group, active) & active
        assert piece.users <= answered
        assert len(answered) * width <= most or piece.user
