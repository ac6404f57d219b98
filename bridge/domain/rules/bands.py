"""Bands of learning and conduct: a preview beside the official ones."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bridge.domain.rules.ruleset import Band, BandRule, Ruleset
from bridge.domain.scores import Mark, Value, Verdict


class Learning(NamedTuple):
    """The band of a semester or a year. `band` lets a scored subject alone be the one of Art. 9.3."""

    raw: Band  # before Art. 9.3
    band: Band
    band_if_comment_counts: Band  # the other reading: the one subject may be a comment subject


def learning_band(rules: Ruleset, results: Mapping[str, Value | None]) -> Learning | None:
    """The band from the results of all subjects (TT22/2021 Art. 9.2, 9.3), keyed by subject.

    None while a subject has none yet, and without any subject. A subject that a pupil is exempt from is left out.

    Whether the "one subject" of Art. 9.3 may be a comment subject is read in both ways by those who apply it; both
    bands are returned and the school's system decides.
    """
    known = {subject: result for subject, result in results.items() if result is not None}
    if not known or len(known) < len(results):
        return None
    raw = _band(rules, known)
    scored = any(_was_brought_down(rules, known, subject, raw) for subject in _of(Mark, known))
    either = scored or any(_was_brought_down(rules, known, subject, raw) for subject in _of(Verdict, known))
    return Learning(raw, _lift(raw, scored), _lift(raw, either))


def year_conduct(rules: Ruleset, first: Band, second: Band) -> Band:
    """Conduct (rèn luyện) of the year from its semesters (TT22/2021 Art. 8.2b); never computed from marks."""
    return rules.conduct[first, second]


def _band(rules: Ruleset, results: Mapping[str, Value]) -> Band:
    return next((rule.band for rule in rules.bands if _meets(rule, results)), Band.NOT_PASSED)


def _meets(rule: BandRule, results: Mapping[str, Value]) -> bool:
    scored = [result for result in results.values() if isinstance(result, Mark)]
    failed = sum(result is Verdict.NOT_PASSED for result in results.values())
    reached = sum(result >= rule.reach for result in scored)
    return failed <= rule.failed_comments and reached >= rule.enough and all(result >= rule.every for result in scored)


def _was_brought_down(rules: Ruleset, results: Mapping[str, Value], subject: str, raw: Band) -> bool:
    """Whether this one subject costs two levels or more below Tốt or Khá: what would the others alone have reached?

    The subject is taken away, not imagined as good: it never helps to fill the six subjects that a band asks for.
    """
    others = {other: result for other, result in results.items() if other != subject}
    return _band(rules, others) - raw >= 2  # two above anything is Tốt or Khá


def _of(kind: type[Mark] | type[Verdict], results: Mapping[str, Value]) -> Iterator[str]:
    return (subject for subject, result in results.items() if isinstance(result, kind))


def _lift(raw: Band, lifted: bool) -> Band:
    return Band(raw + 1) if lifted else raw
