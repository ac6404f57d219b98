"""`bridge map suggest`: the matcher's verdict on every course; the sure ones as a number, the others one by one."""

from collections.abc import Sequence

import click

from bridge.cli.desk import make_desk
from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.matching import Candidate, Matched, Reason, Unmatched, Verdict
from bridge.domain.rights import Action
from bridge.mapping.desk import Suggestion, accept, suggest

RANKED = 3  # so many candidates of a course are shown


@click.command(name="suggest")
@click.option("--course", "courses", multiple=True, type=int, help="Chỉ khoá này · only these; none: all unmapped.")
@click.option("--accept", "taking", is_flag=True, help="Nhận những gợi ý chắc chắn · take the sure ones.")
@click.option("--all", "everything", is_flag=True, help="Liệt kê cả gợi ý chắc chắn · list the sure ones too.")
@pass_frame
def suggest_command(frame: Frame, /, courses: tuple[int, ...], taking: bool, everything: bool) -> int:
    """Gợi ý có xếp hạng và lý do; chỗ mơ hồ thì hỏi · Ranked suggestions with reasons; what is ambiguous is said."""
    permits = Permits(frame)
    permits.demand(Action.PULL_ROSTER if taking else Action.SEE_STATUS)
    desk, now = make_desk(frame), frame.app.sync.world.now()
    with frame.progress("progress.mapping") as watch:
        found = suggest(desk, only=frozenset(courses), watch=watch)
        taken = accept(desk, found, actor=permits.actor.id, now=now, watch=watch) if taking else []
    value = {"suggestions": [_value(row) for row in found], "taken": [row.course for row in taken]}
    frame.tell(value, lambda: show_suggestions(frame, found, taken=len(taken) if taking else None, all_too=everything))
    return WAITING if any(not isinstance(row.verdict, Matched) for row in found) else DONE


def _value(suggestion: Suggestion) -> dict[str, object]:
    verdict = suggestion.verdict
    return {
        "course": suggestion.course.id,
        "name": suggestion.course.fullname,
        "verdict": type(verdict).__name__.lower(),
        "missing": sorted(verdict.missing) if isinstance(verdict, Unmatched) else [],
        "why": [reason.code for reason in _against(verdict)],
        "candidates": [
            {
                "class": row.school_class,
                "subject": row.subject,
                "term": row.term,
                "score": row.score,
                "reasons": [{"code": reason.code, **reason.facts} for reason in row.reasons],
            }
            for row in verdict.candidates
        ],
    }


def _against(verdict: Verdict) -> tuple[Reason, ...]:
    return () if isinstance(verdict, Matched) else verdict.why


def show_suggestions(frame: Frame, found: Sequence[Suggestion], *, taken: int | None, all_too: bool) -> None:
    sure = sorted((row for row in found if isinstance(row.verdict, Matched)), key=_name)
    left = sorted((row for row in found if not isinstance(row.verdict, Matched)), key=_name)
    if sure and all_too:
        _table(frame, sure, title="title.sure")
    if left:
        _table(frame, left, title="title.ask")
    if taken is not None:
        frame.say("said.mapped", count=taken)
    elif sure:
        frame.say("said.sure_ones", count=len(sure))
    if left:
        frame.say("said.left_ones", count=len(left))
    if not found:
        frame.say("said.all_mapped")


def _name(row: Suggestion) -> str:
    return row.course.fullname


def _table(frame: Frame, rows: Sequence[Suggestion], *, title: str) -> None:
    shown = [(row.course.id, row.course.fullname, _ranked(row), _reasons(frame, row.verdict)) for row in rows]
    frame.table(("course", "name", "candidate", "reasons"), shown, title=frame.words.text(title), lines=True)


def _ranked(row: Suggestion) -> str:
    """`10A1 TOAN HK1  95`, the best first."""
    return "\n".join(f"{_place(each)}  {each.score}" for each in row.verdict.candidates[:RANKED]) or "–"


def _place(candidate: Candidate) -> str:
    return f"{candidate.school_class} {candidate.subject} {candidate.term or ''}".strip()


def _reasons(frame: Frame, verdict: Verdict) -> str:
    """What speaks against it first: that is what the person must decide over; then what speaks for the best one."""
    words = frame.words
    lines = (
        [f"– {words.label(missing)}" for missing in sorted(verdict.missing)] if isinstance(verdict, Unmatched) else []
    )
    lines += [f"– {words.reason(reason)}" for reason in _against(verdict)]
    if verdict.candidates:
        lines += [f"+ {words.reason(reason)}" for reason in verdict.candidates[0].reasons]
    return "\n".join(lines)
