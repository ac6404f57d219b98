"""Packages in the shape in which authoring tools write them: made up here, with their folders, dialects and habits.

Storyline and Rise (Articulate), iSpring, eXeLearning, Adapt, and H5P as Lumi exports it. The texts are our own.
"""

# ruff: noqa: E501  # lines as those tools write them
from collections.abc import Mapping

Files = Mapping[str, str | bytes]

_12 = """<?xml version="1.0" encoding="utf-8" {declared}?>
<manifest identifier="{identifier}" version="1.3" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{spaces}
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd
    http://www.imsglobal.org/xsd/imsmd_rootv1p2p1 imsmd_rootv1p2p1.xsd
    http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>{described}</metadata>
  <organizations default="B0"><organization identifier="B0"{organized}>
    <title>{title}</title>{items}
  </organization></organizations>
  <resources>{resources}</resources>
</manifest>
"""
_LOM_12 = """<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"><general>
  <title><langstring xml:lang="x-none"><![CDATA[Phân số & <tỉ số>]]></langstring></title></general></lom>"""
_2004 = """<?xml version="1.0" encoding="utf-8"?>
<manifest identifier="_5ZrMz" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
  xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"
  xmlns:imsss="http://www.imsglobal.org/xsd/imsss" xmlns:lom="http://ltsc.ieee.org/xsd/LOM"
  xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd">
  <metadata><schema>ADL SCORM</schema><schemaversion>{edition}</schemaversion>
    <lom:lom><lom:general><lom:title><lom:string language="en-US">Phân số</lom:string></lom:title></lom:general></lom:lom>
  </metadata>
  <organizations default="B0"><organization identifier="B0" adlseq:objectivesGlobalToSystem="false">
    <title>Phân số</title>
    <item identifier="i1" identifierref="r1" isvisible="true"><title>Phân số</title>
      <imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="PRIMARYOBJ" satisfiedByMeasure="true">
        <imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
        <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/></imsss:sequencing>
    </item>
    <imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>
  </organization></organizations>
  <resources><resource identifier="r1" type="webcontent" adlcp:scormType="sco" href="{href}">{files}</resource></resources>
</manifest>
"""
_HEAD = '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Phân số</title>'
# One driver speaks every standard and asks which one it is in: so do Rustici's, iSpring's and Adapt's.
_DRIVER = "function find(w){return w.API_1484_11||w.API}\nvar a=find(parent);a.LMSInitialize?a.LMSInitialize(''):a.Initialize('');\n"
_SCHEMAS = dict.fromkeys(
    ("adlcp_rootv1p2.xsd", "ims_xml.xsd", "imscp_rootv1p1p2.xsd", "imsmd_rootv1p2p1.xsd"), "<schema/>"
)


def _manifest(
    *, resources: str, items: str | None = None, identifier: str = "_6Ec8pJ", title: str = "Phân số",
    described: str = "", organized: str = "", spaces: str = "", declared: str = "",
) -> str:  # fmt: skip
    item = f'<item identifier="i1" identifierref="r1" isvisible="true"><title>{title}</title></item>'
    return _12.format(
        identifier=identifier, title=title, items=items or item, resources=resources, described=described,
        organized=organized, spaces=spaces, declared=declared,
    )  # fmt: skip


def _resource(href: str, files: list[str], kind: str = "sco", identifier: str = "r1") -> str:
    rows = "".join(f'\n<file href="{name}" />' for name in files)
    return f'<resource identifier="{identifier}" type="webcontent" adlcp:scormtype="{kind}" href="{href}">{rows}</resource>'


