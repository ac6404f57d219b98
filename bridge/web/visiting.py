"""Beginning a visit: the one place where somebody comes in."""

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.actors import Actor
from bridge.ports.launches import Launch, MessageType
from bridge.web import cookies
from bridge.web.gate import visit
from bridge.web.house import house


def mapped_course() -> int | None:
    """The course of the mapped LMS that this visit came from; None of any other: its numbers mean other courses."""
    app, launch = house().app, visit().launch
    if launch is None or not launch.course.id.isdecimal():
        return None
    return int(launch.course.id) if launch.registration in app.mapped(house().registrations) else None


def begin(actor: Actor, launch: Launch | None, *, language: str) -> AnyResponse:
    """A new visit, and the way to its first page."""
    door = house()
    who = f"{launch.registration}|{launch.person.user}" if launch is not None else f"local|{actor.id}"
    session = cookies.session_for(who)
    made = door.visits.begin(door.app.school, actor, launch, session=session, language=language)
    deep = launch is not None and launch.message is MessageType.DEEP_LINKING
    answer = redirect(url_for("linking.choose" if deep else "home.show", visit=made.id), code=303)
    assert isinstance(answer, Response)
    cookies.put(answer, cookies.SESSION, session, seconds=cookies.DAY)
    return answer
