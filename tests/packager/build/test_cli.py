"""`content-packager build` and `init` as a teacher types them."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from content_packager import check
from content_packager.cli import main
from content_packager.formats import FORMATS
from content_packager.lesson_settings import read_settings
from tests.packager.build.lessons import PNG, write_files, write_lesson
from tests.packager.build.test_pages import pdf


def run(*arguments, typed: str | None = None, env: dict[str, str] | None = None):
    return CliRunner(env={"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", **(env or {})}).invoke(
        main, [str(argument) for argument in arguments], input=typed
    )


INPUTS = {
    "a folder with an entry page": {"index.html": "<!doctype html><title>Bài</title>", "ảnh/a.png": PNG},
    "a PDF": {"bài.pdf": pdf("Mot")},
    "films": {"1.mp4": b"x", "2.webm": b"x"},
    "sounds": {"a.mp3": b"x"},
    "pictures": {"a.png": PNG, "b.png": PNG},
    "Markdown": {"a.md": "# A\n\n![Ô](a.png)\n\n```gift\nHai? {=2 ~3}\n```\n", "a.png": PNG},
    "GIFT": {"a.gift": "Hai? {=2 ~3}\n"},
    "Aiken": {"a.txt": "Hai?\nA. 2\nB. 3\nANSWER: A\n"},
    "a table": {"a.csv": "câu hỏi,đáp án\nHai?,2\n"},
    "several": {
        "1.pdf": pdf("Mot"),
        "2.gift": "Hai? {=2 ~3}\n",
        "lesson.toml": 'title = "A"\nparts = ["2.gift", "1.pdf"]',
    },
}


@pytest.mark.parametrize("files", INPUTS.values(), ids=INPUTS)
def test_whatever_a_teacher_has_becomes_packages_in_which_a_check_finds_no_flaw(tmp_path, files):
    done = run("build", write_files(tmp_path / "bài 1", files), "-f", "all", "-o", tmp_path / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    reports = [check(path) for path in sorted((tmp_path / "out").glob("*.zip"))]
    assert len(reports) == len(FORMATS) - 1  # web is a folder
    assert [report.problems for report in reports if not report.ok] == []


def test_a_single_file_is_a_lesson(tmp_path):
    done = run(
        "build", write_files(tmp_path, {"02_Tứ giác.gift": "Hai? {=2 ~3}\n"}) / "02_Tứ giác.gift", "-o", tmp_path
    )
    assert done.exit_code == 0
    assert "02-tu-giac-scorm12.zip" in done.stdout


def test_the_result_in_json_names_package_and_sidecar(tmp_path):
    done = run("build", write_lesson(tmp_path / "lesson"), "-f", "cmi5", "-o", tmp_path / "out", "--json")
    [row] = json.loads(done.stdout)
    assert row["format"] == "cmi5"
    assert json.loads((tmp_path / "out" / Path(row["sidecar"]).name).read_text())["version"] == row["version"]


@pytest.mark.parametrize(("lang", "says"), [("vi", "không có gì để đóng gói"), ("en", "holds nothing to pack")])
def test_a_lesson_that_cannot_be_packed_is_told_in_the_teachers_language_and_nothing_is_written(tmp_path, lang, says):
    (tmp_path / "lesson").mkdir()
    done = run("build", tmp_path / "lesson", "-o", tmp_path / "out", "--lang", lang)
    assert done.exit_code == 1
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_computers_language_is_spoken_and_vietnamese_where_it_says_none(tmp_path):
    assert "no such" in run("build", tmp_path / "x", env={"LANG": "en_GB.UTF-8"}).stderr.lower()
    assert "không có" in run("build", tmp_path / "x", env={"LANG": "C.UTF-8"}).stderr


def test_a_format_that_does_not_exist_is_wrong_use(tmp_path):
    assert run("build", tmp_path, "-f", "scorm13").exit_code == 2


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path):
    lesson = write_files(tmp_path / "lesson", {"a.mp4": b"x"})
    out = tmp_path / "out"
    out.mkdir()
    limited = ["sh", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "sh"]  # no file above 512 bytes
    (lesson / "a.mp4").write_bytes(os.urandom(100_000))
    command = [sys.executable, "-m", "content_packager.cli", "build", str(lesson), "-o", str(out), "--lang", "en"]
    done = subprocess.run([*limited, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "please check the disk" in done.stderr
    assert list(out.iterdir()) == []


def answers(**said: str) -> str:
    keys = ("title", "description", "language", "subject", "grade_level", "duration", "authors", "keywords")
    return "".join(f"{said.get(key, '')}\n" for key in (*keys, "requirements", "licence", "pass_mark"))


def test_init_asks_and_writes_what_build_reads(tmp_path):
    typed = answers(title='Góc "nhọn" \\ tù', grade_level="8", authors="Nguyễn A; Trần B", pass_mark="66,7")
    done = run("init", tmp_path / "bài", typed=typed)
    assert done.exit_code == 0
    about = read_settings(tmp_path / "bài" / "lesson.toml").about
    assert (about.title, about.grade_level, about.authors) == ('Góc "nhọn" \\ tù', 8, ("Nguyễn A", "Trần B"))
    assert about.pass_mark == Decimal("66.7")


def test_a_wrong_answer_is_asked_again_and_costs_none_of_the_others(tmp_path):
    typed = "A\n\nfr\nvi\nToán\n13\nlớp 8\n8\n\n\n\n2.3\n020108.0202d3\n\n120\n50\n"
    done = run("init", tmp_path, typed=typed, env={"LANG": "en"})
    assert done.exit_code == 0
    about = read_settings(tmp_path / "lesson.toml").about
    assert (about.language, about.subject, about.grade_level, about.requirements, about.pass_mark) == (
        "vi", "Toán", 8, ("020108.0202d3",), 50,
    )  # fmt: skip
    assert done.stderr.count("A right one: 1-12") == 2


def test_init_leaves_a_file_that_is_there_alone(tmp_path):
    lesson = write_files(tmp_path, {"lesson.toml": 'title = "A"'})
    done = run("init", lesson)
    assert done.exit_code == 1
    assert (lesson / "lesson.toml").read_text() == 'title = "A"'
