"""What this city can do and how it behaves; a test or a demo may change it while it runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from sandbox.city.state import State

MOST_ROWS: Final = 500
MOST_BYTES: Final = 1024 * 1024  # of a request, after unpacking
VERSIONS: Final = ("1.0",)


@dataclass(frozen=True)
class Settings:
    """`receipts` "later": tickets, a submission is done after `polls` questions. `page_rows` limits pages only."""

    environment: str = "THU"
    receipts: str = "now"
    polls: int = 1
    gzip: bool = True
    delta: bool = True
    compare_and_set: bool = True
    page_rows: int = MOST_ROWS

    def __post_init__(self) -> None:
        if self.environment not in ("THU", "THAT") or self.receipts not in ("now", "later"):
            raise ValueError("environment is THU or THAT, receipts now or later")
        if not (1 <= self.page_rows <= MOST_ROWS and self.polls >= 0):
            raise ValueError(f"page_rows is 1 to {MOST_ROWS}, polls 0 or more")

    def capabilities(self) -> list[str]:
        switched = {"sosanhphienban": self.compare_and_set, "nhangzip": self.gzip, "delta": self.delta}
        receipts = "bienlaingay" if self.receipts == "now" else "bienlaisau"
        return ["huy", "khoaso", receipts, *(name for name, on in switched.items() if on)]


def read_settings(state: State) -> Settings:
    return Settings(**state.settings())


def change_settings(state: State, changes: dict[str, Any]) -> Settings:
    """TypeError or ValueError, and nothing changed, for a setting that is none."""
    changed = Settings(**{**asdict(read_settings(state)), **changes})
    state.keep_settings(asdict(changed))
    return changed
