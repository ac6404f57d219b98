"""Foreign text made fit for a report: short, on one line, and unable to steer a terminal."""

import unicodedata

LONGEST = 200
_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, format (bidi overrides too), surrogates, line separators


def shown(text: str) -> str:
    """`text` as a report may repeat it: steering characters escaped, cut at 200 characters."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_escaped(letter) for letter in cut)


def _escaped(letter: str) -> str:
    if unicodedata.category(letter) in _STEERING:
        return f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"
    return letter
