"""Deep linking answers, our keys, and registering by invitation."""

import jwt
import pytest
import responses

from bridge.domain.errors import BadInput, Garbled, NotAllowed, Refused, Unclear, Unreachable
from bridge.lti.claims import DATA, DEPLOYMENT, ITEMS, MESSAGE
from bridge.lti.door import Door
from bridge.lti.tool import LtiTool
from bridge.ports.launches import DeepLinking, Item, RegistrationState
from tests.lti.platform import CLIENT, ISSUER, SCHOOL, URL, Clock, Platform
from tests.web.fakes import launch

TIMELESS = {"verify_exp": False, "verify_iat": False}
RETURN = f"{ISSUER}/mod/lti/contentitem_return.php?sesskey=x"
SHEET = Item("Sổ điểm", "Sổ điểm của lớp", f"{URL}/lti/launch", {"page": "sheet"})


def answered(platform: Platform, *items: Item, data: str = "d") -> dict[str, object]:
    linking = DeepLinking(RETURN, ("ltiResourceLink",), True, data)
    answer = platform.tool.answer(launch(deep_linking=linking), items)
    assert answer.url == RETURN
    [key] = platform.tool.jwks()["keys"]  # type: ignore[misc]
    read: dict[str, object] = jwt.decode(
        answer.fields["JWT"],
        jwt.PyJWK(key).key,
        algorithms=["RS256"],
        audience=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    return read


def test_a_deep_linking_answer_is_signed_by_the_key_that_we_publish(platform: Platform):
    said = answered(platform, SHEET)
    assert (said["iss"], said[MESSAGE], said[DEPLOYMENT], said[DATA]) == (CLIENT, "LtiDeepLinkingResponse", "1", "d")
    assert said[ITEMS] == [
        {
            "type": "ltiResourceLink",
            "title": "Sổ điểm",
            "text": "Sổ điểm của lớp",
            "url": SHEET.url,
            "custom": {"page": "sheet"},
        }
    ]


def test_a_graded_item_brings_its_column(platform: Platform):
    graded = SHEET._replace(maximum=10, resource_id="m1", tag="t")
    [item] = answered(platform, graded)[ITEMS]  # type: ignore[misc]
    assert item["lineItem"] == {"scoreMaximum": 10, "label": "Sổ điểm", "resourceId": "m1", "tag": "t"}


def test_nothing_chosen_is_an_empty_list_and_no_data_none(platform: Platform):
    said = answered(platform, data="")
    assert (said[ITEMS], DATA in said) == ([], False)


def test_a_rotated_key_signs_and_the_old_one_stays_known_for_a_week(platform: Platform, clock: Clock):
    platform.tool.jwks()
    clock.pass_seconds(1)
    platform.tool.rotate(kid="new", actor="QT01")
    keys = [key["kid"] for key in platform.tool.jwks()["keys"]]  # type: ignore[index, attr-defined]
    assert (keys[0], len(keys)) == ("new", 2)
    clock.pass_seconds(8 * 24 * 3600)
    platform.tool.rotate(kid="newer", actor="QT01")
    assert [key["kid"] for key in platform.tool.jwks()["keys"]] == ["newer", "new"]  # type: ignore[index, attr-defined]


def test_no_private_part_is_ever_published(platform: Platform):
    for key in platform.tool.jwks()["keys"]:  # type: ignore[attr-defined]
        assert set(key) == {"kty", "n", "e", "alg", "use", "kid"}


# --- registering

HOST = "https://moodle2.example.test"
CONFIGURATION = {
    "issuer": HOST,
    "authorization_endpoint": f"{HOST}/auth",
    "token_endpoint": f"{HOST}/token",
    "jwks_uri": f"{HOST}/certs",
    "registration_endpoint": f"{HOST}/register",
    "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "moodle"},
}


@pytest.fixture
def line():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def tool(platform: Platform) -> LtiTool:
    """With a real way out, on which names resolve as a test says."""
    addresses = {
        "moodle2.example.test": ["203.0.114.9"],
        "inner.example.test": ["10.0.0.5"],
        "six.example.test": ["::1"],
    }

    def resolve(host: str) -> list[str]:
        if host not in addresses:
            raise OSError(host)
        return addresses[host]

    return LtiTool(
        SCHOOL, URL, platform.tool._shelves, door=Door(resolve=resolve), clock=platform.clock, name="Cầu nối"
    )


def invitation(platform: Platform) -> str:
    return platform.store.invitations.offer(SCHOOL, actor="QT01", now=platform.clock())


def test_a_platform_registers_once_with_an_invitation(platform: Platform, tool: LtiTool, line):
    line.get(f"{HOST}/conf", json=CONFIGURATION)
    line.post(f"{HOST}/register", json={"client_id": "abc"})
    word = invitation(platform)
    made = tool.register(f"{HOST}/conf", "token", invitation=word)
    assert (made.client_id, made.state, made.name) == ("abc", RegistrationState.PENDING, "Moodle moodle2.example.test")
    sent = line.calls[1].request
    assert sent.headers["Authorization"] == "Bearer token"
    assert f'"{URL}/lti/launch"'.encode() in sent.body
    with pytest.raises(NotAllowed):
        tool.register(f"{HOST}/conf", "token", invitation=word)


def test_an_invitation_runs_out(platform: Platform, tool: LtiTool, clock: Clock):
    word = invitation(platform)
    clock.pass_seconds(1801)
    with pytest.raises(NotAllowed):
        tool.register(f"{HOST}/conf", "t", invitation=word)


def test_an_existing_registration_is_never_replaced(platform: Platform, tool: LtiTool, line):
    line.get(f"{HOST}/conf", json=CONFIGURATION)
    line.post(f"{HOST}/register", json={"client_id": "abc"})
    first = tool.register(f"{HOST}/conf", "t", invitation=invitation(platform))
    with pytest.raises(BadInput):
        tool.register(f"{HOST}/conf", "t", invitation=invitation(platform))
    assert [one for one in platform.store.platforms.registrations(SCHOOL) if one.issuer == HOST] == [first]


@pytest.mark.parametrize("url", [
    "http://moodle2.example.test/conf", "https://inner.example.test/conf", "https://six.example.test/conf",
    "file:///etc/passwd", "https://127.0.0.1/conf", "", "http://[x", "https://moodle2.example.test:x/",
])  # fmt: skip
def test_no_inner_or_unencrypted_address_is_called(platform: Platform, tool: LtiTool, line, url):
    with pytest.raises((Refused, Unreachable)):
        tool.register(url, "t", invitation=invitation(platform))
    assert len(line.calls) == 0


def test_a_named_host_may_be_private(line):
    line.get("http://127.0.0.1:8600/x", json={"a": 1})
    assert Door({"127.0.0.1"}).get("http://127.0.0.1:8600/x") == {"a": 1}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"jwks_uri": "https://other.example.test/certs"}, Refused),
        ({"issuer": "http://moodle2.example.test"}, Refused), ({"jwks_uri": "http://[x"}, Refused),
        ({"registration_endpoint": None}, Garbled), ({"token_endpoint": ""}, Garbled),
    ],
)  # fmt: skip
def test_a_platform_speaks_for_its_own_host_only(platform: Platform, tool: LtiTool, line, change, error):
    line.get(f"{HOST}/conf", json={**CONFIGURATION, **change})
    line.post(f"{HOST}/register", json={"client_id": "abc"})
    with pytest.raises(error):
        tool.register(f"{HOST}/conf", "t", invitation=invitation(platform))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ({"status": 302, "headers": {"Location": "http://127.0.0.1/"}}, Refused), ({"status": 500}, Refused),
        ({"body": "<html>"}, Garbled), ({"body": "x" * 1_100_000}, Garbled), ({"json": {"other": 1}}, Garbled),
        ({"body": ConnectionError("reset")}, Unclear), ({"status": 503}, Unreachable),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told_as_what_it_is(platform: Platform, tool: LtiTool, line, reply, error):
    line.get(f"{HOST}/conf", json=CONFIGURATION)
    line.post(f"{HOST}/register", **reply)
    with pytest.raises(error):
        tool.register(f"{HOST}/conf", "t", invitation=invitation(platform))
    assert len(platform.store.platforms.registrations(SCHOOL)) == 1  # the one from before
