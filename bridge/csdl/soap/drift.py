"""The drift alarm: what the live WSDL says otherwise than the one that was shipped.

Both are flattened to `(kind, name) → what it says`, so that comparing them is comparing two tables. Names and types
are compared as qualified names: prefixes, comments, documentation and addresses are nobody's business.
"""

from collections.abc import Iterator

from lxml import etree

from bridge.ports.city import CityFinding

XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
WSDL_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"

Table = dict[tuple[str, str], str]


def differences(shipped: etree._Element, live: etree._Element) -> list[CityFinding]:
    """What is missing or changed is serious: we rely on it. What was added is only told."""
    ours, theirs = describe(shipped), describe(live)
    findings = [_finding("MISSING", key, ours=said) for key, said in ours.items() if key not in theirs]
    for key, said in theirs.items():
        if key not in ours:
            findings.append(_finding("ADDED", key, theirs=said))
        elif _differ(key[0], ours[key], said):
            findings.append(_finding("CHANGED", key, ours=ours[key], theirs=said))
    return findings


def describe(wsdl: etree._Element) -> Table:
    """A WSDL with its inline schemas as a table. Schemas elsewhere are named, and never fetched."""
    table: Table = {("namespace", "target"): wsdl.get("targetNamespace", "")}
    table.update(_operations(wsdl))
    for schema in wsdl.iter(f"{XSD}schema"):
        table["elements are", schema.get("targetNamespace", "")] = schema.get("elementFormDefault", "unqualified")
        for kind in ("import", "include"):
            table.update({("elsewhere", one.get("schemaLocation", "")): kind for one in schema.iter(XSD + kind)})
        for element in schema.iterchildren(f"{XSD}element"):
            table["element", element.get("name", "")] = _qualified(element, "type")
        for complex_type in schema.iterchildren(f"{XSD}complexType"):
            table.update(_complex(complex_type))
        for simple_type in schema.iterchildren(f"{XSD}simpleType"):
            table.update(_simple(simple_type))
    return table


def _operations(wsdl: etree._Element) -> Table:
    """Each operation of a SOAP binding: the elements that go in, out and wrong, and its action."""
    parts = {
        message.get("name", ""): " ".join(_qualified(part, "element") for part in message.iterchildren(f"{WSDL}part"))
        for message in wsdl.iterchildren(f"{WSDL}message")
    }
    table: Table = {}
    for operation in wsdl.iterfind(f"{WSDL}portType/{WSDL}operation"):
        for direction in operation.iterchildren(f"{WSDL}input", f"{WSDL}output", f"{WSDL}fault"):
            message = direction.get("message", "").rpartition(":")[2]
            key = f"{operation.get('name')}/{etree.QName(direction).localname}"
            table["operation", key] = parts.get(message, "")
    for operation in wsdl.iterfind(f"{WSDL}binding/{WSDL}operation"):
        for bound in operation.iterchildren(f"{WSDL_SOAP}operation"):
            table["action", operation.get("name", "")] = bound.get("soapAction", "")
    return table


def _complex(node: etree._Element) -> Iterator[tuple[tuple[str, str], str]]:
    name, fields = node.get("name", ""), list(node.iter(f"{XSD}element"))
    yield ("order", name), " ".join(field.get("name", "") for field in fields)
    for field in fields:
        bounds = f"{field.get('minOccurs', '1')}..{field.get('maxOccurs', '1')}"
        yield ("field", f"{name}/{field.get('name')}"), f"{_qualified(field, 'type')} {bounds}"


def _simple(node: etree._Element) -> Iterator[tuple[tuple[str, str], str]]:
    name = node.get("name", "")
    for restriction in node.iterchildren(f"{XSD}restriction"):
        yield ("type", name), _qualified(restriction, "base")
        for facet in restriction.iterchildren(etree.Element):
            kind, value = etree.QName(facet).localname, facet.get("value", "")
            if kind == "enumeration":
                yield ("value", f"{name}/{value}"), ""
            elif kind != "annotation":
                yield ("limit", f"{name}/{kind}"), value


def _qualified(node: etree._Element, attribute: str) -> str:
    """`{namespace}name` of a type's or element's name, whatever the prefix."""
    prefix, _, name = node.get(attribute, "").rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{name}" if name else ""


def _differ(kind: str, ours: str, theirs: str) -> bool:
    """Fields that one side alone has are told as such; the order is that of the fields that both have."""
    if kind != "order":
        return ours != theirs
    one, other = ours.split(), theirs.split()
    return [name for name in one if name in other] != [name for name in other if name in one]


def _finding(how: str, key: tuple[str, str], **said: str) -> CityFinding:
    kind, name = key
    return CityFinding(f"CONTRACT_{how}", serious=how != "ADDED", facts={"kind": kind, "name": name, **said})
