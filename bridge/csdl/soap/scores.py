"""The score book as the city shows it (LayDiem). Read in bulk: its rows are plain dicts, at half the cost of models."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.faults import Call
from bridge.csdl.soap.line import Line
from bridge.csdl.soap.pages import Query, read_all
from bridge.csdl.soap.reader import V1
from bridge.csdl.soap.rows import QUIET, WRITTEN_MARK, Khoa, Kind, Ma, Version, read_mark, read_score
from bridge.csdl.soap.tables import Table
from bridge.domain.plans import CityCell
from bridge.domain.school import Unit
from bridge.domain.scores import Score, Term
from bridge.ports.city import CityScore

SUBJECTS_PER_QUESTION = 50


@with_config(ConfigDict(extra="ignore", alias_generator=lambda name: V1 + name, **QUIET))
class ScoreRow(TypedDict):
    idbanghi: Khoa
    sukien: Literal["NEW", "UPDATE", "CANCEL"]
    phienban: Version
    mahocsinh: Ma
    mamonhoc: Ma
    cotdiem: Ma
    kieugiatri: Kind
    diem: NotRequired[Annotated[str, Field(pattern=rf"^\s*{WRITTEN_MARK}\s*$")] | None]  # see `read_value`
    nhanxet: NotRequired[Literal["D", "CD"] | None]
    nguon: Ma
    magui: NotRequired[Khoa | None]


SCORES = Table(ScoreRow, "dong")


@lru_cache(maxsize=1024)
def read_value(kind: str, diem: str | None, nhanxet: str | None) -> Score:
    """`read_score` of a row's own texts. A book has some hundred values in all, and each is read once."""
    return read_score(kind, None if diem is None else read_mark(diem), nhanxet)


class Book(NamedTuple):
    """What one question may be about: several subjects of one class and term."""

    year: int
    school_class: str
    term: Term


def read_scores(line: Line, units: Collection[Unit]) -> dict[Unit, Sequence[CityScore]]:
    """The records of each unit. `BadInput` for a subject that the dialect has no code for."""
    books: dict[Book, list[Unit]] = defaultdict(list)
    for unit in units:
        books[Book(unit.year, unit.school_class, unit.term)].append(unit)
    found: dict[Unit, Sequence[CityScore]] = {}
    for book, shelf in books.items():
        for start in range(0, len(shelf), SUBJECTS_PER_QUESTION):
            found |= _ask(line, book, shelf[start : start + SUBJECTS_PER_QUESTION])
    return found


def _ask(line: Line, book: Book, units: Sequence[Unit]) -> dict[Unit, list[CityScore]]:
    by_code = {line.dialect.their_subject(unit.subject): unit for unit in units}
    fields = {"malop": book.school_class, "mamonhoc": tuple(by_code), "hocky": line.dialect.terms[book.term]}
    query = Query("LayDiem", book.year, fields)
    return sort_scores(read_all(line, query, SCORES), by_code, line.dialect, line.call(query.operation))


def sort_scores(
    rows: Iterable[ScoreRow], by_code: Mapping[str, Unit], dialect: Dialect, call: Call
) -> dict[Unit, list[CityScore]]:
    """Live records by unit; none in a column that we have no word for.

    A row of a subject that was not asked for, one that contradicts itself, or a second one of a cell makes the whole
    answer unusable.
    """
    found: dict[str, list[CityScore]] = {code: [] for code in by_code}
    columns, interface = dialect.our_columns, dialect.interface_sources
    try:
        for row in rows:
            scores, column = found[row["mamonhoc"]], columns.get(row["cotdiem"])
            if column is None or row["sukien"] == "CANCEL":
                continue
            score = read_value(row["kieugiatri"], row.get("diem"), row.get("nhanxet"))
            by_hand, sent = row["nguon"] not in interface, row.get("magui")
            cell = CityCell(score, row["phienban"], row["idbanghi"], by_hand, sent)
            scores.append(CityScore(row["mahocsinh"], column, cell))
    except KeyError as err:
        raise call.garbled("OTHER_ANSWER", field="mamonhoc") from err
    except ValueError as err:
        raise call.garbled("BAD_ROW", why=str(err)) from err
    for scores in found.values():
        _refuse_doubled(scores, call)
    return {unit: found[code] for code, unit in by_code.items()}


def _refuse_doubled(scores: Sequence[CityScore], call: Call) -> None:
    """Of two live records of one cell, neither is what stands in the book."""
    if len({(score.pupil, score.column) for score in scores}) < len(scores):
        raise call.garbled("DOUBLED_RECORD")
