"""What pages, drawings, scripts and style sheets do that a lesson should not: looked for in their text, never run.

Every search is linear in the text: hostile pages are searched by the same patterns. Bytes are searched as Latin-1, so
that an offset is a byte and no encoding can break the search.
"""

import re
from collections.abc import Callable, Iterator
from typing import AnyStr, NamedTuple
from urllib.parse import urlsplit

from content_packager.checks.material import Api

PAGES, SCRIPTS, STYLES, DRAWINGS = (".html", ".htm", ".xhtml"), (".js", ".mjs"), (".css",), (".svg",)
LOOKED_INTO = PAGES + SCRIPTS + STYLES + DRAWINGS

_LOADS = {  # element → the attributes by which it loads something
    "script": ("src",),
    "link": ("href",),
    "img": ("src",),
    "iframe": ("src",),
    "frame": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "form": ("action",),
    "a": ("href",),
}
_LOADING_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "preconnect", "dns-prefetch"}
_TAG = re.compile(rf"<({'|'.join(_LOADS)})(?=[\s/>])", re.IGNORECASE)
# Bounded, and stopped by the next tag: text such as `<img/a=<img/a=…` would else be read again from each of its tags.
_ATTRIBUTE = re.compile(
    r"[\s/]{0,200}([^\s=<>/\"']{1,100})(?:\s{0,20}=\s{0,20}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s<>]{0,2000})))?"
)
_STYLE_URL = re.compile(r"(?:\burl\(\s*|@import\s+(?!url\())[\"']?([^\"')\s;]{1,2000})", re.IGNORECASE)
_SCRIPT_URL = re.compile(
    r"(?:\b(?:fetch|import|importScripts|sendBeacon|WebSocket|EventSource|Worker)\s?\(\s?"
    r"|\bfrom\s?|\bimport\s?|\.open\(\s?[\"'][A-Za-z]{1,10}[\"']\s?,\s?|\.(?:src|href|action)\s?=\s?)"
    r"[\"'`]((?:https?:|wss?:)?//[^\"'`\s]{1,2000})"
)
_UNLOAD = re.compile(
    r"\bon((?:before)?unload)\s?=(?!=)|addEventListener\(\s?[\"'`]((?:before)?unload)[\"'`]|\.on\(\s?[\"'`]((?:before)?unload)[\"'`]",
    re.IGNORECASE,
)
_SCRIPTING = re.compile(rb"<(?:[a-z]{1,20}:)?script[\s/>]|javascript:")
_HANDLER = re.compile(rb"[\s\"'/]on[a-z]{3,20}\s?=")
_CHARSET = re.compile(rb"charset\s?=\s?[\"']?([\w.:-]{1,40})")
_OLD_ENCODING = re.compile(r"windows-125\d|iso-8859-\d{1,2}|shift_jis|euc-(?:jp|kr)|gb(?:2312|k|18030)|big5|koi8-[ru]")
_LETTER = re.compile(r"[^\n]")
_BASE = re.compile(rb"<base\s[^<>]{0,200}?href")
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_OUTSIDE = re.compile(r"(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)


class Finding(NamedTuple):
    code: str
    line: int
    facts: dict[str, str]


class Reference(NamedTuple):
    """A URL that a file loads or links to."""

    line: int
    url: str
    linked: bool
    """Only followed when the pupil clicks."""


class Page(NamedTuple):
    findings: list[Finding]
    calls: frozenset[Api]
    references: list[Reference]
    """Those that stay inside the package; none where a `<base>` sends them elsewhere."""
    has_script: bool


def read_page(name: str, data: bytes) -> Page:
    """Look into one text file; `name` decides which kind it is."""
    text = data.decode("latin-1")
    small = data.lower()  # the plain searches in it spare most files the slower patterns
    ending = name[name.rfind(".") :].lower()
    line_of = _lines(text)
    references = list(_references(text, small, ending, line_of=line_of))
    findings = [
        *_outside(references),
        *(_unloads(text, line_of) if b"unload" in small else ()),
        *_encoding(data, small, ending),
    ]
    if ending in DRAWINGS:
        findings += _drawing(text, small, line_of)
    moved = b"<base" in small and _BASE.search(small)
    inside = [] if moved else [found for found in references if not _OUTSIDE.match(found.url)]
    return Page(findings, _calls(text), inside, ending in PAGES and _scripting(small) is not None)


def _lines(text: str) -> Callable[[int], int]:
    """Offset → line, counted onwards from the last question: questions come mostly in order."""
    last = [0, 1]

    def line_of(offset: int) -> int:
        if offset < last[0]:
            last[:] = [0, 1]
        last[1] += text.count("\n", last[0], offset)
        last[0] = offset
        return last[1]

    return line_of


def _calls(text: str) -> frozenset[Api]:
    marks = (("LMSInitialize", "I", Api.SCORM_12), ("API_1484_11", "_", Api.SCORM_2004))
    return frozenset(api for mark, letter, api in marks if _holds(text, mark, letter))


def _holds(text: AnyStr, word: AnyStr, letter: AnyStr) -> bool:
    """`letter` is the rarest of the word: one letter is found many times as fast as several."""
    return letter in text and word in text


def _references(text: str, small: bytes, ending: str, *, line_of: Callable[[int], int]) -> Iterator[Reference]:
    if ending in PAGES + DRAWINGS:
        yield from _tag_references(_without_comments(text), line_of)
    if ending in STYLES and "/*" in text:
        text = _CSS_COMMENT.sub(_blanked, text)
    if ending not in SCRIPTS and (_holds(small, b"url(", b"(") or _holds(small, b"@import", b"@")):
        for match in _STYLE_URL.finditer(text):
            yield Reference(line_of(match.start()), _utf8(match[1]), False)
    if ending not in STYLES and "//" in text:
        for match in _SCRIPT_URL.finditer(text):
            yield Reference(line_of(match.start()), _utf8(match[1]), False)


def _tag_references(text: str, line_of: Callable[[int], int]) -> Iterator[Reference]:
    for tag in _TAG.finditer(text):
        element = tag[1].lower()
        attributes = _attributes(text, tag.end())
        if element == "link" and not _LOADING_RELATIONS & set(attributes.get("rel", "").lower().split()):
            continue
        for name in _LOADS[element]:
            if attributes.get(name):
                yield Reference(line_of(tag.start()), _utf8(attributes[name]), element == "a")


def _attributes(text: str, position: int) -> dict[str, str]:
    found: dict[str, str] = {}
    while (match := _ATTRIBUTE.match(text, position)) and len(found) < 100:
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
        position = match.end()
    return found


def _without_comments(text: str) -> str:
    """Comments blanked out, offsets and lines kept. An unclosed comment runs to the end, as in a browser."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        stop = len(text) if end < 0 else end + 3
        parts += [text[position:start], _LETTER.sub(" ", text[start:stop])]
        position = stop
    return "".join([*parts, text[position:]]) if parts else text


def _blanked(comment: re.Match[str]) -> str:
    return _LETTER.sub(" ", comment[0])


def _outside(references: list[Reference]) -> Iterator[Finding]:
    for line, url, linked in references:
        if _OUTSIDE.match(url) and not linked:
            yield Finding("page.outside-host", line, {"url": url, "host": _host(url)})


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:  # brackets that hold no IPv6 address: the browser will not get anywhere either
        return url


def _unloads(text: str, line_of: Callable[[int], int]) -> Iterator[Finding]:
    for match in _UNLOAD.finditer(text):
        handler = (match[1] or match[2] or match[3]).lower()
        code = "page.unload-handler" if handler == "unload" else "page.beforeunload-handler"
        yield Finding(code, line_of(match.start()), {"handler": handler})


def _encoding(data: bytes, small: bytes, ending: str) -> Iterator[Finding]:
    if data.isascii() or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    named = small.find(b"charset", 0, 1024)
    declared = _CHARSET.search(small, named, 1024) if named >= 0 else None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not (declared and _is_in(declared[1].decode(), data)):
            yield Finding("page.not-utf8", data.count(b"\n", 0, error.start) + 1, {})
        return
    marked = data.startswith((b"\xef\xbb\xbf", b"<?xml"))
    if ending in PAGES and not (declared or marked):
        yield Finding("page.charset-missing", 1, {})


def _is_in(encoding: str, data: bytes) -> bool:
    """Whether a page is in the encoding that it names: the browser then reads it right, old as it may be."""
    if not _OLD_ENCODING.fullmatch(encoding):
        return False
    try:
        data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return False
    return True


def _scripting(small: bytes) -> int | None:
    """Where the first script of a page or drawing begins, given in small letters."""
    found = _SCRIPTING.search(small) if b"script" in small else None
    found = found or (_HANDLER.search(small) if b"=" in small else None)
    return found.start() if found else None


def _drawing(text: str, small: bytes, line_of: Callable[[int], int]) -> Iterator[Finding]:
    script = _scripting(small)
    if script is not None:
        yield Finding("page.svg-script", line_of(script), {})
    entity = text.find("<!ENTITY")
    if entity >= 0:
        yield Finding("page.svg-entity", line_of(entity), {})


def _utf8(latin: str) -> str:
    return latin.encode("latin-1").decode("utf-8", "replace").strip()
