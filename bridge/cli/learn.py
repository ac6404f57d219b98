"""`bridge workbook learn`: a new layout out of a file. It shows what it found, asks, and writes."""

import sys
from pathlib import Path

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.errors import BadInput
from bridge.domain.rights import Action
from bridge.ports.workbooks import Draft

ASKED = (
    "name", "pupil_code", "ministry_code", "birth", "class", "group", "TX", "GK", "CK", "teacher_code", "subject",
    "term", "error", "stt", "ignore",
)  # fmt: skip


@click.command(name="learn")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--name", help="Tên mẫu · name of the layout.")
@click.option("--system", help="Hệ thống đã xuất tệp · the system that made the file.")
@click.option("--role", "given", multiple=True, metavar="F=TX", help="Cột F là gì · what a column is; repeatable.")
@click.option("--yes", is_flag=True, help="Không hỏi, nhận điều tìm được · take what was found without asking.")
@pass_frame
def learn_command(
    frame: Frame, /, file: Path, name: str | None, system: str | None, given: tuple[str, ...], yes: bool
) -> int:
    """Học một mẫu tệp mới: cho xem, hỏi, rồi ghi · Learn a new layout: show, ask, write."""
    Permits(frame).demand(Action.OPERATE)
    route = frame.app.workbooks()
    draft = route.look(file)
    roles = {letter: role for letter, _, role in draft.headers if role} | dict(map(_role, given))
    if not frame.as_json:
        _show(frame, draft, roles)
    if not yes:
        roles = _asked(frame, draft, roles)
    path = route.learn(
        draft,
        name=name or _ask(frame, "layout_name", "--name"),
        system=system or _ask(frame, "layout_system", "--system"),
        roles=roles,
    )
    value = {"layout": str(path), "roles": roles, "titles": dict(draft.titles)}
    frame.tell(value, lambda: frame.say("said.learnt", file=path))
    return DONE


def _role(text: str) -> tuple[str, str]:
    letter, equals, role = text.partition("=")
    if not equals:
        raise BadInput(where="--role", value=text, why="UNKNOWN_ROLE")
    return letter.strip().upper(), role.strip()


def _show(frame: Frame, draft: Draft, roles: dict[str, str]) -> None:
    rows = "–".join(map(str, dict.fromkeys(draft.header_rows)))
    frame.say("said.head_found", sheet=draft.sheet, rows=rows)
    for fact, text in draft.titles.items():
        frame.say("said.title_found", fact=frame.words.code("fact", fact), value=text)
    heads = [
        (letter, text, frame.words.code("role", roles.get(letter, "unknown"))) for letter, text, _ in draft.headers
    ]
    frame.table(("column", "header", "kind"), heads)


def _asked(frame: Frame, draft: Draft, roles: dict[str, str]) -> dict[str, str]:
    """Column by column where nothing is known; Enter keeps what was found."""
    for letter, text, _ in draft.headers:
        if letter not in roles:
            question = frame.words.text("ask.layout_role", column=letter, header=text)
            roles[letter] = _prompt(question, where=f"--role {letter}=…", kind=click.Choice(ASKED), default="ignore")
    return roles


def _ask(frame: Frame, key: str, where: str) -> str:
    return _prompt(frame.words.text(f"ask.{key}"), where=where)


def _prompt(question: str, *, where: str, kind: click.Choice[str] | None = None, default: str | None = None) -> str:
    """`BadInput` where nobody is there to answer."""
    try:
        said: str = click.prompt(question, type=kind, default=default, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise BadInput(where=where, value="", why="NO_ANSWER") from None
    return said.strip()
