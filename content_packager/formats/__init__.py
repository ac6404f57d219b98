"""What a lesson can become. A format is one function, material in and {path: bytes or file} out, and one line here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from content_packager.archive import Content
from content_packager.formats.material import Material
from content_packager.on_demand import on_demand


class Format(NamedTuple):
    make: Callable[[Material], Mapping[str, Content]]
    standard: str
    """Its name for people."""


_scorm2004 = on_demand(f"{__name__}.scorm2004:make")

FORMATS: Mapping[str, Format] = {
    "scorm12": Format(on_demand(f"{__name__}.scorm12:make"), "SCORM 1.2"),
    "scorm2004-3": Format(partial(_scorm2004, edition="2004 3rd Edition"), "SCORM 2004 3rd Edition"),
    "scorm2004-4": Format(partial(_scorm2004, edition="2004 4th Edition"), "SCORM 2004 4th Edition"),
    "xapi": Format(on_demand(f"{__name__}.tincan:make"), "xAPI (tincan.xml)"),
    "cmi5": Format(on_demand(f"{__name__}.cmi5:make"), "cmi5"),
    "web": Format(on_demand(f"{__name__}.web:make"), "web"),
}

__all__ = ["FORMATS", "Format", "Material"]
