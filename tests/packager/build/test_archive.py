"""The one door into a package."""

import stat
import unicodedata
import zipfile

import pytest

from content_packager.archive import DoubleName, write_archive
from content_packager.archive_codec import SMALL
from content_packager.archive_name import UnsafeName, slug
from content_packager.archive_wire import Limits

LARGE = SMALL + 1


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../b", "/a", "C:/a", "a\\b", "a//b", "./a", "", "a\0b", "a\nb", "a/", "a.", "a ", "a:b", "a?b", "a&b"],
)
def test_a_name_that_another_system_would_misread_is_refused(tmp_path, name):
    with pytest.raises(UnsafeName):
        write_archive(tmp_path / "a.zip", {name: b""})
    assert list(tmp_path.iterdir()) == []


def test_names_that_differ_in_capitals_only_are_refused(tmp_path):
    with pytest.raises(DoubleName):
        write_archive(tmp_path / "a.zip", {"Ảnh.png": b"1", "ảnh.png": b"2"})


def test_names_that_are_one_in_nfc_are_refused(tmp_path):
    decomposed = unicodedata.normalize("NFD", "ảnh.png")
    with pytest.raises(DoubleName):
        write_archive(tmp_path / "a.zip", {"ảnh.png": b"1", decomposed: b"2"})


def test_names_become_nfc_and_carry_the_utf8_flag(tmp_path):
    out = tmp_path / "a.zip"
    write_archive(out, {unicodedata.normalize("NFD", "bài/ảnh.txt"): b"x", "plain.txt": b"y"})
    with zipfile.ZipFile(out) as archive:
        flags = {info.filename: info.flag_bits for info in archive.infolist()}
    assert flags == {"bài/ảnh.txt": 0x800, "plain.txt": 0}


def test_no_clock_no_owner_and_one_mode(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("x")
    source.chmod(0o777)
    write_archive(tmp_path / "a.zip", {"b.txt": source, "a.txt": b"y"})
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert [info.filename for info in archive.infolist()] == ["a.txt", "b.txt"]
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == stat.S_IFREG | 0o644
            assert info.extra == b""


@pytest.mark.parametrize("size", [0, 1, SMALL, LARGE, 3 * SMALL])
@pytest.mark.parametrize("name", ["text.html", "film.mp4"])
@pytest.mark.parametrize("store", [False, True])
def test_every_file_comes_out_as_it_went_in(tmp_path, size, name, store):
    content = (b"Xin chao " * (size // 9 + 1))[:size]
    source = tmp_path / "source"
    source.write_bytes(content)
    written = write_archive(tmp_path / "a.zip", {name: source}, store=store)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.read(name) == content
        packed = not store and name == "text.html" and size > 9
        assert archive.getinfo(name).compress_type == (zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    assert written.files == {name: size}


def test_large_bytes_that_hardly_shrink_are_stored(tmp_path):
    import random

    source = tmp_path / "scan.pdf"
    source.write_bytes(random.Random(1).randbytes(LARGE))
    write_archive(tmp_path / "a.zip", {"scan.pdf": source})
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.getinfo("scan.pdf").compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("limits", [Limits(bytes32=SMALL), Limits(bytes32=100), Limits(count16=2)])
def test_past_the_limits_of_32_bits_the_wide_records_are_used(tmp_path, limits):
    source = tmp_path / "source"
    source.write_bytes(b"0123456789" * (LARGE // 5))
    files = {"large.mp4": source, "large.txt": source, "small.txt": b"x" * 200, "z.txt": b"z"}
    write_archive(tmp_path / "a.zip", files, limits=limits)
    assert b"PK\x06\x06" in (tmp_path / "a.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("large.txt") == source.read_bytes()


def test_more_files_than_16_bits_can_count(tmp_path):
    files = {f"{number:05}.txt": b"" for number in range(65_537)}
    write_archive(tmp_path / "a.zip", files)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert len(archive.namelist()) == 65_537


def test_a_file_that_cannot_be_read_leaves_the_old_archive_and_no_litter(tmp_path):
    out = tmp_path / "a.zip"
    write_archive(out, {"a.txt": b"old"})
    before = out.read_bytes()
    with pytest.raises(FileNotFoundError):
        write_archive(out, {"a.txt": b"new", "b.txt": tmp_path / "gone"})
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_progress_counts_up_to_all_files(tmp_path):
    told = []
    write_archive(tmp_path / "a.zip", {"a": b"1", "b": b"2"}, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Hằng đẳng thức", "hang-dang-thuc"), ("Đề Ô 1.2", "de-o-1-2"), ("数学", "lesson"), ("--", "lesson")],
)
def test_a_slug_is_plain_ascii(text, expected):
    assert slug(text, fallback="lesson") == expected
