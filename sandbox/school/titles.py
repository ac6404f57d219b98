"""How teachers name their Moodle courses: neat, odd, or known only to themselves."""

from __future__ import annotations

from random import Random

from sandbox.school.timetable import SUBJECTS

_SPOKEN = {
    "TOAN": ("Toán", "Toán học", "TOÁN"),
    "NGUVAN": ("Văn", "Ng.văn", "NGỮ VĂN"),
    "NN1": ("Anh văn", "Tiếng Anh", "T.Anh"),
    "LICHSU": ("Sử", "Lịch Sử", "LỊCH SỬ"),
    "DIALI": ("Địa", "Địa lý", "ĐỊA LÝ"),
    "GDKTPL": ("GDKT&PL", "KTPL", "GD KTPL"),
    "VATLI": ("Vật lý", "VL", "LÝ"),
    "HOAHOC": ("Hóa", "Hóa học", "HOÁ"),
    "SINHHOC": ("Sinh", "SINH HỌC", "Sinh học"),
    "CONGNGHE": ("C.nghệ", "Công nghệ", "CÔNG NGHỆ"),
    "TINHOC": ("Tin", "TIN HỌC", "Tin học"),
    "GDQPAN": ("GDQP-AN", "Quốc phòng", "QPAN"),
    "GDTC": ("Thể dục", "GDTC", "Thể chất"),
    "HDTNHN": ("HĐTN-HN", "Trải nghiệm", "HĐTN"),
    "GDDP": ("GDĐP", "Giáo dục địa phương", "NDGDCĐP"),
}
_YEAR_PATTERNS = (
    "{subject} {place} 2026-27",
    "{subject} {place}",
    "{place} {subject}",
    "{subject} - Lớp {place} - NH 2026-2027",
    "{subject} {place} ({teacher})",
    "[{place}] {subject}",
)
_TERM_PATTERNS = {
    "HK1": ("{subject} {place} - HKI ({teacher})", "{subject} {place} - học kỳ 1", "HK1 {subject} {place}"),
    "HK2": ("{subject} {place} - HKII ({teacher})", "{subject} {place} - học kỳ 2", "HK2 {subject} {place}"),
}


def neat_title(subject: str, place: str, term: str | None) -> str:
    tail = f" - {term} 2026-2027" if term else " - 2026-2027"
    return f"{SUBJECTS[subject].name} {place}{tail}"


def messy_title(subject: str, place: str, *, term: str | None, teacher: str, random: Random) -> str:
    pattern = random.choice(_TERM_PATTERNS[term] if term else _YEAR_PATTERNS)
    return pattern.format(subject=random.choice(_SPOKEN[subject]), place=place, teacher=teacher)
