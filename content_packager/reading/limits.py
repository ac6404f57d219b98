"""How much a package may ask of the machine that reads it."""

from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes unless the name says otherwise. The defaults are far above real lessons and far below a bomb.

    Declared sizes are judged against these before anything is unpacked, and each stream is then held to what it
    declared: so neither a truthful nor a lying archive makes a reader do more than this.
    """

    entries: int = 50_000
    directory_bytes: int = 32 * MIB
    name_bytes: int = 1_024
    entry_bytes: int = 2 * GIB
    total_bytes: int = 4 * GIB
    ratio: int = 200
    """Unpacked per packed byte; deflate can reach 1,032, a real page stays below 50."""
    ratio_from_bytes: int = 16 * MIB
    """Files and packages that unpack to less than this are not judged by ratio."""
    xml_bytes: int = 8 * MIB
    xml_depth: int = 64
    xml_elements: int = 100_000
    attribute_chars: int = 64 * KIB
    page_bytes: int = 2 * MIB
    """Pages, scripts and style sheets above this are unpacked and verified, but not looked into."""
    pages_bytes: int = 64 * MIB
    """So much of them is looked into in one package; the rest is verified only."""
    problems_per_code: int = 50


SAFE = Limits()
