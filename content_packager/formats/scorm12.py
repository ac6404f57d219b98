"""SCORM 1.2, Content Aggregation Model."""

from collections.abc import Mapping

from content_packager.archive import Content
from content_packager.formats.lom import IMS_DIALECT, add_lom
from content_packager.formats.material import Material
from content_packager.formats.scorm import add_item, add_resource, add_schema, identifier, with_manifest
from content_packager.formats.xml import child, root

_IMSCP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
_ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"


def make(material: Material) -> Mapping[str, Content]:
    about = material.lesson.about
    files = material.files("scorm12")
    manifest = root(_IMSCP, "manifest", {"adlcp": _ADLCP}, identifier=identifier(material), version="1.1")
    add_lom(add_schema(manifest, "1.2"), material.lesson, IMS_DIALECT)
    _, item = add_item(manifest, about.title)
    if about.pass_mark is not None:
        child(item, "adlcp:masteryscore", f"{about.pass_mark:f}")
    add_resource(manifest, files, "adlcp:scormtype")
    return with_manifest(material, files, manifest)
