"""A zip of workbooks, as a site hands out a whole school: unpacked under bounds, nothing but workbooks, no paths."""

import os
from pathlib import Path, PurePosixPath

from bridge.csdl.workbook.package import MOST_BYTES, Unusable
from bridge.ports.workbooks import Flaw, FlawKind
from content_packager.reading.archive import Archive, Damaged
from content_packager.reading.directory import NotAZip, Rejected
from content_packager.reading.limits import MIB, Limits

SUFFIXES = (".xlsx", ".xls", ".xlsm")
BOUNDS = Limits(
    entries=3_000,
    directory_bytes=2 * MIB,
    name_bytes=512,
    entry_bytes=MOST_BYTES,
    total_bytes=1_024 * MIB,
    ratio=100,
    ratio_from_bytes=MIB,
)


def unpack(path: Path, into: Path) -> list[Path]:
    """The workbooks in it, under their bare names; two of one name keep apart by a number."""
    stamp = path.stat().st_mtime_ns
    made: list[Path] = []
    try:
        with Archive(path, BOUNDS) as archive:
            sizes = [member.entry for member in archive.members]
            if sum(entry.size for entry in sizes) > BOUNDS.total_bytes:
                raise Unusable(Flaw(FlawKind.BOMB, path.name))
            for name, member in archive.files.items():
                if not name.lower().endswith(SUFFIXES):
                    continue
                if member.entry.size > BOUNDS.entry_bytes or _is_dense(member.entry.size, member.entry.packed):
                    raise Unusable(Flaw(FlawKind.BOMB, path.name, PurePosixPath(name).name))
                target = _free(into, PurePosixPath(name).name)
                target.write_bytes(archive.read(member))
                os.utime(target, ns=(stamp, stamp))
                made.append(target)
    except NotAZip as err:
        raise Unusable(Flaw(FlawKind.NOT_A_WORKBOOK, path.name)) from err
    except (Rejected, Damaged) as err:
        raise Unusable(Flaw(FlawKind.DAMAGED, path.name, err.code)) from err
    return made


def _is_dense(size: int, packed: int) -> bool:
    return size > BOUNDS.ratio_from_bytes and size > BOUNDS.ratio * max(packed, 1)


def _free(folder: Path, name: str) -> Path:
    safe = name.replace("\\", "_").lstrip(".") or "workbook.xlsx"
    target, number = folder / safe, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(safe).stem} ({number}){Path(safe).suffix}"
    return target
