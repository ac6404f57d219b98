"""Jobs beside the marks that speak with LTI platforms: scores into their gradebooks, and our own signing keys."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from bridge.domain.rights import Action
from bridge.duties.asks import actor_of
from bridge.materials import results
from bridge.passback.selftest import Trial, Tried
from bridge.ports.jobs import Facts, Handle
from bridge.wiring import App

KEY_LASTS = timedelta(days=90)


class Told(NamedTuple):
    """A step of the self-test, as a job's result keeps it. `error` "": it went well, or was not reached."""

    step: str
    reached: bool
    error: str
    facts: Mapping[str, str | int]


def pass_back(app: App, handle: Handle) -> Facts:
    """Send every score that is due. Beginning again after a crash looks first what arrived.

    What a kill left between an attempt and the wish for its score is caught up before.
    """
    done = 0
    results.catch_up(app.player())

    def watch() -> None:
        nonlocal done
        handle.progress(done, label="progress.passing_back")
        done += 1

    came = app.dispatch().work_off(watch=watch)
    return {state.value.lower(): count for state, count in came.items()}


def rotate_keys(app: App, handle: Handle) -> Facts:
    """A new signing key where the newest has done its time; the one before stays in the key set for its overlap."""
    handle.progress(0, label="progress.rotating")
    keys, now = app.store.lti_keys.all(app.school), app.sync.world.now()
    if keys and now - keys[0].made_at < KEY_LASTS:
        return {"rotated": 0}
    app.rotate_keys(actor=handle.job.actor)
    return {"rotated": 1}


def test_itself(app: App, handle: Handle) -> Facts:
    """Each step of the self-test; a step that fails is a result, not a failure of the job."""
    app.permits(actor_of(handle.job.actor)).demand(Action.OPERATE)
    asked = handle.job.arguments
    where = app.place_to_try(str(asked["registration"]), int(asked["course"]), int(asked["user"]))
    done: list[Tried] = []
    for tried in app.selftest().run(where):
        done.append(tried)
        handle.progress(len(done), len(Trial), label="progress.checking")
    return {"trials": write_trials(done)}


def write_trials(done: Iterable[Tried]) -> str:
    rows = [[one.trial.value, one.reached, *(one.trouble or ("", {}))] for one in done]
    return json.dumps(rows, ensure_ascii=False, default=str)


def read_trials(text: str) -> Sequence[Told]:
    return [Told(*row) for row in json.loads(text or "[]")]
