"""Excluded by a person, or dropped by a rule? Moodle says `dropped` for both.

A rule "drop the lowest k" works on every pupil of a category alike and takes the lowest value each time; exclusion is a
person's decision about single cells. Only where the whole category looks like such a rule is a cell taken as dropped by
it. In every doubt it counts as excluded, which asks a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

Cell = tuple[int, int]  # user, item

_ENOUGH_PUPILS = 3


class Weighed(NamedTuple):
    """One pupil's value in a category, as a share of its range."""

    item: int
    share: float
    dropped: bool


Category = Mapping[int, Sequence[Weighed]]  # user → values


def dropped_by_rule(categories: Iterable[Category]) -> frozenset[Cell]:
    """Those of the dropped cells that a rule took. All others were excluded, or may have been."""
    return frozenset(cell for category in categories for cell in _by_rule(category))


def _by_rule(category: Category) -> Iterator[Cell]:
    lowest = _rule(category)
    for user, values in category.items():
        dropped = [value.item for value in values if value.dropped]
        if len(dropped) <= lowest and _are_lowest(values):
            yield from ((user, item) for item in dropped)


def _rule(category: Category) -> int:
    """How many values a rule takes from each pupil; 0 when no rule shows."""
    telling = [values for values in category.values() if _is_telling(values)]
    counts = [sum(value.dropped for value in values) for values in telling]
    items = {value.item for values in telling for value in values if value.dropped}
    if len(telling) < _ENOUGH_PUPILS or len(items) < 2:
        return 0
    return min(counts)


def _is_telling(values: Sequence[Weighed]) -> bool:
    """Two equal values hide a drop: Moodle looks for what is gone by value, and the other one is still there."""
    return len(values) > 1 and len({value.share for value in values}) == len(values)


def _are_lowest(values: Sequence[Weighed]) -> bool:
    kept = [value.share for value in values if not value.dropped]
    return all(value.share <= share for value in values if value.dropped for share in kept)
