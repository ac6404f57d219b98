"""Findings of a health check, as a table for people and as values for machines."""

from collections.abc import Sequence

from bridge.cli.frame import Frame
from bridge.ports.city import CityFinding
from bridge.ports.lms import LmsFinding

Finding = LmsFinding | CityFinding

NOTES = frozenset({"LMS_VERSION", "IDNUMBER_LOCK_UNSEEN", "CONTRACT_ADDED"})  # said each time; nothing waits for them


def weight(finding: Finding) -> str:
    return "serious" if finding.serious else "note" if finding.code in NOTES else "notable"


def show_findings(frame: Frame, findings: Sequence[Finding]) -> None:
    """The gravest first."""
    order = ("serious", "notable", "note")
    rows = []
    for finding in sorted(findings, key=lambda each: order.index(weight(each))):
        said = frame.words.finding(finding.code, finding.facts)
        rows.append((frame.words.text(f"said.{weight(finding)}"), said.what, said.next))
    if rows:
        frame.table(("serious", "what", "next"), rows, lines=True)
    if all(weight(finding) == "note" for finding in findings):
        frame.say("said.all_well")


def finding_value(finding: Finding) -> dict[str, object]:
    facts = {name: str(value) for name, value in finding.facts.items()}
    return {"code": finding.code, "serious": finding.serious, "weight": weight(finding), "facts": facts}
