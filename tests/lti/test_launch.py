"""A launch passes every check or none; each refusal leaves a case that says at which step (Security Framework §5.1)."""

import json

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bridge.domain.errors import LaunchRefused, Unreachable
from bridge.lti.claims import DEPLOYMENT, LTI, MESSAGE, TARGET
from bridge.ports.launches import MessageType, RegistrationState
from bridge.ports.platforms import Step
from tests.lti.platform import CLIENT, ISSUER, KEY, PUPIL, SCHOOL, STRANGE, TEACHER, URL, Clock, Platform, jwk

ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
SERVICE = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def refused(platform: Platform, form: dict[str, str], binding: str | None) -> tuple[Step, str]:
    with pytest.raises(LaunchRefused) as error:
        platform.tool.launch(form, binding=binding)
    case = platform.store.cases.find(SCHOOL, str(error.value.facts["case"]))
    assert error.value.facts["why"] == case.reason
    return case.step, case.reason


def test_a_good_launch_says_who_came_from_where(platform: Platform):
    asked, binding = platform.begin()
    found = platform.tool.launch({"state": asked["state"], "id_token": platform.token(asked)}, binding=binding)
    assert (found.person.user, found.person.idnumber, found.person.teaching) == ("3", "GV1", True)
    assert (found.course.id, found.link, found.link_title) == ("12", "25", "Sổ điểm")
    assert (found.message, found.registration, found.deployment) == (MessageType.RESOURCE_LINK, "r1", "1")


def test_the_login_asks_as_the_standard_says(platform: Platform):
    asked, _ = platform.begin(lti_message_hint="m")
    fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    assert fixed.items() <= asked.items()
    assert (asked["client_id"], asked["redirect_uri"], asked["lti_message_hint"]) == (CLIENT, f"{URL}/lti/launch", "m")


def test_the_first_launch_makes_a_pending_registration_active_and_learns_its_deployment(platform: Platform):
    asked, binding = platform.begin()
    platform.tool.launch({"state": asked["state"], "id_token": platform.token(asked)}, binding=binding)
    known = platform.store.platforms.find("r1")
    assert (known.state, known.deployments) == (RegistrationState.ACTIVE, ("1",))


def test_a_state_is_used_once(platform: Platform):
    asked, binding = platform.begin()
    form = {"state": asked["state"], "id_token": platform.token(asked)}
    platform.tool.launch(form, binding=binding)
    assert refused(platform, form, binding) == (Step.STATE, "STATE")


def test_a_failed_launch_uses_its_state_up_too(platform: Platform):
    asked, binding = platform.begin()
    refused(platform, {"state": asked["state"], "id_token": "x"}, binding)
    good = {"state": asked["state"], "id_token": platform.token(asked)}
    assert refused(platform, good, binding) == (Step.STATE, "STATE")


def test_a_state_runs_out(platform: Platform, clock: Clock):
    asked, binding = platform.begin()
    clock.pass_seconds(601)
    form = {"state": asked["state"], "id_token": platform.token(asked)}
    assert refused(platform, form, binding) == (Step.STATE, "STATE")


@pytest.mark.parametrize(("binding", "step"), [(None, Step.COOKIE), ("of another", Step.STATE)])
def test_another_browser_gets_nothing(platform: Platform, binding, step):
    asked, _ = platform.begin()
    assert refused(platform, {"state": asked["state"], "id_token": platform.token(asked)}, binding)[0] is step


def test_the_nonce_of_another_login_is_refused(platform: Platform):
    first, binding = platform.begin()
    second, _ = platform.begin()
    form = {"state": first["state"], "id_token": platform.token(second)}
    assert refused(platform, form, binding) == (Step.NONCE, "NONCE")


