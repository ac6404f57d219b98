"""Which registrations are of the LMS whose courses are mapped and whose gradebooks are read.

A school may let several platforms launch the tool. Each numbers its courses by itself, so course 12 of one is not
course 12 of another.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bridge.ports.launches import Registration


def mapped_registrations(registrations: Sequence[Registration], lms: str) -> frozenset[str]:
    """Ids of those at the address `lms`, that of the main job's LMS.

    Where nobody is registered from there and only one platform is at all, it is taken for the same by another name: a
    server is often called by an inner address, and its pages by an outer one.
    """
    same = {row.id for row in registrations if _plain(row.issuer) == _plain(lms)}
    platforms = {row.issuer for row in registrations}
    return frozenset(same or ({row.id for row in registrations} if len(platforms) == 1 else ()))


def _plain(address: str) -> tuple[str, str]:
    """Host (case makes no difference, RFC 3986 §3.2.2) and path, whichever way it is spoken to."""
    parts = urlsplit(address)
    return parts.netloc.lower(), parts.path.rstrip("/")
