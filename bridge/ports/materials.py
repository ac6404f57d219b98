"""What the library of materials needs: a shelf for files, somebody who knows packages, a store for the rest."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from bridge.domain.activities import Activity
from bridge.domain.materials import About, MaterialState, Step


class Kept(NamedTuple):
    """A file on the shelf, named by what is in it."""

    digest: str  # SHA-256, hex
    size: int  # bytes


class Shelf(Protocol):
    """Files by their contents. What is kept is whole, on the disk, and never changed or overwritten."""

    def keep(self, pieces: Iterable[bytes]) -> Kept:
        """Whole, or not at all. `StoreProblem`: DISK_FULL, READ_ONLY, IO …"""
        ...

    def find(self, digest: str) -> Path:
        """`NotFound`."""
        ...

    def unpacked(self, digest: str, unpack: Callable[[Path, Path], None]) -> Path:
        """The folder with the files of a kept package; `unpack` is called with package and new folder for the first."""
        ...

    def bench(self) -> AbstractContextManager[Path]:
        """An empty folder on the shelf's own disk, gone afterwards."""
        ...


class Standard(StrEnum):
    """In which language a package speaks to its LMS."""

    SCORM_12 = "scorm-1.2"
    SCORM_2004 = "scorm-2004"
    TINCAN = "tincan"
    CMI5 = "cmi5"


