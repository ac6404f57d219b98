"""Items of a gradebook → term and column. Only an exact idnumber tag is taken by itself; a name is a suggestion.

Tags are `HK1.TX1` … `HK1.TX5`, `HK1.GK`, `HK1.CK` and the same for `HK2`; in a course of one term `TX1` will do. Case
and spaces do not count. A total that the LMS has computed and rounded is never taken: a person chooses it, warned.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bridge.domain.names import fold
from bridge.domain.scores import Column, Term

_TAG: Final = re.compile(r"(?:(HK[12])\.)?(TX[1-5]|GK|CK)")
_LOOSE_TAG: Final = re.compile(r"(?:(?:hk|hoc ki|hoc ky) ?(2|1|ii|i) )?(?:ddg ?)?(tx ?[1-5]|gk|ck)")

_WHICH: Final = r"(?![a-z]) ?(ii|i|1|2)?(?![0-9a-z])"
_REGULAR: Final = re.compile(r"\b(?:ddg ?tx|kttx|dgtx|tx|thuong xuyen)(?: lan| bai| so)? ?([1-5])\b")
_BEYOND: Final = re.compile(
    r"\b(?:ddg ?tx|kttx|dgtx|tx|thuong xuyen)(?: lan| bai| so)? ?(?:[6-9]|1[0-2])\b(?! ?p(?:hut)?\b)"
)
_MID: Final = re.compile(rf"\b(?:giua (?:hoc )?k[iy]|giua hk|ddg ?gk|ktgk|gk|ghk){_WHICH}")
_END: Final = re.compile(rf"\b(?:cuoi (?:hoc )?k[iy]|cuoi hk|ddg ?ck|ktck|ck|chk|thi hoc k[iy]|thi hk){_WHICH}")
_TERM: Final = re.compile(r"\b(?:hk|hoc k[iy]|k[iy]) ?(ii|i|1|2)\b")
_TERMS: Final = {"1": Term.HK1, "i": Term.HK1, "2": Term.HK2, "ii": Term.HK2}


class Status(StrEnum):
    TAGGED = "TAGGED"  # taken: the tag is exact and no other item has it
    SUGGESTED = "SUGGESTED"  # a person confirms
    UNKNOWN = "UNKNOWN"


class ItemWhy(StrEnum):
    TAG = "TAG"  # the idnumber is a tag
    LOOSE_TAG = "LOOSE_TAG"  # the idnumber is nearly one
    NAME = "NAME"  # the item's name says so
    TERM_OF_COURSE = "TERM_OF_COURSE"  # the item names no term, the course has one
    NO_TERM = "NO_TERM"  # neither the item nor the course names a term
    OTHER_TERM = "OTHER_TERM"  # the item's term is not the course's
    COMPUTED = "COMPUTED"  # the LMS has computed and rounded it
    TWO_FOR_ONE = "TWO_FOR_ONE"  # another item claims the same column: none is taken
    BEYOND = "BEYOND"  # a sixth regular mark or a later one: the book has no column for it


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """An item of a gradebook. `computed`: a category or course total."""

    id: int
    name: str
    idnumber: str = ""
    computed: bool = False


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """What an item may feed. `score` runs from 0 to 100; the first reason says where it comes from."""

    item: int
    status: Status
    term: Term | None = None
    column: Column | None = None
    score: int = 0
    why: tuple[ItemWhy, ...] = ()


_AGAINST: Final = frozenset({ItemWhy.NO_TERM, ItemWhy.OTHER_TERM, ItemWhy.COMPUTED, ItemWhy.TWO_FOR_ONE})
_SCORES: Final = {ItemWhy.TAG: 100, ItemWhy.LOOSE_TAG: 90, ItemWhy.NAME: 70}
_LESS: Final = {ItemWhy.NO_TERM: 30, ItemWhy.OTHER_TERM: 50, ItemWhy.COMPUTED: 40}


def match_items(items: Iterable[ItemSeen], *, term: Term | None = None) -> tuple[ItemMatch, ...]:
    """What each item feeds, in the order given. `term`: the course's, None for a course of the whole year."""
    return _settle_rivals([_match(each, term) for each in items])


