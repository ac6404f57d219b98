"""When a read of the city is tried again within a run. Reads are safe to repeat; sending is never repeated here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bridge.domain.errors import Unreachable

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Patience:
    """Seconds. `pause` doubles with each further attempt; a city that asks for a longer wait is left for the next run.

    Shared by threads. Once a read has failed to its last attempt the city is taken to be away: every further read is
    tried once, until one succeeds. Otherwise each of a school's units would wait its turn in vain.
    """

    sleep: Callable[[float], None]
    attempts: int = 3
    pause: float = 1.0
    longest_pause: float = 20.0
    away: bool = False

    def read(self, ask: Callable[[], Answer]) -> Answer:
        """The answer, or the last attempt's error. Only `Unreachable` is worth another attempt."""
        pause = self.pause
        for _ in range(0 if self.away else self.attempts - 1):
            try:
                return self._asked(ask)
            except Unreachable as error:
                wait = max(pause, _asked_for(error))
                if wait > self.longest_pause:
                    raise
            self.sleep(wait)
            pause *= 2
        try:
            return self._asked(ask)
        except Unreachable:
            self.away = True
            raise

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        answer = ask()
        self.away = False
        return answer


def _asked_for(error: Unreachable) -> float:
    """The wait that the city itself asked for."""
    wait = error.facts.get("retry_after")
    return wait if isinstance(wait, float) else 0.0
