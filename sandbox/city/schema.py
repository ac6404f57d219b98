"""The contract's schema at work: the shell of a message once, each row of a submission alone."""

from __future__ import annotations

import copy
import re
import threading
from typing import NamedTuple

from lxml import etree

import city_contract
from sandbox.city.codes import Q
from sandbox.city.errors import Refusal

_XS = "{http://www.w3.org/2001/XMLSchema}"
_NAMED = re.compile(r"Element '(?:\{[^}]*\})?([^']+)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.+) \)")
_SPECIMEN = f"""<dong xmlns="{city_contract.NAMESPACE}"><idbanghi>x</idbanghi><sukien>NEW</sukien><phienban>1</phienban>
<thoigiancapnhat>2026-09-05T00:00:00+07:00</thoigiancapnhat><phienbangoc>0</phienbangoc><mahocsinh>x</mahocsinh>
<cotdiem>TX1</cotdiem><kieugiatri>DIEM</kieugiatri></dong>"""


class Flaw(NamedTuple):
    """`in_place`: the field stands where it should, and holds what it should not."""

    field: str
    in_place: bool


class Shapes:
    """lxml keeps the findings of a validation on the schema object, so one thread at a time."""

    def __init__(self) -> None:
        root = etree.fromstring(city_contract.XSD.read_bytes())
        etree.SubElement(root, f"{_XS}element", name="dong", type="tns:DongGuiDiem")  # a row as a document of its own
        self._schema = etree.XMLSchema(root)
        self._specimen = etree.fromstring(_SPECIMEN)
        self._lock = threading.Lock()

    def check_shell(self, wrapper: etree._Element) -> list[etree._Element]:
        """Validates a message without its rows, and gives the rows. SAIDINHDANG names the field."""
        ask = wrapper.find(f"{Q}yeucau")
        rows = ask.findall(f"{Q}dong") if ask is not None and wrapper.tag == f"{Q}GuiDiem" else []
        if rows:
            self._take_out(ask, rows)
        flaws = self.find_flaws(wrapper)
        if flaws:
            raise Refusal("SAIDINHDANG", field=flaws[0].field[:120])
        return rows

    def find_flaws(self, element: etree._Element) -> list[Flaw]:
        """What is not as it should be in a message or a row, in the order found; empty when it is valid."""
        with self._lock:
            if self._schema.validate(element):
                return []
            return [_flaw(entry.message) for entry in self._schema.error_log]

    def _take_out(self, ask: etree._Element, rows: list[etree._Element]) -> None:
        first = ask.index(rows[0])
        if [ask.index(row) for row in rows] != list(range(first, first + len(rows))):
            raise Refusal("SAIDINHDANG", field="dong")
        for row in rows:
            ask.remove(row)
        ask.insert(first, copy.deepcopy(self._specimen))


def _flaw(message: str) -> Flaw:
    """libxml2 names the element that surprised it, and those that could stand there: the last is the required one."""
    named, listed = _NAMED.search(message), _EXPECTED.search(message)
    expected = [name.strip().rpartition("}")[2] for name in listed[1].split(",")] if listed else []
    missing = "Missing child" in message or (len(expected) == 1 and expected != ["morong"])
    field = expected[-1] if expected and missing else named[1] if named else "yeucau"
    return Flaw(field, in_place=listed is None)