SPOILED = [
    ({"exp": -70}, Step.CLOCK, "EXPIRED"), ({"exp": ...}, Step.CLOCK, "NO_TIME"), ({"iat": ...}, Step.CLOCK, "NO_TIME"),
    ({"exp": float("inf")}, Step.CLOCK, "NO_TIME"), ({"nbf": float("nan")}, Step.CLOCK, "NO_TIME"),
    ({"iat": "now"}, Step.CLOCK, "NO_TIME"), ({"iat": 70, "exp": 130}, Step.CLOCK, "FUTURE"),
    ({"iat": -700}, Step.CLOCK, "OLD"), ({"nbf": 90}, Step.CLOCK, "FUTURE"),
    ({"iss": "https://other.example.test"}, Step.AUDIENCE, "ISSUER"), ({"iss": ...}, Step.AUDIENCE, "ISSUER"),
    ({"aud": "another"}, Step.AUDIENCE, "AUDIENCE"), ({"aud": ...}, Step.AUDIENCE, "AUDIENCE"),
    ({"aud": [CLIENT, "another"]}, Step.AUDIENCE, "AUDIENCE"), ({"azp": "another"}, Step.AUDIENCE, "AUDIENCE"),
    ({"nonce": ...}, Step.NONCE, "NONCE"), ({"nonce": "x"}, Step.NONCE, "NONCE"),
    ({DEPLOYMENT: ...}, Step.DEPLOYMENT, "NO_DEPLOYMENT"), ({DEPLOYMENT: 5}, Step.DEPLOYMENT, "NO_DEPLOYMENT"),
    ({"sub": ...}, Step.MESSAGE, "ANONYMOUS"), ({"sub": ""}, Step.MESSAGE, "ANONYMOUS"),
    ({TARGET: f"{URL}/elsewhere"}, Step.MESSAGE, "TARGET"), ({f"{LTI}version": "1.1"}, Step.MESSAGE, "MESSAGE"),
    ({MESSAGE: "LtiStrangeRequest"}, Step.MESSAGE, "MESSAGE"), ({MESSAGE: ...}, Step.MESSAGE, "MESSAGE"),
    ({f"{LTI}roles": ...}, Step.MESSAGE, "MESSAGE"), ({f"{LTI}roles": "Instructor"}, Step.MESSAGE, "MESSAGE"),
    ({f"{LTI}resource_link": {}}, Step.MESSAGE, "MESSAGE"), ({f"{LTI}resource_link": 5}, Step.MESSAGE, "MESSAGE"),
    ({MESSAGE: "LtiDeepLinkingRequest"}, Step.MESSAGE, "MESSAGE"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "step", "why"), SPOILED, ids=lambda part: str(part)[:50])
def test_a_token_that_is_wrong_in_one_thing_is_refused_at_that_step(platform: Platform, change, step, why):
    asked, binding = platform.begin()
    now = int(platform.clock().timestamp())
    moved = {k: now + v if k in ("exp", "iat", "nbf") and isinstance(v, int) else v for k, v in change.items()}
    form = {"state": asked["state"], "id_token": platform.token(asked, **moved)}
    assert refused(platform, form, binding) == (step, why)


def test_a_second_audience_is_taken_when_we_are_the_authorised_party(platform: Platform):
    asked, binding = platform.begin()
    token = platform.token(asked, aud=[CLIENT, "other"], azp=CLIENT)
    assert platform.tool.launch({"state": asked["state"], "id_token": token}, binding=binding)


def spoiled(token: str, header: object) -> str:
    """With another header, given as text or as a value."""
    text = header if isinstance(header, str) else json.dumps(header)
    return ".".join([jwt.utils.base64url_encode(text.encode()).decode(), *token.split(".")[1:]])


def shared(claims: dict[str, object], secret: bytes) -> str:
    """Signed with what everybody knows as if it were a secret; the library that signs would refuse to."""
    signed = jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": "k1"}).rpartition(".")[0]
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), secret)
    return f"{signed}.{jwt.utils.base64url_encode(signature).decode()}"


