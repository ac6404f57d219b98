"""cmi5 (Quartz), course structure, §13 and §14: one assignable unit per part, in a block where there are several."""

from collections.abc import Mapping

from lxml import etree

from content_packager.archive import Content
from content_packager.formats.material import Material
from content_packager.formats.xml import as_bytes, child, root
from content_packager.model import Completion, Lesson, Part
from content_packager.pages import ENTRY

MANIFEST = "cmi5.xml"
_NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_LESSON = "http://adlnet.gov/expapi/activities/lesson"


def make(material: Material) -> Mapping[str, Content]:
    lesson = material.lesson
    structure = root(_NAMESPACE, "courseStructure", {})
    _describe(child(structure, "course", id=lesson.about.iri), lesson, lesson.about.title)
    holder = structure
    if len(lesson.parts) > 1:
        holder = child(structure, "block", id=_inner_id(lesson, "block"))
        _describe(holder, lesson, lesson.about.title)
    for number, part in enumerate(lesson.parts, 1):
        _add_unit(holder, lesson, part, number)
    return {**material.files("cmi5"), MANIFEST: as_bytes(structure)}


def _add_unit(holder: etree._Element, lesson: Lesson, part: Part, number: int) -> None:
    """`masteryScore` is 0…1 with at most four decimals (§13.1.4)."""
    scored = lesson.is_scored(part)
    passing = scored and lesson.completion is Completion.PASSED
    unit = child(holder, "au", id=_inner_id(lesson, f"part-{number}"))
    unit.set("moveOn", "CompletedAndPassed" if passing else "Completed")
    if scored and lesson.about.pass_mark is not None:
        unit.set("masteryScore", f"{round(lesson.about.pass_mark / 100, 4):f}")
    unit.set("activityType", _LESSON)
    _describe(unit, lesson, part.title if len(lesson.parts) > 1 else lesson.about.title)
    child(unit, "url", f"{ENTRY}?part={number}" if len(lesson.parts) > 1 else ENTRY)


def _describe(element: etree._Element, lesson: Lesson, title: str) -> None:
    for tag, text in (("title", title), ("description", lesson.about.description or title)):
        child(child(element, tag), "langstring", text, lang=lesson.about.language.value)


def _inner_id(lesson: Lesson, name: str) -> str:
    iri = lesson.about.iri
    return f"{iri}/{name}" if "#" in iri else f"{iri}#{name}"
