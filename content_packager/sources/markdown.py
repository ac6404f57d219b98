"""A Markdown lesson: CommonMark with tables; films and sounds as images; questions in a fence named `gift`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from content_packager.model import Block, Part, Prose
from content_packager.sources.gift import parse_gift
from content_packager.sources.media import MEDIA, film, sound
from content_packager.sources.reading import Reading, read_text, title_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PLAYED = MEDIA.films.keys() | MEDIA.sounds.keys()


def read_markdown(path: Path, reading: Reading) -> Part:
    """The first heading of level 1 is the title of the part; what follows moves one level down below it."""
    from markdown_it import MarkdownIt  # here, since most lessons need none and it takes long to load

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    page = _Page(path, reading, parser)
    tokens = parser.parse(read_text(path, reading.troubles))
    title, rest = _split_title(tokens)
    return Part(title or title_of(path), tuple(page.blocks(rest)), reading.files)


def _split_title(tokens: "Sequence[Token]") -> "tuple[str, Sequence[Token]]":
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return "".join(child.content for child in tokens[1].children or ()), tokens[3:]
    return "", tokens


@dataclass(slots=True)
class _Page:
    path: Path
    reading: Reading
    parser: "MarkdownIt"
    _prose: "list[Token]" = field(default_factory=list)

    def blocks(self, tokens: "Sequence[Token]") -> Iterator[Block]:
        for index, token in enumerate(tokens):
            if token.type == "fence" and token.info.strip().lower() == "gift":
                yield from self._flush()
                line = token.map[0] + 1 if token.map else 0
                yield from parse_gift(token.content, self.path.name, self.reading.troubles, first_line=line)
            elif played := self._played(tokens, index):
                self._prose.pop()  # the paragraph that was opened around it
                yield from self._flush()
                yield played
            elif not (token.type == "paragraph_close" and self._played(tokens, index - 1)):
                self._prose.append(self._settled(token))
        yield from self._flush()

    def _flush(self) -> Iterator[Prose]:
        if self._prose:
            html = self.parser.renderer.render(self._prose, self.parser.options, {})
            self._prose = []
            yield Prose(html.strip())

    def _played(self, tokens: "Sequence[Token]", index: int) -> Block | None:
        """A film or sound that stands alone in its paragraph."""
        token = tokens[index]
        children = token.children or []
        if token.type != "inline" or len(children) != 1 or tokens[index - 1].type != "paragraph_open":
            return None
        child = children[0]
        path = self._local(str(child.attrs.get("src", "")))
        if child.type != "image" or path is None or path.suffix.lower() not in _PLAYED:
            return None
        return (film if path.suffix.lower() in MEDIA.films else sound)(path, self.reading)

    def _settled(self, token: "Token") -> "Token":
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        for child in token.children or ():
            where = f"{self.path.name}:{token.map[0] + 1}" if token.map else self.path.name
            if child.type == "image":
                self._settle_picture(child, where)
            elif child.type == "link_open":
                self._settle_link(child, where)
        return token

    def _settle_picture(self, image: "Token", where: str) -> None:
        source = str(image.attrs.get("src", ""))
        path = self._local(source)
        if path is None:
            self.reading.troubles.add(
                "picture-outside" if _is_outside(source) else "file-missing", where, file=unquote(source)
            )
        elif path.suffix.lower() in MEDIA.pictures:
            image.attrs["src"] = self.reading.put(path)
        else:
            self.reading.troubles.add("media-in-line", where, file=unquote(source))

    def _settle_link(self, link: "Token", where: str) -> None:
        target = str(link.attrs.get("href", ""))
        if _is_outside(target):
            link.attrs |= {"target": "_blank", "rel": "noreferrer noopener"}
        elif not target.startswith("#"):
            path = self._local(target)
            if path is None:
                self.reading.troubles.add("file-missing", where, file=unquote(target))
            else:
                link.attrs |= {"href": self.reading.put(path), "target": "_blank"}

    def _local(self, target: str) -> Path | None:
        """The file that a link means, if it is one of the lesson."""
        if not target or _is_outside(target):
            return None
        path = self.path.parent / unquote(urlsplit(target).path)
        return path if self.reading.holds(path) and path.is_file() else None


def _is_outside(target: str) -> bool:
    return bool(urlsplit(target).scheme) or target.startswith("//")
