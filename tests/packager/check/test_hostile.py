"""Archives made to hurt: each is named for what it is, and costs no more than the limits say."""

import io
import tracemalloc
import zipfile
import zlib

import pytest

from content_packager.checks.run import check
from content_packager.reading.archive import CHUNK, Archive, Damaged
from content_packager.reading.directory import UTF8
from content_packager.reading.limits import MIB, Limits
from content_packager.reading.names import flaws, read_name
from content_packager.reading.package import RefusedPackage, open_package
from content_packager.report import Severity
from tests.packager.check.packages import BASES, codes, write_zip
from tests.packager.check.raw_zip import Row, deflated, raw_zip

ZEROS = bytes(2 * MIB)
SMALL = Limits(ratio_from_bytes=MIB, total_bytes=20 * MIB, entry_bytes=10 * MIB, entries=50, directory_bytes=64 * 1024)
UNIX_LINK, UNIX_DEVICE = 0xA1FF << 16, 0x2000 << 16
MANY = [Row(name=f"{number}.txt".encode()) for number in range(51)]

HOSTILE = {
    "flat bomb": (raw_zip(Row(data=ZEROS)), "zip.ratio"),
    "bomb of many small files": (raw_zip(*[Row(name=b"%d" % n, data=bytes(MIB)) for n in range(4)]), "zip.ratio"),
    "ten gigabytes declared": (raw_zip(*[Row(name=b"%d" % n, size=2_000_000_000) for n in range(5)]), "zip.too-large"),
    "one file of two gigabytes declared": (raw_zip(Row(size=2_000_000_000)), "zip.file-too-large"),
    "nested bomb": (raw_zip(Row(name=b"inner.zip", data=raw_zip(Row(data=ZEROS)))), "zip.nested"),
    "too many files": (raw_zip(*MANY), "zip.too-many-entries"),
    "too many files, few announced": (raw_zip(*MANY, count=3), "zip.too-many-entries"),
    "more announced than there are": (raw_zip(Row(), count=40), "zip.damaged"),
    "directory too large": (raw_zip(Row(), directory_size=1_000_000), "zip.directory-too-large"),
    "directory outside the file": (raw_zip(Row(), directory_size=60_000), "zip.damaged"),
    "overlap": (raw_zip(Row(data=b"x" * 100, method=0), Row(name=b"b.txt", data=b"x" * 9, method=0, offset=0)),
                "zip.overlap"),
    "reaches into the directory": (raw_zip(Row(method=0, packed=500)), "zip.overlap"),
    "unpacks to more than declared": (raw_zip(Row(data=bytes(5000), size=5, crc=0)), "zip.lying-header"),
    "unpacks to less than declared": (raw_zip(Row(size=50)), "zip.lying-header"),
    "another name inside": (raw_zip(Row(name=b"a.txt", local_name=b"b.txt")), "zip.lying-header"),
    "wrong checksum": (raw_zip(Row(crc=1)), "zip.damaged-file"),
    "header nowhere": (raw_zip(Row()).replace(b"PK\3\4", b"PK\3\5"), "zip.damaged-file"),
    "broken deflate": (raw_zip(Row(raw=b"\xff" * 20)), "zip.damaged-file"),
    "deflate cut off": (raw_zip(Row(raw=deflated(b"hello")[:-3])), "zip.damaged-file"),
    "bytes after the deflate stream": (raw_zip(Row(raw=deflated(b"hello") + b"more")), "zip.damaged-file"),
    "bzip2": (raw_zip(Row(method=12)), "zip.method"),
    "encrypted": (raw_zip(Row(flags=1)), "zip.encrypted"),
    "symlink": (raw_zip(Row(attributes=UNIX_LINK)), "zip.symlink"),
    "device": (raw_zip(Row(attributes=UNIX_DEVICE)), "zip.special-file"),
    "two disks": (raw_zip(Row(), disk=1), "zip.split"),
    "nothing inside": (raw_zip(), "zip.empty"),
    "duplicate": (raw_zip(Row(), Row()), "zip.duplicate"),
    "case collision": (raw_zip(Row(), Row(name=b"A.TXT")), "zip.case-collision"),
    "file and folder": (raw_zip(Row(), Row(name=b"a.txt/b.txt")), "zip.file-and-folder"),
    "bytes before": (raw_zip(Row(), before=b"#!/bin/sh\n"), "zip.leading-bytes"),
    "bytes after": (raw_zip(Row(), after=b"\0" * 9), "zip.trailing-bytes"),
    "comment cut": (raw_zip(Row(), comment=b"abc")[:-1], "zip.damaged"),
    "traversal": (raw_zip(Row(name=b"../a")), "name.traversal"),
    "hidden traversal": (raw_zip(Row(name=b"a\\..\\..\\b")), "name.traversal"),
    "absolute": (raw_zip(Row(name=b"/etc/passwd")), "name.absolute"),
    "share": (raw_zip(Row(name=b"\\\\host\\share")), "name.absolute"),
    "drive": (raw_zip(Row(name=b"C:\\a")), "name.drive"),
    "backslash": (raw_zip(Row(name=b"a\\b")), "name.backslash"),
    "NUL": (raw_zip(Row(name=b"a.html\0.txt")), "name.control"),
    "terminal escape": (raw_zip(Row(name=b"\x1b[2J")), "name.control"),
    "empty name": (raw_zip(Row(name=b"")), "name.empty-part"),
    "empty part": (raw_zip(Row(name=b"a//b")), "name.empty-part"),
    "dot": (raw_zip(Row(name=b"./a")), "name.empty-part"),
    "device name": (raw_zip(Row(name=b"a/con.txt")), "name.not-for-windows"),
    "last blank": (raw_zip(Row(name=b"a /b")), "name.not-for-windows"),
    "bare device": (raw_zip(Row(name=b"b/NUL")), "name.not-for-windows"),
    "last dot": (raw_zip(Row(name=b"a./b")), "name.not-for-windows"),
    "apostrophe": (raw_zip(Row(name=b"it's.txt")), "name.dropped-by-moodle"),
    "long": (raw_zip(Row(name=b"a" * 256)), "name.too-long"),
    "longer than a name may be": (raw_zip(Row(name=b"a/" * 600)), "name.too-long"),
    "long path": (raw_zip(Row(name=b"a/" * 130 + b"b")), "name.path-too-long"),
    "not UTF-8": (raw_zip(Row(name=b"b\xe0i.txt")), "name.not-utf8"),
    "unmarked UTF-8": (raw_zip(Row(name="bài.txt".encode())), "name.utf8-unmarked"),
    "NFD": (raw_zip(Row(name="ba\u0300i.txt".encode(), flags=0x800)), "name.not-nfc"),
    "not a zip": (b"%PDF-1.7", "zip.not-a-zip"),
    "empty file": (b"", "zip.not-a-zip"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=list(HOSTILE))
def test_each_trick_is_called_by_its_name(tmp_path, data, code):
    path = tmp_path / "hostile.zip"
    path.write_bytes(data)
    assert code in codes(check(path, SMALL))


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=list(HOSTILE))
def test_no_trick_leaves_the_folder_or_gets_in_with_an_error(tmp_path, data, code):
    path, target = tmp_path / "hostile.zip", tmp_path / "in" / "target"
    path.write_bytes(data)
    target.parent.mkdir()
    grave = {problem.code for problem in check(path, SMALL).of(Severity.ERROR)} - {"package.no-manifest"}
    try:
        with open_package(path, SMALL) as package:
            package.unpack(target)
    except RefusedPackage as refused:
        assert set(refused.codes) <= grave
        assert sorted(path.name for path in target.parent.iterdir()) == []
    else:
        assert grave == set()
        assert all(file.resolve().is_relative_to(target) for file in target.rglob("*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hostile.zip", "in"]


@pytest.mark.parametrize("name", ["a.html", "..a", "a..b/c", ".htaccess", "console.js", "a/nul1", "bài học.html"])
def test_names_that_are_right(name):
    assert list(flaws(read_name(name.encode(), UTF8))) == []


def test_a_hundred_thousand_entries_are_left_at_the_limit(tmp_path):
    row = raw_zip(Row(name=b"%08d"))
    directory = row[row.index(b"PK\1\2") : row.index(b"PK\5\6")] * 100_000
    path = tmp_path / "many.zip"
    end = row[row.index(b"PK\5\6") :]
    path.write_bytes(
        row[: row.index(b"PK\1\2")] + directory + end[:12] + len(directory).to_bytes(4, "little") + end[16:]
    )
    report = check(path)
    assert codes(report) == ["zip.too-many-entries"]
    assert report.problems[0].facts["count"] == str(Limits().entries + 1)


def test_a_lying_stream_is_cut_after_what_it_declared(tmp_path):
    path = tmp_path / "lying.zip"
    path.write_bytes(raw_zip(Row(data=bytes(100 * MIB), size=1000, crc=zlib.crc32(bytes(1000)))))
    with Archive(path) as archive:
        given = 0
        with pytest.raises(Damaged, match=r"zip\.lying-header"):
            for chunk in archive.chunks(archive.members[0]):
                given += len(chunk)
    assert given <= 1000


def test_memory_does_not_grow_with_what_is_unpacked(tmp_path):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.bin", bytes(15 * MIB))
    check(path)  # the table of problems is read once and kept
    tracemalloc.start()
    check(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * CHUNK


def test_a_report_shows_no_letter_that_steers_a_terminal(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(Row(name=b"\x1b[2J\xe2\x80\xae.txt")))
    shown = " ".join(f"{problem.place} {problem.says()}" for problem in check(path).problems)
    assert "\x1b" not in shown and "\u202e" not in shown and "\\x1b[2J\\u202e.txt" in shown


def test_many_problems_of_a_kind_are_counted_not_listed(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(*[Row(name=b"%d\\a" % number) for number in range(40)]))
    report = check(path, Limits(problems_per_code=10))
    assert codes(report).count("name.backslash") == 10
    assert report.left_out == {"name.backslash": 30}


def test_zip64_is_read(tmp_path):
    path = tmp_path / "wide.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in BASES["scorm12"].items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(text.encode())
    assert check(path).problems == ()


def test_a_zip_with_more_files_than_sixteen_bits_count_is_read(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(0x10001):
            archive.writestr(zipfile.ZipInfo(f"{number:x}"), b"")
    with Archive(path, Limits(entries=100_000)) as archive:
        assert len(archive.files) == 0x10001


def test_a_streamed_zip_with_data_descriptors_is_read(tmp_path):
    class Pipe(io.RawIOBase):
        """A target that cannot be rewound, so that sizes follow the data."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, chunk) -> int:
            self.data += chunk
            return len(chunk)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in BASES["scorm12"].items():
            archive.writestr(name, text)
    path = tmp_path / "streamed.zip"
    path.write_bytes(pipe.data)
    assert check(path).problems == ()


def test_unpacking_gives_the_files_back(tmp_path):
    path = write_zip(tmp_path / "a.zip", {**BASES["scorm12"], "bai/1.html": "một"})
    steps: list[int] = []
    with open_package(path) as package:
        package.unpack(tmp_path / "out", progress=steps.append)
        total = sum(package.size(name) for name in package.names())
    assert (tmp_path / "out" / "bai" / "1.html").read_text("utf-8") == "một"
    assert (tmp_path / "out" / "index.html").read_text("utf-8") == BASES["scorm12"]["index.html"]
    assert steps == sorted(steps) and steps[-1] == total


def test_unpacking_never_writes_over_what_is_there(tmp_path):
    (tmp_path / "out").mkdir()
    with open_package(write_zip(tmp_path / "a.zip", BASES["scorm12"])) as package, pytest.raises(FileExistsError):
        package.unpack(tmp_path / "out")


def test_a_file_damaged_inside_leaves_no_half_unpacked_folder(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(Row(), Row(name=b"b.txt", crc=1)))
    with open_package(path) as package, pytest.raises(RefusedPackage):
        package.unpack(tmp_path / "out")
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]


def test_a_download_that_was_cut_off_is_told_as_such(tmp_path):
    whole = write_zip(tmp_path / "a.zip", BASES["scorm12"]).read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(whole[: len(whole) // 2])
    [problem] = check(path).problems
    assert problem.code == "zip.damaged"
    assert "tải về chưa xong" in problem.says("vi") and "its end is missing" in problem.says("en")
