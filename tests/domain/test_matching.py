"""The matcher, rule by rule, in a small school. The labelled names in tests/matching measure it as a whole."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.domain.matching import (
    Ambiguous,
    Candidate,
    CourseSeen,
    Matched,
    Missing,
    SchoolIndex,
    SchoolKnown,
    Unmatched,
    Verdict,
    Why,
    index_school,
    match_among,
    match_course,
    match_courses,
)
from bridge.domain.matching.lexicon import How, is_cut, undo_telex
from bridge.domain.school import Assignment, ClassKind, SchoolClass
from bridge.domain.scores import Term
from bridge.domain.subjects import Doubt
from tests.domain.matching_school import INDEX, LEXICON, ROSTERS, course, school


def best(verdict: Verdict) -> Candidate:
    assert isinstance(verdict, Matched), verdict
    return verdict.best


def codes(verdict: Verdict) -> set[Why]:
    return set() if isinstance(verdict, Matched) else {each.code for each in verdict.why}


def reasons(candidate: Candidate) -> set[Why]:
    return {each.code for each in candidate.reasons}


def meaning(seen: CourseSeen) -> tuple[str, str, Term | None]:
    found = best(match_course(seen, INDEX))
    return found.school_class, found.subject, found.term


@pytest.mark.parametrize(
    ("idnumber", "school_class", "term"),
    [
        ("79000001|2026|10A1|TOAN", "10A1", None),
        (" 79000001 | 2026 | 10a1 | toan ", "10A1", None),
        ("79000001｜2026｜10A1｜TOAN", "10A1", None),
        ("79000001-2026-10A1-TOAN", "10A1", None),
        ("79000001_2026-2027_10A1_TOAN", "10A1", None),
        ("79OOO001|26-27|1OA1|TOAN", "10A1", None),
        ("79000001|10A1|TOAN", "10A1", None),
        ("79000001|TOAN|10A1|2026", "10A1", None),
        ("79000001|2026|10A1|Toán học|HK2", "10A1", Term.HK2),
        ("79000001|2026|10A1|TOAN|HKI", "10A1", Term.HK1),
        ("79000001.2026.11.1.TOAN", "L1101", None),
        ("79000001|2026|10|TOAN|10A1", "10A1", None),
        ("[79000001|2026|L1101|TOAN]", "L1101", None),
    ],
)
def test_an_idnumber_in_any_sane_form_is_believed(idnumber: str, school_class: str, term: Term | None) -> None:
    assert meaning(course("Khoá học mới", idnumber=idnumber)) == (school_class, "TOAN", term)


def test_a_group_is_named_by_grade_level_subject_and_the_end_of_its_code() -> None:
    known = school()
    groups = tuple(SchoolClass(f"10-DIA-N{number}", f"Địa nhóm {number}", 10, ClassKind.GROUP) for number in (1, 2))
    taught = tuple(Assignment("GV-DIA", group.code, "DIALI", Term.HK1) for group in groups)
    wider = replace(known, classes=(*known.classes, *groups), assignments=(*known.assignments, *taught))
    number = index_school(wider, LEXICON).idnumbers.read("79000001|2026|10|DIALI|N2")
    assert number is not None
    assert (number.school_class, number.subject, number.whole) == ("10-DIA-N2", "DIALI", True)


def test_an_abbreviation_beside_the_subject_itself_contradicts_nothing() -> None:
    assert meaning(course("Toán 10A1", shortname="TOAN-10A1-CN-2627")) == ("10A1", "TOAN", None)
    assert Why.NAMES_CONTRADICT in codes(match_course(course("Toán 10A1", shortname="CN10A1"), INDEX))


@pytest.mark.parametrize("idnumber", ["", "2482", "import-5420", "K6093", "TOAN", "a|b|c|d", "2026"])
def test_an_opaque_idnumber_says_nothing(idnumber: str) -> None:
    assert INDEX.idnumbers.read(idnumber) is None
    assert meaning(course("Toán 10A1", idnumber=idnumber)) == ("10A1", "TOAN", None)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (course("Toán 10A1", idnumber="79000001|2026|10A2|TOAN"), Why.IDNUMBER_CONTRADICTS),
        (course("Toán 10A1", idnumber="79000001|2026|10A1|LICHSU"), Why.IDNUMBER_CONTRADICTS),
        (course("Toán 10A9", idnumber="79000001|2026|10A1|TOAN"), Why.UNKNOWN_CLASS),
        (course("Toán 10A1", idnumber="79000003|2026|10A1|TOAN"), Why.OTHER_SCHOOL),
        (course("Toán 10A1", idnumber="79000001|2026|10B7|TOAN"), Why.IDNUMBER_BROKEN),
        (course("Toán 10A1", idnumber="79000001|2026|10A1|SHL"), Why.IDNUMBER_BROKEN),
        (course("Toán 10A1 HK2", idnumber="79000001|2026|10A1|TOAN|HK1"), Why.TERMS_CONTRADICT),
        (course("Toán 10A1 2025-2026", idnumber="79000001|2026|10A1|TOAN"), Why.YEAR_CONTRADICTS),
        (course("Toán", idnumber="79000001|2026|10A1|TOAN", pupils=ROSTERS["10A2"]), Why.ROSTER_CONTRADICTS),
        (course("Toán", idnumber="79000001|2025|10A1|TOAN", pupils=ROSTERS["10A1"]), Why.YEAR_CONTRADICTS),
    ],
)
def test_an_idnumber_that_anything_contradicts_needs_a_person(seen: CourseSeen, why: Why) -> None:
    verdict = match_course(seen, INDEX)
    assert not isinstance(verdict, Matched)
    assert why in codes(verdict)


@pytest.mark.parametrize(
    ("name", "school_class", "subject", "term"),
    [
        ("Toán 10A1", "10A1", "TOAN", None),
        ("toan - lop 10a01", "10A1", "TOAN", None),
        ("[10.A2] TOÁN HỌC (cô Hoá)", "10A2", "TOAN", None),
        ("Toán 10 A 10 HK II", "10A10", "TOAN", Term.HK2),
        ("Toán 11/01 học kì I", "L1101", "TOAN", Term.HK1),
        ("Sử 10А1", "10A1", "LICHSU", None),  # Cyrillic А
        ("Anh 10A2 - thầy Văn", "10A2", "NN1", None),
        ("Toán 10 Văn", "10VAN", "TOAN", None),
        ("Văn 10 Văn", "10VAN", "NGUVAN", None),
        ("TheDuc10A1HK2", "10A1", "GDTC", Term.HK2),
        ("Tiếng Anh 10 Kết nối tri thức - 10A1 - 2026-2027", "10A1", "NN1", None),
        ("GDKT&amp;PL 10A1", "10A1", "GDKTPL", None),
        ("Lớp 10A1: Tin học (GV: Hồ Thị Tính)", "10A1", "TINHOC", None),
        ("Toán 10A1 – Nguyễn Văn Anh – thứ 5", "10A1", "TOAN", None),
        ("Hình học 10A1", "10A1", "TOAN", None),
        ("GDCD 11A1", "11A1", "GDKTPL", None),
        ("Tiếng Nhật khối 10 - nhóm 1", "10NHAT1", "NN2", None),
    ],
)
def test_a_name_that_says_subject_and_class_is_believed(
    name: str, school_class: str, subject: str, term: Term | None
) -> None:
    assert meaning(course(name)) == (school_class, subject, term)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Toans 10A1", "TOAN"),
        ("Lijch suwr 10A1", "LICHSU"),
        ("Ng. văn 10A1", "NGUVAN"),
        ("TiAnh 10A1", "NN1"),
        ("T.Dục 10A1", "GDTC"),
        ("H.Đ.T.N 10A1", "HDTNHN"),
        ("HĐTrN 10A1", "HDTNHN"),
        ("Giáo dụ thể chất 10A1", "GDTC"),
        ("Tni học 10A1", "TINHOC"),
    ],
)
def test_typing_errors_and_unlisted_abbreviations_are_understood(name: str, subject: str) -> None:
    found = best(match_course(course(name), INDEX))
    assert (found.school_class, found.subject) == ("10A1", subject)
    assert found.score < 100


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (course("Toán 10A1, 10A2"), Why.SEVERAL_CLASSES),
        (course("Toán 10A1,2"), Why.UNKNOWN_WORDS),
        (course("Toán - Sử 10A1"), Why.SEVERAL_SUBJECTS),
        (course("Toán 10A1", shortname="TOAN-10A2"), Why.NAMES_CONTRADICT),
        (course("Toán 10A1", shortname="VAN-10A1"), Why.NAMES_CONTRADICT),
        (course("Toán 10A1", category_path=("Khối 11",)), Why.NAMES_CONTRADICT),
        (course("Toán 10A1", category_path=("10A2",)), Why.NAMES_CONTRADICT),
        (course("Toán 10A1 HK1", category_path=("Học kì II",)), Why.TERMS_CONTRADICT),
        (course("Toán vui 10A1"), Why.UNKNOWN_WORDS),
        (course("Ôn tập Toán 10A1"), Why.BESIDE_SUBJECT),
        (course("Chuyên đề Toán 10A1"), Why.BESIDE_SUBJECT),
        (course("Toán 10A1 (bản sao 1)"), Why.COPY),
        (course("Toán 10A1 - mẫu"), Why.TEMPLATE),
        (course("Toán 10A1 nhóm 2"), Why.PART_OF_CLASS),
        (course("Toán 10A1 2024-2026"), Why.YEAR_UNCLEAR),
        (course("Toán 10A1 2026"), Why.YEAR_UNCLEAR),
        (course("Toán 10A1", starts=date(2025, 9, 1)), Why.YEAR_UNCLEAR),
        (course("Toán 10A1 25-26", category_path=("2026-2027",)), Why.YEAR_CONTRADICTS),
        (course("Toán 10A1 25-26", pupils=ROSTERS["10A1"]), Why.YEAR_CONTRADICTS),
        (course("Toán 10A1", pupils=ROSTERS["11A1"]), Why.ROSTER_CONTRADICTS),
        (course("Toán 10A1", pupils=[f"gone{each}" for each in range(30)]), Why.ROSTER_UNKNOWN),
        (course("TH 10A1"), Why.WEAK),
        (course("gt 10A1"), Why.WEAK),  # Giải tích, giáo trình, giới thiệu
        (course("Vân 10A1"), Why.WEAK),  # a name, not Văn
        (course("Ánh 10A1"), Why.WEAK),
        (course("Tin học 10A1 và 10A2"), Why.SEVERAL_CLASSES),
        (course("Tiếng Pháp 10A1"), Why.VARIANT),
        (course("Vật lí 10A1"), Why.WEAK),
    ],
)
def test_what_speaks_against_a_name_is_said_and_nothing_taken(seen: CourseSeen, why: Why) -> None:
    verdict = match_course(seen, INDEX)
    assert isinstance(verdict, Ambiguous), verdict
    assert why in codes(verdict)


@pytest.mark.parametrize(
    ("seen", "missing"),
    [
        (course("Toán"), {Missing.CLASS}),
        (course("Toán 10"), {Missing.CLASS}),
        (course("Toàn khối 10"), {Missing.CLASS}),
        (course("101"), {Missing.CLASS, Missing.SUBJECT}),
        (course("Anh"), {Missing.CLASS}),
        (course("10A1"), {Missing.SUBJECT}),
        (course("10 Văn"), {Missing.SUBJECT}),
        (course("Thầy Văn 10A1"), {Missing.SUBJECT}),
        (course("Lê Văn Sinh 10A1"), {Missing.SUBJECT}),
        (course("10A1", pupils=ROSTERS["10A1"], teachers=["GV-TOAN"]), {Missing.SUBJECT}),
        (course("Sinh hoạt lớp 10A1"), {Missing.SUBJECT}),
        (course("Toán 10A1 2025-2026"), {Missing.YEAR}),
        (course("Toán 10A1", category_path=("Lưu trữ",)), {Missing.YEAR}),
        (course("CLB Robotics"), {Missing.CLASS, Missing.SUBJECT}),
        (course(""), {Missing.CLASS, Missing.SUBJECT}),
    ],
)
def test_what_is_missing_is_said(seen: CourseSeen, missing: set[Missing]) -> None:
    verdict = match_course(seen, INDEX)
    assert isinstance(verdict, Unmatched), verdict
    assert verdict.missing == missing


def test_another_year_is_told() -> None:
    verdict = match_course(course("Toán 10A1 NH 24-25"), INDEX)
    assert isinstance(verdict, Unmatched)
    assert verdict.year == 2024


def test_a_course_begun_in_june_or_with_this_year_s_roster_is_of_this_year() -> None:
    assert meaning(course("Toán 10A1", starts=date(2026, 6, 1)))[0] == "10A1"
    assert meaning(course("Toán 10A1", starts=date(2025, 9, 1), pupils=ROSTERS["10A1"]))[0] == "10A1"


@pytest.mark.parametrize("name", ["Toán", "Toán 10", "Môn Toán (cô Hoá)", "Toán khối 10 học kì I"])
def test_roster_and_teacher_together_tell_the_class(name: str) -> None:
    seen = course(name, pupils=ROSTERS["10A2"], teachers=["GV-TOAN"])
    found = best(match_course(seen, INDEX))
    assert (found.school_class, found.subject) == ("10A2", "TOAN")
    assert {Why.ROSTER, Why.TEACHER} <= reasons(found)
    assert not isinstance(match_course(replace(seen, teachers=frozenset()), INDEX), Matched)
    assert not isinstance(match_course(replace(seen, pupils=frozenset()), INDEX), Matched)


def test_an_elective_group_is_known_by_its_mixed_roster() -> None:
    pupils = INDEX.school.rosters["10NHAT1"]
    assert meaning(course("Ngoại ngữ 2 ghép lớp", pupils=pupils, teachers=["GV-NHAT"])) == ("10NHAT1", "NN2", None)


@pytest.mark.parametrize("name", ["Toán 111", "Toán ll.1", "Toán 11 1"])
def test_an_odd_writing_of_the_class_needs_its_roster_and_teacher(name: str) -> None:
    seen = course(name, pupils=ROSTERS["L1101"], teachers=["GV-TOAN"])
    assert Why.CLASS_ODDLY_NAMED in reasons(best(match_course(seen, INDEX)))
    assert not isinstance(match_course(course(name), INDEX), Matched)
    other = course(name, pupils=ROSTERS["10A1"], teachers=["GV-TOAN"])
    assert not isinstance(match_course(other, INDEX), Matched)


def test_an_abbreviation_is_settled_by_a_teacher_of_nothing_else_there() -> None:
    seen = course("TH 10A1", pupils=ROSTERS["10A1"], teachers=["GV-TINHOC"])
    assert best(match_course(seen, INDEX)).subject == "TINHOC"
    both = replace(seen, teachers=frozenset({"GV-TINHOC", "GV-TOAN"}))
    assert not isinstance(match_course(both, INDEX), Matched)


def test_a_copy_with_roster_and_teacher_is_in_use() -> None:
    seen = course("Toán 10A1 (copy 1)", pupils=ROSTERS["10A1"], teachers=["GV-TOAN"])
    assert meaning(seen) == ("10A1", "TOAN", None)


def test_a_template_is_never_taken() -> None:
    seen = course("Toán 10A1 template", pupils=ROSTERS["10A1"], teachers=["GV-TOAN"])
    assert not isinstance(match_course(seen, INDEX), Matched)


def test_the_short_name_and_the_categories_fill_in() -> None:
    assert meaning(course("Khoá học của cô Hoá", shortname="TOAN-10A2_HK2")) == ("10A2", "TOAN", Term.HK2)
    assert meaning(course("Học liệu", category_path=("Khối 10", "10A2", "Lịch sử")))[:2] == ("10A2", "LICHSU")
    assert not isinstance(match_course(course("Học liệu", category_path=("10A2", "Tổ Toán - Tin")), INDEX), Matched)


def test_some_foreign_pupils_do_not_unsay_a_name_but_half_do() -> None:
    strangers = sorted(ROSTERS["10A2"])
    own = sorted(ROSTERS["10A1"])
    assert meaning(course("Toán 10A1", pupils=own + strangers[:8]))[0] == "10A1"
    assert not isinstance(match_course(course("Toán 10A1", pupils=own[:20] + strangers[:20]), INDEX), Matched)


def test_a_class_named_in_two_schools_is_left_to_a_person() -> None:
    other = index_school(school(code="79000002"), LEXICON)
    verdict = match_among(course("Toán 10A1"), [INDEX, other])
    assert isinstance(verdict, Ambiguous) and codes(verdict) == {Why.SEVERAL_SCHOOLS}
    number = course("Toán 10A1", idnumber="79000002|2026|10A1|TOAN")
    assert not isinstance(match_among(number, [INDEX, other]), Unmatched)
    assert isinstance(match_among(course("CLB"), [INDEX, other]), Unmatched)


def test_courses_with_one_idnumber_are_all_left_to_a_person() -> None:
    first = course("Toán 10A1", idnumber="79000001|2026|10A1|TOAN")
    second = replace(first, id=2, idnumber=" 79000001/2026/10a1/toan")
    third = replace(course("Sử 10A1"), id=3)
    found = match_courses([first, second, third], [INDEX])
    assert [type(found[each]) for each in (1, 2, 3)] == [Ambiguous, Ambiguous, Matched]
    assert Why.DUPLICATE_IDNUMBER in codes(found[1])


def test_a_higher_threshold_takes_less() -> None:
    typo = course("Tni học 10A1")
    assert isinstance(match_course(typo, INDEX, threshold=80), Matched)
    assert codes(match_course(typo, INDEX, threshold=95)) == {Why.WEAK}


def test_candidates_are_ranked_and_say_why() -> None:
    verdict = match_course(course("Toán 10A1", pupils=ROSTERS["10A1"], teachers=["GV-TOAN"]), INDEX)
    assert isinstance(verdict, Matched)
    assert [each.score for each in verdict.candidates] == sorted((e.score for e in verdict.candidates), reverse=True)
    assert reasons(verdict.best) == {Why.CLASS_NAMED, Why.SUBJECT_NAMED, Why.ROSTER, Why.TEACHER}


@pytest.mark.parametrize(
    ("words", "alias", "fits"),
    [
        ("ng van", "ngu van", True),
        ("tianh", "tieng anh", True),
        ("gdtc", "giao duc the chat", True),
        ("hdtrn", "hoat dong trai nghiem", True),
        ("ktpl", "kinh te va phap luat", True),
        ("cnghe", "cong nghe", True),
        ("kt", "kinh te va phap luat", False),
        ("tinh", "tieng anh", False),
        ("anh", "tieng anh", False),
        ("van ngu", "ngu van", False),
    ],
)
def test_words_may_be_cut_to_their_beginnings(words: str, alias: str, fits: bool) -> None:
    assert is_cut(words.split(), alias.split()) is fits


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("toans", "toan"),
        ("lijch", "lich"),
        ("suwr", "su"),
        ("ddiaj", "dia"),
        ("hocj", "hoc"),
        ("vawn", "van"),
        ("sinh", "sinh"),
    ],
)
def test_telex_keys_are_undone(typed: str, plain: str) -> None:
    assert undo_telex(typed) == plain


@pytest.mark.parametrize("word", ["hoe", "tan", "vang", "sink", "ahn", "lic"])
def test_a_single_short_word_is_never_guessed_at(word: str) -> None:
    assert LEXICON.sense((word,), loosely=True) is None


def test_hinh_hoc_and_sinh_hoc_are_not_confused() -> None:
    hinh, sinh = (LEXICON.sense((word, "hoc"), loosely=True) for word in ("hinh", "sinh"))
    assert hinh is not None and sinh is not None and hinh.how is sinh.how is How.EXACT
    assert hinh.keys != sinh.keys
    between = LEXICON.sense(("xinh", "hoc"), loosely=True)
    assert between is not None
    assert LEXICON.read(between, text="xinh hoc", grade_levels=[10]).doubt is Doubt.SHORT


def test_two_groups_of_one_description_are_rivals() -> None:
    known = school()
    twin = SchoolClass("10NHATB1", "Nhật B 10 nhóm 1", 10, ClassKind.GROUP)
    two = replace(
        known,
        classes=(*known.classes, twin),
        assignments=(*known.assignments, Assignment("GV-X", twin.code, "NN2", Term.HK1)),
    )
    verdict = match_course(course("Tiếng Nhật 10 nhóm 1"), index_school(two, LEXICON))
    assert isinstance(verdict, Ambiguous) and codes(verdict) == {Why.RIVAL}


def test_a_roster_that_two_classes_share_tells_none() -> None:
    known = school()
    shared = replace(known, rosters={**known.rosters, "10A2": known.rosters["10A1"]})
    seen = course("Toán 10", pupils=ROSTERS["10A1"], teachers=["GV-TOAN"])
    verdict = match_course(seen, index_school(shared, LEXICON))
    assert isinstance(verdict, Unmatched) and verdict.missing == {Missing.CLASS}


@pytest.mark.parametrize(("name", "taken"), [("11XH1", True), ("11XHA1", True), ("11XHABC1", False)])
def test_letters_left_out_of_a_class_name_are_few(name: str, taken: bool) -> None:
    known = school()
    classes = tuple(replace(each, name=name) if each.code == "11A1" else each for each in known.classes)
    index = index_school(replace(known, classes=classes), LEXICON)
    seen = course("Toán 11X1", pupils=ROSTERS["11A1"], teachers=["GV-TOAN"])
    assert isinstance(match_course(seen, index), Matched) is taken


def lower_school() -> SchoolIndex:
    """6A and 6C, where a letter ends the class name and most sciences are strands."""
    classes = tuple(SchoolClass(code, code, 6) for code in ("6A", "6C"))
    subjects = ("TOAN", "KHTN", "LSDL", "NGHETHUAT", "NN1")
    rows = tuple(Assignment("GV", each.code, subject, Term.HK1) for each in classes for subject in subjects)
    return index_school(SchoolKnown("79000009", "THCS Bến Lá", 2026, classes, {}, rows), LEXICON)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Toán 6A", ("6A", "TOAN")),
        ("6Ckhtn", ("6C", "KHTN")),
        ("Toán 6 Cánh Diều - 6A", ("6A", "TOAN")),
        ("Mĩ thuật 6A", ("6A", "NGHETHUAT")),
        ("Sử - Địa 6A", ("6A", "LSDL")),
        ("6Anh", None),
        ("Toán 6Anh", None),
        ("6Canh Toán", None),
    ],
)
def test_a_letter_at_the_end_of_a_class_name_ends_it(name: str, expected: tuple[str, str] | None) -> None:
    verdict = match_course(course(name), lower_school())
    found = (verdict.best.school_class, verdict.best.subject) if isinstance(verdict, Matched) else None
    assert found == expected


@pytest.mark.parametrize("name", ["Hoá 6A", "KHTN (Hoá) 6A", "Lịch sử 6A", "LS&ĐL (Địa lí) 6A"])
def test_a_strand_of_a_joined_subject_is_left_to_a_person(name: str) -> None:
    verdict = match_course(course(name), lower_school())
    assert isinstance(verdict, Ambiguous) and Why.STRAND in codes(verdict)


def test_a_strand_alone_scores_low() -> None:
    verdict = match_course(course("Hoá 6A"), lower_school())
    assert verdict.candidates[0].score <= 60 if isinstance(verdict, Ambiguous) else False


CLEAR = ("Toán 10A1", "Sử 10A2 HK1", "Anh văn 11A1", "GDTC 11.1", "Toán 10 Văn")
UNCLEAR = (
    "TH 10A1",
    "Toán 10A1-10A2",
    "Toán Sử 10A1",
    "10A1",
    "Toán",
    "Ôn Toán 10A1",
    "CN",
    "Toán 10A1 2026",
    "Anh 10",
)
NOISE = st.text(alphabet="abcdefghikmnpqtuvxyzđăâêôơư 0123456789.-()|_ạ", max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CLEAR), NOISE, NOISE)
def test_noise_never_turns_one_meaning_into_another_by_itself(name: str, before: str, behind: str) -> None:
    """Noise may hide a meaning; where it makes another one, its own words must name that class or subject."""
    plain = best(match_course(course(name), INDEX))
    noisy = match_course(course(f"{before} {name} {behind}"), INDEX)
    if isinstance(noisy, Matched):
        assert (noisy.best.school_class, noisy.best.subject) == (plain.school_class, plain.subject)


@settings(max_examples=150, deadline=None)
@example(name="10A1", noise="gt")
@given(st.sampled_from(UNCLEAR), st.text(alphabet="bcdfghklmnpqrstvx !?*#()", max_size=10))
def test_noise_never_turns_an_unclear_course_into_a_taken_one(name: str, noise: str) -> None:
    assert not isinstance(match_course(course(f"{name} {noise}"), INDEX), Matched)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CLEAR + UNCLEAR), st.sets(st.sampled_from(sorted(set().union(*ROSTERS.values()))), max_size=60))
def test_any_roster_may_unsay_a_meaning_but_not_give_another_class_than_named(name: str, pupils: set[str]) -> None:
    named = match_course(course(name), INDEX)
    found = match_course(course(name, pupils=pupils), INDEX)
    if isinstance(found, Matched):
        assert isinstance(named, Matched) and found.best.school_class == named.best.school_class


def shuffled(seen: CourseSeen, orders: Iterable[int]) -> Verdict:
    """The verdict where the school lists its classes and assignments in another order."""
    known = school()
    classes = tuple(known.classes[place] for place in orders)
    turned = replace(
        known, classes=classes, assignments=known.assignments[::-1], rosters=dict(reversed(known.rosters.items()))
    )
    return match_course(seen, index_school(turned, LEXICON))


@pytest.mark.parametrize("name", [*CLEAR, *UNCLEAR])
def test_the_order_of_the_school_s_lists_does_not_count(name: str) -> None:
    seen = course(name, pupils=ROSTERS["10A1"], teachers=["GV-TOAN"])
    for order in list(permutations(range(7)))[::701]:
        assert shuffled(seen, order) == match_course(seen, INDEX)
