"""The job that writes to staff: what waits for each, once a day at most, over a plan made just now."""

from collections.abc import Sequence

from bridge.domain.actors import Actor
from bridge.domain.errors import Refused, Unclear, Unreachable
from bridge.domain.rights import Action, Permits
from bridge.domain.school import Unit
from bridge.duties.deadlines import closing
from bridge.duties.letters import digest_letter
from bridge.duties.marks import Watch, units_in
from bridge.notices.digest import Line, Rightful, digest
from bridge.ports.jobs import Facts, Handle
from bridge.ports.notices import Post, Recipient
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.wiring import App
from bridge.wiring.remotes import make_post


def send_digests(app: App, handle: Handle) -> Facts:
    """Nothing where no mail is set up or nobody is to be written to today."""
    mail, people = app.settings.mail, _due(app)
    if mail is None or not people:
        return {"letters": 0}
    return write_to(app, handle, people, make_post(mail))


def write_to(app: App, handle: Handle, people: Sequence[Recipient], post: Post) -> Facts:
    """Cut off and begun again, it writes to those who have had no letter today."""
    watch = Watch(handle, len(units_in(app, Scope())), label="progress.reading")
    head = runs.plan(app.sync, Scope(), actor=handle.job.actor, watch=watch)
    units, closes = list(app.store.plans.units(head.id)), closing(app)
    letters = refused = 0
    for person in people:
        lines = digest(units, _rightful(app, person.person), closes)
        if lines and app.store.addresses.claim_day(app.school, person.person, app.today):
            sent = _send(app, person, lines, post)
            letters, refused = letters + sent, refused + (not sent)
    return {"plan": head.id, "letters": letters, "refused": refused}


def _due(app: App) -> list[Recipient]:
    people = app.store.addresses.recipients(app.school)
    return [each for each in people if each.wanted and (each.last_day is None or each.last_day < app.today)]


def _send(app: App, person: Recipient, lines: Sequence[Line], post: Post) -> bool:
    """The day was claimed before: killed here, somebody misses a letter and nobody gets two."""
    try:
        post.send(digest_letter(app, person, lines))
    except Unreachable:
        app.store.addresses.free_day(app.school, person.person, app.today)
        raise  # tried again later, for all who are left
    except Unclear:
        return True  # perhaps it was sent, and a second one is worse than none
    except Refused as error:
        if error.facts.get("reason") == "RECIPIENT":
            return False  # this address alone
        app.store.addresses.free_day(app.school, person.person, app.today)
        raise
    return True


def _rightful(app: App, person: str) -> Rightful:
    permits = Permits(Actor(person), app.entitlements(), app.today)

    def settles(unit: Unit) -> bool:
        return permits.may(Action.SETTLE, unit) or permits.may(Action.CLEAR_UNIT)

    return Rightful(
        confirm=lambda unit: permits.may(Action.CONFIRM, unit),
        release=lambda unit: permits.may(Action.RELEASE, unit),
        settle=settles,
    )
