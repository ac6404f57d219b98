"""The XML reader: what it refuses, and the places it tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packager.reading.limits import Limits
from content_packager.reading.xml import BadXml, escape_ampersands, parse_xml
from tests.packager.check.packages import CMI5, SCORM_12, SCORM_2004, TINCAN, check_files, codes, places, spoiled

LIMITS = Limits(xml_bytes=20_000, xml_depth=10, xml_elements=100, attribute_chars=1_000)
REFUSED = {
    "empty": (b"", "xml.malformed"),
    "not closed": (b"<a>", "xml.malformed"),
    "two roots": (b"<a/><b/>", "xml.malformed"),
    "attribute twice": (b"<a b='' b=''/>", "xml.malformed"),
    "doctype": (b"<!DOCTYPE a><a/>", "xml.doctype"),
    "entities": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml.doctype"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "xml.doctype"),
    "external subset": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', "xml.doctype"),
    "undefined entity": (b"<a>&nbsp;</a>", "xml.malformed"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml.encoding"),
    "wide encoding": (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml.encoding"),
    "false UTF-16": (b'<?xml version="1.0" encoding="utf-16"?><a/>', "xml.encoding"),
    "bytes that are no UTF-8": (b"<a>\xff</a>", "xml.malformed"),
    "NUL": (b"<a>\0</a>", "xml.malformed"),
    "too deep": (b"<a>" * 11 + b"</a>" * 11, "xml.too-deep"),
    "too many": (b"<a>" + b"<b/>" * 100 + b"</a>", "xml.too-many-elements"),
    "attribute too large": (b"<a b='" + b"x" * 1000 + b"'/>", "xml.attribute-too-large"),
    "many attributes": (b"<a " + b" ".join(b"a%d=''" % n for n in range(300)) + b"/>", "xml.attribute-too-large"),
    "too large": (b"<a>" + b" " * 20_000 + b"</a>", "xml.too-large"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(data, code):
    with pytest.raises(BadXml) as caught:
        parse_xml(data, LIMITS)
    assert caught.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1258", "iso-8859-1"])
def test_encodings_that_are_honest_are_read(encoding):
    declared = encoding.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{declared}"?><a>é</a>'.encode(encoding)
    assert parse_xml(data, LIMITS).text == "é"


def test_prefixes_stay_as_written_and_know_their_namespace():
    root = parse_xml(b"<a xmlns='urn:1' xmlns:p='urn:2'><p:b c='' p:d=''><e xmlns=''/><q:f/></p:b></a>", LIMITS)
    inner = root.children[0]
    assert (root.namespace, inner.name, inner.namespace, inner.prefix, inner.local) == (
        "urn:1",
        "p:b",
        "urn:2",
        "p",
        "b",
    )
    assert inner.attributes == {"c": "", "p:d": ""}
    assert [child.namespace for child in inner.children] == ["", None]


def test_the_byte_places_are_those_of_the_source():
    data = "<a>ế<b c='>'>ữ</b><d/></a>".encode()
    root = parse_xml(data, LIMITS)
    b, d = root.children
    assert data[b.start :].startswith(b"<b c") and data[b.end :].startswith(b"</b>")
    assert data[d.start :].startswith(b"<d/>") and data[: d.end].endswith(b"<d/>")
    assert data[root.end :] == b"</a>"


def test_only_bare_ampersands_are_escaped():
    assert (
        escape_ampersands(b"a & b &amp; &#233; &#xE9; &quot; &nothing")
        == b"a &amp; b &amp; &#233; &#xE9; &quot; &amp;nothing"
    )


def test_a_bare_ampersand_is_told_and_the_rest_is_judged_all_the_same(tmp_path):
    files = spoiled("scorm12", "imsmanifest.xml", "Phân số", "Toán & Lý")
    files["imsmanifest.xml"] = files["imsmanifest.xml"].replace(">50<", ">500<")
    assert codes(check_files(tmp_path, files)) == ["scorm12.mastery-score", "xml.bare-ampersand"]


def test_a_malformed_manifest_is_told_at_its_line(tmp_path):
    files = spoiled("scorm12", "imsmanifest.xml", "</item>", "")
    assert places(check_files(tmp_path, files)) == [("xml.malformed", "imsmanifest.xml:12")]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_tree_or_a_refusal(data):
    try:
        root = parse_xml(data, LIMITS)
    except BadXml as refused:
        assert refused.code.startswith("xml.")
    else:
        assert all(element.path for element in root.walk())


@given(st.sampled_from([SCORM_12, SCORM_2004, TINCAN, CMI5]), st.data())
def test_a_spoiled_manifest_is_a_tree_or_a_refusal(manifest, data):
    at = data.draw(st.integers(0, len(manifest)))
    upto = data.draw(st.integers(at, min(len(manifest), at + 40)))
    spoilt = manifest[:at] + data.draw(st.text(alphabet="<>/=\"'& &;!?[]-:axmlns\x00é", max_size=20)) + manifest[upto:]
    try:
        assert parse_xml(spoilt.encode("utf-8", "surrogatepass"), Limits()).end >= 0
    except BadXml as refused:
        assert refused.code.startswith("xml.")
