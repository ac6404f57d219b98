"""Valid inputs spoilt at random: bytes turned, cut, doubled, moved, and pieces of the format thrown in."""

import random
from collections.abc import Callable, Sequence

_NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1]
_WORDS = [
    *(b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08", b"\0", b"../", b"\\", b"/", b"C:"),
    *(b"<", b">", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&"),
    *(b'"', b"'", b"=", b"xmlns=''", b" xmlns:x='urn:x'", b"x:", b":", b"\xff\xfe", b"\xef\xbb\xbf", "ế".encode()),
    *(b"{", b"}", b"~", b"=%50%", b"####", b"->", b"::", b"\\n", b"\n\n", b"```gift\n", b"![](", b")", b"|", b"["),
    *(b"]", b"..", b",", b";", b"-", b"1e999", b"-0", b"9" * 40, b"url(", b"javascript:", b"onload=", b"<script"),
]


def spoilt(seeds: Sequence[bytes], dice: random.Random) -> bytes:
    data = dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        data = dice.choice(_WAYS)(data, dice, seeds)
    return data[:200_000]


def _turned(data: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, dice)
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _numbered(data: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at, wide = _place(data, dice), dice.choice((1, 2, 4, 8))
    number = dice.choice(_NUMBERS) & ((1 << 8 * wide) - 1)
    return data[:at] + number.to_bytes(wide, "little") + data[at + wide :]


def _cut(data: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, dice)
    return data[:at] + data[at + dice.choice((1, 2, 7, 50, len(data))) :]


def _doubled(data: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at, wide = _place(data, dice), dice.choice((1, 8, 60, 400))
    return data[:at] + data[at : at + wide] * dice.choice((2, 2, 3, 40)) + data[at + wide :]


def _moved(data: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at, wide, to = _place(data, dice), dice.choice((4, 20, 100)), _place(data, dice)
    rest = data[:at] + data[at + wide :]
    return rest[:to] + data[at : at + wide] + rest[to:]


def _worded(data: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = _place(data, dice)
    return data[:at] + dice.choice(_WORDS) + data[at + dice.choice((0, 0, 1, 5)) :]


def _crossed(data: bytes, dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = dice.choice(seeds)
    return data[: _place(data, dice)] + other[_place(other, dice) :]


def _place(data: bytes, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


_WAYS: Sequence[Callable[[bytes, random.Random, Sequence[bytes]], bytes]] = (
    _turned, _numbered, _cut, _doubled, _moved, _worded, _worded, _crossed,
)  # fmt: skip
