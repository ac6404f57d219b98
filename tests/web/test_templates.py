"""No page says anything that is not in the book of sentences: so both languages are whole."""

import re
from pathlib import Path

import pytest

from bridge.web import app as web_app

TEMPLATES = sorted((Path(web_app.__file__).parent / "templates").rglob("*.html"))
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)  # first: it may compare inside a tag
MARKUP = re.compile(r"<script.*?</script>|<[^>]*>|&[a-z]+;", re.DOTALL)
SPOKEN = re.compile(r"""(?:aria-label|title|placeholder|alt)=["']([^"'{]*\w[^"']*)["']""")
CODES = {"CSV", "M", "C"}  # the same in both languages


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_page_is_in_the_book(template: Path):
    text = template.read_text("utf-8")
    left = set(re.findall(r"\w*[^\W\d_]\w*", MARKUP.sub(" ", JINJA.sub(" ", text)))) - CODES
    assert left == set()
    assert SPOKEN.findall(re.sub(r"\{\{.*?\}\}", "", text)) == []
