"""Work off the outbox: look what stands there, send what may be sent, write down what came of it.

One score at a time, and each step written down before the next: a kill at any moment costs at most one more look. The
look comes before every sending, so that a score whose answer was lost is found and not sent again.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.errors import BadInput, BridgeError, LeaseLost, NotFound, Refused, RemoteError
from bridge.passback.decide import Again, Away, Conflict, Decision, GiveUp, Send, Standing, after, decide
from bridge.ports.gradebooks import Gradebooks, Result, Score
from bridge.ports.passback import Claimed, Outbox, Passback, PassbackState, Place, Shown, Trouble, Wanted

HELD = 120.0  # seconds that a claim lasts: longer than four calls that time out

Watch = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One school's scores on their way. `clock` gives moments with a zone; `checkpoint` is passed between two steps."""

    school: str
    outbox: Outbox
    gradebooks: Gradebooks
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None] = field(default=lambda _: None)

    def put(self, place: Place, wanted: Wanted) -> None:
        """Want this score there. `BadInput` for one that no gradebook could show as it is; never sent from here."""
        finite = wanted.value.is_finite() and wanted.maximum.is_finite()
        if not finite or not 0 <= wanted.value <= wanted.maximum or not wanted.maximum:
            raise BadInput(where="score", value=f"{wanted.value}/{wanted.maximum}", why="OUT_OF_RANGE")
        self.outbox.put(self.school, place, wanted, now=self.clock())

    def work_off(self, *, watch: Watch = lambda: None) -> Mapping[PassbackState, int]:
        """All that is due now; how many came to which state. `watch` is called before each and may raise to stop."""
        away: dict[str, tuple[BridgeError, Away]] = {}
        came: Counter[PassbackState] = Counter()
        while True:
            watch()
            claim = self.outbox.claim(self.school, now=self.clock(), seconds=HELD)
            if claim is None:
                return came
            self.checkpoint("claimed")
            with suppress(LeaseLost):  # another has taken this one over, and will write down what came of it
                came[self._deliver(claim, away)] += 1

    def _deliver(self, claim: Claimed, away: dict[str, tuple[BridgeError, Away]]) -> PassbackState:
        """One score. Of a platform that was found to be away, the others are not even tried."""
        registration = claim.row.place.registration
        if registration in away:
            return self._put_off(claim, *away[registration])
        try:
            return self._carry(claim)
        except (RemoteError, NotFound) as error:
            then = after(claim.row, error)
            if isinstance(then, GiveUp):
                self.outbox.dead(claim, trouble(error), now=self.clock())
                return PassbackState.DEAD
            if isinstance(then, Away):
                away[registration] = error, then
            return self._put_off(claim, error, then)

    def _put_off(self, claim: Claimed, error: BridgeError, then: Again | Away) -> PassbackState:
        now, free = self.clock(), isinstance(then, Away)
        self.outbox.again(claim, trouble(error), due=now + then.pause, free=free, now=now)
        return PassbackState.WAITING

    def _carry(self, claim: Claimed) -> PassbackState:
        decision = self._look(claim.row)
        if isinstance(decision, Send):
            decision = self._send(claim, decision.at)
        self.checkpoint("decided")
        return self._record(claim, decision)

    def _look(self, row: Passback) -> Decision:
        place, looked = row.place, self.clock()
        results = self.gradebooks.results(place.registration, place.line_item, user=place.user)
        decision = decide(row, results, looked=looked)
        return self._as_shown(row, results, looked) if isinstance(decision, Conflict) else decision

    def _as_shown(self, row: Passback, results: Sequence[Result], looked: datetime) -> Decision:
        """After a teacher has changed a column's maximum, Moodle 4.5 tells each result as the gradebook has it now, out
        of what it was out of then (`gradebookservices::result_for_json`: `finalgrade` beside `rawgrademax`). So before
        it is called somebody else's, it is read out of what the column is out of."""
        now = self.gradebooks.maximum(row.place.registration, row.place.line_item)
        return decide(row, [result._replace(maximum=now) for result in results], looked=looked)

    def _send(self, claim: Claimed, at: datetime) -> Decision:
        """What stands there afterwards. A score that came too late for the platform is looked at, never forced."""
        row, wanted = claim.row, claim.row.wanted
        self.outbox.stamp(claim, at)
        self.checkpoint("stamped")
        try:
            score = Score(row.place.user, wanted.value, wanted.maximum, at, wanted.progress)
            self.gradebooks.send(row.place.registration, row.place.line_item, score)
        except Refused as error:
            if error.facts.get("reason") != "STALE":
                raise
            return self._unless_ours(row, error)
        self.checkpoint("sent")
        known = row.accepted is not None and row.allowed is None  # ours stood there before: the column shows scores
        return Standing(Shown(wanted.value, wanted.maximum)) if known else self._proved(row)

    def _unless_ours(self, row: Passback, error: Refused) -> Decision:
        decision = self._look(row)
        if isinstance(decision, Send):
            raise error  # nothing of anybody else stands there: a later time will do
        return decision

    def _proved(self, row: Passback) -> Decision:
        """Moodle says yes to a score below a teacher's override, and to one in a column that shows none (of type text,
        as an activity has it whose grading was switched off and on again): what it shows is what counts."""
        decision = self._look(row)
        overridden = row.allowed is not None and not isinstance(decision, Standing)
        if overridden or isinstance(decision, Send):
            reason = "OVERRIDDEN" if overridden else "NOT_SHOWN"
            raise Refused(remote="platform", operation="SCORE", reason=reason, theirs="")
        return decision

    def _record(self, claim: Claimed, decision: Decision) -> PassbackState:
        now = self.clock()
        if isinstance(decision, Conflict):
            self.outbox.conflict(claim, decision.seen, now=now)
            return PassbackState.CONFLICT
        assert isinstance(decision, Standing)
        self.outbox.delivered(claim, decision.shown, now=now)
        return PassbackState.DELIVERED


def trouble(error: BridgeError) -> Trouble:
    """As a row keeps it: a code, ids, numbers. An address loses nothing here; a score and a name never come."""
    return Trouble(
        error.code, {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}
    )
