"""`inspect`: what a package says of itself and holds, without judging it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from content_packager.checks.common import Contents, find_root, survey
from content_packager.checks.run import parse_manifest
from content_packager.checks.scorm import version
from content_packager.reading.archive import Archive, Damaged
from content_packager.reading.judge import judge
from content_packager.reading.limits import SAFE, Limits
from content_packager.reading.package import open_archive
from content_packager.reading.words import shown
from content_packager.reading.xml import Element
from content_packager.report import Findings, Standard
from content_packager.run_time import NOTHING, RunTime, run_time
from content_packager.sequencing import shared_sequencing

_STANDARDS = {"tincan.xml": Standard.TINCAN, "cmi5.xml": Standard.CMI5}
# What makes a branch of the tree, and where its title and launch address stand.
_BRANCHES = frozenset({"organization", "item", "course", "block", "au", "activity"})
_TITLES = ("title", "name")
_LAUNCHES = ("url", "launch")
_LAUNCH_WORDS = ("launchParameters", "entitlementKey")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the lesson as an LMS would list it."""

    kind: str
    title: str
    launch: str
    """The page that it opens, as written in the manifest, behind its `xml:base`; empty for a heading."""
    depth: int
    facts: tuple[tuple[str, str], ...]
    """Such as identifier, pass mark, moveOn: name and value as written."""
    run_time: RunTime = NOTHING
    """Of an item of SCORM."""


@dataclass(frozen=True, slots=True)
class Described:
    """One manifest of the package."""

    standard: Standard
    edition: str
    metadata: tuple[tuple[str, str], ...]
    """LOM and other metadata: path below the metadata element, text; the first 200."""
    tree: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    path: Path
    size: int
    """Bytes of the archive."""
    unpacked: int
    """Bytes of all files."""
    kinds: tuple[tuple[str, int, int], ...]
    """File ending, number of files, bytes; largest first."""
    manifests: tuple[Described, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "file": str(self.path),
            "size": self.size,
            "unpacked": self.unpacked,
            "kinds": [{"ending": ending, "files": files, "bytes": size} for ending, files, size in self.kinds],
            "manifests": [
                {
                    "standard": manifest.standard,
                    "edition": manifest.edition,
                    "metadata": [{"name": name, "text": text} for name, text in manifest.metadata],
                    "tree": [
                        {"kind": node.kind, "title": node.title, "launch": node.launch, "depth": node.depth,
                         "facts": dict(node.facts)}
                        for node in manifest.tree
                    ],
                }
                for manifest in self.manifests
            ],
        }  # fmt: skip


def inspect(path: Path, limits: Limits = SAFE) -> Inspection:
    """Describe the package. Raises RefusedPackage when it is not a readable zip, OSError."""
    with open_archive(path, limits) as archive:
        return _inspection(archive, path, limits)


def _inspection(archive: Archive, path: Path, limits: Limits) -> Inspection:
    unheard = Findings(0)
    shut = frozenset(flaw.file for flaw in judge(archive, limits) if flaw.code.startswith("zip."))
    contents = survey(archive, find_root(archive, unheard) or "", shut=shut, limits=limits, findings=unheard)
    sizes = [(PurePosixPath(name).suffix.lower(), member.entry.size) for name, member in archive.files.items()]
    counts, totals = Counter(ending for ending, _ in sizes), Counter[str]()
    for ending, size in sizes:
        totals[ending] += size
    kinds = tuple((shown(ending), counts[ending], size) for ending, size in totals.most_common())
    manifests = tuple(_manifests(archive, contents, shut, limits=limits))
    return Inspection(path, path.stat().st_size, sum(totals.values()), kinds, manifests)


def _manifests(archive: Archive, contents: Contents, shut: frozenset[str], *, limits: Limits) -> Iterator[Described]:
    for name, member in sorted(contents.manifests.items()):
        if shut & {"", member.name.text} or member.entry.size > limits.xml_bytes:
            continue
        try:
            data = archive.read(member)
        except Damaged:
            continue  # `check` says why; the rest of the package is described all the same
        root = parse_manifest(data, name, limits=limits, findings=Findings(0))
        if root is not None:
            yield _described(root, name)


def _described(root: Element, name: str) -> Described:
    found = version(root)
    standard = _STANDARDS.get(name, found.standard)
    edition = found.edition or found.words or "" if name == "imsmanifest.xml" else ""
    resources = {
        element.attributes.get("identifier", ""): element for element in root.walk() if element.local == "resource"
    }
    shared = shared_sequencing(root)
    nodes = tuple(
        replace(_node(element, resources), run_time=run_time(element, standard, shared))
        for element in root.walk()
        if element.local in _BRANCHES
    )
    return Described(standard, shown(edition), tuple(islice(_metadata(root), 200)), nodes)


def _node(element: Element, resources: dict[str, Element]) -> Node:
    resource = resources.get(element.attributes.get("identifierref", ""))
    launch = _page_of(resource) if resource else _text_of(element, _LAUNCHES)
    marks = [(child.local, child.text.strip()) for child in element.children if child.local in _LAUNCH_WORDS]
    marks += [
        (child.local, child.text.strip())
        for child in element.walk()
        if child.local in ("masteryscore", "minNormalizedMeasure") and _branch_of(child) is element
    ]
    depth = -1
    above: Element | None = element
    while above is not None:
        depth += above.local in _BRANCHES
        above = above.parent
    written = [(name, value.strip()) for name, value in element.attributes.items()]
    facts = [*written, *marks, *_standing(element, resource)]
    pairs = tuple((shown(name), shown(value)) for name, value in facts)
    return Node(element.local, shown(_text_of(element, _TITLES)), shown(launch), depth, pairs)


def _page_of(resource: Element) -> str:
    """Behind the `xml:base` of what it stands in (CAM §3.4.3), put in front by plain concatenation, as Moodle does."""
    href, above = resource.attributes.get("href", ""), []
    place: Element | None = resource
    while place is not None:
        above.append(place.attributes.get("xml:base", ""))
        place = place.parent
    return "".join((*reversed(above), href)) if href else ""


def _standing(element: Element, resource: Element | None) -> Iterator[tuple[str, str]]:
    """What is written elsewhere: that another organization is the default one; that a page says nothing to its LMS."""
    chosen = element.parent.attributes.get("default", "") if element.parent is not None else ""
    if element.local == "organization" and chosen not in ("", element.attributes.get("identifier", "")):
        yield "default", "false"
    kinds = resource.attributes.items() if resource is not None else ()
    yield from (("scormType", text) for name, text in kinds if name.rpartition(":")[2].lower() == "scormtype")


def _branch_of(element: Element) -> Element | None:
    above = element.parent
    while above is not None and above.local not in _BRANCHES:
        above = above.parent
    return above


def _text_of(element: Element, names: tuple[str, ...]) -> str:
    """The text of the first child so named, or of its first langstring."""
    for child in element.children:
        if child.local in names:
            return (child.text.strip() or next((inner.text.strip() for inner in child.children), "")).strip()
    return ""


def _metadata(root: Element) -> Iterator[tuple[str, str]]:
    for top in root.children:
        if top.local == "metadata":
            for element in top.walk():
                if element.text.strip():
                    yield shown(element.path.partition("/metadata/")[2]), shown(element.text.strip())
