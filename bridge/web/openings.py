"""One launch of a lesson that speaks xAPI or cmi5: what it opens, who learns, and the address that it is opened by."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from bridge.ports.materials import Part, Standard, Version
from bridge.web import xapi
from bridge.web.house import house

LAUNCH = {"endpoint", "fetch", "auth", "actor", "registration", "activityId", "activity_id"}


class Opening(NamedTuple):
    """One launch of one of a lesson's units, which speaks of itself under `activity`; `activities`: of all of them."""

    version: Version
    units: Sequence[Part]
    part: int  # of the units, from 1
    registration: str
    sitting: int
    learner: str
    activities: Sequence[str]
    mastery: float | None

    @property
    def unit(self) -> Part:
        return self.units[self.part - 1]

    @property
    def activity(self) -> str:
        return self.activities[self.part - 1]

    @property
    def session(self) -> str:
        return f"{self.registration}.{self.sitting}"

    @property
    def is_cmi5(self) -> bool:
        return self.version.standard is Standard.CMI5


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
    page = urlsplit(f"{origin(opening)}/p/{token}/files/{opening.unit.page}")
    theirs = [(key, value) for key, value in parse_qsl(page.query, keep_blank_values=True) if key not in LAUNCH]
    return page._replace(query=urlencode(theirs)).geturl()


def actor(learner: str) -> dict[str, object]:
    """A random word of ours, never a name (cmi5 §8.1.2)."""
    return {"objectType": "Agent", "account": {"homePage": home(), "name": learner}}


def home() -> str:
    return f"{house().url}{xapi.bp.url_prefix}/"


def origin(opening: Opening) -> str:
    return house().content_origin(opening.version.package)
