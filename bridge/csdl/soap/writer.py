"""Builds the bodies of the messages that carry or ask for rows. Order of fields is that of the contract."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from bridge.csdl.soap.contract import VERSION
from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.reader import NS, V1
from bridge.domain.errors import BadInput
from bridge.domain.plans import Op
from bridge.domain.school import Unit
from bridge.domain.scores import Mark, Score, Verdict
from bridge.ports.city import OutRow, Submission

_DEFAULT: Any = {None: NS}  # the stubs know of prefixes only
_VERDICTS = {Verdict.PASSED: "D", Verdict.NOT_PASSED: "CD"}


def request_body(operation: str, fields: Mapping[str, str | None]) -> etree._Element:
    """`<Operation><yeucau>…`, without the fields that are None. One that XML can't carry is `BadInput`."""
    body = etree.Element(V1 + operation, nsmap=_DEFAULT)
    request = etree.SubElement(body, f"{V1}yeucau")
    for name, value in fields.items():
        if value is not None:
            _add(request, name, value)
    return body


def unit_head(unit: Unit, dialect: Dialect, request_id: str) -> dict[str, str]:
    """What asks about, or sends to, one class, subject and term."""
    return {
        "phienbanhopdong": VERSION,
        "magoi": request_id,
        "matruong": unit.school,
        "namhoc": str(unit.year),
        "malop": unit.school_class,
        "mamonhoc": dialect.their_subject(unit.subject),
        "hocky": dialect.terms[unit.term],
    }


def submission_head(submission: Submission, dialect: Dialect) -> dict[str, str]:
    """The request's id is the submission's own: sent twice, it is the same message twice."""
    unit = unit_head(submission.unit, dialect, submission.id)
    return {name: unit.pop(name) for name in ("phienbanhopdong", "magoi", "matruong", "namhoc")} | {
        "magui": submission.id,
        **unit,
    }


def submission_body(submission: Submission, dialect: Dialect, head: Mapping[str, str]) -> etree._Element:
    """A submission as `GuiDiem`. Nothing but the submission decides what is in it: same in, same bytes."""
    body = request_body("GuiDiem", head)
    at = submission.prepared_at.replace(microsecond=0).isoformat()
    for row in submission.rows:
        _add_row(body[0], row, at=at, column=dialect.columns[row.column])
    return body


def _add_row(request: etree._Element, row: OutRow, *, at: str, column: str) -> None:
    kind, field, value = _value(row.score)
    element = etree.SubElement(request, f"{V1}dong")
    _add(element, "idbanghi", row.record_id)
    _add(element, "sukien", row.op.value)
    _add(element, "phienban", str(row.version))
    _add(element, "thoigiancapnhat", at)
    _add(element, "phienbangoc", str(row.base_version))
    _add(element, "mahocsinh", row.pupil)
    _add(element, "cotdiem", column)
    _add(element, "kieugiatri", kind)
    if row.op is not Op.CANCEL:
        _add(element, field, value)


def _value(score: Score) -> tuple[str, str, str]:
    match score:
        case Mark():
            return "DIEM", "diem", str(score)
        case Verdict():
            return "NHANXET", "nhanxet", _VERDICTS[score]
    raise BadInput(where="score", value="", why="NOT_SENDABLE")


def _add(parent: etree._Element, name: str, text: str) -> None:
    try:
        etree.SubElement(parent, V1 + name).text = text
    except ValueError as err:
        raise BadInput(where=name, value="", why="NOT_XML_TEXT") from err