def forged(platform: Platform, asked: dict[str, str], kind: str) -> str:
    claims = platform.claims(asked)
    match kind:
        case "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})
        case "hs256 with our public key":
            return shared(claims, PEM)
        case "hs256 with our key set":
            return shared(claims, json.dumps(jwk()).encode())
        case "another key under its name":
            return jwt.encode(claims, STRANGE, algorithm="RS256", headers={"kid": "k1"})
        case "an unknown key":
            return jwt.encode(claims, STRANGE, algorithm="RS256", headers={"kid": "k9"})
        case "no key named":
            return jwt.encode(claims, KEY, algorithm="RS256")
        case "a claim that must be understood":
            return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k1", "crit": ["exp"]})
        case "unencoded":
            return spoiled(platform.token(asked), {"alg": "RS256", "kid": "k1", "b64": True, "crit": ["b64"]})
        case "pss":
            return jwt.encode(claims, KEY, algorithm="PS256", headers={"kid": "k1"})
        case "a curve":
            curve = ec.generate_private_key(ec.SECP256R1())
            return jwt.encode(claims, curve, algorithm="ES256", headers={"kid": "k1"})
        case "json serialization":
            head, body, signature = platform.token(asked).split(".")
            return json.dumps({"protected": head, "payload": body, "signature": signature})
        case "its own key in the header":
            return jwt.encode(claims, STRANGE, algorithm="RS256", headers={"kid": "k1", "jwk": jwk(STRANGE)})
        case "a key named by a number":
            return spoiled(platform.token(asked), {"alg": "RS256", "kid": 1})
        case "an algorithm twice":
            return spoiled(platform.token(asked), '{"alg": "RS256", "kid": "k1", "alg": "none"}')
        case "an algorithm as a list":
            return spoiled(platform.token(asked), {"alg": ["RS256"], "kid": "k1"})
        case "a header that is a list":
            return spoiled(platform.token(asked), [])
        case "no signature":
            return platform.token(asked).rpartition(".")[0] + "."
        case "padded":
            return platform.token(asked) + "="
        case "junk in the signature":
            head, body, signature = platform.token(asked).split(".")
            return f"{head}.{body}.{signature[:9]}!{signature[9:]}"
        case "a header without an end":
            return f"{jwt.utils.base64url_encode(b'[' * 20_000).decode()}.e30.e30"
        case "no claims but a list":
            head = jwt.utils.base64url_encode(b'{"alg": "RS256", "kid": "k1"}').decode()
            signed = f"{head}.{jwt.utils.base64url_encode(b'[]').decode()}"
            signature = jwt.get_algorithm_by_name("RS256").sign(signed.encode(), KEY)
            return f"{signed}.{jwt.utils.base64url_encode(signature).decode()}"
        case "changed after signing":
            head, body, signature = platform.token(asked).split(".")
            return f"{head}.{jwt.utils.base64url_encode(b'{}').decode()}.{signature}"
        case _:
            return "x" * 70_000


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("none", (Step.TOKEN, "ALGORITHM")), ("hs256 with our public key", (Step.TOKEN, "ALGORITHM")),
        ("another key under its name", (Step.SIGNATURE, "SIGNATURE")), ("an unknown key", (Step.KEY, "KEY_UNKNOWN")),
        ("no key named", (Step.KEY, "KEY_UNKNOWN")), ("changed after signing", (Step.SIGNATURE, "SIGNATURE")),
        ("too large", (Step.TOKEN, "TOO_LARGE")), ("a claim that must be understood", (Step.TOKEN, "NO_JWT")),
        ("padded", (Step.TOKEN, "NO_JWT")), ("junk in the signature", (Step.TOKEN, "NO_JWT")),
        ("unencoded", (Step.TOKEN, "ALGORITHM")), ("pss", (Step.TOKEN, "ALGORITHM")),
        ("a curve", (Step.TOKEN, "ALGORITHM")), ("hs256 with our key set", (Step.TOKEN, "ALGORITHM")),
        ("json serialization", (Step.TOKEN, "NO_JWT")), ("its own key in the header", (Step.SIGNATURE, "SIGNATURE")),
        ("a key named by a number", (Step.KEY, "KEY_UNKNOWN")), ("an algorithm twice", (Step.TOKEN, "ALGORITHM")),
        ("an algorithm as a list", (Step.TOKEN, "ALGORITHM")), ("a header that is a list", (Step.TOKEN, "NO_JWT")),
        ("no signature", (Step.SIGNATURE, "SIGNATURE")),
        ("a header without an end", (Step.TOKEN, "NO_JWT")), ("no claims but a list", (Step.TOKEN, "NO_JWT")),
    ],
)  # fmt: skip
def test_a_forged_token_is_refused(platform: Platform, kind, expected):
    asked, binding = platform.begin()
    form = {"state": asked["state"], "id_token": forged(platform, asked, kind)}
    assert refused(platform, form, binding) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"id_token": ""}, "NO_TOKEN"), ({}, "NO_TOKEN"), ({"id_token": "a.b"}, "NO_JWT"),
        ({"error": "login_required"}, "PLATFORM_ERROR"),
    ],
)  # fmt: skip
def test_a_launch_without_a_token_is_told_so(platform: Platform, form, expected):
    asked, binding = platform.begin()
    assert refused(platform, {"state": asked["state"], **form}, binding) == (Step.TOKEN, expected)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"iss": "https://other.example.test"}, "ISSUER_UNKNOWN"), ({"client_id": "other"}, "CLIENT_UNKNOWN"),
        ({"login_hint": ""}, "NO_HINT"),
    ],
)  # fmt: skip
def test_a_login_of_a_stranger_is_refused(platform: Platform, change, why):
    with pytest.raises(LaunchRefused) as error:
        platform.begin(**change)
    assert error.value.facts["why"] == why


