"""`content-packager init`: writes a lesson.toml by asking."""

import json
import re
from decimal import Decimal
from pathlib import Path

import click

from content_packager.cli_words import language_option
from content_packager.errors import LessonRefused
from content_packager.lesson_settings import FILE, check_value, read_settings

_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")
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
    """One line of TOML, or "" where the question was skipped; asked again until the answer can be used."""
    vietnamese, english, kind = _QUESTIONS[key]
    prompt = english if lang == "en" else vietnamese
    while True:
        said = click.prompt(prompt, default=None if key == "title" else "", show_default=False, err=True).strip()
        if not said:
            return ""
        value = _value(said, kind)
        try:
            check_value(key, value)
        except LessonRefused as refused:
            _tell(refused, lang)
        else:
            return f"{key} = {_as_toml(value)}"


def _value(said: str, kind: str) -> str | list[str] | int | Decimal:
    if kind == "list":
        return [item.strip() for item in said.split(";") if item.strip()]
    if kind == "number" and _NUMBER.fullmatch(said):
        number = Decimal(said.replace(",", "."))
        return int(number) if number == number.to_integral_value() else number
    return said


def _as_toml(value: str | list[str] | int | Decimal) -> str:
    """A JSON string without control letters is a TOML basic string."""
    return str(value) if isinstance(value, int | Decimal) else json.dumps(value, ensure_ascii=False)


def _tell(refused: LessonRefused, lang: str) -> None:
    for trouble in refused.troubles:
        click.echo(trouble.says(lang), err=True)


def _write(path: Path, lines: list[str], lang: str) -> None:
    """Only a file that can be read back stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    try:
        read_settings(path)
    except LessonRefused as refused:
        path.unlink()
        _tell(refused, lang)
        raise SystemExit(1) from refused
