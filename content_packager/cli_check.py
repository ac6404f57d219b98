"""The commands that read packages: check, repair, inspect.

Exit codes: 0 no error is left (warnings and notes may be), 1 an error is left (with --strict: or a warning) or the
package is refused, 2 wrong use or an unreadable file.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from content_packager.checks.run import check
from content_packager.cli_words import language_option
from content_packager.on_demand import on_demand
from content_packager.problems import Severity, kinds
from content_packager.reading.package import RefusedPackage
from content_packager.reading.words import shown
from content_packager.report import Problem, Report

if TYPE_CHECKING:
    from content_packager.inspecting import Described, Inspection

inspect, repair = (on_demand(f"content_packager.{place}") for place in ("inspecting:inspect", "repairing:repair"))

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_NAMES = {
    "vi": {Severity.ERROR: "LỖI", Severity.WARNING: "CẢNH BÁO", Severity.NOTE: "LƯU Ý"},
    "en": {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "NOTE"},
}
_SAYS = {
    "vi": {
        "nothing": "Không có gì để sửa chắc chắn; không ghi tệp nào.",
        "written": "Đã ghi",
        "exists": "Đã có tệp này",
    },
    "en": {
        "nothing": "Nothing with a certain cure; no file was written.",
        "written": "Written",
        "exists": "Already there",
    },
}


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; its shape: docs/package-check.md.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@language_option
@click.pass_context
def check_command(context: click.Context, *, files: tuple[Path, ...], as_json: bool, strict: bool, lang: str) -> None:
    """Tìm mọi lỗi của gói · Find all problems of packages: SCORM 1.2, SCORM 2004, tincan, cmi5."""
    with _disk_told():
        reports = [check(file) for file in files]
    if as_json:
        rows = [report.as_json(lang) for report in reports]
        click.echo(json.dumps({"reports": rows}, ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _show(report, lang)
    failed = any(not report.ok or (strict and report.of(Severity.WARNING)) for report in reports)
    context.exit(1 if failed else 0)


def _show(report: Report, language: str) -> None:
    standards = ", ".join(report.standards) or "?"
    counts = "  ".join(f"{_NAMES[language][severity]} {len(report.of(severity))}" for severity in Severity)
    click.secho(f"{report.path}  [{standards}]  {counts}", bold=True)
    for code, problems in _by_code(report).items():
        severity, words = problems[0].severity, problems[0].kind.words(language)
        click.secho(f"  {_NAMES[language][severity]} {code}", fg=_COLOURS[severity])
        for problem in problems:
            click.echo(f"    {problem.place}  {problem.says(language)}".rstrip())
        if code in report.left_out:
            click.echo(f"    … +{report.left_out[code]}")
        click.echo(f"    {words.means}\n    → {words.cure}")


def _by_code(report: Report) -> dict[str, list[Problem]]:
    """What a fault means, and its cure, is said once however often it occurs."""
    groups: dict[str, list[Problem]] = {}
    for problem in report.problems:
        groups.setdefault(problem.code, []).append(problem)
    return groups


@click.command("repair")
@click.argument("file", type=_FILE)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Tệp mới · the new file.")
@language_option
@click.pass_context
def repair_command(context: click.Context, *, file: Path, out: Path, lang: str) -> None:
    """Sửa những gì chắc chắn, ghi ra tệp mới · Mend what has one certain cure, into a new file."""
    if out.exists():
        raise click.UsageError(f"{_SAYS[lang]['exists']}: {out}")
    try:
        with _disk_told():
            repaired = repair(file, out)
    except RefusedPackage as refused:
        _tell_refusal(file, refused, lang)
        context.exit(1)
    for change in repaired.changes:
        click.echo(f"  {change.code}  {shown(change.before)} → {shown(change.after)}")
    for line in repaired.difference.splitlines():
        click.secho(f"  {shown(line)}", fg={"+": "green", "-": "red"}.get(line[:1]))
    click.echo(f"{_SAYS[lang]['written']}: {out}" if repaired.changes else _SAYS[lang]["nothing"])
    _show(repaired.report, lang)
    context.exit(0 if repaired.report.ok else 1)


@click.command("inspect")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; its shape: docs/package-check.md.")
@language_option
@click.pass_context
def inspect_command(context: click.Context, *, file: Path, as_json: bool, lang: str) -> None:
    """Xem cây bài học và thông tin mô tả · Show the tree of a package and what it says of itself."""
    try:
        with _disk_told():
            inspection = inspect(file)
    except RefusedPackage as refused:
        _tell_refusal(file, refused, lang)
        context.exit(1)
    if as_json:
        click.echo(json.dumps(inspection.as_json(), ensure_ascii=False, indent=2))
    else:
        _show_inspection(inspection)


@contextmanager
def _disk_told() -> Iterator[None]:
    """A file that the disk does not give or take is wrong use, not a problem of the package."""
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error


def _tell_refusal(file: Path, refused: RefusedPackage, language: str) -> None:
    for code in refused.codes:
        words = kinds()[code].words(language)
        click.echo(f"{file}: {code}. {words.means} → {words.cure}", err=True)


def _show_inspection(inspection: "Inspection") -> None:
    click.secho(f"{inspection.path}  {inspection.size:,} B → {inspection.unpacked:,} B", bold=True)
    for ending, files, size in inspection.kinds:
        click.echo(f"  {ending or '-':<8} {files:>7} {size:>16,} B")
    for manifest in inspection.manifests:
        _show_manifest(manifest)


def _show_manifest(manifest: "Described") -> None:
    click.secho(f"{manifest.standard} {manifest.edition}".rstrip(), bold=True)
    for name, text in manifest.metadata:
        click.echo(f"  {name}: {text}")
    for node in manifest.tree:
        facts = " ".join(f"{name}={value}" for name, value in node.facts)
        launch = f" → {node.launch}" if node.launch else ""
        click.echo(f"  {'  ' * node.depth}{node.kind} «{node.title}»{launch}  [{facts}]")
