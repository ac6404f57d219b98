"""Foreign HTML cut down to plain emphasis: no attributes, no script, no links."""

from html import escape, unescape
from html.parser import HTMLParser

_KEPT = frozenset(["b", "strong", "i", "em", "u", "sub", "sup", "code", "pre", "ul", "ol", "li", "p", "br"])
_DROPPED = frozenset(("script", "style", "template", "head", "title"))
_VOID = frozenset(("br",))


def clean_html(html: str) -> str:
    """Only the tags above, balanced, without attributes; everything else is text."""
    reader = _Cleaner()
    reader.feed(html)
    reader.close()
    return reader.result()


def text_html(text: str) -> str:
    """Plain text as HTML; its line breaks stay."""
    return escape(text.strip(), quote=False).replace("\n", "<br>")


def plain(html: str) -> str:
    """Clean HTML as one line of text, for descriptions and interactions."""
    reader = _Texts()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.pieces).split())


class _Lenient(HTMLParser):
    """As browsers read (HTML, 13.2.5.42): `<![anything]` is a comment; Python's parser may fail on it."""

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        return self.parse_bogus_comment(i, bool(report))


class _Cleaner(_Lenient):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _DROPPED:
            self._mute += 1
        elif tag in _KEPT and not self._mute:
            self._out.append(f"<{tag}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._mute = max(0, self._mute - 1)
        while tag in self._open:
            last = self._open.pop()
            self._out.append(f"</{last}>")
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self._out.append(escape(data, quote=False))

    def result(self) -> str:
        ends = "".join(f"</{tag}>" for tag in reversed(self._open))
        return ("".join(self._out) + ends).strip()


class _Texts(_Lenient):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("br", "p", "li"):
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(unescape(data))
