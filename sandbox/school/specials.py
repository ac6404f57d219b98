"""The special cases that real schools have: pupils, columns and courses that a bridge must not stumble over.

`make_specials` changes the two worlds in place and says what it did: name of the case → where to find it.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sandbox.school.gradebook import build_gradebook, fill_cells, scale_of
from sandbox.school.moodle import MoodleSite
from sandbox.school.timetable import SCHOOL, SUBJECTS, YEAR

_HOME = "10A1"
_DELETED_USER = 900


def make_specials(city: dict[str, Any], moodle: MoodleSite) -> dict[str, Any]:
    specials = _SpecialPupils(city, moodle)
    specials.make()
    _colleague(moodle)
    return {
        "special_pupils": specials.found,
        "special_columns": _special_columns(moodle),
        "special_courses": _special_courses(moodle),
    }


def _colleague(moodle: MoodleSite) -> None:
    """A teacher of the same subject who helps out in 10A1 without editing rights (dạy thay)."""
    course = moodle.course_of(_HOME, "TOAN")
    there = {row["user"] for row in course["enrolments"]}
    others = [teacher for teacher in moodle.staff.teachers if teacher.subject == "TOAN" and teacher.user not in there]
    course["enrolments"].append({"user": others[0].user, "role": "teacher"})


class _SpecialPupils:
    """All in class 10A1 and, where a mark is concerned, in its Toán course."""

    def __init__(self, city: dict[str, Any], moodle: MoodleSite):
        self._city, self._moodle = city, moodle
        self._course = moodle.course_of(_HOME, "TOAN")
        self._queue = [pupil for pupil in moodle.pupils if pupil.school_class.code == _HOME]
        self._users = {user["id"]: user for user in moodle.users}
        self._known = {pupil["code"]: pupil for pupil in city["pupils"]}
        self.found: dict[str, dict[str, Any]] = {}

    def make(self) -> None:
        self._special_marks()
        self._special_enrolments()
        self._special_accounts()
        self._special_in_the_city()
        self._strangers()

    def _next(self, case: str) -> int:
        pupil = self._queue.pop(0)
        self.found[case] = {"user": pupil.user, "pupil": pupil.code, "course": self._course["id"]}
        return pupil.user

    def _special_marks(self) -> None:
        nothing = self._next("no_tx1_tx3")
        self._drop(nothing, "HK1.TX1")
        self._drop(nothing, "HK1.TX3")
        zeros = self._next("zeros_and_total_overridden")
        for column in ("TX1", "TX2", "TX3", "TX4", "GK", "CK"):
            self._set(zeros, f"HK1.{column}", raw=0)
        self._set_total(zeros, "course", raw=2.2)
        self._set(self._next("gk_overridden"), "HK1.GK", raw=9.9, overridden=True, feedback="Phúc khảo: nâng điểm")
        self._set(self._next("gk_overridden_to_null"), "HK1.GK", raw=None, overridden=True, graded=None)
        self._set(self._next("excluded"), "HK1.TX3", raw=7.75, excluded=True)
        self._set(self._next("hidden"), "HK1.TX3", raw=5, hidden=True)
        self._set(self._next("locked"), "HK1.TX3", raw=4.5, locked=True)
        self._set_total(self._next("category_total_overridden"), "category", raw=5.5)
        unmarked = self._next("no_score_at_all")
        for column in self._course["cells"].values():
            column.pop(str(unmarked), None)
        self._set(self._next("rounds_only_once"), "HK1.GK", raw=7.2475)

    def _special_enrolments(self) -> None:
        self._enrolment(self._next("enrolment_suspended"))["status"] = "suspended"
        self._enrolment(self._next("enrolment_ended"))["status"] = "ended"

    def _special_accounts(self) -> None:
        self._users[self._next("account_suspended")]["suspended"] = True
        self._users[self._next("no_idnumber")]["idnumber"] = ""
        self._decompose(self._users[self._next("nfd_name")])
        untrimmed = self._users[self._next("untrimmed_idnumber")]
        untrimmed["idnumber"] = f" {untrimmed['idnumber']} "
        owner = self._users[self._next("duplicate_idnumber")]
        twin = self._stranger("duplicate_idnumber_other", {**owner, "username": f"{owner['username']}b"})
        self._set(twin, "HK1.TX1", raw=3.5)

    def _special_in_the_city(self) -> None:
        """What the city knows otherwise than Moodle does."""
        self._next("wrong_class")
        self._known[self.found["wrong_class"]["pupil"]]["class"] = "10A2"
        first, second = self._next("same_name"), self._next("same_name_other")
        for key in ("lastname", "firstname"):
            self._users[second][key] = self._users[first][key]
        same = self._known[self.found["same_name"]["pupil"]]
        self._known[self.found["same_name_other"]["pupil"]] |= {key: same[key] for key in ("name", "birth", "sex")}
        left = self._next("left_the_school")
        self._known[self.found["left_the_school"]["pupil"]] |= {"state": "CHUYENTRUONG", "to": "2026-11-15"}
        self._enrolment(left)["status"] = "ended"
        self._next("came_late")
        self._known[self.found["came_late"]["pupil"]]["from"] = "2026-11-02"

    def _strangers(self) -> None:
        unknown = {"username": "hs999999", "lastname": "Lưu Khánh", "firstname": "Lạ", "idnumber": "HS999999"}
        user = self._stranger("unknown_to_the_city", unknown)
        for column in ("TX1", "GK", "CK"):
            self._set(user, f"HK1.{column}", raw=6.25)
        gone = {"lastname": "Đã", "firstname": "Xoá", "idnumber": "", "username": "x@moodle.example.test.1789000000"}
        self._moodle.users.append({"id": _DELETED_USER, "deleted": True, "email": "0" * 32, **gone})
        self.found["deleted"] = {"user": _DELETED_USER, "pupil": None, "course": None}

    def _stranger(self, case: str, account: dict[str, Any]) -> int:
        """An account that no list of the school knows, enrolled in the course."""
        number = _DELETED_USER + self._moodle.counters.next("stranger")
        email = f"{account['username']}@moodle.example.test"
        self._moodle.users.append({**account, "id": number, "email": email, "department": _HOME})
        self._course["enrolments"].append({"user": number})
        self.found[case] = {"user": number, "pupil": None, "course": self._course["id"]}
        return number

    def _decompose(self, user: dict[str, Any]) -> None:
        user |= {"lastname": "Đặng Thị Thuỳ", "firstname": "Dương"}
        for key in ("lastname", "firstname"):
            user[key] = unicodedata.normalize("NFD", user[key])
        self._known[user["idnumber"]]["name"] = "Đặng Thị Thuỳ Dương"

    def _enrolment(self, user: int) -> dict[str, Any]:
        return next(row for row in self._course["enrolments"] if row["user"] == user)

    def _set(self, user: int, tag: str, **cell: Any) -> None:
        self._write(item_of(self._course, tag), user, cell)

    def _set_total(self, user: int, kind: str, *, raw: float) -> None:
        total = next(item for item in self._course["items"] if item["type"] == kind)
        self._write(total, user, {"raw": raw, "overridden": True})

    def _write(self, item: dict[str, Any], user: int, cell: dict[str, Any]) -> None:
        column = self._course["cells"].setdefault(str(item["id"]), {})
        column[str(user)] = {"graded": 1_795_459_333, **cell}

    def _drop(self, user: int, tag: str) -> None:
        self._course["cells"][str(item_of(self._course, tag)["id"])].pop(str(user), None)


def item_of(course: dict[str, Any], tag: str) -> dict[str, Any]:
    return next(item for item in course["items"] if item.get("idnumber") == tag)


def _special_columns(moodle: MoodleSite) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def change(case: str, place: str, tag: str, **fields: Any) -> None:
        course = moodle.course_of(place, tag.partition(":")[0])
        item = item_of(course, tag.partition(":")[2])
        _change_column(course, item, fields)
        found[case] = {"course": course["id"], "item": item["id"]}

    change("out_of_20", "11B1", "TINHOC:HK1.TX2", max=20)
    change("out_of_30", "11B1", "TINHOC:HK1.TX3", max=30)
    change("out_of_100", "11B1", "TINHOC:HK1.GK", max=100)
    change("unknown_scale", "10A3", "GDTC:HK1.TX2", **scale_of(["Kém", "Trung bình", "Khá", "Giỏi"]))
    change("comment_subject_with_numbers", "10A3", "GDDP:HK1.TX2", scale=None, min=0, max=10)
    change("waits_for_recalculation", "11B2", "LICHSU:HK1.CK", needsupdate=True)
    change("hidden_column", "12C3", "TOAN:HK1.CK", hidden=True)
    change("locked_column", "12C3", "TOAN:HK1.GK", locked=True)
    change("from_scorm", "12C1", "TOAN:HK1.TX3", **_activity(moodle, "scorm"))
    change("from_h5p", "12C1", "TOAN:HK1.TX4", **_activity(moodle, "h5pactivity"))
    change("from_lti", "12C2", "TOAN:HK1.TX3", **_activity(moodle, "lti"))
    return {**found, "more_columns_than_the_book": _extra_columns(moodle), "not_yet_tagged": _plain_column(moodle)}


def _activity(moodle: MoodleSite, module: str) -> dict[str, Any]:
    numbers = moodle.counters
    return {"type": "mod", "module": module, "instance": numbers.next(module), "cmid": numbers.next("cm")}


def _change_column(course: dict[str, Any], item: dict[str, Any], fields: dict[str, Any]) -> None:
    """A new range keeps what the pupils did: 7.5 of 10 becomes 15 of 20, and a word of a scale a number."""
    old_min, old_span = item["min"], item["max"] - item["min"]
    item.update(fields)
    span = item["max"] - item["min"]
    for cell in course["cells"].get(str(item["id"]), {}).values():
        share = (cell["raw"] - old_min) / old_span
        cell["raw"] = item["min"] + (round(share * span) if item.get("scale") else round(share * span * 4) / 4)


def _extra_columns(moodle: MoodleSite) -> dict[str, Any]:
    """Seven regular assessments where the city's book has room for five."""
    course = moodle.course_of("10A2", "TOAN")
    ids = [_add_column(moodle, course, f"HK1.TX{n}", f"Kiểm tra thường xuyên {n} - HK I") for n in (5, 6, 7)]
    return {"course": course["id"], "items": ids}


