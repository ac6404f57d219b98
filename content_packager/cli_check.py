"""The commands that read packages: check, repair, inspect.

Exit codes: 0 no error found (warnings and notes may be), 1 an error found (with --strict: or a warning), 2 wrong use or
an unreadable file.
"""

import json
from pathlib import Path

import click

from content_packager.checks.run import check
from content_packager.problems import Severity
from content_packager.report import Report

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_NAMES = {
    "vi": {Severity.ERROR: "LỖI", Severity.WARNING: "CẢNH BÁO", Severity.NOTE: "LƯU Ý"},
    "en": {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "NOTE"},
}
language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["vi", "en"]),
    default="vi",
    show_default=True,
    help="Language of the sentences.",
)


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; its shape: docs/package-check.md.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@language_option
@click.pass_context
def check_command(context: click.Context, files: tuple[Path, ...], as_json: bool, strict: bool, language: str) -> None:
    """Find all problems of packages: SCORM 1.2, SCORM 2004, tincan, cmi5."""
    reports = [check(file) for file in files]
    if as_json:
        rows = [report.as_json(language) for report in reports]
        click.echo(json.dumps({"reports": rows}, ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _show(report, language)
    failed = any(not report.ok or (strict and report.of(Severity.WARNING)) for report in reports)
    context.exit(1 if failed else 0)


def _show(report: Report, language: str) -> None:
    standards = ", ".join(report.standards) or "?"
    counts = "  ".join(f"{_NAMES[language][severity]} {len(report.of(severity))}" for severity in Severity)
    click.secho(f"{report.path}  [{standards}]  {counts}", bold=True)
    for problem in report.problems:
        words = problem.kind.words(language)
        click.secho(f"  {_NAMES[language][problem.severity]} {problem.code}", fg=_COLOURS[problem.severity], nl=False)
        click.echo(f"  {problem.place}")
        click.echo(f"    {problem.says(language)}\n    {words.means}\n    → {words.cure}")
    for code, count in report.left_out.items():
        click.echo(f"  {code}: +{count}")
