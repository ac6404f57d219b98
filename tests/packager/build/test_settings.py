"""lesson.toml: all of its mistakes at once, each with a cure."""

from decimal import Decimal

import pytest

from content_packager.errors import LessonRefused
from content_packager.lesson_settings import read_settings
from content_packager.model import Completion


def settings(tmp_path, text):
    path = tmp_path / "lesson.toml"
    path.write_text(text, "utf-8")
    return read_settings(path)


def codes(refused) -> list[str]:
    return [trouble.code for trouble in refused.value.troubles]


def test_a_title_is_enough(tmp_path):
    about = settings(tmp_path, 'title = "Tứ giác"').about
    assert (about.title, about.id, about.completion, about.pass_mark) == ("Tứ giác", "tu-giac", None, None)


def test_an_unknown_key_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(LessonRefused) as refused:
        settings(tmp_path, 'title = "A"\npas_mark = 5')
    assert "pass_mark" in str(refused.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(LessonRefused) as refused:
        settings(tmp_path, 'language = "fr"\npass_mark = 120\nrequirements = ["2.3"]\nzzz = 1')
    assert sorted(codes(refused)) == ["key-unknown", "title-missing", "value-wrong", "value-wrong", "value-wrong"]


@pytest.mark.parametrize(
    "line",
    [
        "grade_level = 13",
        "grade_level = true",
        'keywords = "a"',
        "attempts = -1",
        'shuffle = "yes"',
        'id = "có dấu"',
        'id = "http://a b"',
        "parts = []",
        'parts = [{title = "a"}]',
        'requirements = ["020108.0202D3"]',
        "duration = 1.5",
        "pass_mark = nan",
        "pass_mark = inf",
    ],
)
def test_a_wrong_value_is_refused(tmp_path, line):
    with pytest.raises(LessonRefused) as refused:
        settings(tmp_path, f'title = "A"\n{line}')
    assert codes(refused) == ["value-wrong"]


def test_a_pass_mark_keeps_its_decimals_exactly(tmp_path):
    assert settings(tmp_path, 'title = "A"\npass_mark = 66.7').about.pass_mark == Decimal("66.7")


def test_completion_by_passing_needs_a_pass_mark(tmp_path):
    with pytest.raises(LessonRefused) as refused:
        settings(tmp_path, f'title = "A"\ncompletion = "{Completion.PASSED}"')
    assert codes(refused) == ["pass-mark-missing"]


@pytest.mark.parametrize("text", ["title = ", "title = 'a'\ntitle = 'b'"])
def test_broken_toml_is_told_with_its_line(tmp_path, text):
    with pytest.raises(LessonRefused) as refused:
        settings(tmp_path, text)
    assert codes(refused) == ["toml-broken"]
    assert "line" in str(refused.value)


@pytest.mark.parametrize(
    "value", ["9" * 5_000, "1e999999999999999999999", "[" * 5_000], ids=["integer", "exponent", "nesting"]
)
def test_toml_beyond_measure_is_told(tmp_path, value):
    with pytest.raises(LessonRefused) as refused:
        settings(tmp_path, f"title = {value}")
    assert codes(refused) == ["toml-broken"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_can_be_said(language):
    from string import Formatter

    from content_packager.errors import Trouble, _sentences

    for code, words in _sentences().items():
        fields = {field for text in words[language].values() for _, field, _, _ in Formatter().parse(text) if field}
        trouble = Trouble(code, "a.toml:1", {field.partition("!")[0]: "x" for field in fields})
        assert trouble.says(language).startswith("a.toml:1: ")
