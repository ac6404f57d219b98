"""`bridge policy` and `bridge roles`: what may be sent without asking, and who may say so."""

from datetime import datetime

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.scopes import check_classes, check_subjects
from bridge.domain.actors import Delegation, Grant, Role
from bridge.domain.mapping import Policy
from bridge.domain.rights import Action
from bridge.domain.scores import Column, Term
from bridge.people.granting import give_role, give_stand_in, take_role

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])


@click.group(invoke_without_command=True)
@click.pass_context
@pass_frame
def policy(frame: Frame, context: click.Context, /) -> int | None:
    """Cột nào gửi ngay, chờ xác nhận, chờ duyệt, hay không gửi · Which columns are sent, and after whose yes."""
    return None if context.invoked_subcommand else _list(frame)


def _list(frame: Frame) -> int:
    found = frame.app.store.mappings.policies(frame.app.school)
    value = {"policies": {column: found[column] for column in Column}}
    rows = [(column, frame.words.label(found[column])) for column in Column]
    frame.tell(value, lambda: frame.table(("column", "policy"), rows))
    return DONE


@policy.command(name="set")
@click.argument("column", type=click.Choice(list(Column)))
@click.argument("chosen", type=click.Choice([choice.value for choice in Policy]))
@pass_frame
def set_policy(frame: Frame, /, column: str, chosen: str) -> int:
    """Đặt cho một cột · Set one column's policy: auto, confirm, release or off."""
    Permits(frame).demand(Action.SET_POLICY)
    app = frame.app
    now = app.sync.world.now()
    app.store.mappings.set_policy(app.school, Column(column), Policy(chosen), actor=frame.actor.id, now=now)
    return _list(frame)


@click.group()
def roles() -> None:
    """Quyền của người dùng · Roles granted by the school, and stand-ins."""


@roles.command(name="list")
@pass_frame
def list_roles(frame: Frame, /) -> int:
    """Ai có quyền gì · Who has which role."""
    Permits(frame).demand(Action.SEE_STATUS)
    return _list_roles(frame)


def _list_roles(frame: Frame) -> int:
    app = frame.app
    grants, delegations = app.store.grants.grants(app.school), app.store.grants.delegations(app.school)
    value = {"grants": [row._asdict() for row in grants], "delegations": [row._asdict() for row in delegations]}
    label = frame.words.label
    rows = [
        (row.actor, label(Role(row.role)), ", ".join(row.subjects), row.since or "", row.until or "") for row in grants
    ]
    rows += [
        (
            row.actor,
            frame.words.text("said.stand_in"),
            f"{row.school_class} {row.subject} {row.term}",
            row.since,
            row.until,
        )
        for row in delegations
    ]
    frame.tell(value, lambda: frame.table(("actor", "role", "subject", "since", "until"), rows))
    return DONE


@roles.command()
@click.argument("actor")
@click.argument("role", type=click.Choice([choice.value for choice in Role]))
@click.option("--subject", "subjects", multiple=True, help="Môn của tổ trưởng · a department head's subjects.")
@click.option("--since", type=DAY)
@click.option("--until", type=DAY)
@pass_frame
def grant(
    frame: Frame,
    /,
    actor: str,
    role: str,
    subjects: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Trao quyền · Grant a role."""
    Permits(frame).demand(Action.GRANT)
    check_subjects(frame, subjects)
    app = frame.app
    given = Grant(actor, role, subjects, since.date() if since else None, until.date() if until else None)
    give_role(app.store.grants, app.school, given, by=frame.actor.id, now=app.sync.world.now())
    return _list_roles(frame)


@roles.command()
@click.argument("actor")
@click.argument("role", type=click.Choice([choice.value for choice in Role]))
@pass_frame
def revoke(frame: Frame, /, actor: str, role: str) -> int:
    """Thu hồi quyền · Take a role back."""
    Permits(frame).demand(Action.GRANT)
    app = frame.app
    now = app.sync.world.now()
    take_role(app.store.grants, app.school, actor, role, by=frame.actor.id, today=app.today, now=now)
    return _list_roles(frame)


@roles.command()
@click.argument("actor")
@click.argument("school_class")
@click.argument("subject")
@click.argument("term", type=click.Choice(list(Term)))
@click.option("--since", type=DAY, required=True)
@click.option("--until", type=DAY, required=True)
@pass_frame
def delegate(
    frame: Frame, /, actor: str, school_class: str, subject: str, term: str, since: datetime, until: datetime
) -> int:
    """Dạy thay có thời hạn · A dated stand-in for a teacher."""
    Permits(frame).demand(Action.DELEGATE)
    check_classes(frame, [school_class])
    check_subjects(frame, [subject])
    app = frame.app
    given = Delegation(actor, school_class, subject, term, since.date(), until.date())
    give_stand_in(app.store.grants, app.school, given, by=frame.actor.id, now=app.sync.world.now())
    return _list_roles(frame)
