"""What a lesson can become. A format is one function, material in and {path: bytes or file} out, and one line here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from content_packager.archive import Content
from content_packager.formats import cmi5, scorm12, scorm2004, tincan, web
from content_packager.formats.material import Material


class Format(NamedTuple):
    make: Callable[[Material], Mapping[str, Content]]
    standard: str
    """Its name for people."""


FORMATS: Mapping[str, Format] = {
    "scorm12": Format(scorm12.make, "SCORM 1.2"),
    "scorm2004-3": Format(partial(scorm2004.make, edition="2004 3rd Edition"), "SCORM 2004 3rd Edition"),
    "scorm2004-4": Format(partial(scorm2004.make, edition="2004 4th Edition"), "SCORM 2004 4th Edition"),
    "xapi": Format(tincan.make, "xAPI (tincan.xml)"),
    "cmi5": Format(cmi5.make, "cmi5"),
    "web": Format(web.make, "web"),
}

__all__ = ["FORMATS", "Format", "Material"]
