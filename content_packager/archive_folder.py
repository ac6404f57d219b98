"""The same files as a folder, for a web server."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from content_packager.archive import Archived, Content, Progress, named_files, version_of


def write_folder(out: Path, files: Mapping[str, Content], *, progress: Progress | None = None) -> Archived:
    """Write `files` below `out`; an older folder of ours there makes way once the new one is whole."""
    named = named_files(files)
    digests, sizes = [], {}
    draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        for done, (name, content) in enumerate(named, 1):
            digest, size = _put(draft / name, content)
            digests.append((name, digest))
            sizes[name] = size
            if progress is not None:
                progress(done, len(named))
        draft.chmod(0o755)
        _take_place(draft, out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Archived(out, version_of(iter(digests)), sizes, sum(sizes.values()))


def _put(place: Path, content: Content) -> tuple[str, int]:
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        place.write_bytes(content)
        return hashlib.sha256(content).hexdigest(), len(content)
    shutil.copyfile(content, place)
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), place.stat().st_size


def _take_place(draft: Path, out: Path) -> None:
    """Folders cannot be exchanged in one step everywhere: the old one steps aside first."""
    if not out.exists():
        draft.rename(out)
        return
    aside = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.")) / "old"
    out.rename(aside)
    draft.rename(out)
    shutil.rmtree(aside.parent)
