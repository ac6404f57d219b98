"""Why the LRS refuses, one class for each answer that the specification knows (Communication §3.2)."""

from bridge.domain.errors import BridgeError

LONGEST = 300  # letters of a place: names of properties are the sender's, and may be anything


# A place in the data: its name, or the place around it and its own name or number. Written out only when it is wrong.
Where = str | tuple["Where", str | int]


def _written(where: Where) -> str:
    steps = []
    while not isinstance(where, str):
        where, step = where
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return where + "".join(reversed(steps))


class XapiProblem(BridgeError):
    """A request that xAPI or cmi5 refuses. Facts: where (path into the data, or parameter), why (for developers)."""

    code = "XAPI"

    def __init__(self, where: "Where", why: str) -> None:
        place = _written(where)
        super().__init__(where=place if len(place) <= LONGEST else f"{place[:LONGEST]}…", why=why)


class Malformed(XapiProblem):
    """400: broken, incomplete, of an unknown shape."""

    code = "XAPI_MALFORMED"


class Unauthorized(XapiProblem):
    """401: no credentials, or wrong or expired ones."""

    code = "XAPI_UNAUTHORIZED"


class Forbidden(XapiProblem):
    """403: these credentials may not do this; also what cmi5 lets no assignable unit say."""

    code = "XAPI_FORBIDDEN"


class Missing(XapiProblem):
    """404: no such statement or document."""

    code = "XAPI_MISSING"


class Conflict(XapiProblem):
    """409: another statement has this id, or a document stands there and the request does not say that it knows."""

    code = "XAPI_CONFLICT"


class Outdated(XapiProblem):
    """412: the document is not what the request says it is."""

    code = "XAPI_OUTDATED"


class TooLarge(XapiProblem):
    """413: more than this LRS takes in one request."""

    code = "XAPI_TOO_LARGE"
