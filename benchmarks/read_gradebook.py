"""Bytes of a gradebook reply of 30 pupils × 20 columns → a domain `Gradebook`, against `json.loads` of the same bytes.

The reply is a recorded one with its rows repeated. Run: `python -m benchmarks.read_gradebook`.
"""

import json
from pathlib import Path

from benchmarks.measure import Row, in_turn
from bridge.moodle_ws.replies import Answer, read_reply
from bridge.moodle_ws.report import to_gradebook
from bridge.moodle_ws.report_wire import FUNCTION, REPORT
from bridge.ports.lms import Gradebook

_RECORDING = Path(__file__).parent.parent / "tests/recordings/ws" / f"{FUNCTION}--course-all-users.json"
_PUPILS = 30
BUDGET = 1.2


def reply_bytes(pupils: int = _PUPILS) -> bytes:
    """As PHP writes it: ASCII only, no blanks, `/` escaped. The marks of the recorded pupils in turn."""
    report = json.loads(_RECORDING.read_text(encoding="utf-8"))["response"]
    rows = report["usergrades"]
    report["usergrades"] = [rows[number % len(rows)] | {"userid": number + 1} for number in range(pupils)]
    return json.dumps(report, separators=(",", ":")).replace("/", "\\/").encode()


def read(body: bytes) -> Gradebook:
    report = read_reply(Answer(200, body), REPORT, FUNCTION)
    assert report.first is not None
    return to_gradebook(2, report.first, report.rows)


def run(*, rounds: int = 100) -> Row:
    body = reply_bytes()
    times = in_turn(lambda: read(body), lambda: json.loads(body), rounds=rounds, times=5)
    figures = {
        "rounds": rounds,
        "bytes": len(body),
        "ours_ms": round(times.ours * 1000, 3),
        "bare_ms": round(times.bare * 1000, 3),
    }
    return Row("read_gradebook", times.ratio, BUDGET, figures)


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
