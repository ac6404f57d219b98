"""xAPI content as Tin Can packages have it: `tincan.xml` with one launchable activity."""

from collections.abc import Mapping

from content_packager.archive import Content
from content_packager.formats.material import Material
from content_packager.formats.xml import as_bytes, child, root
from content_packager.pages import ENTRY

MANIFEST = "tincan.xml"
_NAMESPACE = "http://projecttincan.com/tincan.xsd"
_LESSON = "http://adlnet.gov/expapi/activities/lesson"


def make(material: Material) -> Mapping[str, Content]:
    about = material.lesson.about
    language = about.language.value
    tincan = root(_NAMESPACE, "tincan", {})
    activity = child(child(tincan, "activities"), "activity", id=about.iri, type=_LESSON)
    child(activity, "name", about.title, lang=language)
    child(activity, "description", about.description or about.title, lang=language)
    child(activity, "launch", ENTRY, lang=language)
    return {**material.files("tincan"), MANIFEST: as_bytes(tincan)}
