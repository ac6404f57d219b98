"""How much our writing of a submission costs beside a bare lxml `xmlfile` loop over the same rows.

Ours: `Submission` → checked, signed and schema-validated request bytes. Bare: `xmlfile`, one element per field,
nothing checked. Run: `python -m benchmarks.soap_write`.
"""

import json
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any

from lxml import etree

from benchmarks.measure import Row, in_turn
from bridge.csdl.soap.contract import validate
from bridge.csdl.soap.dialect import load_dialect
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.soap.envelope import Signer
from bridge.csdl.soap.reader import NS, SOAP, V1
from bridge.csdl.soap.writer import submission_body, submission_head
from bridge.domain.plans import Op
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term, mark
from bridge.ports.city import OutRow, Submission

BUDGET = 1.5
ROWS = 500  # a full submission
REGULAR = tuple(column for column in Column if column.is_regular)

DIALECT = load_dialect()
SIGNER = Signer(Endpoint(url="https://city.example/csdl/v1", user="truong", password="mat-khau"), DIALECT.password)


def submission() -> Submission:
    rows = tuple(
        OutRow(
            f"0b5f9e0c-6a5e-5a53-9d0e-{n:012}",
            Op.UPDATE,
            n % 7 + 2,
            n % 7 + 1,
            f"HS{n:06}",
            REGULAR[n % 5],
            mark(n * 7 % 101),
        )
        for n in range(ROWS)
    )
    at = datetime(2026, 10, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
    unit = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
    return Submission("7c0f5c43-94b1-4f0e-9c5e-3f2f6a1c7d11", unit, at, rows)


def write(what: Submission) -> bytes:
    body = submission_body(what, DIALECT, submission_head(what, DIALECT))
    validate(body)
    return SIGNER.envelope(body)


def write_bare(what: Submission) -> bytes:
    out, at = BytesIO(), what.prepared_at.isoformat()
    head = submission_head(what, DIALECT)
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with (
            xml.element(f"{SOAP}Envelope", nsmap={"soap": SOAP[1:-1]}),
            xml.element(f"{SOAP}Body"),
            xml.element(f"{V1}GuiDiem", nsmap={None: NS}),  # type: ignore[dict-item]
            xml.element(f"{V1}yeucau"),
        ):
            write_fields(xml, head)
            for row in what.rows:
                with xml.element(f"{V1}dong"):
                    write_fields(xml, fields(row, at))
    return out.getvalue()


def fields(row: OutRow, at: str) -> dict[str, str]:
    return {
        "idbanghi": row.record_id,
        "sukien": row.op.value,
        "phienban": str(row.version),
        "thoigiancapnhat": at,
        "phienbangoc": str(row.base_version),
        "mahocsinh": row.pupil,
        "cotdiem": row.column.value,
        "kieugiatri": "DIEM",
        "diem": str(row.score),
    }


def write_fields(xml: Any, values: dict[str, str]) -> None:
    for name, text in values.items():
        with xml.element(V1 + name):
            xml.write(text)


def run(*, rounds: int = 100) -> Row:
    what = submission()
    ours, bare = etree.fromstring(write(what)), etree.fromstring(write_bare(what))
    rows = [[[child.text for child in row] for row in side.iter(f"{V1}dong")] for side in (ours, bare)]
    assert rows[0] == rows[1]
    times = in_turn(lambda: write(what), lambda: write_bare(what), rounds=rounds)
    figures = {
        "rounds": rounds,
        "rows": ROWS,
        "bytes": len(write(what)),
        "ours_us_per_row": round(times.ours / ROWS * 1e6, 2),
        "bare_us_per_row": round(times.bare / ROWS * 1e6, 2),
    }
    return Row("soap_write", times.ratio, BUDGET, figures)


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
