"""What of a package can be opened, and in which language it will speak to its LMS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname, join

from content_packager.inspecting import Described, Inspection
from content_packager.report import Standard

_MANIFESTS = {
    Standard.SCORM_12: "imsmanifest.xml",
    Standard.SCORM_2004: "imsmanifest.xml",
    Standard.TINCAN: "tincan.xml",
    Standard.CMI5: "cmi5.xml",
}


@dataclass(frozen=True, slots=True)
class Launch:
    """One page that a pupil may be sent to."""

    standard: Standard
    title: str
    page: str
    """Place in the package, with a query where the manifest has one; an address where it lies elsewhere."""
    activity: str
    """Its id in the manifest."""
    mastery: float | None
    """Of cmi5, 0–1."""


def launches(inspection: Inspection, names: Sequence[str]) -> tuple[Launch, ...]:
    """In the order of the manifests. `names`: the files of the package."""
    return tuple(one for manifest in inspection.manifests for one in _of(manifest, names))


def _of(manifest: Described, names: Sequence[str]) -> Iterator[Launch]:
    root = _root(_MANIFESTS[manifest.standard], names)
    for node in manifest.tree:
        if not node.launch:
            continue
        facts = dict(node.facts)
        mastery = facts.get("masteryScore") if manifest.standard is Standard.CMI5 else None
        page = node.launch if "://" in node.launch else join(root, node.launch) + facts.get("parameters", "")
        activity = facts.get("id") or facts.get("identifier", "")
        yield Launch(manifest.standard, node.title, page, activity, _number(mastery))


def _root(manifest: str, names: Sequence[str]) -> str:
    """The folder of the manifest that lies nearest to the top: some packages have all in a folder, which is wrong."""
    found = [name for name in names if name == manifest or name.endswith(f"/{manifest}")]
    return dirname(min(found, key=lambda name: name.count("/"), default=""))


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
