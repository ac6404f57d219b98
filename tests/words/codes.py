"""Every code that a person may meet, with the place where it is used: found by walking the code, never listed by hand.

A key is what `bridge.words` looks for, `group.CODE`; the group is the file under `bridge/words/sentences`.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType

import bridge.domain
import bridge.ports
from bridge.csdl.soap import faults
from bridge.domain import errors, materials, plans, rights, scores, tallies
from bridge.domain.matching import verdicts
from bridge.duties import checks
from bridge.lti import access, door, gradebooks
from bridge.mail import smtp
from bridge.moodle_ws import replies
from bridge.ports import city, platforms, workbooks
from bridge.web import nav

ROOT = Path(bridge.domain.__file__).parent.parent
CODE = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)*")
TEXT_KEY = re.compile(r"(?:head|title|progress|said|ask|demo|page|letter)\.[a-z][a-z_.]*")
PAGE_CALL = re.compile(r"""\bt\('([a-zA-Z_.]+)'[,)]""")
UNLABELLED = {"Flag", "Why", "FlawKind"}  # bits, never shown by themselves; reasons, which have texts of their own

Found = Iterator[tuple[str, str]]  # key, place


def labels() -> Found:
    """Every member of every enum of the trade."""
    for room in _rooms(bridge.domain, bridge.ports):
        for kind in vars(room).values():
            if _is_enum_of(kind, room.__name__) and kind.__name__ not in UNLABELLED:
                yield from ((f"label.{kind.__name__}.{member.name}", room.__name__) for member in kind)


def _rooms(*packages: ModuleType) -> Iterator[ModuleType]:
    for package in packages:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def _is_enum_of(kind: object, room: str) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__ == room


def flaws() -> Found:
    """What may be wrong with a workbook, told like any other input."""
    for kind in workbooks.FlawKind:
        yield f"error.BAD_INPUT.{kind}", workbooks.__name__


def reasons() -> Found:
    for why in verdicts.Why:
        yield f"reason.{why.name}", verdicts.__name__


def problems() -> Found:
    for problem in plans.Problem:
        yield f"problem.{problem}", plans.__name__
    for cause in scores.Cause:
        yield f"problem.UNREADABLE.{cause}", scores.__name__
    for refusal in city.Refusal:
        yield f"problem.REFUSED.{refusal}", city.__name__


def error_classes() -> Found:
    remaining = [errors.BridgeError]
    while remaining:
        kind = remaining.pop()
        remaining += kind.__subclasses__()
        if kind.__module__.startswith("bridge."):
            yield f"error.{kind.code}", kind.__module__


def errors_by_cause() -> Found:
    """`why`, `kind` and `lack` of every error that is raised anywhere."""
    for path, call, name in calls():
        kind = getattr(errors, name, None)
        if not (isinstance(kind, type) and issubclass(kind, errors.BridgeError)):
            continue
        facts = {word.arg: word.value for word in call.keywords if word.arg}
        remote = _remote(path, facts.get("remote"))
        for fact in ("reason", "why", "kind"):
            for code in _constants(facts.get(fact)):
                yield _error_key(kind, remote, code.upper().replace(" ", "_")), _place(path, call)
    for lack in rights.Lack:
        yield f"error.{errors.NotAllowed.code}.{lack}", rights.__name__


def store_problems() -> Found:
    """`why` may be a variable there, so every code-like text of such a module counts."""
    for path, call, name in calls():
        whys = [word.value for word in call.keywords if word.arg == "why"]
        if name == "StoreProblem" and whys and not isinstance(whys[0], ast.Constant):
            for node in ast.walk(_tree(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                    yield f"error.STORE.{node.value}", _place(path, node)


def city_answers() -> Found:
    """What the SOAP adapter makes of a bad answer: refusals have sentences, all else is a part of one."""
    for meaning, reason in faults.FAULTS.values():
        refused = meaning in (faults.Meaning.REFUSED, faults.Meaning.AGAIN)
        yield (
            (f"error.REFUSED.{faults.REMOTE}.{reason}" if refused else f"cause.{faults.REMOTE}.{reason}"),
            faults.__name__,
        )
        yield f"cause.{faults.REMOTE}.{reason}", faults.__name__  # a health check tells refusals as part of a sentence
    for path, call, name in calls(ROOT / "csdl"):
        if name in ("garbled", "lost", "unreachable", "refused", "_bad") and call.args:
            for code in _constants(call.args[0]):
                yield f"cause.{faults.REMOTE}.{code}", _place(path, call)
                if name == "refused":
                    yield f"error.REFUSED.{faults.REMOTE}.{code}", _place(path, call)


def moodle_answers() -> Found:
    for reason in replies.Reason:
        yield f"error.REFUSED.{replies.REMOTE}.{reason}", replies.__name__
        yield f"cause.{replies.REMOTE}.{reason}", replies.__name__
    for why in (*replies.Why, *replies.LATER.values()):
        yield f"cause.{replies.REMOTE}.{why}", replies.__name__
    for node in ast.walk(_tree(ROOT / "moodle_ws" / "replies.py")):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "reason":
                    yield from (
                        (f"cause.{replies.REMOTE}.{code}", _place(ROOT / "moodle_ws/replies.py", value))
                        for code in _constants(value)
                    )


def platform_answers() -> Found:
    """What the LTI adapter makes of an answer of a platform's services."""
    for room, meanings in ((gradebooks, gradebooks.MEANINGS), (access, access.SAID)):
        yield from ((f"error.REFUSED.{door.REMOTE}.{reason}", room.__name__) for reason in meanings.values())
    for path, call, name in calls(ROOT / "lti"):
        if name == "_garbled":
            yield from ((f"cause.{door.REMOTE}.{code}", _place(path, call)) for code in _constants(call.args[0]))


