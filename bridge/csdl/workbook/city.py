"""A city behind files: the workbooks that a school downloads, and a person who uploads the filled ones.

The second implementation of `ports.city.City`. It says of itself: no compare-and-set (a cell is compared when the
workbook is filled; what happens at the site after that nobody sees), no locks to be asked for, receipts by hand. It
keeps no state of its own: what lies in the folder is the city as last seen, what lies with a person is the store's.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.csdl.workbook.copies import bring_up
from bridge.csdl.workbook.folder import Folder, Place, View
from bridge.csdl.workbook.values import number_of
from bridge.domain.errors import Garbled, Refused
from bridge.domain.plans import CityCell, Op
from bridge.domain.records import record_id
from bridge.domain.school import Assignment, CityPupil, SchoolClass, SchoolInfo, Unit
from bridge.domain.scores import Column, is_value
from bridge.ports.byhand import Tray, Word
from bridge.ports.city import (
    Answer,
    Capabilities,
    CityFinding,
    CityScore,
    ColumnLock,
    Current,
    Outcome,
    OutRow,
    Progress,
    Receipt,
    Receipts,
    Submission,
)
from bridge.ports.workbooks import Flaw, FlawKind, SheetKind

MOST_ROWS = 500
REMOTE = "city"


@dataclass(frozen=True, slots=True)
class School:
    """What files can't say. `level` THCS or THPT; `clears`: an emptied cell takes the mark back in this city."""

    code: str
    name: str
    level: str
    clears: bool = False
    production: bool = False
    fresh_for: timedelta = timedelta(hours=24)  # a workbook downloaded longer ago is not filled


class WorkbookCity:
    """One school's folder as a city. Thread-safe."""

    def __init__(self, school: School, folder: Folder, tray: Tray) -> None:
        self.school_at_work = school
        self.folder = folder
        self._tray = tray

    def capabilities(self) -> Capabilities:
        return Capabilities(
            compare_and_set=False,
            cancel=self.school_at_work.clears,
            locks=False,
            receipts=Receipts.BY_HAND,
            rows_per_submission=MOST_ROWS,
            production=self.school_at_work.production,
        )

    def school(self, year: int) -> SchoolInfo:
        del year  # no file tells when terms begin
        return SchoolInfo(self.school_at_work.code, self.school_at_work.name, self.school_at_work.level, ())

    def classes(self, year: int) -> Sequence[SchoolClass]:
        roster = self._lists(year, "classes").roster
        return sorted(roster.classes.values(), key=lambda row: (row.grade_level, row.code))

    def pupils(self, year: int, school_class: str) -> Sequence[CityPupil]:
        roster = self._lists(year, "pupils").roster
        if school_class not in roster.pupils:
            raise Refused(remote=REMOTE, operation="pupils", reason="UNKNOWN_CLASS", school_class=school_class)
        return tuple(roster.pupils[school_class])

    def assignments(self, year: int) -> Sequence[Assignment]:
        return tuple(self._lists(year, "assignments").roster.assignments)

    def locks(self, year: int) -> Sequence[ColumnLock]:
        del year
        return ()

    def scores(self, units: Collection[Unit]) -> Mapping[Unit, Sequence[CityScore]]:
        """What the units' workbooks say. `Garbled` with the first flaw where one is not there or can't be believed."""
        years = {unit.year for unit in units}
        with ExitStack() as stack:
            for year in years:
                stack.enter_context(self.folder.still(year))
            return {unit: self._scores(unit) for unit in units}

    def _scores(self, unit: Unit) -> Sequence[CityScore]:
        order = {column: number for number, column in enumerate(Column)}
        found = self._place(unit).scores.scores.items()
        return [
            CityScore(pupil, column, CityCell(score, number_of(score), record_id(unit, pupil, column), by_hand=True))
            for (pupil, column), score in sorted(found, key=lambda item: (item[0][0], order[item[0][1]]))
        ]

    def submit(self, submission: Submission) -> Answer:
        """Into the tray, once its workbook is there and can be filled. Row by row it is judged when it is filled."""
        _refuse_unsendable(submission)
        self.fillable(submission.unit)
        self._tray.take(submission)
        return self.receipts(submission.unit, submission.id)

    def receipts(self, unit: Unit, submission: str) -> Answer:
        """DONE when something was said of every row; the folder's copy then shows what was accepted."""
        taken = self._tray.rows(submission)
        if taken is None:
            return Answer(Progress.UNKNOWN)
        if taken.unit != unit:
            raise Refused(remote=REMOTE, operation="receipts", reason="SUBMISSION_REUSED")
        words = self._tray.words(submission)
        if len(words) < len(taken.rows):
            return Answer(Progress.PROCESSING)
        self._bring_up(taken, words)
        return Answer(Progress.DONE, tuple(_receipt(row, words[place]) for place, row in enumerate(taken.rows)))

    def examine(self) -> Sequence[CityFinding]:
        """What the folder lacks, and what of it can't be used; of files, never of people."""
        if not self.folder.path.is_dir():
            return (CityFinding("FOLDER_MISSING", True, {"folder": str(self.folder.path)}),)
        opened = self.folder.files()
        bad = sorted(each.path.name for each in opened if each.flaw is not None)
        found = [CityFinding("FILES_UNUSABLE", False, {"count": len(bad), "files": bad[:5]})] if bad else []
        kinds = {sheet.layout.kind for each in opened for sheet in each.sheets}
        if SheetKind.PUPILS not in kinds:
            found.append(CityFinding("NO_PUPIL_LIST", False, {"folder": str(self.folder.path)}))
        if SheetKind.ASSIGNMENTS not in kinds:
            found.append(CityFinding("NO_ASSIGNMENTS", False, {"folder": str(self.folder.path)}))
        return tuple(found)

    def fillable(self, unit: Unit) -> Place:
        """Where this unit is filled; `Refused`, before anything leaves, where it can't be."""
        place = self._place(unit, refusing=True)
        if place.opened.old_format:
            raise _refused(Flaw(FlawKind.OLD_FORMAT, place.opened.path.name))
        return place

    def old(self, place: Place, now: datetime) -> bool:
        """Whether this download is too old to be filled: much may have been typed at the site since."""
        return now - place.opened.seen_at > self.school_at_work.fresh_for

    def _place(self, unit: Unit, *, refusing: bool = False) -> Place:
        found = self.folder.view(unit.year).places.get(unit, [])
        error = _refused if refusing else _garbled
        if not found:
            raise error(Flaw(FlawKind.NO_WORKBOOK, f"{unit.school_class} {unit.subject} {unit.term}"))
        if len(found) > 1:
            raise error(Flaw(FlawKind.TWO_FILES, ", ".join(place.opened.path.name for place in found)))
        [place] = found
        if place.scores.flaws:
            flaw = place.scores.flaws[0]
            raise error(flaw._replace(where=f"{place.opened.path.name}, {flaw.where}"))
        return place

    def _lists(self, year: int, operation: str) -> View:
        """The folder's lists; an empty folder is no empty school."""
        view = self.folder.view(year)
        if not view.lists:
            flaw = view.flawed[0][1] if view.flawed else Flaw(FlawKind.NO_ROSTER_FILE, str(self.folder.path))
            raise Garbled(remote=REMOTE, operation=operation, reason=flaw.kind, where=_whole(flaw.where), value="")
        return view

    def _bring_up(self, taken: Submission, words: Mapping[int, Word]) -> None:
        accepted = [row for place, row in enumerate(taken.rows) if words[place].outcome is Outcome.ACCEPTED]
        places = self.folder.view(taken.unit.year).places.get(taken.unit, [])
        for place in places:
            bring_up(place, accepted)