def _match(item: ItemSeen, course_term: Term | None) -> ItemMatch:
    for why, read in ((ItemWhy.TAG, _read_tag), (ItemWhy.LOOSE_TAG, _read_loose_tag), (ItemWhy.NAME, _read_name)):
        found = read(item.name if why is ItemWhy.NAME else item.idnumber)
        if found is not None:
            return _judge(item, *found, course_term=course_term, source=why)
    beyond = any(_BEYOND.search(fold(text)) for text in (item.idnumber, item.name))
    return ItemMatch(item.id, Status.UNKNOWN, why=(ItemWhy.BEYOND,) if beyond else ())


def _judge(
    item: ItemSeen, term: Term | None, column: Column, *, course_term: Term | None, source: ItemWhy
) -> ItemMatch:
    why = (source, *_term_reasons(term, course_term), *((ItemWhy.COMPUTED,) if item.computed else ()))
    taken = source is ItemWhy.TAG and _AGAINST.isdisjoint(why)
    score = max(0, _SCORES[source] - sum(_LESS.get(each, 0) for each in why))
    return ItemMatch(item.id, Status.TAGGED if taken else Status.SUGGESTED, term or course_term, column, score, why)


def _term_reasons(term: Term | None, course_term: Term | None) -> tuple[ItemWhy, ...]:
    if term is None:
        return (ItemWhy.NO_TERM if course_term is None else ItemWhy.TERM_OF_COURSE,)
    return (ItemWhy.OTHER_TERM,) if course_term not in (None, term) else ()


def _settle_rivals(matches: Sequence[ItemMatch]) -> tuple[ItemMatch, ...]:
    """Where two tags claim one column neither is taken; a name is a rival to a tag and to another name."""
    claims = Counter(_cell(each) for each in matches if ItemWhy.TAG in each.why)
    hints = Counter(_cell(each) for each in matches if each.column is not None and ItemWhy.TAG not in each.why)
    return tuple(_settle(each, claims, hints) for each in matches)


Cell = tuple[Term | None, Column | None]


def _cell(match: ItemMatch) -> Cell:
    return match.term, match.column


def _settle(match: ItemMatch, claims: Counter[Cell], hints: Counter[Cell]) -> ItemMatch:
    cell, tagged = _cell(match), ItemWhy.TAG in match.why
    rivals = claims[cell] - 1 if tagged else claims[cell] + hints[cell] - 1
    if match.column is None or not rivals:
        return match
    return replace(match, status=Status.SUGGESTED, score=match.score // 2, why=(*match.why, ItemWhy.TWO_FOR_ONE))


def _read_tag(idnumber: str) -> tuple[Term | None, Column] | None:
    found = _TAG.fullmatch("".join(idnumber.split()).upper())
    if found is None:
        return None
    term, column = found.groups()
    return Term(term) if term else None, Column(column)


def _read_loose_tag(idnumber: str) -> tuple[Term | None, Column] | None:
    found = _LOOSE_TAG.fullmatch(fold(idnumber))
    if found is None:
        return None
    term, column = found.groups()
    return _TERMS.get(term or ""), Column(column.replace(" ", "").upper())


def _read_name(name: str) -> tuple[Term | None, Column] | None:
    """`KTTX 2`, `Kiểm tra giữa kì I`, `ĐĐGck HK2`; a name that says two columns says none."""
    bare = fold(name)
    found = [*_periodic(bare), *_regular(bare)]
    return found[0] if len({column for _, column in found}) == 1 else None


def _periodic(bare: str) -> Iterable[tuple[Term | None, Column]]:
    for pattern, column in ((_MID, Column.GK), (_END, Column.CK)):
        for found in pattern.finditer(bare):
            yield _TERMS.get(found.group(1) or "") or _named_term(bare), column


def _regular(bare: str) -> Iterable[tuple[Term | None, Column]]:
    for found in _REGULAR.finditer(bare):
        yield _named_term(bare), Column(f"TX{found.group(1)}")


def _named_term(bare: str) -> Term | None:
    terms = {_TERMS[each] for each in _TERM.findall(bare)}
    return terms.pop() if len(terms) == 1 else None
