"""Which language, and how things are written in it. Sentences are `bridge/words`; dates and numbers are Babel's."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import Babel, format_datetime, format_decimal, get_locale
from markupsafe import Markup, escape

from bridge.web import cookies
from bridge.web.house import house
from bridge.wiring import SCHOOL_TIME_NAME
from bridge.words import LANGUAGES, Words


def speak(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    Babel(app, locale_selector=_choose, timezone_selector=lambda: SCHOOL_TIME_NAME)
    app.after_request(_remember)


def words() -> Words:
    """In the language of this request."""
    return Words(language())


def language() -> str:
    return str(get_locale() or "vi")


def moment(value: datetime) -> str:
    """`14:05 28/11/2026` in the school's own time."""
    return str(format_datetime(value, "HH:mm dd/MM/yyyy"))


def number(value: int | float) -> str:
    """`1.234,5` in Vietnamese."""
    return str(format_decimal(value))


def size(count: int) -> str:
    """`836 B`, `1,2 MB`: of a file."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "KB")):
        if count >= 1000**power:
            return f"{format_decimal(round(count / 1000**power, 1))} {unit}"
    return f"{count} B"


def raw_score(text: str) -> str:
    """An LMS's own value as people write it: `8.50000` is 8,5; words of a scale stay as they are."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return str(format_decimal(value.normalize(), "0.#####"))


def short_score(text: str) -> str:
    """`8,0` as `8`: to be compared with what the LMS has."""
    return text.removesuffix(",0").removesuffix(".0")


def ticked(text: str, site: str = "") -> Markup:
    """What stands in backticks as code; a path of the other site as a link to it."""
    parts = text.split("`")
    return Markup("").join(_tick(part, site) if place % 2 else escape(part) for place, part in enumerate(parts))


def _tick(part: str, site: str) -> Markup:
    if site and part.startswith("/"):
        address = f"{site.rstrip('/')}{part}"
        return Markup('<a href="{}" target="_blank" rel="noreferrer"><code>{}</code></a>').format(address, part)
    return Markup("<code>{}</code>").format(part)


def _choose() -> str:
    """What was asked for on this page, or before in this browser; else what the platform said; else the school's."""
    here = g.get("visit")
    wanted = (request.args.get("lang"), request.cookies.get(cookies.LANGUAGE), here.language[:2] if here else None)
    return next((each for each in wanted if each in LANGUAGES), house().app.settings.language)


def _remember(response: Response) -> Response:
    asked: Any = request.args.get("lang")
    if asked in LANGUAGES:
        cookies.put(response, cookies.LANGUAGE, asked, seconds=cookies.YEAR)
    return response
