"""Every MUST that xAPI 1.0.3 puts to an LRS, and the test that holds it: docs/xapi-requirements.md as data.

Anchors are those of the specification's own text (parts two and three). Numbers are those of ADL's conformance tests,
which count beyond the MUSTs: the tables of properties, too, are put to the test there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_STATEMENT = "lrs/test_statement.py"
_REFUSED = f"{_STATEMENT}::test_what_the_specification_does_not_allow_is_refused_at_its_place"
_TAKEN = f"{_STATEMENT}::test_what_it_allows_is_taken"
_HTTP, _RULES, _HOSTILE = "web/test_xapi.py", "web/test_xapi_rules.py", "web/test_xapi_hostile.py"
_PARTS, _SIGNED = "lrs/test_parts.py", "lrs/test_signatures.py"
_STORE, _DOCUMENTS = "store/test_statements.py", "store/test_documents.py"


class Requirement(NamedTuple):
    """`anchors` in the specification, `numbers` of ADL's tests (`45`, or a range `45–49`), both separated by blanks."""

    anchors: str
    numbers: str
    asks: str
    tests: tuple[str, ...]


def refused(*places: str) -> tuple[str, ...]:
    """Cases of the table of statements that are refused, by the place that is spoilt."""
    return tuple(f"{_REFUSED}[{place}]" for place in places)


def taken(*places: str) -> tuple[str, ...]:
    return tuple(f"{_TAKEN}[{place}]" for place in places)


