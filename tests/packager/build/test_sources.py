"""What readers make of a teacher's files."""

import zipfile
from fractions import Fraction as F
from pathlib import Path

import pytest
import xlsxwriter

from content_packager.errors import LessonRefused, Troubles
from content_packager.lesson import read_lesson
from content_packager.model import Document, Film, Pages, Picture, Prose, Sound
from content_packager.model_question import QuestionKind
from content_packager.sources.aiken import parse_aiken
from content_packager.sources.gift import parse_gift
from content_packager.sources.numbers import NotANumber, read_number
from content_packager.sources.rich import clean_html
from tests.packager.build.lessons import PNG, write_files, write_lesson


def gift(text):
    troubles = Troubles()
    blocks = list(parse_gift(text, "a.gift", troubles))
    troubles.refuse_if_any()
    return blocks


def refused_codes(work) -> list[tuple[str, str]]:
    with pytest.raises(LessonRefused) as refused:
        work()
    return [(trouble.code, trouble.where) for trouble in refused.value.troubles]


def weights(question):
    return [choice.weight for choice in question.choices or question.accepted or question.between]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Q {=a ~b ~c}", QuestionKind.SINGLE, [1, 0, 0]),
        ("Q {~%50%a ~%50%b ~%-100%c}", QuestionKind.MULTIPLE, [F(1, 2), F(1, 2), -1]),
        ("Q {~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}", QuestionKind.MULTIPLE, [F(1, 3), F(1, 3), F(1, 3), 0]),
        ("Q {=a ~%50%b ~c}", QuestionKind.SINGLE, [1, F(1, 2), 0]),
        ("Q {T}", QuestionKind.TRUE_FALSE, [1, 0]),
        ("Q {FALSE#sai#đúng}", QuestionKind.TRUE_FALSE, [0, 1]),
        ("Q {=Hà Nội =%50%Ha Noi}", QuestionKind.SHORT, [1, F(1, 2)]),
        ("Q {#3,14:0.01}", QuestionKind.NUMERIC, [1]),
        ("Q {#1..5}", QuestionKind.NUMERIC, [1]),
        ("Q {#=10:0 =%50%10:2}", QuestionKind.NUMERIC, [1, F(1, 2)]),
    ],
)
def test_gift_questions(text, kind, expected):
    [question] = gift(text)
    assert (question.kind, weights(question)) == (kind, expected)


def test_gift_numbers_are_exact():
    [question] = gift("Q {#3,14:0.01}")
    assert (question.between[0].low, question.between[0].high) == (F("3.13"), F("3.15"))


def test_gift_true_false_gives_the_comment_on_the_wrong_answer_first():
    [question] = gift("Q {F#nhầm#chuẩn}")
    assert [choice.feedback for choice in question.choices] == ["nhầm", "chuẩn"]


def test_gift_feedback_escapes_titles_formats_comments_and_gaps():
    text = """// a note
$CATEGORY: lớp 8

::Tên:: [html]<p onclick="x()">2 \\= <b>1</b><script>alert(1)</script> + _ {=1#tốt
~2#<i>chưa</i>
####Xem lại bài.} hết"""
    [question] = gift(text)
    assert question.html == "<p>2 = <b>1</b> + _ _____ hết</p>"
    assert [choice.feedback for choice in question.choices] == ["tốt", "<i>chưa</i>"]
    assert question.feedback == "Xem lại bài."


def test_a_gift_text_without_answers_is_prose():
    [prose] = gift("Đọc đoạn văn sau.")
    assert prose == Prose("Đọc đoạn văn sau.")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Q {}", "gift-essay"),
        ("Q {=a -> b =c -> d}", "gift-matching"),
        ("Q {a ~b}", "gift-signs"),
        ("Q {~a ~b}", "gift-right"),
        ("Q {=a ~%300%b}", "gift-weight"),
        ("Q {#ba}", "gift-number"),
        ("Q {#5..1}", "gift-number"),
        ("Q {=a", "gift-braces"),
        ("Q {=a} {=b}", "gift-braces"),
    ],
)
def test_a_gift_question_that_cannot_be_played_is_told_with_its_line(text, code):
    assert refused_codes(lambda: gift(f"Một {{=a ~b}}\n\n{text}")) == [(code, "a.gift:3")]


