"""What the manifests of all SCORM versions have in common (IMS Content Packaging)."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from lxml import etree

from content_packager.archive import Content
from content_packager.formats.material import Material
from content_packager.formats.xml import as_bytes, child
from content_packager.pages import ENTRY

MANIFEST = "imsmanifest.xml"
ORGANIZATION, ITEM, RESOURCE = "organization", "item", "lesson"


def identifier(material: Material) -> str:
    """An xs:ID: it may not begin with a digit."""
    return f"lesson.{material.lesson.about.file_name}"


def add_schema(manifest: etree._Element, version: str) -> etree._Element:
    metadata = child(manifest, "metadata")
    child(metadata, "schema", "ADL SCORM")
    child(metadata, "schemaversion", version)
    return metadata


def add_item(manifest: etree._Element, title: str) -> tuple[etree._Element, etree._Element]:
    """One organization with one item: (organization, item). The lesson's own pages lead from part to part.

    `x<1` becomes `x< 1`: with a letter after it Moodle takes the sign for a tag, and its app fails.
    """
    title = re.sub(r"<(?=\S)", "< ", title)
    organizations = child(manifest, "organizations", default=ORGANIZATION)
    organization = child(organizations, "organization", identifier=ORGANIZATION)
    child(organization, "title", title)
    item = child(organization, "item", identifier=ITEM, identifierref=RESOURCE, isvisible="true")
    child(item, "title", title)
    return organization, item


def add_resource(manifest: etree._Element, files: Iterable[str], scorm_type: str) -> None:
    """`scorm_type`: how this version spells `adlcp:scormtype`. Every file is listed, as a URI."""
    resources = child(manifest, "resources")
    resource = child(resources, "resource", identifier=RESOURCE, type="webcontent")
    prefix, _, local = scorm_type.partition(":")
    resource.set(f"{{{resource.nsmap[prefix]}}}{local}", "sco")
    resource.set("href", ENTRY)
    for name in sorted(files):
        child(resource, "file", href=quote(name))


def with_manifest(material: Material, files: dict[str, Content], manifest: etree._Element) -> Mapping[str, Content]:
    return {**files, **material.schemas, MANIFEST: as_bytes(manifest)}
