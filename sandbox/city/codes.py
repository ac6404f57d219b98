"""The code tables of the contract, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any, Final

import city_contract

NS: Final = city_contract.NAMESPACE
Q: Final = f"{{{NS}}}"


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads(city_contract.CODES.read_text(encoding="utf-8"))[name]


def fault_sentence(code: str) -> str:
    return table("faults")[code]["vi"]


def result_group(code: str) -> str:
    return table("results")[code]["group"]


def result_sentence(code: str) -> str:
    return table("results")[code]["vi"]


def subject_kind(subject: str) -> str | None:
    """DIEM or NHANXET; None for a subject that the city does not have."""
    row = table("subjects").get(subject)
    return row["kind"] if row else None
