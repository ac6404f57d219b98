"""What a few words name: a subject's alias as it is, mistyped, or cut short.

The aliases are the table of `bridge.domain.subjects`; nothing is added to it here. Ways, from sure to loose:

- EXACT   the alias by `names.alias_key`
- SLIP    Telex keys left in the text (`Lijch suwr`) or a key pressed twice (`Thể dụcc`)
- CUT     words cut to their beginnings: `Ng.văn`, `TiAnh`, `C-Nghệ`, `H.Đ.T.N`
- TYPO    one wrong, missing, extra or swapped letter in five to nine, two in ten and more; never in short words
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bridge.domain.names import alias_key, fold, spelling_key
from bridge.domain.subjects import Doubt, Naming, Subjects, load_subjects

Value = TypeVar("Value")


class How(StrEnum):
    EXACT = "EXACT"
    SLIP = "SLIP"
    CUT = "CUT"
    TYPO = "TYPO"


@dataclass(frozen=True, slots=True)
class Sense:
    """What words may name: alias keys that mean the same or, when they do not, several things."""

    keys: tuple[str, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text names at certain grade levels. `doubt` None: certain."""

    text: str
    codes: frozenset[str]
    doubt: Doubt | None
    how: How
    keys: tuple[str, ...]  # of the aliases behind it


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The subject table with its aliases as words. `spelled` holds the tones of one-word aliases."""

    subjects: Subjects
    words: Mapping[str, tuple[tuple[str, ...], ...]]  # first letter → aliases as bare words
    spelled: Mapping[str, frozenset[str]]
    squeezed: Mapping[str, tuple[str, ...]]  # alias key without doubled letters → alias keys
    languages: Mapping[str, str]  # nhat → tiengnhat
    whole: frozenset[str]  # every word, not initials, of an alias of several words
    long_keys: tuple[str, ...]
    remembered: dict[tuple[str, ...], Sense | None] = field(default_factory=dict, compare=False, repr=False)

    def sense(self, words: tuple[str, ...], *, loosely: bool) -> Sense | None:
        """What these bare words name; `loosely`: also slips, cuts and typing errors."""
        exact = self._exact(words)
        if exact is not None or not loosely:
            return exact
        if words not in self.remembered:
            self.remembered[words] = self._loose(words)
        return self.remembered[words]

    def read(self, sense: Sense, *, text: str, grade_levels: Iterable[int]) -> Reading:
        """The subjects behind a sense at these grade levels."""
        levels = tuple(grade_levels)
        found = [naming for key in sense.keys if (naming := self.subjects.named(key, grade_levels=levels))]
        namings = _without(_without(found, Doubt.NOT_TAUGHT), Doubt.VARIANT if sense.how is How.CUT else None)
        codes = frozenset(code for naming in namings for code in naming.codes)
        return Reading(text, codes, self._doubt(namings, codes, sense, text=text), sense.how, sense.keys)

    def _doubt(self, namings: Sequence[Naming], codes: frozenset[str], sense: Sense, *, text: str) -> Doubt | None:
        doubts = tuple(dict.fromkeys(naming.doubt for naming in namings))
        stub = sense.how is How.CUT and self._is_stub(fold(text).split())
        if stub or not self._tones_fit(text) or (len(doubts) > 1 and len(codes) > 1):
            return Doubt.SHORT
        if None in doubts and len(codes) == 1:
            return None
        return next((doubt for doubt in doubts if doubt is not None), Doubt.SHORT)

    def _is_stub(self, words: Sequence[str]) -> bool:
        """Three letters and less, none of them a whole word, may stand for anything."""
        return sum(map(len, words)) < 4 and self.whole.isdisjoint(map(alias_key, words))

    def _tones_fit(self, text: str) -> bool:
        """A word with Vietnamese letters that is no known spelling is another word: Toàn is not Toán."""
        known = self.spelled.get(alias_key(text)) if " " not in text else None
        return known is None or text.isascii() or spelling_key(text) in known

    def _exact(self, words: tuple[str, ...]) -> Sense | None:
        key = "".join(words)
        if key in self.subjects.namings:
            return Sense((key,), How.EXACT)
        return Sense((self.languages[key],), How.EXACT) if key in self.languages else None

    def _loose(self, words: tuple[str, ...]) -> Sense | None:
        return self._slip(words) or self._cut(words) or self._typo(words)

    def _slip(self, words: tuple[str, ...]) -> Sense | None:
        typed = alias_key(" ".join(map(undo_telex, words)))
        if typed in self.subjects.namings and len(typed) >= 3:
            return Sense((typed,), How.SLIP)
        keys = self.squeezed.get(_squeeze("".join(words)), ())
        return Sense(keys, How.SLIP) if keys else None

    def _cut(self, words: tuple[str, ...]) -> Sense | None:
        keys = {"".join(alias) for alias in self.words.get(words[0][0], ()) if is_cut(words, alias)}
        return Sense(tuple(sorted(keys)), How.CUT) if keys else None

    def _typo(self, words: tuple[str, ...]) -> Sense | None:
        key = "".join(words)
        if len(key) < 5 or any(len(word) == 1 or word.isdigit() for word in words):
            return None
        found = process.extract(key, self.long_keys, scorer=OSA.distance, score_cutoff=2, limit=None)
        near = [(distance, alias) for alias, distance, _ in found if distance <= _allowed(alias, words)]
        best = min((distance for distance, _ in near), default=None)
        keys = tuple(sorted(alias for distance, alias in near if distance == best))
        return Sense(keys, How.TYPO) if keys else None


def _without(namings: Sequence[Naming], doubt: Doubt | None) -> Sequence[Naming]:
    """The namings that stand when others are less likely; all of them where none is better."""
    return [naming for naming in namings if doubt is None or naming.doubt is not doubt] or namings


def _allowed(alias: str, words: Sequence[str]) -> int:
    """Wrong letters allowed. A single short word is never guessed at: Hoà, Hoa and Hoá are one letter apart."""
    if len(alias) >= 10:
        return 2
    return 1 if len(alias) >= 6 or len(words) > 1 else 0


_VOWEL = re.compile("[aeiouy]")
_ONSET = re.compile("ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu")
_CONNECTORS = frozenset({"va", "cua", "hoc"})
_DOUBLED = re.compile(r"(.)\1+")
_TELEX = (
    (re.compile("dd"), "d"),
    (re.compile("w"), ""),
    (re.compile(r"([aeo])\1"), r"\1"),
    (re.compile("(?<=[aeiouy])[sfrxj]|(?<=[ncgmpth])[sfrxj]$"), ""),
)


def undo_telex(word: str) -> str:
    """The bare word behind Telex keys that no input method took up: no Vietnamese syllable holds s f r x j later on."""
    for pattern, plain in _TELEX:
        word = pattern.sub(plain, word)
    return word


def _squeeze(key: str) -> str:
    return _DOUBLED.sub(r"\1", key)


def is_cut(words: Sequence[str], alias: Sequence[str]) -> bool:
    """Whether `words` are `alias` with its words cut to their beginnings, small connecting words left out.

    Inside one word either all pieces are initials (`gdtc`, `hdtrn`) or the last one is whole (`tianh`, `cnghe`).
    """
    if not words:
        return all(each in _CONNECTORS for each in alias)
    return any(is_cut(words[1:], alias[used:]) for used in _uses(words[0], alias))


def _uses(word: str, alias: Sequence[str]) -> Iterable[int]:
    """How many words of the alias this word may stand for."""
    if alias and alias[0].startswith(word):
        yield 1
    for used in range(2, len(alias) + 1):
        if _is_initials(word, alias[:used]) or _is_compound(word, alias[:used]):
            yield used
    if alias and alias[0] in _CONNECTORS:
        yield from (1 + used for used in _uses(word, alias[1:]))


def _is_initials(word: str, alias: Sequence[str]) -> bool:
    if not alias:
        return not word
    if alias[0] in _CONNECTORS and _is_initials(word, alias[1:]):
        return True
    return any(word.startswith(first) and _is_initials(word[len(first) :], alias[1:]) for first in _initials(alias[0]))


def _initials(word: str) -> tuple[str, ...]:
    onset = _ONSET.match(word)
    return (word[0], onset.group()) if onset else (word[0],)


def _is_compound(word: str, alias: Sequence[str]) -> bool:
    """Beginnings of all words but the last, which is whole: `nguvan`, `ngvan`, `nvan`."""
    last = alias[-1]
    return len(last) > 1 and word.endswith(last) and _is_beginnings(word[: -len(last)], alias[:-1])


def _is_beginnings(word: str, alias: Sequence[str]) -> bool:
    if not alias:
        return not word
    return any(
        word.startswith(alias[0][:size]) and _is_beginnings(word[size:], alias[1:])
        for size in range(1, len(alias[0]) + 1)
    )


def load_lexicon(*texts: str) -> Lexicon:
    """The lexicon of the same TOML texts that `load_subjects` reads; `ConfigProblem` as there."""
    subjects = load_subjects(*texts)
    spoken = dict.fromkeys(alias for text in texts for alias in _aliases(tomllib.loads(text)))
    words = dict.fromkeys(tuple(map(alias_key, fold(alias).split())) for alias in spoken)
    return Lexicon(
        subjects,
        words=_grouped((each[0][0], each) for each in words if len(each) > 1),
        spelled={key: frozenset(keys) for key, keys in _spellings(spoken).items()},
        squeezed=_grouped((_squeeze(key), key) for key in subjects.namings if len(key) > 3),
        languages={key[5:]: key for key in subjects.namings if key[:5] == "tieng" and key[5:] not in subjects.namings},
        whole=frozenset(
            word for each in words if len(each) > 1 for word in each if len(word) > 1 and _VOWEL.search(word)
        ),
        long_keys=tuple(key for key in subjects.namings if len(key) >= 5),
    )


def _aliases(table: Mapping[str, Any]) -> Iterable[str]:
    for row in table.get("subjects", {}).values():
        yield from row.get("aliases", ())
    for row in table.get("doubtful", ()):
        yield from row["aliases"]


def _spellings(spoken: Iterable[str]) -> dict[str, set[str]]:
    """The tones of one-word aliases, and of languages without their `Tiếng`; initials have none."""
    spelled: dict[str, set[str]] = {}
    for alias in (each.removeprefix("Tiếng ") for each in spoken):
        if len(fold(alias).split()) == 1 and _VOWEL.search(fold(alias)):
            spelled.setdefault(alias_key(alias), set()).add(spelling_key(alias))
    return spelled


def _grouped(pairs: Iterable[tuple[str, Value]]) -> dict[str, tuple[Value, ...]]:
    groups: dict[str, tuple[Value, ...]] = {}
    for key, value in pairs:
        groups[key] = (*groups.get(key, ()), value)
    return groups
