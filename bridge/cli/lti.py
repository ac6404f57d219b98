"""`bridge lti`: who may launch the pages, with which keys, and why a launch failed."""

import secrets
from collections.abc import Sequence

import click

from bridge.cli.frame import DONE, NO, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.rights import Action
from bridge.passback.selftest import Tried
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.platforms import Case, Step


@click.group()
def lti() -> None:
    """Kết nối LTI 1.3 với Moodle · The LTI 1.3 connection with Moodle."""


@lti.command()
@pass_frame
def invite(frame: Frame, /) -> int:
    """Đường dẫn để dán vào Moodle, một lần, 30 phút · A registration URL for Moodle, good once for 30 minutes."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    word = app.store.invitations.offer(app.school, actor=frame.actor.id, now=app.sync.world.now())
    url = f"{app.settings.web.url}/lti/register/{word}"
    frame.tell({"url": url}, lambda: _show_invitation(frame, url))
    return DONE


def _show_invitation(frame: Frame, url: str) -> None:
    frame.say("said.lti_invited")
    click.echo(url)


@lti.command()
@click.argument("issuer")
@click.argument("client_id")
@click.option("--auth", "auth_url", required=True, help="Authentication request URL")
@click.option("--token", "token_url", required=True, help="Access token URL")
@click.option("--jwks", "jwks_url", required=True, help="Public keyset URL")
@click.option("--name", default="", help="Tên để nhận ra · What it is called here")
@pass_frame
def register(frame: Frame, /, issuer: str, client_id: str, name: str, **addresses: str) -> int:
    """Đăng ký bằng tay, khi nền tảng không tự làm được · Register by hand a platform that can't by itself."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    made = Registration(
        id=secrets.token_urlsafe(16),
        school=app.school,
        name=name or issuer.partition("://")[2],
        issuer=issuer,
        client_id=client_id,
        auth_url=addresses["auth_url"],
        token_url=addresses["token_url"],
        jwks_url=addresses["jwks_url"],
        state=RegistrationState.PENDING,
    )
    app.register_by_hand(made, actor=frame.actor.id)
    frame.tell({"registration": made.id}, lambda: _show_tool(frame, app.settings.web.url))
    return DONE


def _show_tool(frame: Frame, url: str) -> None:
    """What the platform asks for in its form."""
    frame.say("said.lti_registered")
    for path in ("launch", "login", "jwks"):
        click.echo(f"{url}/lti/{path}")


@lti.command()
@pass_frame
def platforms(frame: Frame, /) -> int:
    """Những nền tảng đã đăng ký · The platforms that are registered."""
    Permits(frame).demand(Action.OPERATE)
    found = frame.app.store.platforms.registrations(frame.app.school)
    rows = [(one.id, one.name, one.client_id, frame.words.label(one.state)) for one in found]
    value = [{"id": one.id, "name": one.name, "client": one.client_id, "state": one.state} for one in found]
    frame.tell({"platforms": value}, lambda: frame.table(("registration", "name", "client", "state"), rows))
    return DONE


@lti.command(name="set")
@click.argument("registration")
@click.argument("state", type=click.Choice(["on", "off"]))
@pass_frame
def set_state(frame: Frame, /, registration: str, state: str) -> int:
    """Khóa hoặc mở lại một nền tảng · Disable a platform, or let it in again."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    chosen = RegistrationState.ACTIVE if state == "on" else RegistrationState.DISABLED
    app.store.platforms.set_state(registration, chosen, actor=frame.actor.id, now=app.sync.world.now())
    frame.tell({"registration": registration, "state": chosen}, lambda: frame.say("said.lti_set"))
    return DONE


@lti.group()
def keys() -> None:
    """Khóa ký của cầu nối · The bridge's own signing keys."""


@keys.command(name="list")
@pass_frame
def list_keys(frame: Frame, /) -> int:
    """Khóa đang ký và khóa đã thôi · The key that signs, and those that have retired."""
    Permits(frame).demand(Action.OPERATE)
    found = frame.app.store.lti_keys.all(frame.app.school)
    rows = [(key.kid, key.made_at, key.retired_at or "–") for key in found]
    value = [{"kid": key.kid, "made_at": key.made_at, "retired_at": key.retired_at} for key in found]
    frame.tell({"keys": value}, lambda: frame.table(("key", "since", "until"), rows))
    return DONE


@keys.command()
@pass_frame
def rotate(frame: Frame, /) -> int:
    """Ký bằng khóa mới; khóa cũ còn công bố một tuần · Sign with a new key; the old one stays known for a week."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    made = app.rotate_keys(actor=frame.actor.id)
    frame.tell({"kid": made}, lambda: frame.say("said.lti_rotated"))
    return DONE


@lti.command()
@click.argument("case", required=False)
@pass_frame
def doctor(frame: Frame, /, case: str | None) -> int:
    """Vì sao một lượt mở trang thất bại, theo mã trên trang · Why a launch failed, by the code on its page."""
    Permits(frame).demand(Action.OPERATE)
    cases = frame.app.store.cases
    if case is None:
        found = cases.list(frame.app.school, limit=20)
        rows = [(one.code, one.at, frame.words.label(one.step), one.reason) for one in found]
        frame.tell(
            {"cases": [_value(one) for one in found]}, lambda: frame.table(("case", "since", "step", "why"), rows)
        )
        return DONE
    found_case = cases.find(frame.app.school, case)
    frame.tell(_value(found_case), lambda: _show_case(frame, found_case))
    return DONE


def _value(case: Case) -> dict[str, object]:
    return {"code": case.code, "at": case.at, "step": case.step, "reason": case.reason, **case.facts}


def _show_case(frame: Frame, case: Case) -> None:
    """Step by step: those before the failing one went well, those after it were not reached."""
    steps = list(Step)
    place = steps.index(case.step)
    signs = ["✓"] * place + ["✗"] + ["–"] * (len(steps) - place - 1)
    rows = [(sign, frame.words.label(step)) for sign, step in zip(signs, steps, strict=True)]
    frame.table(("state", "step"), rows)
    for name, value in {"why": case.reason, **case.facts}.items():
        click.echo(f"{name}: {value}")


@lti.command()
@click.argument("registration")
@click.argument("course", type=int)
@click.argument("user", type=int)
@pass_frame
def selftest(frame: Frame, /, registration: str, course: int, user: int) -> int:
    """Thử trọn đường đi của một điểm trong Moodle, với tài khoản học sinh thử USER của khóa học COURSE; xong thì dọn.

    Try the whole way of a score in Moodle with the test pupil USER of the course COURSE, and clean up.
    """
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    where = app.place_to_try(registration, course, user)
    with frame.progress("progress.checking") as tick:
        done = []
        for tried in app.selftest().run(where):
            done.append(tried)
            tick(tried)
    frame.tell({"steps": [_tried_value(one) for one in done]}, lambda: _show_trials(frame, done))
    return NO if any(one.trouble for one in done) else DONE


def _tried_value(tried: Tried) -> dict[str, object]:
    error, facts = tried.trouble or ("", {})
    return {"step": tried.trial, "reached": tried.reached, "error": error, "facts": dict(facts)}


def _show_trials(frame: Frame, done: Sequence[Tried]) -> None:
    rows = []
    for tried in done:
        said = frame.words.failure(*tried.trouble) if tried.trouble else None
        sign = "✗" if tried.trouble else "✓" if tried.reached else "–"
        rows.append((sign, frame.words.label(tried.trial), said.what if said else "", said.next if said else ""))
    frame.table(("state", "step", "what", "next"), rows, lines=True)
