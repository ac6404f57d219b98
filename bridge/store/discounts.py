"""Questions that do not count, by link and version of its material."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from bridge.domain.discounting import Counting, Discount
from bridge.domain.errors import NotFound, Overtaken
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.playing import report_anew
from bridge.store.tables.playing import link_discounts, material_links


class DiscountTable:
    """`bridge.ports.playing.Discounts`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def of_link(self, school: str, link: str) -> Mapping[int, Discount]:
        with self._database.read() as connection:
            return {number: each for number, each in _of_link(connection, school, link).items() if each.questions}

    def put(
        self,
        school: str,
        link: str,
        version: int,
        discount: Discount,
        *,
        seen: frozenset[str],
        actor: str,
        why: str,
        now: datetime,
    ) -> None:
        with self._database.write() as connection:
            _hold(connection, school, link)
            before = _of_link(connection, school, link).get(version, Discount(frozenset(), Counting())).questions
            if before != seen:
                raise Overtaken(kind="discount", name=str(version), now=_told(before) or None)
            row = {"school": school, "link": link, "version": version, **_row(discount)}
            upsert(connection, link_discounts, [row], changes=taking("questions", "weighted", "whole", "taken_out"))
            name = f"{link}/{version}"
            entry = Entry("material.discounted", name, old=_told(before), new=_told(discount.questions), reason=why)
            self._trail.append(connection, school, [entry], actor=actor, at=now)
            report_anew(connection, school, link)


def _hold(connection: sa.Connection, school: str, link: str) -> None:
    """Until this transaction ends: two people may take out the first question of a link at once. `NotFound`."""
    mine = (material_links.c.school == school) & (material_links.c.id == link)
    if connection.execute(sa.select(material_links.c.id).where(mine).with_for_update()).one_or_none() is None:
        raise NotFound(kind="material link", name=link[:40], nearest=[])


def _of_link(connection: sa.Connection, school: str, link: str) -> dict[int, Discount]:
    mine = (link_discounts.c.school == school) & (link_discounts.c.link == link)
    found = connection.execute(sa.select(link_discounts).where(mine))
    return {row.version: _discount(row) for row in found}


def _discount(row: Any) -> Discount:
    whole = Decimal(row.whole) if row.whole else None
    return Discount(frozenset(json.loads(row.questions)), Counting(row.weighted, whole, Decimal(row.taken_out)))


def _row(discount: Discount) -> dict[str, Any]:
    counting = discount.counting
    return {
        "questions": json.dumps(sorted(discount.questions), ensure_ascii=False, separators=(",", ":")),
        "weighted": counting.weighted,
        "whole": "" if counting.whole is None else str(counting.whole),
        "taken_out": str(counting.out),
    }


def _told(questions: frozenset[str]) -> str:
    return ", ".join(sorted(questions))
