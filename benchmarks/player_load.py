"""Two hundred pupils at once: they open a lesson, commit every ten seconds and finish within a minute, on one process.

The server is a process of its own, with the threads that `bridge serve` has where nobody says otherwise. Every commit
that was answered yes must be in the store afterwards. Seconds are by the clock on the wall, from before the request
leaves to the last byte of the answer: what pupils wait. Run: `python -m benchmarks.player_load`.
"""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Row
from bridge.domain.attempts import AttemptState
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS
from tests.store.world import Clock
from tests.sync.harness import SCHOOL

AIM = 0.5  # seconds of 95 in a hundred


@dataclass(slots=True)
class Pupil:
    """What one of them has done, and how long each answer took."""

    attempt: str
    token: str
    opened: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    taken: int = 0  # the last commit that was answered yes
    refused: list[int] = field(default_factory=list)


def run(*, pupils: int = 200, commits: int = 5, gap: float = 10.0) -> Row:
    with TemporaryDirectory(prefix="bench-player-") as folder:
        command = [sys.executable, "-m", "benchmarks.player_server", folder, str(pupils)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            crowd = [Pupil(attempt, token) for attempt, token in told["pupils"]]
            begin = time.perf_counter()
            with ThreadPoolExecutor(pupils) as threads:
                each = [
                    threads.submit(_learn, one, told, commits, gap, gap * place / pupils)
                    for place, one in enumerate(crowd)
                ]
                for future in each:
                    future.result()
            spent = time.perf_counter() - begin
            server.communicate()  # ends its input, and with it the server
        lost = _lost(told["url"], crowd, commits)
    return _row(crowd, lost=lost, spent=spent)


def _row(crowd: list[Pupil], *, lost: int, spent: float) -> Row:
    waits = [wait for one in crowd for wait in one.commits]
    p95 = _share(waits, 0.95)
    figures = {
        "pupils": len(crowd),
        "commits": len(waits),
        "seconds": round(spent, 1),
        "open_p95_s": round(_share([wait for one in crowd for wait in one.opened], 0.95), 3),
        "commit_median_s": round(_share(waits, 0.5), 3),
        "commit_p95_s": round(p95, 3),
    }
    refused = sum(len(one.refused) for one in crowd)
    return Row("player_load", round(p95 / AIM, 3), 1.0, figures, {"lost": (lost, 0), "refused": (refused, 0)})


def _share(waits: list[float], share: float) -> float:
    return sorted(waits)[int(len(waits) * share)]


def _learn(pupil: Pupil, told: dict[str, Any], commits: int, gap: float, late: float) -> None:
    """One pupil's minute. They come within the first ten seconds, as a class does."""
    time.sleep(late)
    line = HTTPConnection("127.0.0.1", told["port"], timeout=120)
    _ask(line, pupil, told, "GET", "", None, pupil.opened)
    status, seated = _ask(line, pupil, told, "POST", "sit", {}, pupil.opened)
    assert status == 200, seated
    for sequence in range(1, commits + 1):
        time.sleep(gap)
        said = {"sitting": seated["sitting"], "sequence": sequence, "final": sequence == commits}
        status, _ = _ask(
            line, pupil, told, "POST", "commit", {**said, "elements": _elements(sequence, commits)}, pupil.commits
        )
        if status == 200:
            pupil.taken = sequence
        else:
            pupil.refused.append(status)
    line.close()


def _elements(sequence: int, commits: int) -> dict[str, str]:
    """A state of some 4 kB, as authoring tools write."""
    ended = {"cmi.core.score.raw": "80", "cmi.core.lesson_status": "completed", "cmi.core.session_time": "00:01:00"}
    state = {"cmi.suspend_data": f"{sequence}|" + "x" * 4000, "cmi.core.lesson_location": str(sequence)}
    return {**state, **(ended if sequence == commits else {"cmi.core.lesson_status": "incomplete"})}


def _ask(
    line: HTTPConnection, pupil: Pupil, told: dict[str, Any], method: str, path: str, said: Any, waits: list[float]
) -> tuple[int, Any]:
    begin = time.perf_counter()
    body = None if said is None else json.dumps(said)
    line.request(method, f"/p/{pupil.token}/{path}", body, {"Host": told["host"], "Content-Type": "application/json"})
    answer = line.getresponse()
    text = answer.read()
    waits.append(time.perf_counter() - begin)
    return answer.status, json.loads(text) if said is not None else text


def _lost(url: str, crowd: list[Pupil], commits: int) -> int:
    """Commits answered yes whose state is not in the store, and lessons answered finished that are not."""
    store = open_store(url, TEST_KEYS, clock=Clock())
    kept = {one.attempt: store.attempts.find(SCHOOL, one.attempt) for one in crowd}
    store.close()
    states = [kept[one.attempt].elements.get("cmi.suspend_data", "").partition("|")[0] for one in crowd]
    behind = sum(one.taken - int(state or 0) for one, state in zip(crowd, states, strict=True))
    finished = [one for one in crowd if one.taken == commits]
    return behind + sum(kept[one.attempt].state is not AttemptState.CLOSED for one in finished)


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
