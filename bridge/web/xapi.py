"""The resources of the embedded LRS (xAPI 1.0.3, part three). Rules are `bridge/lrs`; here is only HTTP."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_accept_header

from bridge.lrs import documents, intake, parts, query, showing
from bridge.lrs.actors import agent as check_agent
from bridge.lrs.actors import person
from bridge.lrs.cmi5terms import has_ended
from bridge.lrs.context import Lrs, iso
from bridge.lrs.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, Conditions, Resource
from bridge.lrs.problems import Malformed, Unauthorized, XapiProblem
from bridge.lrs.reach import may_show, reachable
from bridge.lrs.values import iri
from bridge.lrs.wire import decode
from bridge.ports.statements import PATIENCE, Attachment, Credential, Document
from bridge.web.doors import public
from bridge.web.house import house
from bridge.web.xapianswers import (
    explained,
    explained_size,
    json_answer,
    multipart_answer,
    not_allowed,
    tagged,
    text_answer,
)
from bridge.web.xapicalls import Call, call_of

VERSION = "1.0.3"
BODY = 16 * 1024 * 1024  # one request with its attachments
bp = Blueprint("xapi", __name__, url_prefix="/xapi")

READS = frozenset({"GET", "HEAD"})
METHODS = ["GET", "PUT", "POST", "DELETE"]
Handler = Callable[[Lrs, Credential, Call], Response]


@bp.route("/statements", methods=METHODS)
@public(foreign_forms=True)
def statements() -> Response:
    return _answer({"GET": _get_statements, "PUT": _put_statement, "POST": _post_statements})


@bp.route("/activities/state", methods=METHODS)
@public(foreign_forms=True)
def state() -> Response:
    return _answer(_document_handlers(STATE))


@bp.route("/activities/profile", methods=METHODS)
@public(foreign_forms=True)
def activity_profile() -> Response:
    return _answer(_document_handlers(ACTIVITY_PROFILE))


@bp.route("/agents/profile", methods=METHODS)
@public(foreign_forms=True)
def agent_profile() -> Response:
    return _answer(_document_handlers(AGENT_PROFILE))


@bp.route("/activities", methods=METHODS)
@public(foreign_forms=True)
def activities() -> Response:
    return _answer({"GET": _get_activity})


@bp.route("/agents", methods=METHODS)
@public(foreign_forms=True)
def agents() -> Response:
    return _answer({"GET": _get_agent})


@bp.get("/about")
@public(foreign_forms=True)
def about() -> Response:
    return json_answer({"version": [VERSION, "1.0.2", "1.0.1", "1.0.0"]})


bp.register_error_handler(XapiProblem, explained)
bp.register_error_handler(RequestEntityTooLarge, explained_size)


@bp.after_app_request
def name_version(answer: Response) -> Response:
    """On every answer, also where no resource is, or none of that method (Communication §3.3)."""
    if request.path.startswith(f"{bp.url_prefix}/"):
        answer.headers["X-Experience-API-Version"] = VERSION
    if request.endpoint == "xapi.statements" and answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        answer.headers["X-Experience-API-Consistent-Through"] = iso(_consistent_through())
    return answer


def _consistent_through() -> datetime:
    """Who reads is told exactly; who writes, or is refused, what is true without asking the store."""
    lrs = _lrs()
    if request.method in ("GET", "HEAD"):
        return lrs.statements.consistent_through(lrs.school)
    return lrs.now() - PATIENCE


def _lrs() -> Lrs:
    found = house()
    return found.app.lrs(f"{found.url}/xapi/")


def _answer(handlers: dict[str, Handler]) -> Response:
    request.max_content_length = request.max_form_memory_size = BODY
    call = call_of(request)
    call.check_version()
    lrs = _lrs()
    name, secret = call.credentials()
    who = lrs.credentials.find(lrs.school, name, secret=secret)
    if who is None:
        raise Unauthorized("Authorization", "names nobody, or has run out")
    g.credential = who
    if call.method in READS and has_ended(lrs, who):
        raise Unauthorized("Authorization", "belongs to a session that has ended")
    handler = handlers.get("GET" if call.method == "HEAD" else call.method)
    if handler is None:
        return not_allowed(handlers)
    answer = handler(lrs, who, call)
    if call.method == "HEAD":
        answer.set_data(b"")  # also where it came in a form, which the server would answer with a body
    return answer


def _put_statement(lrs: Lrs, who: Credential, call: Call) -> Response:
    _only(call, "statementId")
    raw, attachments = _received(call)
    intake.put(lrs, who, call.params.get("statementId", ""), raw, attachments)
    return Response(status=HTTPStatus.NO_CONTENT)


def _post_statements(lrs: Lrs, who: Credential, call: Call) -> Response:
    _only(call)
    raw, attachments = _received(call)
    return json_answer(intake.post(lrs, who, raw, attachments))


def _get_statements(lrs: Lrs, who: Credential, call: Call) -> Response:
    wish = reachable(query.wanted(call.params), who)
    languages = _languages(call)
    if wish.id:
        shown = showing.one(lrs, wish, languages)
        may_show(shown.text, who)
    else:
        shown = showing.page(lrs, wish, languages, path=request.path, params=call.params)
    answer = multipart_answer(shown) if wish.attachments else text_answer(shown.text)
    if shown.stored is not None:
        answer.last_modified = shown.stored
    return answer


def _received(call: Call) -> tuple[bytes, Sequence[Attachment]]:
    if call.media_type == "multipart/mixed":
        return parts.split(call.body, call.boundary)
    if call.media_type != "application/json":
        raise Malformed("Content-Type", "is neither application/json nor multipart/mixed")
    return call.body, ()


def _document_handlers(resource: Resource) -> dict[str, Handler]:
    def get(lrs: Lrs, who: Credential, call: Call) -> Response:
        place = documents.place(resource, call.params, who)
        if not place.id:
            return tagged(json_answer(documents.ids(lrs, place)))
        found = documents.read(lrs, place)
        answer = tagged(Response(found.content, content_type=found.content_type))
        answer.last_modified = found.updated
        return answer

    def put(lrs: Lrs, who: Credential, call: Call) -> Response:
        place = documents.place(resource, call.params, who, writing=True)
        documents.put(lrs, resource, place, _document(lrs, call), _conditions(call))
        return Response(status=HTTPStatus.NO_CONTENT)

    def post(lrs: Lrs, who: Credential, call: Call) -> Response:
        place = documents.place(resource, call.params, who, writing=True)
        documents.post(lrs, resource, place, _document(lrs, call), _conditions(call))
        return Response(status=HTTPStatus.NO_CONTENT)

    def delete(lrs: Lrs, who: Credential, call: Call) -> Response:
        place = documents.place(resource, call.params, who, writing=True)
        documents.delete(lrs, resource, place, _conditions(call))
        return Response(status=HTTPStatus.NO_CONTENT)

    return {"GET": get, "PUT": put, "POST": post, "DELETE": delete}


def _get_activity(lrs: Lrs, _who: Credential, call: Call) -> Response:
    _only(call, "activityId")
    id = call.params.get("activityId")
    iri(id, "activityId")
    known = lrs.statements.definitions(lrs.school, [str(id)])
    definition = {"definition": decode(known[str(id)], "definition")} if id in known else {}
    return json_answer({"objectType": "Activity", "id": id, **definition})


def _get_agent(_lrs: Lrs, _who: Credential, call: Call) -> Response:
    _only(call, "agent")
    value = decode(call.params.get("agent", ""), "agent")
    check_agent(value, "agent")
    return json_answer(person(value))


def _document(lrs: Lrs, call: Call) -> Document:
    return Document(call.body, call.content_type or "application/octet-stream", lrs.now())


def _conditions(call: Call) -> Conditions:
    return Conditions(call.headers.get("If-Match", ""), call.headers.get("If-None-Match", ""))


def _only(call: Call, *names: str) -> None:
    for name in call.params:
        if name not in names:
            raise Malformed(name, "is no parameter of this request")
    for name in names:
        if name not in call.params:
            raise Malformed(name, "is missing")


def _languages(call: Call) -> list[str]:
    return [tag for tag, _ in parse_accept_header(call.headers.get("Accept-Language"), LanguageAccept) if tag != "*"]
