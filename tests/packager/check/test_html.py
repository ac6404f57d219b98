"""What is looked for in pages, drawings, scripts and styles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packager.checks.html import LOOKED_INTO, Reference, read_page
from content_packager.checks.material import Api, readable
from content_packager.checks.run import check
from content_packager.reading.limits import Limits
from tests.packager.check.packages import BASES, PAGE, SCORM_12, check_files, codes, places, write_zip

FINDINGS = [
    ("a.html", '<p>\n<script src="https://x.example/a.js">', "page.outside-host", 2),
    ("a.html", "<script src=//x.example/a.js>", "page.outside-host", 1),
    ("a.html", "<LINK REL='stylesheet' HREF='HTTP://x.example/a.css'>", "page.outside-host", 1),
    ("a.html", "<img alt='a>b' src='https://x.example/a.png'>", "page.outside-host", 1),
    ("a.html", "<iframe src='https://www.youtube.com/embed/1'></iframe>", "page.outside-host", 1),
    ("a.html", "<video poster='https://x.example/a.png'></video>", "page.outside-host", 1),
    ("a.html", "<form action='https://x.example/'></form>", "page.outside-host", 1),
    ("a.html", "<p style=\"background:url('https://x.example/a.png')\">", "page.outside-host", 1),
    ("a.html", "<script>\nfetch('https://x.example/')</script>", "page.outside-host", 2),
    ("a.css", "@import 'https://x.example/a.css';", "page.outside-host", 1),
    ("a.css", "a{}\nb{background:url(//x.example/a.png)}", "page.outside-host", 2),
    ("a.js", "import a from 'https://x.example/a.js'", "page.outside-host", 1),
    ("a.js", "x.open('POST', 'https://x.example/')", "page.outside-host", 1),
    ("a.js", "navigator.sendBeacon(\"https://x.example/\")", "page.outside-host", 1),
    ("a.svg", "<svg><image xlink:href='https://x.example/a.png'/></svg>", "page.outside-host", 1),
    ("a.html", "<body onunload='save()'>", "page.unload-handler", 1),
    ("a.html", "<body onbeforeunload = save()>", "page.beforeunload-handler", 1),
    ("a.js", "\n\nwindow.onunload = save", "page.unload-handler", 3),
    ("a.js", "addEventListener('beforeunload', save)", "page.beforeunload-handler", 1),
    ("a.js", "$(window).on(\"unload\", save)", "page.unload-handler", 1),
    ("a.svg", "<svg>\n<script>alert(1)</script></svg>", "page.svg-script", 2),
    ("a.svg", "<svg:svg><svg:script/></svg:svg>", "page.svg-script", 1),
    ("a.svg", "<svg onload='a()'/>", "page.svg-script", 1),
    ("a.svg", "<svg><a href='javascript:a()'/></svg>", "page.svg-script", 1),
    ("a.svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "page.svg-entity", 1),
    ("a.html", "<p>bài</p>", "page.charset-missing", 1),
]  # fmt: skip
HARMLESS = [
    ("a.html", "<a href='https://x.example/'>đi</a><meta charset=utf-8>"),
    ("a.html", "<link rel=canonical href='https://x.example/'>"),
    ("a.html", "<!-- <script src='https://x.example/a.js'></script> -->"),
    ("a.html", "<p>fetch and https://x.example/</p>"),
    ("a.html", "<img src='data:image/png;base64,AAAA'>"),
    ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><path/></svg>"),
    ("a.js", "if (window.onunload == null) { load('a') }"),
    ("a.js", "// see https://x.example/"),
    ("a.css", "a{background:url(data:image/png;base64,AA)}"),
    ("a.html", "\ufeff<p>bài</p>"),
    ("a.css", "@import url(b.css);"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "code", "line"), FINDINGS)
def test_what_is_found_and_where(name, text, code, line):
    found = read_page(name, text.encode()).findings
    assert [(finding.code, finding.line) for finding in found] == [(code, line)]


@pytest.mark.parametrize(("name", "text"), HARMLESS)
def test_what_is_harmless(name, text):
    assert read_page(name, text.encode()).findings == []


def test_a_page_that_is_no_utf8_is_told_at_the_first_wrong_byte():
    assert [(found.code, found.line) for found in read_page("a.html", b"<p>\nb\xe0i").findings] == [
        ("page.not-utf8", 2)
    ]


@pytest.mark.parametrize("charset", ["windows-1258", "ISO-8859-1"])
def test_a_page_in_the_old_encoding_that_it_names_is_right(charset):
    assert read_page("a.html", f"<meta charset={charset}><p>hé".encode(charset)).findings == []


@pytest.mark.parametrize("charset", ["punycode", "klingon", "shift_jis"])
def test_a_page_that_is_not_in_what_it_names_is_told(charset):
    found = read_page("a.html", f"<meta charset={charset}>".encode() + b"\xff\xa0").findings
    assert [finding.code for finding in found] == ["page.not-utf8"]


def test_an_import_names_its_file_not_the_function():
    assert [found.url for found in read_page("a.css", b"@import url(b.css); @import 'c.css';").references] == [
        "b.css", "c.css",
    ]  # fmt: skip


def test_what_a_style_sheet_has_commented_out_is_not_loaded():
    sheet = b"/* a{b:url(old.png)}\n */ a{b:url(new.png)} /* url(open.png)"
    assert read_page("a.css", sheet).references == [Reference(2, "new.png", linked=False)]


def test_a_name_is_told_as_its_author_wrote_it(tmp_path):
    [problem] = check_files(tmp_path, in_a_package("<a href='B%C3%A0i%20m%E1%BB%9Bi.html#x'>x</a>")).problems
    assert problem.facts == {"url": "Bài mới.html#x"}
    assert [readable(url) for url in ("%E0.html", "100%.html", "%1b")] == ["%E0.html", "100%.html", "\x1b"]


@pytest.mark.parametrize(("text", "calls"), [
    ("api.LMSInitialize('')", {Api.SCORM_12}), ("w.API_1484_11", {Api.SCORM_2004}), ("w.API", set()),
    ("w.API_1484_11 || w.API.LMSInitialize", {Api.SCORM_12, Api.SCORM_2004}),
])  # fmt: skip
def test_the_runtime_that_a_script_calls(text, calls):
    assert read_page("a.js", text.encode()).calls == calls


def in_a_package(page: str) -> dict[str, str | bytes]:
    listed = '<file href="api.js"/><file href="img/A.png"/>'
    manifest = SCORM_12.replace('<file href="api.js"/>', listed)
    return {**BASES["scorm12"], "imsmanifest.xml": manifest, "img/A.png": b"",
            "index.html": PAGE.replace("<p>", f"{page}<p>")}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), [
    ("<img src='img/B.png'>", [("page.file-missing", "index.html:3")]),
    ("<img src='img/a.png'>", [("page.other-case", "index.html:3")]),
    ("<a href='khac.html'>x</a>", [("page.file-missing", "index.html:3")]),
    ("<img src='img/A.png?1#2'><a href='#x'>x</a><a href='mailto:a@x.example'>x</a>", []),
    ("<img src='./img/../img/A.png'>", []),
    ("<base target=_top><img src='img/B.png'>", [("page.file-missing", "index.html:3")]),
    ("<base\nhref='..'><img src='img/B.png'>", []),
    ('<p id="<img src=\'../\', file, \'/b.png\'>">x</p>', []),
    ("<img src=\"../', file, '/b.png\">", []),
    ("<script src='api.js'></script>", [("page.script", "index.html")]),
])  # fmt: skip
def test_links_into_the_package_are_followed(tmp_path, page, expected):
    assert places(check_files(tmp_path, in_a_package(page))) == expected


def test_only_so_much_text_is_looked_into(tmp_path):
    path = write_zip(tmp_path / "a.zip", {f"{number}.js": "onunload = a" for number in range(5)})
    assert codes(check(path, Limits(pages_bytes=30))).count("page.unload-handler") == 2
    assert codes(check(path, Limits(page_bytes=10))).count("page.unload-handler") == 0


@given(st.sampled_from(LOOKED_INTO), st.binary(max_size=400))
def test_any_bytes_are_looked_into(ending, data):
    page = read_page(f"a{ending}", data)
    assert all(finding.line >= 1 for finding in page.findings)


_PIECES = ["<script ", "<img src=", "<!--", "-->", '"', "'", ">", "=", "url(", "fetch(", "//", "https:", "onunload=",
           "addEventListener(", "\n", " ", "é", "<svg", "{", "src", "[", "]", "@import "]  # fmt: skip


@given(st.sampled_from(LOOKED_INTO), st.lists(st.sampled_from(_PIECES), max_size=60))
def test_any_mixture_of_markup_is_looked_into(ending, pieces):
    page = read_page(f"a{ending}", "".join(pieces).encode())
    assert all(reference.line >= 1 for reference in page.references)
