"""A statement read part by part is in order just when `check_statement` says so, and is refused in its words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.lrs.problems import XapiProblem
from bridge.lrs.reading import read_statement, read_statements
from bridge.lrs.statement import check_statement
from bridge.lrs.wire import decode
from tests.lrs.samples import PUPIL, full, put_at, simple
from tests.lrs.test_statement import REFUSED

TEXT = json.dumps(full(), ensure_ascii=False)


def by_parts(text: str) -> Any:
    try:
        return read_statement(text.encode(), "statement").statement
    except XapiProblem as err:
        return err.facts


def at_once(text: str) -> Any:
    try:
        return check_statement(decode(text, "statement"), "statement")
    except XapiProblem as err:
        return err.facts


@pytest.mark.parametrize("statement", [full(), simple()], ids=["full", "simple"])
def test_what_is_in_order_is_read_as_it_stands(statement) -> None:
    text = json.dumps(statement).encode()
    for _ in range(2):  # the second time its parts are known
        read = read_statement(text, "statement")
        assert (read.statement, read.text) == (statement, text)


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_is_refused_is_refused_in_the_same_words(path, value) -> None:
    text = json.dumps(put_at(full(), path, value))
    refused = by_parts(text)
    assert refused == at_once(text)
    assert refused.keys() == {"where", "why"}


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-1] + ',"version":"1.0.3"}',
        TEXT[:-1] + ',"\\u0076ersion":"1.0.3"}',
        TEXT[:-1] + ',"a:b":1}',
        TEXT.replace('"success"', '"success": false, "success"'),
        TEXT.replace('"en": "answered"', '"en": "answered", "en": "ans\\u003Awered"'),
        TEXT.replace('"response": "a"', '"response": "a", "response": "a\\u003a"'),
        TEXT.replace("Năm", "\\ud800"),
        TEXT.replace("0.5", "NaN"),
        TEXT.replace('"raw": 5', '"raw": 1e400'),
        TEXT + "x",
        f"[{TEXT}]",
        "null",
        "",
        "{" * 100_000,
    ],
)
def test_json_that_is_none_or_says_a_thing_twice_is_refused(text: str) -> None:
    assert by_parts(text) == at_once(text)
    assert "why" in by_parts(text)


@pytest.mark.parametrize("bad", [b"\xff", b"\xed\xa0\x80", b"\xc0\x80"], ids=["byte", "half", "overlong"])
@pytest.mark.parametrize("old", [b"answered", b"pupil-1", "Năm".encode()], ids=["verb", "actor", "object"])
def test_bytes_that_are_no_letters_are_refused_wherever_they_stand(old: bytes, bad: bytes) -> None:
    with pytest.raises(XapiProblem, match="is no JSON"):
        read_statement(TEXT.encode().replace(old, bad), "statement")


def test_a_colon_within_a_text_is_no_second_property() -> None:
    text = TEXT.replace("Hai cộng hai?", 'Hai \\u003a hai: \\" : ?')
    assert by_parts(text) == json.loads(text)


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 12), st.text(alphabet='{}[]",:\\u03a0 1eé', max_size=6))
def test_however_a_text_is_spoilt_both_say_the_same(at: int, long: int, instead: str) -> None:
    text = TEXT[:at] + instead + TEXT[at + long :]
    assert by_parts(text) == at_once(text)


class Pairs(list[tuple[str, Any]]):
    """An object as JSON may write it: names may stand twice."""


names = st.sampled_from(["a", "b", "a:", '"', "\\", "é"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(names, inner), max_size=4).map(Pairs),
    max_leaves=12,
)


def written(value: Any, escaped: bool) -> str:
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(n)} : {written(v, escaped)}" for n, v in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(one, escaped) for one in value) + "]"
    text = json.dumps(value)
    return text.replace(":", "\\u003A") if escaped and isinstance(value, str) else text


def once(value: Any) -> bool:
    inner = [v for _, v in value] if isinstance(value, Pairs) else value if isinstance(value, list) else []
    named = [n for n, _ in value] if isinstance(value, Pairs) else []
    return len(set(named)) == len(named) and all(once(one) for one in inner)


@given(values, st.booleans())
def test_json_is_read_just_when_each_property_stands_once(value: Any, escaped: bool) -> None:
    text = written(value, escaped)
    try:
        assert decode(text, "x") == json.loads(text)
    except XapiProblem:
        assert not once(value)
    else:
        assert once(value)


def test_members_of_a_list_are_parted_and_one_value_stands_alone() -> None:
    one, two = json.dumps(simple()), json.dumps(simple(actor=PUPIL), indent=1)
    assert read_statements(f" [ {one} ,\n{two}]\r\n".encode()) == [one.encode(), two.encode()]
    assert read_statements(f"\n{two} ".encode()) == [two.encode()]
    assert read_statements(b"[]") == []


@pytest.mark.parametrize("raw", [b"[{},]", b"[{}", b"[{}]x", b"[1}", b"[" * 100_000, b"[{} {}]"])
def test_a_list_that_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(XapiProblem):
        read_statements(raw)
