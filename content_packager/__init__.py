"""Lessons in, SCORM 1.2, SCORM 2004, xAPI and cmi5 packages out (docs/packager.md). Knows nothing of `bridge`."""

from content_packager.build import Built, Options, Package, build
from content_packager.errors import LessonRefused, Trouble

__all__ = ["Built", "LessonRefused", "Options", "Package", "Trouble", "build"]