def storyline() -> Files:
    """Articulate Storyline: `index_lms.html`, `lms/` and `html5/`; saves when the page unloads too."""
    files = {
        "index_lms.html": f'{_HEAD}<script src="lms/scormdriver.js"></script></head>'
        '<body onbeforeunload="Unload()" onunload="Unload()"><iframe src="story.html"></iframe></body></html>',
        "story.html": f'{_HEAD}<link rel="stylesheet" href="html5/data/css/output.min.css"></head><body><div id="app"></div>'
        '<script src="html5/lib/scripts/frame.desktop.min.js"></script></body></html>',
        "lms/scormdriver.js": _DRIVER + "window.onbeforeunload=function(){};\n",
        "html5/data/css/output.min.css": ".a{background:url('../../../mobile/5xyzAbC_80_DX1920_DY1080.png')}",
        "html5/data/js/data.js": 'window.globalProvideData("data", \'{"a": "story_content/x.png"}\');',
        "html5/lib/scripts/frame.desktop.min.js": "!function(){document.createElement('div')}();",
        "mobile/5xyzAbC_80_DX1920_DY1080.png": b"x",
        "story_content/video_6mG_22_56_1280x720.mp4": b"x",
        "meta.xml": '<meta><project title="Phân số"/></meta>',
    }  # fmt: skip
    manifest = _manifest(resources=_resource("index_lms.html", [*files]), described=_LOM_12)
    return {"imsmanifest.xml": manifest, **files, **_SCHEMAS}


def rise() -> Files:
    """Articulate Rise, SCORM 2004: everything in two folders, the driver in front of the content."""
    files = {
        "scormdriver/indexAPI.html": f'{_HEAD}<script src="scormdriver.js"></script></head>'
        '<body><iframe src="../scormcontent/index.html"></iframe></body></html>',
        "scormdriver/scormdriver.js": _DRIVER,
        "scormcontent/index.html": f'{_HEAD}</head><body><div id="app"></div><script src="lib/main.bundle.js"></script>'
        '<link rel="stylesheet" href="lib/fonts/Lato.css?v=2"></body></html>',
        "scormcontent/lib/main.bundle.js": "/*! see https://reactjs.org/docs */var u='https://reactjs.org/x';",
        "scormcontent/lib/fonts/Lato.css": "@font-face{src:url(Lato%20Bold.woff2)}",
        "scormcontent/lib/fonts/Lato Bold.woff2": b"x",
        "scormcontent/assets/K3xY_ảnh bìa.jpg": b"x",
    }  # fmt: skip
    listed = "".join(f'<file href="{name.replace(" ", "%20")}"/>' for name in files)
    edition = "2004 3rd Edition"
    return {"imsmanifest.xml": _2004.format(href="scormdriver/indexAPI.html", files=listed, edition=edition), **files}


def ispring() -> Files:
    """iSpring: all below `res/`, ids of hexadecimal digits, a mark at the top of the manifest."""
    files = {
        "res/index.html": f'{_HEAD}<script src="data/player.js"></script></head><body><div id="content"></div></body></html>',
        "res/data/player.js": _DRIVER + "addEventListener('pagehide', function(){});\n",
        "res/data/slide1.css": "#s1{background:url(img0.png)}",
        "res/data/img0.png": b"x",
        "res/data/vid1.mp4": b"x",
    }  # fmt: skip
    manifest = _manifest(
        identifier="ispring-1D1D1F0A",
        resources=_resource("res/index.html", [*files]),
        items='<item identifier="i1" identifierref="r1" isvisible="true"><title>Phân số</title>'
        "<adlcp:masteryscore>80</adlcp:masteryscore></item>",
    )
    return {"imsmanifest.xml": "\ufeff" + manifest, **files, **_SCHEMAS}


def exelearning() -> Files:
    """eXeLearning: one SCO a page in a tree, what they share in a resource without an address, metadata in a file."""
    page = (
        f'{_HEAD}<link rel="stylesheet" href="base.css"><script src="SCORM_API_wrapper.js"></script>'
        '<script src="SCOFunctions.js"></script></head>'
        '<body onload="loadPage()" onunload="unloadPage(false)"><a href="https://exelearning.net/">eXe</a></body></html>'
    )
    pages = ["index.html", "mở_đầu.html", "bai_tap.html"]
    items = "".join(
        f'<item identifier="ITEM-{name[:-5]}" isvisible="true" identifierref="RES-{name[:-5]}"><title>{name[:-5]}</title>'
        for name in pages
    ) + "<adlcp:masteryscore>50</adlcp:masteryscore></item></item></item>"  # fmt: skip
    resources = "".join(
        f'<resource identifier="RES-{name[:-5]}" type="webcontent" adlcp:scormtype="sco" href="{name}">'
        f'<file href="{name}"/><dependency identifierref="COMMON_FILES"/></resource>'
        for name in pages
    )
    shared = {
        "base.css": "body{color:#222}",
        "SCORM_API_wrapper.js": _DRIVER,
        "SCOFunctions.js": "function loadPage(){}function unloadPage(a){}",
        "popup_bg.gif": b"x",
        "content.data": b"x",
        "contentv3.xml": "<instance/>",
        "imslrm.xml": '<lom xmlns="http://ltsc.ieee.org/xsd/LOM"/>',
    }
    rows = "".join(f'<file href="{name}"/>' for name in (*shared, "content.xsd"))
    common = f'<resource identifier="COMMON_FILES" type="webcontent" adlcp:scormtype="asset">{rows}</resource>'
    manifest = _manifest(
        identifier="eXe-1A2B", items=items, resources=resources + common, organized=' structure="hierarchical"',
        described="<adlcp:location>imslrm.xml</adlcp:location>",
        spaces=' xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2"',
    )  # fmt: skip
    return {"imsmanifest.xml": manifest, **dict.fromkeys(pages, page), **shared, "content.xsd": "<schema/>"}


