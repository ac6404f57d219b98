"""Words that stand around a subject in a course's name. Bare forms (`names.fold`), compared without spaces.

General knowledge of how Vietnamese schools write; a word that is in no list makes a person decide.
"""

import re
from collections.abc import Mapping
from typing import Final

from bridge.domain.matching.verdicts import Why
from bridge.domain.names import alias_key


def _keys(text: str) -> frozenset[str]:
    return frozenset(alias_key(each) for each in text.split(","))


IDLE: Final = _keys(
    "lop, lop hoc, l, m, mon, mon hoc, bo mon, khoa hoc, khoa, hoc, hoc phan, hoc lieu, hoc lieu so, bai "
    "tap, bai giang, va, truc tuyen, online, on line, lms, e learning, elearning, moodle, course, cua, "
    "moi, phong hoc, lop truc tuyen, nam hoc, nh, nien hoc, ca nam, hoc ki, ki, hk, khoi, k, si so, tiet, "
    "buoi, sang, chieu, toi, tu chon, nhom, ghep lop, kntt, ctst, canh dieu, ket noi tri thuc, ket noi "
    "tri thuc voi cuoc song, chan troi sang tao, sgk, bo sach, ma lop"
)
"""Says nothing about the subject: general nouns, times, textbook series."""

TELLING: Final[Mapping[Why, frozenset[str]]] = {
    Why.BESIDE_SUBJECT: _keys(
        "clb, cau lac bo, hsg, bdhsg, hoc sinh gioi, doi tuyen, boi duong, olympic, phu dao, hs yeu, day "
        "them, hoc them, on, on tap, on thi, luyen thi, luyen, luyen de, thi thu, thi, kiem tra, kiem tra "
        "chung, khao sat, de, de thi, kho de, ngan hang cau hoi, ngan hang de, chuyen de, stem, steam, "
        "robotics, ban ngu, ielts, toeic, toefl, sat, cambridge, tu duy, nang cao, ki nang, ki nang song, "
        "trung tam, he, tai lieu, thu vien, tich hop, song ngu, lien mon, to chuyen mon, tap huan"
    ),
    Why.NO_SUBJECT: _keys(
        "chu nhiem, gvcn, shcn, shl, sinh hoat, sinh hoat lop, chao co, hop, hop phu huynh, phu huynh, thong "
        "bao, tu van, doan, doi, doan doi, huong dan su dung, ban can su"
    ),
    Why.TEMPLATE: _keys(
        "mau, khoa hoc mau, template, demo, test, sandbox, nhap, ban nhap, khong dung, khong su dung, cu"
    ),
    Why.COPY: _keys("ban sao, ban sao cua, copy, copy of, sao chep, clone, duplicate"),
    Why.ARCHIVED: _keys("luu tru, archive, archived, da dong, da ket thuc"),
}
"""Says that the course is something else than a class's course of the subject, and what."""

LONGEST_PHRASE: Final = 8

SURNAMES: Final = _keys(
    "nguyen, tran, le, pham, huynh, hoang, phan, vu, vo, dang, bui, do, ho, ngo, duong, li, dinh, doan, "
    "lam, mai, trinh, dao, cao, ha, luong, luu, ta, chau, quach, thai, to, trieu, vuong, truong, kieu, "
    "la, tang, nghiem, bach, khuu, ton"
)
"""Family names: a segment of two to five capitalised words that begins with one is a person."""

TITLE: Final = re.compile(
    r"(?<![a-z0-9])(?:gvbm|gvgd|gv|giao vien|co giao|thay giao|thay|co)(?:\s*[.:]\s*|\s+)(?=[a-z])"
)
"""Before a teacher's name. `GVCN` is not here: that is the homeroom."""
