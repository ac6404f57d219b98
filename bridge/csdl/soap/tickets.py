"""Submissions and their receipts. The ticket is the submission's own id; a receipt that doesn't fit is no receipt."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from bridge.csdl.soap.contract import build
from bridge.csdl.soap.control import Hello
from bridge.csdl.soap.faults import Call
from bridge.csdl.soap.line import Line
from bridge.csdl.soap.reader import V1, read_reply
from bridge.csdl.soap.rows import ReceiptRow, Row
from bridge.csdl.soap.tables import Table, convert, read_head, refuse_other_answer
from bridge.csdl.soap.writer import submission_body, submission_head, unit_head
from bridge.domain.errors import BadInput
from bridge.domain.school import Unit
from bridge.domain.scores import is_value
from bridge.ports.city import Answer, Progress, Submission

ROWS_PER_SUBMISSION = 500
RESULTS = Table(ReceiptRow, "ketqua")
MAY_BE_ABSENT = frozenset({"malop", "mamonhoc", "hocky"})  # the city need not know them of a submission it has not
PROGRESS = {"KHONGBIET": Progress.UNKNOWN, "DANGXULY": Progress.PROCESSING, "XONG": Progress.DONE}


class TicketHead(Row):
    trangthai: Literal["KHONGBIET", "DANGXULY", "XONG"]
    thulai: Annotated[int, Field(ge=0)] | None = None
    sodong: Annotated[int, Field(ge=0)]


class Ticket(NamedTuple):
    head: TicketHead
    rows: list[ReceiptRow]


def send(line: Line, submission: Submission, hello: Hello) -> Answer:
    """GuiDiem. An answer that doesn't fit the rows sent is `Unclear`: they may be recorded all the same.

    `hello` is what the city said of itself: its limits, and whether it takes packed requests.
    """
    _refuse_unsendable(submission, at_most=hello.sodongtoida)
    call = line.call("GuiDiem", write=True)
    head = submission_head(submission, line.dialect)
    body, pack = submission_body(submission, line.dialect, head), "nhangzip" in hello.khanang
    with closing(line.exchange(body, call, pack=pack, limit=hello.kichthuoctoida)) as chunks:
        ticket = _read(chunks, call, asked=head)
    if ticket.head.trangthai == "KHONGBIET":
        raise call.garbled("TAKEN_AND_UNKNOWN")
    if ticket.head.trangthai == "XONG":
        _refuse_foreign_rows(ticket.rows, submission, call)
    return _answer(ticket, line, call)


def ask(line: Line, unit: Unit, submission: str) -> Answer:
    """LayBienNhan."""
    call, asked = line.call("LayBienNhan"), unit_head(unit, line.dialect, line.new_id()) | {"magui": submission}
    request = {name: asked[name] for name in ("phienbanhopdong", "magoi", "matruong", "namhoc", "magui")}

    def once() -> Answer:
        with closing(line.exchange(build("LayBienNhan", request), call)) as chunks:
            return _answer(_read(chunks, call, asked=asked), line, call)

    return line.patience.read(once)


def _read(chunks: Iterable[bytes], call: Call, *, asked: Mapping[str, str]) -> Ticket:
    reply = read_reply(chunks, call, row=RESULTS.element, at_most=ROWS_PER_SUBMISSION)
    must_echo = {name: code for name, code in asked.items() if name not in MAY_BE_ABSENT or V1 + name in reply.head}
    refuse_other_answer(must_echo, reply, call)
    head = read_head(TicketHead, reply.head, call)
    if head.sodong != len(reply.rows):
        raise call.garbled("ROWS_MISSING", promised=head.sodong, got=len(reply.rows))
    return Ticket(head, RESULTS.read(reply.rows, call))


def _answer(ticket: Ticket, line: Line, call: Call) -> Answer:
    """Only a finished submission has receipts: rows beside any other state are not looked at."""
    wait = None if ticket.head.thulai is None else float(ticket.head.thulai)
    progress = PROGRESS[ticket.head.trangthai]
    if progress is not Progress.DONE:
        return Answer(progress, retry_after=wait)
    return Answer(progress, convert(ticket.rows, line.dialect, call))


def _refuse_foreign_rows(rows: list[ReceiptRow], submission: Submission, call: Call) -> None:
    """One result for each row, in the order sent, of the version sent."""
    got = [(row.idbanghi, row.phienban) for row in rows]
    if got != [(row.record_id, row.version) for row in submission.rows]:
        raise call.garbled("OTHER_ROWS", sent=len(submission.rows), got=len(got))


def _refuse_unsendable(submission: Submission, *, at_most: int) -> None:
    """What no city takes is refused here, where it is still sure that nothing was sent. Splitting is the caller's."""
    ids = [row.record_id for row in submission.rows]
    if not 1 <= len(ids) <= at_most:
        raise BadInput(where="rows", value=len(ids), why="ROW_COUNT")
    if len(set(ids)) < len(ids):
        raise BadInput(where="record_id", value="", why="DOUBLED")
    unsendable = next((row.record_id for row in submission.rows if not is_value(row.score)), None)
    if unsendable is not None:
        raise BadInput(where="score", value=unsendable, why="NOT_SENDABLE")
