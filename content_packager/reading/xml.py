"""XML from strangers: no document type, no entities, no network, and limits on size, depth, count and attributes.

Expat is driven directly because two things matter that a namespace-aware tree throws away: the prefix as written
(Moodle matches `ADLCP:` literally) and the exact place of each element, in lines for the reader and in
bytes for the repair.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from content_packager.reading.limits import Limits

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


class BadXml(Exception):
    """The document is refused. `code` is a code of the table of problems."""

    def __init__(self, code: str, line: int | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.facts = facts


@dataclass(slots=True, eq=False)
class Element:
    """One element. `start` and `end` are byte offsets: of `<name`, and of `</name` or of what follows `<name/>`."""

    name: str
    """As written, prefix and all."""
    namespace: str | None
    """None where the prefix is bound to nothing."""
    attributes: dict[str, str]
    """By name as written, without the namespace declarations."""
    declared: dict[str, str]
    """Prefix → namespace, those declared on this very element."""
    line: int
    start: int
    parent: "Element | None" = field(repr=False)
    end: int = 0
    text: str = ""
    """All character data directly inside, joined."""
    children: "list[Element]" = field(default_factory=list, repr=False)

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        return self.name.rpartition(":")[0]

    def resolve(self, prefix: str) -> str | None:
        """The namespace that `prefix` stands for here; None when nothing binds it."""
        element: Element | None = self
        while element is not None:  # as deep as `Limits.xml_depth`; copying scopes down would be a bomb of its own
            if prefix in element.declared:
                return element.declared[prefix]
            element = element.parent
        return {"xml": XML_NAMESPACE, "": ""}.get(prefix)

    @property
    def path(self) -> str:
        """Such as `manifest/organizations/organization[2]/item`."""
        if self.parent is None:
            return self.name
        twins = [child for child in self.parent.children if child.name == self.name]
        number = f"[{twins.index(self) + 1}]" if len(twins) > 1 else ""
        return f"{self.parent.path}/{self.name}{number}"

    def walk(self) -> "Iterator[Element]":
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def parse_xml(data: bytes, limits: Limits) -> Element:
    """The root of the document. Raises BadXml."""
    if len(data) > limits.xml_bytes:
        raise BadXml("xml.too-large", size=len(data), limit=limits.xml_bytes)
    builder = _Builder(limits)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadXml(_code_of(error), error.lineno, detail=expat.ErrorString(error.code)) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know, or not of one byte a letter
        raise BadXml("xml.encoding", 1, detail=str(error)) from error
    assert builder.root is not None, "expat refuses a document without a root"
    return builder.root


def _code_of(error: expat.ExpatError) -> str:
    encodings = {
        expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
        expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
    }
    return "xml.encoding" if error.code in encodings else "xml.malformed"


class _Builder:
    """Expat's callbacks, gathered into a tree."""

    def __init__(self, limits: Limits) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._count = 0
        self._limits = limits
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise BadXml("xml.doctype", self.parser.CurrentLineNumber)

    def _start(self, name: str, written: dict[str, str]) -> None:
        self._count += 1
        self._judge(name, written)
        parent = self._open[-1] if self._open else None
        declared = _declared(written)
        attributes = {key: value for key, value in written.items() if not _declares(key)} if declared else written
        line, start = self.parser.CurrentLineNumber, self.parser.CurrentByteIndex
        element = Element(name, None, attributes, declared, line, start, parent)
        element.namespace = element.resolve(element.prefix)
        if parent is None:
            self.root = element
        else:
            parent.children.append(element)
        self._open.append(element)
        self._texts.append([])

    def _judge(self, name: str, attributes: dict[str, str]) -> None:
        line, limits = self.parser.CurrentLineNumber, self._limits
        if len(self._open) >= limits.xml_depth:
            raise BadXml("xml.too-deep", line, limit=limits.xml_depth)
        if self._count > limits.xml_elements:
            raise BadXml("xml.too-many-elements", line, limit=limits.xml_elements)
        if len(name) + sum(map(len, attributes)) + sum(map(len, attributes.values())) > limits.attribute_chars:
            raise BadXml("xml.attribute-too-large", line, limit=limits.attribute_chars)

    def _text(self, data: str) -> None:
        self._texts[-1].append(data)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        element.end = self.parser.CurrentByteIndex
        element.text = "".join(self._texts.pop())


def _declares(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _declared(written: dict[str, str]) -> dict[str, str]:
    """Prefix → namespace; "" stands for the default one."""
    return {name[6:]: value for name, value in written.items() if name.startswith("xmlns") and _declares(name)}


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, so that byte offsets can be edited in place."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# Moodle's own regex (scormlib.php) is `&(?!\w{2,6};)`; numeric references are spared here too.
_BARE_AMPERSAND = re.compile(rb"&(?!(?:\w{2,6}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")


def escape_ampersands(data: bytes) -> bytes:
    """The document with every `&` that begins no reference written as `&amp;`."""
    return _BARE_AMPERSAND.sub(b"&amp;", data)
