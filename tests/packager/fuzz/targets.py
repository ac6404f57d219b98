"""Every parser that reads what strangers or teachers wrote, as a function of bytes.

A target returns for any bytes whatever: only what its parser promises to raise is caught. What it writes goes into
one folder, and nothing may appear beside that.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from content_packager.checks import cmi5, scorm12, scorm2004, tincan
from content_packager.checks.html import LOOKED_INTO, read_page
from content_packager.checks.material import Api, material
from content_packager.checks.run import check, parse_manifest
from content_packager.errors import LessonRefused
from content_packager.formats import FORMATS, Material
from content_packager.inspecting import inspect
from content_packager.lesson import read_lesson
from content_packager.reading.limits import KIB, MIB, Limits
from content_packager.reading.package import RefusedPackage, open_package
from content_packager.reading.xml import BadXml, parse_xml
from content_packager.repair_manifest import mend_manifest
from content_packager.repairing import repair
from content_packager.report import Findings, report
from tests.packager.build.lessons import PNG, PROSE, SETTINGS, TABLE
from tests.packager.check.packages import BASES, CMI5, PAGE, SCORM_12, SCORM_2004, TINCAN, write_zip

LIMITS = Limits(
    entries=200, directory_bytes=64 * KIB, entry_bytes=4 * MIB, total_bytes=8 * MIB, ratio_from_bytes=MIB,
    xml_bytes=64 * KIB, xml_elements=2_000, problems_per_code=5,
)  # fmt: skip
_AROUND = material(
    frozenset({"index.html", "api.js", "Ảnh.png"}), {"api.js": frozenset({Api.SCORM_12, Api.SCORM_2004})}
)
_JUDGES = (scorm12.check, scorm2004.check, tincan.check, cmi5.check)


@cache
def _folder() -> Path:
    """Gone with the process; in memory where the system has such a place."""
    shared = Path("/dev/shm")
    box = tempfile.TemporaryDirectory(prefix="packager-fuzz-", dir=shared if shared.is_dir() else None)
    _BOXES.append(box)
    return Path(box.name)


_BOXES: list[tempfile.TemporaryDirectory] = []


def read_zip(data: bytes) -> None:
    """Checked, described, mended and unpacked: nothing but the mended file and the unpacked folder may appear."""
    home = _folder() / "zip"
    home.mkdir(exist_ok=True)
    path, mended, target = home / "a.zip", home / "mended.zip", home / "target"
    path.write_bytes(data)
    found = check(path, LIMITS)
    assert found.as_json("vi") and found.as_json("en")
    with suppress(RefusedPackage):
        inspect(path, LIMITS).as_json()
    with suppress(RefusedPackage):
        repair(path, mended, LIMITS)
        if mended.exists():
            assert not repair(mended, home / "again.zip", LIMITS).changes, "a mended package has nothing left to mend"
    with suppress(RefusedPackage), open_package(path, LIMITS) as package:
        package.unpack(target)
    assert {entry.name for entry in home.iterdir()} <= {"a.zip", "mended.zip", "target"}
    _empty(home)


def read_xml(data: bytes) -> None:
    with suppress(BadXml):
        assert all(element.path for element in parse_xml(data, LIMITS).walk())


def read_manifest(data: bytes) -> None:
    """Judged by the rules of every standard, whatever it says of itself, and mended."""
    findings = Findings(LIMITS.problems_per_code)
    root = parse_manifest(data, "imsmanifest.xml", limits=LIMITS, findings=findings)
    for judge in _JUDGES if root is not None else ():
        judge(root, "imsmanifest.xml", material=_AROUND, findings=findings)
    if root is not None:
        cmi5.check(root, "cmi5.xml", material=None, findings=findings)
    assert report(Path("a.zip"), standards=(), findings=findings).as_json("vi")
    mended, changes = mend_manifest(data, "imsmanifest.xml", _AROUND, LIMITS)
    assert mended == data or changes
    if changes:
        assert not mend_manifest(mended, "imsmanifest.xml", _AROUND, LIMITS)[1], "mending mends for good"


def read_text(data: bytes) -> None:
    """A page, script, style or drawing; the first byte says which."""
    ending = LOOKED_INTO[data[0] % len(LOOKED_INTO)] if data else ".html"
    page = read_page(f"a{ending}", data[1:])
    assert all(found.line >= 1 for found in (*page.findings, *page.references))


def read_source(name: str, data: bytes) -> None:
    """A teacher's file: refused with sentences, or a lesson that becomes every format."""
    home = _folder() / Path(name).suffix.lstrip(".")
    home.mkdir(exist_ok=True)
    (home / "hình.png").write_bytes(PNG)
    (home / "1.md").write_text("# Một\n\n![Hình](hình.png)\n", "utf-8")
    (home / name).write_bytes(data)
    try:
        lesson = read_lesson(home if name == "lesson.toml" else home / name)
    except LessonRefused as refused:
        assert all(trouble.says("vi") and trouble.says("en") for trouble in refused.troubles)
        return
    for one in FORMATS.values():
        assert one.make(Material(lesson, {}))


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "zip": read_zip,
    "xml": read_xml,
    "manifest": read_manifest,
    "text": read_text,
    **{ending: partial(read_source, f"2.{ending}") for ending in ("md", "gift", "txt", "csv", "xlsx")},
    "toml": partial(read_source, "lesson.toml"),
}