def test_aiken_questions():
    troubles = Troubles()
    text = "Thủ đô?\nA. Hà Nội\nB) Huế\nANSWER: A\n\nMột cộng một?\nA. 1\nB. 2\nĐÁP ÁN: b\n"
    first, second = parse_aiken(text, "a.txt", troubles)
    assert (weights(first), weights(second)) == ([1, 0], [0, 1])
    assert [choice.html for choice in first.choices] == ["Hà Nội", "Huế"]


def test_aiken_mistakes_are_told_with_their_lines():
    troubles = Troubles()
    assert list(parse_aiken("Q?\nA. a\nB. b\nANSWER: C\n\nQ2?\nA. a\n", "a.txt", troubles)) == []
    assert refused_codes(troubles.refuse_if_any) == [("aiken-answer", "a.txt:1"), ("aiken-end", "a.txt:6")]


def test_a_letter_given_twice_is_told_not_overwritten():
    troubles = Troubles()
    list(parse_aiken("Q?\nA. a\nB. b\nB. c\nANSWER: B\n", "a.txt", troubles))
    assert refused_codes(troubles.refuse_if_any) == [("aiken-line", "a.txt:4")]


def table(tmp_path, text, name="q.csv", encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    [part] = read_lesson(tmp_path / name).parts
    return part.questions


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_as_spreadsheets_save_it(tmp_path, encoding, separator):
    text = separator.join(["Câu hỏi", "A", "B", "Đáp án"]) + "\n" + separator.join(["Q", "x", "y", "B"]) + "\n"
    [question] = table(tmp_path, text, encoding=encoding)
    assert weights(question) == [0, 1]


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        ("Q,x,y,z,A", QuestionKind.SINGLE, [1, 0, 0]),
        ('Q,x,y,z,"A,C"', QuestionKind.MULTIPLE, [F(1, 2), -1, F(1, 2)]),
        ("Q,,,,đúng", QuestionKind.TRUE_FALSE, [1, 0]),
        ("Q,,,,nước|H2O", QuestionKind.SHORT, [1, 1]),
    ],
)
def test_the_type_of_a_row_follows_from_its_cells(tmp_path, row, kind, expected):
    [question] = table(tmp_path, f"question,a,b,c,answer\n{row}\n")
    assert (question.kind, weights(question)) == (kind, expected)


