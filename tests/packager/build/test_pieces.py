"""Pages are put together from pieces that escape what they are given."""

from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from content_packager.lesson import read_lesson
from content_packager.pages import lesson_page
from content_packager.pages.pieces import joined, piece
from tests.packager.build.lessons import PNG, write_files

HOSTILE = '"><script>alert(1)</script>{words}&amp;{0}'


def test_a_text_is_escaped_and_ready_markup_is_not():
    assert piece("description", text="a <b> & {c}") == Markup('<p class="description">a &lt;b&gt; &amp; {c}</p>')
    assert joined([piece("hint", text=Markup("<b>a</b>"))]) == Markup('<p class="hint"><b>a</b></p>')


def test_a_place_that_is_left_empty_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        piece("picture", src="a.png")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.scripts.append(dict(attrs))

    def handle_data(self, data):
        self.texts.append(data)


def test_no_word_of_a_teacher_becomes_a_tag(tmp_path):
    settings = f"title = '{HOSTILE}'\ndescription = '{HOSTILE}'\n"
    parts = f"parts = [{{file = 'a.png', title = '{HOSTILE}', alt = '{HOSTILE}'}}, 'b.csv']\n"
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    table = f"question,a,b,answer,feedback\n{quoted},{quoted},b,A,{quoted}\n{quoted},,,{quoted},\n"
    lesson = write_files(tmp_path, {"lesson.toml": settings + parts, "a.png": PNG, "b.csv": table})
    tags = _Tags()
    tags.feed(lesson_page(read_lesson(lesson), "web").decode())
    assert [script.get("src") for script in tags.scripts] == [None, "_player/lesson.js"]
    assert tags.texts.count(HOSTILE) >= 5  # title, heading, description, part, question
