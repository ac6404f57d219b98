"""Every recording of LTI is replayed by one of the contract suites, or named here with its reason."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.recorded_tools import all_recordings
from tests.sandbox.test_lti_deep_linking_contract import REPLAYED as DEEP_LINKING
from tests.sandbox.test_lti_launch_contract import REPLAYED as LAUNCHES
from tests.sandbox.test_lti_registration_contract import REPLAYED as REGISTRATIONS
from tests.sandbox.test_lti_services_contract import REPLAYED as SERVICES

NOT_REPLAYED: dict[str, str] = {}


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    replayed = [*LAUNCHES, *REGISTRATIONS, *DEEP_LINKING, *SERVICES]
    assert sorted([*replayed, *NOT_REPLAYED]) == all_recordings()


def test_the_registrations_are_each_named_in_a_test() -> None:
    """They are steps of a way rather than calls of one kind, so no parameter list holds them."""
    source = (Path(__file__).parent / "test_lti_registration_contract.py").read_text("utf-8")
    assert [name for name in REGISTRATIONS if f'"{name}"' not in source] == []
