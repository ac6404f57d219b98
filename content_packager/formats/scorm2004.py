"""SCORM 2004, 3rd and 4th edition, Content Aggregation Model and Sequencing and Navigation."""

from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

from content_packager.archive import Content
from content_packager.formats.lom import IEEE_DIALECT, add_lom
from content_packager.formats.material import Material
from content_packager.formats.scorm import add_item, add_resource, add_schema, identifier, with_manifest
from content_packager.formats.xml import child, root

_IMSCP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_PREFIXES = {
    "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
    "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
    "imsss": "http://www.imsglobal.org/xsd/imsss",
}


def make(material: Material, *, edition: str) -> Mapping[str, Content]:
    """`edition` as `schemaversion` has it, such as `2004 4th Edition`."""
    about = material.lesson.about
    files = material.files("scorm2004")
    manifest = root(_IMSCP, "manifest", _PREFIXES, identifier=identifier(material), version="1.0")
    add_lom(add_schema(manifest, edition), material.lesson, IEEE_DIALECT)
    organization, item = add_item(manifest, about.title)
    _item_sequencing(item, about.pass_mark)
    child(child(organization, "imsss:sequencing"), "imsss:controlMode", choice="true", flow="true")
    add_resource(manifest, files, "adlcp:scormType")
    return with_manifest(material, files, manifest)


def _item_sequencing(item: etree._Element, pass_mark: Decimal | None) -> None:
    """The pass mark as the primary objective's measure, -1…1; what the lesson reports itself is not overruled."""
    sequencing = child(item, "imsss:sequencing")
    if pass_mark is not None:
        objectives = child(sequencing, "imsss:objectives")
        primary = child(objectives, "imsss:primaryObjective", objectiveID="primary", satisfiedByMeasure="true")
        child(primary, "imsss:minNormalizedMeasure", f"{pass_mark / 100:f}")
    child(sequencing, "imsss:deliveryControls", completionSetByContent="true", objectiveSetByContent="true")
