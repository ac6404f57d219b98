"""Somebody brings files: a package of anybody, perhaps with its sidecar, or raw files that become one.

Nothing of a material is stored before all of it is on the shelf, so an upload that ends early leaves nothing behind. A
package with errors is taken all the same, as a draft: its problems are shown with their cures, and it can be mended.
It can't be handed in before it is sound (`approval`).
"""

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from bridge.domain.errors import BadInput
from bridge.domain.materials import About, MaterialState
from bridge.domain.rights import Action, Permits
from bridge.materials.context import Library
from bridge.ports.materials import Finding, Judged, Kept, Material, Version

PIECE = 1 << 20
_SIDECAR_SHAPE = 1
_SIDECAR_BYTES = 8 << 20


class Upload(NamedTuple):
    """A file as it came: its name in the sender's folder, and its contents piece by piece."""

    name: str
    pieces: Iterable[bytes]


class Brought(NamedTuple):
    """What became of an upload: a version; or none, and why raw files could not be packed."""

    material: str
    number: int
    findings: Sequence[Finding]


class _Parcel(NamedTuple):
    """A package on the bench."""

    path: Path
    name: str
    source: Path | None  # raw files as a ZIP
    about: About


def bring(library: Library, uploads: Iterable[Upload], about: About, *, permits: Permits, into: str = "") -> Brought:
    """A new material, or with `into` a new version of one. `NotAllowed`, `BadInput`, `NotFound`, `StoreProblem`."""
    about = library.materials.find(library.school, into).about if into else about
    permits.demand(Action.WRITE_MATERIAL, subject=about.subject)
    with library.shelf.bench() as bench:
        raw = bench / "raw"
        _receive(uploads, raw)
        parcel, findings = _parcel(library, raw, about, bench)
        if parcel is None:
            return Brought("", 0, findings)
        return _store(library, parcel, permits, into)


def mend(library: Library, version: Version, *, permits: Permits) -> Version:
    """A new version with what has one certain cure mended. `BadInput(why="NOTHING_TO_MEND")` where there is nothing."""
    about = library.materials.find(library.school, version.material).about
    permits.demand(Action.WRITE_MATERIAL, subject=about.subject)
    with library.shelf.bench() as bench:
        mended = bench / "mended.zip"
        if not library.packages.repair(library.shelf.find(version.package), mended):
            raise BadInput(where="package", value=version.name, why="NOTHING_TO_MEND")
        kept, judged = _keep(library, mended), library.packages.judge(mended)
    made = _version(library, kept, judged, version.name, permits)
    return library.materials.add_version(
        library.school, replace(made, material=version.material), actor=permits.actor.id
    )


def _receive(uploads: Iterable[Upload], folder: Path) -> None:
    folder.mkdir()
    for upload in uploads:
        name = PurePosixPath(upload.name.replace("\\", "/")).name
        if not name or name.startswith(".") or any(ord(sign) < 32 for sign in name):
            raise BadInput(where="file", value=upload.name[:80], why="FILE_NAME")
        if (folder / name).exists():
            raise BadInput(where="file", value=name[:80], why="FILE_TWICE")
        with (folder / name).open("xb") as file:
            file.writelines(upload.pieces)
    if not any(folder.iterdir()):
        raise BadInput(where="file", value="", why="NO_FILE")


def _parcel(library: Library, raw: Path, about: About, bench: Path) -> tuple[_Parcel | None, Sequence[Finding]]:
    """A package as it came, or one made of raw files. A course structure that came alone is kept as a package too, and
    byte for byte in it."""
    files = sorted(raw.iterdir())
    packages = [path for path in files if path.suffix.lower() == ".zip"]
    if len(packages) > 1:
        raise BadInput(where="file", value=str(len(packages)), why="PACKAGES_AT_ONCE")
    if len(files) == 1 and library.packages.is_structure(files[0]):
        with zipfile.ZipFile(bench / "structure.zip", "x", zipfile.ZIP_DEFLATED) as archive:
            archive.write(files[0], "cmi5.xml")
        return _Parcel(bench / "structure.zip", files[0].name, None, about), ()
    if not packages:
        return _packed(library, raw, about, bench)
    if not library.packages.is_package(packages[0]):
        raise BadInput(where="file", value=packages[0].name, why="NO_PACKAGE")
    sidecars = [path for path in files if path.suffix.lower() == ".json"]
    if sidecars:
        about = _described(about, _sidecar(sidecars[0]))
    return _Parcel(packages[0], packages[0].name, None, about), ()


