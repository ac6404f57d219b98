"""The JSON beside a package: what a library needs to know without opening it (docs/packager.md)."""

import json

from content_packager.archive import Archived
from content_packager.formats import FORMATS
from content_packager.model import About, Lesson
from content_packager.pages import ENTRY

SHAPE = 1


def sidecar(lesson: Lesson, format_name: str, written: Archived) -> bytes:
    """Nothing in it depends on when or where the package was built."""
    about = lesson.about
    facts = {
        "shape": SHAPE,
        "id": about.iri,
        "version": written.version,
        "format": format_name,
        "standard": FORMATS[format_name].standard,
        "package": written.path.name,
        "launch": ENTRY,
        "pass_mark": None if about.pass_mark is None else float(about.pass_mark),
        "completion": lesson.completion.value,
        "attempts": about.attempts,
        "questions": sum(len(part.questions) for part in lesson.parts),
        "parts": [part.title for part in lesson.parts],
        "size": written.size,
        "files": [{"name": name, "size": size} for name, size in written.files.items()],
        "metadata": _metadata(about),
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(fact, ensure_ascii=False)}" for name, fact in facts.items())
    return f"{{\n{lines}\n}}\n".encode()


def _metadata(about: About) -> dict[str, object]:
    return {
        "title": about.title,
        "description": about.description,
        "language": about.language.value,
        "subject": about.subject,
        "grade_level": about.grade_level,
        "keywords": list(about.keywords),
        "duration_minutes": about.duration,
        "licence": about.licence,
        "authors": list(about.authors),
        "requirements": list(about.requirements),
    }
