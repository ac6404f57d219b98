"""The script of prerequisites: what it means, what it is not, and that nothing a stranger writes does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packager.aicc import (
    DONE,
    LONGEST,
    STATES,
    AtLeast,
    BadScript,
    Is,
    Not,
    Script,
    holds,
    lacking,
    names,
    parse,
)


@pytest.mark.parametrize(
    ("text", "states", "wanted"),
    [
        ("A", {}, False),
        ("A", {"A": "completed"}, True),
        ("A", {"A": "passed"}, True),
        ("A", {"A": "failed"}, False),
        ("A", {"A": "browsed"}, False),
        ("~A", {}, True),
        ("A&B", {"A": "passed"}, False),
        ("A & B", {"A": "passed", "B": "completed"}, True),
        ("A|B", {"B": "completed"}, True),
        ("A|B&C", {"A": "passed"}, True),  # & binds closer
        ("(A|B)&C", {"A": "passed"}, False),
        ("~A&B", {"B": "passed"}, True),
        ("A=passed", {"A": "completed"}, False),
        ("A=P", {"A": "passed"}, True),
        ('A="completed"', {"A": "completed"}, True),
        ("A=not attempted", {}, True),
        ("A=n&B", {"B": "passed"}, True),
        ("A<>failed", {"A": "failed"}, False),
        ("A<>failed", {}, True),
        ("{A,B}", {"A": "passed"}, False),
        ("2*{A,B,C}", {"A": "passed", "C": "completed"}, True),
        ("2*{A,B,C}", {"A": "passed", "C": "failed"}, False),
        ("1*{A=failed,B&C}", {"A": "failed"}, True),
        ("4*{A,B}", {"A": "passed", "B": "passed"}, False),
        ("Bài-1.a_b", {"Bài-1.a_b": "passed"}, True),
        ("2", {"2": "passed"}, True),
    ],
)
def test_what_a_script_asks_for(text: str, states: dict[str, str], wanted: bool):
    script = parse(text)
    assert script is not None and holds(script, states) is wanted


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_blanks_ask_for_nothing(text: str):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("A &", 4), ("& A", 1), ("A B", 3), ("(A", 3), ("A)", 2), ("{A,}", 4), ("{}", 2), ("2*A", 3), ("2*{A", 5),
        ("A=", 3), ("A=great", 3), ("A==passed", 3), ("A<passed", 2), ('A="', 3), ("~", 2),
        ("A\x00|", 4), ("x" * (LONGEST + 1), LONGEST),
        ("~" * 500 + "A", 33), ("(" * 500 + "A" + ")" * 500, 33),
    ],
)  # fmt: skip
def test_what_is_no_script_is_told_with_its_place(text: str, at: int):
    with pytest.raises(BadScript) as refused:
        parse(text)
    assert refused.value.at == at


def test_what_lacks_is_named_in_its_order():
    script = parse("A&(B|C=passed)&~D")
    assert script is not None
    assert [each.name for each in lacking(script, {"D": "passed"})] == ["A", "B", "C"]
    assert [each.name for each in lacking(script, {"A": "passed", "C": "failed"})] == ["B", "C"]
    assert list(lacking(script, {"A": "passed", "B": "passed"})) == []
    assert list(names(script)) == ["A", "B", "C", "D"]


def written(script: Script) -> str:
    if isinstance(script, Is):
        return script.name if script.states == DONE else f"{script.name}={min(script.states)}"
    if isinstance(script, Not):
        return f"~{written(script.of)}" if isinstance(script.of, Is | Not) else f"~({written(script.of)})"
    return f"{script.count}*{{{', '.join(written(each) for each in script.of)}}}"


LEAVES = st.builds(
    Is, st.sampled_from("ABCD"), st.one_of(st.just(DONE), st.sampled_from(STATES).map(lambda one: frozenset({one})))
)
SCRIPTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AtLeast, st.integers(0, 4), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
ANYHOW = st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(STATES))


@given(SCRIPTS, ANYHOW)
def test_what_is_written_is_read_as_it_was_meant(script: Script, states: dict[str, str]):
    read = parse(written(script))
    assert read == script
    assert holds(read, states) is holds(script, states)


@given(SCRIPTS, ANYHOW)
def test_what_holds_lacks_nothing_and_what_is_named_does_not_stand_as_asked(script: Script, states: dict[str, str]):
    found = list(lacking(script, states))
    assert not (found and holds(script, states))
    assert not any(holds(each, states) for each in found)


@given(st.text(alphabet='AB12&|~=<>,*{}()" \n', max_size=60))
def test_any_text_is_a_script_or_told_to_be_none(text: str):
    try:
        found = parse(text)
    except BadScript as bad:
        assert 1 <= bad.at <= len(text) + 1
    else:
        assert found is None or holds(found, {}) in (True, False)
