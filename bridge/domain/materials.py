"""Learning materials: how a version comes into use, and how the results of several attempts become one.

The school's plan: the department reviews each material and the principal approves it before use. A version goes that
way by itself; a newer one starts again while the one in use stays in use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from bridge.domain.errors import BadInput
from bridge.domain.rights import Action


class MaterialState(StrEnum):
    """Of one version."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"  # waits for the head of its subject's department
    REVIEWED = "REVIEWED"  # waits for the principal
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"  # the version in use: one of a material at most
    RETURNED = "RETURNED"  # with a comment, to its author
    REPLACED = "REPLACED"  # a newer version is in use
    WITHDRAWN = "WITHDRAWN"


class Step(StrEnum):
    SUBMIT = "SUBMIT"
    REVIEW = "REVIEW"
    APPROVE = "APPROVE"
    PUBLISH = "PUBLISH"
    RETURN = "RETURN"
    WITHDRAW = "WITHDRAW"


class Turn(NamedTuple):
    """Where a step leads, and the right that it asks for."""

    to: MaterialState
    action: Action


_S = MaterialState
TURNS: Mapping[tuple[MaterialState, Step], Turn] = MappingProxyType(
    {
        (_S.DRAFT, Step.SUBMIT): Turn(_S.SUBMITTED, Action.WRITE_MATERIAL),
        (_S.RETURNED, Step.SUBMIT): Turn(_S.SUBMITTED, Action.WRITE_MATERIAL),
        (_S.SUBMITTED, Step.REVIEW): Turn(_S.REVIEWED, Action.REVIEW_MATERIAL),
        (_S.SUBMITTED, Step.RETURN): Turn(_S.RETURNED, Action.REVIEW_MATERIAL),
        (_S.REVIEWED, Step.APPROVE): Turn(_S.APPROVED, Action.APPROVE_MATERIAL),
        (_S.REVIEWED, Step.RETURN): Turn(_S.RETURNED, Action.APPROVE_MATERIAL),
        (_S.APPROVED, Step.PUBLISH): Turn(_S.PUBLISHED, Action.PUBLISH_MATERIAL),
        (_S.APPROVED, Step.RETURN): Turn(_S.RETURNED, Action.APPROVE_MATERIAL),
        (_S.PUBLISHED, Step.WITHDRAW): Turn(_S.WITHDRAWN, Action.WITHDRAW_MATERIAL),
        (_S.WITHDRAWN, Step.PUBLISH): Turn(_S.PUBLISHED, Action.APPROVE_MATERIAL),
    }
)
WITH_REASON = frozenset({Step.RETURN, Step.WITHDRAW})  # what somebody else has to understand later


def turn(state: MaterialState, step: Step) -> Turn:
    """`BadInput(why="MATERIAL_STEP")` where this step does not lead on from this state."""
    found = TURNS.get((state, step))
    if found is None:
        raise BadInput(where="step", value=str(step), why="MATERIAL_STEP", state=state)
    return found


def steps_from(state: MaterialState) -> list[Step]:
    return [step for at, step in TURNS if at is state]


@dataclass(frozen=True, slots=True)
class About:
    """What a material is, for its shelf. `grade_level` is khối 1–12, None for all; `subject` a code of ours."""

    title: str
    subject: str = ""
    grade_level: int | None = None
    topic: str = ""
    description: str = ""
    requirements: tuple[str, ...] = ()  # codes of QĐ 791/QĐ-SGDĐT
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    licence: str = ""
    language: str = "vi"


class ScorePolicy(StrEnum):
    """Which of several finished attempts a link reports."""

    HIGHEST = "HIGHEST"
    LATEST = "LATEST"
    FIRST = "FIRST"
    AVERAGE = "AVERAGE"


def counting(policy: ScorePolicy, scores: Sequence[Decimal]) -> Decimal | None:
    """The one score (0–100, to four places) of finished attempts in their order; None where there is none.

    An attempt that is not finished, and one without a score, are not among `scores`: a blank is never a zero.
    """
    if not scores:
        return None
    match policy:
        case ScorePolicy.HIGHEST:
            return max(scores)
        case ScorePolicy.LATEST:
            return scores[-1]
        case ScorePolicy.FIRST:
            return scores[0]
        case ScorePolicy.AVERAGE:
            mean = sum(scores, Decimal(0)) / len(scores)
            return mean.quantize(Decimal("0.0001"), ROUND_HALF_UP)
