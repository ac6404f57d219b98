"""Registering a platform by hand."""

from urllib.parse import urlsplit

import pytest

from tests.cli.world import School

HOST = "https://lms.example.test"
ADDRESSES = {"--auth": f"{HOST}/auth", "--token": f"{HOST}/token", "--jwks": f"{HOST}/certs"}


def words(issuer: str = HOST, **changed: str) -> list[str]:
    options = {**ADDRESSES, **{f"--{name}": value for name, value in changed.items()}}
    return ["lti", "register", issuer, "client-9", *(word for option in options.items() for word in option)]


def platforms(school: School) -> list[dict[str, str]]:
    found: list[dict[str, str]] = school.json("lti", "platforms")["platforms"]
    return found


def test_a_platform_registered_by_hand_waits_for_its_first_launch(school: School):
    said = school.run(*words())
    assert said.code == 0
    assert [urlsplit(line).path for line in said.out.splitlines()[-3:]] == ["/lti/launch", "/lti/login", "/lti/jwks"]
    [known] = platforms(school)
    assert (known["name"], known["client"], known["state"]) == ("lms.example.test", "client-9", "PENDING")


def test_a_registration_is_not_replaced_by_hand_either(school: School):
    school.run(*words())
    assert school.run(*words(token=f"{HOST}/other")).code != 0
    assert len(platforms(school)) == 1


@pytest.mark.parametrize("bad", ["http://lms.example.test/x", "lms.example.test/x", "https:///x", "file:///etc/passwd"])
def test_an_address_that_no_launch_could_use_is_refused_at_once(school: School, bad: str):
    for given in (words(issuer=bad), words(auth=bad), words(token=bad), words(jwks=bad)):
        assert school.run(*given).code != 0
    assert platforms(school) == []


def test_only_somebody_who_runs_the_bridge_registers(school: School):
    assert school.run(*words(), actor=school.teacher("10A1", "TOAN")).code != 0
    assert platforms(school) == []
