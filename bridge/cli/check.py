"""`bridge check`: both connections, the rights, the idnumbers, and our own store."""

from collections.abc import Iterable, Sequence

import click

from bridge.cli.findings import finding_value, show_findings
from bridge.cli.frame import DONE, NO, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.rights import Action
from bridge.duties.checks import PARTS, Finding, examine, weight


@click.command()
@pass_frame
def check(frame: Frame, /) -> int:
    """Kiểm tra mọi kết nối, quyền, mã định danh và nhật ký · Check connections, rights, idnumbers and the trail."""
    Permits(frame).demand(Action.SEE_STATUS)
    app = frame.app
    found: dict[str, Sequence[Finding]] = {}
    with frame.progress("progress.checking") as watch:
        for part in PARTS:
            found[part] = examine(app, part)
            watch(part)
    rows = _once(finding for findings in found.values() for finding in findings)
    value = {part: [finding_value(finding) for finding in findings] for part, findings in found.items()}
    frame.tell(value, lambda: show_findings(frame, rows))
    if any(finding.serious for finding in rows):
        return NO
    return WAITING if any(weight(finding) == "notable" for finding in rows) else DONE


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """A site that can't be reached fails every part alike, and is said once."""
    rows: list[Finding] = []
    for finding in findings:
        if finding not in rows:
            rows.append(finding)
    return rows
