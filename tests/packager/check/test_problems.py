"""The table of problems: complete, used, in both languages, and equal to its page."""

import re
import string
from pathlib import Path
from xml.parsers import expat

import pytest

from content_packager.problems import details, kinds
from content_packager.problems_page import as_markdown

ROOT = Path(__file__).parents[3]
_CODE = re.compile(r'"((?:zip|name|xml|package|manifest|structure|scorm12|scorm2004|tincan|cmi5|page)\.[a-z0-9-]+)"')


def codes_in_the_source() -> set[str]:
    files = [path for room in ("checks", "reading") for path in (ROOT / "content_packager" / room).glob("*.py")]
    return {code for path in files for code in _CODE.findall(path.read_text("utf-8"))} - {"tincan.xml", "cmi5.xml"}


def test_every_code_that_a_rule_names_stands_in_the_table_and_no_other():
    assert codes_in_the_source() == set(kinds())


def test_the_page_is_printed_from_the_table():
    page = (ROOT / "docs" / "package-problems.md").read_text("utf-8")
    assert page == as_markdown(), "python -m content_packager.problems_page > docs/package-problems.md"


@pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))
def test_both_languages_carry_the_same_facts_and_every_sentence_is_said(kind):
    facts = [
        {field for _, field, _, _ in string.Formatter().parse(words.says) if field} for words in (kind.vi, kind.en)
    ]
    assert facts[0] == facts[1]
    assert all(sentence.strip() for words in (kind.vi, kind.en) for sentence in words)


def test_what_the_readers_say_of_a_fault_is_said_in_vietnamese_too():
    sources = [path.read_text("utf-8") for path in (ROOT / "content_packager" / "reading").glob("*.py")]
    said = {detail for source in sources for detail in re.findall(r'detail="([^"]+)"', source)}
    known = set(expat.errors.messages.values())
    assert said and said <= details().keys()
    assert details().keys() - said <= known
