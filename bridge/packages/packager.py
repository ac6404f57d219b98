"""`bridge.ports.materials.Packages` over `content_packager`, whose types and codes stay in here."""

import json
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from bridge.domain.activities import Activity
from bridge.domain.errors import BadInput
from bridge.domain.materials import About
from bridge.packages import course
from bridge.ports.materials import SCORM, Finding, Judged, Packed, Part, Standard
from content_packager import LessonRefused, RefusedPackage, Trouble, build, check, inspect, open_package, repair
from content_packager.checks.cmi5 import elsewhere
from content_packager.formats import FORMATS
from content_packager.inspecting import Described, Inspection, Node
from content_packager.preview.launches import Launch, launches
from content_packager.problems import kinds
from content_packager.report import Problem
from content_packager.run_time import RunTime

LANGUAGES = ("vi", "en")
MOST = 100  # findings that are kept of a package; the gravest come first
_SETTINGS = "lesson.toml"
_PLAYED_FIRST = {Standard.SCORM_2004: 0, Standard.SCORM_12: 1, Standard.CMI5: 2, Standard.TINCAN: 3}
_RUNTIMES = {Standard.SCORM_12: "scorm12.min.js", Standard.SCORM_2004: "scorm2004.min.js"}


class Packager:
    """Stateless; may be shared by threads."""

    mended: Collection[str] = frozenset(code for code, kind in kinds().items() if kind.mended)
    formats: Sequence[str] = ("scorm2004-4", *(name for name in FORMATS if name not in ("scorm2004-4", "web")))

    def is_package(self, path: Path) -> bool:
        return zipfile.is_zipfile(path)

    def is_structure(self, path: Path) -> bool:
        with path.open("rb") as file:
            return path.suffix.lower() == ".xml" and b"courseStructure" in file.read(64 << 10)

    def judge(self, path: Path) -> Judged:
        report = check(path)
        findings = tuple(_finding(problem) for problem in report.problems[:MOST])
        try:
            inspection = inspect(path)
            with open_package(path) as opened:
                found = launches(inspection, opened.names())
        except RefusedPackage:
            return Judged(ok=False, findings=findings)
        first = min(filter(_is_playable, found), key=lambda one: _PLAYED_FIRST[Standard(one.standard)], default=None)
        if first is None:
            return Judged(report.ok, findings)
        alike = [one for one in found if one.standard == first.standard and _is_playable(one)]
        return Judged(
            ok=report.ok,
            findings=findings,
            standard=Standard(first.standard),
            launch=first.page,
            title=first.title,
            pass_mark=_pass_mark(inspection, first),
            parts=len(alike),
        )

    def parts(self, path: Path, standard: Standard) -> Sequence[Part]:
        """A lesson asks at every word that it says: a file of the same size and time is read once."""
        return self._read(path, standard)[0]

    def activities(self, path: Path, standard: Standard) -> Activity:
        return self._read(path, standard)[1]

    def _read(self, path: Path, standard: Standard) -> tuple[Sequence[Part], Activity]:
        found = path.stat()
        return _read_parts(path, standard, found.st_mtime_ns, found.st_size)

    def repair(self, path: Path, out: Path) -> Sequence[str]:
        try:
            return [change.code for change in repair(path, out).changes]
        except RefusedPackage as error:
            raise _refused(error) from error

    def unpack(self, path: Path, into: Path) -> None:
        try:
            with open_package(path) as opened:
                opened.unpack(into)
        except RefusedPackage as error:
            raise _refused(error) from error

    def pack(
        self, lesson: Path, about: About, formats: Sequence[str], out: Path
    ) -> tuple[Sequence[Packed], Sequence[Finding]]:
        if not (lesson / _SETTINGS).exists():
            (lesson / _SETTINGS).write_text(_settings(about), "utf-8")
        try:
            built = build(lesson, formats, out)
        except LessonRefused as refused:
            return [], [_trouble(trouble) for trouble in refused.troubles]
        return [Packed(one.format, one.path, json.loads(one.sidecar.read_bytes())) for one in built.packages], []

    def runtime(self, standard: Standard) -> Path:
        folder = files("content_packager").joinpath("player", "vendor", "scormagain")
        return Path(str(folder)) / _RUNTIMES[standard]


def _is_playable(one: Launch) -> bool:
    """In the package; of cmi5, whose key goes by way of the launch alone, also elsewhere."""
    return "://" not in one.page or (Standard(one.standard) is Standard.CMI5 and bool(elsewhere(one.page)))


