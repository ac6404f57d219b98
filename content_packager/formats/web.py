"""A plain web site: nobody listens, answers stay in the browser's tab."""

from collections.abc import Mapping

from content_packager.archive import Content
from content_packager.formats.material import Material


def make(material: Material) -> Mapping[str, Content]:
    return material.files("web")
