"""How a material is played in a course: as a form says it, and as a link carries it in its custom parameters."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from bridge.domain.errors import BadInput
from bridge.domain.materials import ScorePolicy
from bridge.ports.playing import Terms
from bridge.web.numbers import whole

MOST_ATTEMPTS = 100


def terms_of(custom: Mapping[str, str]) -> Terms:
    """What was chosen when the link was placed. A teacher can edit it in the LMS: nonsense counts as nothing."""
    policy, count, mark = custom.get("policy", ""), custom.get("attempts", ""), custom.get("pass_mark", "")
    return Terms(
        graded=custom.get("graded") == "1",
        policy=ScorePolicy[policy] if policy in ScorePolicy.__members__ else ScorePolicy.HIGHEST,
        attempts=min(whole(count, 0), MOST_ATTEMPTS),
        pass_mark=percent(mark),
        by_completion=custom.get("by_completion") == "1",
        review=custom.get("review") == "1",
    )


def custom_of(terms: Terms) -> dict[str, str]:
    """As a link carries them; `terms_of` reads them."""
    return {
        "graded": "1" if terms.graded else "0",
        "policy": terms.policy.name,
        "attempts": str(terms.attempts),
        **({"pass_mark": f"{terms.pass_mark:f}"} if terms.pass_mark is not None else {}),
        **({"by_completion": "1"} if terms.by_completion else {}),
        **({"review": "1"} if terms.review else {}),
    }


def read_terms(form: Mapping[str, str]) -> Terms:
    """`BadInput(why="TERMS")` for what is no number of attempts or no percentage: a person is told, not guessed for."""
    count, mark, policy = form.get("attempts", "").strip(), form.get("pass_mark", "").strip(), form.get("policy", "")
    if count and whole(count, None, most=MOST_ATTEMPTS) is None:
        raise BadInput(where="attempts", value=count[:20], why="TERMS")
    if mark and percent(mark) is None:
        raise BadInput(where="pass_mark", value=mark[:20], why="TERMS")
    if policy and policy not in ScorePolicy.__members__:
        raise BadInput(where="policy", value=policy[:20], why="TERMS")
    return terms_of({**form, "attempts": count, "pass_mark": mark})


def percent(text: str) -> Decimal | None:
    """0–100 as people write it; None for anything else."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 100 else None
