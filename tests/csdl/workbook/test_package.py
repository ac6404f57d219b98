"""What is not to be opened is not opened: bombs, macros, links, document types, lies; and a person is told which."""

import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.package import MOST_BYTES, Unusable, open_package
from bridge.csdl.workbook.unpack import unpack
from bridge.ports.workbooks import FlawKind
from bridge.wiring.tables import read_subjects
from tests.csdl.workbook.made import make_scores

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def changed(
    base: bytes, *, add: dict[str, bytes] | None = None, edit: Callable[[str, bytes], bytes] | None = None
) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(base)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member.filename, edit(member.filename, content) if edit else content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return target.getvalue()


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(old, new, 1) if name == "xl/worksheets/sheet1.xml" else content


ROW = b'<row r="1048576"/></sheetData>'
UTF16 = '<?xml version="1.0"?><a/>'.encode("utf-16")
MANY = {f"xl/p{n}": b"" for n in range(1_001)}
LINK = {"xl/externalLinks/externalLink1.xml": b"<x/>"}


def in_types(name: str, content: bytes) -> bytes:
    return (
        content.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml") if name == "[Content_Types].xml" else content
    )


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet'
SPOILT: dict[str, tuple[FlawKind, Callable[[bytes], bytes]]] = {
    "macros": (FlawKind.MACROS, lambda base: changed(base, add={"xl/vbaProject.bin": b"x"})),
    "macro type": (FlawKind.MACROS, lambda base: changed(base, edit=in_types)),
    "active x": (FlawKind.MACROS, lambda base: changed(base, add={"xl/activeX/activeX1.xml": b"<x/>"})),
    "external link": (FlawKind.EXTERNAL_LINKS, lambda base: changed(base, add=LINK)),
    "connection": (FlawKind.EXTERNAL_LINKS, lambda base: changed(base, add={"xl/connections.xml": b"<x/>"})),
    "embedded": (FlawKind.EXTERNAL_LINKS, lambda base: changed(base, add={"xl/embeddings/oleObject1.bin": b"x"})),
    "doctype": (FlawKind.DOCTYPE, lambda base: changed(base, edit=in_sheet(b"<worksheet", DOCTYPE))),
    "utf-16": (FlawKind.DOCTYPE, lambda base: changed(base, add={"xl/extra.xml": UTF16})),
    "bomb": (FlawKind.BOMB, lambda base: changed(base, add={"xl/media/x.bin": bytes(40 << 20)})),
    "many parts": (FlawKind.BOMB, lambda base: changed(base, add=MANY)),
    "far cell": (FlawKind.TOO_MANY_CELLS, lambda base: changed(base, edit=in_sheet(b'<c r="A1"', b'<c r="XFD1"'))),
    "far row": (FlawKind.TOO_MANY_CELLS, lambda base: changed(base, edit=in_sheet(b"</sheetData>", ROW))),
    "broken xml": (FlawKind.DAMAGED, lambda base: changed(base, edit=in_sheet(b"</sheetData>", b""))),
    "cut off": (FlawKind.DAMAGED, lambda base: base[: len(base) // 2]),
    "another zip": (FlawKind.NOT_A_WORKBOOK, lambda base: base.replace(b"xl/workbook.xml", b"xl/workbook.xmI")),
    "html": (FlawKind.HTML_AS_XLS, lambda base: b"<html><table><tr><td>x</td></tr></table></html>"),
    "password": (FlawKind.ENCRYPTED, lambda base: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
    "old macros": (FlawKind.MACROS, lambda base: OLE + bytes(600) + "_VBA_PROJECT".encode("utf-16-le")),
    "empty": (FlawKind.NOT_A_WORKBOOK, lambda base: b""),
    "text": (FlawKind.NOT_A_WORKBOOK, lambda base: b"STT;Ho ten"),
    "large": (FlawKind.BOMB, lambda base: base + bytes(MOST_BYTES)),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_scores(tmp_path_factory.mktemp("base") / "a.xlsx").read_bytes()


@pytest.mark.parametrize("name", SPOILT)
def test_a_file_that_is_not_to_be_opened_is_refused_with_its_reason(tmp_path: Path, base: bytes, name: str) -> None:
    kind, spoil = SPOILT[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(spoil(base))
    with pytest.raises(Unusable) as refused:
        open_package(path)
    assert refused.value.flaw.kind is kind
    assert refused.value.flaw.where == "a.xlsx"


def test_a_sound_one_is_opened(tmp_path: Path, base: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(base)
    assert "xl/workbook.xml" in open_package(tmp_path / "a.xlsx").parts


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 6_000), byte=st.integers(0, 255), cut=st.booleans())
def test_whatever_byte_is_spoilt_the_folder_answers_with_a_view_or_a_flaw(
    tmp_path: Path, base: bytes, at: int, byte: int, cut: bool
) -> None:
    place = at % len(base)
    spoilt = base[:place] if cut else base[:place] + bytes([byte]) + base[place + 1 :]
    path = tmp_path / "a.xlsx"
    path.write_bytes(spoilt)
    home = Folder(tmp_path, school="1", names=["A"], subjects=read_subjects(None), layouts=load_layouts())
    home.view(2026)


def test_a_zip_of_workbooks_is_unpacked_flat_and_keeps_its_time(tmp_path: Path, base: bytes) -> None:
    source, into = tmp_path / "a.zip", tmp_path / "out"
    into.mkdir()
    with zipfile.ZipFile(source, "w") as target:
        target.writestr("../../x.xlsx", base)
        target.writestr("khoi10/a.xlsx", base)
        target.writestr("khoi11/a.xlsx", base)
        target.writestr("doc.txt", b"x")
    os.utime(source, (1_700_000_000, 1_700_000_000))
    made = unpack(source, into)
    assert sorted(path.name for path in made) == ["a (2).xlsx", "a.xlsx", "x.xlsx"]
    assert {path.parent for path in made} == {into}
    assert {int(path.stat().st_mtime) for path in made} == {1_700_000_000}


def test_a_zip_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a.xlsx", bytes(21 << 20))
    with pytest.raises(Unusable) as refused:
        unpack(source, tmp_path)
    assert refused.value.flaw.kind is FlawKind.BOMB
