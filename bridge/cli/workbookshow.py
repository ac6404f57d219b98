"""What files are and what is wrong with them, what filling and a person's word came to: as tables and as values."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge.byhand.batches import Filling, Said
from bridge.cli.batches import flaws_of, shown_flaws
from bridge.cli.frame import DONE, NO, Frame
from bridge.domain.errors import BadInput
from bridge.ports.workbooks import FileFound, Flaw, SheetFound, SheetKind, Sure


def tell_found(frame: Frame, found: Sequence[FileFound], *, taken: int) -> int:
    """What files are; the exit code. `taken`: so many of them were taken in."""
    frame.tell(
        {"files": [file_value(each) for each in found], "taken": taken},
        lambda: _show_found(frame, found, taken=taken),
    )
    if not found:
        raise BadInput(where="workbook", value="", why="NO_FILES")
    return NO if any(not each.usable for each in found) else DONE


def file_value(found: FileFound) -> dict[str, Any]:
    return {
        "name": found.name,
        "usable": found.usable,
        "old_format": found.old_format,
        "flaws": [flaw._asdict() for flaw in found.flaws],
        "sheets": [_sheet_value(sheet) for sheet in found.sheets],
    }


def _sheet_value(sheet: SheetFound) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet,
        "kind": sheet.kind,
        "layout": sheet.layout,
        "sure": sheet.sure,
        "unit": sheet.unit._asdict() if sheet.unit else None,
        "columns": sheet.columns,
        "pupils": sheet.pupils,
        "marks": sheet.marks,
        "flaws": [flaw._asdict() for flaw in sheet.flaws],
    }


def _show_found(frame: Frame, found: Sequence[FileFound], *, taken: int) -> None:
    show_files(frame, found)
    if taken:
        frame.say("said.taken", count=frame.words.count("file", taken))


def show_files(frame: Frame, found: Sequence[FileFound]) -> None:
    rows = [_sheet_row(frame, each, sheet) for each in found for sheet in each.sheets]
    rows += [(each.name, *["–"] * 5) for each in found if not each.sheets]
    frame.table(("file", "kind", "layout", "unit", "pupil_count", "score_count"), rows)
    flaws = [flaw for each in found for flaw in flaws_of(each)]
    if flaws:
        show_flaws(frame, flaws, key="said.not_usable")
    for key, facts in _remarks(found):
        frame.say(key, **facts)


def _sheet_row(frame: Frame, found: FileFound, sheet: SheetFound) -> tuple[object, ...]:
    marks = sheet.marks if sheet.kind is SheetKind.SCORES else "–"
    unit = frame.unit(sheet.unit) if sheet.unit else "–"
    layout = f"{sheet.name} ({frame.words.label(sheet.sure)})"
    return (found.name, frame.words.label(sheet.kind), layout, unit, sheet.pupils or "–", marks)


def _remarks(found: Sequence[FileFound]) -> Iterator[tuple[str, dict[str, str]]]:
    """What is no reason to refuse a file, and must be known before it is relied on: once each."""
    usable = [each for each in found if each.usable]
    sheets = [sheet for each in usable for sheet in each.sheets]
    for name in sorted({sheet.name for sheet in sheets if sheet.sure is Sure.GUESSED}):
        yield "said.guessed_layout", {"name": name}
    for name in sorted({sheet.name for sheet in sheets if sheet.kind is SheetKind.SUMMARY}):
        yield "said.summary_only", {"name": name}
    for name in sorted(each.name for each in usable if each.old_format and _has_scores(each)):
        yield "said.old_format", {"file": name}


def _has_scores(found: FileFound) -> bool:
    return any(sheet.kind is SheetKind.SCORES for sheet in found.sheets)


def show_flaws(frame: Frame, flaws: Sequence[Flaw], *, key: str) -> None:
    frame.say(key, count=len(flaws))
    frame.table(("why", "next", "where"), shown_flaws(frame.words, flaws), lines=True)


def flaw_values(frame: Frame, flaws: Sequence[Flaw]) -> list[dict[str, str]]:
    return [
        {"kind": flaw.kind, "where": flaw.where, "what": what, "next": next_}
        for flaw, (what, next_, _) in zip(flaws, shown_flaws(frame.words, flaws, every=True), strict=True)
    ]


def fill_value(filling: Filling, batch: str, found: Sequence[FileFound], out: Path) -> dict[str, Any]:
    return {
        "batch": batch or None,
        "file": str(out) if batch else None,
        "files": [{"name": each.name, "cells": each.cells, "units": each.units} for each in filling.filled],
        "cells": filling.cells,
        "refused": [
            {"where": row.where, "refusal": row.word.refusal, "code": row.word.code}
            for each in filling.filled
            for row in each.refused
        ],
        "unfilled": [
            {"name": each.name, "flaws": [flaw._asdict() for flaw in each.flaws]} for each in filling.unfilled
        ],
        "taken": [file_value(each) for each in found],
    }


def show_fill(frame: Frame, filling: Filling, *, batch: str, out: Path, errors: Mapping[str, str]) -> None:
    """`errors`: what was said of units that could not be planned or sent, by their names."""
    flaws = [flaw for each in filling.unfilled for flaw in each.flaws]
    if flaws:
        show_flaws(frame, flaws, key="said.unfilled")
    for unit, said in errors.items():
        frame.say("said.unit_failed", unit=unit, said=said)
    if filling.refused:
        frame.say("said.rows_refused", count=frame.words.count("score", filling.refused))
    if not batch:
        frame.say("said.nothing_to_fill")
        return
    files = sum(each.cells > 0 for each in filling.filled)
    counts = {"cells": frame.words.count("cell", filling.cells), "files": frame.words.count("file", files)}
    frame.say("said.filled", out=out, **counts)
    frame.say("said.carry", out=out)


def show_said(frame: Frame, said: Said, batch: str) -> None:
    if not said.new:
        frame.say("said.batch_known", batch=batch[:8])
        return
    counts = {"accepted": said.accepted, "refused": said.refused, "failed": said.failed}
    in_words = {name: frame.words.count("score", number) for name, number in counts.items()}
    frame.say("said.batch_said", batch=batch[:8], **in_words)
    if said.refused:
        frame.say("said.refused_held")
