"""Our table of requirements against what the makers of cmi5 publish: their list of requirements, and their schema."""

import json
import os
import re
from pathlib import Path

import pytest
from lxml import etree

from content_packager.checks import cmi5
from content_packager.checks.material import material
from content_packager.checks.run import parse_manifest
from content_packager.reading.limits import SAFE
from content_packager.report import Findings
from tests.packager.build.oracles import npm_folder
from tests.packager.check.cmi5_page import as_markdown
from tests.packager.check.mutants import mutants
from tests.packager.check.packages import CMI5

ROOT = Path(__file__).parents[3]
ALL = tuple(cmi5.REQUIREMENTS)
IRIS = ("course-id-iri", "block-id-iri", "au-id-iri", "objective-id-iri", "activity-type")
# Number in the official list → our requirements; a number with "(d)" is the same asked of an LMS.
OFFICIAL = {
    "3.0.0.0-1": IRIS,
    "4.4.0.0-1": ALL,
    "4.4.0.0-2": ALL,
    "8.1.0.0-6": ("au-url-query",),
    "13.1.2.0-1": ("block-id-unique",),
    "13.1.3.0-1": ("objective-id-unique",),
    "13.1.4.0-1": ("au-id-unique",),
    "13.1.4.0-2": ("au-url-form",),
    "13.1.5.0-1": ("extension-schema",),
    "13.1.5.0-2": ("extension", "extension-place"),
    "13.2.0.0-1": ("name", *(name for name, row in cmi5.REQUIREMENTS.items() if "XSD" in row.section)),
    "14.1.0.0-2": ("place",),
    "14.1.0.0-3": ("au-url-included",),
    "14.1.0.0-4": ("au-url-included",),
    "14.2.0.0-1": ("au-url-alone",),
}
OF_THE_LMS = {
    "13.1.0.0-1": "an LMS takes blanks away on import; we judge ids and addresses without them",
    "13.1.4.0-3": "merging of queries at launch; done in the preview and by our unit",
    "14.0.0.0-1": "which files an LMS takes: check reads zip, zip64 and a lone XML file (test_hostile.py)",
    "14.1.0.0-1": "the zip format itself: test_hostile.py",
}


def test_no_requirement_of_the_official_list_is_forgotten():
    listed = json.loads((npm_folder() / "@cmi5/requirements/requirements.json").read_text("utf-8"))
    ours = {
        re.sub(r" \(d\d*\)$", "", number) for number in listed if re.match(r"3\.0\.0|4\.4|8\.1\.0\.0-6|1[34]\.", number)
    }
    assert ours == OFFICIAL.keys() | OF_THE_LMS.keys()
    assert all(name in cmi5.REQUIREMENTS for names in OFFICIAL.values() for name in names)
    assert all(OFFICIAL.values())


def test_the_page_is_printed_from_the_tables():
    page = (ROOT / "docs" / "cmi5-requirements.md").read_text("utf-8")
    assert page == as_markdown(), "python -m tests.packager.check.cmi5_page > docs/cmi5-requirements.md"


@pytest.mark.cmi5_xsd
def test_what_the_official_schema_refuses_is_named_as_an_error():
    """The schema is published on GitHub only, in no registry that tests may install from: name a copy in CMI5_XSD."""
    schema = etree.XMLSchema(etree.parse(os.environ["CMI5_XSD"]))
    assert schema.validate(etree.fromstring(CMI5.encode())), schema.error_log
    unnamed, unfounded, refused = [], [], 0
    for what, spoilt in mutants(CMI5):
        valid, (errors, others) = schema.validate(etree.fromstring(spoilt)), judged(spoilt)
        refused += not valid
        if not valid and not errors:
            unnamed.append((what, others, schema.error_log[0].message))
        structural = [
            code for code in errors if code.startswith("structure.") or code in set(cmi5.VOCABULARY.codes.values())
        ]
        if valid and structural:
            unfounded.append((what, structural))
    assert unnamed == []
    assert unfounded == []
    assert refused > 200


def judged(data: bytes) -> tuple[list[str], list[str]]:
    """Codes of errors, and of all else."""
    findings = Findings(50)
    root = parse_manifest(data, "cmi5.xml", limits=SAFE, findings=findings)
    cmi5.check(root, "cmi5.xml", material=material(frozenset({"index.html"}), {}), findings=findings)
    errors = [problem.code for problem in findings.problems if problem.severity == "error"]
    return errors, [problem.code for problem in findings.problems if problem.severity != "error"]
