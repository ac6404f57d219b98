"""`bridge notices`: who gets a letter about what waits, and ending one's own."""

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.errors import BadInput, NotFound
from bridge.domain.rights import Action
from bridge.duties.letters import checked_address, trial_letter
from bridge.ports.notices import Recipient
from bridge.wiring.remotes import make_post


@click.group()
def notices() -> None:
    """Thư tổng hợp cho giáo viên và quản trị, không tên, không điểm · Digests for staff, without names or marks."""


@notices.command(name="list")
@pass_frame
def list_recipients(frame: Frame, /) -> int:
    """Ai nhận thư · Who gets letters."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    return _list(frame)


@notices.command(name="set")
@click.argument("person")
@click.argument("address")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@pass_frame
def set_address(frame: Frame, /, person: str, address: str, language: str) -> int:
    """Ghi địa chỉ e-mail của một người (mã hoá) · Keep somebody's address, sealed."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    app = frame.app
    app.store.addresses.set_address(
        app.school, person, checked_address(address), language=language, by=frame.actor.id, now=app.sync.world.now()
    )
    return _list(frame)


@notices.command()
@click.argument("person")
@pass_frame
def drop(frame: Frame, /, person: str) -> int:
    """Xoá địa chỉ · Forget somebody's address."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    app = frame.app
    app.store.addresses.drop_address(app.school, person, by=frame.actor.id, now=app.sync.world.now())
    return _list(frame)


@notices.command()
@click.argument("person")
@pass_frame
def test(frame: Frame, /, person: str) -> int:
    """Gửi một thư thử · Send a letter to try the connection."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    app = frame.app
    if app.settings.mail is None:
        raise BadInput(where="mail", value="", why="NO_MAIL")
    make_post(app.settings.mail).send(trial_letter(app, _recipient(frame, person)))
    frame.tell({"sent": person}, lambda: frame.say("said.letter_sent", name=person))
    return DONE


@notices.command()
@pass_frame
def off(frame: Frame, /) -> int:
    """Tôi không muốn nhận thư nữa · No more letters for me."""
    return _want(frame, wanted=False)


@notices.command()
@pass_frame
def on(frame: Frame, /) -> int:
    """Tôi muốn nhận thư lại · Letters for me again."""
    return _want(frame, wanted=True)


def _want(frame: Frame, *, wanted: bool) -> int:
    app, me = frame.app, frame.actor.id
    app.store.addresses.want(app.school, me, wanted=wanted, by=me, now=app.sync.world.now())
    frame.tell({"wanted": wanted}, lambda: frame.say("said.letters_on" if wanted else "said.letters_off"))
    return DONE


def _list(frame: Frame) -> int:
    people = frame.app.store.addresses.recipients(frame.app.school)
    rows = [
        (each.person, each.address, each.language, frame.words.text(_wanted(each)), frame.words.moment(each.last_day))
        for each in people
    ]
    values = [{**each._asdict(), "token": None} for each in people]
    frame.tell({"recipients": values}, lambda: frame.table(("actor", "address", "language", "letters", "last"), rows))
    return DONE


def _wanted(person: Recipient) -> str:
    return "said.wanted" if person.wanted else "said.not_wanted"


def _recipient(frame: Frame, person: str) -> Recipient:
    people = frame.app.store.addresses.recipients(frame.app.school)
    found = next((each for each in people if each.person == person), None)
    if found is None:
        raise NotFound(kind="address", name=person, nearest=[])
    return found