def _plain_column(moodle: MoodleSite) -> dict[str, Any]:
    """A column that the teacher has just made and not tagged."""
    course = moodle.course_of("11B3", "NN1")
    return {"course": course["id"], "item": _add_column(moodle, course, "", "Kiểm tra nói tuần 12")}


def _add_column(moodle: MoodleSite, course: dict[str, Any], tag: str, name: str) -> int:
    before = item_of(course, "HK1.GK")
    item = {**before, "id": moodle.counters.next("item"), "idnumber": tag, "name": name, "coefficient": 1}
    course["items"].insert(course["items"].index(before), item)
    values = course["cells"][str(before["id"])]
    course["cells"][str(item["id"])] = {user: dict(cell) for user, cell in values.items()}
    return item["id"]


def _special_courses(moodle: MoodleSite) -> dict[str, int]:
    """Courses that feed nothing: no subject, another year, hidden, a club."""
    home, last_year = moodle.pupils_of("10A1"), moodle.pupils_of("11B1")
    return {
        "homeroom": _course(moodle, "Sinh hoạt lớp 10A1", pupils=home, category=10),
        "playground": _course(moodle, "Sân chơi thử nghiệm (không tính điểm)", pupils=home[:3], category=3),
        "last_year": _course(
            moodle, "Toán 10A1 - 2025-2026", pupils=last_year, category=2, idnumber=f"{SCHOOL}|{YEAR - 1}|10A1|TOAN"
        ),
        "hidden": _course(moodle, "Tin học 12C1 (nháp)", pupils=[], category=12, visible=False),
        "club": _course(moodle, "CLB Toán khối 10", pupils=home[5:25] + moodle.pupils_of("10A2")[:15], category=3),
    }


def _course(moodle: MoodleSite, title: str, *, pupils: list[int], category: int, **given: Any) -> int:
    course = moodle.add_course(title, shortname=title[:40], category=category, **given)
    subject = SUBJECTS["TOAN"] if "Toán" in title else SUBJECTS["GDDP"]
    course.update(build_gradebook(title, subject, terms=["HK1"], tagged=False, counters=moodle.counters))
    course["enrolments"] = [{"user": user} for user in pupils]
    course["cells"] = fill_cells(course["items"], pupils, moodle.random)
    return course["id"]