def test_a_workbook_reads_like_a_table(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "q.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["loại", "câu hỏi", "đáp án", "sai số", "điểm"])
        sheet.write_row(1, 0, ["số", "Pi?", 3.14, 0.005, 2])
        sheet.write_row(2, 0, ["số", "Hai cộng một?", 3])
    first, second = read_lesson(tmp_path / "q.xlsx").parts[0].questions
    assert (first.between[0].low, first.between[0].high, first.points) == (F("3.135"), F("3.145"), 2)
    assert second.between[0].low == second.between[0].high == 3


def test_a_workbook_may_begin_further_in_and_its_mistakes_are_told_with_their_rows(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "q.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row("C3", ["câu hỏi", "đáp án"])
        sheet.write_row("C4", ["Hai?", "2"])
        sheet.write_row("C6", ["", "3"])
    assert refused_codes(lambda: read_lesson(tmp_path / "q.xlsx")) == [("row-question", "q.xlsx:6")]


def workbook(tmp_path, sheet: str) -> Path:
    """A workbook whose sheet's XML was written by hand."""
    with xlsxwriter.Workbook(tmp_path / "whole.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["câu hỏi", "đáp án"])
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "q.xlsx", "w") as spoilt:
        for part in whole.namelist():
            spoilt.writestr(part, sheet if part == name else whole.read(part))
    return tmp_path / "q.xlsx"


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>', "workbook-large"),
        ('<row r="1"><c r="a1"><v>1</v></c><c r="xfd2"><v>1</v></c></row>', "workbook-large"),
        ('<row r="9999999"><c><v>1</v></c></row>', "workbook-large"),
        ('<row r="1">' + "<c><v>1</v></c>" * 200 + "</row>", "workbook-large"),
        ("<row><c><v>1</v></c></row>" * 20_000, "workbook-large"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"/></row>', "column-unknown"),
        ('<row r="x"><c r="?"><v>1</v></c></row>', "workbook-broken"),
        ("<row>", "workbook-broken"),
    ],
    ids=[
        "a far cell", "small letters", "a far row", "wide", "high", "a far empty cell", "no places", "cut off",
    ],
)  # fmt: skip
def test_a_sheet_that_reaches_far_is_refused_before_room_is_made_for_it(tmp_path, rows, code):
    path = workbook(tmp_path, SHEET.format(rows))
    assert code in [found for found, _ in refused_codes(lambda: read_lesson(path))]


def test_entities_in_a_workbook_are_not_read(tmp_path):
    path = workbook(tmp_path, '<!DOCTYPE a [<!ENTITY b "c">]>' + SHEET.format(""))
    assert refused_codes(lambda: read_lesson(path)) == [("workbook-broken", "q.xlsx")]


def test_mistakes_in_a_table_are_told_with_their_rows(tmp_path):
    text = "câu hỏi,a,b,đáp án,màu\nQ,x,y,C,\n,x,y,A,\nQ,x,y,,\n"
    found = refused_codes(lambda: table(tmp_path, text))
    assert [code for code, _ in found] == [
        "column-unknown",
        "row-letters",
        "row-question",
        "row-answer",
        "questions-none",
    ]
    assert [where for _, where in found[:4]] == ["q.csv:1", "q.csv:2", "q.csv:3", "q.csv:4"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("3,14", F("3.14")), ("3.14", F("3.14")), ("-5", -5), ("1 000,5", F("1000.5")), (",5", F(1, 2)), ("−2", -2)],
)
def test_numbers_as_people_write_them(text, value):
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "1.234,5", "1,2,3", "1e5", "abc", "½", "١", "9" * 5_000])
def test_what_could_mean_two_numbers_or_is_beyond_measure_is_none(text):
    with pytest.raises(NotANumber):
        read_number(text)


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("a<![f]>b<![CDATA[c]]>d", "abd"),
        ('<img src=x onerror="alert(1)">a', "a"),
        ("<b>a", "<b>a</b>"),
        ("<b><i>a</b>c</i>", "<b><i>a</i></b>c"),
        ("a < b &amp; c", "a &lt; b &amp; c"),
        ("<svg><script>x</script></svg>y", "y"),
        ('<p style="x">H<sub>2</sub>O</p>', "<p>H<sub>2</sub>O</p>"),
    ],
)
def test_foreign_html_keeps_emphasis_only(html, clean):
    assert clean_html(html) == clean


def test_a_markdown_lesson_becomes_prose_questions_and_films(tmp_path):
    text = "# Tên\n\nChữ ![a](a.png)\n\n![phim](b.mp4)\n\n## Mục\n\n```gift\nQ {T}\n```\n\n[tài liệu](c.pdf)\n"
    files = {"bài.md": text, "a.png": PNG, "b.mp4": b"x", "b.en.vtt": "WEBVTT\n", "c.pdf": b"%PDF-1.7"}
    [part] = read_lesson(write_files(tmp_path, files) / "bài.md").parts
    kinds = [type(block).__name__ for block in part.content]
    assert (part.title, kinds) == ("Tên", ["Prose", "Film", "Prose", "Question", "Prose"])
    assert part.content[1].captions[0].language == "en"
    assert "<h3>Mục</h3>" in part.content[2].html
    assert set(part.files) == {f"parts/01/{name}" for name in ("a.png", "b.mp4", "b-en.vtt", "c.pdf")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("![a](https://example.test/a.png)", "picture-outside"),
        ("![a](//example.test/a.png)", "picture-outside"),
        ("![a](gone.png)", "file-missing"),
        ("![a](../secret.png)", "file-missing"),
        ("[a](gone.pdf)", "file-missing"),
        pytest.param(f"![a]({'a' * 300}.png)", "file-missing", id="a name that no disk could hold"),
        ("chữ ![a](b.mp4) chữ", "media-in-line"),
    ],
)
def test_a_picture_or_link_that_would_break_is_told(tmp_path, text, code):
    (tmp_path / "secret.png").write_bytes(PNG)
    lesson = write_files(tmp_path / "lesson", {"a.md": f"Đoạn một.\n\n{text}\n", "b.mp4": b"x"})
    assert (code, "a.md:3") in refused_codes(lambda: read_lesson(lesson / "a.md"))


