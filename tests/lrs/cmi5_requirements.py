"""Every MUST that cmi5 (Quartz, 1st edition) puts to an LMS, and the test that holds it (docs/xapi-requirements.md).

Numbers are those of the official list (npm's `@cmi5/requirements`), which counts section by section; a number there
that ends in "(d)" is what follows from the same for an LMS. `§` stands before a section of whose text the list leaves
something out. Course structures (§13, §14) have a page of their own, docs/cmi5-requirements.md.
"""

from collections.abc import Mapping, Sequence

from tests.lrs.xapi_requirements import Requirement

_HTTP, _HOSTILE, _LESSONS = "web/test_xapi.py", "web/test_xapi_hostile.py", "web/test_lessons.py"
_REFUSED = f"{_LESSONS}::test_what_cmi5_forbids_is_refused_and_nothing_of_the_request_is_kept"
_HOSTILE_ZIPS = "packager/check/test_hostile.py"
_CHECK, _LISTED = "packager/check/test_cmi5.py", "packager/check/test_cmi5_official.py"


def R(anchors: str, asks: str, tests: tuple[str, ...]) -> Requirement:
    return Requirement(anchors, "", asks, tests)


def _lesson(*names: str) -> tuple[str, ...]:
    return tuple(f"{_LESSONS}::test_{name}" for name in names)


def _refused(*cases: str) -> tuple[str, ...]:
    return tuple(f"{_REFUSED}[{case}]" for case in cases)


_LAUNCH = _lesson("the_launch_says_all_that_cmi5_asks_and_names_nobody")
_DATA = _lesson("the_launch_data_lie_there_before_the_lesson_and_it_cannot_change_them")
_ONCE = _lesson("the_key_is_given_out_once")
_ORDER = _lesson("nothing_is_said_before_initialized_or_after_terminated")
_TWICE = _lesson("each_verb_comes_once_in_a_session_and_one_verdict")
_PASS = _lesson("a_pass_comes_once_and_no_failure_after_it")
_FACTS = _lesson("the_launch_is_told_with_all_that_the_lesson_was_given")
_ABANDONED = _lesson("a_session_that_is_opened_again_is_abandoned_and_its_key_is_worth_nothing")
_NEVER_BEGAN = _lesson("a_launch_that_never_began_is_abandoned_too_and_once")
_KEY_ENDS = _lesson(
    "the_key_of_a_session_runs_out_soon_after_its_goodbye",
    "nothing_is_read_with_the_key_of_a_session_that_has_ended",
)
_SATISFIED = _lesson("block_and_course_are_satisfied_once_by_what_move_on_asks")
_WAIVED = _lesson("a_teacher_waives_a_cmi5_lesson_with_a_reason")
_UNITS = ("web/test_parts.py::test_units_are_satisfied_one_by_one_then_the_block_then_the_course",)
_BROWSE = _lesson("a_preview_is_a_browse_that_judges_nothing")
_REVIEW = (
    "web/test_looking.py::test_a_finished_attempt_is_looked_at_again_in_review_and_nothing_is_judged",
    "web/browser/test_looking.py::test_from_the_list_of_attempts_into_the_finished_lesson_and_back",
)
_OWN = _lesson("a_key_opens_its_own_registration_only")
_SCORE = _lesson("what_a_lesson_says_becomes_the_score_in_the_gradebook")

