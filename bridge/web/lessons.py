"""Lessons that speak xAPI or cmi5, on the content's host: their launch, their one-time key, and what they say.

The learning record store answers on this host too, so that a lesson asks no other site (no CORS, no cookie). A key
opens one registration of one learner, and a newer opening of the player takes it away.
"""

import json
import secrets
from base64 import b64encode
from datetime import timedelta

from flask import Flask, Response, g, request

from bridge.domain.attempts import AttemptState
from bridge.domain.errors import BadInput, NotAllowed
from bridge.lrs import cmi5
from bridge.lrs.actors import key
from bridge.lrs.cmi5terms import BROWSE, REVIEW, has_ended
from bridge.lrs.context import Lrs
from bridge.lrs.outcome import outcome
from bridge.materials import passes, playing, teaching
from bridge.materials.passes import FILES_LIVE, Player
from bridge.materials.showing import parts_of
from bridge.ports.materials import Part, Standard
from bridge.ports.playing import Attempt
from bridge.ports.statements import Credential, Reach
from bridge.web import xapi
from bridge.web.contentcalls import json_of, let_in, read_pass, same_origin, send_scores
from bridge.web.house import house
from bridge.web.openings import (
    LOOK,
    Opening,
    activities_of,
    actor,
    address,
    home,
    opened_by,
    opening_of,
    origin,
    page_of,
)

USED, WRONG = "1", "2"  # cmi5 §8.2.3
LAST_WORDS = timedelta(minutes=2)  # how long the key of a session that has ended still opens (§9.3.8)


def join(app: Flask) -> None:
    app.register_blueprint(xapi.bp)
    app.add_url_rule("/p/<token>/launch", view_func=launch, methods=["POST"])
    app.add_url_rule("/p/<token>/still", view_func=still, methods=["POST"])
    app.add_url_rule("/p/<token>/fetch/<sealed>", view_func=fetch, methods=["POST"])
    app.after_request(_hear)
    app.after_request(let_in)


def launch(token: str) -> Response:
    """A new sitting, and the address that opens the lesson for it."""
    given, player = read_pass(token)
    same_origin()
    opening, lrs = opening_of(player, given), _lrs()
    if given.parts > 1 and opening.sitting:
        _hear_all(player, lrs, opening)
    _take_keys(player, lrs, opening)
    files = passes.issue_files(player, given.package)
    if not opening.is_cmi5:
        return json_of({"sitting": opening.sitting, "url": address(opening, files, auth=_give_key(lrs, opening))})
    said = [opening.registration, opening.key, opening.session, opening.learner, opening.activity]
    sealed = passes.sealed(player, json.dumps(said))
    url = address(opening, files, fetch=f"{origin(opening)}/p/{files}/fetch/{sealed}")
    cmi5.launch(lrs, _session(opening, url=page_of(opening, files)))
    return json_of({"sitting": opening.sitting, "url": url})


def _take_keys(player: Player, lrs: Lrs, opening: Opening) -> None:
    """Those of the openings before."""
    if opening.mode == BROWSE:
        return
    lrs.credentials.drop(player.school, f"{opening.registration}.{LOOK}")
    newest = player.attempts.find(player.school, opening.registration).sitting
    last = newest if opening.mode == REVIEW else newest - 1
    lrs.credentials.drop(player.school, f"{opening.registration}.{last}")


def still(token: str) -> Response:
    """The page is there; whether it is still the newest one, and whether the lesson has said goodbye."""
    given, player = read_pass(token, late=True)
    same_origin()
    if given.is_preview or given.review:
        return json_of({"ok": True})
    seen = playing.still(player, given, _number(request.get_data()))
    return json_of({"ok": True, "ended": seen.ended, "closed": seen.state is AttemptState.CLOSED})


def fetch(token: str, sealed: str) -> Response:
    """The key of a cmi5 session, once. Always 200 (cmi5 §8.2.1)."""
    try:
        _, player = read_pass(token, files=True)
        registration, name, session, learner, activity = json.loads(passes.unsealed(player, sealed))
    except (NotAllowed, ValueError):
        return _no(WRONG, "this address has run out")
    lrs = _lrs()
    if not _is_newest(player, lrs, registration, session):
        return _no(WRONG, "the lesson was opened again elsewhere")
    credential = _credential(name, registration, learner, activity, session=session)
    secret = secrets.token_urlsafe(24)
    if not lrs.credentials.add(player.school, credential, secret=secret):
        return _no(USED, "the key was given out before")
    return json_of({"auth-token": _basic(credential.name, secret)})


def _is_newest(player: Player, lrs: Lrs, registration: str, session: str) -> bool:
    """A sitting is overtaken as soon as the next one is begun, a look as soon as anything is launched."""
    number = session.rpartition(".")[2]
    if number == "0":
        return True  # a preview: each has a registration of its own
    if number.isdecimal():
        return player.attempts.find(player.school, registration).sitting == int(number)
    return cmi5.newest(lrs, registration) == session


def _no(code: str, text: str) -> Response:
    return json_of({"error-code": code, "error-text": text})


