"""From the fields of an answer to checked rows, and from rows to domain values.

A row that can't be read makes the whole answer unusable: an error names its place, and never what stood there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.faults import Call
from bridge.csdl.soap.reader import V1, Fields, Reply
from bridge.csdl.soap.rows import QUIET, Row
from bridge.domain.errors import RemoteError

ECHOED = ("magoi", "matruong", "namhoc", "malop", "mamonhoc", "hocky", "magui")
RowModel = TypeVar("RowModel", covariant=True)
Head = TypeVar("Head", bound=Row)
Domain = TypeVar("Domain", covariant=True)


class Convertible(Protocol[Domain]):
    def to_domain(self, dialect: Dialect) -> tuple[Domain, ...]: ...


class Table(Generic[RowModel]):
    """One kind of row: where it stands in an answer, and how it is read. Built once: pydantic compiles it."""

    def __init__(self, model: type[RowModel], element: str) -> None:
        self.element = element
        self._rows = TypeAdapter(list[model], config=QUIET)  # type: ignore[valid-type]

    def read(self, rows: list[Fields], call: Call) -> list[RowModel]:
        """All rows, or an error that names row and field, and never what stood there."""
        try:
            return self._rows.validate_python(rows)
        except ValidationError as err:
            raise _bad("BAD_ROW", err, call) from err


def read_head(model: type[Head], head: Fields, call: Call) -> Head:
    """The head of an answer, as its operation promises it."""
    try:
        return model.model_validate(head)
    except ValidationError as err:
        raise _bad("BAD_HEAD", err, call) from err


def convert(rows: Iterable[Convertible[Domain]], dialect: Dialect, call: Call) -> tuple[Domain, ...]:
    """Rows as domain values. One that contradicts itself makes the whole answer unusable."""
    try:
        return tuple([value for row in rows for value in row.to_domain(dialect)])
    except ValueError as err:
        raise call.garbled("BAD_ROW", why=str(err)) from err


def refuse_other_answer(asked: Mapping[str, str | Sequence[str] | None], reply: Reply, call: Call) -> None:
    """An answer says what it answers: our request's id, and the school, year, class, subjects and term asked for."""
    for name in ECHOED:
        wanted = asked.get(name)
        told = reply.head.get(V1 + name) if isinstance(wanted, str) else reply.subjects
        if wanted is not None and told != wanted:
            raise call.garbled("OTHER_ANSWER", field=name, asked=wanted)


def _bad(reason: str, err: ValidationError, call: Call) -> RemoteError:
    first = err.errors(include_input=False, include_url=False, include_context=False)[0]
    where = "/".join(str(part).removeprefix(V1) for part in first["loc"])
    return call.garbled(reason, where=where, why=first["type"], problems=err.error_count())
