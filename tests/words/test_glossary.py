"""The glossary names what is really there: wire names of the contract, names of the code."""

import re
from pathlib import Path

import pytest

import city_contract

ROOT = Path(city_contract.__file__).parent.parent
CONTRACT = "".join((ROOT / "city_contract" / name).read_text("utf-8") for name in ("csdl-v1.xsd", "csdl-v1.wsdl"))
ON_THE_WIRE = set(re.findall(r'(?:name|value)="(\w+)"', CONTRACT))
CODE = "".join(path.read_text("utf-8") for path in sorted((ROOT / "bridge").rglob("*.py")))


def rows() -> list[tuple[str, dict[str, str]]]:
    """(term, cells by head of the column) of every line of every table."""
    found, heads = [], []
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            heads = []
        elif not heads:
            heads = cells
        elif not cells[0].startswith("---"):
            found.append((cells[0], dict(zip(heads, cells, strict=True))))
    return found


ROWS = rows()


@pytest.mark.parametrize(("term", "row"), ROWS, ids=[term for term, _ in ROWS])
def test_names_on_the_wire_stand_in_the_contract(term, row):
    named = set(re.findall(r"`(\w+)`", row.get("on the wire (city)", "")))
    assert named <= ON_THE_WIRE


@pytest.mark.parametrize(("term", "row"), ROWS, ids=[term for term, _ in ROWS])
def test_names_in_the_code_are_there(term, row):
    named = set(re.findall(r"`([A-Za-z_]+)(?:\(|\.|`)", row.get("in the code", "")))
    absent = {name for name in named if not re.search(rf"\b{name}\b", CODE)}
    assert absent == set()
