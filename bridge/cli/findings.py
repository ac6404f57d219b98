"""Findings of a health check, as a table for people and as values for machines."""

from collections.abc import Sequence

from bridge.cli.frame import Frame
from bridge.duties.checks import Finding, gravest_first, weight


def show_findings(frame: Frame, findings: Sequence[Finding]) -> None:
    """The gravest first."""
    rows = []
    for finding in gravest_first(findings):
        said = frame.words.finding(finding.code, finding.facts)
        rows.append((frame.words.text(f"said.{weight(finding)}"), said.what, said.next))
    if rows:
        frame.table(("serious", "what", "next"), rows, lines=True)
    if all(weight(finding) == "note" for finding in findings):
        frame.say("said.all_well")


def finding_value(finding: Finding) -> dict[str, object]:
    facts = {name: str(value) for name, value in finding.facts.items()}
    return {"code": finding.code, "serious": finding.serious, "weight": weight(finding), "facts": facts}