@lru_cache(maxsize=64)
def _read_parts(path: Path, standard: Standard, _time: int, _size: int) -> tuple[Sequence[Part], Activity]:
    inspection = inspect(path)
    with open_package(path) as opened:
        found = [one for one in launches(inspection, opened.names()) if Standard(one.standard) is standard]
    here = [one for one in found if _is_playable(one)]
    if not here:
        raise BadInput(where="package", value=path.name, why="NOT_PLAYABLE")
    manifest = next(row for row in inspection.manifests if Standard(row.standard) is standard)
    parts = tuple(_part(inspection, manifest, one) for one in here)
    return parts, course.tree(manifest, parts, _id_of) if standard in SCORM else course.flat(parts)


def _part(inspection: Inspection, manifest: Described, one: Launch) -> Part:
    """With what holds it: the blocks around it, and the course."""
    place = next(i for i, node in enumerate(manifest.tree) if node.launch and _id_of(node) == one.activity)
    facts, told, above = dict(manifest.tree[place].facts), manifest.tree[place].run_time, []
    depth = manifest.tree[place].depth
    for node in reversed(manifest.tree[:place]):
        if node.kind == "block" and node.depth < depth:
            depth = node.depth
            above.append((_id_of(node), "block"))
    above += [(_id_of(node), "course") for node in manifest.tree if node.kind == "course"]
    return Part(
        id=one.activity,
        page=one.page,
        title=one.title,
        headings=one.headings,
        silent=one.silent,
        pass_mark=_pass_mark(inspection, one),
        move_on=facts.get("moveOn", "NotApplicable"),
        parameters=facts.get("launchParameters", ""),
        key=facts.get("entitlementKey", ""),
        above=tuple(above),
        finds=_finds(told, standard=Standard(one.standard)),
        completes=told.completes,
        objectives=told.objectives,
        hides=frozenset(told.hides),
        own_window=facts.get("launchMethod") == "OwnWindow",
    )


def _finds(told: RunTime, *, standard: Standard) -> Mapping[str, str]:
    """What is said of launch data, time and progress, under the names by which content asks for it."""
    own = "cmi.student_data." if standard is Standard.SCORM_12 else "cmi."
    found = {
        "cmi.launch_data": told.launch_data,
        f"{own}max_time_allowed": told.max_time,
        f"{own}time_limit_action": told.time_action,
        "cmi.completion_threshold": told.completion,
    }
    return {name: value for name, value in found.items() if value}


def _id_of(node: Node) -> str:
    facts = dict(node.facts)
    return facts.get("id") or facts.get("identifier", "")


def _finding(problem: Problem) -> Finding:
    words = {language: problem.kind.words(language) for language in LANGUAGES}
    return Finding(
        code=problem.code,
        severity=str(problem.severity),
        where=str(problem.place),
        says={language: problem.says(language) for language in LANGUAGES},
        means={language: said.means for language, said in words.items()},
        cure={language: said.cure for language, said in words.items()},
    )


def _trouble(trouble: Trouble) -> Finding:
    says = {language: trouble.says(language) for language in LANGUAGES}
    return Finding(trouble.code, "error", trouble.where, says, {}, {})


def _refused(error: RefusedPackage) -> BadInput:
    return BadInput(where="package", value=", ".join(error.codes), why="PACKAGE_REFUSED")


def _pass_mark(inspection: Inspection, launch: Launch) -> Decimal | None:
    """Percent: `masteryscore` is 0–100 (SCORM 1.2), `minNormalizedMeasure` −1–1 (2004), `masteryScore` 0–1 (cmi5)."""
    marks = [text for text in _marks(inspection, launch) if text]
    try:
        value = Decimal(marks[0]) if marks else None
    except InvalidOperation:
        return None  # `check` says so
    if value is None or not value.is_finite():
        return None
    percent = value if Standard(launch.standard) is Standard.SCORM_12 else value * 100
    return percent if -100 <= percent <= 100 else None


def _marks(inspection: Inspection, launch: Launch) -> Iterator[str]:
    for manifest in inspection.manifests:
        if manifest.standard == launch.standard:
            for node in manifest.tree:
                if node.launch and _id_of(node) == launch.activity:
                    yield from (node.run_time.passing, dict(node.facts).get("masteryScore", ""))


def _settings(about: About) -> str:
    """A `lesson.toml` of what was said at the upload. A JSON text is a TOML text, but for DEL (TOML 1.0)."""
    said: dict[str, object] = {
        "title": about.title,
        "description": about.description,
        "subject": about.subject,
        "grade_level": about.grade_level,
        "requirements": list(about.requirements),
        "keywords": list(about.keywords),
        "authors": list(about.authors),
        "licence": about.licence,
        "language": about.language,
    }
    rows = (f"{name} = {_toml(value)}" for name, value in said.items() if value not in ("", None, []))
    return "\n".join(rows) + "\n"


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
