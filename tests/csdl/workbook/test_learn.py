"""A layout learnt from a file, by what a person says of its columns: then the file is known."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.learn import look_at, write_layout
from bridge.csdl.workbook.package import open_package
from bridge.domain.errors import BadInput
from bridge.domain.scores import Column
from bridge.ports.workbooks import Sure
from bridge.wiring.tables import read_subjects
from tests.csdl.workbook.made import make_table

SHIPPED = load_layouts()
FILES: dict[str, tuple[str, Sequence[str], Sequence[str]]] = {  # kind, heads, and what each is
    "numbered marks": (
        "SCORES", ("STT", "Mã HS", "Họ tên", "Bài 1", "Bài 2", "Giữa", "Cuối"),
        ("stt", "pupil_code", "name", "TX", "TX", "GK", "CK"),
    ),
    "marks in order": (
        "SCORES", ("STT", "Mã HS", "Họ tên", "Nhỏ", "Nhỏ", "Giữa", "Cuối"),
        ("stt", "pupil_code", "name", "TX", "TX", "GK", "CK"),
    ),
    "marks in one cell": (
        "SCORES", ("STT", "Mã HS", "Họ tên", "Các bài", "Giữa", "Cuối"),
        ("stt", "pupil_code", "name", "TX", "GK", "CK"),
    ),
    "pupils": ("PUPILS", ("STT", "Số hiệu", "Họ tên", "Phòng"), ("stt", "pupil_code", "name", "class")),
    "assignments": ("ASSIGNMENTS", ("STT", "Họ tên", "Dạy", "Ở"), ("stt", "name", "subject", "class")),
    "staff": ("STAFF", ("STT", "Số hiệu", "Họ tên", "Chuyên"), ("stt", "teacher_code", "name", "subject")),
    "groups": ("GROUPS", ("STT", "Mã HS", "Họ tên", "Tổ hợp"), ("stt", "pupil_code", "name", "group")),
    "errors": ("ERRORS", ("STT", "Mã HS", "Họ tên", "Vấn đề"), ("stt", "pupil_code", "name", "error")),
}  # fmt: skip


def learn(folder: Path, heads: Sequence[str], roles: Sequence[str]) -> Path:
    make_table(folder / "a.xlsx", heads, [(1, *["x"] * (len(heads) - 1))])
    draft = look_at(open_package(folder / "a.xlsx"), SHIPPED)
    letters = [letter for letter, _, _ in draft.headers]
    return write_layout(folder / "own", draft, name="Mẫu", system="Lạ", roles=dict(zip(letters, roles, strict=True)))


@pytest.mark.parametrize("name", FILES)
def test_any_kind_of_file_is_learnt_and_then_known(tmp_path: Path, name: str) -> None:
    kind, heads, roles = FILES[name]
    path = learn(tmp_path, heads, roles)
    assert tomllib.loads(path.read_text("utf-8"))["kind"] == kind
    layouts = load_layouts(tmp_path / "own")
    assert (layouts[0].id, layouts[0].sure) == (path.stem, Sure.SEEN)
    home = Folder(tmp_path, school="1", names=["A"], subjects=read_subjects(None), layouts=layouts)
    [opened] = home.files()
    [sheet] = opened.sheets
    assert (sheet.layout.id, sheet.head.flaws) == (path.stem, ())
    if kind == "SCORES":
        regular = Column if "one" in name else (Column.TX1, Column.TX2, Column.GK, Column.CK)
        assert set(sheet.head.marks) == set(regular)


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        (("stt", "pupil_code", "name", "ignore"), "LAYOUT_OF_NO_USE"),
        (("stt", "pupil_code", "name", "lương"), "UNKNOWN_ROLE"),
    ],
)
def test_what_would_be_of_no_use_is_not_written(tmp_path: Path, roles: Sequence[str], why: str) -> None:
    with pytest.raises(BadInput) as refused:
        learn(tmp_path, ("STT", "Mã HS", "Họ tên", "Lương"), roles)
    assert refused.value.facts["why"] == why
    assert not (tmp_path / "own").exists()
