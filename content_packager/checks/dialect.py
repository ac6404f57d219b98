"""SCORM 1.2 and 2004 where they ask the same in other words: what tells them apart, as data."""

from typing import NamedTuple

from content_packager.checks import resources
from content_packager.checks.manifest import Manifest
from content_packager.checks.material import Api, Material
from content_packager.checks.scorm import judge_namespaces, judge_version, version
from content_packager.checks.shapes import Vocabulary, Walk
from content_packager.reading.xml import Element
from content_packager.report import Findings


class Dialect(NamedTuple):
    vocabulary: Vocabulary
    imscp: str
    """Namespace of the manifest."""
    adlcp: str
    """Namespace of ADL's own words in it."""
    type_attribute: str
    """How it spells `scormtype`."""
    api: Api

    def open(self, root: Element, file: str, material: Material, findings: Findings) -> Manifest:
        return Manifest(root, Walk(self.vocabulary, file, root.namespace, findings), material)


def judge(dialect: Dialect, root: Element, file: str, *, material: Material, findings: Findings) -> Manifest:
    """Report what both standards forbid; hands back the manifest for the rules of one alone."""
    manifest = dialect.open(root, file, material, findings)
    judge_version(manifest.walk, root, version(root))
    judge_namespaces(manifest.walk, root, imscp=dialect.imscp, adlcp=dialect.adlcp)
    manifest.walk.judge(root)
    manifest.judge()
    resources.judge(manifest)
    manifest.judge_types(spelled=dialect.type_attribute, api=dialect.api)
    return manifest
