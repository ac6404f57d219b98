"""SCORM 1.2: the Content Aggregation Model of October 2001, with its XSDs `imscp_rootv1p1p2` and `adlcp_rootv1p2`."""

from content_packager.checks import prerequisites
from content_packager.checks.dialect import Dialect, judge
from content_packager.checks.manifest import Manifest
from content_packager.checks.material import Api, Material
from content_packager.checks.scorm import ADL_NAMESPACES, ADLCP_12, IMSCP_12
from content_packager.checks.shapes import Vocabulary, Walk, leaf, many, maybe, mixed, one, shape
from content_packager.checks.values import BOOLEAN, IDENTIFIER, TIMESPAN_12, at_most, between, or_empty, words
from content_packager.reading.xml import Element
from content_packager.report import Findings

_METADATA = shape(maybe("schema"), maybe("schemaversion"), many("adlcp:location"), foreign="elements")
_SCORM_2004_ONLY = ("imsss", "adlseq", "adlnav")

VOCABULARY = Vocabulary(
    home=frozenset({IMSCP_12}),
    prefixes=ADL_NAMESPACES,
    shapes={
        "manifest": shape(
            maybe("metadata"),
            one("organizations"),
            one("resources"),
            many("manifest"),
            required="identifier",
            optional="version",
        ),
        "metadata": _METADATA,
        "organizations": shape(many("organization"), optional="default"),
        "organization": shape(
            maybe("title"), many("item", least=1), maybe("metadata"), required="identifier", optional="structure"
        ),
        "item": shape(
            maybe("title"),
            many("item"),
            maybe("metadata"),
            mixed(
                "adlcp:prerequisites",
                "adlcp:maxtimeallowed",
                "adlcp:timelimitaction",
                "adlcp:datafromlms",
                "adlcp:masteryscore",
            ),
            required="identifier",
            optional="identifierref isvisible parameters",
        ),
        "resources": shape(many("resource")),
        "resource": shape(
            maybe("metadata"),
            many("file"),
            many("dependency"),
            required="identifier type",
            optional="href adlcp:scormtype adlcp:scormType",
        ),
        "file": shape(maybe("metadata"), required="href"),
        "dependency": shape(required="identifierref"),
        "adlcp:prerequisites": leaf(required="type"),
    },
    values={
        "manifest@identifier": IDENTIFIER,
        "organization@identifier": IDENTIFIER,
        "item@identifier": IDENTIFIER,
        "resource@identifier": IDENTIFIER,
        "item@isvisible": BOOLEAN,
        "schema": words("ADL SCORM", code="manifest.schema"),
        "adlcp:prerequisites@type": words("aicc_script"),
        "adlcp:maxtimeallowed": or_empty(TIMESPAN_12),
        "adlcp:timelimitaction": or_empty(
            words("exit,message", "exit,no message", "continue,message", "continue,no message")
        ),
        "adlcp:masteryscore": or_empty(between("0", "100", "scorm12.mastery-score")),
        "adlcp:datafromlms": at_most(255, "scorm12.launch-data-length"),
        "resource@adlcp:scormtype": words("sco", "asset", code="manifest.scormtype-value"),
    },
)


DIALECT = Dialect(VOCABULARY, IMSCP_12, ADLCP_12, "scormtype", Api.SCORM_12)


def check(root: Element, file: str, *, material: Material, findings: Findings) -> None:
    """Report what is wrong with a SCORM 1.2 manifest and with the files it names."""
    manifest = judge(DIALECT, root, file, material=material, findings=findings)
    _judge_foreign_parts(manifest.walk, root)
    _judge_empty(manifest)
    prerequisites.judge(manifest)


def _judge_empty(manifest: Manifest) -> None:
    for item in manifest.items:
        for name in ("adlcp:maxtimeallowed", "adlcp:timelimitaction", "adlcp:masteryscore"):
            for found in manifest.walk.named(item, name):
                if not found.text.strip():
                    manifest.walk.add("scorm12.empty-value", found, name=name)


def _judge_foreign_parts(walk: Walk, root: Element) -> None:
    for element in root.walk():
        key = walk.key(element) or ""
        if key.partition(":")[0] in _SCORM_2004_ONLY and not (walk.key(element.parent or root) or "").startswith(
            _SCORM_2004_ONLY
        ):
            walk.add("scorm12.part-of-2004", element, element=element.name)