def _refuse_unsendable(submission: Submission) -> None:
    """What can't be said to this city at all; told by the words for a bad input."""
    rows = submission.rows
    if not 1 <= len(rows) <= MOST_ROWS:
        raise _unsendable("ROW_COUNT", "rows", len(rows))
    if not all(is_value(row.score) for row in rows):
        raise _unsendable("NOT_SENDABLE", "score")
    if len({row.record_id for row in rows}) < len(rows):
        raise _unsendable("DOUBLED", "record_id")


def _unsendable(reason: str, where: str, value: object = "") -> Refused:
    return Refused(remote=REMOTE, operation="submit", reason=reason, where=where, value=value)


def _whole(text: str) -> str:
    """One word: a hold keeps an error as words parted by spaces."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _garbled(flaw: Flaw) -> Garbled:
    return Garbled(remote=REMOTE, operation="scores", reason=flaw.kind, where=_whole(flaw.where), value="")


def _refused(flaw: Flaw) -> Refused:
    return Refused(remote=REMOTE, operation="submit", reason=flaw.kind, where=_whole(flaw.where), value="")


def _receipt(row: OutRow, word: Word) -> Receipt:
    """An accepted mark stands; of a refused one only what the workbook showed is known."""
    if word.outcome is Outcome.ACCEPTED:
        score = None if row.op is Op.CANCEL else row.score
        current = Current(number_of(score), score, row.record_id)
        return Receipt(row.record_id, Outcome.ACCEPTED, current, code=word.code, message=word.message)
    shown = Current(number_of(word.shown), word.shown, row.record_id, by_hand=True) if word.shown is not None else None
    return Receipt(row.record_id, word.outcome, shown, word.refusal, word.code, word.message)