def test_a_disabled_platform_is_refused(platform: Platform, clock: Clock):
    platform.store.platforms.set_state("r1", RegistrationState.DISABLED, actor="QT01", now=clock())
    with pytest.raises(LaunchRefused):
        platform.begin()


def test_a_target_on_another_site_is_not_followed(platform: Platform):
    asked, binding = platform.begin(target_link_uri="https://evil.example.test/")
    token = platform.token(asked, **{TARGET: "https://evil.example.test/"})
    assert refused(platform, {"state": asked["state"], "id_token": token}, binding) == (Step.MESSAGE, "TARGET")


@pytest.mark.parametrize("target", ["http://[x", "//[", "https://bridge.example.test:x/", "", "javascript:x"])
def test_a_target_that_is_no_address_is_answered_for_ours(platform: Platform, target: str):
    asked, binding = platform.begin(target_link_uri=target)
    form = {"state": asked["state"], "id_token": platform.token(asked)}
    assert platform.tool.launch(form, binding=binding).person.user == "3"


# --- keys of the platform


def test_a_new_key_of_the_platform_is_fetched_at_once_and_not_more_often(platform: Platform, clock: Clock):
    def launch(key, kid):
        asked, binding = platform.begin()
        token = jwt.encode(platform.claims(asked), key, algorithm="RS256", headers={"kid": kid})
        return platform.tool.launch({"state": asked["state"], "id_token": token}, binding=binding)

    launch(KEY, "k1")
    clock.pass_seconds(30)
    launch(KEY, "k1")
    assert platform.door.asked == 1
    platform.door.keys = [jwk(STRANGE, "k2")]
    launch(STRANGE, "k2")
    assert platform.door.asked == 2
    for _ in range(3):
        with pytest.raises(LaunchRefused):
            launch(KEY, "k9")
    assert platform.door.asked == 2


def test_a_platform_whose_keys_cannot_be_had_is_named_in_the_case(platform: Platform):
    platform.door.error = Unreachable(remote="platform", operation="certs", why="CONNECTION")
    asked, binding = platform.begin()
    form = {"state": asked["state"], "id_token": platform.token(asked)}
    assert refused(platform, form, binding) == (Step.KEY, "KEYS_UNREACHABLE")


@pytest.mark.parametrize(
    "keys",
    [
        [], [{"kty": "EC"}], [{}], ["x"], [{"kty": "RSA", "n": "AQ", "e": "AQAB", "kid": "k1"}], [{"kty": ["RSA"]}],
        [{"generate": "RSA", "size": 2048, "kid": "k1"}], [{"kty": "oct", "k": "AAAA", "kid": "k1"}],
        [{**jwk(), "use": "enc"}], [jwk(SHORT)], [{**jwk(), "n": 5}],
    ],
)  # fmt: skip
def test_key_sets_without_a_key_for_us_give_none(platform: Platform, keys):
    platform.door.keys = keys
    asked, binding = platform.begin()
    form = {"state": asked["state"], "id_token": platform.token(asked)}
    assert refused(platform, form, binding) == (Step.KEY, "KEY_UNKNOWN")


def test_of_two_keys_of_one_name_the_later_counts_and_the_other_opens_nothing(platform: Platform):
    platform.door.keys = [jwk(STRANGE), jwk()]
    asked, binding = platform.begin()
    assert platform.tool.launch({"state": asked["state"], "id_token": platform.token(asked)}, binding=binding)
    asked, binding = platform.begin()
    token = jwt.encode(platform.claims(asked), STRANGE, algorithm="RS256", headers={"kid": "k1"})
    assert refused(platform, {"state": asked["state"], "id_token": token}, binding) == (Step.SIGNATURE, "SIGNATURE")


