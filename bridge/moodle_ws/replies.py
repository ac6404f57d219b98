"""What an answer of Moodle's web services means. Errors come with HTTP 200; success is read from the body alone.

| Moodle says | we say |
|---|---|
| HTTP 200, `exception` in the body, errorcode in `MEANINGS` | Refused with that reason |
| … errorcode in `LATER` | Unreachable |
| … another errorcode, or none (a PHP error) | Refused, OTHER |
| `warnings` that are not empty | Refused, WARNING: the rest of such an answer is incomplete |
| HTTP 403 with an empty body | Refused, SERVICE_OFF: web services or the REST protocol are switched off |
| HTTP 429, any 5xx (maintenance by command line is an HTML 503) | Unreachable |
| HTTP 3xx | Refused, MOVED: the token goes to the configured address and nowhere else |
| any other status than 200 | Refused, HTTP |
| 200 with HTML, XML, text before the JSON, half a JSON, another shape | Garbled, by `Why` |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, Protocol, TypeVar

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder

from bridge.domain.errors import Garbled, Refused, RemoteError, Unreachable

REMOTE = "lms"


class Reason(StrEnum):
    """Why Moodle said no. Each has a sentence that says what to click."""

    TOKEN = "TOKEN"  # noqa: S105 - unknown, or deleted by Moodle because it had expired
    NOT_IN_SERVICE = "NOT_IN_SERVICE"  # function or account not in the service, service off, IP, token just expired
    ACCOUNT = "ACCOUNT"  # suspended, must change its password, has not accepted the site policy …
    NO_RIGHT = "NO_RIGHT"  # a capability is missing
    NO_ACCESS = "NO_ACCESS"  # the account cannot enter this course
    NOT_FOUND = "NOT_FOUND"  # no such course, user or group — or no such function on this site
    BAD_PARAMETER = "BAD_PARAMETER"
    BROKEN_GRADEBOOK = "BROKEN_GRADEBOOK"  # Moodle cannot compute its totals, mostly for a wrong formula
    WARNING = "WARNING"
    SERVICE_OFF = "SERVICE_OFF"
    MOVED = "MOVED"
    CERTIFICATE = "CERTIFICATE"
    HTTP = "HTTP"
    OTHER = "OTHER"


class Why(StrEnum):
    """What is wrong with an answer that is none."""

    EMPTY = "EMPTY"
    HTML = "HTML"
    XML = "XML"
    TEXT = "TEXT"  # PHP wrote something before the JSON
    CUT_OFF = "CUT_OFF"  # begins as JSON and does not end as such
    SHAPE = "SHAPE"
    COUNT = "COUNT"  # somebody who was asked for is missing, or is there twice
    COLUMNS = "COLUMNS"  # two pupils of one course have different columns
    OTHER_COURSE = "OTHER_COURSE"
    TOO_LARGE = "TOO_LARGE"


MEANINGS: Mapping[str, Reason] = {
    "invalidtoken": Reason.TOKEN,
    "accessexception": Reason.NOT_IN_SERVICE,
    "wsaccessusersuspended": Reason.ACCOUNT,
    "wsaccessuserexpired": Reason.ACCOUNT,
    "wsaccessuserdeleted": Reason.ACCOUNT,
    "wsaccessuserunconfirmed": Reason.ACCOUNT,
    "wsaccessusernologin": Reason.ACCOUNT,
    "sitepolicynotagreed": Reason.ACCOUNT,
    "forcepasswordchangenotice": Reason.ACCOUNT,
    "nopermissions": Reason.NO_RIGHT,
    "nopermissiontoviewgrades": Reason.NO_RIGHT,
    "notingroup": Reason.NO_RIGHT,
    "requireloginerror": Reason.NO_ACCESS,
    "errorcoursecontextnotvalid": Reason.NO_ACCESS,
    "coursehidden": Reason.NO_ACCESS,
    "invalidrecord": Reason.NOT_FOUND,
    "invaliduser": Reason.NOT_FOUND,
    "invalidcourseid": Reason.NOT_FOUND,
    "invalidparameter": Reason.BAD_PARAMETER,
    "errorinvalidparam": Reason.BAD_PARAMETER,
    "missingparam": Reason.BAD_PARAMETER,
    "gradesneedregrading": Reason.BROKEN_GRADEBOOK,
}

LATER: Mapping[str, str] = {
    "sitemaintenance": "MAINTENANCE",
    "upgraderunning": "MAINTENANCE",
    "dmlreadexception": "DATABASE",
    "dbconnectionfailed": "DATABASE",
    "ex_unabletolock": "CACHE",  # a file cache gave no lock in time, or its folder can no longer be written
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP. `date` is the server's own clock, as its header says it."""

    status: int
    body: bytes
    date: str | None = None
    after: int | None = None  # seconds after which the server wants to be asked again