def findings() -> Found:
    """Codes of findings: given where one is made, or in a module of which one is made with a variable."""
    for path, call, name in calls():
        if name not in ("LmsFinding", "CityFinding"):
            continue
        for code in _codes_of_finding(path, call):
            yield f"finding.{code}", _place(path, call)


def audit_events() -> Found:
    """First argument of every trail entry; `score.{…}` is checked by the outcomes that there are."""
    for path, call, name in calls(ROOT / "store"):
        if name in ("Entry", "_changed") and call.args and isinstance(call.args[0], ast.Constant):
            yield f"label.audit.{call.args[0].value}", _place(path, call)
    for outcome in city.Outcome:
        yield f"label.audit.score.{outcome.lower()}", city.__name__
    for step in materials.Step:
        yield f"label.audit.material.{step.lower()}", materials.__name__
    for gate in plans.Gate:
        yield f"label.audit.score.{gate.lower()}", plans.__name__


def given_up() -> Found:
    for code, place in _said(ROOT / "sync", "supersede", "why"):
        yield f"label.given_up.{code}", place


def entry_texts() -> Found:
    """What the command line and the pages ask for by key."""
    for room in ("cli", "web"):
        for path, call, name in calls(ROOT / room):
            first = _constants(call.args[0]) if call.args else []
            if name == "code" and len(call.args) == 2:
                for group in first:
                    yield from ((f"label.{group}.{code}", _place(path, call)) for code in _constants(call.args[1]))
            elif name == "count" and "words" in ast.unparse(call.func):
                yield from ((f"count.{noun}", _place(path, call)) for noun in first)
            elif name == "table" and call.args and isinstance(call.args[0], ast.Tuple):
                yield from (
                    (f"text.head.{head}", _place(path, call)) for part in call.args[0].elts for head in _constants(part)
                )


