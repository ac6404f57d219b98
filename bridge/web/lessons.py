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
from bridge.lrs.cmi5terms import BROWSE, NORMAL, TERMINATED, defined
from bridge.lrs.context import Lrs
from bridge.lrs.outcome import outcome
from bridge.materials import passes, playing, teaching
from bridge.materials.passes import FILES_LIVE, Pass, Player
from bridge.materials.showing import parts_of, version_of
from bridge.ports.materials import Part, Standard
from bridge.ports.playing import Attempt
from bridge.ports.statements import Credential, Reach
from bridge.web import xapi
from bridge.web.contentcalls import json_of, read_pass, same_origin, send_scores
from bridge.web.house import house
from bridge.web.openings import Opening, activities_of, actor, address, home, origin, page_of

USED, WRONG = "1", "2"  # cmi5 §8.2.3
LAST_WORDS = timedelta(minutes=2)  # how long the key of a session that has ended still opens (§9.3.8)


def join(app: Flask) -> None:
    app.register_blueprint(xapi.bp)
    app.add_url_rule("/p/<token>/launch", view_func=launch, methods=["POST"])
    app.add_url_rule("/p/<token>/still", view_func=still, methods=["POST"])
    app.add_url_rule("/p/<token>/fetch/<sealed>", view_func=fetch, methods=["POST"])
    app.after_request(_hear)


def launch(token: str) -> Response:
    """A new sitting, and the address that opens the lesson for it."""
    given, player = read_pass(token)
    same_origin()
    opening = _opening(player, given)
    lrs = _lrs()
    if given.parts > 1 and not given.is_preview:
        _hear_all(player, lrs, opening)
    if opening.sitting > 1:
        lrs.credentials.drop(player.school, f"{opening.registration}.{opening.sitting - 1}")
    files = passes.issue_files(player, given.package)
    if not opening.is_cmi5:
        return json_of({"sitting": opening.sitting, "url": address(opening, files, auth=_give_key(lrs, opening))})
    said = [opening.registration, opening.sitting, opening.learner, opening.activity]
    sealed = passes.sealed(player, json.dumps(said))
    url = address(opening, files, fetch=f"{origin(opening)}/p/{files}/fetch/{sealed}")
    before = f"{opening.registration}.{opening.sitting - 1}" if opening.sitting > 1 else ""
    cmi5.launch(lrs, _session(opening, url=page_of(opening, files), browse=given.is_preview), before=before)
    return json_of({"sitting": opening.sitting, "url": url})


def still(token: str) -> Response:
    """The page is there; whether it is still the newest one, and whether the lesson has said goodbye."""
    given, player = read_pass(token, late=True)
    same_origin()
    if given.is_preview:
        return json_of({"ok": True})
    seen = playing.still(player, given, _number(request.get_data()))
    return json_of({"ok": True, "ended": seen.ended, "closed": seen.state is AttemptState.CLOSED})


def fetch(token: str, sealed: str) -> Response:
    """The key of a cmi5 session, once. Always 200 (cmi5 §8.2.1)."""
    try:
        _, player = read_pass(token, files=True)
        registration, sitting, learner, activity = json.loads(passes.unsealed(player, sealed))
        newest = sitting == 0 or player.attempts.find(player.school, registration).sitting == sitting
    except (NotAllowed, ValueError):
        newest = False
    if not newest:
        return _no(WRONG, "this address has run out, or the lesson was opened again elsewhere")
    credential, secret = _credential(registration, sitting, learner, activity, cmi5=True), secrets.token_urlsafe(24)
    if not _lrs().credentials.add(player.school, credential, secret=secret):
        return _no(USED, "the key was given out before")
    return json_of({"auth-token": _basic(credential.name, secret)})


def _no(code: str, text: str) -> Response:
    return json_of({"error-code": code, "error-text": text})


