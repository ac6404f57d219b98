"""Who may enter where. Every view says it by one of these; `tests/web/test_doors.py` walks all routes.

    @bp.get("/v/<visit>/units/<school_class>/<subject>/<term>")
    @may(Action.SEE_CITY)
    def show(...): ...

`public` says aloud that anybody may come. `visitor` asks for a visit of this browser, `may` for a right beside it: over
the unit that the path names, else over the whole school.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.web.rates import Rate

View = TypeVar("View", bound=Callable[..., Any])
DOOR = "door"


@dataclass(frozen=True, slots=True)
class Door:
    """`visit`: only with a visit of this browser. `foreign_forms`: other sites may post here (LTI does).

    `files`: this form brings files, as large as the settings let them be; any other form is small.
    """

    visit: bool
    action: Action | None = None
    rate: Rate | None = None
    foreign_forms: bool = False
    files: bool = False


def public(*, rate: Rate | None = None, foreign_forms: bool = False) -> Callable[[View], View]:
    """Anybody may come, without a word of who it is."""
    return _with(Door(visit=False, rate=rate, foreign_forms=foreign_forms))


def visitor(view: View) -> View:
    """Whoever has a visit; the view asks for every right beyond itself."""
    return _with(Door(visit=True))(view)


def may(action: Action, *, files: bool = False) -> Callable[[View], View]:
    """Whoever has this right."""
    return _with(Door(visit=True, action=action, files=files))


def door_of(view: Callable[..., Any]) -> Door | None:
    """None where a view forgot to say."""
    found = getattr(view, DOOR, None)
    return found if isinstance(found, Door) else None


def _with(door: Door) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, DOOR, door)
        return view

    return mark


def unit_in(path: Mapping[str, str], *, school: str, year: int) -> Unit | None:
    """The unit that a path names; None for one that names none. `NotFound` for a term that there is not."""
    if "school_class" not in path:
        return None
    if path["term"] not in Term.__members__:
        raise NotFound(kind="term", name=path["term"], nearest=[])
    return Unit(school, year, path["school_class"], path["subject"], Term(path["term"]))