R = Requirement
DATA: Mapping[str, Sequence[Requirement]] = {
    "2.2 Formatting": [
        R("2.2.s2.b2", "", "no property stands twice", (f"{_HOSTILE}::test_what_is_no_json_of_ours_is_refused",)),
        R("2.2.s2.b3", "3–5", "actor, verb and object are there", refused("actor", "verb", "object")),
        R(
            "2.2.s2.b5 2.4.s2",
            "14",
            "what was said comes back as it was said",
            (
                f"{_HTTP}::test_everything_that_was_said_is_kept",
                f"{_RULES}::test_exact_is_what_was_received_whatever_is_known_since",
            ),
        ),
        R(
            "2.2.s4.b1",
            "1",
            "no null but in extensions",
            (
                *refused("actor", "verb", "object", "result", "context", "result.response", "context.platform"),
                f"{_STATEMENT}::test_a_statement_with_everything_is_taken",
            ),
        ),
        R(
            "2.2.s4.b1",
            "6",
            "values are of their type: no number as text, no flag as text",
            refused("result.score.scaled", "result.success", "result.completion", "id", "timestamp", "version"),
        ),
        R(
            "2.2.s4.b1",
            "7 11",
            "values and keys follow their format, IRIs have a scheme",
            refused(
                "verb.id",
                "object.id",
                "actor.account.homePage",
                "object.definition.type",
                "object.definition.moreInfo",
                "object.definition.extensions",
                "result.duration",
                "context.language",
            ),
        ),
        R(
            "2.2.s4.b1",
            "8 9",
            "capitals count, in keys and in enumerated values",
            refused("Actor", "object.objectType"),
        ),
        R(
            "2.2.s4.b1",
            "10",
            "no key that the specification does not name",
            refused(
                "extra",
                "actor.extra",
                "verb.extra",
                "object.extra",
                "result.extra",
                "context.extra",
                "object.definition.extra",
                "result.score.extra",
                "attachments.0.extra",
            ),
        ),
        R(
            "2.2.s4.b2",
            "13 121",
            "keys of language maps look like RFC 5646",
            (
                *refused("verb.display.not a language"),
                *taken("context.language"),
                f"{_HOSTILE}::test_letters_that_only_look_right_are_refused",
            ),
        ),
        R(
            "2.2.s4.b3",
            "2",
            "numbers keep the precision of a 32-bit float and more",
            (f"{_HOSTILE}::test_numbers_of_any_size_are_given_out_as_they_came",),
        ),
        R(
            "2.2.s4.b4",
            "12",
            "parameters are judged as values of the same type are",
            (
                f"{_HTTP}::test_what_is_no_parameter_is_refused",
                f"{_HTTP}::test_a_place_that_is_none_is_refused",
                f"{_HOSTILE}::test_an_agent_that_is_none_is_refused_wherever_it_is_asked_for",
            ),
        ),
    ],
    "2.3 Lifecycle": [
        R(
            "2.3.1.s9.b1 2.3.1.s9.b2",
            "",
            "statements are the same or not by what counts",
            (f"{_HOSTILE}::test_what_an_lrs_may_write_in_another_way_makes_no_other_statement",),
        ),
        R(
            "2.3.2.s2.b1 2.3.2.s2.b2",
            "17 19 20",
            "what voids is about a StatementRef with an id",
            (f"{_STATEMENT}::test_a_voiding_statement_is_about_a_statement", *refused("object")),
        ),
        R(
            "2.3.2.s2.b3",
            "16 18",
            "voided is what a voiding statement names, unless it voids itself; in whichever order they come",
            (
                f"{_STORE}::test_a_voided_statement_is_hidden_in_whichever_order_they_come",
                f"{_STORE}::test_a_voiding_statement_cannot_be_voided",
                f"{_RULES}::test_who_voids_a_voiding_statement_changes_nothing",
            ),
        ),
    ],
    "2.4.1 id": [
        R("2.4.1.s1", "27–30", "a UUID in its usual form", refused("id")),
        R(
            "2.4.1.s2.b1",
            "26",
            "given where it is missing",
            (f"{_HTTP}::test_what_was_sent_comes_back_with_what_an_lrs_adds",),
        ),
    ],
    "2.4.2 actor": [
        R(
            "2.4.2.1.s2.b1 2.4.2.1.s2.b2",
            "31 32 34 38–43",
            "an agent has exactly one of four identifiers, each of its form",
            (
                *refused(
                    "actor",
                    "actor.account",
                    "actor.mbox",
                    "actor.account.name",
                    "actor.account.homePage",
                    "actor.objectType",
                ),
                *taken("actor"),
            ),
        ),
        R("", "33", "a name is text", refused("actor.name")),
        R(
            "2.4.2.2.s4.b1 2.4.2.2.s4.b2 2.4.2.2.s5.b2",
            "35 36",
            "a group without an identifier has members, none of them a group",
            (*refused("actor"), *taken("actor")),
        ),
        R(
            "2.4.2.2.s5.b1",
            "37",
            "a group with an identifier has one",
            (f"{_STATEMENT}::test_a_group_has_one_identifier_at_most", *taken("actor")),
        ),
        R(
            "2.4.2.2.s3.b1",
            "",
            "groups without an identifier are never taken for each other",
            (f"{_HTTP}::test_what_is_no_parameter_is_refused",),
        ),
    ],
    "2.4.3 verb": [
        R("", "44", "its id is an IRI and is there", refused("verb", "verb.id")),
        R(
            "",
            "45",
            "its display is a language map",
            (*refused("verb.display", "verb.display.vi"), *taken("verb.display")),
        ),
        R(
            "2.4.3.s4.b1 2.4.3.s7.b1 2.4.3.s7.b2 2.4.3.s7.b3",
            "",
            "its meaning is its id's, whatever the display",
            (
                f"{_HTTP}::test_filters",
                f"{_HOSTILE}::test_what_an_lrs_may_write_in_another_way_makes_no_other_statement",
            ),
        ),
        R(
            "2.4.3.s6.b1",
            "",
            "in exact form the display is the one received",
            (f"{_RULES}::test_exact_is_what_was_received_whatever_is_known_since",),
        ),
    ],
    "2.4.4 object": [
        R("2.4.4.1.s1.table1.row1", "46", "its type is one of five", refused("object", "object.objectType")),
        R("", "47", "an activity has an IRI as id", refused("object.id")),
        R(
            "2.4.4.1.s4.b1 2.4.4.1.s4.b2 2.4.4.1.s3.b2",
            "",
            "one id, one activity, however it is spoken of",
            (f"{_HTTP}::test_definitions_grow_language_by_language", f"{_HTTP}::test_filters"),
        ),
        R(
            "",
            "48 56 57 59–61",
            "parts of a definition are of their form",
            refused(
                "object.definition.type",
                "object.definition.moreInfo",
                "object.definition.extensions",
                "object.definition.extra",
            ),
        ),
        R(
            "2.4.4.1.s13.b1",
            "49–55 58 62–64",
            "an interaction has a type that there is, and parts of that type",
            refused(
                "object.definition.interactionType",
                "object.definition.correctResponsesPattern",
                "object.definition.scale",
                "object.definition.choices.0.id",
            ),
        ),
        R("2.4.4.1.s16.b1", "", "ids of components are distinct", refused("object.definition.choices.1.id")),
        R("2.4.4.2.s1.b1", "65", "an agent or group as object says what it is", (*refused("object"), *taken("object"))),
        R(
            "2.4.4.3.s4.b1 2.4.4.3.s4.b2 2.4.4.3.s4.table1.row1",
            "72 73",
            "a StatementRef says so, and has a UUID",
            refused("object", "context.statement"),
        ),
        R(
            "2.4.4.3.s8.b1 2.4.4.3.s8.b2 2.4.4.3.s8.b3 2.4.4.3.s8.b4",
            "66–71",
            "a SubStatement says so, is judged as a statement, has nothing that an LRS gives, and none within it",
            (*refused("object"), *taken("object")),
        ),
    ],
    "2.4.5 result": [
        R(
            "",
            "74–76 78 79",
            "success, completion, response, score are of their type",
            refused("result.success", "result.completion", "result.response", "result.score.extra", "result")
            + taken("result.response"),
        ),
        R(
            "4.6.s1.b1",
            "77 124",
            "a duration is ISO 8601, without the form that looks like a date",
            (*refused("result.duration"), *taken("result.duration")),
        ),
        R(
            "",
            "80–83",
            "scaled from -1 to 1, min below max, raw between them",
            (*refused("result.score.scaled", "result.score.raw", "result.score.min"), *taken("result.score")),
        ),
    ],
    "2.4.6 context": [
        R(
            "2.4.6.s4.b1 2.4.6.s4.b2",
            "84 85",
            "revision and platform stand beside an activity only",
            (f"{_STATEMENT}::test_revision_and_platform_belong_to_activities",),
        ),
        R(
            "2.4.6.s4.b3",
            "87–92",
            "registration, team, language, statement and texts are of their form",
            refused(
                "context.registration", "context.team", "context.platform", "context.language", "context.statement"
            ),
        ),
        R(
            "2.4.6.2.s4.b1 2.4.6.2.s4.b2",
            "86 93 94",
            "contextActivities: four keys, each one activity or many",
            refused("context.contextActivities.parent", "context.contextActivities.sibling"),
        ),
        R(
            "2.4.6.2.s4.b3 2.4.6.2.s4.b4",
            "96",
            "context activities come back as lists",
            (f"{_HTTP}::test_everything_that_was_said_is_kept",),
        ),
    ],
    "2.4.7–2.4.10 timestamp, stored, authority, version": [
        R("4.5.s1.b1", "22 122 123", "a timestamp is ISO 8601", (*refused("timestamp", "stored"), *taken("timestamp"))),
        R("4.5.s1.b3", "", "milliseconds are kept", (f"{_HTTP}::test_everything_that_was_said_is_kept",)),
        R(
            "2.4.8.s3.b2",
            "23 97",
            "stored is the LRS's own",
            (f"{_RULES}::test_what_an_lrs_gives_is_its_own_whatever_was_sent",),
        ),
        R("2.4.9.s3.b1", "24 98 100", "an authority is an agent, or a group of two", refused("authority")),
        R(
            "2.4.9.s3.b2 2.4.9.s3.b3",
            "99",
            "every statement has one: who sent it",
            (
                f"{_HTTP}::test_what_was_sent_comes_back_with_what_an_lrs_adds",
                f"{_RULES}::test_what_an_lrs_gives_is_its_own_whatever_was_sent",
            ),
        ),
        R(
            "2.4.10.s2.b1 2.4.10.s3.b1 2.4.10.s3.b2",
            "101",
            "versions 1.0.x are taken (ADL: 1.0 as well), others not",
            (*refused("version"), *taken("version")),
        ),
        R(
            "2.4.10.s3.b3",
            "330 332",
            "the version stays; where it was missing it is 1.0.0",
            (
                f"{_HTTP}::test_what_was_sent_comes_back_with_what_an_lrs_adds",
                f"{_HTTP}::test_everything_that_was_said_is_kept",
            ),
        ),
    ],
    "2.4.11 attachments": [
        R(
            "",
            "25 102–107",
            "each has usageType, display, contentType, length, sha2 of their form",
            refused(
                "attachments",
                "attachments.0.usageType",
                "attachments.0.display",
                "attachments.0.contentType",
                "attachments.0.length",
                "attachments.0.sha2",
                "attachments.0.fileUrl",
            )
            + taken("attachments"),
        ),
    ],
    "2.5 Retrieval": [
        R(
            "",
            "108–111 113 114",
            "a result is a list, and more leads to the next page of the same search",
            (
                f"{_HTTP}::test_pages_follow_each_other_and_nothing_is_missed_or_said_twice",
                f"{_RULES}::test_more_keeps_format_and_attachments",
                f"{_RULES}::test_a_search_without_a_find_is_an_empty_list",
            ),
        ),
        R("2.5.s3.b1", "", "more holds for a day at least", (f"{_RULES}::test_more_holds_for_a_day",)),
    ],
    "2.6 Signed statements": [
        R(
            "2.6.s4.b1 2.6.s5.b1",
            "115",
            "a signature is a JWS that came along; malformed ones are refused",
            (
                f"{_SIGNED}::test_what_is_no_jws_is_refused",
                f"{_SIGNED}::test_a_signature_of_another_type_of_content_is_refused",
                f"{_RULES}::test_a_signature_that_is_none_or_of_another_statement_or_elsewhere_is_refused",
            ),
        ),
        R(
            "2.6.s4.b3 2.6.s5.b3",
            "116",
            "what is signed is this very statement, and fits the certificate that it carries",
            (
                f"{_SIGNED}::test_a_signature_over_another_statement_is_refused",
                f"{_SIGNED}::test_a_signature_that_does_not_fit_its_certificate_is_refused",
                f"{_SIGNED}::test_what_an_lrs_may_write_in_another_way_is_signed_as_well",
                f"{_SIGNED}::test_a_signature_serves_no_second_statement",
                f"{_SIGNED}::test_what_is_signed_is_a_statement",
            ),
        ),
        R(
            "2.6.s4.b4",
            "117",
            "RS256, RS384 or RS512",
            (f"{_RULES}::test_a_signed_statement_is_taken", f"{_SIGNED}::test_other_algorithms_are_refused"),
        ),
    ],
    "4 Types": [
        R("4.1.s3.b1", "118 119", "keys of extensions are IRIs", refused("object.definition.extensions")),
        R(
            "4.1.s3.b2",
            "120",
            "values of extensions are anybody's own",
            (
                f"{_STATEMENT}::test_a_statement_with_everything_is_taken",
                f"{_HOSTILE}::test_pairs_of_halves_and_control_letters_in_texts_are_kept",
                f"{_HOSTILE}::test_an_extension_is_nested_as_deeply_as_everybody_can_read_it_again",
            ),
        ),
        R("4.2.s1", "", "IRIs hold letters of all languages", (f"{_STATEMENT}::test_iris_may_hold_any_letters",)),
    ],
}
COMMUNICATION: Mapping[str, Sequence[Requirement]] = {
    "1 Requests": [
        R(
            "1.1.s3.b1 1.1.s3.b1.b1",
            "125",
            "HEAD answers as GET does, without a body",
            (
                f"{_RULES}::test_head_answers_as_get_does_without_the_body",
                f"{_HOSTILE}::test_head_in_a_form_has_no_body_either",
            ),
        ),
        R(
            "1.3.s3.b1 1.3.s3.b2 1.3.s3.b3 1.3.s3.b4 1.3.s3.b13 1.3.s3.b14 1.3.s3.b15",
            "148 336",
            "the alternate syntax: a POST with `method` alone in its address, all else in a form",
            (f"{_HTTP}::test_the_alternate_syntax_is_the_same_request_in_a_form",),
        ),
        R(
            "1.3.s3.b5 1.3.s3.b7",
            "",
            "its content is UTF-8, its header fields count as headers",
            (
                f"{_RULES}::test_a_form_carries_headers_parameters_and_text_in_utf_8",
                f"{_HOSTILE}::test_a_form_sets_no_header_that_a_server_would_not_take",
            ),
        ),
        R(
            "1.4.s1.b1",
            "15 126",
            "texts are UTF-8 and nothing else",
            (
                f"{_HOSTILE}::test_what_is_no_json_of_ours_is_refused",
                f"{_HOSTILE}::test_pairs_of_halves_and_control_letters_in_texts_are_kept",
            ),
        ),
        R(
            "1.5.1.s1.b1 1.5.1.s1.b2",
            "127–129",
            "JSON alone is taken without attachments, or where each has a fileUrl",
            (
                f"{_HTTP}::test_what_was_sent_comes_back_with_what_an_lrs_adds",
                f"{_HTTP}::test_everything_that_was_said_is_kept",
                f"{_HTTP}::test_other_types_of_content_are_refused",
            ),
        ),
        R(
            "1.5.2.s1.b4",
            "",
            "an attachment is known by its SHA-2 and nothing else",
            (
                f"{_PARTS}::test_a_message_that_is_none_is_refused",
                f"{_HOSTILE}::test_a_part_that_is_not_what_it_says_is_refused",
            ),
        ),
        R(
            "1.5.2.s2 1.5.2.s2.b1 1.5.2.s3.b5",
            "131 135 136",
            "an attachment came along or has a fileUrl",
            (f"{_HTTP}::test_attachments_come_back_to_the_byte",),
        ),
        R(
            "1.5.2.s2.b2 1.5.2.s2.b2.b1 1.5.2.s2.b2.b3 1.5.2.s2.b2.b4 1.5.2.s2.b2.b6",
            "130 132–134",
            "multipart/mixed: JSON first, then parts with hash and binary encoding",
            (
                f"{_PARTS}::test_a_message_that_is_none_is_refused",
                f"{_PARTS}::test_a_good_one_is_taken",
                f"{_PARTS}::test_what_is_joined_is_split_again_to_the_byte",
            ),
        ),
        R(
            "1.5.2.s2.b2.b7",
            "",
            "part and statement say the same of an attachment",
            (f"{_HOSTILE}::test_a_part_that_is_not_what_it_says_is_refused",),
        ),
        R(
            "1.5.2.s3.b1 1.5.2.s3.b4",
            "",
            "attachments are taken, and given out, in that form",
            (f"{_HTTP}::test_attachments_come_back_to_the_byte",),
        ),
    ],
    "2.1 Statements": [
        R(
            "2.0.s1.b1",
            "139 140",
            "all resources are there",
            (
                f"{_RULES}::test_head_answers_as_get_does_without_the_body",
                f"{_RULES}::test_documents_of_what_nobody_has_heard_of_are_taken_merged_and_deleted",
            ),
        ),
        R(
            "2.1.1.s2.b2 2.1.2.s2.b4",
            "142–147",
            "the same again is silent; another of its id is refused and changes nothing",
            (
                f"{_HTTP}::test_the_same_statement_again_is_silent_and_another_of_its_id_a_conflict",
                f"{_STORE}::test_the_same_again_is_silent_and_other_content_keeps_nothing",
            ),
        ),
        R(
            "2.1.1.s3.b3",
            "",
            "PUT wants the id, and the statement's own is the same",
            (f"{_HTTP}::test_put_wants_the_id_and_nothing_else",),
        ),
        R(
            "2.1.2.s2.b3",
            "",
            "a POST that asks is told from one that sends",
            (
                f"{_RULES}::test_a_form_carries_headers_parameters_and_text_in_utf_8",
                f"{_HTTP}::test_the_alternate_syntax_is_the_same_request_in_a_form",
            ),
        ),
        R(
            "2.1.3.s2.b1 2.1.3.s2.b2",
            "149–151 153 154",
            "statementId and voidedStatementId go alone, with attachments and format at most",
            (f"{_HTTP}::test_what_is_no_parameter_is_refused",),
        ),
        R(
            "2.1.3.s2.b4",
            "155 156",
            "nothing found is an empty list",
            (f"{_RULES}::test_a_search_without_a_find_is_an_empty_list",),
        ),
        R(
            "2.1.3.s2.b5",
            "157 158",
            "X-Experience-API-Consistent-Through stands on all answers, and is true",
            (
                f"{_HTTP}::test_consistent_through_stands_on_every_answer",
                f"{_STORE}::test_everything_found_is_within_what_is_called_consistent",
                f"{_STORE}::test_what_took_too_long_to_commit_is_not_kept",
            ),
        ),
        R(
            "2.1.3.s2.b6 2.1.3.s2.b7",
            "159 165–167",
            "attachments come when they are asked for, and only then",
            (f"{_HTTP}::test_attachments_come_back_to_the_byte",),
        ),
        R(
            "",
            "160–164 173–181",
            "every filter, alone and together",
            (
                f"{_HTTP}::test_filters",
                f"{_STORE}::test_all_parts_of_a_query_are_met",
                f"{_STORE}::test_times_are_after_since_and_up_to_until",
                f"{_STORE}::test_who_asks_since_the_last_one_misses_nothing_and_gets_nothing_twice",
                f"{_STORE}::test_the_newest_come_first_or_last",
            ),
        ),
        R(
            "",
            "168–171",
            "exact, ids, canonical",
            (
                f"{_HTTP}::test_ids_are_the_least_that_identifies",
                f"{_HTTP}::test_canonical_is_in_the_language_that_fits_best",
                f"{_RULES}::test_exact_is_what_was_received_whatever_is_known_since",
            ),
        ),
        R(
            "2.1.3.s3",
            "",
            "a statement about another is found by that one's parts, at its own place in time, over many steps",
            (
                f"{_RULES}::test_a_statement_about_another_is_found_with_it_within_its_own_place_in_time",
                f"{_RULES}::test_a_reference_within_the_context_finds_nothing",
                f"{_STORE}::test_a_statement_is_found_by_what_it_is_about_over_any_number_of_steps",
                f"{_STORE}::test_what_a_statement_is_about_shows_over_a_bounded_number_of_steps",
            ),
        ),
        R(
            "2.1.3.s4.b1 2.1.3.s4.b5",
            "172",
            "canonical: one language in each map, chosen for each by Accept-Language",
            (
                f"{_RULES}::test_canonical_has_one_language_in_each_map_whichever_each_has",
                f"{_HTTP}::test_canonical_is_in_the_language_that_fits_best",
            ),
        ),
        R(
            "2.1.4.s1.b1 2.1.4.s1.b2",
            "",
            "voided ones are given out by voidedStatementId only, those about them always",
            (
                f"{_HTTP}::test_a_voided_statement_is_given_out_only_when_asked_for_as_such",
                f"{_RULES}::test_a_voided_statement_is_not_shown_but_those_about_it_are",
            ),
        ),
    ],
    "2.2–2.7 Documents, agents, activities": [
        R(
            "2.2.s4.b2",
            "182 187–192 216–221 227 229–235 255–259 269 271–274 278–293 308–312",
            "documents of agents and activities that nobody has heard of are taken, given, deleted",
            (
                f"{_RULES}::test_documents_of_what_nobody_has_heard_of_are_taken_merged_and_deleted",
                f"{_HTTP}::test_a_state_is_put_read_merged_listed_and_deleted",
            ),
        ),
        R(
            "2.2.s7 2.2.s8.b2",
            "183 184",
            "POST merges the properties of two JSON objects, at their top level, and answers 204",
            (f"{_RULES}::test_documents_of_what_nobody_has_heard_of_are_taken_merged_and_deleted",),
        ),
        R(
            "2.2.s8.b1",
            "313 314",
            "only JSON objects are merged; what can't be leaves the document as it was",
            (f"{_HTTP}::test_only_json_objects_are_merged",),
        ),
        R(
            "",
            "193–195 204 260 268 270 275 289 294 295 303",
            "without an id: the ids there are, since a moment",
            (
                f"{_RULES}::test_lists_hold_ids_since_a_moment_and_have_a_tag_too",
                f"{_DOCUMENTS}::test_only_what_changed_since_is_listed",
                f"{_DOCUMENTS}::test_a_state_without_registration_is_listed_and_cleared_over_all",
            ),
        ),
        R(
            "",
            "196–203 206–215 261–267 296–302",
            "every parameter that is needed is asked for, and judged",
            (
                f"{_RULES}::test_each_parameter_that_a_document_needs_is_asked_for",
                f"{_HTTP}::test_a_place_that_is_none_is_refused",
            ),
        ),
        R(
            "2.4.s3.b3 2.4.s5.table1.row6 2.4.s6.b1 2.4.s6.b2",
            "236–249",
            "a Person is told in lists, also of an agent that nobody has heard of",
            (
                f"{_HTTP}::test_activities_and_people_are_what_was_told_of_them",
                f"{_RULES}::test_a_person_is_told_in_lists_and_nothing_is_said_twice",
            ),
        ),
        R(
            "",
            "250–254",
            "an activity is told whole",
            (
                f"{_HTTP}::test_activities_and_people_are_what_was_told_of_them",
                f"{_HTTP}::test_definitions_grow_language_by_language",
            ),
        ),
    ],
    "2.8 About": [
        R(
            "2.8.s5.b1 2.8.s5.b1.b1 2.8.s5.b2 2.8.s5.b4",
            "315–319",
            "the versions and nothing else, to whoever asks, in whichever version",
            (f"{_RULES}::test_about_says_versions_alone_to_anybody_of_any_version",),
        ),
    ],
    "3.1 Concurrency": [
        R(
            "3.1.s4.b1 3.1.s4.b2 3.1.s4.b4",
            "322",
            "an ETag in quotes: the SHA-1 of the content in hexadecimal",
            (
                f"{_RULES}::test_documents_of_what_nobody_has_heard_of_are_taken_merged_and_deleted",
                f"{_RULES}::test_lists_hold_ids_since_a_moment_and_have_a_tag_too",
            ),
        ),
        R(
            "3.1.s4.b3",
            "",
            "nothing is packed, for which the tag would have to be another",
            (f"{_RULES}::test_nothing_is_packed_so_that_a_tag_is_the_digest_of_what_came",),
        ),
        R(
            "3.1.s4.b5 3.1.s4.b6 3.1.s4.b9 3.1.s4.b10",
            "",
            "If-Match and If-None-Match are kept: 412, and nothing changes",
            (
                f"{_RULES}::test_a_failed_condition_changes_nothing",
                f"{_HTTP}::test_a_profile_is_never_overwritten_blindly",
                f"{_DOCUMENTS}::test_two_who_add_at_once_both_count",
            ),
        ),
        R(
            "3.1.s4.b13 3.1.s4.b14 3.1.s4.b15",
            "",
            "PUT over a profile without either: 409, what to do is said, nothing changes",
            (f"{_RULES}::test_a_failed_condition_changes_nothing",),
        ),
    ],
    "3.2 Errors": [
        R(
            "3.2.s3.b1",
            "326",
            "the status that fits, and why",
            (
                f"{_HTTP}::test_a_refusal_says_where_and_why",
                f"{_HTTP}::test_a_method_that_a_resource_has_not_is_refused",
            ),
        ),
        R(
            "3.2.s3.b7 3.2.s3.b8",
            "324 325",
            "unknown parameters, also by their capitals alone, are refused",
            (
                f"{_HTTP}::test_what_is_no_parameter_is_refused",
                f"{_HTTP}::test_a_place_that_is_none_is_refused",
                f"{_HOSTILE}::test_since_belongs_to_lists_alone",
            ),
        ),
        R(
            "3.2.s3.b9",
            "326",
            "a batch is taken whole or not at all",
            (f"{_HTTP}::test_a_batch_with_one_bad_statement_keeps_none",),
        ),
        R(
            "3.2.s3.b10",
            "",
            "403 for what a credential may not do",
            (
                f"{_HTTP}::test_a_launch_speaks_of_its_own_pupil_and_registration_only",
                f"{_HTTP}::test_a_launch_touches_its_own_documents_only",
            ),
        ),
        R(
            "3.2.s3.b11",
            "328",
            "413 for what is too large",
            (
                f"{_HTTP}::test_what_is_too_large_is_refused",
                f"{_HOSTILE}::test_more_statements_than_go_at_once_are_refused",
                f"{_HOSTILE}::test_a_statement_that_names_the_whole_country_is_refused",
                f"{_HOSTILE}::test_parts_without_number_are_refused",
            ),
        ),
        R("3.2.s3.b16", "", "what is of a reasonable size is taken", (f"{_RULES}::test_10_mb_are_a_reasonable_size",)),
    ],
    "3.3 Versions, 4 Authentication": [
        R(
            "3.3.s3.b1 3.3.s3.b2",
            "333",
            "every answer names the newest version",
            (f"{_HTTP}::test_every_answer_names_the_version_and_about_needs_none",),
        ),
        R(
            "3.3.s3.b3 3.3.s3.b5",
            "331",
            "1.0 and 1.0.x are accepted",
            (f"{_RULES}::test_every_version_that_begins_with_1_0_is_accepted",),
        ),
        R(
            "3.3.s3.b4 3.3.s3.b4.1 3.3.s3.b6 3.3.s3.b7",
            "321 331",
            "others, and none at all, are refused with 400 and the reason",
            (f"{_HTTP}::test_another_version_is_refused", f"{_RULES}::test_a_refused_version_is_told_why"),
        ),
        R(
            "3.3.s5.b1",
            "",
            "a statement of a newer version stays one",
            (f"{_HTTP}::test_everything_that_was_said_is_kept",),
        ),
        R(
            "4.0.s3.b1 4.1.s5.b1 4.1.s7.b1",
            "334 335",
            "Basic authentication; the authority is who came in; else 401",
            (
                f"{_HTTP}::test_without_credentials_nothing_is_said",
                f"{_HTTP}::test_what_was_sent_comes_back_with_what_an_lrs_adds",
                f"{_DOCUMENTS}::test_a_credential_opens_with_its_secret_until_it_runs_out",
            ),
        ),
        R(
            "4.0.s3.b2",
            "",
            "statements and questions are judged by who comes",
            (f"{_HTTP}::test_a_launch_sees_its_own_registration_only", f"{_HTTP}::test_a_launch_takes_nothing_back"),
        ),
    ],
}
# cmi5 (Quartz) to the LMS, as far as an LRS keeps it; numbered as npm's `@cmi5/requirements` numbers
# MUSTs that are put to others, or speak of what this LRS does not do: why
OTHERS_OF_DATA: Mapping[str, str] = {
    "2.2.s3.b1 2.2.s3.b2 2.4.3.s4.b3 2.4.3.s5.b2 2.4.4.1.s3.b1 2.4.4.1.s5.b1 2.4.4.1.s5.b2 2.4.4.1.s5.b3 2.4.7.s3.b4 "
    "2.4.10.s4.b1": "for whoever sends statements",
    "2.4.4.1.s10.table1.row2 2.4.4.1.s10.table1.row3": "how a sender writes a response; any text is taken",
    "2.4.3.s7.b5": "for whoever shows verbs to people",
    "2.4.11.s2.table1.row1": "an example of a usage type",
    "2.6.s6.b1 2.6.s6.b2": "for clients",
    "3.1.s1.b2": "for whoever coins IRIs",
    "2.4.9.s7.b1 2.4.9.s7.b2 2.4.9.s7.b3 2.4.9.s7.b4 2.4.9.s7.b5 2.4.9.s7.b6": "OAuth, which this LRS does not offer",
}
OTHERS_OF_COMMUNICATION: Mapping[str, str] = {
    "1.3.s3.b8": "for whoever sends statements",
    "3.1.s3.b1 3.3.s4.b1 3.3.s4.b2": "for clients",
    "2.0.s1.b2 4.1.s2.b1 4.1.s2.b2 4.1.s2.b3 4.1.s3.b1 4.2.s5.b1 4.2.s5.b2 4.2.s5.b3 4.2.s5.b6": (
        "OAuth, which this LRS does not offer"
    ),
    "1.5.2.s3.b2 1.5.2.s3.b3": "statements pulled from or pushed to another LRS: this one does neither",
    "3.2.s3.b13 3.2.s3.b17": "limits on how often one may ask: there are none",
    "5.0.s1": "conversion of statements of versions before 1.0",
}
# numbers that ADL itself took out, never gave, or points elsewhere with
TAKEN_OUT = "21 95 112 137 138 141 152 185 186 205 222–226 228 276 277 304–307 320 323 327 329"


def groups() -> Mapping[str, Sequence[Requirement]]:
    return {**DATA, **COMMUNICATION}


def numbers(text: str) -> set[int]:
    """`45 47–49` → {45, 47, 48, 49}"""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("–")
        found |= set(range(int(first), int(last or first) + 1))
    return found
