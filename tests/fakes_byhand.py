"""A tray in memory: what lies with a person, and what that person said."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bridge.domain.errors import NotFound, Refused
from bridge.ports.byhand import Batch, Word
from bridge.ports.city import Submission


class MemoryTray:
    """Implements `bridge.ports.byhand.Tray`."""

    def __init__(self) -> None:
        self._taken: dict[str, Submission] = {}
        self._words: dict[str, dict[int, Word]] = {}
        self._batches: list[Batch] = []

    def take(self, submission: Submission) -> None:
        if self._taken.setdefault(submission.id, submission) != submission:
            raise Refused(remote="city", operation="submit", reason="SUBMISSION_REUSED")

    def rows(self, submission: str) -> Submission | None:
        return self._taken.get(submission)

    def words(self, submission: str) -> Mapping[int, Word]:
        return dict(self._words.get(submission, {}))

    def say(self, submission: str, words: Mapping[int, Word], *, actor: str, now: datetime) -> None:
        said = self._words.setdefault(submission, {})
        self._words[submission] = {**words, **said}

    def waiting(self) -> Sequence[Submission]:
        return [each for id, each in self._taken.items() if len(self.words(id)) < len(each.rows)]

    def hand_out(self, batch: Batch) -> None:
        self._batches.append(batch)

    def batch(self, name: str) -> Batch:
        found = [batch for batch in self._batches if name == "last" or batch.id.startswith(name)]
        if not found:
            raise NotFound(kind="batch", name=name, nearest=[])
        return found[-1]
