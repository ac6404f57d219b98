"""Claims of a launch into plain values.

LTI Core 1.3 §5.3, §5.4; Deep Linking 2.0 §4.4; Assignment and Grade Services 2.0 §3.1; Names and Roles 2.0 §3.6.1.
"""

from collections.abc import Mapping
from typing import Any

from bridge.ports.launches import Course, DeepLinking, Launch, MessageType, Person, ScoreService

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEPLOYMENT = f"{LTI}deployment_id"
TARGET = f"{LTI}target_link_uri"
MESSAGE = f"{LTI}message_type"
LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
SCORES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

_TEACHES = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
_RUNS = (
    "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin",
)
LANGUAGES = ("vi", "en")


def read_launch(claims: Mapping[str, Any], registration: str) -> Launch:
    """What of the token the house keeps. Anything that is not of its type counts as absent."""
    presentation, link = _part(claims, f"{LTI}launch_presentation"), _part(claims, f"{LTI}resource_link")
    return Launch(
        registration=registration,
        deployment=str(claims[DEPLOYMENT]),
        message=MessageType(claims[MESSAGE]),
        person=_person(claims),
        course=_course(claims),
        link=_text(link, "id"),
        link_title=_text(link, "title"),
        custom=_texts(_part(claims, f"{LTI}custom")),
        scores=_scores(_part(claims, SCORES)),
        members=_text(_part(claims, MEMBERS), "context_memberships_url"),
        deep_linking=_linking(_part(claims, LINKING)),
        for_user=_text(_part(claims, f"{LTI}for_user"), "user_id"),
        return_url=_text(presentation, "return_url"),
        language=_language(_text(presentation, "locale")),
        in_frame=_text(presentation, "document_target") != "window",
    )


def _person(claims: Mapping[str, Any]) -> Person:
    roles = {str(role) for role in claims.get(f"{LTI}roles") or ()}
    return Person(
        user=str(claims["sub"]),
        idnumber=_text(_part(claims, f"{LTI}lis"), "person_sourcedid").strip(),
        name=_text(claims, "name"),
        teaching=_TEACHES in roles or any(role in _RUNS for role in roles),
    )


def _course(claims: Mapping[str, Any]) -> Course:
    found = _part(claims, f"{LTI}context")
    history = _texts(_part(claims, f"{LTI}custom")).get("context_id_history", "")
    return Course(
        id=_text(found, "id"),
        title=_text(found, "title"),
        label=_text(found, "label"),
        idnumber=_text(_part(claims, f"{LTI}lis"), "course_section_sourcedid").strip(),
        history=tuple(part.strip() for part in history.split(",") if part.strip() and not part.startswith("$")),
    )


def _scores(found: Mapping[str, Any]) -> ScoreService | None:
    if not _text(found, "lineitems"):
        return None
    listed = found.get("scope")
    scopes = frozenset(str(scope) for scope in listed) if isinstance(listed, list) else frozenset()
    return ScoreService(_text(found, "lineitems"), _text(found, "lineitem"), scopes)


def _linking(found: Mapping[str, Any]) -> DeepLinking | None:
    if not found:
        return None
    return DeepLinking(
        return_url=_text(found, "deep_link_return_url"),
        accepts=tuple(str(kind) for kind in found.get("accept_types") or ()),
        multiple=found.get("accept_multiple") in (True, "true"),
        data=_text(found, "data"),
    )


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(name)
    return found if isinstance(found, dict) else {}


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items() if isinstance(value, str | int | float)}


def _language(locale: str) -> str:
    """Vietnamese unless the platform says otherwise."""
    tag = locale.replace("_", "-").partition("-")[0].lower()
    return tag if tag in LANGUAGES else "vi" if not tag else "en"
