"""Class names in a text: `10A1` as `10.A1`, `10a01`, `10 A 1`; `10.1` as `10/01`, `10-1`; `10 Anh 1` as `10Anh1`.

A name of digits only needs its separator: `101` may be a room. `10A1` is never found in `10A10`, nor `10.1` in `10.10`.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bridge.domain.matching.seen import SchoolKnown
from bridge.domain.names import fold
from bridge.domain.school import ClassKind, SchoolClass

_LETTER_END: Final = "(?![0-9a-z])"
_LETTERS: Final = re.compile("[a-z]+")
_GLUED: Final = 4  # letters of a subject that may be glued on: 6Canh may be a Canh, 6Ckhtn is no word
_CHUNKS: Final = re.compile("[0-9]+|[a-z]+")
_FOREIGN: Final = re.compile(
    r"(?<![0-9a-z])(?:1[0-2]|0?[6-9])(?:\s?[._/\-]\s?0*[0-9]{1,2}|[._/\-]?[a-z]{1,3}[._/\-]?[0-9]{0,2})(?![0-9a-z])"
    r"|(?<=[a-z])(?:1[0-2]|[6-9])[._/\-][0-9]{1,2}(?![0-9a-z])"
)
_NOT_A_CLASS: Final = re.compile(r"(?:hs|em|tiet|va|la|nh|hk|ki)$")


def class_key(text: str) -> str:
    """Letters and digits only, numbers without leading zeros: `10A.01` → `10a1`."""
    return "".join(chunk.lstrip("0") or "0" if chunk.isdigit() else chunk for chunk in _CHUNKS.findall(fold(text)))


def foreign_class(bare: str, subjects: Container[str]) -> re.Match[str] | None:
    """Something written like a class, where the classes of the school have been taken out already.

    `11_TIN` and `8Toan` are a grade level and a subject; `12CN` and `10T` may be classes.
    """
    for found in _FOREIGN.finditer(bare):
        letters = "".join(filter(str.isalpha, found.group()))
        if not _NOT_A_CLASS.search(found.group()) and not (len(letters) > 2 and letters in subjects):
            return found
    return None


@dataclass(frozen=True, slots=True)
class ClassNames:
    """The class names of one school as one pattern, longest first, and the codes by key."""

    pattern: re.Pattern[str]
    glued: re.Pattern[str]  # names that end in a letter, with more letters behind: 6Ckhtn
    codes: tuple[str, ...]  # aligned with the patterns' groups
    by_key: dict[str, tuple[str, ...]]

    def find(self, bare: str, subjects: Container[str]) -> Iterable[tuple[int, int, str]]:
        """(start, end, class code) of every class named in a folded text. `subjects`: keys that may be glued on."""
        for found in self.pattern.finditer(bare):
            yield found.start(), found.end(), self._code(found)
        for found in self.glued.finditer(bare):
            rest = _LETTERS.match(bare, found.end())
            if (
                rest is not None
                and len(rest.group()) >= _GLUED
                and " " not in found.group()
                and rest.group() in subjects
            ):
                yield found.start(), found.end(), self._code(found)

    def _code(self, found: re.Match[str]) -> str:
        return self.codes[(found.lastindex or 1) - 1]

    def exactly(self, text: str) -> str | None:
        """The class with this code or name; None where no class or several are called so."""
        codes = self.by_key.get(class_key(text), ())
        return codes[0] if len(codes) == 1 else None


def read_class_names(school: SchoolKnown) -> ClassNames:
    rows = sorted(
        {(pattern, each.code) for each in school.classes for pattern in _patterns(each)},
        key=lambda row: (-len(row[0]), row),
    )
    joined = "|".join(f"({pattern})" for pattern, _ in rows) or "(?!)"
    glued = joined.replace(_LETTER_END, "(?=[a-z])")
    keys: dict[str, tuple[str, ...]] = {}
    for each in school.classes:
        for key in {class_key(each.code), class_key(each.name)}:
            keys[key] = (*keys.get(key, ()), each.code)
    return ClassNames(re.compile(joined), re.compile(glued), tuple(code for _, code in rows), keys)


def _patterns(each: SchoolClass) -> Iterable[str]:
    if each.code != each.name and not each.code.isdigit():
        yield rf"(?<![0-9a-z]){re.escape(fold(each.code)).replace(chr(92) + ' ', chr(92) + 's')}(?![0-9a-z])"
    chunks = _CHUNKS.findall(fold(each.name))
    if each.kind is ClassKind.CLASS and len(chunks) > 1 and chunks[0].isdigit():
        yield _name_pattern(chunks)


def _name_pattern(chunks: Sequence[str]) -> str:
    gaps = (_gap(left, right) for left, right in pairwise(chunks))
    rest = "".join(gap + _chunk(chunk) for gap, chunk in zip(gaps, chunks[1:], strict=True))
    digits_only = all(chunk.isdigit() for chunk in chunks)
    before = r"(?<![0-9])(?<![0-9][./\-])" if digits_only else "(?<![0-9])"
    after = "(?![0-9])" if chunks[-1].isdigit() else _LETTER_END
    return f"{before}0?{chunks[0].lstrip('0')}{rest}{after}"


def _chunk(chunk: str) -> str:
    """Numbers with leading zeros; letters with full stops between them (10C.Đ)."""
    return f"0*{chunk.lstrip('0')}" if chunk.isdigit() else r"\.?".join(chunk)


def _gap(left: str, right: str) -> str:
    if left.isdigit() and right.isdigit():
        return r"[._/\-]"
    return r"[ ._/\-]?" if len(right) > 2 or left.isalpha() else r" ?[._/\-]? ?"
