"""What happens before every view: its door is asked. Nothing gets past it that did not say who may enter."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request

from bridge.domain.errors import NotAllowed, NotFound
from bridge.domain.rights import Permits
from bridge.domain.school import Unit
from bridge.ports.launches import Visit
from bridge.web import cookies
from bridge.web.doors import Door, door_of, unit_in
from bridge.web.house import House, house
from bridge.web.rates import Rate

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF"


def guard(app: Flask) -> None:
    app.before_request(_enter)
    app.url_defaults(_carry)


def visit() -> Visit:
    """Who is here. Only behind a door that asks for a visit."""
    found = g.visit
    assert isinstance(found, Visit)
    return found


def permits() -> Permits:
    """What this visitor may do today. Only behind a door that asks for a visit."""
    found = g.permits
    assert isinstance(found, Permits)
    return found


def unit() -> Unit:
    """What the path names. Only behind a door under such a path."""
    found = g.unit
    assert isinstance(found, Unit)
    return found


def class_name() -> str:
    """Of the unit that the path names, as people call it."""
    found = g.class_name
    assert isinstance(found, str)
    return found


def _enter() -> None:
    if request.endpoint is None:
        return  # no such page, or not this way: said by the error page
    door = door_of(current_app.view_functions[request.endpoint])
    if door is None:
        raise NotAllowed(actor="", action=request.endpoint, lack="DOOR")
    if door.rate is not None:
        bound(door.rate, request.remote_addr or "")
    if request.method not in SAFE and not door.foreign_forms:
        _check_origin(house())
    if door.visit:
        _let_in(door, house())


def bound(rate: Rate, who: str) -> None:
    """`NotAllowed(lack="TOO_OFTEN")` with the seconds to wait."""
    seconds = house().rates.wait(rate, who)
    if seconds:
        raise NotAllowed(actor="", action=rate.name, lack="TOO_OFTEN", seconds=seconds)


def _let_in(door: Door, house: House) -> None:
    path = request.view_args or {}
    g.visit = found = house.visits.find(house.app.school, path.get("visit", ""), session=cookies.session())
    if door.files:  # from here on: who has no visit is not read at all
        request.max_content_length = house.app.settings.materials.largest_mib << 20
    if request.method not in SAFE:
        _check_csrf(found)
    _check_text(path)
    g.permits = house.app.permits(found.actor)
    g.unit = unit = unit_in(path, school=house.app.school, year=house.app.year)
    if door.action is not None:
        g.permits.demand(door.action, unit)
    if unit is not None:
        _check_unit(house, path["school_class"], path["subject"])


def _check_unit(house: House, school_class: str, subject: str) -> None:
    """After the right: who has none learns nothing about what there is."""
    classes = house.app.store.rosters.classes(house.app.school, house.app.year)
    found = next((row for row in classes if row.code == school_class), None)
    if found is None:
        raise NotFound(kind="class", name=school_class, nearest=[])
    if subject not in house.app.sync.subjects.by_code:
        raise NotFound(kind="subject", name=subject, nearest=[])
    g.class_name = found.name


def _check_origin(house: House) -> None:
    """A form of ours comes from a page of ours.

    With `Referrer-Policy: no-referrer` a browser writes `Origin: null` into our own forms (Fetch §3.2), so
    `Sec-Fetch-Site` is asked first; where it is missing, Origin must be ours to the letter.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin" or (site is None and request.headers.get("Origin") == house.url):
        return
    raise NotAllowed(actor="", action="POST", lack="ORIGIN")


def _check_csrf(found: Visit) -> None:
    said = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not secrets.compare_digest(said.encode(), found.csrf.encode()):
        raise NotAllowed(actor="", action="POST", lack="CSRF")


def _check_text(path: Mapping[str, Any]) -> None:
    """No word of a person's holds NUL, and PostgreSQL stores none."""
    told = (*path.values(), *request.args.values(), *(text for _, text in request.form.items(multi=True)))
    if any("\x00" in str(text) for text in told):
        abort(400)


def _carry(endpoint: str, values: dict[str, object]) -> None:
    """Every address made on a page of a visit carries the visit, and on a page of a unit the unit."""
    here = g.get("visit")
    if here is not None and "visit" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "visit"):
        values["visit"] = here.id
    place = g.get("unit")
    if place is not None and current_app.url_map.is_endpoint_expecting(endpoint, "school_class"):
        values.setdefault("school_class", place.school_class)
        values.setdefault("subject", place.subject)
        values.setdefault("term", place.term)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as a browser names an origin; "" of what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as a bracket without its other half
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
