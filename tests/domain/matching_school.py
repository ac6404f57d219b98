"""A small school for the matcher's tests, with every trap of names that one school can hold."""

from pathlib import Path

from bridge.domain.matching import CourseSeen, SchoolIndex, SchoolKnown, index_school, load_lexicon
from bridge.domain.school import Assignment, ClassKind, SchoolClass
from bridge.domain.scores import Term

TOML = Path(__file__).parents[2] / "bridge/domain/data/subjects.toml"
LEXICON = load_lexicon(TOML.read_text(encoding="utf-8"))

CODES = ("10A1", "10A2", "10A10", "11A1", "L1101", "10VAN")
NAMES = ("10A1", "10A2", "10A10", "11A1", "11.1", "10 Văn")
CORE = ("TOAN", "NGUVAN", "NN1", "LICHSU", "TINHOC", "HDTNHN", "GDTC", "GDKTPL", "GDDP")
GROUP = SchoolClass("10NHAT1", "Nhật 10 nhóm 1", 10, ClassKind.GROUP)


def roster(place: int) -> frozenset[str]:
    return frozenset(f"{place}{number:03}" for number in range(40))


ROSTERS = {code: roster(place) for place, code in enumerate(CODES)}
TEACHERS = {code: {subject: f"GV-{subject}" for subject in CORE} for code in CODES}


def school(year: int = 2026, code: str = "79000001") -> SchoolKnown:
    classes = tuple(
        SchoolClass(code, name, 11 if "11" in name else 10) for code, name in zip(CODES, NAMES, strict=True)
    )
    assignments = [
        Assignment(f"GV-{subject}", code, subject, term) for code in CODES for subject in CORE for term in Term
    ]
    mixed = frozenset(f"{place}{number:03}" for place in range(3) for number in range(0, 36, 3))
    return SchoolKnown(
        code,
        "THPT Sông Xanh",
        year,
        (*classes, GROUP),
        ROSTERS | {GROUP.code: mixed},
        (*assignments, Assignment("GV-NHAT", GROUP.code, "NN2", Term.HK1)),
    )


INDEX: SchoolIndex = index_school(school(), LEXICON)


def course(fullname: str, **facts: object) -> CourseSeen:
    """A course with nobody enrolled unless said; `pupils` and `teachers` may be any iterable of codes."""
    sets = {key: frozenset(facts.pop(key, ())) for key in ("pupils", "teachers")}  # type: ignore[call-overload]
    return CourseSeen(1, fullname, **facts, **sets)  # type: ignore[arg-type]
