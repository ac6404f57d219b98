"""One launch of a lesson that speaks xAPI or cmi5: what it opens, who learns, and the address that it is opened by."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from bridge.lrs.cmi5terms import BROWSE, NORMAL, REVIEW
from bridge.materials import looking, playing
from bridge.materials.passes import Pass, Player
from bridge.materials.playing import Seat
from bridge.materials.showing import parts_of, version_of
from bridge.ports.materials import Part, Standard, Version
from bridge.ports.statements import Credential
from bridge.web import xapi
from bridge.web.house import house

LOOK = "review"  # in place of a sitting's number: the name of a key that looks at what is finished
LAUNCH = {"endpoint", "fetch", "auth", "actor", "registration", "activityId", "activity_id"}


class Opening(NamedTuple):
    """One launch of one of a lesson's units, which speaks of itself under `activity`; `activities`: of all of them."""

    version: Version
    units: Sequence[Part]
    part: int  # of the units, from 1
    registration: str
    sitting: int  # 0 of what is no sitting
    session: str
    learner: str
    activities: Sequence[str]
    mastery: float | None = None
    mode: str = NORMAL

    @property
    def unit(self) -> Part:
        return self.units[self.part - 1]

    @property
    def activity(self) -> str:
        return self.activities[self.part - 1]

    @property
    def key(self) -> str:
        """The name of its credential. Whoever looks at a finished attempt has one key, the newest look's."""
        return f"{self.registration}.{LOOK}" if self.mode == REVIEW else self.session

    @property
    def is_cmi5(self) -> bool:
        return self.version.standard is Standard.CMI5


def opening_of(player: Player, given: Pass) -> Opening:
    """A new one: a sitting of an attempt, a look at one that is finished, or a preview. As `seated` and `look`."""
    version = version_of(player.library, given.package)
    units = parts_of(player.library, version)
    if given.is_preview:
        registration = player.library.new_id()
        own, activities = units[given.part - 1].pass_mark, activities_of(version, units, "preview")
        session, mastery = f"{registration}.0", float(own / 100) if own is not None else None
        return Opening(version, units, given.part, registration, 0, session, "preview", activities, mastery, BROWSE)
    seat = looking.look(player, given) if given.review else playing.seated(player, given)
    attempt, link = seat.attempt, seat.link
    sitting = 0 if given.review else attempt.sitting
    return Opening(
        version,
        units,
        given.part,
        attempt.id,
        sitting,
        f"{attempt.id}.{player.library.new_id() if given.review else sitting}",
        player.alias(f"{link.registration} {attempt.learner}"),
        activities_of(version, units, link.id),
        _mastery(seat, units[given.part - 1]),
        REVIEW if given.review else NORMAL,
    )


def _mastery(seat: Seat, unit: Part) -> float | None:
    """The link's own pass mark, else the package's."""
    mark = seat.link.terms.pass_mark
    mark = mark if mark is not None else unit.pass_mark
    return float(mark / 100) if mark is not None else None


def opened_by(player: Player, link: str, number: int, who: Credential) -> Opening:
    """The sitting that this credential was given for."""
    material = player.attempts.link(player.school, link).material
    version = player.library.materials.find(player.school, material).begun_with(number)
    units = parts_of(player.library, version)
    activities = activities_of(version, units, link)
    part = activities.index(who.activities[0]) + 1
    learner, sitting = json.loads(who.agent)[1], int(who.name.rpartition(".")[2])
    return Opening(version, units, part, who.registration, sitting, who.name, learner, activities)


def activities_of(version: Version, units: Sequence[Part], link: str) -> list[str]:
    """In cmi5 the LMS names the activity of each unit (§8.1.5)."""
    if version.standard is not Standard.CMI5:
        return [unit.id for unit in units]
    first = f"{home()}activities/{link}"
    return [first if part == 1 else f"{first}/{part}" for part in range(1, len(units) + 1)]


def address(opening: Opening, token: str, **how: str) -> str:
    """The lesson's page with its launch parameters (cmi5 §8.1; Rustici, Tin Can launch)."""
    page = urlsplit(page_of(opening, token))
    name = "activityId" if opening.is_cmi5 else "activity_id"
    ours = {
        "endpoint": f"{origin(opening)}{xapi.bp.url_prefix}/",
        **how,
        "actor": json.dumps(actor(opening.learner), separators=(",", ":")),
        "registration": opening.registration,
        name: opening.activity,
    }
    return page._replace(query="&".join(filter(None, (page.query, urlencode(ours))))).geturl()


def page_of(opening: Opening, token: str) -> str:
    """The lesson's own page with its own query, in which nothing stands that is for us to say."""
    own = opening.unit.page
    page = urlsplit(own if opening.unit.host else f"{origin(opening)}/p/{token}/files/{own}")
    theirs = [(key, value) for key, value in parse_qsl(page.query, keep_blank_values=True) if key not in LAUNCH]
    return page._replace(query=urlencode(theirs)).geturl()


def actor(learner: str) -> dict[str, object]:
    """A random word of ours, never a name (cmi5 §8.1.2)."""
    return {"objectType": "Agent", "account": {"homePage": home(), "name": learner}}


def home() -> str:
    return f"{house().url}{xapi.bp.url_prefix}/"


def origin(opening: Opening) -> str:
    return house().content_origin(opening.version.package)
