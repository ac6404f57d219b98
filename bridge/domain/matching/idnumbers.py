"""Reading a course's idnumber: `79000001|2026|10A1|TOAN`, with any sane separator, case, spaces and order.

The parts are school code, year, class or group (code or name), subject (our code or a sure alias); for groups also the
grade level, and the term where the course is of one term. Class and subject must be there. A number that shares nothing
with this form is opaque and says nothing; one that looks like ours and leads nowhere is broken, and a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bridge.domain.matching.classes import ClassNames, class_key
from bridge.domain.matching.lexicon import Lexicon
from bridge.domain.matching.seen import SchoolKnown
from bridge.domain.matching.verdicts import Why
from bridge.domain.names import alias_key, clean
from bridge.domain.school import ClassKind
from bridge.domain.scores import Term

_PARTS: Final = re.compile(r"[^\s|/\\;,:._\-\[\](){}\"'<>#]+")
_TERM: Final = re.compile(r"(?:hk|hocki|ki)?(1|2|i|ii)")
_YEAR: Final = re.compile(r"20([1-4][0-9])|(?:20)?([1-4][0-9])(?:20)?([1-4][0-9])")
_DIGITS: Final = str.maketrans("OoIl", "0011")
_LONGEST: Final = 8  # parts that one field may have been torn into


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What an idnumber says. `fault` set: it looks like ours and cannot be used."""

    school: str | None = None
    year: int | None = None
    grade_level: int | None = None
    school_class: str | None = None
    subject: str | None = None
    term: Term | None = None
    fault: Why | None = None

    @property
    def whole(self) -> bool:
        return self.fault is None and self.school_class is not None and self.subject is not None


@dataclass(frozen=True, slots=True)
class IdNumberReader:
    school: SchoolKnown
    names: ClassNames
    lexicon: Lexicon

    def read(self, idnumber: str) -> IdNumber | None:
        """What the idnumber says; None when there is none or it is opaque."""
        parts = _PARTS.findall(clean(unicodedata.normalize("NFKC", idnumber)))
        if not 0 < len(parts) <= 24:
            return None
        found = {each for each in self._readings(parts, IdNumber()) if each.whole and self._level_fits(each)}
        return found.pop() if len(found) == 1 else self._fault(parts)

    def _readings(self, parts: Sequence[str], so_far: IdNumber) -> Iterable[IdNumber]:
        """Every way to read all the parts, each field at most once."""
        if not parts:
            yield so_far
        for size in range(1, min(len(parts), _LONGEST) + 1):
            for field in self._fields(parts[:size], so_far):
                yield from self._readings(parts[size:], field)

    def _fields(self, parts: Sequence[str], so_far: IdNumber) -> Iterable[IdNumber]:
        text, joined = " ".join(parts), "".join(parts)
        if so_far.school is None and joined.translate(_DIGITS) == self.school.code:
            yield replace(so_far, school=self.school.code)
        if so_far.year is None and (year := _year(joined.translate(_DIGITS))):
            yield replace(so_far, year=year)
        if so_far.grade_level is None and joined.isdigit() and 6 <= int(joined) <= 12:
            yield replace(so_far, grade_level=int(joined))
        if so_far.school_class is None and (code := self._class(parts)):
            yield replace(so_far, school_class=code)
        if so_far.school_class is None and so_far.subject is not None and so_far.grade_level is not None:
            yield from (replace(so_far, school_class=code) for code in self._groups(so_far, joined))
        if so_far.subject is None and (subject := self._subject(text)):
            yield replace(so_far, subject=subject)
        if so_far.term is None and so_far.subject is not None and (term := _term(joined)):
            yield replace(so_far, term=term)

    def _level_fits(self, number: IdNumber) -> bool:
        levels = {each.code: each.grade_level for each in self.school.classes}
        return number.grade_level in (None, levels.get(number.school_class or ""))

    def _class(self, parts: Sequence[str]) -> str | None:
        """`10A1`, `L1001`, `10.1` torn into `10 1`; but `101` is not 10.1."""
        text = ".".join(parts)
        return self._exact_class(text) or self._exact_class(text.translate(_DIGITS))

    def _groups(self, so_far: IdNumber, ending: str) -> Iterable[str]:
        """`…|10|VATLI|N1`: groups of that grade level that are taught the subject, by the last part of their code."""
        taught = {row.school_class for row in self.school.assignments if row.subject == so_far.subject}
        for row in self.school.classes:
            if row.kind is ClassKind.GROUP and row.grade_level == so_far.grade_level and row.code in taught:
                last = _PARTS.findall(row.code)[-1:]
                if [each.casefold() for each in last] == [ending.casefold()]:
                    yield row.code

    def _exact_class(self, text: str) -> str | None:
        code = self.names.exactly(text)
        if code is None or (class_key(text).isdigit() and "." not in text and text != code):
            return None
        return code

    def _subject(self, text: str) -> str | None:
        """Our code, or an alias that means one subject of this school's levels and nothing else."""
        code = alias_key(text).upper()
        if code in self.lexicon.subjects.by_code:
            return code
        levels = {each.grade_level for each in self.school.classes}
        naming = self.lexicon.subjects.named(text, grade_levels=levels)
        return naming.codes[0] if naming is not None and naming.sure else None

    def _fault(self, parts: Sequence[str]) -> IdNumber | None:
        """Another school's number, or one with our school code or year in it; anything else is opaque."""
        numbers = [part.translate(_DIGITS) for part in parts]
        if self.school.code in numbers:
            return IdNumber(school=self.school.code, fault=Why.IDNUMBER_BROKEN)
        strangers = [each for each in numbers if each.isdigit() and len(each) == len(self.school.code)]
        if len(parts) >= 3 and strangers:
            return IdNumber(school=strangers[0], fault=Why.OTHER_SCHOOL)
        known = [each for each in numbers[:2] if len(parts) >= 3 and _year(each)]
        return IdNumber(fault=Why.IDNUMBER_BROKEN) if known else None


def _year(joined: str) -> int | None:
    found = _YEAR.fullmatch(joined)
    if found is None:
        return None
    alone, first, second = found.groups()
    if alone is not None:
        return 2000 + int(alone)
    return 2000 + int(first) if int(second) == int(first) + 1 else None


def _term(joined: str) -> Term | None:
    found = _TERM.fullmatch(alias_key(joined))
    if found is None:
        return None
    return Term.HK2 if found.group(1) in {"2", "ii"} else Term.HK1
