"""The zip that a person carries: the filled workbooks, one report for people, one list for machines."""

import hashlib
import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from bridge.byhand.batches import Filling
from bridge.cli.frame import Frame
from bridge.domain.errors import BadInput, NotFound
from bridge.domain.plans import Problem
from bridge.ports.byhand import Batch
from bridge.ports.workbooks import FileFound, Filled, Flaw
from bridge.words import Words

REPORT, LIST = "BAO-CAO.xlsx", "lo.json"
MOST_OF_LIST = 4 << 20  # bytes; a whole school's has some hundred KB
FEW = 5  # so many places of one kind of flaw are shown


def shown_flaws(words: Words, flaws: Sequence[Flaw], *, every: bool = False) -> list[tuple[str, str, str]]:
    """What is wrong, what to do next, where. Flaws of one kind and value in one line, unless `every` is asked for."""
    if every:
        return [(*_told(words, flaw, flaw.where), flaw.where) for flaw in flaws]
    places: dict[tuple[str, str], list[Flaw]] = {}
    for flaw in flaws:
        places.setdefault((flaw.kind, flaw.value), []).append(flaw)
    rows = []
    for same in places.values():
        where = [flaw.where for flaw in same]
        more = [words.text("said.more", count=len(where) - FEW)] if len(where) > FEW else []
        rows.append((*_told(words, same[0], where[0]), "\n".join([*where[:FEW], *more])))
    return rows


def _told(words: Words, flaw: Flaw, where: str) -> tuple[str, str]:
    said = words.error(BadInput(where=where, value=flaw.value, why=flaw.kind))
    return said.what, said.next


def flaws_of(found: FileFound) -> list[Flaw]:
    """Everything that is wrong with a file, each with the file's name."""
    flaws = [*found.flaws, *(flaw for sheet in found.sheets for flaw in sheet.flaws)]
    return [flaw if found.name in flaw.where else flaw._replace(where=f"{found.name}, {flaw.where}") for flaw in flaws]


def write_batch(frame: Frame, out: Path, batch: Batch, *, filling: Filling, taken: Sequence[FileFound]) -> None:
    """Whole or not at all: a draft beside it, then renamed. `taken`: the downloads that were brought for it."""
    draft = out.with_name(f".{out.name}.draft")
    carried = [each for each in filling.filled if each.cells]
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as target:
        for each in carried:
            target.writestr(each.name, each.content)
        target.writestr(REPORT, _report(frame, batch, _report_rows(frame, filling, taken)), zipfile.ZIP_DEFLATED)
        target.writestr(LIST, json.dumps(_list(batch, carried), ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)
    draft.chmod(0o600)  # it holds names and marks
    draft.replace(out)


def batch_in(file: Path) -> str:
    """The id of the batch that was written into this zip. `NotFound` where there is no such file or no batch in it."""
    try:
        with zipfile.ZipFile(file) as opened, opened.open(LIST) as listed:
            return str(json.loads(listed.read(MOST_OF_LIST))["batch"])
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, RuntimeError, NotImplementedError) as err:
        raise NotFound(kind="batch", name=str(file), nearest=[]) from err


def _list(batch: Batch, carried: Sequence[Filled]) -> dict[str, object]:
    return {
        "batch": batch.id,
        "school": batch.school,
        "year": batch.year,
        "made_at": batch.made_at.isoformat(),
        "files": [
            {
                "name": each.name,
                "sha256": hashlib.sha256(each.content).hexdigest(),
                "cells": each.cells,
                "units": [f"{unit.school_class} {unit.subject} {unit.term}" for unit in each.units],
            }
            for each in carried
        ],
    }


def _report(frame: Frame, batch: Batch, rows: Sequence[tuple[object, ...]]) -> bytes:
    words, target = frame.words, BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(words.text("title.batch"))
        sheet.write_row(0, 0, [words.text("title.batch"), batch.id[:8], str(batch.made_at.date())], bold)
        heads = ("file", "unit", "cell_count", "why", "next", "where")
        sheet.write_row(2, 0, [words.text(f"head.{head}") for head in heads], bold)
        for number, row in enumerate(rows, start=3):
            sheet.write_row(number, 0, [str(value) for value in row], wrapped)
        sheet.set_column(0, 1, 28)
        sheet.set_column(3, 5, 48)
        sheet.freeze_panes(3, 0)
    return target.getvalue()


def _report_rows(frame: Frame, filling: Filling, taken: Sequence[FileFound]) -> list[tuple[object, ...]]:
    """What was filled, what of it was not, and which downloads could not be used."""
    rows: list[tuple[object, ...]] = []
    for each in filling.filled:
        units = ", ".join(map(frame.unit, each.units))
        rows.append((each.name, units, each.cells, "", "", ""))
        for row in each.refused:
            said = frame.words.problem(Problem.REFUSED, str(row.word.refusal))
            rows.append((each.name, units, 0, said.what, said.next, row.where))
    for each in filling.unfilled:
        units = ", ".join(map(frame.unit, each.units))
        rows += [(each.name, units, 0, *row) for row in shown_flaws(frame.words, each.flaws)]
    for bad in taken:
        rows += [(bad.name, "–", 0, *row) for row in shown_flaws(frame.words, flaws_of(bad))]
    return rows
