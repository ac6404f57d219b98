"""A new layout out of a workbook: what its head seems to say, and, once a person has agreed, the layout file."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bridge.csdl.workbook.grid import Grid, Spot, read_grids
from bridge.csdl.workbook.headers import best_head, guess_role
from bridge.csdl.workbook.layout import ROLES, SCORE_ROLES, Layout
from bridge.csdl.workbook.package import Package, Unusable, column_letters
from bridge.csdl.workbook.titles import read_titles
from bridge.domain.errors import BadInput
from bridge.domain.names import fold
from bridge.ports.workbooks import Draft, Flaw, FlawKind, SheetKind

LEARNT = "learnt from one file of the school's own, by a person's word"
_CODES, _CLASSES = frozenset({"pupil_code", "ministry_code"}), frozenset({"class", "class_code"})
_NAME, _SUBJECT = frozenset({"name"}), frozenset({"subject"})
_TOLD_BY: Sequence[tuple[SheetKind, tuple[frozenset[str], ...]]] = (  # of each set some role, in this order
    (SheetKind.SCORES, (frozenset(SCORE_ROLES), _NAME)),
    (SheetKind.ERRORS, (frozenset({"error"}),)),
    (SheetKind.ASSIGNMENTS, (_NAME, _SUBJECT, _CLASSES)),
    (SheetKind.STAFF, (_NAME, _SUBJECT)),
    (SheetKind.GROUPS, (_NAME, frozenset({"group", "group_code"}))),
    (SheetKind.PUPILS, (_NAME, _CODES, _CLASSES)),
)
_NUMBERED = re.compile(r"[1-9]\)?$")


def look_at(package: Package, layouts: Sequence[Layout]) -> Draft:
    """The sheet whose head the known words explain best. `Unusable` where no head is found at all."""
    found = [(grid, head) for grid in read_grids(package) if (head := best_head(grid, layouts)) is not None]
    if not found:
        raise Unusable(Flaw(FlawKind.UNKNOWN_LAYOUT, package.path.name))
    grid, (top, bottom) = max(found, key=lambda each: each[0].width)
    titles = read_titles(grid, range(top), layouts[0].labels)
    return Draft(
        sheet=grid.name,
        header_rows=(top + 1, bottom + 1),
        headers=tuple(_headers(grid, top, bottom, layouts)),
        titles={fact: values[0][0] for fact, values in titles.found.items()},
    )


def _headers(grid: Grid, top: int, bottom: int, layouts: Sequence[Layout]) -> list[tuple[str, str, str]]:
    found = []
    for column in range(grid.width):
        texts = [grid.shown(Spot(row, column)) for row in range(top, bottom + 1)]
        path = [text for place, text in enumerate(texts) if text and text not in texts[:place]]
        if path:
            found.append((column_letters(column + 1), " / ".join(path), guess_role(path, layouts)))
    return found


def write_layout(folder: Path, draft: Draft, *, name: str, system: str, roles: Mapping[str, str]) -> Path:
    """The layout as a person settled it: role by column letter. `BadInput` where it could never be of any use."""
    if unknown := sorted(set(roles.values()) - set(ROLES)):
        raise BadInput(where="workbook learn", value=", ".join(unknown), why="UNKNOWN_ROLE")
    kind, needed = _kind_of(set(roles.values()))
    words: dict[str, list[str]] = {}
    for letter, text, _ in draft.headers:
        if roles.get(letter):
            words.setdefault(roles[letter], []).append(_word(text, roles[letter]))
    identifier = re.sub(r"\W+", "-", fold(f"{system} {name}")).strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{identifier}.toml"
    draft_file = path.with_suffix(".draft")
    facts = {"id": identifier, "name": name, "system": system, "kind": kind, "sure": "seen", "source": LEARNT}
    if kind is SheetKind.SCORES and (regular := _regular(draft, roles)) != "columns":
        facts["regular"] = regular
    draft_file.write_text(_toml(facts, needed, words), "utf-8")
    draft_file.replace(path)
    return path


def _word(text: str, role: str) -> str:
    """The head's own word; a regular mark's without its number, which stands for itself."""
    parts = text.split(" / ")
    if role != "TX":
        return parts[-1]
    named = [part for part in parts if not part.strip("() ").isdecimal()]
    return re.sub(r"\s*\(?[1-9]\)?\s*$", "", (named or parts)[-1])


def _kind_of(roles: set[str]) -> tuple[SheetKind, frozenset[str]]:
    """What a sheet with these roles is for, and by which of them it is known."""
    for kind, told_by in _TOLD_BY:
        if all(some & roles for some in told_by):
            known_by = frozenset[str]().union(*told_by) | (_CODES if kind is SheetKind.SCORES else set())
            return kind, known_by & roles
    raise BadInput(where="workbook learn", value=", ".join(sorted(roles)), why="LAYOUT_OF_NO_USE")


def _regular(draft: Draft, roles: Mapping[str, str]) -> str:
    """How the regular marks lie: numbered columns, columns in their order, or all in one cell."""
    heads = [text for letter, text, _ in draft.headers if roles.get(letter) == "TX"]
    if not heads or any(_NUMBERED.search(part) for text in heads for part in text.split(" / ")):
        return "columns"
    return "in_order" if len(heads) > 1 else "one_cell"


def _toml(facts: Mapping[str, str], needed: frozenset[str], words: Mapping[str, Sequence[str]]) -> str:
    """Only strings that TOML takes as they are quoted here: no control characters stand in cells' texts."""
    lines = [
        *(f"{name} = {_quoted(text)}" for name, text in facts.items()),
        f"required = [{', '.join(_quoted(role) for role in words if role in needed)}]",
        "",
        "[columns]",
        *(f"{role} = [{', '.join(map(_quoted, dict.fromkeys(texts)))}]" for role, texts in words.items()),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
