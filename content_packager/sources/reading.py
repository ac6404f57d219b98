"""What every reader needs: where it is, where its files go, and whom to tell of troubles."""

import re
from dataclasses import dataclass, field
from errno import ENAMETOOLONG
from pathlib import Path

from content_packager.archive_name import slug
from content_packager.errors import Troubles
from content_packager.model import Language


@dataclass(slots=True)
class Reading:
    """One part being read."""

    folder: Path
    place: str
    """Folder inside the package for the files of this part."""
    language: Language
    troubles: Troubles
    files: dict[str, Path] = field(default_factory=dict)

    def put(self, path: Path) -> str:
        """Take a file along under a plain ASCII name; hands back its place in the package."""
        for place, known in self.files.items():
            if known == path:
                return place
        stem, ending = slug(path.stem, fallback="file"), path.suffix.lower()
        place, number = f"{self.place}/{stem}{ending}", 2
        while place in self.files:
            place, number = f"{self.place}/{stem}-{number}{ending}", number + 1
        self.files[place] = path
        return place

    def holds(self, path: Path) -> bool:
        """Whether `path` is a file or folder within the lesson's, links followed."""
        try:
            return path.exists() and path.resolve().is_relative_to(self.folder.resolve())
        except OSError as error:
            if error.errno != ENAMETOOLONG:
                raise
            return False  # a name that no disk could hold names nothing


def read_text(path: Path, troubles: Troubles) -> str:
    """A text file as UTF-8, or UTF-16 with its mark (as spreadsheets save it); "" and a trouble otherwise."""
    data = path.read_bytes()
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        troubles.add("not-utf8", path.name)
        return ""


def title_of(path: Path) -> str:
    """`02_tu-giac.pdf` → `tu giac`: a number in front orders files and is no part of a title."""
    bare = re.sub(r"^\d+\s*[-_. ]\s*", "", path.stem)
    return re.sub(r"[_\s]+", " ", bare or path.stem).strip()
