"""Which tests run: the long ones only when asked for, those against a running Moodle only when one is named."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Playwright, sync_playwright

# A busy machine is no defect: no deadlines. What integration runs must be what was tried; at home each run tries anew.
settings.register_profile("home", deadline=None)
settings.register_profile("integration", deadline=None, derandomize=True)
settings.load_profile("integration" if os.environ.get("CI") else "home")

ASKED_BY = {
    "soak": "BRIDGE_SOAK",
    "office": "BRIDGE_OFFICE",
    "live": "MOODLE_URL",
    "writes": "MOODLE_WRITE_TOKEN",
    "cmi5_xsd": "CMI5_XSD",
    "xapi_spec": "XAPI_SPEC",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, not skip: what nobody asked for is no news."""
    idle = [item for item in items if not _asked_for(item)]
    if idle:
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in idle]


def _asked_for(item: pytest.Item) -> bool:
    return all(_set(variable) for marker, variable in ASKED_BY.items() if item.get_closest_marker(marker))


def _set(variable: str) -> bool:
    return os.environ.get(variable, "") not in ("", "0")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all: a process may start it once only."""
    with sync_playwright() as started:
        yield started
