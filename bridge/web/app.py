"""The application: built from arguments, nothing is opened or read at import."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from bridge.domain.errors import ConfigProblem
from bridge.domain.sites import ONE_SITE, are_one_site
from bridge.web import content, gate, headers, language, logs, nav, troubles
from bridge.web.doors import DOOR, Door
from bridge.web.families import BLUEPRINTS
from bridge.web.house import KEY, House
from bridge.web.numbers import Id

LOOPBACK = ("http://localhost", "http://127.0.0.1")
BODY, PARTS = 256 * 1024, 2000  # of a form; a page that takes files says so itself
STATIC = Path(__file__).with_name("static")


def create_app(house: House, *, proxies: int = 0) -> Flask:
    """All pages over this house. `proxies`: how many reverse proxies of ours stand before it.

    `ConfigProblem` for a public address over which no cookie would hold: https, or plain http on loopback.
    """
    check_address(house.url)
    check_content(house)
    app = Flask(__name__)
    app.extensions[KEY] = house
    app.config.update(MAX_CONTENT_LENGTH=BODY, MAX_FORM_MEMORY_SIZE=BODY, MAX_FORM_PARTS=PARTS)
    app.url_map.converters["int"] = Id
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    setattr(app.view_functions["static"], DOOR, Door(visit=False))
    for stand in (logs.keep_log, language.speak, gate.guard, headers.dress, troubles.explain, nav.furnish, _furnish):
        stand(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = content.beside(app, app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def check_address(url: str) -> None:
    """`ConfigProblem` for an address that can't be the pages'."""
    host = url.partition("://")[2]
    if "/" in host or not host:
        raise ConfigProblem(file="web.url", problems=[("web.url", "must be an address without a path")])
    loopback = any(url == each or url.startswith(f"{each}:") for each in LOOPBACK)
    if not url.startswith("https://") and not loopback:
        raise ConfigProblem(
            file="web.url", problems=[("web.url", "must begin with https:// (http:// on loopback only)")]
        )


def check_content(house: House) -> None:
    """`ConfigProblem` where played packages would be of one site with the pages, or could not be framed by them."""
    if not house.content:
        return
    if are_one_site(house.url, house.content):
        raise ConfigProblem(file="web.content_url", problems=[("web.content_url", ONE_SITE)])
    if house.url.startswith("https://") != house.content.startswith("https://"):
        raise ConfigProblem(file="web.content_url", problems=[("web.content_url", "must begin as web.url does")])


def _furnish(app: Flask) -> None:
    """What every template has."""
    app.jinja_env.globals.update(asset=asset, csrf_field=gate.CSRF_FIELD)
    app.jinja_env.filters.update(
        moment=language.moment,
        number=language.number,
        raw_score=language.raw_score,
        size=language.size,
        short_score=language.short_score,
        ticked=language.ticked,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"words": language.words(), "t": language.words().page, "lang": language.language()})


def asset(name: str) -> str:
    """The address of a static file, with its own hash: it may be kept for ever."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:16]
