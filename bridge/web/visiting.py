"""Beginning a visit: the one place where somebody comes in."""

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.actors import Actor
from bridge.ports.launches import Launch, MessageType
from bridge.web import cookies
from bridge.web.house import house


def begin(actor: Actor, launch: Launch | None, *, language: str) -> AnyResponse:
    """A new visit, and the way to its first page."""
    door = house()
    who = f"{launch.registration}|{launch.person.user}" if launch is not None else f"local|{actor.id}"
    session = cookies.session_for(who)
    visit = door.visits.begin(door.app.school, actor, launch, session=session, language=language)
    deep = launch is not None and launch.message is MessageType.DEEP_LINKING
    answer = redirect(url_for("linking.choose" if deep else "home.show", visit=visit.id), code=303)
    assert isinstance(answer, Response)
    cookies.put(answer, cookies.SESSION, session, seconds=cookies.DAY)
    return answer
