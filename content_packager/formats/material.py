"""What every format is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content_packager.archive import Content
from content_packager.model import Lesson
from content_packager.pages import ENTRY, lesson_page
from content_packager.player import player_files


@dataclass(frozen=True, slots=True)
class Material:
    lesson: Lesson
    schemas: Mapping[str, Path]
    """XSDs that a user wants in the root of SCORM packages: name → file."""

    def files(self, runtime: str) -> dict[str, Content]:
        """Everything but the manifest."""
        return {
            ENTRY: lesson_page(self.lesson, runtime),
            **player_files(self.lesson),
            **dict(self.lesson.files()),
        }
