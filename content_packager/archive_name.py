"""The name of a file inside a package."""

import re
import unicodedata

_PLAIN = re.compile(r"[\w-](?:[\w.-]*[\w-])?(?:/[\w-](?:[\w.-]*[\w-])?)*", re.ASCII)
"""Names in which nothing can be wrong but their length, told at a glance: most names of most packages."""
_DRIVE = re.compile(r"^[A-Za-z]:")
_LONGEST = 65_535  # bytes: a ZIP file counts them in 16 bits
_LOST_BY_AN_LMS = frozenset("&<>\"|?*`':")
"""Moodle drops most of these from names when it unpacks; Windows refuses the others."""


class UnsafeName(ValueError):
    """A name that would climb out of the package, or that another system could not keep."""

    def __init__(self, *, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name!r}: {why}")


def clean_name(name: str) -> str:
    """`name` in NFC with `/` between its steps; raises `UnsafeName` for one that no package may hold."""
    if len(name) < _LONGEST and _PLAIN.fullmatch(name):
        return name
    clean = unicodedata.normalize("NFC", name)
    why = _flaw(clean)
    if why:
        raise UnsafeName(name=name, why=why)
    return clean


def _flaw(name: str) -> str:
    steps = name.split("/")
    if not name or "\\" in name or name.startswith("/") or _DRIVE.match(name):
        return "absolute"
    if any(step in ("", ".", "..") for step in steps):
        return "climbs"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "control"
    if any(step[-1] in " ." for step in steps) or _LOST_BY_AN_LMS & set(name):
        return "letters"
    return "long" if len(name.encode()) > _LONGEST else ""


def slug(text: str, *, fallback: str) -> str:
    """ASCII letters, digits and hyphens: `Hằng đẳng thức` → `hang-dang-thuc`."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or fallback
