"""The rooms of the house: who may import whom, and which library is known where (docs/rooms.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A room may import itself and the rooms named here; nothing else of the house.
ROOMS: dict[str, set[str]] = {
    "bridge.domain": set(),
    "bridge.lines": set(),
    "bridge.ports": {"bridge.domain"},
    "bridge.sync": {"bridge.ports", "bridge.domain"},
    "bridge.people": {"bridge.ports", "bridge.domain"},
    "bridge.mapping": {"bridge.ports", "bridge.domain"},
    "bridge.passback": {"bridge.ports", "bridge.domain"},
    "bridge.moodle_ws": {"bridge.lines", "bridge.ports", "bridge.domain"},
    "bridge.byhand": {"bridge.ports", "bridge.domain"},
    "bridge.csdl": {
        "bridge.lines",
        "bridge.ports",
        "bridge.domain",
        "city_contract",
        "content_packager",  # its bounded zip reader
    },
    "bridge.store": {"bridge.ports", "bridge.domain"},
    "bridge.materials": {"bridge.ports", "bridge.domain"},
    "bridge.packages": {"bridge.ports", "bridge.domain", "content_packager"},
    "bridge.shelves": {"bridge.ports", "bridge.domain"},
    "bridge.jobs": {"bridge.ports", "bridge.domain"},
    "bridge.mail": {"bridge.ports", "bridge.domain"},
    "bridge.notices": {"bridge.ports", "bridge.domain"},
    "bridge.lrs": {"bridge.ports", "bridge.domain"},
    "bridge.lti": {"bridge.lines", "bridge.ports", "bridge.domain"},
    "bridge.overview": {"bridge.ports", "bridge.domain"},
    "bridge.words": {"bridge.ports", "bridge.domain"},
    "bridge.spreadsheets": set(),
    "bridge.config": {"bridge.domain"},
    "bridge.wiring": {
        "bridge.overview",
        "bridge.lti",
        "bridge.lrs",
        "bridge.config",
        "bridge.csdl",
        "bridge.jobs",
        "bridge.mail",
        "bridge.moodle_ws",
        "bridge.packages",
        "bridge.shelves",
        "bridge.store",
        "bridge.sync",
        "bridge.people",
        "bridge.mapping",
        "bridge.materials",
        "bridge.passback",
        "bridge.ports",
        "bridge.domain",
    },
    "bridge.duties": {
        "bridge.materials",
        "bridge.passback",
        "bridge.mapping",
        "bridge.overview",
        "bridge.notices",
        "bridge.words",
        "bridge.wiring",
        "bridge.sync",
        "bridge.people",
        "bridge.ports",
        "bridge.domain",
    },
    "bridge.metrics": {"bridge.duties", "bridge.wiring", "bridge.ports", "bridge.domain"},
    "bridge.cli": {
        "bridge.overview",
        "bridge.spreadsheets",
        "bridge.lrs",
        "bridge.byhand",
        "bridge.notices",
        "bridge.duties",
        "bridge.wiring",
        "bridge.config",
        "bridge.words",
        "bridge.web",  # `bridge serve` starts it
        "bridge.passback",
        "bridge.sync",
        "bridge.people",
        "bridge.mapping",
        "bridge.materials",
        "bridge.ports",
        "bridge.domain",
    },
    "bridge.web": {
        "bridge.overview",
        "bridge.spreadsheets",
        "bridge.lrs",
        "bridge.metrics",
        "bridge.notices",
        "bridge.duties",
        "bridge.wiring",
        "bridge.words",
        "bridge.sync",
        "bridge.people",
        "bridge.mapping",
        "bridge.materials",
        "bridge.passback",
        "bridge.ports",
        "bridge.domain",
    },
    "city_contract": set(),
    "content_packager": set(),
    "sandbox": {"city_contract"},
}

# A library is known in these rooms only. Where a library is not named it is the standard one's business.
LIBRARIES: dict[str, set[str]] = {
    "zeep": {"bridge.csdl"},
    "lxml": {"bridge.csdl", "sandbox", "city_contract", "content_packager"},
    "sqlalchemy": {"bridge.store"},
    "alembic": {"bridge.store"},
    "psycopg": {"bridge.store"},
    "sqlite3": {"bridge.store", "bridge.jobs", "sandbox"},
    "cryptography": {"bridge.lrs", "bridge.lti", "bridge.store", "sandbox"},
    "msgspec": {"bridge.moodle_ws", "bridge.lrs"},
    "pydantic": {"bridge.csdl", "bridge.config"},
    "pydantic_settings": {"bridge.config"},
    "urllib3": {"bridge.lines", "bridge.lti", "bridge.csdl"},
    "requests": {"bridge.lines", "bridge.lti", "bridge.csdl", "bridge.moodle_ws", "bridge.cli", "sandbox"},
    "jwcrypto": {"bridge.lti"},
    "jwt": {"bridge.lti", "sandbox"},
    "pylti1p3": {"bridge.lti"},
    "rapidfuzz": {"bridge.domain", "bridge.cli"},
    "flask": {"content_packager", "sandbox", "bridge.web"},
    "werkzeug": {"sandbox", "bridge.web"},
    "flask_babel": {"bridge.web"},
    "argon2": {"bridge.store"},
    "waitress": {"content_packager", "sandbox", "bridge.web"},
    "huey": {"bridge.jobs"},
    "prometheus_client": {"bridge.metrics"},
    "smtplib": {"bridge.mail"},
    "click": {"bridge.cli", "content_packager"},
    "rich": {"bridge.cli", "content_packager"},
    "markupsafe": {"content_packager", "bridge.web"},
    "markdown_it": {"content_packager"},
    "zlib_ng": {"content_packager"},
    "xlsxwriter": {"bridge.cli", "bridge.spreadsheets", "sandbox"},
    "openpyxl": {"sandbox"},
    "python_calamine": {"bridge.cli", "bridge.csdl", "content_packager"},
}


def room_of(module: str) -> str | None:
    found = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(found, key=len, default=None)


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("bridge", "city_contract", "content_packager", "sandbox"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[str]:
    """Every module that is imported, relative imports resolved, also inside functions."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names if room_of(f"{source}.{alias.name}"))


MODULES = list(modules())


@pytest.mark.parametrize(("module", "path"), MODULES, ids=[module for module, _ in MODULES])
def test_imports_go_down_only(module, path):
    room = room_of(module)
    assert room is not None or module == "bridge", f"{module} is in no room of docs/rooms.md"
    if room is None:
        return
    wrong = {
        found
        for found in imports(module, path)
        if (other := room_of(found)) is not None and other != room and other not in ROOMS[room]
    }
    assert not wrong, f"{module} may not know {sorted(wrong)}"


@pytest.mark.parametrize(("module", "path"), MODULES, ids=[module for module, _ in MODULES])
def test_a_library_is_known_in_its_rooms_only(module, path):
    room = room_of(module)
    known = {found.split(".")[0] for found in imports(module, path)}
    wrong = {library for library in known & set(LIBRARIES) if room not in LIBRARIES[library]}
    assert not wrong, f"{module} may not know {sorted(wrong)}"


def test_every_room_stands_in_the_plan_of_the_house():
    plan = (ROOT / "docs" / "rooms.md").read_text("utf-8")
    assert [room for room in ROOMS if f"`{room.replace('.', '/')}" not in plan] == []
