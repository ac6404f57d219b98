"""`content-packager init`: writes a lesson.toml by asking."""

import json
from pathlib import Path

import click

from content_packager.cli_words import language_option
from content_packager.errors import LessonRefused
from content_packager.lesson_settings import FILE, read_settings

_QUESTIONS = {
    "title": ("Tên bài học", "Title", "text"),
    "description": ("Giới thiệu ngắn", "Short description", "text"),
    "language": ("Ngôn ngữ của bài (vi, en)", "Language of the lesson (vi, en)", "text"),
    "subject": ("Môn học", "Subject", "text"),
    "grade_level": ("Khối (1-12)", "Grade level (1-12)", "number"),
    "duration": ("Thời lượng, phút", "Duration in minutes", "number"),
    "authors": ("Tác giả, cách nhau bằng dấu chấm phẩy", "Authors, parted by semicolons", "list"),
    "keywords": ("Từ khoá, cách nhau bằng dấu chấm phẩy", "Keywords, parted by semicolons", "list"),
    "requirements": ("Mã yêu cầu cần đạt (QĐ 791)", "Codes of learning requirements (QĐ 791)", "list"),
    "licence": ("Giấy phép, ví dụ CC BY 4.0", "Licence, such as CC BY 4.0", "text"),
    "pass_mark": ("Đạt từ bao nhiêu phần trăm", "Percent needed to pass", "number"),
}


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@language_option
def init_command(*, folder: Path, lang: str) -> None:
    """Hỏi rồi viết lesson.toml · Ask, then write lesson.toml."""
    path = folder / FILE
    if path.exists():
        said = "already exists; please edit it." if lang == "en" else "đã có; hãy sửa tệp đó."
        raise click.ClickException(f"{path}: {said}")
    hint = "Enter = skip" if lang == "en" else "Enter = bỏ qua"
    click.echo(hint, err=True)
    lines = [line for key in _QUESTIONS if (line := _ask(key, lang))]
    _write(path, lines, lang)
    click.echo(path)


def _ask(key: str, lang: str) -> str:
    """One line of TOML, or "" where the question was skipped; the title is asked until there is one."""
    vietnamese, english, kind = _QUESTIONS[key]
    prompt = english if lang == "en" else vietnamese
    while True:
        said = click.prompt(prompt, default=None if key == "title" else "", show_default=False, err=True).strip()
        if not said:
            return ""
        if kind == "number" and not said.replace(",", ".", 1).replace(".", "", 1).isdigit():
            continue
        return f"{key} = {_as_toml(said, kind)}"


def _as_toml(said: str, kind: str) -> str:
    if kind == "number":
        return said.replace(",", ".")
    if kind == "list":
        return json.dumps([item.strip() for item in said.split(";") if item.strip()], ensure_ascii=False)
    return json.dumps(said, ensure_ascii=False)  # a JSON string without control letters is a TOML basic string


def _write(path: Path, lines: list[str], lang: str) -> None:
    """Only a file that can be read back stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    try:
        read_settings(path)
    except LessonRefused as refused:
        path.unlink()
        for trouble in refused.troubles:
            click.echo(trouble.says(lang), err=True)
        raise SystemExit(1) from refused
