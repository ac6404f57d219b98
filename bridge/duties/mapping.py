"""Jobs about the mapping: what unmapped courses may be, and taking those that somebody chose."""

from bridge.domain.matching import Matched
from bridge.domain.rights import Action
from bridge.duties.asks import actor_of
from bridge.mapping.bulk import read_rows, take_all, write_rows, write_verdicts
from bridge.mapping.desk import suggest
from bridge.ports.jobs import Facts, Handle
from bridge.wiring import App

MAPPING = "progress.mapping"


def suggest_courses(app: App, handle: Handle) -> Facts:
    """The verdict on every course that is not mapped, as the job's result."""
    app.permits(actor_of(handle.job.actor)).demand(Action.SEE_STATUS)
    looked = _Count(handle, 0)
    found = suggest(app.desk(), watch=looked)
    sure = sum(isinstance(each.verdict, Matched) for each in found)
    return {"count": len(found), "sure": sure, "verdicts": write_verdicts(found)}


def take_courses(app: App, handle: Handle) -> Facts:
    """The courses of the job's arguments, each by itself. Cut off and begun again, it goes on."""
    rows, actor = read_rows(str(handle.job.arguments["rows"]), year=app.year), handle.job.actor
    permits = app.permits(actor_of(actor))
    watch = _Count(handle, len(rows))
    done = take_all(app.desk(), rows, permits, actor=actor, now=app.sync.world.now(), watch=watch)
    return {
        "taken": write_rows(done.done),
        "count": len(done.done),
        "overtaken": ",".join(map(str, done.overtaken)),
        "not_yours": ",".join(map(str, done.not_yours)),
    }


class _Count:
    """Tells the job's row how many have come by."""

    def __init__(self, handle: Handle, total: int) -> None:
        self._handle, self._total, self._seen = handle, total, 0

    def __call__(self, _: object) -> None:
        self._seen += 1
        self._handle.progress(self._seen, max(self._total, self._seen), label=MAPPING)
