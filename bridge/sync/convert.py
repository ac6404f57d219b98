"""From gradebooks to scores by cell: exact arithmetic and the one rounding are `domain/scale`'s."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.mapping import ItemMap
from bridge.domain.plans import Hold, LmsScore, Place, Problem, place_of
from bridge.domain.scale import Flag, converter
from bridge.domain.scores import BLANK, Column, Score
from bridge.domain.subjects import Kind
from bridge.ports.lms import Gradebook, LmsCell, LmsItem
from bridge.sync.unit import ColumnSource, SourceItem

_FLAGS_MISSING = int(Flag.FLAGS_MISSING)  # as a plain int: this is asked of every cell


@dataclass(frozen=True, slots=True)
class Feed:
    """One course feeding a unit: its gradebook, who its users are, and which of its items feed which column."""

    gradebook: Gradebook
    pupil_of: Mapping[int, str]
    items: tuple[ItemMap, ...]  # of the unit's term


@dataclass(frozen=True, slots=True)
class Converted:
    sources: Mapping[Column, ColumnSource]
    lms: Mapping[Place, LmsScore]
    torn: frozenset[Place]
    present: frozenset[str]


def convert(feeds: Sequence[Feed], kind: Kind) -> Converted:
    """All cells of a unit. Where two courses have a value each and differ, the cell is torn."""
    lms: dict[Place, LmsScore] = {}
    torn: set[Place] = set()
    feeders: dict[Column, list[_Feeder]] = defaultdict(list)
    for feed in feeds:
        for feeder in _feeders(feed):
            feeders[feeder.column].append(feeder)
            if feeder.item is not None:
                _read_column(feeder, feed, converter_for(feeder.item, kind), lms, torn)
    present = frozenset(pupil for feed in feeds for pupil in feed.pupil_of.values())
    sources = {column: _source(feeders[column]) for column in Column if column in feeders}
    return Converted(sources, lms, frozenset(torn), present)


@dataclass(slots=True)
class _Feeder:
    """An item map met with the gradebook: `item` None when the gradebook has no such item."""

    course: int
    column: Column
    wanted: int
    item: LmsItem | None = None
    index: int = -1
    flags_missing: bool = False


def _feeders(feed: Feed) -> Iterable[_Feeder]:
    places = {item.id: index for index, item in enumerate(feed.gradebook.items)}
    for item_map in feed.items:
        feeder = _Feeder(feed.gradebook.course, item_map.column, item_map.item)
        index = places.get(item_map.item)
        if index is not None:
            feeder.item, feeder.index = feed.gradebook.items[index], index
        yield feeder


def converter_for(item: LmsItem, kind: Kind) -> Callable[[Decimal | None, int, str], Score]:
    return converter(item.low, item.high, words=item.words, kind=kind)


def _read_column(
    feeder: _Feeder,
    feed: Feed,
    to_score: Callable[[Decimal | None, int, str], Score],
    lms: dict[Place, LmsScore],
    torn: set[Place],
) -> None:
    """One pass over the pupils. Hot: a class shares a few dozen values, and each is converted once."""
    cells, index, column = feed.gradebook.cells, feeder.index, feeder.column
    known: dict[LmsCell, LmsScore] = {}
    for user, pupil in feed.pupil_of.items():
        if user not in cells:
            continue
        cell = cells[user][index]
        score = known.get(cell)
        if score is None:
            score = known[cell] = _converted(cell, feeder, to_score)
        place = place_of(pupil, column)
        before = lms.setdefault(place, score)
        if before is not score:
            lms[place] = _merge(place, before, score, torn)
    feeder.flags_missing = any(cell.flags & _FLAGS_MISSING for cell in known)


def _converted(cell: LmsCell, feeder: _Feeder, to_score: Callable[[Decimal | None, int, str], Score]) -> LmsScore:
    raw, flags, word = cell
    shown = word if raw is None else str(raw)
    return LmsScore(to_score(raw, flags, word), feeder.course, feeder.wanted, shown, flags)


def _merge(place: Place, one: LmsScore, other: LmsScore, torn: set[Place]) -> LmsScore:
    if other.score is BLANK:
        return one
    if one.score is not BLANK and one.score != other.score:
        torn.add(place)
    return other


def _source(feeders: list[_Feeder]) -> ColumnSource:
    found = [(feeder.course, feeder.item) for feeder in feeders if feeder.item is not None]
    fingerprint = "+".join(sorted(f"{course}:{item.fingerprint}" for course, item in found))
    modules = frozenset(item.module for _, item in found if item.module)
    items = tuple(_source_item(course, item) for course, item in found)
    return ColumnSource(fingerprint, modules, _hold(feeders), items)


def _source_item(course: int, item: LmsItem) -> SourceItem:
    return SourceItem(course, item.id, item.name, _high(item), item.resource_link, f"{item.low.normalize():f}")


def _high(item: LmsItem) -> str:
    return "" if item.words else f"{item.high.normalize():f}"


def _hold(feeders: list[_Feeder]) -> Hold | None:
    gone = [feeder for feeder in feeders if feeder.item is None]
    if gone:
        return Hold(Problem.ITEM_GONE, f"{gone[0].course}/{gone[0].wanted}")
    courses = [feeder.course for feeder in feeders]
    if len(set(courses)) < len(courses):
        return Hold(Problem.ITEM_DOUBLED, ", ".join(str(feeder.wanted) for feeder in feeders))
    return Hold(Problem.FLAGS_MISSING) if any(feeder.flags_missing for feeder in feeders) else None
