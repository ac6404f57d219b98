"""`bridge lrs`: who may speak to the learning record store beside the lessons that are launched."""

import secrets

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.errors import BadInput, NotFound
from bridge.domain.rights import Action
from bridge.ports.statements import Credential, Reach


@click.group()
def lrs() -> None:
    """Kho ghi nhận học tập (xAPI) · The learning record store."""


@lrs.group()
def keys() -> None:
    """Khóa của chương trình khác được đọc và ghi toàn trường · Keys of programs that may read and write everything."""


@keys.command(name="list")
@pass_frame
def list_keys(frame: Frame, /) -> int:
    """Các khóa đang có · The keys that there are."""
    Permits(frame).demand(Action.OPERATE)
    names = [key.name for key in frame.app.store.credentials.all(frame.app.school, Reach.FULL)]
    frame.tell({"keys": names}, lambda: frame.table(("name",), [(name,) for name in names]))
    return DONE


@keys.command()
@click.argument("name")
@pass_frame
def add(frame: Frame, /, name: str) -> int:
    """Tạo khóa; mật khẩu chỉ hiện một lần · Make a key; its secret is shown once."""
    Permits(frame).demand(Action.OPERATE)
    store, school = frame.app.store.credentials, frame.app.school
    if any(key.name == name for key in store.all(school, Reach.FULL)):
        raise BadInput(where="NAME", value=name, why="KEY_EXISTS")
    secret = secrets.token_urlsafe(32)
    store.add(school, Credential(name, Reach.FULL), secret=secret)
    frame.tell({"name": name, "secret": secret}, lambda: _show(frame, name, secret))
    return DONE


def _show(frame: Frame, name: str, secret: str) -> None:
    """The secret stands on a line of its own, to be copied; no sentence ever holds one."""
    frame.say("said.lrs_key", name=name)
    click.echo(secret)


@keys.command()
@click.argument("name")
@pass_frame
def drop(frame: Frame, /, name: str) -> int:
    """Xóa khóa; hết hiệu lực ngay · Drop a key, at once."""
    Permits(frame).demand(Action.OPERATE)
    store, school = frame.app.store.credentials, frame.app.school
    known = [key.name for key in store.all(school, Reach.FULL)]
    if name not in known:
        raise NotFound(kind="key", name=name, nearest=known)
    store.drop(school, name)
    frame.tell({"dropped": name}, lambda: frame.say("said.lrs_key_dropped", name=name))
    return DONE
