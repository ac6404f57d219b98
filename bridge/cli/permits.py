"""Rights at the command line: `domain/rights` asked once per command or per unit."""

from functools import cached_property

from bridge.cli.frame import Frame
from bridge.domain.actors import Entitlements
from bridge.domain.rights import Act, Action, Denial, demand, judge
from bridge.domain.school import Unit


class Permits:
    """What the acting person may do today."""

    def __init__(self, frame: Frame) -> None:
        self._app = frame.app  # first, so that a missing configuration is told before a missing name
        self.actor = frame.actor

    @cached_property
    def _entitlements(self) -> Entitlements:
        return self._app.entitlements()

    def demand(self, action: Action, unit: Unit | None = None) -> None:
        """`NotAllowed`, with what is missing."""
        demand(self.actor, Act(action, unit), self._entitlements, on=self._app.today)

    def may(self, action: Action, unit: Unit | None = None) -> bool:
        answer = judge(self.actor, Act(action, unit), self._entitlements, on=self._app.today)
        return not isinstance(answer, Denial)
