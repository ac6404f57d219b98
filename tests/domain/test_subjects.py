"""The table of subjects: what is in it, what a text names, what a school may add."""

from pathlib import Path

import pytest

import bridge.domain
from bridge.domain.errors import ConfigProblem
from bridge.domain.subjects import Doubt, Kind, Subjects, load_subjects

TABLE = (Path(bridge.domain.__file__).parent / "data" / "subjects.toml").read_text(encoding="utf-8")
THCS, THPT = (6, 7, 8, 9), (10, 11, 12)


@pytest.fixture(scope="module")
def subjects() -> Subjects:
    return load_subjects(TABLE)


@pytest.mark.parametrize(
    ("code", "grade_level", "kind", "periods"),
    [
        ("TOAN", 6, Kind.SCORED, 140),
        ("TOAN", 10, Kind.SCORED, 105),
        ("GDCD", 9, Kind.SCORED, 35),
        ("LICHSU", 12, Kind.SCORED, 52),
        ("CONGNGHE", 7, Kind.SCORED, 35),
        ("CONGNGHE", 8, Kind.SCORED, 52),
        ("CONGNGHE", 11, Kind.SCORED, 70),
        ("TINHOC", 6, Kind.SCORED, 35),
        ("GDTC", 6, Kind.COMMENT, 70),
        ("HDTNHN", 12, Kind.COMMENT, 105),
        ("GDDP", 10, Kind.COMMENT, 35),
    ],
)
def test_kind_and_periods_depend_on_the_grade_level(
    subjects: Subjects, code: str, grade_level: int, kind: Kind, periods: int
) -> None:
    teaching = subjects.by_code[code].at(grade_level)
    assert teaching is not None
    assert (teaching.kind, teaching.periods) == (kind, periods)


@pytest.mark.parametrize(("code", "grade_level"), [("VATLI", 9), ("KHTN", 10), ("GDCD", 10), ("TOAN", 5)])
def test_a_subject_is_not_taught_everywhere(subjects: Subjects, code: str, grade_level: int) -> None:
    assert subjects.by_code[code].at(grade_level) is None


def test_a_pupil_of_lower_secondary_has_eight_scored_and_four_comment_subjects(subjects: Subjects) -> None:
    taught = [row for subject in subjects.by_code.values() if (row := subject.at(8)) and not row.elective]
    assert sorted(row.kind for row in taught) == [Kind.COMMENT] * 4 + [Kind.SCORED] * 8


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Toán", "TOAN"),
        ("TOÁN HỌC", "TOAN"),
        ("Ng.văn", "NGUVAN"),
        ("ngu van", "NGUVAN"),
        ("Tiếng Anh", "NN1"),
        ("Ng.ngữ", "NN1"),
        ("Vật lý", "VATLI"),
        ("Hóa", "HOAHOC"),
        ("Sử", "LICHSU"),
        ("KT&PL", "GDKTPL"),
        ("GDQP-AN", "GDQPAN"),
        ("HĐTN&HN", "HDTNHN"),
        ("NDGDCĐP", "GDDP"),
        ("Mỹ thuật", "MITHUAT"),
    ],
)
def test_an_alias_of_upper_secondary_names_one_subject(subjects: Subjects, text: str, code: str) -> None:
    naming = subjects.named(text, grade_levels=THPT)
    assert naming is not None
    assert naming.sure
    assert naming.codes == (code,)


@pytest.mark.parametrize(
    ("text", "levels", "codes", "doubt"),
    [
        ("CN", THPT, ("CONGNGHE",), Doubt.SHORT),
        ("TH", THPT, ("TINHOC",), Doubt.SHORT),
        ("TD", THPT, ("GDTC",), Doubt.SHORT),
        ("NT", THCS, ("NGHETHUAT",), Doubt.SHORT),
        ("NN1", THPT, ("NN1", "NN2", "CONGNGHE"), Doubt.SHORT),
        ("CĐ", THCS, ("GDCD",), Doubt.SHORT),
        ("Anh", THPT, ("NN1",), Doubt.NAME),
        ("Văn", THPT, ("NGUVAN",), Doubt.NAME),
        ("Tiếng Nhật", THPT, ("NN1", "NN2"), Doubt.VARIANT),
        ("Âm nhạc", THCS, ("NGHETHUAT",), Doubt.PART),
        ("Âm nhạc", (*THCS, *THPT), ("AMNHAC", "NGHETHUAT"), Doubt.PART),
        ("Công nghệ (Công nghiệp)", THPT, ("CONGNGHE",), Doubt.PART),
        ("GDCD", THPT, ("GDKTPL",), Doubt.OLD),
        ("Chuyên đề", THPT, (), Doubt.CLUSTER),
        ("SHCN", THPT, (), Doubt.NO_SUBJECT),
        ("Chào cờ", THCS, (), Doubt.NO_SUBJECT),
        ("KHTN", THPT, ("KHTN",), Doubt.NOT_TAUGHT),
        ("KTPL", THCS, ("GDKTPL",), Doubt.NOT_TAUGHT),
    ],
)
def test_a_text_that_may_mean_something_else_is_doubtful(
    subjects: Subjects, text: str, levels: tuple[int, ...], codes: tuple[str, ...], doubt: Doubt
) -> None:
    naming = subjects.named(text, grade_levels=levels)
    assert naming is not None
    assert not naming.sure
    assert (naming.codes, naming.doubt) == (codes, doubt)
    assert naming.note or doubt is Doubt.NOT_TAUGHT


