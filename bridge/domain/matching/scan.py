"""Reading one text of a course: year, term, class, people and telling words are taken out, the subject is what is left.

Nothing is decided here. Every word ends up somewhere: a word that nothing explains is kept as unknown.
"""

import html
import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bridge.domain.matching.classes import ClassNames, foreign_class
from bridge.domain.matching.vocabulary import IDLE, SURNAMES, TITLE
from bridge.domain.names import alias_key, clean, fold
from bridge.domain.scores import Term

_TAGS: Final = re.compile(r"<[^<>]*>|\{mlang[^{}]*\}")
_YEARS: Final = re.compile(
    r"(?<![0-9])(20[0-9]{2})\s*[-/_.]\s*(20[0-9]{2}|[0-9]{2})(?![0-9])"
    r"|(?<![0-9./\-])([1-4][0-9])\s*[-/_]\s*([1-4][0-9])(?![0-9])"
    r"|(?:(?<![0-9a-z])|(?<=nh))(20[0-9]{2})(20[0-9]{2})(?![0-9])"
    r"|(?:(?<![0-9a-z])|(?<=nh))([2-4][0-9])([2-4][0-9])(?![0-9a-z])"
)
_BARE_YEAR: Final = re.compile(r"(?<![0-9a-z])(20[1-4][0-9])(?![0-9a-z])")
_TERM: Final = re.compile(
    r"(?:(?<![a-z])(?:h(?:oc|\.)?\s*)?k[iy](?:[ .:_-]{1,2}(ii|i)|[ .:_-]{0,2}([12]))"
    r"|(?<![a-z])h\.?\s?k[ .:_-]{0,2}(ii|i|[12])|(?<=[a-z])hk([12])"
    r"|(?<![a-z])sem(?:ester)?[ .]{0,2}(ii|i|[12]))(?![0-9a-z])"
)
_GROUP: Final = re.compile(r"(?<![a-z])(?:nhom|nh|n)[ .:_-]?([1-9])(?![0-9a-z])")
_HEADS: Final = re.compile(r"(?<![0-9a-z])[0-9]{1,2}\s*(?:hs|hoc sinh|em)(?![0-9a-z])")
_TIMETABLE: Final = re.compile(r"(?<![a-z])(?:thu\s*[2-7](?![0-9])|chu nhat|tiet\s*[0-9](?:\s*[-,]\s*[0-9])*(?![0-9]))")
_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_CUT: Final = "\x1f"  # stands where something was taken out


class Word(NamedTuple):
    """A word that was not taken out. `key` as `names.alias_key` has it; `run` numbers the unbroken stretch it is in."""

    text: str
    key: str
    run: int


@dataclass(slots=True)
class Scan:
    """What one text says, apart from the subject."""

    years: set[int] = field(default_factory=set)
    bare_years: set[int] = field(default_factory=set)
    year_unclear: bool = False
    terms: set[Term] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    groups: set[int] = field(default_factory=set)
    foreign: list[str] = field(default_factory=list)
    words: tuple[Word, ...] = ()

    @property
    def term(self) -> Term | None:
        """The one term named; both terms are the whole year."""
        return next(iter(self.terms)) if len(self.terms) == 1 else None


class _Page:
    """A text and its bare form, letter by letter, from which pieces are taken out."""

    def __init__(self, text: str) -> None:
        plain = clean(_TAGS.sub(" ", html.unescape(text)).replace("–", "-").replace("—", "-"))
        self.shown = _split_humps(plain)
        self.bare = "".join(_bare_letter(char) for char in self.shown)

    def take(self, pattern: re.Pattern[str], use: Callable[[re.Match[str]], bool]) -> None:
        """Takes out every match that `use` accepts."""
        for found in list(pattern.finditer(self.bare)):
            if use(found):
                self.cut(found.start(), found.end())

    def cut(self, start: int, end: int) -> None:
        self.shown = self.shown[:start] + _CUT * (end - start) + self.shown[end:]
        self.bare = self.bare[:start] + _CUT * (end - start) + self.bare[end:]

    def words(self) -> tuple[Word, ...]:
        found = _WORD.finditer(self.bare)
        return tuple(
            Word(text := self.shown[each.start() : each.end()], alias_key(text), self.bare.count(_CUT, 0, each.start()))
            for each in found
        )


