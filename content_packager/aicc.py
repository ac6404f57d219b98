"""The script of `adlcp:prerequisites`: which items must stand how before another may be opened.

SCORM 1.2 CAM §2.3.2.5.1 takes it from AICC (CMI001 §6.6.2): an identifier alone is met by an item that is passed or
completed; `=` and `<>` ask for a status, `&` and `|` join, `~` turns round, `{A,B}` is a set, `2*{A,B,C}` asks for so
many of it. `~` binds closer than `&`, `&` closer than `|`. Nobody keeps a library for it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

LONGEST, DEEPEST = 4000, 32
DONE = frozenset({"passed", "completed"})
STATES = ("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
NOT_ATTEMPTED = "not attempted"
_TOKEN = re.compile(r'\s*(?:(<>|[&|~=,*{}()])|"([^"]*)"|([^\s&|~=<>,*{}()"]+))')

States = Mapping[str, str]  # identifier → one of STATES; who is missing was not attempted


class BadScript(ValueError):
    """Not a script. `at`: the place, from 1."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class Is:
    """An item stands in one of these states."""

    name: str
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Not:
    of: "Script"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of these hold: all of `&`, one of `|`."""

    count: int
    of: "tuple[Script, ...]"


Script = Is | Not | AtLeast


def parse(text: str) -> Script | None:
    """None of blanks, which ask for nothing. Raises BadScript."""
    if len(text) > LONGEST:
        raise BadScript(LONGEST)
    tokens = list(_tokens(text))
    return _Reader(tokens, len(text) + 1).whole() if tokens else None


def holds(script: Script, states: States) -> bool:
    if isinstance(script, Is):
        return states.get(script.name, NOT_ATTEMPTED) in script.states
    if isinstance(script, Not):
        return not holds(script.of, states)
    return sum(holds(each, states) for each in script.of) >= script.count


def names(script: Script) -> Iterator[str]:
    if isinstance(script, Is):
        yield script.name
    else:
        for each in (script.of,) if isinstance(script, Not) else script.of:
            yield from names(each)


def lacking(script: Script, states: States) -> Iterator[Is]:
    """What would have to come about, first of all; nothing where something would have to be undone."""
    if holds(script, states) or isinstance(script, Not):
        return
    if isinstance(script, Is):
        yield script
        return
    for each in script.of:
        yield from lacking(each, states)


def could_hold(script: Script, opened: Callable[[str], bool]) -> bool:
    """Whether it may come to hold while these items, and no others, can be opened."""
    if isinstance(script, Is):
        return opened(script.name) or NOT_ATTEMPTED in script.states
    return isinstance(script, Not) or sum(could_hold(each, opened) for each in script.of) >= script.count


@dataclass(frozen=True, slots=True)
class _Token:
    sign: str
    """"" of a name."""
    name: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise BadScript(place + 1)
        sign, quoted, name = found.groups()
        yield _Token(sign or "", quoted if quoted is not None else name or "", found.start(found.lastindex or 0) + 1)
        place = found.end()


class _Reader:
    """Recursive descent; each method takes what it reads."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._place = 0
        self._depth = 0

    def whole(self) -> Script:
        found = self._either()
        if self._place < len(self._tokens):
            raise BadScript(self._at())
        return found

    def _either(self) -> Script:
        return self._joined("|", self._all, 1)

    def _all(self) -> Script:
        return self._joined("&", self._one, None)

    def _joined(self, sign: str, read: Callable[[], Script], count: int | None) -> Script:
        found = [read()]
        while self._take(sign):
            found.append(read())
        return found[0] if len(found) == 1 else AtLeast(count or len(found), tuple(found))

    def _one(self) -> Script:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadScript(self._at())
        found = self._single()
        self._depth -= 1
        return found

    def _single(self) -> Script:
        if self._take("~"):
            return Not(self._one())
        if self._take("("):
            inner = self._either()
            self._demand(")")
            return inner
        if self._take("{"):
            members = self._members()
            return AtLeast(len(members), members)
        return self._named()

    def _named(self) -> Script:
        name = self._name()
        if name.isascii() and name.isdigit() and self._take("*"):
            self._demand("{")
            members = self._members()
            return AtLeast(int(name[:9]), members)
        if self._take("="):
            return Is(name, frozenset({self._state()}))
        if self._take("<>"):
            return Is(name, frozenset(STATES) - {self._state()})
        return Is(name, DONE)

    def _members(self) -> tuple[Script, ...]:
        found = [self._either()]
        while self._take(","):
            found.append(self._either())
        self._demand("}")
        return tuple(found)

    def _state(self) -> str:
        """By its first letter too, as AICC has it."""
        at, word = self._at(), self._name().lower()
        if word == "not" and self._peek("").lower() == "attempted":
            self._name()
            return NOT_ATTEMPTED
        found = [state for state in STATES if word in (state, state[0], state.replace(" ", ""))]
        if not found:
            raise BadScript(at)
        return found[0]

    def _name(self) -> str:
        found = self._peek("")
        if not found:
            raise BadScript(self._at())
        self._place += 1
        return found

    def _peek(self, sign: str) -> str:
        there = self._tokens[self._place] if self._place < len(self._tokens) else _Token("end", "", 0)
        return (there.sign or there.name) if there.sign == sign else ""

    def _take(self, sign: str) -> bool:
        there = bool(self._peek(sign))
        self._place += there
        return there

    def _demand(self, sign: str) -> None:
        if not self._take(sign):
            raise BadScript(self._at())

    def _at(self) -> int:
        return self._tokens[self._place].at if self._place < len(self._tokens) else self._end
