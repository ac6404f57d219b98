"""What a page says about a finding: something that can be done at a page, in both languages."""

import pytest

from bridge.words import Words
from bridge.words.book import book

FINDINGS = sorted(key.removeprefix("finding.") for key in book() if key.startswith("finding."))


@pytest.mark.parametrize("code", FINDINGS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_finding_sends_somebody_at_a_page_to_a_command(code: str, language: str):
    name, _, fact = code.partition(".")
    said = Words(language).page_finding(name, {fact.lower(): "1"} if fact else {})
    assert "`bridge " not in said.next
    assert said.next


def test_what_helps_in_moodle_stays_as_it_is():
    assert "externalservices" in Words("vi").page_finding("FUNCTION_MISSING", {"function": "x"}).next
