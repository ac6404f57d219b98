"""The files that a manifest's resources name, against those that the package has (CAM 1.2 §2.3.5, CAM 2004 §3.4.3)."""

from collections.abc import Iterator

from content_packager.checks.manifest import Manifest
from content_packager.checks.material import Match, Reference, readable
from content_packager.checks.values import is_leftover
from content_packager.reading.xml import Element
from content_packager.report import Place

_SCHEMA_FILES = (".xsd", ".dtd")
_MANIFESTS = frozenset({"imsmanifest.xml", "tincan.xml", "cmi5.xml"})


def judge(manifest: Manifest) -> None:
    _judge_bases(manifest)
    for resource in manifest.resources:
        _judge_resource(manifest, resource)
    for location in manifest.walk.below(manifest.root, "adlcp:location"):
        _judge_reference(manifest, location, location.text.strip(), base="")
    for name in unlisted(manifest):
        manifest.walk.findings.add("manifest.file-unlisted", Place(name))


def launch_unlisted(manifest: Manifest, resource: Element) -> list[str]:
    """The launch page of the resource, if it is in the package and neither the resource nor what it needs lists it."""
    launch, match, name = manifest.target(manifest.walk.attribute(resource, "href") or "", manifest.base(resource))
    if launch.external or match is not Match.EXACT or launch.path in _listed(manifest, resource):
        return []
    return [name]


def unlisted(manifest: Manifest) -> list[str]:
    """The files that no resource lists; manifests, schemas and what computers leave behind need no listing."""
    listed = {name for resource in manifest.resources for name in manifest.files[id(resource)]}
    described = {location.text.strip() for location in manifest.walk.below(manifest.root, "adlcp:location")}
    return [
        name
        for name in sorted(manifest.material.names - listed - described)
        if not name.lower().endswith(_SCHEMA_FILES) and name.lower() not in _MANIFESTS and not is_leftover(name)
    ]


def _judge_bases(manifest: Manifest) -> None:
    walk = manifest.walk
    for element in (manifest.root, *walk.named(manifest.root, "resources")):
        base = walk.attribute(element, "xml:base")
        if base:
            walk.add("manifest.base-above", element, base=base)


def _listed(manifest: Manifest, resource: Element) -> set[str]:
    """Paths as `file` elements write them: of the resource and of all that it depends on."""
    paths: set[str] = set()
    waiting, seen = [resource], {id(resource)}
    while waiting:
        one = waiting.pop()
        base = manifest.base(one)
        hrefs = (manifest.walk.attribute(file, "href") or "" for file in manifest.walk.named(one, "file"))
        paths.update(manifest.target(href, base).reference.path for href in hrefs)
        for needed in _needed(manifest, one):
            if id(needed) not in seen:
                seen.add(id(needed))
                waiting.append(needed)
    return paths


def _needed(manifest: Manifest, resource: Element) -> Iterator[Element]:
    for dependency in manifest.walk.named(resource, "dependency"):
        found = manifest.by_id.get(manifest.walk.token(dependency, "identifierref") or "")
        if found is not None:
            yield found


def _judge_resource(manifest: Manifest, resource: Element) -> None:
    walk = manifest.walk
    kind = walk.attribute(resource, "type")
    if kind is not None and kind != "webcontent":
        walk.add("manifest.resource-type", resource, type=kind)
    href, base = walk.attribute(resource, "href"), manifest.base(resource)
    if href is not None:
        _judge_reference(manifest, resource, href, base=base)
    for file in walk.named(resource, "file"):
        _judge_reference(manifest, file, walk.attribute(file, "href") or "", base=base)
    for dependency in walk.named(resource, "dependency"):
        wanted = walk.token(dependency, "identifierref")
        if wanted is not None and wanted not in manifest.by_id:
            walk.add("manifest.dependency-dangling", dependency, identifier=wanted)
    if launch_unlisted(manifest, resource):
        walk.add("manifest.launch-unlisted", resource, href=readable(href or ""))


def _judge_reference(manifest: Manifest, element: Element, href: str, *, base: str) -> None:
    reference, match, name = manifest.target(href, base)
    code = _form_of(href, reference)
    if code:
        manifest.walk.add(code, element, href=href)
        return
    if match is Match.OTHER_CASE:
        manifest.walk.add("manifest.other-case", element, href=readable(href), name=name)
    elif match is Match.NONE:
        manifest.walk.add("manifest.file-missing", element, href=readable(href))


def _form_of(href: str, target: Reference) -> str | None:
    if "\\" in href:
        return "manifest.href-backslash"
    if target.external:
        return "manifest.href-external"
    if target.climbs:
        return "manifest.href-outside"
    return None if target.path else "manifest.href-empty"
