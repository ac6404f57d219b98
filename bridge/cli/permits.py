"""Rights at the command line: `domain/rights` asked once per command or per unit."""

from functools import cached_property

from bridge.cli.frame import Frame
from bridge.domain.rights import Action
from bridge.domain.rights import Permits as Judged
from bridge.domain.school import Unit


class Permits:
    """What the acting person may do today."""

    def __init__(self, frame: Frame) -> None:
        self._app = frame.app  # first, so that a missing configuration is told before a missing name
        self.actor = frame.actor

    @cached_property
    def judged(self) -> Judged:
        return self._app.permits(self.actor)

    def demand(self, action: Action, unit: Unit | None = None) -> None:
        """`NotAllowed`, with what is missing."""
        self.judged.demand(action, unit)

    def may(self, action: Action, unit: Unit | None = None) -> bool:
        return self.judged.may(action, unit)
