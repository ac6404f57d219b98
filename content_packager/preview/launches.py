"""What of a package can be opened, and in which language it will speak to its LMS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname, join

from content_packager.inspecting import Described, Inspection, Node
from content_packager.report import Standard

_WHOLE = frozenset({"organization", "course"})
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
    headings: tuple[str, ...] = ()
    """Titles of what it stands under, the outermost first; the whole lesson's own is left out."""
    silent: bool = False
    """It says nothing to its LMS: an asset of SCORM."""


def launches(inspection: Inspection, names: Sequence[str]) -> tuple[Launch, ...]:
    """In the order of the manifests. `names`: the files of the package."""
    return tuple(one for manifest in inspection.manifests for one in _of(manifest, names))


def _of(manifest: Described, names: Sequence[str]) -> Iterator[Launch]:
    root = _root(_MANIFESTS[manifest.standard], names)
    above: list[Node] = []
    for node in manifest.tree:
        above = [*(one for one in above if one.depth < node.depth), node]
        if node.launch and not _is_hidden(above):
            yield _launch(manifest.standard, above, root)


def _launch(standard: Standard, above: Sequence[Node], root: str) -> Launch:
    node, facts = above[-1], dict(above[-1].facts)
    mastery = facts.get("masteryScore") if standard is Standard.CMI5 else None
    page = node.launch if "://" in node.launch else join(root, node.launch)
    activity = facts.get("id") or facts.get("identifier", "")
    headings = tuple(one.title for one in above[:-1] if one.kind not in _WHOLE and one.title)
    silent = facts.get("scormType", "").lower() == "asset"
    whole = with_parameters(page, node.run_time.parameters)
    return Launch(standard, node.title, whole, activity, _number(mastery), headings, silent)


def with_parameters(page: str, parameters: str) -> str:
    """An item's `parameters` behind its page, whether or not they bring their own `?` (SCORM 2004 CAM §3.4.1.5)."""
    given = parameters.lstrip("?&")
    if not given:
        return page
    place, mark, fragment = page.partition("#")
    if given.startswith("#"):
        return page if mark else page + given
    return f"{place}{'&' if '?' in place else '?'}{given}{mark}{fragment}"


def _is_hidden(above: Sequence[Node]) -> bool:
    """In an organization that is not the default one, or not to be shown (SCORM 1.2 CAM §2.3.2: `isvisible`)."""
    facts = [dict(one.facts) for one in above]
    return any(one.get("default") == "false" for one in facts) or facts[-1].get("isvisible") == "false"


def _root(manifest: str, names: Sequence[str]) -> str:
    """The folder of the manifest that lies nearest to the top: some packages have all in a folder, which is wrong."""
    found = [name for name in names if name == manifest or name.endswith(f"/{manifest}")]
    return dirname(min(found, key=lambda name: name.count("/"), default=""))


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
