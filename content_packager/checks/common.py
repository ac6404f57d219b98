"""What holds for every package whatever its standard: the archive, its names, and what its files do."""

from collections.abc import Iterator
from typing import NamedTuple

from content_packager.checks.html import LOOKED_INTO, Page, read_page
from content_packager.checks.material import Match, Material, material, read_reference, readable
from content_packager.checks.values import is_leftover
from content_packager.reading.archive import Archive, Damaged, Member
from content_packager.reading.judge import judge
from content_packager.reading.limits import Limits
from content_packager.report import Findings, Place

MANIFEST_NAMES = ("imsmanifest.xml", "cmi5.xml", "tincan.xml")
_DO_NOT_UNPACK = {"zip.file-too-large", "zip.ratio", "zip.overlap", "zip.encrypted", "zip.method"}


_FILLED_IN = frozenset("{}$+'\"<>")  # letters of a template or of a script's text, to which a script adds something


class Contents(NamedTuple):
    """A package as the standards' rules see it: rooted where its manifests are."""

    root: str
    """The folder of the manifests inside the archive, with its slash; empty when they are at the top."""
    material: Material
    manifests: dict[str, Member]
    """By official name."""


def judge_archive(archive: Archive, limits: Limits, findings: Findings) -> frozenset[str]:
    """Report the archive's own flaws; the names of the files that must not be unpacked ('' for all of them)."""
    shut = set()
    for code, file, facts in judge(archive, limits):
        findings.add(code, Place(file), **facts)
        if code in _DO_NOT_UNPACK or code == "zip.too-large":
            shut.add(file)
    return frozenset(shut)


def find_root(archive: Archive, findings: Findings) -> str | None:
    """The folder that holds the manifests; None when there is none. Reports a root that an LMS will not find."""
    places = _manifest_places(archive)
    if not places:
        findings.add("package.no-manifest", Place())
        return None
    depth = min(place.count("/") for place in places.values())
    nearest = [name for name, place in places.items() if place.count("/") == depth]
    root = places[nearest[0]]
    if root:
        findings.add("package.nested-root", Place(nearest[0]), folder=root)
    for name, place in places.items():
        if place != root:
            findings.add("package.another-manifest", Place(name))
    return root


def _manifest_places(archive: Archive) -> dict[str, str]:
    """File → the folder it stands in, for all that bears a manifest's name in any case."""
    found = {}
    for name in archive.files:
        folder, slash, base = name.replace("\\", "/").rpartition("/")
        if base.lower() in MANIFEST_NAMES:
            found[name] = folder + slash
    return found


def survey(archive: Archive, root: str, *, shut: frozenset[str], limits: Limits, findings: Findings) -> Contents:
    """Unpack and verify every file once, look into those that are text, and gather what the standards' rules need."""
    names = {member.name.text.replace("\\", "/"): member for member in archive.files.values()}
    inside = {name.removeprefix(root): member for name, member in names.items() if name.startswith(root)}
    pages = dict(_read_all(inside, archive, shut=shut, limits=limits, findings=findings))
    calls = {name: page.calls for name, page in pages.items() if page.calls}
    gathered = material(frozenset(inside), calls)
    for name, page in pages.items():
        _report_page(root + name, name, page, material=gathered, findings=findings)
    leftovers = [name for name in inside if is_leftover(name)]
    if leftovers:
        findings.add("package.leftovers", Place(root + leftovers[0]), count=len(leftovers))
    scripted = [name for name, page in pages.items() if page.has_script]
    if scripted:
        findings.add("page.script", Place(root + scripted[0]), count=len(scripted))
    return Contents(root, gathered, _manifests(inside, findings))


def _manifests(inside: dict[str, Member], findings: Findings) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for name, member in inside.items():
        if name.lower() in MANIFEST_NAMES:
            if name != name.lower():
                findings.add("package.manifest-case", Place(name), wanted=name.lower())
            found.setdefault(name.lower(), member)
    return found


def _read_all(
    inside: dict[str, Member], archive: Archive, *, shut: frozenset[str], limits: Limits, findings: Findings
) -> Iterator[tuple[str, Page]]:
    """In the order of the bytes in the archive, so that the disk is read once from front to back."""
    room = limits.pages_bytes
    for name, member in sorted(inside.items(), key=lambda row: row[1].entry.offset):
        if "" in shut or member.name.text in shut:
            continue
        try:
            looked_into = name.lower().endswith(LOOKED_INTO) and not is_leftover(name)
            if looked_into and member.entry.size <= min(limits.page_bytes, room):
                room -= member.entry.size
                yield name, read_page(name, archive.read(member))
            else:
                archive.verify(member)
        except Damaged as error:
            findings.add(error.code, Place(member.name.text), **error.facts)


def _report_page(shown_name: str, name: str, page: Page, *, material: Material, findings: Findings) -> None:
    for code, line, facts in page.findings:
        findings.add(code, Place(shown_name, line), **facts)
    folder = name.rpartition("/")[0]
    for line, url, _ in page.references:
        target = read_reference(f"{folder}/{url}" if folder else url)
        own_scheme = ":" in url.partition("/")[0]
        if own_scheme or url.startswith(("/", "#", "?")) or not target.path:
            continue
        if _FILLED_IN & set(url):
            continue
        match, other = material.find(target.path)
        if match is Match.OTHER_CASE:
            findings.add("page.other-case", Place(shown_name, line), url=readable(url), name=other)
        elif match is Match.NONE and f"{target.path}/" not in material.names:
            findings.add("page.file-missing", Place(shown_name, line), url=readable(url))