class _Failure(Struct, frozen=True):
    """The error object. Its message is not kept: with debugging on it quotes values and SQL."""

    exception: str
    errorcode: str | None = None


Shape = TypeVar("Shape", covariant=True)
_FAILURE = Decoder(_Failure)
_NO_JSON = (DecodeError, UnicodeDecodeError, RecursionError)  # the last two: not UTF-8, and nested without end


class Decodes(Protocol[Shape]):
    """What makes values of one shape from bytes; raises one of `_NO_JSON`."""

    def decode(self, body: bytes, /) -> Shape: ...


def read_reply(answer: Answer, shape: Decodes[Shape], operation: str) -> Shape:
    """The value in an answer, or the error that it is."""
    check_status(answer, operation)
    try:
        value = shape.decode(answer.body)
    except _NO_JSON as err:
        raise _problem(answer.body, err, operation) from err
    _check_warnings(value, operation)
    return value


def check_status(answer: Answer, operation: str) -> None:
    """Raises unless the answer has status 200; what it says is another matter."""
    status = answer.status
    if status == 429 or status >= 500:
        facts = {"reason": "MAINTENANCE" if status == 503 else "OVERLOAD", "status": status, "after": answer.after}
        raise Unreachable(remote=REMOTE, operation=operation, **facts)
    if 300 <= status < 400:
        refuse(Reason.MOVED, operation=operation, theirs=str(status))
    if status == 403 and not answer.body:
        refuse(Reason.SERVICE_OFF, operation=operation, theirs="403")
    if status != 200:
        refuse(Reason.HTTP, operation=operation, theirs=str(status))


def refuse(reason: Reason, *, operation: str, theirs: str) -> NoReturn:
    raise Refused(remote=REMOTE, operation=operation, reason=reason, theirs=theirs)


def garbled(why: Why, operation: str, **facts: object) -> Garbled:
    return Garbled(remote=REMOTE, operation=operation, why=why, **facts)


def _problem(body: bytes, err: Exception, operation: str) -> RemoteError:
    failure = _failure(body)
    if failure is None:
        if not isinstance(err, ValidationError):
            return garbled(_why(body), operation, size=len(body))
        what, _, where = str(err).partition(" - at ")  # "Expected `int`, got `str` - at `$.users[3].id`"
        return garbled(Why.SHAPE, operation, where=where.strip("`$."), expected=what)
    theirs = failure.errorcode or failure.exception
    if theirs in LATER:
        return Unreachable(remote=REMOTE, operation=operation, reason=LATER[theirs])
    return Refused(remote=REMOTE, operation=operation, reason=MEANINGS.get(theirs, Reason.OTHER), theirs=theirs)


def _failure(body: bytes) -> _Failure | None:
    try:
        return _FAILURE.decode(body)
    except _NO_JSON:
        return None  # no error object: the caller says what is wrong with the answer itself


def _why(body: bytes) -> Why:
    start = body.lstrip()[:5]
    if not start:
        return Why.EMPTY
    if start.startswith(b"<?xml"):
        return Why.XML
    if start.startswith(b"<"):
        return Why.HTML
    return Why.CUT_OFF if start[:1] in b'{["' else Why.TEXT


def _check_warnings(value: Any, operation: str) -> None:
    """Lists carry no warnings."""
    warnings = getattr(value, "warnings", None)
    if warnings:
        refuse(Reason.WARNING, operation=operation, theirs=warnings[0].warningcode)