CMI5: Mapping[str, Sequence[Requirement]] = {
    "4, 6 The LMS and its LRS": [
        R(
            "4.2.0.0-1 6.0.0.0-1",
            "its LRS is one of xAPI: the tables above",
            ("lrs/test_xapi_requirements.py::test_every_requirement_names_tests_that_there_are",),
        ),
        R(
            "4.2.0.0-2",
            "an account of the school reads everything of everybody",
            (f"{_HTTP}::test_filters", f"{_HTTP}::test_attachments_come_back_to_the_byte"),
        ),
        R("6.0.0.0-2 6.2.0.0-1", "the state is prepared before the launch (§10)", _DATA),
        R("§6.1", "every unit of a structure can be launched", _UNITS),
        R("6.0.0.0-3", "a launch is made as §8 has it", (*_LAUNCH, *_ONCE)),
        R("6.0.0.0-4", "statements are made and judged as §9 has it", (*_FACTS, *_ORDER)),
        R(
            "6.0.0.0-5",
            "the agent's profile is kept as §11 has it",
            (f"{_HTTP}::test_a_launch_touches_its_own_documents_only",),
        ),
        R(
            "3.0.0.0-1 4.4.0.0-1 4.4.0.0-2 6.0.0.0-6 6.1.0.0-1 6.1.0.0-3",
            "course structures and packages are judged as §13 and §14 have it; one with an error goes no further",
            (
                f"{_LISTED}::test_no_requirement_of_the_official_list_is_forgotten",
                "materials/test_approval.py::test_a_package_with_errors_goes_no_further",
            ),
        ),
        R(
            "6.1.0.0-2",
            "a structure of more than 1,000 units is read and judged",
            (f"{_CHECK}::test_a_thousand_parts_are_judged",),
        ),
        R(
            "6.3.0.0-1",
            "a lesson voids nothing",
            (*_refused("voiding"), f"{_HTTP}::test_a_launch_takes_nothing_back"),
        ),
        R("6.3.0.0-2", "what conflicts with §9 is voided unless it was refused: all of it is refused", (_REFUSED,)),
    ],
    "7 What a unit must do, as far as an LMS judges it": [
        R("7.1.1.0-1 9.3.0.0-4 9.3.2.0-2", "nothing comes before initialized", _ORDER),
        R("7.1.2.0-1 9.3.0.0-5 9.3.8.0-2", "nothing comes after terminated", _ORDER),
        R(
            "7.1.3.0-1",
            "what is only allowed stands between the two as well, and counts for no verdict",
            (*_ORDER, *_TWICE),
        ),
    ],
    "8.1 Launch": [
        R(
            "8.1.0.0-1 8.1.0.0-2",
            "a unit with launchMethod OwnWindow opens in a window of its own",
            (
                "web/test_own_window.py::test_a_unit_that_wants_its_own_window_gets_it_and_any_other_a_frame",
                "web/browser/test_own_window.py::test_a_press_opens_the_lesson_in_a_window_and_its_score_arrives",
            ),
        ),
        R(
            "8.1.0.0-3",
            "with AnyWindow the LMS chooses: a frame of the player",
            (
                "web/browser/test_lessons.py::test_half_a_lesson_on_a_phone_the_rest_elsewhere_and_the_score_waits_for_moodle",
            ),
        ),
        R("8.1.0.0-4 8.1.0.0-5 8.1.0.0-8", "the parameters are name and value in the query, URL-encoded", _LAUNCH),
        R(
            "8.1.0.0-6",
            "a unit's own query names none of them, or is refused",
            (f"{_LISTED}::test_no_requirement_of_the_official_list_is_forgotten",),
        ),
        R("8.1.1.0-1", "endpoint", _LAUNCH),
        R("8.1.2.0-1 8.2.1.0-1", "fetch", _LAUNCH),
        R(
            "8.1.2.0-2 8.2.1.0-6",
            "the token lives as long as the session: it ends with a goodbye, and with the next launch",
            (*_KEY_ENDS, *_ABANDONED),
        ),
        R(
            "8.1.2.0-5 8.2.1.0-5 8.2.2.0-5",
            "without the token nothing is said",
            (
                f"{_HTTP}::test_without_credentials_nothing_is_said",
                f"{_HTTP}::test_a_launch_that_has_run_out_is_told_so",
            ),
        ),
        R(
            "8.1.3.0-1 9.2.0.0-1 9.2.0.0-2 9.2.0.0-3",
            "actor: an agent with an account, which the LMS makes of who is signed in",
            _LAUNCH,
        ),
        R(
            "8.1.3.0-3",
            "a lesson speaks and asks of its own learner",
            (
                *_refused("another learner", "a group of the learner's account"),
                *_OWN,
                f"{_HTTP}::test_a_launch_speaks_of_its_own_pupil_and_registration_only",
            ),
        ),
        R("8.1.4.0-1 9.6.1.1-2", "registration: made by the LMS, one for each attempt", _LAUNCH),
        R(
            "8.1.4.0-3 9.6.1.0-1",
            "and of its own registration",
            (
                *_refused("another registration"),
                *_OWN,
                f"{_HTTP}::test_a_launch_sees_its_own_registration_only",
                f"{_HOSTILE}::test_a_launch_neither_lists_nor_clears_what_other_launches_keep",
            ),
        ),
        R("8.1.5.0-1 8.1.5.0-2 8.1.5.0-3", "activityId: made by the LMS, not the publisher's", _LAUNCH),
        R(
            "8.1.5.0-4",
            "and the same at each launch of the registration",
            _lesson("a_session_of_the_same_attempt_has_the_same_activity"),
        ),
        R("8.1.5.0-6 9.4.0.0-1 9.4.0.0-2", "and the object of what is cmi5's own", _refused("another activity")),
        R("13.1.4.0-3", "the unit's own query stays beside the parameters", _LAUNCH),
    ],
    "8.2 The fetch address": [
        R("8.2.1.0-2", "it answers a POST, and no GET", _ONCE),
        R("8.2.1.0-3 8.2.1.0-4 8.2.2.0-1 8.2.2.0-2", "with JSON, in which auth-token stands", _ONCE),
        R("8.2.2.0-3", "with 200, also where it says no", _ONCE),
        R("8.2.3.0-1", "and gives the token once", _ONCE),
        R("8.2.3.2-1", "else an error-code that there is: 1 or 2", (*_ONCE, *_ABANDONED)),
    ],
    "9.1–9.3 Statements and verbs": [
        R("9.1.0.0-1", "a lesson's statement has an id of its own", _refused("without an id")),
        R("9.3.0.0-2 9.3.2.0-3", "each verb once in a session", (*_refused("a second initialized"), *_TWICE)),
        R("9.3.0.0-3", "passed or failed, not both, in a session", _TWICE),
        R("9.3.0.0-6 9.3.3.0-2", "completed once in a registration", _lesson("completed_comes_once_in_a_registration")),
        R("9.3.0.0-7 9.3.4.0-3", "passed once in a registration", _PASS),
        R("9.3.0.0-8", "no failed after passed", _PASS),
        R(
            "9.3.0.0-9",
            "what is let in is kept and shown, whatever its verb",
            (
                f"{_HTTP}::test_everything_that_was_said_is_kept",
                *_lesson("a_teacher_sees_what_a_cmi5_lesson_was_answered"),
            ),
        ),
        R("9.3.0.0-10", "abandoned once for a session", _NEVER_BEGAN),
        R("9.3.0.0-11 9.3.7.0-4", "waived once", _WAIVED),
        R("9.3.1.0-1 9.3.1.0-2", "launched once, before the lesson opens", (*_FACTS, *_ABANDONED)),
        R("9.3.3.0-3 9.3.4.0-4", "completed and passed count by moveOn", _SATISFIED),
        R(
            "9.3.4.0-2 9.5.1.0-1",
            "passed with a score reaches masteryScore",
            _refused("passed below the mastery score"),
        ),
        R("9.3.5.0-2", "failed with a score is below it", _refused("failed above it")),
        R(
            "9.3.6.0-1 §9.3.6",
            "a session that did not end is abandoned when the next one is launched",
            (*_ABANDONED, *_NEVER_BEGAN, *_lesson("a_session_that_ended_is_not_abandoned")),
        ),
        R("9.3.6.0-2", "and says nothing any more", _ABANDONED),
        R("9.3.7.0-1 9.3.7.0-2 9.5.5.2-1", "waived is said with its reason", _WAIVED),
        R("9.3.7.0-3", "in a session of its own", _WAIVED),
        R("9.3.8.0-3", "terminated ends the session: the attempt is closed", _SCORE),
        R(
            "9.3.8.0-4",
            "after that statements are refused: at once, and after two minutes the key too",
            (*_ORDER, *_KEY_ENDS),
        ),
        R(
            "9.3.9.0-1 9.3.9.0-5",
            "satisfied is said of a block, and of the course, once all units in them are",
            (*_SATISFIED, *_UNITS),
        ),
        R("9.3.9.0-2 9.3.9.0-6", "with its kind as type", _SATISFIED),
        R("9.3.9.0-3 9.3.9.0-4 9.3.9.0-7 9.3.9.0-8", "under an id that the LMS makes, not the publisher's", _SATISFIED),
        R("9.3.9.0-9", "in the session of the launch that led to it", _SATISFIED),
        R("§9.3.9", "else in one of its own; and a waived unit has met its moveOn", _WAIVED),
    ],
    "9.5 Results": [
        R("9.5.1.0-2", "a score belongs to passed and failed", _refused("completed with a score")),
        R(
            "9.5.1.0-3 §9.5.1",
            "raw comes with min and max; scaled is from 0 to 1",
            _refused("a raw score without its bounds", "a score below nothing"),
        ),
        R(
            "9.5.2.0-1",
            "success is true of passed",
            _refused("passed that was no success", "passed that says nothing of success"),
        ),
        R("9.5.2.0-2", "false of failed", _refused("failed that was a success")),
        R("9.5.2.0-3", "and of nothing else", _refused("completed that tells of success")),
        R("9.5.3.0-1", "completion is true of completed", _refused("completed that was not")),
        R("9.5.3.0-2", "and of nothing else", _refused("passed that tells of completion")),
        R(
            "9.5.4.1-1 9.5.4.1-2 9.5.4.1-3 9.5.4.1-4",
            "terminated, completed, passed, failed tell how long",
            _refused(
                "terminated without its time",
                "completed without its time",
                "passed without its time",
                "failed without its time",
            ),
        ),
        R(
            "9.5.4.2-1 9.5.4.2-2",
            "abandoned too: from the launch to the last word of the lesson",
            _lesson("a_session_lasted_from_its_launch_to_the_last_word_of_the_lesson"),
        ),
    ],
    "9.6, 9.7 Context and time": [
        R(
            "9.6.0.0-1 9.6.2.0-1 10.2.1.0-6 10.2.1.0-7",
            "a lesson's context is that of the template",
            _refused("no session", "another session", "without the template's grouping"),
        ),
        R(
            "9.6.1.1-3",
            "moveOn is looked at as soon as there is a registration",
            _lesson("a_unit_that_asks_for_nothing_is_satisfied_as_soon_as_it_is_launched"),
        ),
        R(
            "9.6.2.1-1",
            "the category of cmi5 marks what is its own; the LMS's verbs are none of a lesson",
            (*_refused("a verb of the LMS"), *_TWICE),
        ),
        R(
            "9.6.2.2-1",
            "that of moveon stands where success or completion does",
            (*_refused("completed without moveon", "passed without moveon"), *_WAIVED),
        ),
        R("9.6.2.2-2", "and nowhere else", _refused("terminated with moveon", "moveon where nothing counts")),
        R("9.6.2.3-1 10.2.1.0-1 10.2.1.0-3", "the template's grouping has the publisher's id", _DATA),
        R("9.6.2.3-2", "so have the LMS's own statements", _FACTS),
        R(
            "9.6.3.1-1 9.6.3.1-2 10.2.1.0-2",
            "the session's id is made by the LMS and stands in the template",
            (*_FACTS, *_SATISFIED),
        ),
        R("9.6.3.1-3", "and in the LMS's own statements", (*_FACTS, *_WAIVED)),
        R("9.6.3.1-4", "and in the lesson's", _refused("no session", "another session")),
        R(
            "9.6.3.2-1 9.6.3.3-1 9.6.3.6-1 9.6.3.7-1",
            "launched tells masteryScore, launchMode, moveOn, launchParameters",
            _FACTS,
        ),
        R(
            "9.6.3.2-2",
            "a score that was judged by masteryScore names it",
            _refused("a score that names no mastery score"),
        ),
        R("9.6.3.4-1", "launched tells the address without the parameters", _FACTS),
        R("9.7.0.0-1", "a lesson's statement has a timestamp", _refused("without a moment")),
        R("9.7.0.0-2", "in UTC", _refused("a moment of local time")),
    ],
    "10 Launch data": [
        R("10.1.0.0-1 10.1.0.0-2", "LMS.LaunchData is there before the lesson, as JSON", _DATA),
        R("10.1.0.0-3 10.1.0.0-4 10.1.0.0-5", "under the activity, agent and registration of the launch", _DATA),
        R(
            "10.2.1.0-5",
            "it is not the lesson's to change or delete",
            (*_DATA, f"{_HOSTILE}::test_what_the_lms_said_at_launch_stays_as_it_is"),
        ),
        R(
            "10.2.2.0-1 10.2.2.0-4 10.2.2.0-5",
            "launchMode: Normal, Browse of a preview, Review of what is finished",
            (*_DATA, *_BROWSE, *_REVIEW),
        ),
        R("10.2.2.0-2 10.2.2.0-3", "in another mode no verdict is taken", (*_BROWSE, *_REVIEW)),
        R("10.2.3.0-1", "launchParameters", _DATA),
        R(
            "10.2.4.0-1 10.2.4.0-2",
            "masteryScore: of the structure, or the pass mark of the link",
            (*_DATA, *_lesson("the_pass_mark_of_the_link_is_the_mastery_score")),
        ),
        R("10.2.5.0-1", "moveOn", _DATA),
        R(
            "10.2.7.0-1 10.2.7.1-1",
            "entitlementKey, from the structure",
            (*_DATA, *_lesson("a_unit_without_a_key_gets_none_whatever_was_agreed")),
        ),
        R(
            "10.2.7.2-1",
            "entitlementKey.alternate, as it was agreed with the publisher",
            _lesson("what_was_agreed_with_a_publisher_lies_beside_the_key_of_the_structure"),
        ),
    ],
    "11 Learner preferences": [
        R(
            "11.0.0.0-1",
            "the agent of a profile is that of the launch",
            (f"{_HTTP}::test_a_launch_touches_its_own_documents_only",),
        ),
        R(
            "11.0.0.0-4 11.0.0.0-5 11.1.0.0-1 11.1.0.0-2",
            "what a lesson would write there is refused with 403, whatever it is",
            (f"{_HTTP}::test_a_launch_touches_its_own_documents_only",),
        ),
    ],
    "13, 14 Course structures and packages": [
        R(
            "13.1.2.0-1 13.1.3.0-1 13.1.4.0-1 13.1.4.0-2 13.1.5.0-1 13.1.5.0-2 13.2.0.0-1 14.1.0.0-2 14.1.0.0-3"
            " 14.1.0.0-4 14.2.0.0-1",
            "[each by itself](cmi5-requirements.md)",
            (f"{_LISTED}::test_no_requirement_of_the_official_list_is_forgotten",),
        ),
        R(
            "13.1.0.0-1",
            "blanks around a value are none of it",
            _lesson("blanks_around_what_a_structure_says_are_none_of_it"),
        ),
        R(
            "14.0.0.0-1",
            "zip, zip64 and a structure alone are imported; units may lie at other addresses",
            (
                "web/test_elsewhere.py::test_a_structure_without_a_zip_is_imported",
                "web/test_elsewhere.py::test_a_page_elsewhere_is_launched_with_the_parameters_and_in_a_window_of_its_own",
                "web/browser/test_elsewhere.py::test_its_score_arrives_and_it_has_no_hold_of_our_pages",
                f"{_HOSTILE_ZIPS}::test_zip64_is_read",
            ),
        ),
        R(
            "14.1.0.0-1",
            "what is no zip is refused, zip64 is read",
            (f"{_HOSTILE_ZIPS}::test_each_trick_is_called_by_its_name", f"{_HOSTILE_ZIPS}::test_zip64_is_read"),
        ),
    ],
}

# MUSTs that are put to others: why
OTHERS_OF_CMI5: Mapping[str, str] = {
    "4.1.0.0-1 7.0.0.0-1 7.0.0.0-2 7.0.0.0-3 7.0.0.0-4 7.0.0.0-5 8.1.0.0-7 8.1.1.0-2 8.1.1.0-3 8.1.2.0-3 8.1.2.0-4"
    " 8.1.3.0-2 8.1.4.0-2 8.1.5.0-5 8.2.2.0-4 9.3.0.0-1 9.3.3.0-1 9.3.4.0-1 9.3.5.0-1 9.3.8.0-1 10.2.1.0-4"
    " 10.2.2.0-6 10.2.2.0-7 10.2.2.0-8 10.2.2.0-9 10.2.2.0-10 10.2.2.0-11 10.2.6.0-1 11.0.0.0-2 11.2.0.0-1": (
        "for assignable units; those that we make are put to the test in `packager/build/test_playing.py`"
    ),
    "9.3.2.0-1": "initialized within a reasonable time: of the unit; its key lives for four hours",
    "11.0.0.0-3": "that a unit reads the preferences first: of the unit; to refuse it otherwise would add to §11",
}
