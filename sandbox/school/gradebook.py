"""One course's gradebook: two terms with their columns, and the values that the pupils have so far."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from sandbox.school.timetable import Subject

_ICT = timezone(timedelta(hours=7))
_STARTS = {"HK1": datetime(2026, 9, 5, tzinfo=_ICT), "HK2": datetime(2027, 1, 18, tzinfo=_ICT)}
_TERM_NAMES = {"HK1": "Học kì 1", "HK2": "Học kì 2"}
_ROMAN = {"HK1": "I", "HK2": "II"}
PASS_SCALE = ["Chưa đạt", "Đạt"]
_MODULES = {"TX1": "quiz", "TX2": "assign"}
_MARKED_SO_FAR = {"HK1": ("TX1", "TX2", "TX3", "TX4", "GK", "CK"), "HK2": ("TX1", "TX2")}
_NOT_YET = {"HK1": 0.02, "HK2": 0.35}


class Counters:
    """Ids as a database hands them out."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, kind: str) -> int:
        self._last[kind] = self._last.get(kind, 0) + 1
        return self._last[kind]


def build_gradebook(
    title: str, subject: Subject, *, terms: Iterable[str], tagged: bool, counters: Counters
) -> dict[str, Any]:
    """`grade_categories` and `items` of a course, totals after their children. Untagged: items without idnumber."""
    root = {"id": counters.next("grade_category"), "name": title, "aggregation": "weighted"}
    categories, items = [root], []
    for term in terms:
        category = {"id": counters.next("grade_category"), "name": _TERM_NAMES[term], "parent": root["id"]}
        categories.append({**category, "aggregation": "mean" if subject.comment else "weighted"})
        for column in columns(subject):
            items.append(_column(subject, term, column, category=category["id"], counters=counters))
            if not tagged:
                items[-1]["idnumber"] = ""
        items.append(_total("category", category["id"], subject, counters))
    items.append(_total("course", root["id"], subject, counters))
    return {"grade_categories": categories, "items": items}


def columns(subject: Subject) -> list[str]:
    return [*(f"TX{number}" for number in range(1, subject.regular + 1)), "GK", "CK"]


def _column(subject: Subject, term: str, column: str, *, category: int, counters: Counters) -> dict[str, Any]:
    module = _MODULES.get(column)
    item = {
        "id": counters.next("item"),
        "type": "mod" if module else "manual",
        "name": _column_name(term, column),
        "idnumber": f"{term}.{column}",
        "category": category,
        "coefficient": {"GK": 2, "CK": 3}.get(column, 1),
    }
    if module:
        item |= {"module": module, "instance": counters.next(module), "cmid": counters.next("cm")}
    return item | (scale_of(PASS_SCALE) if subject.comment else {"min": 0, "max": 10})


def scale_of(words: list[str]) -> dict[str, Any]:
    """A scale item: the value is the position of the word, from 1."""
    return {"scale": words, "min": 1, "max": len(words)}


def _column_name(term: str, column: str) -> str:
    if column == "GK":
        return f"Kiểm tra giữa kì {_ROMAN[term]}"
    if column == "CK":
        return f"Kiểm tra cuối kì {_ROMAN[term]}"
    return f"Kiểm tra thường xuyên {column.removeprefix('TX')} - HK {_ROMAN[term]}"


def _total(kind: str, category: int, subject: Subject, counters: Counters) -> dict[str, Any]:
    item = {"id": counters.next("item"), "type": kind, "instance": category, "number": None, "decimals": 1}
    return item | {"min": 0, "max": 2 if subject.comment else 10}


def fill_cells(items: list[dict[str, Any]], pupils: Iterable[int], random: Random) -> dict[str, dict[str, Any]]:
    """Values of the columns that have been marked so far, item id → user id → cell."""
    level = {user: random.gauss(7.2, 1.4) for user in pupils}
    cells: dict[str, dict[str, Any]] = {}
    for item in items:
        term, _, column = _when(item)
        if column in _MARKED_SO_FAR.get(term, ()):
            cells[str(item["id"])] = _fill_column(item, level, _NOT_YET[term], random)
    return cells


def _when(item: dict[str, Any]) -> tuple[str, str, str]:
    """Term and column of an item, also where the teacher has set no idnumber: the name tells."""
    tag = item.get("idnumber") or _tag_of_name(item.get("name") or "")
    return tag.partition(".")


def _tag_of_name(name: str) -> str:
    term = "HK2" if name.endswith("II") else "HK1"
    if "giữa kì" in name or "cuối kì" in name:
        return f"{term}.{'GK' if 'giữa' in name else 'CK'}"
    digits = "".join(letter for letter in name if letter.isdigit())
    return f"{term}.TX{digits}" if digits else ""


def _fill_column(
    item: dict[str, Any], level: dict[int, float], not_yet: float, random: Random
) -> dict[str, dict[str, Any]]:
    at = _marked_at(item)
    return {
        str(user): {"raw": _value(item, ability, random), "graded": at + random.randrange(86_400)}
        for user, ability in level.items()
        if random.random() >= not_yet
    }


def _marked_at(item: dict[str, Any]) -> int:
    term, _, column = _when(item)
    days = {"GK": 60, "CK": 115}.get(column) or 18 * int(column.removeprefix("TX"))
    return int((_STARTS[term] + timedelta(days=days)).timestamp())


def _value(item: dict[str, Any], ability: float, random: Random) -> float:
    """Quizzes give five decimals, papers are marked in quarters, scales by position."""
    if item.get("scale"):
        return 2 if random.random() < 0.96 else 1
    mark = min(10.0, max(0.0, random.gauss(ability, 1.1)))
    if item.get("module") == "quiz":
        questions = random.choice((10, 12, 20, 30))
        return round(10 * round(questions * mark / 10) / questions, 5)
    return round(mark * 4) / 4