def _session(opening: Opening, *, url: str) -> cmi5.Session:
    unit = opening.unit
    return cmi5.Session(
        id=opening.session,
        registration=opening.registration,
        actor=actor(opening.learner),
        activity=opening.activity,
        publisher=unit.id,
        url=url,
        move_on=unit.move_on,
        mastery=opening.mastery,
        parameters=unit.parameters,
        key=unit.key,
        agreed=_agreed(unit),
        above=unit.above,
        mode=opening.mode,
        course=_course(opening),
    )


def _agreed(unit: Part) -> str:
    """Of the unit, else of its course."""
    known = house().app.settings.materials.entitlements
    return next((known[id] for id in (unit.id, *(id for id, _ in reversed(unit.above))) if id in known), "")


def _course(opening: Opening) -> tuple[cmi5.Unit, ...]:
    pairs = zip(opening.activities, opening.units, strict=True)
    return tuple(cmi5.Unit(activity, unit.move_on, unit.above) for activity, unit in pairs)


def _give_key(lrs: Lrs, opening: Opening) -> str:
    credential = _credential(opening.key, opening.registration, opening.learner, opening.activity)
    secret = secrets.token_urlsafe(24)
    lrs.credentials.add(lrs.school, credential, secret=secret)
    return f"Basic {_basic(credential.name, secret)}"


def _credential(name: str, registration: str, learner: str, activity: str, *, session: str = "") -> Credential:
    """`session`: of cmi5."""
    return Credential(
        name=name,
        reach=Reach.SESSION,
        until=_lrs().now() + FILES_LIVE,
        registration=registration,
        agent=str(key(actor(learner))),
        activities=(activity,),
        session=session,
    )


def _hear(answer: Response) -> Response:
    """After something was said: what the attempt has come to. It is made anew of all that was said, so that a kill
    in between loses nothing: the lesson says it again, or the next word brings it."""
    who = g.get("credential")
    said = request.endpoint == "xapi.statements" and request.method != "GET" and answer.status_code in (200, 204)
    if not said or not isinstance(who, Credential) or who.reach is not Reach.SESSION:
        return answer
    _close(who)
    if who.name.rpartition(".")[2] in ("0", LOOK):
        return answer
    lrs, player = _lrs(), house().app.player()
    before = player.attempts.find(player.school, who.registration)
    opening = opened_by(player, before.link, before.version, who)
    if who.session:
        cmi5.satisfy(lrs, _session(opening, url=""))
    found, ended = outcome(lrs, who.registration, opening.activity, since=before.sat, session=who.session)
    heard = {opening.part: found}
    after = playing.heard(player, who.registration, heard, parts=len(opening.units), final=ended)
    if after.revision > after.reported:
        send_scores()
    return answer


def _close(who: Credential) -> None:
    """The key of a session goes with it; not at once, for a page that was not heard says its goodbye again."""
    lrs = _lrs()
    if has_ended(lrs, who):
        lrs.credentials.end(lrs.school, who.name, lrs.now() + LAST_WORDS)


def _hear_all(player: Player, lrs: Lrs, opening: Opening) -> None:
    """What was said of each part so far: a kill may have come between a word and what it comes to."""
    now, session = player.now(), opening.session if opening.is_cmi5 else ""
    said = [outcome(lrs, opening.registration, each, since=now, session=session)[0] for each in opening.activities]
    done = {part: each for part, each in enumerate(said, start=1) if each.finished}
    playing.heard(player, opening.registration, done, parts=len(said), final=False)


def waive(player: Player, seen: Attempt, *, actor: str, why: str) -> Attempt:
    """A teacher lets a learner off a cmi5 lesson (cmi5 §9.3.7): it is finished, without a score.

    `BadInput`: ATTEMPT_STATE for what is no open cmi5 attempt, NO_REASON.
    """
    link = player.attempts.link(player.school, seen.link)
    version = player.library.materials.find(player.school, link.material).version(seen.version)
    if version is None or version.standard is not Standard.CMI5 or seen.state is not AttemptState.OPEN:
        raise BadInput(where="attempt", value=str(seen.number), why="ATTEMPT_STATE")
    teaching.note(player, seen, "waived", actor=actor, why=why)
    lrs, learner, units = _lrs(), player.alias(f"{link.registration} {seen.learner}"), parts_of(player.library, version)
    heard = {}
    activities = activities_of(version, units, link.id)
    for part, activity in enumerate(activities, start=1):
        session = f"{seen.id}.{seen.sitting}"
        opening = Opening(version, units, part, seen.id, seen.sitting, session, learner, activities)
        cmi5.waive(lrs, _session(opening, url=""), reason=why)
        heard[part], _ = outcome(lrs, seen.id, activity, since=seen.sat, session=session)
    return playing.heard(player, seen.id, heard, parts=len(units), final=True)


def _number(body: bytes) -> int:
    try:
        return int(json.loads(body)["sitting"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return -1  # none: as of a page that was overtaken


def _basic(name: str, secret: str) -> str:
    return b64encode(f"{name}:{secret}".encode()).decode()


def _lrs() -> Lrs:
    return house().app.lrs(home())