SCORM = frozenset({Standard.SCORM_12, Standard.SCORM_2004})  # speaks to the page around it; the others to an LRS


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of a package. `says`, `means` and `cure` by language."""

    code: str
    severity: str  # error | warning | note
    where: str
    says: Mapping[str, str]
    means: Mapping[str, str]
    cure: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a package is. `launch` and `standard` are None where there is nothing that could be opened."""

    ok: bool
    findings: tuple[Finding, ...]
    standard: Standard | None = None
    launch: str = ""  # place in the package, with its query
    title: str = ""
    pass_mark: Decimal | None = None  # percent
    parts: int = 0  # things that can be opened


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a package opens, as its manifest has it: an item of SCORM, an activity of xAPI, a unit of cmi5."""

    id: str
    page: str  # place in the package, with its query; of cmi5 also an address at https elsewhere
    title: str
    headings: tuple[str, ...] = ()  # of what it stands under, the outermost first
    silent: bool = False  # it says nothing to its LMS
    pass_mark: Decimal | None = None  # percent
    move_on: str = "NotApplicable"
    parameters: str = ""
    key: str = ""
    above: tuple[tuple[str, str], ...] = ()  # (id, "block" | "course") that hold a unit of cmi5, innermost first
    finds: Mapping[str, str] = field(
        default_factory=dict
    )  # elements that content of SCORM is to find, as its manifest has them
    completes: bool = True  # content of SCORM that ends without a word of how it stands has come to its end
    objectives: tuple[str, ...] = ()  # of SCORM 2004, by which content finds them
    hides: frozenset[str] = frozenset()  # controls that are not to be shown beside it: continue | previous | exit …
    own_window: bool = False  # a unit of cmi5 that may stand in no frame (§8.1, `launchMethod`)

    @property
    def host(self) -> str:
        """Of a page that lies elsewhere; "" of one in the package."""
        return (urlsplit(self.page).hostname or "") if "://" in self.page else ""


class Packed(NamedTuple):
    """A package that was made of a lesson."""

    format: str
    path: Path
    facts: Mapping[str, object]  # its sidecar


class Packages(Protocol):
    """Whoever knows what is inside a package."""

    formats: Sequence[str]  # that a lesson can be packed into, the one for playing first
    mended: Collection[str]  # codes of findings that `repair` cures

    def is_package(self, path: Path) -> bool:
        """A ZIP file, whatever it is called."""
        ...

    def is_structure(self, path: Path) -> bool:
        """A course structure of cmi5 that stands alone (cmi5 §14.2)."""
        ...

    def judge(self, path: Path) -> Judged: ...

    def parts(self, path: Path, standard: Standard) -> Sequence[Part]:
        """What a package that `judge` found sound opens, in its own order. `BadInput`: NOT_PLAYABLE for any other."""
        ...

    def activities(self, path: Path, standard: Standard) -> Activity:
        """What `parts` are in, and what of it is asked for before they may be opened. As `parts`."""
        ...

    def repair(self, path: Path, out: Path) -> Sequence[str]:
        """Mend into `out` what has one certain cure; the codes of what was mended, none where nothing was written.

        `BadInput(why="PACKAGE_REFUSED")` for an archive that can't be opened safely.
        """
        ...

    def unpack(self, path: Path, into: Path) -> None:
        """`BadInput(why="PACKAGE_REFUSED")`."""
        ...

    def pack(
        self, lesson: Path, about: About, formats: Sequence[str], out: Path
    ) -> tuple[Sequence[Packed], Sequence[Finding]]:
        """Make packages of a folder of raw files, which may hold its own `lesson.toml`; or tell all that is wrong."""
        ...

    def runtime(self, standard: Standard) -> Path:
        """The script that stands for the LMS in the player's page."""
        ...


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a material, as it was brought. What changes later is its state alone."""

    material: str
    number: int  # from 1
    state: MaterialState
    package: str  # digest
    name: str  # of the file
    size: int  # bytes
    standard: Standard | None
    launch: str
    pass_mark: Decimal | None  # percent
    findings: tuple[Finding, ...]
    by: str
    at: datetime
    source: str = ""  # digest of the raw files that it was packed of, as a ZIP; "" of a package that came as it is
    comment: str = ""  # of who returned or withdrew it last

    @property
    def sound(self) -> bool:
        """No error that would keep it from being played."""
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def playable(self) -> bool:
        here = "://" not in self.launch or (self.standard is Standard.CMI5 and self.launch.startswith("https://"))
        return self.sound and self.standard is not None and bool(self.launch) and here


@dataclass(frozen=True, slots=True)
class Material:
    """`versions` newest first."""

    id: str
    about: About
    by: str
    at: datetime
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def in_use(self) -> Version | None:
        return next((row for row in self.versions if row.state is MaterialState.PUBLISHED), None)

    def version(self, number: int) -> Version | None:
        return next((row for row in self.versions if row.number == number), None)

    def begun_with(self, number: int) -> Version:
        """What an attempt was begun with."""
        found = self.version(number)
        assert found is not None, "a version is never taken away"
        return found


class Wish(NamedTuple):
    """What somebody looks for. Empty fields ask for nothing; `words` are found without their diacritics."""

    words: str = ""
    subject: str = ""
    grade_level: int | None = None
    requirement: str = ""
    state: MaterialState | None = None  # that some version has
    by: str = ""


class Turned(NamedTuple):
    """A step that somebody takes with a version."""

    material: str
    number: int
    seen: MaterialState  # as it was when the person decided
    step: Step
    to: MaterialState
    comment: str = ""


class Materials(Protocol):
    """What the store keeps of materials. Every change stands in the audit trail, in its own transaction."""

    def add(self, school: str, material: Material, *, actor: str) -> None:
        """A new material with its first version."""
        ...

    def add_version(self, school: str, version: Version, *, actor: str) -> Version:
        """Numbered here: two who bring a version at once get two numbers. `NotFound` for the material."""
        ...

    def describe(self, school: str, material: str, about: About, *, actor: str, now: datetime) -> None: ...

    def take(self, school: str, turned: Turned, *, actor: str, now: datetime) -> None:
        """`BadInput(why="MATERIAL_MOVED")` when the version is no longer as it was seen.

        Publishing makes the version that was in use REPLACED, in the same transaction.
        """
        ...

    def find(self, school: str, material: str) -> Material:
        """`NotFound`."""
        ...

    def with_package(self, school: str, package: str) -> Version:
        """Some version of this package. `NotFound`."""
        ...

    def search(self, school: str, wish: Wish, *, limit: int, offset: int = 0) -> Sequence[Material]:
        """By subject, grade level, title."""
        ...