# --- what is read of the claims


@pytest.mark.parametrize(
    ("roles", "teaching"),
    [
        ([TEACHER], True), ([PUPIL], False), ([ADMIN, PUPIL], True), ([], False),
        (["Instructor"], False), ([TEACHER + "#TeachingAssistant"], False), ([7, None], False),
    ],
)  # fmt: skip
def test_roles_only_say_teaching_or_not(platform: Platform, roles, teaching):
    asked, binding = platform.begin()
    token = platform.token(asked, **{f"{LTI}roles": roles})
    person = platform.tool.launch({"state": asked["state"], "id_token": token}, binding=binding).person
    assert person.teaching is teaching


def test_an_empty_line_item_is_none(platform: Platform):
    asked, binding = platform.begin()
    ags = {"lineitems": f"{ISSUER}/lineitems", "lineitem": "", "scope": ["s"]}
    token = platform.token(asked, **{SERVICE: ags})
    found = platform.tool.launch({"state": asked["state"], "id_token": token}, binding=binding)
    assert found.scores is not None and (found.scores.line_item, found.scores.scopes) == ("", frozenset({"s"}))


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        ([SCORE, RESULT], None), ([RESULT], "score"), ([], "score, result.readonly"), (5, "score, result.readonly"),
        ([SCORE, 7], "result.readonly"),
    ],
)  # fmt: skip
def test_a_graded_activity_whose_score_could_never_arrive_is_not_opened(platform: Platform, granted, missing):
    asked, binding = platform.begin()
    ags = {"lineitems": f"{ISSUER}/lineitems", "lineitem": f"{ISSUER}/lineitems/1/lineitem", "scope": granted}
    form = {"state": asked["state"], "id_token": platform.token(asked, **{SERVICE: ags})}
    if missing is None:
        assert platform.tool.launch(form, binding=binding).scores is not None
    else:
        assert refused(platform, form, binding) == (Step.SCOPES, "SCOPES")
        [case] = platform.store.cases.list(SCHOOL, limit=5)
        assert case.facts["missing"] == missing


def test_the_course_that_this_one_was_copied_from_is_known(platform: Platform):
    asked, binding = platform.begin()
    token = platform.token(asked, **{f"{LTI}custom": {"context_id_history": "7, 5"}})
    found = platform.tool.launch({"state": asked["state"], "id_token": token}, binding=binding)
    assert found.course.history == ("7", "5")


def test_nothing_of_a_person_stands_in_a_case(platform: Platform):
    asked, binding = platform.begin()
    refused(platform, {"state": asked["state"], "id_token": platform.token(asked, nonce="x")}, binding)
    [case] = platform.store.cases.list(SCHOOL, limit=9)
    told = str(case)
    assert "Người Thử" not in told and "GV1" not in told and asked["state"] not in told
    assert len(case.code) == 6 and not set(case.code) & set("0O1IL5S")


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_each_rsa_signature_is_checked_as_what_it_says_it_is(platform: Platform, algorithm: str):
    asked, binding = platform.begin()
    token = jwt.encode(platform.claims(asked), KEY, algorithm=algorithm, headers={"kid": "k1"})
    assert platform.tool.launch({"state": asked["state"], "id_token": token}, binding=binding)


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "RS1"])
def test_no_other_kind_of_signature_is_taken(platform: Platform, algorithm: str):
    asked, binding = platform.begin()
    head = jwt.utils.base64url_encode(f'{{"alg": "{algorithm}", "kid": "k1"}}'.encode()).decode()
    _, body, signature = platform.token(asked).split(".")
    form = {"state": asked["state"], "id_token": f"{head}.{body}.{signature}"}
    assert refused(platform, form, binding) == (Step.TOKEN, "ALGORITHM")


def test_a_launch_of_what_is_known_writes_no_more_than_that_its_login_is_used_up(platform: Platform):
    """Each commit waits for the disk."""

    def launch() -> None:
        asked, binding = platform.begin()
        platform.tool.launch({"state": asked["state"], "id_token": platform.token(asked)}, binding=binding)

    launch()
    learned = []
    platform.store.platforms.learn = lambda *given, **more: learned.append(given)  # type: ignore[method-assign]
    launch()
    assert learned == []