def adapt() -> Files:
    """Adapt with its SCORM extension: CDATA everywhere, and only the launch page is listed."""
    manifest = _manifest(
        identifier="adapt_manifest",
        title="<![CDATA[Phân số]]>",
        described=_LOM_12,
        resources=_resource("index_lms.html", ["index_lms.html"]),
        items='<item identifier="item_1" isvisible="true" identifierref="r1"><title><![CDATA[Phân số]]></title>'
        "<!-- <adlcp:masteryscore>70</adlcp:masteryscore> --></item>",
    )
    return {
        "imsmanifest.xml": manifest,
        "index_lms.html": f'{_HEAD}<script src="libraries/APIConstants.js"></script>'
        '<script src="adapt/js/adapt.min.js"></script></head><body><div id="wrapper"></div></body></html>',
        "libraries/APIConstants.js": _DRIVER,
        "adapt/js/adapt.min.js": "define('core',[],function(){window.addEventListener('beforeunload',function(){})});",
        "course/vi/components.json": "[]",
        "course/vi/assets/anh.jpg": b"x",
        **_SCHEMAS,
    }  # fmt: skip


def h5p() -> Files:
    """H5P as Lumi exports it, packed by simple-scorm-packager: metadata where the schema has none, one file listed."""
    metadata = "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
    item = (
        '<item identifier="i1" identifierref="r1"><title>Phân số</title>'
        f"<adlcp:masteryscore>80</adlcp:masteryscore>{metadata}</item>{metadata}"
    )
    resource = _resource("index.html", ["index.html"]).replace("<file", f"{metadata}<file", 1)
    return {
        "imsmanifest.xml": _manifest(
            identifier="00", items=item, resources=metadata + resource, declared='standalone="no"',
            described="<adlcp:location>metadata.xml</adlcp:location>",
        ),
        "metadata.xml": '<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"/>',
        "index.html": f"{_HEAD}</head><body><div class='h5p-iframe-wrapper'></div><script>{_DRIVER}"
        "H5P.externalDispatcher.on('xAPI', function(){});</script></body></html>",
        "images/anh 1.png": b"x",
        **_SCHEMAS,
    }  # fmt: skip


def storyline_xapi() -> Files:
    """Articulate Storyline, xAPI: the question activities are listed beside the one that is launched."""
    activities = "".join(
        f'<activity id="http://6mG_course_id/{number}" type="http://adlnet.gov/expapi/activities/cmi.interaction">'
        f'<name lang="und">Câu {number}</name><description lang="und">?</description>'
        "<interactionType>choice</interactionType><correctResponsesPattern><correctResponsePattern>a"
        "</correctResponsePattern></correctResponsesPattern></activity>"
        for number in (1, 2)
    )
    return {
        "tincan.xml": '<?xml version="1.0" encoding="utf-8"?>'
        '<tincan xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://projecttincan.com/tincan.xsd">'
        '<activities><activity id="http://6mG_course_id" type="http://adlnet.gov/expapi/activities/course">'
        '<name lang="und">Phân số</name><description lang="und">Bài học</description>'
        f'<launch lang="und">index_lms.html</launch></activity>{activities}</activities></tincan>',
        "index_lms.html": f"{_HEAD}</head><body></body></html>",
        "meta.xml": '<meta><project title="Phân số"/></meta>',
    }  # fmt: skip
