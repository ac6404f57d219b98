"""A memory gradebook of a platform: sits the same contract suite as the LTI adapter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bridge.domain.errors import BridgeError, NotFound, Refused
from bridge.ports.gradebooks import LineItem, NewLineItem, Result, Score

REMOTE = "platform"


@dataclass
class MemoryColumn:
    item: LineItem
    cells: dict[str, tuple[Decimal, datetime]] = field(default_factory=dict)  # in the column's own maximum
    overridden: set[str] = field(default_factory=set)
    out_of: dict[str, Decimal] = field(default_factory=dict)  # what a change of the maximum left behind
    textual: bool = False  # takes scores and shows none, as Moodle's columns of type text do


class MemoryGradebooks:
    """Implements `Gradebooks` as Moodle does it. `troubles` strike one sending each, before or after it is taken."""

    def __init__(self, users: Sequence[str] = ()) -> None:
        self.users = set(users)
        self.columns: dict[str, MemoryColumn] = {}
        self.sent: list[Score] = []
        self.troubles: list[tuple[str, BridgeError]] = []  # ("before" | "after" | "asking", …)
        self.away: BridgeError | None = None
        self.tells_times = True

    # --- what people do

    def add_activity(self, collection: str, label: str, maximum: Decimal = Decimal(10)) -> str:
        return self._make(collection, NewLineItem(label, maximum, "", ""), link="1").url

    def enter(self, line_item: str, user: str, value: str, *, at: datetime) -> None:
        """By a teacher's hand."""
        column = self.columns[line_item]
        column.cells[user] = (Decimal(value), at)
        column.out_of.pop(user, None)
        column.overridden.add(user)

    def resize(self, line_item: str, maximum: Decimal) -> None:
        """A teacher changes the maximum: values keep their share, results go on telling the old maximum."""
        column = self.columns[line_item]
        old = column.item.maximum
        column.out_of = dict.fromkeys(column.cells, old) | column.out_of
        column.cells = {user: (value * maximum / old, at) for user, (value, at) in column.cells.items()}
        column.item = column.item._replace(maximum=maximum)

    # --- the port

    def line_items(self, registration: str, collection: str, *, resource_id: str = "") -> Sequence[LineItem]:
        mine = [column.item for url, column in self.columns.items() if url.startswith(f"{collection}/")]
        return [item for item in mine if not resource_id or item.resource_id == resource_id]

    def provide(self, registration: str, collection: str, new: NewLineItem) -> LineItem:
        known = self._named(collection, new.resource_id, new.tag)
        return known[0] if known else self._make(collection, new)

    def change(self, registration: str, collection: str, new: NewLineItem) -> LineItem:
        known = self._ours(collection, new.resource_id, new.tag)
        if not known:
            raise NotFound(kind="line item", name=new.resource_id, nearest=[])
        column = self.columns[known[0].url]
        column.item = column.item._replace(label=new.label, maximum=new.maximum)
        return column.item

    def remove(self, registration: str, collection: str, *, resource_id: str, tag: str) -> int:
        known = self._ours(collection, resource_id, tag)
        for item in known:
            del self.columns[item.url]
        return len(known)

    def send(self, registration: str, line_item: str, score: Score) -> None:
        when, error = self.troubles.pop(0) if self.troubles and self.troubles[0][0] != "asking" else ("", None)
        if when == "before" and error is not None:
            raise error
        self._take(self._column(line_item), score)
        if error is not None:
            raise error

    def results(self, registration: str, line_item: str, *, user: str = "") -> Sequence[Result]:
        if self.away is not None:
            raise self.away
        if self.troubles and self.troubles[0][0] == "asking":
            raise self.troubles.pop(0)[1]
        column = self._column(line_item)
        found = {who: cell for who, cell in column.cells.items() if not user or who == user}
        return [
            Result(
                who,
                None if column.textual else value,
                column.out_of.get(who, column.item.maximum),
                at if self.tells_times else None,
            )
            for who, (value, at) in found.items()
        ]

    def maximum(self, registration: str, line_item: str) -> Decimal:
        return self._column(line_item).item.maximum

    # ---

    def _take(self, column: MemoryColumn, score: Score) -> None:
        if score.user not in self.users:
            raise Refused(remote=REMOTE, operation="SCORE", reason="NOT_GRADABLE", theirs=400)
        known = column.cells.get(score.user)
        at = score.at.replace(microsecond=0)
        if known is not None and at <= known[1]:
            raise Refused(remote=REMOTE, operation="SCORE", reason="STALE", theirs=409)
        self.sent.append(score)
        if score.user not in column.overridden or not column.item.link:  # a column of ours keeps no override
            column.cells[score.user] = (score.value * column.item.maximum / score.maximum, at)
            column.overridden.discard(score.user)
            column.out_of.pop(score.user, None)

    def _column(self, line_item: str) -> MemoryColumn:
        if line_item not in self.columns:
            raise Refused(remote=REMOTE, operation="LINE_ITEM", reason="COLUMN_GONE", theirs=404)
        return self.columns[line_item]

    def _make(self, collection: str, new: NewLineItem, *, link: str = "") -> LineItem:
        url = f"{collection}/{len(self.columns) + 1}/lineitem"
        item = LineItem(url, new.label, new.maximum, new.resource_id, new.tag, link)
        self.columns[url] = MemoryColumn(item)
        return item

    def _named(self, collection: str, resource_id: str, tag: str) -> list[LineItem]:
        return [item for item in self.line_items("", collection, resource_id=resource_id) if item.tag == tag]

    def _ours(self, collection: str, resource_id: str, tag: str) -> list[LineItem]:
        found = self._named(collection, resource_id, tag)
        if any(item.link for item in found):
            raise Refused(remote=REMOTE, operation="LINE_ITEM", reason="NOT_OURS", theirs=resource_id)
        return found
