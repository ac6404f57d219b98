"""What every sentence must keep: both languages, the same places to fill, no name or mark of anybody, a next step."""

import re
import string
import unicodedata
from collections.abc import Iterator, Mapping

import pytest

from bridge.words.book import Entry, book

PAIRED = ("problem", "error", "finding")  # what a person must act on
ENTRIES = sorted(book().items())


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMANDS = words_of("""
    init check migrate roster courses map policy sync runs holds status audit ledger backup
    restore sandbox demo roles serve jobs schedule notices lrs lti passback workbook
""")

# Ids, codes, counts, places and moments. Nothing here can hold a person's name, a mark or a secret; `token` is the one
# of the stand-in Moodle, which opens nothing else, and `user` and `pupil` are an account's number and a city's code.
PLACES = words_of("""
    accepted action actor admin assignments at basis batch before capabilities case cause cells choice choices city
    classes code column columns config configured count course courses day detail fact failed field file files
    folder function functions got head header held high holder item items joined kind last lease least left
    limit lms most moved name names nearest now of_class of_course open operation others ours out page part plan
    principal promised pupil pupils receipts refused release remote role roles rows run said school school_class scope
    score seconds sent seq sheet since soap state status subject taken teacher teachers term theirs threshold token
    tried unit until url user users value variable waiting where why year
""") | words_of("level state total")

# Common English words that must not be left in a Vietnamese sentence. What stands in backticks (commands, addresses,
# names of settings) is the same in every language.
ENGLISH = words_of("""
    the is are was were not and or of for with without from into this that these those please error failed run again
    check see your you school class pupil teacher score scores grade mark subject term column row rows course city
    server password user account file missing unknown wrong locked hidden sent send plan hold settle by have
""")


def sentences(entry: Entry, language: str) -> list[str]:
    said = entry.of(language)
    return list(said.values()) if isinstance(said, Mapping) else [said]


def places(entry: Entry, language: str) -> set[str]:
    return {name for text in sentences(entry, language) for _, name, _, _ in string.Formatter().parse(text) if name}


def bare(text: str) -> str:
    """Without what stands in backticks or quotes (names of Moodle's own), and without places."""
    return re.sub(r"`[^`]*`|“[^”]*”|\{\w+\}", " ", text)


def all_texts() -> Iterator[tuple[str, str]]:
    for key, entry in ENTRIES:
        for language in ("vi", "en"):
            yield from ((f"{key} ({language})", text) for text in sentences(entry, language))


def test_no_text_is_empty_and_all_are_composed_letters():
    bad = [key for key, text in all_texts() if not text.strip() or unicodedata.normalize("NFC", text) != text]
    assert not bad


@pytest.mark.parametrize("group", PAIRED)
def test_what_a_person_must_act_on_says_what_and_what_next(group):
    shapes = {key: set(said) if isinstance(said := entry.of(language), Mapping) else said
              for key, entry in ENTRIES for language in ("vi", "en") if key.startswith(f"{group}.")}  # fmt: skip
    assert {key for key, shape in shapes.items() if shape != {"what", "next"}} == set()


def test_both_languages_have_the_same_places_to_fill():
    """The English side of a setting is a form to be recognised: it may hold more than is worth telling."""
    lone = {key for key, entry in ENTRIES if places(entry, "vi") != places(entry, "en") and not _is_form(key, entry)}
    assert lone == set()


def _is_form(key: str, entry: Entry) -> bool:
    return key.startswith("setting.") and places(entry, "vi") < places(entry, "en")


def test_places_hold_ids_codes_and_counts_only():
    strange = {key: places(entry, "vi") - PLACES for key, entry in ENTRIES}
    assert {key: names for key, names in strange.items() if names} == {}


def test_no_english_is_left_in_the_vietnamese():
    left = {}
    for key, entry in ENTRIES:
        for text in sentences(entry, "vi"):
            words = set(re.findall(r"\w+", bare(text).lower())) & ENGLISH
            if words:
                left[key] = words
    assert left == {}


def test_a_vietnamese_sentence_is_vietnamese():
    """Whole sentences without a single tone mark are forgotten translations."""
    plain = [key for key, entry in ENTRIES if key.split(".")[0] in PAIRED for text in sentences(entry, "vi")
             if bare(text).isascii() and len(bare(text).split()) > 3]  # fmt: skip
    assert plain == []


def test_sentences_end_and_parts_of_sentences_do_not():
    for key, entry in ENTRIES:
        group = key.split(".")[0]
        for text in (*sentences(entry, "vi"), *sentences(entry, "en")):
            if group in PAIRED:
                assert text.endswith((".", ":", "{detail}", "{said}")), key
            elif group in ("cause", "label", "reason", "setting"):
                assert not text.endswith("."), key


def test_every_command_that_is_named_exists():
    named = {(key, match[1]) for key, text in all_texts() for match in re.finditer(r"`bridge ([a-z]+)", text)}
    assert {key for key, command in named if command not in COMMANDS} == set()


def test_a_step_names_a_command_in_both_languages_or_in_neither():
    """What stands in backticks can be typed, and is of no use at a page, which then says less."""
    typed = {key: ["`" in entry.of(one)["next"] for one in ("vi", "en")] for key, entry in ENTRIES if _has_next(entry)}
    assert {key for key, (vi, en) in typed.items() if vi != en} == set()


def _has_next(entry: Entry) -> bool:
    return isinstance(entry.vi, Mapping) and "next" in entry.vi


def test_each_next_step_says_something_else_than_the_fault():
    same = [key for key, entry in ENTRIES if isinstance(entry.vi, Mapping) and entry.vi["what"] == entry.vi["next"]]
    assert same == []
