"""`content-packager build`."""

import json
import sys
from pathlib import Path

import click

from content_packager.building import Built, Options, build
from content_packager.cli_words import language_option
from content_packager.errors import LessonRefused
from content_packager.formats import FORMATS

_REFUSED = 1


@click.command("build")
@click.argument("lesson", type=click.Path(path_type=Path))
@click.option(
    "-f", "--format", "formats", multiple=True, type=click.Choice([*FORMATS, "all"]), default=["scorm12"],
    show_default=True, help="Định dạng, dùng nhiều lần được · format, may be repeated.",
)  # fmt: skip
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Nơi xuất · output."
)
@click.option("--store", is_flag=True, help="Không nén · compress nothing: same bytes on every machine.")
@click.option("--xsd-dir", type=click.Path(path_type=Path), help="XSD cho gói SCORM · XSDs for the root of SCORM zips.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả JSON · print the result as JSON.")
@language_option
def build_command(
    *, lesson: Path, formats: tuple[str, ...], out: Path, store: bool, xsd_dir: Path | None, as_json: bool, lang: str
) -> None:
    """Đóng gói LESSON (thư mục hoặc tệp) · Pack LESSON, a folder or a file."""
    wanted = list(FORMATS) if "all" in formats else list(formats)
    try:
        progress = None if as_json or not sys.stderr.isatty() else _show_progress
        built = build(lesson, wanted, out, Options(store=store, schemas=xsd_dir, progress=progress))
    except LessonRefused as refused:
        for trouble in refused.troubles:
            click.echo(trouble.says(lang), err=True)
        raise SystemExit(_REFUSED) from refused
    except OSError as failed:
        raise click.ClickException(_disk(failed, lang)) from failed
    _tell(built, as_json=as_json)


def _show_progress(done: int, of: int) -> None:
    """One line that writes over itself, and is gone when the package is whole."""
    click.echo("\r\033[K" if done == of else f"\r{done}/{of}", nl=False, err=True)


def _tell(built: Built, *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"format": one.format, "path": str(one.path), "sidecar": str(one.sidecar), "version": one.version,
             "size": one.size}
            for one in built.packages
        ]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in built.packages:
        click.echo(f"{one.path}  {one.size / 1e6:.1f} MB  {one.version[:12]}")


def _disk(failed: OSError, lang: str) -> str:
    name = failed.filename or ""
    if lang == "en":
        return f"{name}: {failed.strerror}. Nothing was left half-written; please check the disk and try again."
    return f"{name}: {failed.strerror}. Không có gói nào bị ghi dở; hãy kiểm tra ổ đĩa rồi thử lại."
