"""What the statements of a registration come to: finished or not, passed or not, the score."""

from datetime import datetime
from decimal import Decimal

from bridge.domain.attempts import Outcome
from bridge.lrs.cmi5terms import COMPLETED, FAILED, PASSED, TERMINATED, VERBS, WAIVED, defined, said
from bridge.lrs.context import Lrs
from bridge.lrs.values import Json

SCORED = f"{VERBS}scored"


def outcome(lrs: Lrs, registration: str, activity: str, *, since: datetime, session: str = "") -> tuple[Outcome, bool]:
    """Of what was said of the activity itself; and whether goodbye was said since then (in the session, if named).

    In a session of cmi5 only what is cmi5's own counts. A pass that was reached stays; of several failures the last
    one counts. A score without a scale is none.
    """
    heard = defined if session else said
    told = {verb: heard(lrs, registration, verb, activity=activity) for verb in (COMPLETED, PASSED, FAILED, SCORED)}
    waived = heard(lrs, registration, WAIVED, activity=activity)
    judged = told[PASSED] or told[FAILED]
    passed = True if told[PASSED] or waived else False if told[FAILED] else None
    scores = [score for one in [*judged, *told[SCORED], *told[COMPLETED]] if (score := _score(one)) is not None]
    status = "passed" if passed else "failed" if passed is False else "completed" if told[COMPLETED] else ""
    finished = bool(judged or told[COMPLETED] or waived)
    ended = bool(heard(lrs, registration, TERMINATED, session=session, since=since))
    own = [score for one in judged if (score := _score(one)) is not None]
    return Outcome(finished, passed, own[-1] if own else scores[-1] if scores else None, None, status), ended


def _score(statement: Json) -> Decimal | None:
    """Percent; below zero counts as zero."""
    scaled = statement.get("result", {}).get("score", {}).get("scaled")
    return None if scaled is None else max(Decimal(str(scaled)) * 100, Decimal(0))
