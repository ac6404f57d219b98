"""What the texts of a course say together: full name first, then short name, then the categories."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from bridge.domain.matching.classes import class_key
from bridge.domain.matching.cover import Piece, cover
from bridge.domain.matching.index import SchoolIndex
from bridge.domain.matching.lexicon import How, Reading
from bridge.domain.matching.scan import Scan, scan
from bridge.domain.matching.seen import CourseSeen
from bridge.domain.matching.verdicts import Reason, Why
from bridge.domain.names import alias_key, fold
from bridge.domain.scores import Term
from bridge.domain.subjects import Doubt

_DEPARTMENT: Final = "to "  # Tổ Lí - Hoá - Sinh: a department's folder names many subjects and means none
_MEANT_BY: Final = {Doubt.NO_SUBJECT: Why.NO_SUBJECT, Doubt.CLUSTER: Why.BESIDE_SUBJECT}
_MEANT: Final = (None, Doubt.NAME, Doubt.PART, Doubt.OLD)
_NO_CODE: Final = 3  # digits from which a number in a short name is a serial number


class Where(StrEnum):
    FULLNAME = "fullname"
    SHORTNAME = "shortname"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class View:
    """One text, read: what was taken out and what its other words are."""

    scan: Scan
    pieces: tuple[Piece, ...]

    @property
    def grade_levels(self) -> set[int]:
        return {piece.grade_level for piece in self.pieces if piece.grade_level is not None}

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(piece.text for piece in self.pieces if piece.unknown)


@dataclass(frozen=True)
class Texts:
    """All texts of one course. `views` holds the full name, the short name and every category level in this order."""

    full: View
    short: View
    category: tuple[View, ...]
    index: SchoolIndex

    @property
    def views(self) -> tuple[View, ...]:
        return (self.full, self.short, *self.category)

    @cached_property
    def class_source(self) -> tuple[Where | None, frozenset[str]]:
        """Where the class is named, and the classes named there."""
        for where, views in self._sources():
            if found := frozenset(code for view in views for code in view.scan.classes):
                return where, found
        return None, frozenset()

    @cached_property
    def groups(self) -> frozenset[int]:
        return frozenset(self.full.scan.groups or self.short.scan.groups)

    @cached_property
    def grade_levels(self) -> frozenset[int]:
        return frozenset(level for view in self.views for level in view.grade_levels)

    @cached_property
    def levels(self) -> frozenset[int]:
        """The grade levels that the course may be about: by its class, else as named, else all of the school."""
        of_classes = frozenset(self.index.classes[code].grade_level for code in self.class_source[1])
        return of_classes or self.grade_levels & self.index.grade_levels or self.index.grade_levels

    @cached_property
    def subject_source(self) -> tuple[Where | None, tuple[Reading, ...]]:
        """Where the subject is named, and what is named there."""
        for where, views in self._sources():
            if readings := tuple(self._readings(views)):
                return where, readings
        return None, ()

    @cached_property
    def codes(self) -> frozenset[str]:
        """The subjects that all words of the source allow; empty when they name different ones, or none."""
        readings = self.subject_source[1]
        return frozenset.intersection(*(each.codes for each in readings)) if readings else frozenset()

    @cached_property
    def agreeing(self) -> tuple[Reading, ...]:
        """Certain readings of the other texts that mean what the source means."""
        found = (reading for _, reading in self._elsewhere() if reading.doubt is None and reading.how is How.EXACT)
        return tuple(each for each in found if each.codes <= self.codes)

    @cached_property
    def contradicting(self) -> tuple[Reading, ...]:
        """Readings of the other texts that mean another subject than the source.

        An abbreviation of several things counts where a class stands beside it: `CN10A1`, but not the serial `CN-2041`,
        and not where its own text says the source's subject too: `TOAN-10A1-CN` is Toán, cả năm.
        """
        found = [(view, reading) for view, reading in self._elsewhere() if self.codes.isdisjoint(reading.codes)]
        return tuple(
            reading
            for view, reading in found
            if self.codes
            and reading.how is not How.TYPO
            and (reading.doubt in _MEANT or (reading.doubt is Doubt.SHORT and self._stands_for_itself(view)))
        )

    def _stands_for_itself(self, view: View) -> bool:
        """Whether an abbreviation of several things in this text can only be its subject."""
        said = self._readings((view,))
        return bool(view.scan.classes) and all(self.codes.isdisjoint(reading.codes) for reading in said)

    @cached_property
    def terms(self) -> frozenset[Term]:
        """The terms that single texts name; one that names both means the whole year and stands for none."""
        return frozenset(view.scan.term for view in self.views if view.scan.term is not None)

    @cached_property
    def years(self) -> frozenset[int]:
        return frozenset(year for view in self.views for year in view.scan.years)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Words of the full name that nothing explains; of the short name too where something is known only from it."""
        needed = Where.SHORTNAME in (self.class_source[0], self.subject_source[0])
        short = [text for text in self.short.unknown if not (text.isdigit() and len(text) >= _NO_CODE)]
        return self.full.unknown + (tuple(short) if needed else ())

    @cached_property
    def foreign(self) -> tuple[str, ...]:
        return tuple(self.full.scan.foreign)

    @cached_property
    def copies(self) -> tuple[Reason, ...]:
        return tuple(each for each in self._telling() if each.code is Why.COPY)

    @cached_property
    def telling(self) -> tuple[Reason, ...]:
        """What the course is instead of a class's course of the subject; copies apart, for they may be in use."""
        return tuple(each for each in self._telling() if each.code is not Why.COPY)

    def _telling(self) -> Iterable[Reason]:
        found = [(piece.telling, piece.text) for view in self.views for piece in view.pieces if piece.telling]
        senses = [
            (_MEANT_BY[reading.doubt], reading.text)
            for reading in self._all_readings(self.views)
            if reading.doubt in _MEANT_BY
        ]
        return (Reason(why, {"text": text}) for why, text in found + senses)

    def fits_oddly(self, school_class: str) -> bool:
        """Whether all that was not understood is a writing of this class: `101`, `llA2`, `A2 10`, `11X1` for 11XH1."""
        odd = class_key(" ".join((*self.foreign, *self.full.unknown)))
        row = self.index.classes[school_class]
        key, level = class_key(row.name), str(row.grade_level)
        writings = {each.translate(_AS_DIGITS) for each in (odd, level + odd)}
        return bool(odd) and any(key.translate(_AS_DIGITS) == each or _left_out(each, key, level) for each in writings)

    def _sources(self) -> Iterable[tuple[Where, tuple[View, ...]]]:
        yield Where.FULLNAME, (self.full,)
        yield Where.SHORTNAME, (self.short,)
        yield Where.CATEGORY, self.category

    def _readings(self, views: tuple[View, ...]) -> Iterable[Reading]:
        return (reading for reading in self._all_readings(views) if reading.codes)

    def _all_readings(self, views: Iterable[View]) -> Iterable[Reading]:
        for piece in (piece for view in views for piece in view.pieces):
            if piece.sense is not None:
                yield self.index.lexicon.read(piece.sense, text=piece.text, grade_levels=self.levels)

    def _elsewhere(self) -> Iterable[tuple[View, Reading]]:
        source = self.subject_source[0]
        others = [view for where, views in self._sources() if where is not source for view in views]
        return ((view, reading) for view in others for reading in self._readings((view,)))


_AS_DIGITS: Final = str.maketrans("lio", "110")


def _left_out(writing: str, key: str, level: str) -> bool:
    """Whether the writing is the key with at most two letters left out, its grade level whole."""
    if not writing.startswith(level) or not 0 < len(key) - len(writing) <= 2:
        return False
    letters = iter(key)
    return len(writing) > len(level) + 1 and all(char in letters for char in writing)


def read_texts(course: CourseSeen, index: SchoolIndex) -> Texts:
    short = "" if alias_key(course.fullname).startswith(alias_key(course.shortname)) else course.shortname
    levels = [each for each in course.category_path if not fold(each).startswith(_DEPARTMENT)]
    return Texts(
        _view(course.fullname, index), _view(short, index), tuple(_view(each, index) for each in levels), index
    )


def _view(text: str, index: SchoolIndex) -> View:
    found = scan(text, index.names, school_name=index.school.name, subjects=index.lexicon.subjects.namings)
    return View(found, cover(found.words, index.lexicon))