def seeds(target: str) -> Sequence[bytes]:
    """Whole and valid inputs, to be spoilt."""
    manifests = [text.encode() for text in (SCORM_12, SCORM_2004, TINCAN, CMI5)]
    gift = PROSE[PROSE.index("Bình") : PROSE.index("```\n", PROSE.index("Bình"))]
    found: Mapping[str, Callable[[], Sequence[bytes]]] = {
        "zip": lambda: [_zipped(files) for files in BASES.values()],
        "xml": lambda: manifests,
        "manifest": lambda: manifests,
        "text": lambda: [bytes([kind]) + _PAGE.encode() for kind in range(len(LOOKED_INTO))],
        "md": lambda: [PROSE.encode(), _MARKDOWN.encode()],
        "gift": lambda: [gift.encode(), _GIFT.encode()],
        "txt": lambda: [_AIKEN.encode(), gift.encode()],
        "csv": lambda: [TABLE.encode(), TABLE.replace(";", ",").encode("utf-16")],
        "xlsx": lambda: [_workbook()],
        "toml": lambda: [SETTINGS.encode(), b'title = "A"\nparts = [{file = "1.md", alt = "a"}]\nattempts = 2\n'],
    }
    return found[target]()


def _zipped(files: Mapping[str, str]) -> bytes:
    return write_zip(_folder() / "seed.zip", files).read_bytes()


def _workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in ("câu hỏi", "a", "b", "đáp án", "điểm"), ("Hai?", 2, 3.5, "A", 1), ("Đúng?", None, None, True, None):
        book.active.append(row)
    path = _folder() / "seed.xlsx"
    book.save(path)
    return path.read_bytes()


_PAGE = PAGE.replace(
    "<p>", "<script src=https://x.example/a.js></script><body onunload=a()><img src='a.png'><style>a{b:url(c)}</style>"
    "<svg onload=a()><script>fetch('//x.example')</script></svg><!-- a --><p>",
)  # fmt: skip
_GIFT = (
    "::Tên::[html]<b>Hai</b> {=a#đúng ~%-50%b ~%50%c####chung}\n\n{T#sai#đúng}\n\nSố {#1..5}\n\n"
    "Số {#=3,14:0,01 =%50%3}\n\nHai \\{ {=x =y*}\n\n// chú thích\n$CATEGORY: a\n\n[markdown]*chữ* {~a =b}\n"
)
_AIKEN = "Hai cộng hai?\nA. 3\nB. 4\nANSWER: B\n\nCâu hai\nA) một\nB) hai\nĐÁP ÁN: A\n"
_MARKDOWN = (
    "# A\n\n## B\n\n| a | b |\n|---|---|\n| c | d |\n\n- x\n  1. y\n\n> z\n\n`c` **d** ~~e~~ [l](hình.png) "
    "<https://x.example>\n\n![f](hình.png 'g')\n\n```gift\nHai {=a ~b}\n```\n\n    code\n\n---\n&amp; \\* <b>h</b>\n"
)
