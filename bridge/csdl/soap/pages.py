"""Reads a list to its end, or not at all: page by page, by the city's cursor.

A walk shows one state of things: its mark (`moc`) stays the same, and the rows are as many as the first page said.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

from pydantic import AwareDatetime, Field

from bridge.csdl.soap.contract import VERSION
from bridge.csdl.soap.faults import Call, CursorExpired
from bridge.csdl.soap.line import Line
from bridge.csdl.soap.reader import read_reply
from bridge.csdl.soap.rows import Row
from bridge.csdl.soap.tables import RowModel, Table, read_head, refuse_other_answer
from bridge.csdl.soap.writer import request_body

ROWS_PER_PAGE = 500
PAGES_AT_MOST = 2000
WALKS_AT_MOST = 3

Opaque = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0)]


class PageHead(Row):
    thoigianmaychu: AwareDatetime
    sodong: Count
    tongso: Count | None = None
    moc: Opaque
    controtiep: Opaque | None = None


@dataclass(frozen=True, slots=True)
class Query:
    operation: str
    year: int
    fields: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    @property
    def listed(self) -> list[str]:
        """Fields with several values: an answer repeats them as often."""
        return [name for name, value in self.fields.items() if not isinstance(value, str)]


def read_all(line: Line, query: Query, table: Table[RowModel]) -> list[RowModel]:
    """All rows of a list. An expired cursor starts the walk again, at most three times in all: then `Unreachable`."""
    call = line.call(query.operation)
    for _ in range(WALKS_AT_MOST):
        try:
            return _walk(line, query, table, call)
        except CursorExpired:
            continue  # the city let go of the walk: what was read of it shows no single state any more
    raise call.unreachable("CURSOR_EXPIRED")


def _walk(line: Line, query: Query, table: Table[RowModel], call: Call) -> list[RowModel]:
    first, rows = line.patience.read(partial(_page, line, query, table, cursor=None))
    cursor, seen = first.controtiep, set[str]()
    while cursor is not None:
        if cursor in seen or len(seen) == PAGES_AT_MOST:
            raise call.garbled("ENDLESS_LIST", pages=len(seen))
        seen.add(cursor)
        head, more = line.patience.read(partial(_page, line, query, table, cursor=cursor))
        if head.moc != first.moc:
            raise call.garbled("TWO_STATES")
        rows += more
        cursor = head.controtiep
    if first.tongso is not None and first.tongso != len(rows):
        raise call.garbled("ROWS_MISSING", promised=first.tongso, got=len(rows))
    return rows


def _page(line: Line, query: Query, table: Table[RowModel], *, cursor: str | None) -> tuple[PageHead, list[RowModel]]:
    call = line.call(query.operation)
    fields: dict[str, str | Sequence[str] | None] = {
        "phienbanhopdong": VERSION,
        "magoi": line.new_id(),
        "matruong": line.school,
        "namhoc": str(query.year),
        **query.fields,
        "contro": cursor,
        "sodongtoida": str(ROWS_PER_PAGE),
    }
    with closing(line.exchange(request_body(query.operation, fields), call)) as chunks:
        reply = read_reply(chunks, call, row=table.element, at_most=ROWS_PER_PAGE, listed=query.listed)
    head = read_head(PageHead, reply.head, call)
    refuse_other_answer(fields, reply, call)
    if head.sodong != len(reply.rows):
        raise call.garbled("ROWS_MISSING", promised=head.sodong, got=len(reply.rows))
    return head, table.read(reply.rows, call)
