"""What stands behind the scores of a column that a played material feeds: where they come from, and who did what."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bridge.domain.evidence import Oddity, Work, oddities
from bridge.domain.sheets import Activity, Sheet, SheetCell, SheetColumn
from bridge.materials.evidence import played
from bridge.ports.materials import Material
from bridge.ports.playing import Link
from bridge.web.house import house


class Witness(NamedTuple):
    """One pupil. `work` None: nothing was opened here."""

    name: str
    work: Work | None
    odd: Sequence[Oddity]


class Source(NamedTuple):
    """A material in a course that feeds the column. `versions`: those that were played."""

    link: Link
    material: Material
    versions: Sequence[int]
    witnesses: Sequence[Witness]

    @property
    def odd(self) -> int:
        """Pupils with something to look at."""
        return sum(bool(each.odd) for each in self.witnesses)


def sources_of(sheet: Sheet, head: SheetColumn) -> list[Source]:
    """Of a column that is fed by other tools' activities alone: none."""
    return [_source(sheet, head, link) for activity in head.activities for link in links_at(activity)]


def links_at(activity: Activity) -> list[Link]:
    """What this activity of the LMS is here. Another platform may have the same numbers: it is left out."""
    app = house().app
    ours = app.mapped(house().registrations)
    found = app.store.attempts.links_at(app.school, str(activity.course), activity.resource_link)
    return [link for link in found if link.registration in ours]


def _source(sheet: Sheet, head: SheetColumn, link: Link) -> Source:
    player, users = house().app.player(), _users()
    material = player.library.materials.find(player.school, link.material)
    done, versions = played(player, link, material)
    names = {user: row.name for row in sheet.rows for user in users.get(row.pupil, ())}
    odd = oddities(done, [user for user in _marked(sheet, head, users) if user in names])
    witnesses = [Witness(name, done.get(who), odd.get(who, ())) for who, name in names.items() if who in {*done, *odd}]
    return Source(link, material, versions, witnesses)


def _users() -> Mapping[str, Sequence[str]]:
    """The LMS's accounts of each pupil, as the main job has pinned them."""
    app = house().app
    found: dict[str, list[str]] = {}
    for user, pupil in app.store.pins.pins(app.school, app.sync.platform).items():
        found.setdefault(pupil, []).append(str(user))
    return found


def _marked(sheet: Sheet, head: SheetColumn, users: Mapping[str, Sequence[str]]) -> list[str]:
    """Whose score in the LMS must have come from here: where another item feeds the column too, nobody's must."""
    if len(head.items) > 1:
        return []
    scored = {cell.place.pupil for row in sheet.rows for cell in row.cells if _has_score(cell, head)}
    return [user for pupil in scored for user in users.get(pupil, ())]


def _has_score(cell: SheetCell, head: SheetColumn) -> bool:
    return cell.place.column is head.column and bool(cell.raw)