def text_keys() -> Found:
    """Whatever looks like the key of a text counts, also in a table or a variable."""
    for room in ("cli", "web", "duties"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(_tree(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and TEXT_KEY.fullmatch(node.value):
                    yield f"text.{node.value}", _place(path, node)


def page_texts() -> Found:
    """What templates and views ask for: `t('…')`, `page("…")`; a key that ends in a variable by each of its codes."""
    for path in sorted((ROOT / "web").rglob("*.html")):
        for match in PAGE_CALL.finditer(path.read_text("utf-8")):
            yield f"page.{match[1]}", f"{path.relative_to(ROOT.parent)}"
    for path, call, name in calls(ROOT / "web"):
        if name == "page" and call.args:
            yield from ((f"page.{key}", _place(path, call)) for key in _constants(call.args[0]))
    for problem in plans.Problem:
        yield f"page.hold.{problem}", plans.__name__
    yield from ((f"page.doctor.{step}", platforms.__name__) for step in platforms.Step)
    for part in checks.PARTS:
        yield from ((f"page.connections.{part}{more}", checks.__name__) for more in ("", "_lead"))
    for weight in ("serious", "notable", "note"):
        yield f"page.connections.{weight}", checks.__name__
    for place in nav.PLACES:
        yield f"page.{place.key}", nav.__name__
    for state in tallies.Coverage:
        yield f"page.coverage.{state}", tallies.__name__


def page_errors() -> Found:
    """What the pages refuse by a lack of their own."""
    for code, place in _said(ROOT / "web", "NotAllowed", "lack"):
        yield f"page.error.NOT_ALLOWED.{code}", place


def _said(room: Path, callee: str, keyword: str) -> Found:
    """(constant, place) of one keyword of every call of `callee` in that room."""
    for path, call, name in calls(room):
        if name == callee:
            for word in call.keywords:
                if word.arg == keyword:
                    yield from ((code, _place(path, call)) for code in _constants(word.value))


def setting_texts() -> Iterator[tuple[str, str]]:
    """(text, place) of every problem of a setting that our own code may report."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = _tree(path)
        if "ConfigProblem(" not in path.read_text("utf-8"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_sentence(node.elts[1]):
                yield _rendered(node.elts[1]), _place(path, node)
            if isinstance(node, ast.Call) and _name(node) == "ValueError" and node.args and _is_sentence(node.args[0]):
                yield _rendered(node.args[0]), _place(path, node)


SOURCES = (
    labels,
    flaws,
    reasons,
    problems,
    error_classes,
    errors_by_cause,
    store_problems,
    city_answers,
    moodle_answers,
    platform_answers,
    findings,
    audit_events,
    given_up,
    entry_texts,
    text_keys,
    page_texts,
    page_errors,
)


def calls(folder: Path = ROOT) -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call in a folder with the last part of the name that is called."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call):
                yield path, node, _name(node)


_trees: dict[Path, ast.Module] = {}


def _tree(path: Path) -> ast.Module:
    if path not in _trees:
        _trees[path] = ast.parse(path.read_text("utf-8"))
    return _trees[path]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT.parent)}:{getattr(node, 'lineno', 0)}"


def _constants(node: ast.AST | None) -> list[str]:
    """The texts that an expression may be: a constant, or either side of a choice."""
    if isinstance(node, ast.IfExp):
        return _constants(node.body) + _constants(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _remote(path: Path, node: ast.AST | None) -> list[str]:
    """Each adapter calls its remote by a constant of its own; elsewhere it is written out."""
    if isinstance(node, ast.Name) and node.id == "REMOTE":
        named = {"moodle_ws": replies.REMOTE, "mail": smtp.REMOTE, "lti": door.REMOTE}
        return [next((named[room] for room in named if room in path.relative_to(ROOT).parts), faults.REMOTE)]
    return _constants(node)


def _error_key(kind: type[errors.BridgeError], remote: list[str], code: str) -> str:
    if not issubclass(kind, errors.RemoteError):
        return f"error.{kind.code}.{code}"
    if not remote:
        return f"error.{kind.code}.{code}"
    return f"error.{kind.code}.{remote[0]}.{code}" if kind is errors.Refused else f"cause.{remote[0]}.{code}"


def _codes_of_finding(path: Path, call: ast.Call) -> list[str]:
    """The code itself; for a variable or a pattern every code that the module gives to whoever makes the finding."""
    first = call.args[0]
    if isinstance(first, ast.Constant):
        return [str(first.value)]
    prefix = (
        str(first.values[0].value)
        if isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant)
        else ""
    )
    return [prefix + code for code in _codes_given(path)]


def _codes_given(path: Path) -> list[str]:
    """First arguments of the module's own helpers, first parts of its pairs, values of its tables."""
    found: list[ast.AST | None] = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and _name(node).startswith("_") and node.args:
            found.append(node.args[0])
        elif isinstance(node, ast.Tuple) and node.elts:
            found.append(node.elts[0])
        elif isinstance(node, ast.Dict):
            found += node.values
    return [text for node in found for text in _constants(node) if CODE.fullmatch(text)]


def _is_sentence(node: ast.AST) -> bool:
    """Words of its own, and not only holes and signs between them."""
    return " " in _rendered(node) and any(sign.islower() for sign in _rendered(node))


def _rendered(node: ast.AST) -> str:
    """The text with `X` in its holes."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
