"""Nothing that the code can say is without its words."""

import pytest

from bridge.words.book import book
from bridge.words.settings import known_problem
from tests.words import codes


@pytest.mark.parametrize("source", codes.SOURCES, ids=lambda source: source.__name__)
def test_every_code_of_the_code_has_words(source):
    wanted = dict(source())
    assert wanted, "the walk found nothing: it no longer fits the code"
    missing = {key: place for key, place in wanted.items() if key not in book()}
    assert not missing, "\n" + "\n".join(_how_to_mend(key, place) for key, place in sorted(missing.items()))


def _how_to_mend(key: str, place: str) -> str:
    group, _, code = key.partition(".")
    return f"bridge/words/sentences/{group}.toml: add [{code}] with vi and en ({place} uses it)"


SETTINGS = sorted(set(codes.setting_texts()))


@pytest.mark.parametrize(("text", "place"), SETTINGS, ids=[place for _, place in SETTINGS])
def test_every_problem_of_a_setting_is_known(text, place):
    assert known_problem(text), f"bridge/words/sentences/setting.toml: add en = {text!r} ({place} says it)"