def _opening(player: Player, given: Pass) -> Opening:
    version = version_of(player.library, given.package)
    units = parts_of(player.library, version)
    if given.is_preview:
        registration, sitting, learner, link, mark = player.library.new_id(), 0, "preview", "preview", None
    else:
        seat = playing.seated(player, given)
        registration, sitting, link = seat.attempt.id, seat.attempt.sitting, seat.link.id
        learner = player.alias(f"{seat.link.registration} {seat.attempt.learner}")
        mark = seat.link.terms.pass_mark
    mark = mark if mark is not None else units[given.part - 1].pass_mark
    mastery = float(mark / 100) if mark is not None else None
    activities = activities_of(version, units, link)
    return Opening(version, units, given.part, registration, sitting, learner, activities, mastery)


def _session(opening: Opening, *, url: str, browse: bool) -> cmi5.Session:
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
        mode=BROWSE if browse else NORMAL,
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
    credential = _credential(opening.registration, opening.sitting, opening.learner, opening.activity, cmi5=False)
    secret = secrets.token_urlsafe(24)
    lrs.credentials.add(lrs.school, credential, secret=secret)
    return f"Basic {_basic(credential.name, secret)}"


def _credential(registration: str, sitting: int, learner: str, activity: str, *, cmi5: bool) -> Credential:
    name = f"{registration}.{sitting}"
    return Credential(
        name=name,
        reach=Reach.SESSION,
        until=_lrs().now() + FILES_LIVE,
        registration=registration,
        agent=str(key(actor(learner))),
        activities=(activity,),
        session=name if cmi5 else "",
    )


def _hear(answer: Response) -> Response:
    """After something was said: what the attempt has come to. It is made anew of all that was said, so that a kill
    in between loses nothing: the lesson says it again, or the next word brings it."""
    who = g.get("credential")
    said = request.endpoint == "xapi.statements" and request.method != "GET" and answer.status_code in (200, 204)
    if not said or not isinstance(who, Credential) or who.reach is not Reach.SESSION:
        return answer
    _close(who)
    if who.name.endswith(".0"):
        return answer
    lrs, player = _lrs(), house().app.player()
    before = player.attempts.find(player.school, who.registration)
    opening = _again(player, before.link, before.version, who)
    if who.session:
        cmi5.satisfy(lrs, _session(opening, url="", browse=False))
    found, ended = outcome(lrs, who.registration, opening.activity, since=before.sat, session=who.session)
    heard = {opening.part: found}
    after = playing.heard(player, who.registration, heard, parts=len(opening.units), final=ended)
    if after.revision > after.reported:
        send_scores()
    return answer


def _close(who: Credential) -> None:
    """The key of a session goes with it; not at once, for a page that was not heard says its goodbye again."""
    lrs = _lrs()
    if who.session and defined(lrs, who.registration, TERMINATED, session=who.session):
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
    for part, activity in enumerate(activities_of(version, units, link.id), start=1):
        who = _credential(seen.id, seen.sitting, learner, activity, cmi5=True)
        cmi5.waive(lrs, _session(_again(player, seen.link, seen.version, who), url="", browse=False), reason=why)
        heard[part], _ = outcome(lrs, seen.id, activity, since=seen.sat, session=who.session)
    return playing.heard(player, seen.id, heard, parts=len(units), final=True)


def _again(player: Player, link: str, number: int, who: Credential) -> Opening:
    """The opening that this credential was given for."""
    material = player.attempts.link(player.school, link).material
    version = player.library.materials.find(player.school, material).begun_with(number)
    units = parts_of(player.library, version)
    activities = activities_of(version, units, link)
    part = activities.index(who.activities[0]) + 1
    sitting = int(who.name.rpartition(".")[2])
    return Opening(version, units, part, who.registration, sitting, json.loads(who.agent)[1], activities, None)


def _number(body: bytes) -> int:
    try:
        return int(json.loads(body)["sitting"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return -1  # none: as of a page that was overtaken


def _basic(name: str, secret: str) -> str:
    return b64encode(f"{name}:{secret}".encode()).decode()


def _lrs() -> Lrs:
    return house().app.lrs(home())
