"""What a browser counts as one site, and the addresses that played content has, a host for each package.

Learning materials are strangers' programs. They run on another *site* than the pages, so that no cookie, no storage
and no process of theirs is ever shared with ours (HTML Standard, "site"; Public Suffix List). Which names are public
suffixes is a long list that changes; here a name counts as one only where we are sure, so that in doubt two are one
site and the settings are refused.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

STAR = "*"
ONE_SITE = "web.content_url must be on another site than web.url: another domain, not another name in it"
_LOOPBACK = "localhost"  # RFC 6761 §6.3: every name below it is this machine
_PATTERN = re.compile(r"https?://\*\.[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")

# Second-level suffixes under .vn (VNNIC; Thông tư 21/2021/TT-BTTTT) under which anybody may have a name of their own.
_SUFFIXES = frozenset(
    {"com.vn", "net.vn", "org.vn", "edu.vn", "gov.vn", "int.vn", "ac.vn", "biz.vn", "info.vn", "io.vn"}
)


def is_content_pattern(address: str) -> bool:
    """`https://*.noi-dung.example`, with a port where it must be."""
    return _PATTERN.fullmatch(address) is not None


def content_pattern(pages: str) -> str:
    """What content has where nothing is configured: below `localhost` for pages on loopback; else "": no playing."""
    parts = urlsplit(pages)
    if parts.scheme == "http" and parts.hostname in (_LOOPBACK, "127.0.0.1"):
        return f"http://{STAR}.{_LOOPBACK}{f':{parts.port}' if parts.port else ''}"
    return ""


def are_one_site(pages: str, pattern: str) -> bool:
    """Whether content of `pattern` could be of one site with the pages, in doubt yes."""
    ours, theirs = _host(pages), _host(pattern).removeprefix(f"{STAR}.")
    if theirs == _LOOPBACK:
        return ours.endswith(f".{_LOOPBACK}")  # `localhost` itself is a suffix: each name below it is its own site
    if _is_address(ours):
        return _is_address(theirs)
    return _site(ours) == _site(theirs)


def _site(host: str) -> str:
    """The registrable domain: the last two names, or three below a suffix that we know."""
    names = host.split(".")
    return ".".join(names[-3:] if ".".join(names[-2:]) in _SUFFIXES else names[-2:])


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").lower().rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
