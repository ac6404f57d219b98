"""Names and other Vietnamese text: one person, many ways to type."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.names import (
    PersonName,
    alias_key,
    clean,
    fold,
    name_from_lms,
    sort_key,
    spelling_key,
    split_name,
)

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
SYLLABLES = st.text(VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=6)
FULL_NAMES = st.lists(SYLLABLES, min_size=1, max_size=5).map(" ".join)
ANY_TEXT = st.text(max_size=40) | st.text(VIETNAMESE + " .-&’\u00a0ÐðƉВаАсНoẞŉ½①ﬁ", max_size=20)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ngữ văn", "ngu van"),
        ("  TOÁN \t 10A1 ", "toan 10a1"),
        ("Toán\u00a010A1", "toan 10a1"),
        ("Ngữ\u200bvăn", "nguvan"),  # a zero-width space is no space that anybody sees
        ("Ng.văn", "ng van"),
        ("LS&ĐL", "ls dl"),
        ("Đặng", "dang"),
        ("Ðặng", "dang"),  # Icelandic eth
        ("Ɖặng", "dang"),  # African d
        ("Т\u043eán", "toan"),  # Cyrillic Т and о
        ("Нóa", "hoa"),  # Cyrillic Н
        ("H'Hen Niê", "hhen nie"),
        ("Y’Moan", "ymoan"),
        ("１０Ａ１", "10a1"),
        ("", ""),
        ("–", ""),
    ],
)
def test_folding_keeps_bare_words(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vật lý", "VẬT  LÍ"),
        ("Địa lí", "dia-ly"),
        ("Mĩ thuật", "Mỹ thuật"),
        ("Hoá học", "Hóa học"),
        ("GDQP-AN", "GDQP&AN"),
        ("Ng.văn", "Ngvăn"),
        ("HĐTN-HN", "HDTNHN"),
        ("Quý", "Quí"),
    ],
)
def test_two_spellings_of_one_alias_have_one_key(one: str, other: str) -> None:
    assert alias_key(one) == alias_key(other)


@pytest.mark.parametrize(("one", "other"), [("Thúy", "Thúi"), ("hay", "hai"), ("Huy", "Hui")])
def test_y_after_a_vowel_is_another_sound(one: str, other: str) -> None:
    assert alias_key(one) != alias_key(other)
    assert spelling_key(one) != spelling_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("Thuỷ", "Thủy"), ("khoẻ", "khỏe"), ("lí", "lý"), ("kì", "KỲ"), ("Nguyễn Hoà", "nguyễn  hòa")],
)
def test_the_place_of_the_tone_mark_does_not_count(one: str, other: str) -> None:
    assert spelling_key(one) == spelling_key(other)


@pytest.mark.parametrize(("one", "other"), [("Toán", "Toàn"), ("Dũng", "Dung"), ("Đào", "Dào"), ("Hân", "Hăn")])
def test_a_spelling_keeps_tones_and_letters(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Nguyễn\u00a0 Văn   An ", "Nguyễn Văn An"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Ước"), "Nguyễn Thị Ước"),
        ("Ðỗ Ɖức", "Đỗ Đức"),
        ("Т\u0440\u0430n", "Tpan"),  # Cyrillic р is drawn as p
        ("Lê\ufeff Na\u200b", "Lê Na"),
    ],
)
def test_cleaning_mends_what_nobody_sees(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@pytest.mark.parametrize(
    ("full", "family", "middle", "last"),
    [
        ("Nguyễn Văn An", "Nguyễn", "Văn", "An"),
        ("Lê An", "Lê", "", "An"),
        ("Tôn Nữ Thị Thu Hà", "Tôn", "Nữ Thị Thu", "Hà"),
        ("H'Hen Niê", "H'Hen", "", "Niê"),
        ("An", "", "", "An"),
        ("", "", "", ""),
    ],
)
def test_a_name_is_family_middle_given(full: str, family: str, middle: str, last: str) -> None:
    name = split_name(full)
    assert name == PersonName(family, middle, last)
    assert (name.lms_lastname, name.lms_firstname) == (" ".join(full.split()[:-1]), last)


def test_a_middle_name_typed_into_firstname_is_understood() -> None:
    assert name_from_lms("Nguyễn", "Văn An") == split_name("Nguyễn Văn An") == name_from_lms("Nguyễn Văn", "An")


def assert_strictly_ordered(names: list[str]) -> None:
    keys = [sort_key(split_name(full)) for full in names]
    assert all(one < other for one, other in pairwise(keys)), keys


def test_a_class_list_stands_in_vietnamese_order() -> None:
    ordered = [
        "Lê Văn An",
        "Nguyễn An",  # no middle name before any middle name
        "Nguyễn Thị An",
        "Nguyễn Văn An",
        "Trần Ân",
        "Lê Bình",
        "Lê Dũng",
        "Lê Đạt",  # đ after d
        "Lê Hoa",  # ngang huyền hỏi ngã sắc nặng
        "Lê Hòa",
        "Lê Hỏa",
        "Lê Họa",
        "Lê Nhi",
        "Lê Oanh",
        "Lê Ôn",
        "Lê Tu",
        "Lê Tùng",
        "Lê Tư",
        "Lê Yến",
    ]
    assert_strictly_ordered(ordered)


def test_tones_order_as_dictionaries_have_them() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert_strictly_ordered(tones)


def test_letters_weigh_more_than_tones() -> None:
    words = ["ma", "mạ", "mai", "măn", "mân"]
    assert_strictly_ordered(words)


@given(FULL_NAMES)
def test_a_split_name_reverses(full: str) -> None:
    name = split_name(full)
    assert name.full == clean(full)
    assert name_from_lms(name.lms_lastname, name.lms_firstname) == name


@given(ANY_TEXT)
def test_any_text_splits_and_reverses(text: str) -> None:
    assert split_name(text).full == clean(text)


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    for form in (clean, fold, alias_key, spelling_key):
        assert form(composed) == form(decomposed)


@given(FULL_NAMES, FULL_NAMES)
def test_equal_order_means_equal_letters(one: str, other: str) -> None:
    if sort_key(split_name(one)) == sort_key(split_name(other)):
        assert fold(one) == fold(other)