def _split_humps(text: str) -> str:
    """`LichSuHK1` and `CNghe` as several words: a capital after a small letter, or before one, begins a word."""
    before, after = (" " + text)[:-1], (text + " ")[1:]
    return "".join(
        f" {char}" if char.isupper() and (left.islower() or (left.isupper() and right.islower())) else char
        for left, char, right in zip(before, text, after, strict=True)
    )


def _bare_letter(char: str) -> str:
    """One bare letter for one letter, so that places in both forms agree."""
    key = alias_key(char)
    return key[0] if key else char


def scan(text: str, names: ClassNames, *, school_name: str, subjects: Container[str]) -> Scan:
    """Reads one text. `subjects` are the alias keys that may be glued to a class name."""
    page, found = _Page(text), Scan()
    page.take(_school_pattern(school_name), lambda _: True)
    _take_years(page, found)
    page.take(_TERM, lambda match: _add(found.terms, _term(match)))
    _take_classes(page, found, names, subjects=subjects)
    page.take(_GROUP, lambda match: _add(found.groups, int(match.group(1))))
    page.take(_HEADS, lambda _: True)
    page.take(_TIMETABLE, lambda _: True)
    _take_teachers(page)
    _take_people(page)
    found.words = page.words()
    return found


def _add(place: set[int] | set[Term], value: object) -> bool:
    place.add(value)  # type: ignore[arg-type]
    return True


def _term(match: re.Match[str]) -> Term:
    return Term.HK2 if {"ii", "2"} & set(match.groups()) else Term.HK1


def _school_pattern(name: str) -> re.Pattern[str]:
    words = fold(name).split()
    return re.compile(rf"(?<![a-z]){r'[^a-z0-9]+'.join(words)}(?![a-z])") if words else re.compile("(?!)")


def _take_years(page: _Page, found: Scan) -> None:
    def span(match: re.Match[str]) -> bool:
        first, second = (int(part) % 100 for part in match.groups() if part)
        full = sum(map(str.isdigit, match.group())) >= 6
        if second == first + 1 and (full or abs(first - 30) <= 10):
            found.years.add(2000 + first)
            return True
        found.year_unclear = found.year_unclear or full
        return full

    page.take(_YEARS, span)
    page.take(_BARE_YEAR, lambda match: _add(found.bare_years, int(match.group(1))))


def _take_classes(page: _Page, found: Scan, names: ClassNames, *, subjects: Container[str]) -> None:
    for start, end, code in list(names.find(page.bare, subjects)):
        found.classes.add(code)
        page.cut(start, end)
    while (stranger := foreign_class(page.bare, subjects)) is not None:
        found.foreign.append(stranger.group())
        page.cut(stranger.start(), stranger.end())


def _take_teachers(page: _Page) -> None:
    """Takes out a title and the name behind it, up to the next sign or the first small letter after a capital."""
    for found in list(TITLE.finditer(page.bare)):
        if "cơ" in page.shown[found.start() : found.end()].lower():
            continue
        page.cut(found.start(), found.end() + _name_length(page.shown[found.end() :]))


def _name_length(rest: str) -> int:
    stretch = re.match(r"[^\W\d_]+(?: +[^\W\d_]+){0,4}", rest)
    words = stretch.group().split(" ") if stretch else []
    if words and words[0][0].isupper():
        small = next((place for place, word in enumerate(words) if word and word[0].islower()), len(words))
        words = words[:small]
    return len(" ".join(words))


def _take_people(page: _Page) -> None:
    """Takes out a stretch between signs that is nothing but a full name: Nguyễn Văn An."""
    small = page.shown.islower()
    for found in list(re.finditer(r"[^\W\d_]+(?: +[^\W\d_]+){1,4}", page.shown)):
        if _alone(page.shown, found) and _is_person(found.group().split(), small=small):
            page.cut(found.start(), found.end())


def _alone(shown: str, found: re.Match[str]) -> bool:
    before, after = shown[: found.start()].rstrip(), shown[found.end() :].lstrip()
    return not (before and before[-1].isalnum()) and not (after and after[0].isalnum())


def _is_person(words: Sequence[str], *, small: bool) -> bool:
    """A family name and one to four words in capitals; two to four where the whole text is in small letters."""
    if alias_key(words[0]) not in SURNAMES or any(alias_key(word) in IDLE for word in words):
        return False
    return len(words) > 2 if small else all(word[0].isupper() for word in words)
