"""A small made-up school, for when no world file is at hand. Nobody in it exists."""

from __future__ import annotations

from typing import Any

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng")
_MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Đức")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khôi", "Linh", "Nam", "Oanh", "Phúc")
_SUBJECTS = ("TOAN", "NGUVAN", "NN1", "LICHSU", "GDTC")
_CLASSES = ("10A1", "10A2", "11B1")
_TERMS = ("HK1", "HK2")
_GROUP = {"code": "10-LY-N1", "name": "Lý nhóm 1", "grade_level": 10, "kind": "NHOM", "homeroom": None, "parent": None}


def make_world(number: int = 1, *, pupils_per_class: int = 8, year: int = 2026) -> dict[str, Any]:
    """School `number` (1 to 30): three classes, an elective group over two of them, one teacher per subject."""
    return {
        "school": {"code": f"79{number:06}", "name": f"Trường THPT Mẫu {number}", "level": "THPT"},
        "year": year,
        "terms": [
            {"code": "HK1", "from": f"{year}-09-05", "to": f"{year + 1}-01-15"},
            {"code": "HK2", "from": f"{year + 1}-01-18", "to": f"{year + 1}-05-31"},
        ],
        "classes": [*map(_school_class, _CLASSES), _GROUP],
        "pupils": [_pupil(number, index, pupils_per_class, year) for index in range(len(_CLASSES) * pupils_per_class)],
        "teachers": [{"code": code, "name": _name(index)} for index, code in enumerate(_teachers().values())],
        "assignments": _assignments(),
        "accounts": [{"user": "bridge", "password": "sandbox", "schools": [f"79{number:06}"]}],
    }


def _school_class(code: str) -> dict[str, Any]:
    fields = {"grade_level": int(code[:2]), "kind": "LOP", "homeroom": "GV0001", "parent": None}
    return {"code": code, "name": code, **fields}


def _pupil(school: int, index: int, per_class: int, year: int) -> dict[str, Any]:
    school_class = _CLASSES[index // per_class]
    return {
        "code": f"HS{school:02}{index + 1:04}",
        "moet": f"79{school:02}{index + 1:06}",
        "name": _name(index),
        "birth": f"{year - 15 - int(school_class[:2]) + 10}-{index % 12 + 1:02}-{index % 28 + 1:02}",
        "sex": "2" if _MIDDLE[index % len(_MIDDLE)] == "Thị" else "1",
        "class": school_class,
        "groups": [_GROUP["code"]] if school_class.startswith("10") and index % 2 == 0 else [],
        "state": "DANGHOC",
        "from": f"{year}-09-05",
        "to": None,
    }


def _name(index: int) -> str:
    words = (_FAMILY[index % len(_FAMILY)], _MIDDLE[index % len(_MIDDLE)], _GIVEN[index % len(_GIVEN)])
    return " ".join(words)


def _teachers() -> dict[str, str]:
    return {subject: f"GV{index:04}" for index, subject in enumerate((*_SUBJECTS, "VATLI"), start=1)}


def _assignments() -> list[dict[str, Any]]:
    taught = [(school_class, subject) for school_class in _CLASSES for subject in _SUBJECTS]
    taught.append((_GROUP["code"], "VATLI"))
    teachers = _teachers()
    return [
        {"teacher": teachers[subject], "class": school_class, "subject": subject, "term": term}
        for school_class, subject in taught
        for term in _TERMS
    ]