def test_script_in_markdown_is_text(tmp_path):
    [part] = read_lesson(
        write_files(tmp_path, {"a.md": "<script>alert(1)</script>\n\n[x](javascript:alert(1))\n"})
    ).parts
    assert "<script>" not in part.content[0].html
    assert "href" not in part.content[0].html


def test_files_of_a_folder_are_parts_in_the_order_people_count(tmp_path):
    files = {"10 c.pdf": b"%PDF-1.7", "2 b.mp3": b"x", "1 a.mp4": b"x", "1 a.vtt": "WEBVTT\n", "3.png": PNG}
    lesson = read_lesson(write_files(tmp_path, files))
    assert [part.title for part in lesson.parts] == ["a", "b", "3", "c"]
    assert [type(part.content[0]) for part in lesson.parts] == [Film, Sound, Picture, Document]


def test_a_folder_with_an_entry_page_is_one_part(tmp_path):
    [part] = read_lesson(write_files(tmp_path, {"index.html": "x", "a.md": "# x"})).parts
    assert part.content == Pages("parts/01/index.html")


def test_listed_parts_come_as_listed(tmp_path):
    settings = 'title = "A"\nparts = [{file = "b.png", title = "Hình", alt = "Một ô"}, "trang"]\n'
    files = {"lesson.toml": settings, "b.png": PNG, "trang/index.html": "x", "left.out": "x"}
    first, second = read_lesson(write_files(tmp_path, files)).parts
    assert (first.title, first.content[0].alt) == ("Hình", "Một ô")
    assert second.content == Pages("parts/02/index.html")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "folder-empty"),
        ({"a.docx": "x"}, "kind-unknown"),
        ({"a.pdf": "no"}, "pdf-broken"),
        ({"a.md": "x", "b.mp4": "x"}, "file-unused"),
        ({"a.mp4": "x", "a.vtt": "no"}, "captions-broken"),
        ({"a.xlsx": "no"}, "workbook-broken"),
        ({"a.csv": 'câu hỏi,đáp án\n"Hai' + " nhân hai" * 20_000 + ",4\n"}, "table-broken"),
        ({"a.gift": b"\xff\xff\xff"}, "not-utf8"),
        ({"index.html": "x", "a:b.png": "x"}, "name-unsafe"),
        ({"lesson.toml": 'title = "A"\nparts = ["../x.md"]'}, "part-missing"),
        ({"lesson.toml": f'title = "A"\nparts = ["{"x" * 300}.md"]'}, "part-missing"),
        ({"lesson.toml": 'title = "A"\npass_mark = 5', "a.pdf": "%PDF-"}, "questions-missing"),
    ],
)
def test_what_cannot_be_packed_is_told(tmp_path, files, code):
    tmp_path.joinpath("x.md").write_text("x")
    lesson = tmp_path / "lesson"
    lesson.mkdir()
    assert code in [found for found, _ in refused_codes(lambda: read_lesson(write_files(lesson, files)))]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    lesson = write_files(tmp_path / "lesson", {"index.html": "x"})
    (lesson / "a.txt").symlink_to(secret)
    assert refused_codes(lambda: read_lesson(lesson)) == [("link-leaves", "a.txt")]


def test_names_inside_the_package_are_plain_and_never_collide(tmp_path):
    text = "![1](Ảnh.png)\n\n![2](anh.png)\n"
    [part] = read_lesson(write_files(tmp_path, {"a.md": text, "Ảnh.png": PNG, "anh.png": PNG})).parts
    assert list(part.files) == ["parts/01/anh.png", "parts/01/anh-2.png"]
    assert {Path(path).name for path in part.files.values()} == {"Ảnh.png", "anh.png"}


def test_a_whole_lesson(tmp_path):
    lesson = read_lesson(write_lesson(tmp_path))
    assert [part.title for part in lesson.parts] == ["Mở đầu", "luyện tập"]
    assert [len(part.questions) for part in lesson.parts] == [2, 3]
    assert lesson.completion == "answered"
