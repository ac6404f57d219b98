"""The one room where codes become sentences that a person understands, in Vietnamese (default) and English.

Only the entries (web, command line) come here. The sentences are data (`sentences/*.toml`); `tests/words` walks the
code and names each code that has none. Telling what is wrong never fails itself: where a sentence is missing the code
and its facts are shown, where a fact is missing its bare name is.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from bridge.domain.errors import BadInput, BridgeError, ConfigProblem
from bridge.domain.matching import Reason
from bridge.domain.plans import Hold, PersonHold, Problem
from bridge.domain.scores import Mark, Score, Standing, Unreadable, Verdict
from bridge.words.book import LANGUAGES as LANGUAGES
from bridge.words.book import Said, book
from bridge.words.settings import known_problem
from bridge.words.values import decimal, grouped, is_list, written


class Sentence(NamedTuple):
    """What is wrong and what to do next. `what` may have several lines: a list of problems below the first."""

    what: str
    next: str

    def __str__(self) -> str:
        between = "\n" if "\n" in self.what else " "
        return f"{self.what}{between}{self.next}".strip()


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")
COMMAND = "`"  # stands around what can be typed: of no use at a page
_SILENT = frozenset({"how", "where"})  # facts of a mapping's reason that only a machine asks for


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class Words:
    """Everything that is said to people, in one language. Immutable, cheap, may be shared by threads."""

    __slots__ = ("language",)

    def __init__(self, language: str = "vi") -> None:
        self.language = language if language in LANGUAGES else "vi"

    def text(self, key: str, **facts: object) -> str:
        """A text of the pages or the command line by its key in `text.toml`; the bare key where there is none."""
        return self._text(f"text.{key}", facts) or _bare(key, facts)

    def page(self, key: str, **facts: object) -> str:
        """A text of the pages by its key in `page.toml`; the bare key where there is none."""
        return self._text(f"page.{key}", facts) or _bare(key, facts)

    def page_error(self, error: BridgeError) -> Sentence:
        """`error` for somebody at a page: there what helps is a link or another person, not a command."""
        told = {**error.facts, "cause": self._cause(error.facts)}
        for key in (f"{error.code}.{_reason(error.facts)}", error.code):
            if isinstance(self._said(f"page.error.{key}"), Mapping):
                return self._sentence((f"page.error.{key}",), error.code, told)
        said = self.error(error)
        return Sentence(said.what, self.page("trouble.next")) if COMMAND in said.next else said

    def page_failure(self, code: str, facts: Mapping[str, object]) -> Sentence:
        """`failure` for somebody at a page."""
        said = self.failure(code, facts)
        return Sentence(said.what, self.page("trouble.next")) if COMMAND in said.next else said

    def page_http(self, status: int) -> Sentence:
        """What the pages say when it is no error of the house: no such page, too large, a defect."""
        return self._sentence((f"page.http.{status}", "page.http.any"), str(status), {})

    def page_problem(self, problem: Problem, detail: str = "") -> Sentence:
        """`problem`, with what to do about it on the score sheet."""
        return Sentence(self.problem(problem, detail).what, self.page(f"hold.{problem}"))

    def label(self, member: Enum) -> str:
        """A few words for a member of an enum: `Giữ điểm của CSDL`, `Chờ giáo viên xác nhận`."""
        return self.code(type(member).__name__, member.name)

    def code(self, group: str, code: str) -> str:
        """The label of a code that is no enum: states of a row, kinds of a run, origins of a mapping, audit events."""
        return self._text(f"label.{group}.{code}", {}) or code

    def reason(self, reason: Reason) -> str:
        """What speaks for or against a course's mapping, with its facts: `trường không có lớp này (10A9)`."""
        facts = {name: value for name, value in reason.facts.items() if name not in _SILENT}
        said = self._text(f"reason.{reason.code.name}", facts)
        shown = ", ".join(self._shown(value) for value in facts.values())
        has_places = "{" in str(self._said(f"reason.{reason.code.name}"))
        return said if has_places or not shown else f"{said or reason.code.name} ({shown})"

    def count(self, noun: str, number: int) -> str:
        """`3 điểm`, `1 score`, `12.345 điểm`."""
        entry = f"count.{noun}.ONE" if number == 1 else f"count.{noun}"
        return self._text(entry, {"count": grouped(number, self.language)}) or f"{number} {noun}"

    def moment(self, at: object) -> str:
        """`18:30 ngày 30/11/2026`, a day alone as `30/11/2026`; `–` for None."""
        return written(at, self.language)

    def score(self, score: Score | None) -> str:
        """`8,5`, `Đạt`, `Miễn`, `trống`; None where there is no record at all."""
        match score:
            case None:
                return self.text("no_record")
            case Mark():
                return decimal(str(score), self.language)
            case Verdict() | Standing():
                return self.label(score)
            case Unreadable(cause=cause, shown=shown):
                said = self.label(cause)
                return f"{said} ({shown})" if shown else said

    def problem(self, problem: Problem, detail: str = "", **facts: object) -> Sentence:
        """Why something is held. `detail` is a hold's: one for just that one goes first, then one that tells any."""
        told = {**facts, "detail": self._detail(problem, detail)}
        keys = (f"problem.{problem}.{detail}", f"problem.{problem}.DETAIL") if detail else ()
        return self._sentence((*keys, f"problem.{problem}"), problem, told)

    def hold(self, hold: Hold | PersonHold, **facts: object) -> Sentence:
        """`problem` of a hold, with whose it is where that is known."""
        if isinstance(hold, PersonHold):
            facts = {"course": hold.course, "user": hold.user_id, **facts}
        return self.problem(hold.problem, hold.detail, **facts)

    def error(self, error: BridgeError) -> Sentence:
        """What went wrong and what to do next. Never raises, whatever the error carries."""
        if isinstance(error, ConfigProblem):
            return self._config(error)
        return self._failure(error.code, error.facts)

    def failure(self, code: str, facts: Mapping[str, object]) -> Sentence:
        """`error` of one that was written down as its code and facts: of a job that failed."""
        return self._failure(code, {name: _revived(value) for name, value in facts.items()})

    def finding(self, code: str, facts: Mapping[str, object]) -> Sentence:
        """One line of `bridge check`; a sentence for just the facts at hand goes before the general one."""
        keys = [f"finding.{code}.{name.upper()}" for name in facts]
        told = {"cause": self._cause(facts), **facts}
        if "failed" in facts:  # by an error of ours: its code, its facts beside it
            told["said"] = self.failure(str(facts["failed"]), {**facts, "failed": ""}).what
        return self._sentence((*keys, f"finding.{code}"), code, told)

    def page_finding(self, code: str, facts: Mapping[str, object]) -> Sentence:
        """`finding` for somebody at a page: addresses and names of rights are of use there, our commands are not."""
        said = self.finding(code, facts)
        keys = [f"page.finding.{code}_{name.upper()}" for name in facts]
        own = next((text for key in (*keys, f"page.finding.{code}") if (text := self._text(key, facts))), "")
        return Sentence(said.what, own) if own else said

    def setting(self, where: str, what: str) -> str:
        """One wrong setting: `moodle.url: phải bắt đầu bằng http:// hoặc https://`."""
        known = known_problem(what)
        return f"{where}: {(self._text(*known) if known else '') or what}"

    def _failure(self, code: str, facts: Mapping[str, object]) -> Sentence:
        """The most special sentence first: by remote and reason, by reason, by remote, by class."""
        remote, reason = str(facts.get("remote", "")), _reason(facts)
        told = {**facts, "cause": self._cause(facts)}
        keys = (
            f"{code}.{remote}.{reason}",
            f"{code}.{reason}",
            f"{BadInput.code}.{reason}",  # what we refused ourselves, before it left
            f"{code}.{remote}",
            code,
        )
        found = self._sentence(tuple(f"error.{key}" for key in keys), code, told)
        return self._with_nearest(found, facts) if facts.get("nearest") else found

    def _with_nearest(self, sentence: Sentence, facts: Mapping[str, object]) -> Sentence:
        """Names that look like the one that was not found."""
        return Sentence(sentence.what, f"{sentence.next} {self.text('nearest', nearest=facts['nearest'])}")

    def _config(self, error: ConfigProblem) -> Sentence:
        problems = error.facts.get("problems")
        rows = [self.setting(str(where), str(what)) for where, what in problems] if isinstance(problems, list) else []
        head = self._failure(error.code, {"file": "bridge.toml", **error.facts, "count": len(rows)})
        return Sentence("\n".join([head.what, *(f"  - {row}" for row in rows)]), head.next)

    def _cause(self, facts: Mapping[str, object]) -> str:
        """The reason of a remote's failure as part of a sentence: its own words, else the bare code."""
        reason = _reason(facts)
        return self._text(f"cause.{facts.get('remote', '')}.{reason}", facts) or reason

    def _detail(self, problem: Problem, detail: str) -> str:
        """An error that was written down as text is told like the error."""
        if problem is not Problem.UNREAD:
            return detail
        code, *parts = detail.split(" ")
        facts = dict(part.split("=", 1) for part in parts if "=" in part)
        return self._failure(code, facts).what if facts else detail

    def _text(self, key: str, facts: Mapping[str, object]) -> str:
        said = self._said(key)
        return self._filled(said, facts) if isinstance(said, str) else ""

    def _sentence(self, keys: tuple[str, ...], code: str, facts: Mapping[str, object]) -> Sentence:
        """The first of these entries that there is; else the code and its facts as they are."""
        for key in keys:
            said = self._said(key)
            if isinstance(said, Mapping):
                return Sentence(self._filled(said["what"], facts), self._filled(said["next"], facts))
        return Sentence(_bare(code, facts), self.text("unknown_next"))

    def _said(self, key: str) -> Said | None:
        entry = book().get(key)
        return entry.of(self.language) if entry is not None else None

    def _filled(self, sentence: str, facts: Mapping[str, object]) -> str:
        return sentence.format_map(_Facts({name: self._shown(value) for name, value in facts.items()}))

    def _shown(self, value: object) -> str:
        if isinstance(value, Enum):
            return self.label(value)
        if isinstance(value, Mark | Unreadable):
            return self.score(value)
        if is_list(value):
            return ", ".join(self._shown(one) for one in value)  # type: ignore[attr-defined]
        return written(value, self.language)


def _reason(facts: Mapping[str, object]) -> str:
    """What tells the errors of one class apart. `reason` goes before `why`, which may then be a technical detail."""
    found = next((facts[name] for name in ("reason", "why", "lack", "kind") if facts.get(name)), "")
    return (found.name if isinstance(found, Enum) else str(found)).upper().replace(" ", "_")


def _revived(value: object) -> object:
    """A moment that was written down in ISO 8601 is a moment again."""
    if not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    return datetime.fromisoformat(value)


def _bare(code: str, facts: Mapping[str, object]) -> str:
    return " ".join([code, *(f"{name}={value}" for name, value in facts.items() if value not in ("", None))])
