"""`repair`: mend what has one certain cure, write a new file, and show what was changed. It never guesses."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import IO

from content_packager.checks.common import MANIFEST_NAMES, Contents, find_root, survey
from content_packager.checks.run import check
from content_packager.problems import Severity, kinds
from content_packager.reading.archive import Archive, Damaged, Member
from content_packager.reading.directory import DEFLATED
from content_packager.reading.judge import judge
from content_packager.reading.limits import SAFE, Limits
from content_packager.reading.package import RefusedPackage, open_archive
from content_packager.repair_manifest import Change, mend_manifest
from content_packager.report import Findings, Report
from content_packager.whole_file import written_whole

_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was mended. Without any change nothing was written."""

    changes: tuple[Change, ...]
    difference: str
    """Of the manifest, as a unified diff; empty when it stayed as it was."""
    report: Report
    """The check of the new file; of the old one when nothing was written."""


def repair(path: Path, out: Path, limits: Limits = SAFE) -> Repaired:
    """Write the mended package to `out`, which must not exist; `path` is only read.

    Raises RefusedPackage when the archive is broken or dangerous, FileExistsError, OSError.
    """
    if out.exists():
        raise FileExistsError(str(out))
    with open_archive(path, limits) as archive:
        contents = _contents(archive, limits)
        names, changes = _new_names(archive, contents)
        manifest = contents.manifests.get("imsmanifest.xml") or next(iter(contents.manifests.values()), None)
        old = archive.read(manifest) if manifest else b""
        new, mended = mend_manifest(old, manifest.name.text, contents.material, limits) if manifest else (old, [])
        changes += mended
        if not changes:
            return Repaired((), "", check(path, limits))
        replaced = {manifest.name.text: new} if manifest else {}
        _write(archive, out, names=names, replaced=replaced)
    return Repaired(tuple(changes), _difference(old, new), check(out, limits))


def _contents(archive: Archive, limits: Limits) -> Contents:
    """Everything read and verified once. Raises RefusedPackage: a damaged file is not copied into a mended package."""
    found = dict.fromkeys(flaw.code for flaw in judge(archive, limits))
    grave = tuple(code for code in found if kinds()[code].severity is Severity.ERROR and not kinds()[code].mended)
    if grave:
        raise RefusedPackage(codes=grave)
    unheard = Findings(0)
    root = find_root(archive, unheard)
    contents = survey(archive, root or "", shut=frozenset(), limits=limits, findings=unheard)
    damage = tuple(code for code in unheard.counts if code.startswith("zip."))
    if damage:
        raise RefusedPackage(codes=damage)
    too_large = [member for member in contents.manifests.values() if member.entry.size > limits.xml_bytes]
    if too_large:
        raise RefusedPackage(codes=("xml.too-large",))
    return contents


def _new_names(archive: Archive, contents: Contents) -> tuple[dict[str, str], list[Change]]:
    """Old name → new name, and what changed; names that would then clash keep their place."""
    names = {name: name for name in archive.files}
    changes: list[Change] = []
    for code, renamed in _renamings(names, contents):
        folded = [name.casefold() for name in renamed.values()]
        if renamed != names and len(set(folded)) == len(folded):
            moved = [old for old, new in renamed.items() if names[old] != new]
            more = f" (+{len(moved) - 1})" if len(moved) > 1 else ""
            changes.append(Change(code, moved[0], before=names[moved[0]], after=renamed[moved[0]] + more))
            names.update(renamed)
    changes += _archive_changes(archive)
    return names, changes


def _renamings(names: Mapping[str, str], contents: Contents) -> Iterator[tuple[str, dict[str, str]]]:
    """The cures for names one after the other; `names` holds what was taken over so far."""
    yield "name.backslash", {old: new.replace("\\", "/") for old, new in names.items()}
    root = contents.root
    if root and all(name.startswith(root) for name in names.values()):
        yield "package.nested-root", {old: new.removeprefix(root) for old, new in names.items()}
    yield "package.manifest-case", {old: _official(new) for old, new in names.items()}


def _official(name: str) -> str:
    return name.lower() if name.lower() in MANIFEST_NAMES else name


def _archive_changes(archive: Archive) -> Iterator[Change]:
    """What is mended by writing the archive anew."""
    if archive.directory.leading:
        yield Change("zip.leading-bytes", "", before=f"{archive.directory.leading} B", after="0 B")
    if archive.directory.trailing:
        yield Change("zip.trailing-bytes", "", before=f"{archive.directory.trailing} B", after="0 B")
    unmarked = [name for name, member in archive.files.items() if member.name.is_unmarked]
    if unmarked:
        yield Change("name.utf8-unmarked", unmarked[0], before="-", after="UTF-8")


def _write(archive: Archive, out: Path, *, names: Mapping[str, str], replaced: Mapping[str, bytes]) -> None:
    """The archive's order, compression and names are kept: the door of `build` refuses names that strangers use."""
    try:
        with written_whole(out) as draft, zipfile.ZipFile(draft, "w") as target:
            for name, member in archive.files.items():
                with target.open(_information(names[name], member), "w") as file:
                    _copy(archive, member, file, replaced.get(name))
    except Damaged as error:
        raise RefusedPackage(codes=(error.code,)) from error


def _information(name: str, member: Member) -> zipfile.ZipInfo:
    information = zipfile.ZipInfo(name, _EARLIEST)
    information.compress_type = zipfile.ZIP_DEFLATED if member.entry.method == DEFLATED else zipfile.ZIP_STORED
    information.file_size = member.entry.size  # tells zipfile whether zip64 is due
    information.external_attr = 0o100644 << 16
    return information


def _copy(archive: Archive, member: Member, file: IO[bytes], replacement: bytes | None) -> None:
    if replacement is not None:
        file.write(replacement)
        return
    for chunk in archive.chunks(member):
        file.write(chunk)


def _difference(old: bytes, new: bytes) -> str:
    before, after = (data.decode("utf-8", "replace").splitlines() for data in (old, new))
    return "\n".join(unified_diff(before, after, "before", "after", lineterm="", n=1))
