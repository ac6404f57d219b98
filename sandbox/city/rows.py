"""One row of a submission, as it was understood."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from sandbox.city.codes import Q
from sandbox.city.schema import Flaw, Shapes
from sandbox.city.values import Value

_VALUE_FIELDS = ("diem", "nhanxet")


@dataclass(frozen=True)
class SentRow:
    """`problem`: the result code of a row that is not valid by itself, `field` its cause; the rest may be empty."""

    record_id: str
    version: int
    event: str = ""
    base: int = 0
    pupil: str = ""
    col: str = ""
    kind: str = ""
    tenths: int | None = None
    comment: str | None = None
    problem: str | None = None
    field: str | None = None
    raw: str = ""
    updated: str = ""  # thoigiancapnhat: no part of the content

    @property
    def value(self) -> Value:
        return Value(self.kind, self.tenths, self.comment)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "updated"}


def read_row(shapes: Shapes, element: etree._Element, *, number: int) -> SentRow:
    """Validated alone, so that one bad row costs one receipt. What cannot be named is called `#3`, version 1."""
    flaws = shapes.find_flaws(element)
    fields = {child.tag.removeprefix(Q): (child.text or "").strip() for child in element if isinstance(child.tag, str)}
    if flaws:
        return _bad_row(element, flaws, fields=fields, number=number)
    return SentRow(
        record_id=fields["idbanghi"],
        version=int(fields["phienban"]),
        event=fields["sukien"],
        base=int(fields["phienbangoc"]),
        pupil=fields["mahocsinh"],
        col=fields["cotdiem"],
        kind=fields["kieugiatri"],
        tenths=int(Decimal(fields["diem"]) * 10) if "diem" in fields else None,
        comment=fields.get("nhanxet"),
        updated=fields["thoigiancapnhat"],
    )


def _bad_row(element: etree._Element, flaws: list[Flaw], *, fields: dict[str, str], number: int) -> SentRow:
    other = [flaw for flaw in flaws if not (flaw.in_place and flaw.field in _VALUE_FIELDS)]
    field = (other or flaws)[0].field
    readable = {} if other else {"pupil": fields["mahocsinh"], "col": fields["cotdiem"]}
    return SentRow(
        record_id=fields["idbanghi"] if 1 <= len(fields.get("idbanghi", "")) <= 64 else f"#{number}",
        version=_version(fields.get("phienban", "")),
        problem="DONGSAI" if other else "GIATRISAI" if fields.get(field) else "GIATRITHIEU",
        field=field[:120],
        raw=etree.tostring(element, method="c14n").decode(),
        **readable,
    )


def _version(text: str) -> int:
    return int(text) if text.isdecimal() and 1 <= int(text) < 2**31 else 1
