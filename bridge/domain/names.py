"""Vietnamese text: one form to show, several to compare, an order to sort by.

Four forms of a text, from strict to loose:

- `clean`         what is shown and stored: NFC, look-alike letters mended, one space between words
- `spelling_key`  words with their tones: hoà = hòa, lí = lý, but Toán ≠ Toàn
- `fold`          bare words for search: lower case, no diacritics, đ → d
- `alias_key`     `fold` with lí = lý and without spaces: one key for `Vật lý`, `VẬT  LÍ` and `vat-li`

None of them identifies a person: Vi and Vy are two names, and many people share one.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

# Letters that are drawn like a Vietnamese one and are another character: Icelandic and African D with stroke, Cyrillic.
# В, К, М, Н, Т are alike in capitals only; their small forms follow, so that case never changes what a text means.
_LOOK_ALIKES = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"} | dict(
    zip("АВЕІЈКМНОРЅСТХУавеіјкмнорѕстху", "ABEIJKMHOPSCTXYabeijkmhopsctxy", strict=True)
)
_MEND = str.maketrans(_LOOK_ALIKES)
_TO_BARE = str.maketrans({**_LOOK_ALIKES, "đ": "d", "ð": "d", "ɖ": "d", "ı": "i"})
_APOSTROPHES = frozenset("'’‘ʼ`")  # inside a word (H'Hen, Y’Moan), never between two

# Tone marks in the customary order of dictionaries and of CLDR's collation `vi`: (ngang) huyền hỏi ngã sắc nặng.
_TONES = {"\N{COMBINING GRAVE ACCENT}": 1, "\N{COMBINING HOOK ABOVE}": 2, "\N{COMBINING TILDE}": 3,
          "\N{COMBINING ACUTE ACCENT}": 4, "\N{COMBINING DOT BELOW}": 5}  # fmt: skip
_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=100)}
_AFTER_LETTERS = 1000

# i and y are one sound after a consonant (lí/lý, kì/kỳ) and after qu; never after another vowel (hai/hay, thúi/thúy).
_FINAL_Y = re.compile(r"(?<=[bcdđghklmnprstvx])y$|(?<=^qu)y$")


def clean(text: str) -> str:
    """The text as it should be shown: NFC, look-alikes mended, invisible characters dropped, single spaces."""
    mended = unicodedata.normalize("NFD", text).translate(_MEND)
    visible = (char for char in mended if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFC", " ".join("".join(visible).split()))


def fold(text: str) -> str:
    """Bare lower-case words: no diacritics, đ → d, punctuation between words, one space."""
    return " ".join(_bare(text).split())


def alias_key(text: str) -> str:
    """What two spellings of one alias have in common: folded, final y after a consonant → i, no spaces."""
    return "".join(_FINAL_Y.sub("i", word) for word in _bare(text).split())


def spelling_key(text: str) -> str:
    """Lower-case words with the tone behind each word: equal wherever the mark was put (hoà, hòa) and for i / y."""
    return " ".join(_spell(word) for word in _words(text))


def _bare(text: str) -> str:
    """Folded letters and digits; everything else a space."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(_bare_chars(decomposed)).translate(_TO_BARE)


def _bare_chars(decomposed: str) -> Iterable[str]:
    for char in decomposed:
        if char in _APOSTROPHES or unicodedata.category(char) in {"Mn", "Cf"}:
            continue
        yield char if char.isalnum() else " "


def _words(text: str) -> list[str]:
    letters = (char for char in clean(text).lower() if char not in _APOSTROPHES)
    return "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in letters).split()


def _spell(word: str) -> str:
    letters, tone = _take_tone(word)
    return _FINAL_Y.sub("i", letters) + (str(tone) if tone else "")


def _take_tone(word: str) -> tuple[str, int]:
    """A word without its tone mark, and the tone, 0 ngang … 5 nặng: a syllable has one, wherever the mark stands."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = [_TONES[char] for char in decomposed if char in _TONES]
    bare = "".join(char for char in decomposed if char not in _TONES)
    return unicodedata.normalize("NFC", bare), tones[0] if tones else 0


class PersonName(NamedTuple):
    """A Vietnamese name: family (họ), middle (tên đệm, may be empty), given (tên). One word alone is a given name."""

    family: str
    middle: str
    given: str

    @property
    def full(self) -> str:
        return " ".join(part for part in self if part)

    @property
    def lms_lastname(self) -> str:
        """All but the last word, as Moodle's lastname and the city's Họ hold it."""
        return " ".join(part for part in self[:2] if part)

    @property
    def lms_firstname(self) -> str:
        """The last word, as Moodle's firstname and the city's Tên hold it."""
        return self.given


def split_name(full: str) -> PersonName:
    """First word, words between, last word of the cleaned name; `split_name(x).full == clean(x)`."""
    *rest, given = clean(full).split(" ")
    return PersonName(rest[0] if rest else "", " ".join(rest[1:]), given)


def name_from_lms(lastname: str, firstname: str) -> PersonName:
    """The name behind Moodle's two fields, also where the middle name was typed into firstname."""
    return split_name(f"{lastname} {firstname}")


SortKey = tuple[tuple[tuple[tuple[int, ...], int], ...], ...]


def sort_key(name: PersonName) -> SortKey:
    """Order of a Vietnamese class list: given name, then family, then middle name.

    Word by word: the letters first (a ă â b c d đ e ê …), then the tone (ngang huyền hỏi ngã sắc nặng), as dictionaries
    and CLDR's collation `vi` have it. Case and punctuation do not count.
    """
    return tuple(_collate(part) for part in (name.given, name.family, name.middle))


def _collate(text: str) -> tuple[tuple[tuple[int, ...], int], ...]:
    return tuple((tuple(_place(char) for char in letters), tone) for letters, tone in map(_take_tone, _words(text)))


def _place(char: str) -> int:
    """Digits, then the Vietnamese alphabet with f j w z where Latin has them, then everything else."""
    if char.isdecimal():
        return unicodedata.decimal(char)
    return _LETTERS.get(char, _AFTER_LETTERS + ord(char))
