"""`cmi5.xml`: the course structure of cmi5 "Quartz", specification §8.1, §13 and §14 with CourseStructure.xsd.

`REQUIREMENTS` is the list of what the specification asks of a course structure, each with the codes that hold it; a
test per row breaks exactly that requirement.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from content_packager.checks.material import Match, Material, read_reference, readable
from content_packager.checks.shapes import Vocabulary, Walk, leaf, many, maybe, one, shape
from content_packager.checks.values import decimal, is_iri, is_iri_reference, is_language, words
from content_packager.reading.xml import Element
from content_packager.report import Findings

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
LAUNCH_PARAMETERS = frozenset({"endpoint", "fetch", "actor", "registration", "activityId"})


class Requirement(NamedTuple):
    section: str
    asks: str
    codes: tuple[str, ...]


_MISSING = ("structure.element-missing",)
_UNKNOWN = ("cmi5.element-unknown", "cmi5.attribute-unknown")
REQUIREMENTS: Mapping[str, Requirement] = {
    "root": Requirement("13.1, XSD", "the root is courseStructure", ("cmi5.root",)),
    "namespace": Requirement("14, XSD", "the namespace is that of the v1 schema", ("cmi5.namespace",)),
    "name": Requirement("14", "in a zip the file is named cmi5.xml", ("package.manifest-case",)),
    "place": Requirement("14.1", "it stands in the zip's root folder", ("package.nested-root",)),
    "course": Requirement("13.1.1", "there is one course", _MISSING),
    "course-once": Requirement("XSD", "there is not more than one course", ("structure.element-repeated",)),
    "course-id": Requirement("13.1.1", "a course has an id", ("structure.attribute-missing",)),
    "course-id-iri": Requirement("13.1.1", "a course's id is an IRI", ("cmi5.id-form",)),
    "course-title": Requirement("13.1.1", "a course has a title", _MISSING),
    "course-description": Requirement("13.1.1", "a course has a description", _MISSING),
    "some-au": Requirement("XSD", "a course has at least one au or block", _MISSING),
    "block-id": Requirement("13.1.2", "a block has an id", ("structure.attribute-missing",)),
    "block-id-iri": Requirement("13.1.2", "a block's id is an IRI", ("cmi5.id-form",)),
    "block-id-unique": Requirement("13.1.2", "a block's id is unique in the structure", ("cmi5.id-twice",)),
    "block-title": Requirement("13.1.2", "a block has a title", _MISSING),
    "block-description": Requirement("13.1.2", "a block has a description", _MISSING),
    "block-filled": Requirement("13.1.2", "a block holds one or more AUs or blocks", _MISSING),
    "objective-id": Requirement("13.1.3", "an objective has an id", ("structure.attribute-missing",)),
    "objective-id-iri": Requirement("13.1.3", "an objective's id is an IRI", ("cmi5.id-form",)),
    "objective-id-unique": Requirement("13.1.3", "an objective's id is unique in the structure", ("cmi5.id-twice",)),
    "objective-title": Requirement("13.1.3", "an objective has a title", _MISSING),
    "objective-description": Requirement("13.1.3", "an objective has a description", _MISSING),
    "objectives-filled": Requirement("XSD", "objectives holds at least one objective", _MISSING),
    "objective-reference": Requirement("13.1.2", "a reference names a known objective", ("cmi5.objective-dangling",)),
    "objective-idref": Requirement("13.1.4", "a reference says which objective", ("cmi5.objective-dangling",)),
    "au-id": Requirement("13.1.4", "an AU has an id", ("structure.attribute-missing",)),
    "au-id-iri": Requirement("13.1.4", "an AU's id is an IRI", ("cmi5.id-form",)),
    "au-id-unique": Requirement("13.1.4", "an AU's id is unique in the structure", ("cmi5.id-twice",)),
    "au-title": Requirement("13.1.4", "an AU has a title", _MISSING),
    "au-description": Requirement("13.1.4", "an AU has a description", _MISSING),
    "au-url": Requirement("13.1.4", "an AU has a url", _MISSING),
    "au-url-filled": Requirement("XSD", "an AU's url is not empty", ("cmi5.url-empty",)),
    "au-url-form": Requirement("13.1.4", "an AU's url conforms to RFC 1738", ("cmi5.url-form",)),
    "au-url-query": Requirement("8.1", "its query uses no name of a launch parameter", ("cmi5.query-clash",)),
    "au-url-included": Requirement("14.1", "a relative url names a file of the zip", ("cmi5.url-missing",)),
    "au-url-alone": Requirement("14.2", "without a zip every url is fully qualified", ("cmi5.url-relative",)),
    "launch-method": Requirement("13.1.4", "launchMethod is OwnWindow or AnyWindow", ("structure.value",)),
    "move-on": Requirement("13.1.4", "moveOn is one of five words", ("structure.value",)),
    "mastery-decimal": Requirement("13.1.4", "masteryScore is a decimal number", ("cmi5.mastery-score",)),
    "mastery-range": Requirement("13.1.4", "masteryScore lies between 0 and 1", ("cmi5.mastery-score",)),
    "mastery-places": Requirement("13.1.4", "masteryScore has up to 4 decimal places", ("cmi5.mastery-places",)),
    "activity-type": Requirement("13.1.4", "activityType is an IRI", ("cmi5.activity-type",)),
    "langstring": Requirement("13.1", "a text holds at least one langstring", _MISSING),
    "language": Requirement("XSD", "lang is a language tag", ("cmi5.language",)),
    "order": Requirement("XSD", "elements stand in the schema's order", ("cmi5.order",)),
    "no-other-element": Requirement("XSD", "no unknown element in the cmi5 namespace", ("cmi5.element-unknown",)),
    "no-text": Requirement("XSD", "text stands in langstring and url only", ("cmi5.text",)),
    "no-other-attribute": Requirement("XSD", "no unknown attribute of its own", ("cmi5.attribute-unknown",)),
    "extension": Requirement("13.1.5", "an extension has its own namespace", ("cmi5.element-unknown",)),
    "extension-place": Requirement("XSD", "an extension stands where the schema is open", _UNKNOWN),
    "extension-schema": Requirement("13.1.5", "an extension comes with an XSD", ("cmi5.extension-without-schema",)),
}  # fmt: skip

_TEXTS = (one("title"), one("description"))
_PARTS = many("au", "block", least=1)
VOCABULARY = Vocabulary(
    home=frozenset({NAMESPACE}),
    prefixes={},
    shapes={
        "courseStructure": shape(one("course"), maybe("objectives"), _PARTS),
        "course": shape(*_TEXTS, required="id"),
        "block": shape(*_TEXTS, maybe("objectives"), _PARTS, required="id"),
        "au": shape(
            *_TEXTS, maybe("objectives"), one("url"), maybe("launchParameters"), maybe("entitlementKey"),
            required="id", optional="moveOn masteryScore launchMethod activityType",
        ),
        "objectives": shape(many("objective", least=1)),
        "objective": shape(*_TEXTS, required="id", ordered=False, foreign=""),
        "block/objectives/objective": shape(optional="idref", foreign=""),
        "au/objectives/objective": shape(optional="idref", foreign=""),
        "title": shape(many("langstring", least=1)),
        "description": shape(many("langstring", least=1)),
        "launchParameters": None,  # anything goes (CourseStructure.xsd)
        "entitlementKey": None,
        "langstring": leaf(optional="lang", foreign="attributes"),
    },
    values={
        "au@launchMethod": words("AnyWindow", "OwnWindow"),
        "au@moveOn": words("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed"),
    },
    # An LMS must refuse what the schema refuses (§13.2), and those of cmi5 do.
    codes={
        "structure.element-unknown": "cmi5.element-unknown",
        "structure.order": "cmi5.order",
        "structure.text": "cmi5.text",
        "structure.attribute-unknown": "cmi5.attribute-unknown",
    },
)  # fmt: skip


def check(root: Element, file: str, *, material: Material | None, findings: Findings) -> None:
    """Report what is wrong with a course structure; `material` is None when it stands alone, without a zip."""
    walk = Walk(VOCABULARY, file, root.namespace, findings)
    if root.local != "courseStructure":
        walk.add("cmi5.root", root, found=root.name)
        return
    if root.namespace != NAMESPACE:
        walk.add("cmi5.namespace", root, found=root.namespace or "", wanted=NAMESPACE)
    walk.judge(root)
    _judge_ids(walk, root)
    _judge_objective_references(walk, root)
    for au in walk.below(root, "au"):
        _judge_au(walk, au, material)
    _judge_elsewhere(walk, root)
    for text in walk.below(root, "langstring"):
        _judge_text(walk, text)
    _judge_extensions(walk, root, material)


def _judge_ids(walk: Walk, root: Element) -> None:
    seen: dict[str, Element] = {}
    for element in root.walk():
        key = walk.key(element)
        if key not in ("course", "block", "au", "objective") or "id" not in element.attributes:
            continue
        identifier = element.attributes["id"].strip()
        if not is_iri(identifier):
            walk.add("cmi5.id-form", element, value=identifier)
        first = seen.setdefault(identifier, element)
        if first is not element:
            walk.add("cmi5.id-twice", element, value=identifier, line=first.line)


def _judge_objective_references(walk: Walk, root: Element) -> None:
    known = {found.attributes.get("id", "").strip() for top in walk.named(root, "objectives") for found in top.children}
    for owner in (*walk.below(root, "block"), *walk.below(root, "au")):
        for objectives in walk.named(owner, "objectives"):
            for reference in walk.named(objectives, "objective"):
                wanted = reference.attributes.get("idref", "").strip()
                if not wanted or wanted not in known:
                    walk.add("cmi5.objective-dangling", reference, value=wanted)


def _judge_au(walk: Walk, au: Element, material: Material | None) -> None:
    _judge_mastery(walk, au)
    kind = au.attributes.get("activityType")
    if kind is not None and not is_iri(kind.strip()):
        walk.add("cmi5.activity-type", au, value=kind)
    if "moveOn" not in au.attributes:
        walk.add("cmi5.move-on-default", au)
    for url in walk.named(au, "url")[:1]:
        _judge_url(walk, url, material)


def _judge_mastery(walk: Walk, au: Element) -> None:
    text = au.attributes.get("masteryScore")
    if text is None:
        return
    number = decimal(text.strip())
    if number is None or not 0 <= number <= 1:
        walk.add("cmi5.mastery-score", au, value=text)
    elif round(number, 4) != number:
        walk.add("cmi5.mastery-places", au, value=text)


def _judge_url(walk: Walk, element: Element, material: Material | None) -> None:
    url = element.text.strip()
    target = read_reference(url)
    if not url:
        walk.add("cmi5.url-empty", element)
        return
    if not is_iri_reference(url):
        walk.add("cmi5.url-form", element, url=url)
    taken = {name for name, _ in parse_qsl(target.query, keep_blank_values=True)} & LAUNCH_PARAMETERS
    if taken:
        walk.add("cmi5.query-clash", element, names=", ".join(sorted(taken)))
    if target.external and not url.startswith("//"):
        return
    if material is None:
        walk.add("cmi5.url-relative", element, url=readable(url))
    elif target.external or target.climbs or material.find(target.path)[0] is Match.NONE:
        walk.add("cmi5.url-missing", element, url=readable(url))
    elif material.find(target.path)[0] is Match.OTHER_CASE:
        walk.add("cmi5.url-other-case", element, url=readable(url), name=material.find(target.path)[1])


def _judge_elsewhere(walk: Walk, root: Element) -> None:
    """Each host once: who decides over a lesson must see which other sites it opens."""
    seen: set[str] = set()
    for au in walk.below(root, "au"):
        for url in walk.named(au, "url")[:1]:
            text = url.text.strip()
            if "://" not in text or not is_iri_reference(text):
                continue
            host = elsewhere(text)
            if not host:
                walk.add("cmi5.url-unsafe", url, url=readable(text))
            elif host not in seen:
                seen.add(host)
                walk.add("cmi5.url-elsewhere", url, host=host)


def elsewhere(url: str) -> str:
    """The host of a page at another address that may be opened: https, and nobody's name and password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if parts.scheme.lower() == "https" and "@" not in parts.netloc else ""


def _judge_text(walk: Walk, text: Element) -> None:
    language = text.attributes.get("lang")
    if language is not None and not is_language(language.strip()):
        walk.add("cmi5.language", text, value=language)
    if not text.text.strip():
        walk.add("cmi5.text-empty", text)


def _judge_extensions(walk: Walk, root: Element, material: Material | None) -> None:
    """Only the first element of each foreign namespace is reported; a schema is any XSD in the package, or a hint."""
    if material is None or any(name.lower().endswith(".xsd") for name in material.names):
        return
    seen: set[str] = set()
    for element in root.walk():
        namespace = element.namespace
        if namespace and walk.key(element) is None and namespace not in seen:
            seen.add(namespace)
            if not _has_schema_hint(root, namespace):
                walk.add("cmi5.extension-without-schema", element, namespace=namespace)


def _has_schema_hint(root: Element, namespace: str) -> bool:
    hints = [value for name, value in root.attributes.items() if name.endswith(":schemaLocation")]
    return any(namespace in hint.split() for hint in hints)
