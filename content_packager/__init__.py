"""Lessons in, SCORM 1.2, SCORM 2004, xAPI and cmi5 packages out (docs/packager.md). Knows nothing of `bridge`."""

from content_packager.build import Built, Options, Package, build
from content_packager.checks.run import check
from content_packager.errors import LessonRefused, Trouble
from content_packager.inspect import Inspection, inspect
from content_packager.problems import Severity
from content_packager.reading.limits import Limits
from content_packager.reading.package import OpenPackage, RefusedPackage, open_package
from content_packager.repair import Repaired, repair
from content_packager.report import Place, Problem, Report, Standard

__all__ = [
    "Built",
    "Inspection",
    "LessonRefused",
    "Limits",
    "OpenPackage",
    "Options",
    "Package",
    "Place",
    "Problem",
    "RefusedPackage",
    "Repaired",
    "Report",
    "Severity",
    "Standard",
    "Trouble",
    "build",
    "check",
    "inspect",
    "open_package",
    "repair",
]
