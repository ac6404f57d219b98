"""The pages of `preview`. A random word stands before every path: no other page of the browser can guess it."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue

from content_packager.player import VENDOR
from content_packager.preview.launches import Launch
from content_packager.preview.recorder import recorder, unit_id
from content_packager.preview.stage import Stage
from content_packager.preview.words import words
from content_packager.report import Standard

_RUNTIMES = {Standard.SCORM_12: "scorm12.min.js", Standard.SCORM_2004: "scorm2004.min.js"}


def make_app(stage: Stage, language: str, *, secret: str | None = None) -> Flask:
    """`secret`: the word before every path; a random one where none is given."""
    app = Flask(__name__)
    place = f"/{secret or secrets.token_urlsafe(16)}"
    app.config["PLACE"] = place
    app.register_blueprint(_pages(stage, language, place))
    app.register_blueprint(recorder(stage, place))
    app.before_request(_refuse_strange_hosts)
    app.after_request(_never_keep)
    return app


def _refuse_strange_hosts() -> None:
    """A name that somebody else's DNS points at loopback is not us."""
    if request.host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        abort(421)


def _never_keep(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _pages(stage: Stage, language: str, place: str) -> Blueprint:
    bp = Blueprint("pages", __name__, url_prefix=place)

    @bp.get("/")
    def shell() -> str:
        number = request.args.get("launch", 0, int)
        if not stage.launches:
            return render_template("nothing.html", t=words(language), lang=language, package=stage.package.name)
        if not 0 <= number < len(stage.launches):
            abort(404)
        return render_template(
            "shell.html",
            t=words(language),
            lang=language,
            package=stage.package.name,
            launches=list(enumerate(stage.launches)),
            current=number,
            config=_config(stage, number, place),
        )

    @bp.get("/own/<name>")
    def own(name: str) -> Response:
        return send_from_directory(Path(__file__).with_name("static"), name)

    @bp.get("/runtime/<name>")
    def runtime(name: str) -> Response:
        return send_from_directory(VENDOR / "scormagain", name)

    @bp.get("/package/<path:name>")
    def package(name: str) -> Response:
        return send_from_directory(stage.files, name)

    @bp.get("/calls")
    def calls() -> Response:
        return jsonify(stage.calls[request.args.get("since", 0, int) :])

    @bp.post("/calls")
    def note() -> tuple[str, int]:
        said = request.get_json(force=True)
        stage.note(str(said["name"]), said["sent"], said["answer"])
        return "", 204

    @bp.post("/commit/<int:number>")
    def commit(number: int) -> Response:
        stage.scorm[number] = request.get_json(force=True)
        return jsonify(result=True, errorCode=0)

    @bp.post("/forget")
    def forget() -> ResponseReturnValue:
        stage.forget()
        return redirect(f"{place}/?launch={request.form.get('launch', 0, int)}")

    return bp


def _config(stage: Stage, number: int, place: str) -> str:
    """What the shell's script works with, as JSON that can't end its element."""
    launch = stage.launches[number]
    facts = {
        "standard": launch.standard,
        "runtime": f"{place}/runtime/{_RUNTIMES[launch.standard]}" if launch.standard in _RUNTIMES else None,
        "commit": f"{place}/commit/{number}",
        "calls": f"{place}/calls",
        "saved": stage.scorm.get(number),
        "page": _address(stage, launch, place),
    }
    return json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")


def _address(stage: Stage, launch: Launch, place: str) -> str:
    page = launch.page if "://" in launch.page else f"{place}/package/{_quoted(launch.page)}"
    query = _query(stage, launch, request.host_url.rstrip("/") + place)
    if not query:
        return page
    return page + ("&" if "?" in page else "?") + "&".join(f"{name}={quote(value)}" for name, value in query.items())


def _quoted(page: str) -> str:
    """Manifests hold URIs, and some hold plain names; percent signs that are there already stay."""
    return quote(page, safe="/%?&=#;+,:@!$'()*~")


def _query(stage: Stage, launch: Launch, base: str) -> Mapping[str, str]:
    """The launch parameters of tincan (Rustici's launch specification) and of cmi5 (§8.1)."""
    if launch.standard not in (Standard.TINCAN, Standard.CMI5):
        return {}
    actor: dict[str, Any] = {"objectType": "Agent", "account": {"homePage": base, "name": "preview"}}
    common = {"endpoint": f"{base}/xapi/", "actor": json.dumps(actor), "registration": stage.registration}
    if launch.standard is Standard.TINCAN:
        return {**common, "auth": "Basic cHJldmlldzpwcmV2aWV3", "activity_id": launch.activity}
    return {**common, "fetch": f"{base}/fetch", "activityId": unit_id(base, launch)}