@pytest.mark.parametrize("text", ["", "Maths", "Khoa học", "10A1", "Toán Văn"])
def test_what_nobody_calls_a_subject_is_unknown(subjects: Subjects, text: str) -> None:
    assert subjects.named(text) is None


def test_a_school_settles_a_doubtful_alias_and_adds_its_own() -> None:
    subjects = load_subjects(TABLE, '[subjects.CONGNGHE]\naliases = ["CN", "Nghề"]')
    for alias in ("CN", "Nghề", "Công nghệ"):
        naming = subjects.named(alias, grade_levels=THPT)
        assert naming is not None
        assert naming.sure
    assert subjects.by_code["CONGNGHE"].at(8) is not None  # a school that says nothing of periods changes none


def test_a_school_changes_periods_and_adds_a_subject() -> None:
    own = """
    [subjects.LICHSU]
    taught = [{ grade_levels = [10, 11, 12], kind = "SCORED", periods = 70 }]
    [subjects.STEM]
    name = "STEM"
    aliases = ["STEM"]
    taught = [{ grade_levels = [10], kind = "COMMENT", periods = 35, elective = true }]
    """
    subjects = load_subjects(TABLE, own)
    history, stem = subjects.by_code["LICHSU"], subjects.by_code["STEM"]
    assert (history.name, history.taught[0].periods) == ("Lịch sử", 70)
    assert stem.taught[0].elective


def test_a_doubt_of_some_grade_levels_is_none_at_others() -> None:
    own = """
    [subjects.TOAN]
    aliases = ["Hình"]
    [[doubtful]]
    aliases = ["Hình"]
    grade_levels = [10, 11, 12]
    codes = ["TOAN"]
    doubt = "PART"
    note = "Hình học"
    """
    subjects = load_subjects(TABLE, own)
    lower, upper = (subjects.named("hình", grade_levels=levels) for levels in (THCS, THPT))
    assert lower is not None
    assert upper is not None
    assert lower.sure
    assert (upper.codes, upper.doubt) == (("TOAN",), Doubt.PART)


def test_all_problems_of_a_table_are_told_together() -> None:
    bad = """
    [subjects.A]
    aliases = ["x"]
    [subjects.B]
    name = "B"
    taught = [{ grade_levels = [3], kind = "SCORED", periods = 35 }]
    [subjects.C]
    name = "C"
    taught = [{ grade_levels = [6], kind = "NUMBER", periods = 35 }]
    [subjects.D]
    name = "D"
    taught = [{ grade_levels = [6], kind = "SCORED", periods = 0 }]
    [subjects.E]
    name = "E"
    aliases = ["ee"]
    taught = [{ grade_levels = [6], kind = "SCORED", periods = 35 }]
    [subjects.F]
    name = "F"
    aliases = ["Ê ê"]
    taught = [{ grade_levels = [6], kind = "SCORED", periods = 35 }]
    [[doubtful]]
    aliases = ["g"]
    codes = ["G"]
    doubt = "SHORT"
    note = "?"
    """
    with pytest.raises(ConfigProblem) as caught:
        load_subjects(bad)
    problems = caught.value.facts["problems"]
    assert isinstance(problems, list)
    assert [where for where, _ in problems] == [
        "subjects.A",
        "subjects.B",
        "subjects.C",
        "subjects.D",
        "doubtful[0]",
        "alias ee",
    ]


def test_text_that_is_no_table_is_told() -> None:
    with pytest.raises(ConfigProblem):
        load_subjects("[subjects")
