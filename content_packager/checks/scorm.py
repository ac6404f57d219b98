"""Which SCORM a manifest is: by its words, as an LMS reads them, and by its namespaces, as its author meant it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from content_packager.checks.shapes import Walk
from content_packager.reading.xml import Element
from content_packager.report import Standard

# Moodle 4.5 mod/scorm/datamodels/scormlib.php: everything else is taken for SCORM 1.2 without a word.
_MOODLE_12 = re.compile(r"1\.2\n?")
_MOODLE_2004 = re.compile(r"(?:CAM )?1\.3\n?|2004 (?:3rd|4th) Edition\n?")

IMSCP_12, IMSCP_2004 = "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.imsglobal.org/xsd/imscp_v1p1"
ADLCP_12, ADLCP_2004 = "http://www.adlnet.org/xsd/adlcp_rootv1p2", "http://www.adlnet.org/xsd/adlcp_v1p3"
ADL_NAMESPACES: Mapping[str, str] = {
    ADLCP_12: "adlcp",
    ADLCP_2004: "adlcp",
    "http://www.adlnet.org/xsd/adlseq_v1p3": "adlseq",
    "http://www.adlnet.org/xsd/adlnav_v1p3": "adlnav",
    "http://www.imsglobal.org/xsd/imsss": "imsss",
}
# The one official spelling for each way of writing it that means nothing else.
CERTAIN_WORDS: Mapping[str, str] = {
    "1.2": "1.2",
    "scorm 1.2": "1.2",
    "scorm_1.2": "1.2",
    "cam 1.3": "CAM 1.3",
    "1.3": "CAM 1.3",
    "2004 2nd edition": "CAM 1.3",
    "scorm 2004 2nd edition": "CAM 1.3",
    "2004 3rd edition": "2004 3rd Edition",
    "scorm 2004 3rd edition": "2004 3rd Edition",
    "2004 4th edition": "2004 4th Edition",
    "scorm 2004 4th edition": "2004 4th Edition",
}


class Version(NamedTuple):
    standard: Standard
    """The rules to judge by: what the namespaces say, or else the words, or else what Moodle would take."""
    words: str | None
    edition: str
    """The official words; empty when they cannot be told for certain."""


def is_known(words: str) -> bool:
    """Whether the words are of those that Moodle tells apart."""
    return bool(_MOODLE_12.fullmatch(words) or _MOODLE_2004.fullmatch(words))


def taken_by_moodle(words: str | None) -> Standard:
    return Standard.SCORM_2004 if words is not None and _MOODLE_2004.fullmatch(words) else Standard.SCORM_12


def words_element(root: Element) -> Element | None:
    """The `schemaversion` that an LMS reads: the manifest's own."""
    for metadata in root.children:
        if metadata.local == "metadata":
            return next((found for found in metadata.children if found.local == "schemaversion"), None)
    return None


def version(root: Element) -> Version:
    element = words_element(root)
    words = element.text if element is not None else None
    official = CERTAIN_WORDS.get(" ".join((words or "").casefold().split()))
    spoken = _standard_of(official) if official else None
    meant = _by_namespace(root)
    return Version(meant or spoken or taken_by_moodle(words), words, official or "")


def _standard_of(official: str) -> Standard:
    return Standard.SCORM_12 if official == "1.2" else Standard.SCORM_2004


def _by_namespace(root: Element) -> Standard | None:
    """Only where all that is declared agrees."""
    bound = set(root.declared.values())
    old, new = bound & {IMSCP_12, ADLCP_12}, bound & {IMSCP_2004, ADLCP_2004}
    if bool(old) == bool(new):
        return None
    return Standard.SCORM_12 if old else Standard.SCORM_2004


def judge_version(walk: Walk, root: Element, found: Version) -> None:
    element = words_element(root)
    if element is None or found.words is None or not found.words.strip():
        walk.add("manifest.version-missing", element or root)
        return
    if not is_known(found.words):
        official = found.edition or "1.2 | CAM 1.3 | 2004 3rd Edition | 2004 4th Edition"
        walk.add("manifest.version-words", element, words=found.words, official=official)
    elif taken_by_moodle(found.words) is not found.standard:
        walk.add("manifest.version-mismatch", element, words=found.words, standard=found.standard)


def judge_namespaces(walk: Walk, root: Element, *, imscp: str, adlcp: str) -> None:
    """The home namespace, and each ADL namespace under the prefix that Moodle looks for."""
    if root.namespace != imscp:
        walk.add("manifest.namespace", root, found=root.namespace or "", wanted=imscp)
    for element in root.walk():
        for prefix, namespace in element.declared.items():
            wanted = ADL_NAMESPACES.get(namespace)
            if wanted is not None and prefix != wanted:
                walk.add("manifest.prefix", element, prefix=prefix, wanted=wanted)
            elif prefix == "adlcp" and namespace != adlcp:
                walk.add("manifest.adl-namespace", element, found=namespace, wanted=adlcp)