def _packed(library: Library, raw: Path, about: About, bench: Path) -> tuple[_Parcel | None, Sequence[Finding]]:
    titled = about if about.title else replace(about, title=sorted(raw.iterdir())[0].stem)
    made, findings = library.packages.pack(raw, titled, library.packages.formats[:1], bench / "packed")
    if not made:
        return None, findings
    source = bench / "source.zip"
    _zip(raw, source)
    about = _described(about, made[0].facts)
    return _Parcel(made[0].path, made[0].path.name, source, about), ()


def _store(library: Library, parcel: _Parcel, permits: Permits, into: str) -> Brought:
    judged = library.packages.judge(parcel.path)
    kept = _keep(library, parcel.path)
    source = _keep(library, parcel.source).digest if parcel.source else ""
    version = replace(_version(library, kept, judged, parcel.name, permits), source=source)
    if into:
        added = library.materials.add_version(library.school, replace(version, material=into), actor=permits.actor.id)
        return Brought(into, added.number, added.findings)
    title = parcel.about.title or judged.title or Path(parcel.name).stem
    version = replace(version, material=library.new_id())
    about = replace(parcel.about, title=title[:300])
    material = Material(version.material, about, permits.actor.id, version.at, (version,))
    library.materials.add(library.school, material, actor=permits.actor.id)
    return Brought(material.id, version.number, version.findings)


def _version(library: Library, kept: Kept, judged: Judged, name: str, permits: Permits) -> Version:
    return Version(
        material="",
        number=1,
        state=MaterialState.DRAFT,
        package=kept.digest,
        name=name,
        size=kept.size,
        standard=judged.standard,
        launch=judged.launch,
        pass_mark=judged.pass_mark,
        findings=judged.findings,
        by=permits.actor.id,
        at=library.now(),
    )


def _keep(library: Library, path: Path) -> Kept:
    with path.open("rb") as file:
        return library.shelf.keep(iter(lambda: file.read(PIECE), b""))


def _zip(folder: Path, out: Path) -> None:
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder).as_posix())


def _sidecar(path: Path) -> Mapping[str, Any]:
    """`BadInput(why="NO_SIDECAR")` for a JSON file that is none."""
    try:
        found = json.loads(path.read_bytes()) if path.stat().st_size <= _SIDECAR_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("shape") != _SIDECAR_SHAPE:
        raise BadInput(where="file", value=path.name[:80], why="NO_SIDECAR")
    return found


def _described(about: About, facts: Mapping[str, Any]) -> About:
    """What was not said at the upload comes from the sidecar: texts and numbers of a stranger, nothing else."""
    said = facts.get("metadata")
    metadata = said if isinstance(said, dict) else {}
    level = metadata.get("grade_level")
    return replace(
        about,
        title=about.title or _text(metadata.get("title")),
        description=about.description or _text(metadata.get("description"), 4000),
        grade_level=about.grade_level or (level if isinstance(level, int) and 1 <= level <= 12 else None),
        requirements=about.requirements or _texts(metadata.get("requirements")),
        keywords=about.keywords or _texts(metadata.get("keywords")),
        authors=about.authors or _texts(metadata.get("authors")),
        licence=about.licence or _text(metadata.get("licence")),
    )


def _text(value: object, most: int = 300) -> str:
    return value[:most] if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_strings(value)) if isinstance(value, list) else ()


def _strings(values: Iterable[object]) -> Iterator[str]:
    for number, value in enumerate(values):
        if isinstance(value, str) and number < 50:
            yield value[:100]
