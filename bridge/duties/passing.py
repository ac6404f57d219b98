"""Jobs beside the marks that speak with LTI platforms: scores into their gradebooks, and our own signing keys."""

from datetime import timedelta

from bridge.materials import results
from bridge.ports.jobs import Facts, Handle
from bridge.wiring import App

KEY_LASTS = timedelta(days=90)


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
