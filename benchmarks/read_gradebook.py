"""Bytes of a gradebook reply of 30 pupils × 20 columns → a domain `Gradebook`, against `json.loads` of the same bytes.

The reply is a recorded one with its rows repeated. `python -m benchmarks.read_gradebook` prints the figures.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bridge.moodle_ws.replies import Answer, read_reply
from bridge.moodle_ws.report import to_gradebook
from bridge.moodle_ws.report_wire import FUNCTION, REPORT
from bridge.ports.lms import Gradebook

_RECORDING = Path(__file__).parent.parent / "tests/recordings/ws" / f"{FUNCTION}--course-all-users.json"
_PUPILS = 30
_ROUNDS = 60
_PER_ROUND = 5
BUDGET = 1.2


def reply_bytes(pupils: int = _PUPILS) -> bytes:
    """As PHP writes it: ASCII only, no blanks, `/` escaped. The marks of the recorded pupils in turn."""
    report = json.loads(_RECORDING.read_text(encoding="utf-8"))["response"]
    rows = report["usergrades"]
    report["usergrades"] = [rows[number % len(rows)] | {"userid": number + 1} for number in range(pupils)]
    return json.dumps(report, separators=(",", ":")).replace("/", "\\/").encode()


def read(body: bytes) -> Gradebook:
    return to_gradebook(2, read_reply(Answer(200, body), REPORT, FUNCTION)["usergrades"])


def run() -> dict[str, object]:
    body = reply_bytes()
    ours, theirs = [], []
    for _ in range(_ROUNDS):  # interleaved, so that a busy moment of the machine meets both
        theirs.append(_milliseconds(lambda: json.loads(body)))
        ours.append(_milliseconds(lambda: read(body)))
    read_ms, loads_ms = statistics.median(ours), statistics.median(theirs)
    figures = {
        "budget": BUDGET,
        "bytes": len(body),
        "read_ms": round(read_ms, 3),
        "json_loads_ms": round(loads_ms, 3),
    }
    return {"name": "read_gradebook", "ratio": round(read_ms / loads_ms, 3), "figures": figures}


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(_PER_ROUND):
        work()
    return (time.perf_counter() - start) * 1000 / _PER_ROUND


if __name__ == "__main__":
    print(json.dumps(run()))
