"""The body of a sheet: which rows are people, and what their columns say.

A row of a person has a name and, beside it, a running number, an identifier or a birth date. Blank rows, numbering rows
and what is signed at the end have not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.csdl.workbook.grid import Grid, Spot
from bridge.csdl.workbook.headers import Head
from bridge.csdl.workbook.values import read_birth
from bridge.ports.workbooks import Flaw, FlawKind

IDENTIFIERS = ("pupil_code", "ministry_code", "teacher_code")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its cells asked for by role."""

    grid: Grid
    head: Head
    number: int  # from 0

    def spot(self, role: str) -> Spot | None:
        column = self.head.roles.get(role)
        return Spot(self.number, column) if column is not None else None

    def text(self, role: str) -> str:
        spot = self.spot(role)
        return self.grid.shown(spot) if spot is not None else ""

    def where(self, role: str = "name") -> str:
        spot = self.spot(role) or Spot(self.number, 0)
        return f"{self.grid.name}!{spot}"

    def name(self) -> str:
        whole = self.text("name")
        return whole or f"{self.text('family_name')} {self.text('given_name')}".strip()

    def identifiers(self) -> dict[str, str]:
        """By role; an apostrophe that keeps Excel from counting is none of it."""
        found = {role: self.text(role).strip("'’ ") for role in IDENTIFIERS}
        return {role: text for role, text in found.items() if text and text != "-"}

    def birth(self, flaws: list[Flaw]) -> str | None:
        spot = self.spot("birth")
        if spot is None:
            return None
        try:
            return read_birth(self.grid.cell(spot))
        except ValueError:
            flaws.append(Flaw(FlawKind.BAD_DATE, self.where("birth")))
            return None

    def is_person(self) -> bool:
        if not self.name() or self.name().isdecimal():
            return False
        return (
            self.text("stt").isdecimal() or bool(self.identifiers()) or any(char.isdecimal() for char in self._birth())
        )

    def _birth(self) -> str:
        return self.text("birth")


def people(grid: Grid, head: Head) -> Iterator[Row]:
    """The rows of people, from the top."""
    rows = (Row(grid, head, number) for number in range(head.body, len(grid.rows)))
    return (row for row in rows if row.is_person())
