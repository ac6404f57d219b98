"""A message that is refused as a whole: the contract's `Loi`."""

from __future__ import annotations

_SERVER_SIDE = frozenset({"QUATAI", "BAOTRI", "LOIHETHONG"})


class Refusal(Exception):
    """`code`: a fault code of the contract; `field`: what is wrong; `retry_after`: seconds, None = do not."""

    def __init__(self, code: str, *, field: str | None = None, retry_after: int | None = None):
        super().__init__(code)
        self.code, self.field, self.retry_after = code, field, retry_after

    @property
    def faultcode(self) -> str:
        return "soap:Server" if self.code in _SERVER_SIDE else "soap:Client"


class LineCut(Exception):
    """The connection was dropped on purpose: there is nobody left to answer."""
