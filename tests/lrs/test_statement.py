"""What a statement may be, property by property (xAPI 1.0.3, Data §2 and §4); each refusal names its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.lrs.problems import Malformed
from bridge.lrs.statement import check_statement
from bridge.lrs.values import iri, moment
from tests.lrs.samples import LESSON, PUPIL, full, put_at, simple

NOWHERE = ...
REFUSED = [
    # Data §2.2: formatting
    ("extra", 1), ("actor.extra", "x"), ("verb.extra", 1), ("object.extra", 1), ("result.extra", 1),
    ("context.extra", 1), ("object.definition.extra", 1), ("result.score.extra", 1), ("attachments.0.extra", 1),
    ("Actor", PUPIL), ("actor", None), ("verb", None), ("object", None), ("result", None), ("context", None),
    ("result.response", None), ("context.platform", None), ("actor", []), ("verb", "x"), ("object", "x"),
    # §2.4.1 id
    ("id", "not-a-uuid"), ("id", 7), ("id", "0d9a3a0e6d634e8a8b1e2f6f8f1c0001"),
    # §2.4.2 actor
    ("actor", NOWHERE), ("actor.account", NOWHERE), ("actor.mbox", "mailto:two@example.test"),
    ("actor.account.name", NOWHERE), ("actor.account.homePage", "no-scheme"), ("actor.account.name", 5),
    ("actor.objectType", "Person"), ("actor", {"mbox": "someone@example.test"}), ("actor", {"mbox_sha1sum": "abc"}),
    ("actor", {"openid": "id.example.test"}), ("actor", {"objectType": "Group"}),
    ("actor", {"objectType": "Group", "member": []}),
    ("actor", {"objectType": "Group", "member": [{"objectType": "Group", "member": [PUPIL]}]}),
    ("actor", {"objectType": "Agent", "mbox": "mailto:a@example.test", "member": [PUPIL]}), ("actor.name", 5),
    # §2.4.3 verb
    ("verb", NOWHERE), ("verb.id", NOWHERE), ("verb.id", "answered"), ("verb.display", "answered"),
    ("verb.display.not a language", "x"), ("verb.display.vi", 7),
    # §2.4.4 object
    ("object", NOWHERE), ("object.id", NOWHERE), ("object.id", "lesson 1"), ("object.objectType", "activity"),
    ("object.definition.type", "no-scheme"), ("object.definition.moreInfo", "x"),
    ("object.definition.interactionType", "guess"), ("object.definition.interactionType", NOWHERE),
    ("object.definition.correctResponsesPattern", "a"), ("object.definition.choices.1.id", "a"),
    ("object.definition.choices.0.id", NOWHERE), ("object.definition.scale", [{"id": "a"}]),
    ("object.definition.extensions", {"no-scheme": 1}),
    ("object", {"objectType": "StatementRef"}), ("object", {"objectType": "StatementRef", "id": "x"}),
    ("object", {"mbox": "mailto:a@example.test"}), ("object", {"objectType": "SubStatement"}),
    ("object", {"objectType": "SubStatement", **simple(), "id": "0d9a3a0e-6d63-4e8a-8b1e-2f6f8f1c0003"}),
    ("object", {"objectType": "SubStatement", **simple(), "stored": "2026-11-20T01:00:01Z"}),
    ("object", {"objectType": "SubStatement", **simple(object={"objectType": "SubStatement", **simple()})}),
    # §2.4.5 result
    ("result.score.scaled", 1.1), ("result.score.scaled", "1"), ("result.score.raw", 11), ("result.score.raw", -1),
    ("result.score.min", 10), ("result.success", "true"), ("result.completion", 1), ("result.duration", "90 s"),
    ("result.duration", "P1Y2W"), ("result.duration", "PT"), ("result.duration", "P"), ("result.response", 5),
    # §2.4.6 context
    ("context.registration", "1"), ("context.team", PUPIL), ("context.language", "tiếng Việt"),
    ("context.statement", {"objectType": "Activity", "id": LESSON}), ("context.contextActivities.parent", "x"),
    ("context.contextActivities.sibling", {"id": LESSON}), ("context.contextActivities.parent", {"id": "x"}),
    # §2.4.7–2.4.11
    ("timestamp", "yesterday"), ("timestamp", "2026-13-01T00:00:00Z"), ("timestamp", "2026-11-20T08:00:00-00:00"),
    ("timestamp", 1), ("stored", "x"), ("version", "2.0.0"), ("version", "1"), ("version", 1.0),
    ("authority", {"objectType": "Group", "member": [PUPIL]}), ("authority", {"name": "x"}),
    ("attachments", {}), ("attachments.0.usageType", NOWHERE), ("attachments.0.display", NOWHERE),
    ("attachments.0.contentType", NOWHERE), ("attachments.0.length", "3"), ("attachments.0.length", -1),
    ("attachments.0.sha2", "xyz"), ("attachments.0.fileUrl", "a.png"),
]  # fmt: skip


def test_a_statement_with_everything_is_taken():
    assert check_statement(full()) == full()


def test_a_statement_with_the_least_is_taken():
    check_statement(simple())


@pytest.mark.parametrize(("path", "value"), REFUSED, ids=[path for path, _ in REFUSED])
def test_what_the_specification_does_not_allow_is_refused_at_its_place(path, value):
    with pytest.raises(Malformed) as refused:
        check_statement(put_at(full(), path, value))
    way = path.replace(".0", "[0]").replace(".1", "[1]").split(".")
    assert str(refused.value.facts["where"]).startswith(f"statement.{way[0].partition('[')[0]}")


TAKEN = [
    ("actor", {"mbox_sha1sum": "a" * 40}),
    ("actor", {"openid": "https://id.example.test/a"}),
    ("actor", {"objectType": "Group", "mbox": "mailto:to1@example.test"}),
    ("actor", {"objectType": "Group", "member": [PUPIL], "name": "Tổ 1"}),
    ("verb.display", {}),
    ("object", {"objectType": "SubStatement", **simple()}),
    ("object", {"objectType": "Group", "mbox": "mailto:to1@example.test"}),
    ("result.score", {"scaled": -1}),
    ("result.score", {"raw": 3}),
    ("result.duration", "P3W"),
    ("result.duration", "P1Y2M3DT4H5M6.78S"),
    ("result.response", ""),
    ("context.language", "zh-Hant-TW"),
    ("timestamp", "2026-11-20T08:00:00"),
    ("timestamp", "20261120T080000Z".replace("20261120T080000Z", "2026-11-20T08:00:00.123456789Z")),
    ("version", "1.0"),
    ("attachments", []),
]


@pytest.mark.parametrize(("path", "value"), TAKEN, ids=[path for path, _ in TAKEN])
def test_what_it_allows_is_taken(path, value):
    statement = put_at(full(), path, value)
    if path == "object" and value["objectType"] != "Activity":
        for name in ("revision", "platform"):
            del statement["context"][name]
    check_statement(statement)


@pytest.mark.parametrize("name", ["revision", "platform"])
def test_revision_and_platform_belong_to_activities(name):
    statement = simple(object={"objectType": "Agent", **PUPIL}, context={name: "x"})
    with pytest.raises(Malformed):
        check_statement(statement)


def test_a_group_has_one_identifier_at_most():
    two = {"objectType": "Group", "mbox": "mailto:to1@example.test", "openid": "https://id.example.test/to1"}
    with pytest.raises(Malformed):
        check_statement(simple(actor=two))


def test_a_voiding_statement_is_about_a_statement():
    voided = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    with pytest.raises(Malformed):
        check_statement(simple(verb=voided))
    check_statement(simple(verb=voided, object={"objectType": "StatementRef", "id": full()["id"]}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = sorted({path for path, _ in REFUSED if ".0" not in path and ".1" not in path})


@given(st.sampled_from(PLACES), JSON)
def test_any_json_anywhere_is_taken_or_refused_and_never_breaks(path, value):
    try:
        check_statement(put_at(full(), path, value))
    except Malformed as refused:
        assert refused.facts["where"]


@given(JSON)
def test_any_json_as_a_statement_is_refused(value):
    with pytest.raises(Malformed):
        check_statement(value)


def test_moments_are_compared_across_zones():
    assert moment("2026-11-20T08:00:00.5+07:00", "x") == moment("2026-11-20T01:00:00.500Z", "x")


@pytest.mark.parametrize("value", ["http://a", "urn:uuid:1", "mailto:a@b.c", "https://vi.example.test/bài-học"])
def test_iris_may_hold_any_letters(value):
    assert iri(value, "x") is None  # a check says nothing when all is well
