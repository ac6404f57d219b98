"""WS-Security: one UsernameToken with PasswordText (OASIS UsernameToken Profile 1.1 §3.1); what an account may see."""

from __future__ import annotations

import hmac
import sqlite3
import unicodedata

from lxml import etree

from sandbox.city.envelope import WSSE
from sandbox.city.errors import Refusal

_TEXT = "#PasswordText"


def log_in(db: sqlite3.Connection, security: etree._Element | None) -> str:
    """The account's user name. One XACTHUC for every reason: nobody learns which half was wrong.

    The `Type` of the password decides, absent means text; a Nonce or Created beside it says nothing.
    """
    tokens = [] if security is None else security.findall(f"{WSSE}UsernameToken")
    if len(tokens) != 1:
        raise Refusal("XACTHUC")
    user = _text(tokens[0].find(f"{WSSE}Username"))
    password = tokens[0].find(f"{WSSE}Password")
    if password is None or not (password.get("Type") or _TEXT).endswith(_TEXT):
        raise Refusal("XACTHUC")
    row = db.execute("SELECT password FROM accounts WHERE user = ?", (user,)).fetchone()
    if not hmac.compare_digest(_text(password).encode(), (row[0] if row else "").encode()) or row is None:
        raise Refusal("XACTHUC")
    return user


def check_school(db: sqlite3.Connection, user: str, *, school: str, year: int) -> None:
    """TRUONGLA for a school that is not here in this year, QUYEN for one that this account has no right to."""
    if not db.execute("SELECT 1 FROM schools WHERE school = ?", (school,)).fetchone():
        raise Refusal("TRUONGLA", field="matruong")
    if not db.execute("SELECT 1 FROM accounts WHERE (user, school) = (?, ?)", (user, school)).fetchone():
        raise Refusal("QUYEN", field="matruong")
    if not db.execute("SELECT 1 FROM schools WHERE (school, year) = (?, ?)", (school, year)).fetchone():
        raise Refusal("TRUONGLA", field="namhoc")


def _text(element: etree._Element | None) -> str:
    return unicodedata.normalize("NFC", (element.text or "") if element is not None else "")
