"""One exchange with the city: validate, sign, send, and hand back the answer as it comes."""

import time
from collections.abc import Callable
from uuid import uuid4

from lxml import etree

from bridge.csdl.soap.contract import action, validate
from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.door import Chunks, Door, at_once
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.soap.envelope import Signer
from bridge.csdl.soap.faults import Call
from bridge.csdl.soap.patience import Patience
from bridge.domain.errors import BadInput

BYTES_PER_MESSAGE = 1024 * 1024  # unpacked, by the contract


def random_id() -> str:
    return str(uuid4())


class Line:
    """One school's line to one city. Thread-safe. `new_id` names each request; the answer must repeat the name."""

    def __init__(
        self,
        school: str,
        endpoint: Endpoint,
        dialect: Dialect,
        new_id: Callable[[], str] = random_id,
        *,
        pace: Callable[[], None] = at_once,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.school = school
        self.endpoint = endpoint
        self.dialect = dialect
        self.new_id = new_id
        self.door = Door(endpoint, pace=pace)
        self.patience = Patience(sleep)
        self._signer = Signer(endpoint, dialect.password)

    def call(self, operation: str, *, write: bool = False) -> Call:
        return Call(operation, write=write, school=self.school)

    def exchange(
        self, body: etree._Element, call: Call, *, pack: bool = False, limit: int = BYTES_PER_MESSAGE
    ) -> Chunks:
        """The answer's bytes, for the caller to close. `BadInput`, and nothing sent, for a message off the contract."""
        validate(body)
        message = self._signer.envelope(body)
        if len(message) > limit:
            raise BadInput(where="message", value=len(message), why="TOO_LARGE")
        return self.door.post(message, action=action(call.operation), call=call, pack=pack)
