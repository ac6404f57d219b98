"""Our tables of shapes against the official schemas: some thousand manifests, each with one thing spoiled.

What a schema refuses, a check must name, and what a check calls a fault of structure, the schema must refuse too.
Where they may differ stands here with the reason.
"""

import re
from collections.abc import Callable

import pytest
from lxml import etree

from content_packager.checks import followed, scorm12, scorm2004
from content_packager.checks.material import Api, material
from content_packager.checks.run import parse_manifest
from content_packager.checks.shapes import Vocabulary
from content_packager.reading.limits import SAFE
from content_packager.report import Findings
from tests.packager.build.schemas import schema_of
from tests.packager.check import full
from tests.packager.check.mutants import mutants

AROUND = material(
    frozenset({"index.html", "api.js", "mo-ta.xml"}), {"api.js": frozenset({Api.SCORM_12, Api.SCORM_2004})}
)
KINDS = {
    "scorm12": (full.SCORM_12, scorm12.check, scorm12.VOCABULARY),
    "scorm2004-4": (full.SCORM_2004, scorm2004.check, scorm2004.VOCABULARY),
}
# The schemas let in foreign elements only together with a schema of their own; no LMS that we know asks for it.
WITHOUT_SCHEMA = "strict wildcard"
# What we are told by the Content Aggregation Model, not by the schema: (what was done, why it is wrong all the same).
STRICTER = {
    "scorm12": {
        r"without item": "CAM 1.2 §2.3.2: an organization has one item or more",
        r"double (prerequisites|maxtimeallowed|timelimitaction|datafromlms|masteryscore)": "CAM 1.2 §2.3.2: 0 or 1",
        r".* maxtimeallowed": "CAM 1.2: the data type is CMITimespan; the schema takes any string",
    },
    "scorm2004-4": {
        r"double (timeLimitAction|dataFromLMS|completionThreshold|sequencing|presentation|data)": "CAM: 0 or 1",
        r"rename \w+": "a name in ADL's own namespace that ADL does not know is a slip; the schema lets anything in",
        r".* completionThreshold": "3rd edition has a measure as text; the schema of the 4th takes any string",
        r"foreign (resource|file)": "foreign elements come last by the schema's own sequence; libxml2 lets it pass",
    },
}  # fmt: skip

MISPLACED = {"adlcp:masteryscore", "adlcp:sharedDataGlobalToSystem"}
"""Have a place in the table of 2004 only to be called misplaced."""


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_schema_refuses_is_named_and_no_other_fault_of_structure(kind):
    document, judge, _ = KINDS[kind]
    schema, unnamed, unfounded, count = schema_of(kind), [], [], 0
    for what, spoilt in mutants(document):
        valid = schema.validate(etree.fromstring(spoilt))
        found = codes(judge, spoilt)
        count += 1
        if not valid and not found and WITHOUT_SCHEMA not in str(schema.error_log):
            unnamed.append((what, schema.error_log[0].message))
        if valid and any(code.startswith("structure.") for code in found) and not stricter(kind, what):
            unfounded.append((what, found))
    assert unnamed == []
    assert unfounded == []
    assert count > 700


@pytest.mark.parametrize("kind", KINDS)
def test_the_manifest_that_is_spoilt_has_no_fault_and_all_words(kind):
    document, judge, vocabulary = KINDS[kind]
    assert codes(judge, document.encode()) == []
    assert schema_of(kind).validate(etree.fromstring(document.encode()))
    assert words_of(vocabulary) - keys_of(document, vocabulary) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_each_reason_to_be_stricter_is_needed(kind):
    document, judge, _ = KINDS[kind]
    schema = schema_of(kind)
    used = {
        pattern
        for what, spoilt in mutants(document)
        for pattern in STRICTER[kind]
        if re.fullmatch(pattern, what) and schema.validate(etree.fromstring(spoilt)) and codes(judge, spoilt)
    }
    assert used == set(STRICTER[kind])


def codes(judge: Callable[..., object], data: bytes) -> list[str]:
    findings = Findings(50)
    root = parse_manifest(data, "imsmanifest.xml", limits=SAFE, findings=findings)
    judge(root, "imsmanifest.xml", material=AROUND, findings=findings)
    return [problem.code for problem in findings.problems if problem.code not in followed.CODES]


def stricter(kind: str, what: str) -> bool:
    return any(re.fullmatch(pattern, what) for pattern in STRICTER[kind])


def words_of(vocabulary: Vocabulary) -> set[str]:
    """All elements that have a place in the vocabulary's shapes."""
    places = {key for shape in vocabulary.shapes.values() if shape for slot in shape.slots for key in slot.keys}
    return (places | vocabulary.shapes.keys()) - MISPLACED


def keys_of(document: str, vocabulary: Vocabulary) -> set[str | None]:
    root = parse_manifest(document.encode(), "a.xml", limits=SAFE, findings=Findings(1))
    return {vocabulary.key(element, root.namespace) for element in root.walk()}
