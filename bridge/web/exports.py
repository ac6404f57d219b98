"""The sheet as a file: CSV and XLSX, and as the page's own print."""

from collections.abc import Callable

from flask import Blueprint, Response

from bridge.domain.rights import Action
from bridge.domain.scores import BLANK, Mark, Score
from bridge.domain.sheets import Sheet
from bridge.spreadsheets import Cell, write_csv, write_xlsx
from bridge.web.doors import may
from bridge.web.gate import permits, unit
from bridge.web.house import house
from bridge.web.language import words
from bridge.web.unitpages import PATH, sheet_of
from bridge.words import Words

bp = Blueprint("exports", __name__, url_prefix=PATH)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/sheet.csv")
@may(Action.SEE_CITY)
def as_csv(**_: str) -> Response:
    return _file(write_csv, "text/csv; charset=utf-8", "csv")


@bp.get("/sheet.xlsx")
@may(Action.SEE_CITY)
def as_xlsx(**_: str) -> Response:
    return _file(write_xlsx, XLSX, "xlsx")


def lines(sheet: Sheet, said: Words) -> list[list[Cell]]:
    """Three columns for each of the book's: the LMS's score, the city's, and where it stands."""
    heads: list[Cell] = [said.page("sheet.number"), said.page("sheet.pupil")]
    for each in sheet.columns:
        name = said.page(f"column.{each.column}")
        heads += [f"{name} · Moodle", f"{name} · {said.text('head.city')}", f"{name} · {said.text('head.state')}"]
    return [[*heads, said.page("sheet.average")]] + [
        [
            number,
            row.name,
            *(
                part
                for cell in row.cells
                for part in (_score(cell.lms, said), _score(cell.city, said), said.label(cell.state))
            ),
            _score(row.average, said),
        ]
        for number, row in enumerate(sheet.rows, start=1)
    ]


def _score(score: Score | None, said: Words) -> Cell:
    """A mark as a number, so that a spreadsheet can compute with it; nothing where there is none."""
    if isinstance(score, Mark):
        return score.tenths / 10
    return "" if score is None or score is BLANK else said.score(score)


def _file(write: Callable[[list[list[Cell]]], bytes], kind: str, ending: str) -> Response:
    here = unit()
    name = f"{here.school_class}-{here.subject}-{here.term}.{ending}"
    body = write(lines(sheet_of(), words()))
    app = house().app
    app.store.audit.sheet_exported(here, actor=permits().actor.id, now=app.sync.world.now())
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
