"""How much our reading of score rows costs beside a bare lxml loop over the same bytes.

Ours: reply bytes → checked tuple of `CityScore`. Bare: `iterparse` → dict with types, nothing checked, nothing kept
apart. Run: `python -m benchmarks.soap_parse`.
"""

import json
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from lxml import etree

from benchmarks.measure import Row, in_turn
from bridge.csdl.soap.dialect import load_dialect
from bridge.csdl.soap.faults import Call
from bridge.csdl.soap.reader import V1, read_reply
from bridge.csdl.soap.scores import SCORES, sort_scores
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.ports.city import CityScore

BUDGET = 1.5
ROWS = 500  # a full page
CHUNK = 64 * 1024
DIALECT = load_dialect()
UNITS = {"TOAN": Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)}

ROW = (
    "<dong><idbanghi>0b5f9e0c-6a5e-5a53-9d0e-{n:012}</idbanghi><sukien>NEW</sukien><phienban>{version}</phienban>"
    "<thoigiancapnhat>2026-10-01T08:00:00+07:00</thoigiancapnhat><mahocsinh>HS{n:06}</mahocsinh>"
    "<mamonhoc>TOAN</mamonhoc><cotdiem>TX{column}</cotdiem><kieugiatri>DIEM</kieugiatri><diem>{whole}.{tenth}</diem><nguon>AI</nguon>"
    "<magui>7c0f5c43-94b1-4f0e-9c5e-3f2f6a1c7d11</magui></dong>"
)


def page() -> bytes:
    rows = "".join(
        ROW.format(n=n, version=n % 7 + 1, column=n % 5 + 1, whole=n % 10, tenth=n * 7 % 10) for n in range(ROWS)
    )
    head = (
        "<magoi>q1</magoi><thoigianmaychu>2026-10-01T08:00:00+07:00</thoigianmaychu><matruong>79000001</matruong>"
        "<namhoc>2026</namhoc><malop>10A1</malop><mamonhoc>TOAN</mamonhoc><hocky>HK1</hocky>"
        f"<sodong>{ROWS}</sodong><moc>m1</moc>"
    )
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<LayDiemResponse xmlns="urn:csdl-bridge:csdl:v1"><traloi>{head}{rows}</traloi></LayDiemResponse>'
        "</s:Body></s:Envelope>"
    ).encode()


def read(document: bytes) -> list[CityScore]:
    call = Call("LayDiem")
    chunks = (document[start : start + CHUNK] for start in range(0, len(document), CHUNK))
    reply = read_reply(chunks, call, row=SCORES.element, at_most=ROWS, listed=["mamonhoc"])
    return sort_scores(SCORES.read(reply.rows, call), UNITS, DIALECT, call)[UNITS["TOAN"]]


def read_bare(document: bytes) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    cut = len(V1)
    for _, element in etree.iterparse(BytesIO(document), events=("end",), tag=f"{V1}dong"):
        row: dict[str, object] = {child.tag[cut:]: child.text for child in element}
        row["phienban"] = int(row["phienban"])  # type: ignore[call-overload]
        row["diem"] = Decimal(row["diem"])  # type: ignore[arg-type]
        row["thoigiancapnhat"] = datetime.fromisoformat(row["thoigiancapnhat"])  # type: ignore[arg-type]
        rows.append(row)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return rows


def run(*, rounds: int = 200) -> Row:
    document = page()
    assert len(read(document)) == len(read_bare(document)) == ROWS
    times = in_turn(lambda: read(document), lambda: read_bare(document), rounds=rounds)
    figures = {
        "rounds": rounds,
        "rows": ROWS,
        "bytes": len(document),
        "ours_us_per_row": round(times.ours / ROWS * 1e6, 2),
        "bare_us_per_row": round(times.bare / ROWS * 1e6, 2),
    }
    return Row("soap_parse", times.ratio, BUDGET, figures)


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
