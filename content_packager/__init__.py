"""Lessons in, SCORM 1.2, SCORM 2004, xAPI and cmi5 packages out (docs/packager.md). Knows nothing of `bridge`.

Each name is loaded when it is first asked for: who packs does not wait for what checks.
"""

from typing import TYPE_CHECKING, Any

from content_packager.on_demand import named

if TYPE_CHECKING:
    from content_packager.building import Built, Options, Package, build
    from content_packager.checks.run import check
    from content_packager.errors import LessonRefused, Trouble
    from content_packager.inspecting import Inspection, inspect
    from content_packager.problems import Severity
    from content_packager.reading.limits import Limits
    from content_packager.reading.package import OpenPackage, RefusedPackage, open_package
    from content_packager.repairing import Repaired, repair
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

_HOME = {
    "building": ("Built", "Options", "Package", "build"),
    "checks.run": ("check",),
    "errors": ("LessonRefused", "Trouble"),
    "inspecting": ("Inspection", "inspect"),
    "problems": ("Severity",),
    "reading.limits": ("Limits",),
    "reading.package": ("OpenPackage", "RefusedPackage", "open_package"),
    "repairing": ("Repaired", "repair"),
    "report": ("Place", "Problem", "Report", "Standard"),
}
_PLACES = {name: f"{__name__}.{module}:{name}" for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    """PEP 562. No module here may have the name of a function above: importing it would hide the function."""
    if name not in _PLACES:
        raise AttributeError(name)
    globals()[name] = named(_PLACES[name])
    return globals()[name]
