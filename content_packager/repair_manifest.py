"""The certain cures inside `imsmanifest.xml`, made as small edits of its bytes: all else stays as it was."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from content_packager.checks import scorm12, scorm2004
from content_packager.checks.dialect import Dialect
from content_packager.checks.manifest import Manifest
from content_packager.checks.material import Material
from content_packager.checks.resources import launch_unlisted, unlisted
from content_packager.checks.scorm import (
    ADLCP_12,
    ADLCP_2004,
    Version,
    is_known,
    version,
    words_element,
)
from content_packager.reading.limits import Limits
from content_packager.reading.xml import BadXml, Element, escape_ampersands, is_utf8, parse_xml
from content_packager.report import Findings, Standard

_START_TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_LETTERS = "".join(chr(code) for code in range(33, 127) if chr(code) not in '%#?"<>\\^`{|}')


class Change(NamedTuple):
    """One thing mended. `code` is the code of the problem that it cures."""

    code: str
    where: str
    before: str
    after: str


class Edit(NamedTuple):
    start: int
    end: int
    new: bytes
    change: Change


class _Open(NamedTuple):
    """A manifest in hand."""

    data: bytes
    file: str
    version: Version
    manifest: Manifest
    dialect: Dialect


def mend_manifest(data: bytes, file: str, material: Material, limits: Limits) -> tuple[bytes, list[Change]]:
    """The mended bytes and what was done. A manifest that cannot be read, or is not in UTF-8, comes back as it is."""
    changes: list[Change] = []
    if not is_utf8(data):
        return data, changes
    whole, root = _readable(data, limits)
    if whole != data:
        changes.append(Change("xml.bare-ampersand", file, before="&", after="&amp;"))
    if root is None or root.local != "manifest":
        return (whole, changes) if root is not None else (data, [])
    edits = [edit for cure in _CURES for edit in cure(_opened(whole, file, root, material))]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        whole = whole[: edit.start] + edit.new + whole[edit.end :]
    return whole, changes + [edit.change for edit in sorted(edits, key=lambda edit: edit.start)]


def _readable(data: bytes, limits: Limits) -> tuple[bytes, Element | None]:
    try:
        return data, parse_xml(data, limits)
    except BadXml as error:
        if error.code != "xml.malformed" or b"<![CDATA[" in data or b"<!--" in data:
            return data, None  # inside these a bare ampersand is right, and which one is wrong is not certain
    mended = escape_ampersands(data)
    try:
        return mended, parse_xml(mended, limits)
    except BadXml:
        return data, None


def _opened(data: bytes, file: str, root: Element, material: Material) -> _Open:
    found = version(root)
    dialect = (scorm12 if found.standard is Standard.SCORM_12 else scorm2004).DIALECT
    return _Open(data, file, found, dialect.open(root, file, material, Findings(0)), dialect)


def _mend_words(open_: _Open) -> Iterator[Edit]:
    """Only where the official spelling is certain and no namespace speaks against it."""
    element = words_element(open_.manifest.root)
    official, words = open_.version.edition, open_.version.words
    if element is None or words is None or not official or is_known(words) or element.children:
        return
    meant = Standard.SCORM_12 if official == "1.2" else Standard.SCORM_2004
    if meant is open_.version.standard:
        change = Change("manifest.version-words", open_.file, before=words, after=official)
        yield Edit(_inside(open_.data, element), element.end, official.encode(), change)


def _mend_types(open_: _Open) -> Iterator[Edit]:
    walk = open_.manifest.walk
    for resource in {id(launch.resource): launch.resource for launch in open_.manifest.launches}.values():
        attributes = walk.vocabulary.attributes(resource)
        written = _written_type(resource)
        if written is None:
            kind = _certain_type(open_, resource)
            if kind:
                yield _new_attribute(open_, resource, kind)
            continue
        name, value = written
        wanted = value.lower() if value.lower() in ("sco", "asset") else value
        spelled = open_.dialect.type_attribute
        right = f"{name.rpartition(':')[0]}:{spelled}"
        if (name, value) != (right, wanted) and f"adlcp:{spelled}" not in attributes.keys() - {_key(name)}:
            code = "manifest.scormtype-spelling" if name != right else "manifest.scormtype-value"
            yield from _rewritten(open_, resource, Change(code, open_.file, f"{name}={value}", f"{right}={wanted}"))


def _key(name: str) -> str:
    return f"adlcp:{name.rpartition(':')[2]}"


def _written_type(resource: Element) -> tuple[str, str] | None:
    """The attribute as it is written, whichever way it is spelt."""
    for name, value in resource.attributes.items():
        prefix, _, local = name.rpartition(":")
        if local.lower() == "scormtype" and (prefix == "adlcp" or resource.resolve(prefix) in (ADLCP_12, ADLCP_2004)):
            return name, value
    return None


def _certain_type(open_: _Open, resource: Element) -> str | None:
    """A SCO is what calls the runtime; where nothing in the package does, there can be none."""
    if not open_.manifest.material.calls:
        return "asset"
    if open_.dialect.api in open_.manifest.apis(resource):
        return "sco"
    alone = len({id(launch.resource) for launch in open_.manifest.launches}) == 1
    spoken = {api for apis in open_.manifest.material.calls.values() for api in apis}
    return "sco" if alone and open_.dialect.api in spoken else None


def _new_attribute(open_: _Open, resource: Element, kind: str) -> Edit:
    namespace = open_.dialect.adlcp
    declared = "" if resource.resolve("adlcp") == namespace else f' xmlns:adlcp="{namespace}"'
    at = resource.start + 1 + len(resource.name.encode())
    after = f'adlcp:{open_.dialect.type_attribute}="{kind}"'
    change = Change("manifest.scormtype-missing", open_.file, before="-", after=after)
    return Edit(at, at, f"{declared} {after}".encode(), change)


def _rewritten(open_: _Open, resource: Element, change: Change) -> Iterator[Edit]:
    """The attribute rewritten in its place in the start tag."""
    name = change.before.partition("=")[0]
    right, _, value = change.after.partition("=")
    pattern = re.compile(rb"\s" + re.escape(name.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    found = pattern.search(open_.data, resource.start, _inside(open_.data, resource))
    if found:
        yield Edit(found.start() + 1, found.end(), f"{right}={quoteattr(value)}".encode(), change)


def _mend_lists(open_: _Open) -> Iterator[Edit]:
    """List what no resource lists: certain for a launch page, and for the rest where there is one resource only."""
    walk, resources = open_.manifest.walk, open_.manifest.resources
    based = any(walk.attribute(found, "xml:base") for found in (open_.manifest.root, *resources)) or any(
        walk.attribute(found, "xml:base") for found in walk.named(open_.manifest.root, "resources")
    )
    if based:
        return
    for resource in resources:
        names = launch_unlisted(open_.manifest, resource)
        if len(resources) == 1:
            names = [*names, *(name for name in unlisted(open_.manifest) if name not in names)]
        if names:
            yield _listed(open_, resource, names)


def _listed(open_: _Open, resource: Element, names: list[str]) -> Edit:
    prefix = f"{resource.prefix}:" if resource.prefix else ""
    rows = "".join(f"\n      <{prefix}file href={quoteattr(_as_href(name))}/>" for name in names)
    only_launch = names == launch_unlisted(open_.manifest, resource)
    code = "manifest.launch-unlisted" if only_launch else "manifest.file-unlisted"
    change = Change(code, open_.file, before="-", after=", ".join(names))
    tag_end = _inside(open_.data, resource)
    if _is_short(open_.data, resource):
        return Edit(tag_end - 2, tag_end, f">{rows}\n    </{resource.name}>".encode(), change)
    before = [child for child in resource.children if child.local in ("metadata", "file")]
    at = _behind(open_.data, before[-1]) if before else tag_end
    return Edit(at, at, rows.encode(), change)


def _as_href(name: str) -> str:
    return "".join(letter if ord(letter) > 127 or letter in _LETTERS else quote(letter) for letter in name)


def _inside(data: bytes, element: Element) -> int:
    """Just behind the start tag."""
    found = _START_TAG.match(data, element.start)
    assert found is not None, "expat has read this very tag"
    return found.end()


def _is_short(data: bytes, element: Element) -> bool:
    """Whether it was written `<name/>`, without an end tag."""
    return not element.children and not element.text and data.endswith(b"/>", element.start, element.end)


def _behind(data: bytes, element: Element) -> int:
    """Just behind the whole element."""
    return element.end if _is_short(data, element) else data.index(b">", element.end) + 1


_CURES: tuple[Callable[[_Open], Iterator[Edit]], ...] = (_mend_words, _mend_types, _mend_lists)
