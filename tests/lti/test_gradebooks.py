"""AGS 2.0 against what a real Moodle answered: each of its traps is a test."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import requests

from bridge.domain.errors import Garbled, Refused, Unclear, Unreachable
from bridge.ports.gradebooks import ActivityProgress, NewLineItem, Score
from tests.lti.platform import ISSUER
from tests.lti.recorded import HERE, Recorded, recording

COURSE = f"{ISSUER}/mod/lti/services.php/2/lineitems?type_id=1"
COLUMN = f"{ISSUER}/mod/lti/services.php/2/lineitems/84/lineitem?type_id=1"
LINK_COLUMN = f"{ISSUER}/mod/lti/services.php/2/lineitems/81/lineitem?type_id=1"
ICT = timezone(timedelta(hours=7))
SCORE = Score("9", Decimal("8.5"), Decimal(10), datetime(2026, 11, 24, 2, 4, 49, 700_000, ICT))
OURS = NewLineItem("Điểm đồng bộ từ CSDL", Decimal(10), "CSDL-TX-1", "csdl")


@pytest.fixture
def moodle(recorded: Recorded) -> Recorded:
    recorded.grant()
    return recorded


# --- scores


def test_a_score_leaves_in_one_line_with_everything_that_moodle_asks_for(moodle: Recorded):
    """With line breaks Moodle answers 200 to what it refuses."""
    moodle.play("ags-score--ok-vietnamese-comment")
    moodle.gradebooks.send(HERE, COLUMN, SCORE)
    sent, asked = moodle.sent(), recording("ags-score--ok-vietnamese-comment")["request"]
    assert sent.url == asked["url"]
    assert sent.headers["Content-Type"] == asked["headers"]["Content-Type"]
    assert b"\n" not in sent.body
    assert json.loads(sent.body) == {
        "userId": "9",
        "scoreGiven": 8.5,
        "scoreMaximum": 10.0,
        "timestamp": "2026-11-23T19:04:49Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }


@pytest.mark.parametrize("progress", list(ActivityProgress))
def test_no_score_ever_erases_what_stands_there(moodle: Recorded, progress: ActivityProgress):
    """Without a value, or graded in part, a score empties the cell (recorded: scoreGiven-null, pending-manual)."""
    moodle.play("ags-score--ok-vietnamese-comment")
    moodle.gradebooks.send(HERE, COLUMN, SCORE._replace(value=Decimal(0), progress=progress))
    sent = json.loads(moodle.sent().body)
    assert (sent["scoreGiven"], sent["gradingProgress"]) == (0.0, "FullyGraded")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ags-score--same-timestamp-again", "STALE"), ("ags-score--older-timestamp", "STALE"),
        ("ags-score--after-future-now", "STALE"), ("ags-score--unknown-user", "NOT_GRADABLE"),
        ("ags-score--user-not-enrolled", "NOT_GRADABLE"), ("ags-score--teacher", "NOT_GRADABLE"),
        ("ags-score--missing-lineitem", "COLUMN_GONE"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_by_its_meaning(moodle: Recorded, name: str, reason: str):
    moodle.play(name)
    line_item = recording(name)["request"]["url"].replace("/scores", "")
    with pytest.raises(Refused) as error:
        moodle.gradebooks.send(HERE, line_item, SCORE)
    assert error.value.facts["reason"] == reason


def test_a_refusal_that_arrives_as_200_is_one(moodle: Recorded):
    """Recorded for a message with line breaks; whatever the cause, only an empty answer means yes."""
    made = recording("ags-score--unknown-user-raw-utf8-pretty-json-newlines")
    moodle.line.post(f"{COLUMN.partition('?')[0]}/scores", body=made["response"], status=made["status"])
    with pytest.raises(Refused) as error:
        moodle.gradebooks.send(HERE, COLUMN, SCORE)
    assert error.value.facts["reason"] == "NOT_TAKEN"


def test_a_locked_mark_looks_like_a_broken_server(moodle: Recorded):
    moodle.play("ags-score--link-item-locked-grade")
    with pytest.raises(Unclear) as error:
        moodle.gradebooks.send(HERE, LINK_COLUMN.replace("81", "80"), SCORE)
    assert error.value.facts["theirs"] == 500


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ({"body": requests.ReadTimeout()}, Unclear), ({"body": ConnectionResetError()}, Unclear),
        ({"body": requests.ConnectTimeout()}, Unreachable), ({"status": 502}, Unclear), ({"status": 504}, Unclear),
        ({"status": 503}, Unreachable), ({"status": 429, "headers": {"Retry-After": "30"}}, Unreachable),
        ({"status": 302, "headers": {"Location": "https://evil.example.test/"}}, Refused), ({"status": 403}, Refused),
    ],
)  # fmt: skip
def test_a_score_is_sent_once_and_never_by_itself_again(moodle: Recorded, reply, kind):
    moodle.line.post(f"{COLUMN.partition('?')[0]}/scores", **reply)
    with pytest.raises(kind):
        moodle.gradebooks.send(HERE, COLUMN, SCORE)
    assert moodle.asked(lambda url: "/scores" in url) == 1


# --- results


def test_results_are_read_whole_with_nothing_for_who_has_none(moodle: Recorded):
    """`limit` makes Moodle fail, so none is asked for."""
    moodle.play("ags-results--all")
    found = {result.user: result for result in moodle.gradebooks.results(HERE, COLUMN)}
    assert "limit" not in moodle.sent().url
    assert (found["19"].value, found["19"].maximum) == (Decimal("8.5"), Decimal(10))
    assert found["19"].at == datetime(2026, 11, 24, 2, 6, 29, tzinfo=ICT)
    assert (found["12"].value, found["10"].value) == (Decimal(0), None)


@pytest.mark.parametrize(("name", "rows"), [("ags-results--user", 1), ("ags-results--user-none", 0)])
def test_nothing_of_a_user_is_no_row_or_one_without_a_value(moodle: Recorded, name: str, rows: int):
    moodle.play(name)
    user = recording(name)["request"]["url"].rpartition("=")[2]
    found = moodle.gradebooks.results(HERE, COLUMN, user=user)
    assert [result.value for result in found] == [None] * rows


@pytest.mark.parametrize("row", [
    {}, {"userId": None}, {"userId": "9", "resultScore": "x"}, {"userId": "9", "resultScore": "NaN"},
    {"userId": "9", "resultScore": [1]}, "text", None,
])  # fmt: skip
def test_a_result_that_is_none_is_garbled_and_never_a_zero(moodle: Recorded, row):
    moodle.line.get(f"{COLUMN.partition('?')[0]}/results", json=[row])
    with pytest.raises(Garbled):
        moodle.gradebooks.results(HERE, COLUMN)


# --- columns


def test_a_column_is_found_before_it_is_made(moodle: Recorded):
    """Moodle makes a second one of the same name without a word (recorded: create-same-again)."""
    made = recording("ags-lineitem--create")["response"]
    moodle.line.get(COURSE.partition("?")[0], json=[made])
    assert moodle.gradebooks.provide(HERE, COURSE, OURS).url == COLUMN
    assert moodle.sent().method == "GET"
    assert "resource_id=CSDL-TX-1" in moodle.sent().url


def test_a_column_that_is_not_there_is_made(moodle: Recorded):
    moodle.line.get(COURSE.partition("?")[0], json=[])
    moodle.play("ags-lineitem--create")
    made = moodle.gradebooks.provide(HERE, COURSE, OURS)
    sent, asked = moodle.sent(), recording("ags-lineitem--create")["request"]
    assert (made.url, made.label, made.link) == (COLUMN, OURS.label, "")
    assert sent.headers["Content-Type"] == asked["headers"]["Content-Type"]
    assert json.loads(sent.body).items() <= asked["json"].items()


def test_a_label_longer_than_moodle_keeps_is_cut(moodle: Recorded):
    """With more than 255 characters Moodle fails (recorded: create-long-label-300, 502)."""
    moodle.line.get(COURSE.partition("?")[0], json=[])
    moodle.play("ags-lineitem--create")
    moodle.gradebooks.provide(HERE, COURSE, OURS._replace(label="ă" * 300))
    assert len(json.loads(moodle.sent().body)["label"]) == 255


def test_pages_are_followed_through_a_malformed_link_header(moodle: Recorded):
    """Curly quotes, and `&amp;` in addresses."""
    moodle.play("ags-lineitems--list-limit-1", "ags-lineitems--list-limit-1-from-1")
    first = recording("ags-lineitems--list-limit-1")["request"]["url"]
    found = moodle.gradebooks.line_items(HERE, first)
    assert [item.url.rpartition("/lineitems/")[2] for item in found] == [
        "80/lineitem?type_id=1",
        "81/lineitem?type_id=1",
    ]
    assert [item.link for item in found] == ["1", "2"]


def test_a_next_page_elsewhere_gets_no_token(moodle: Recorded):
    link = '<https://evil.example.test/steal?x=1>; rel="next"'
    moodle.line.get(COURSE.partition("?")[0], json=[], headers={"Link": link})
    with pytest.raises(Refused) as error:
        moodle.gradebooks.line_items(HERE, COURSE)
    assert error.value.facts["reason"] == "OTHER_HOST"
    assert moodle.asked(lambda url: "evil" in url) == 0


def test_a_next_page_at_no_address_is_garbled(moodle: Recorded):
    moodle.line.get(COURSE.partition("?")[0], json=[], headers={"Link": '<http://[x>; rel="next"'})
    with pytest.raises(Garbled):
        moodle.gradebooks.line_items(HERE, COURSE)


def test_pages_without_an_end_are_given_up(moodle: Recorded):
    moodle.line.get(COURSE.partition("?")[0], json=[], headers={"Link": f'<{COURSE}>; rel="next"'})
    with pytest.raises(Garbled) as error:
        moodle.gradebooks.line_items(HERE, COURSE)
    assert error.value.facts["why"] == "ENDLESS"


def test_the_column_of_an_activity_is_never_taken_away(moodle: Recorded):
    """Moodle would do it, with all marks in it (recorded: delete-link-lineitem, 204)."""
    rows = recording("ags-lineitems--list")["response"]
    moodle.line.get(COURSE.partition("?")[0], json=rows)
    for work in (
        lambda: moodle.gradebooks.remove(HERE, COURSE, resource_id="HL-001", tag="thuong-xuyen"),
        lambda: moodle.gradebooks.change(HERE, COURSE, OURS._replace(resource_id="HL-001", tag="thuong-xuyen")),
    ):
        with pytest.raises(Refused) as error:
            work()
        assert error.value.facts["reason"] == "NOT_OURS"
    assert {call.request.method for call in moodle.line.calls} == {"POST", "GET"}  # the token and the list


def test_our_column_goes_and_one_that_is_gone_already_is_no_error(moodle: Recorded):
    made = {**recording("ags-lineitem--create")["response"], "id": recording("ags-lineitem--delete")["request"]["url"]}
    moodle.line.get(COURSE.partition("?")[0], json=[made])
    moodle.play("ags-lineitem--delete", "ags-lineitem--delete-again")
    assert moodle.gradebooks.remove(HERE, COURSE, resource_id="CSDL-TX-1", tag="csdl") == 1
    assert moodle.gradebooks.remove(HERE, COURSE, resource_id="CSDL-TX-1", tag="csdl") == 1


@pytest.mark.parametrize("answer", [{}, [5], [{}], [{"id": 7}], [{"id": "x", "scoreMaximum": "viel"}], "x"])
def test_a_list_of_columns_that_is_none_is_garbled(moodle: Recorded, answer):
    moodle.line.get(COURSE.partition("?")[0], json=answer)
    with pytest.raises(Garbled):
        moodle.gradebooks.line_items(HERE, COURSE)


def test_a_deleted_course_is_told_as_such(moodle: Recorded):
    moodle.line.get(COURSE.partition("?")[0], body="<html>", status=404)
    with pytest.raises(Refused) as error:
        moodle.gradebooks.line_items(HERE, COURSE)
    assert error.value.facts["reason"] == "COLUMN_GONE"


# --- asking again


def test_a_question_is_asked_again_while_the_platform_is_busy(moodle: Recorded):
    url = f"{COLUMN.partition('?')[0]}/results"
    moodle.line.get(url, status=429, headers={"Retry-After": "3"})
    moodle.line.get(url, status=502)
    moodle.play("ags-results--all")
    assert moodle.gradebooks.results(HERE, COLUMN)
    assert moodle.slept == [3.0, 6.0]


@pytest.mark.parametrize("after", ["3600", "tomorrow"])
def test_a_platform_that_stays_away_is_unreachable(moodle: Recorded, after: str):
    moodle.line.get(f"{COLUMN.partition('?')[0]}/results", status=503, headers={"Retry-After": after})
    with pytest.raises(Unreachable):
        moodle.gradebooks.results(HERE, COLUMN)
    assert sum(moodle.slept) <= 10
