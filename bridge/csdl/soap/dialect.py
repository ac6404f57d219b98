"""How one city spells things: code tables and header variant, as data that a deployment changes without touching code.

The shipped file is `data/dialect-v1.toml`. A deployment's own file replaces whole tables of it: a table half ours and
half theirs would hide a missing line.
"""

import tomllib
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bridge.domain.errors import BadInput, ConfigProblem
from bridge.domain.school import ClassKind
from bridge.domain.scores import Column, Term

Code = Annotated[str, Field(min_length=1, max_length=20)]
Word = TypeVar("Word", Column, Term)


class Password(StrEnum):
    """How the password travels in the WS-Security UsernameToken (UsernameToken Profile 1.1 §3.1)."""

    TEXT = "text"
    DIGEST = "digest"


class Dialect(BaseModel):
    """Tables read ours → theirs, or theirs → ours where several of theirs mean one of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    password: Password
    compare_and_set: bool  # False: this city says it compares versions, and does not
    subjects: dict[Code, Code]  # ours → theirs
    columns: dict[Column, Code]
    terms: dict[Term, Code]
    whole_year: Code  # their term that is the year's result
    levels: dict[Code, Code]  # theirs → ours
    grade_levels: dict[Code, int]
    class_kinds: dict[Code, ClassKind]
    sexes: dict[Code, Code]  # theirs → M, F; a code that is not here is no statement
    studying: frozenset[Code]  # their states of a pupil who is taught; every other state means away
    interface_sources: frozenset[Code]  # their marks of origin that mean: came through this interface

    @field_validator("subjects", "columns", "terms")
    @classmethod
    def _one_code_each(cls, table: dict[str, str]) -> dict[str, str]:
        if len(set(table.values())) < len(table):
            raise ValueError("two of our words have the same code")
        return table

    @field_validator("columns")
    @classmethod
    def _all_columns(cls, table: dict[Column, str]) -> dict[Column, str]:
        return _complete(table, list(Column))

    @field_validator("terms")
    @classmethod
    def _all_terms(cls, table: dict[Term, str]) -> dict[Term, str]:
        return _complete(table, list(Term))

    def their_subject(self, subject: str) -> str:
        """Their code of our subject; `BadInput` when the table has none."""
        try:
            return self.subjects[subject]
        except KeyError:
            raise BadInput(where="subject", value=subject, why="NO_CODE_IN_DIALECT") from None

    @cached_property
    def our_subjects(self) -> dict[str, str]:
        return {theirs: ours for ours, theirs in self.subjects.items()}

    @cached_property
    def our_columns(self) -> dict[str, Column]:
        return {theirs: ours for ours, theirs in self.columns.items()}

    def terms_of(self, theirs: str) -> tuple[Term, ...]:
        """The one term that they mean; none for the whole year; `ValueError` for a code that the table has not."""
        if theirs == self.whole_year:
            return ()
        found = tuple(term for term, code in self.terms.items() if code == theirs)
        if not found:
            raise ValueError("is not a term of the dialect")
        return found


def _complete(table: dict[Word, str], words: list[Word]) -> dict[Word, str]:
    missing = [str(word) for word in words if word not in table]
    if missing:
        raise ValueError(f"no code for {', '.join(missing)}")
    return table


def load_dialect(own: Path | None = None) -> Dialect:
    """The shipped dialect, with the tables of a deployment's own file in place; `ConfigProblem` names each fault."""
    shipped = tomllib.loads(files(__package__).joinpath("data/dialect-v1.toml").read_text("utf-8"))
    try:
        changed = tomllib.loads(own.read_text("utf-8")) if own else {}
        return Dialect.model_validate(shipped | changed)
    except (OSError, tomllib.TOMLDecodeError) as err:
        raise ConfigProblem(problems=[(str(own), str(err))]) from err
    except ValidationError as err:
        problems = [(".".join(map(str, line["loc"])), line["msg"]) for line in err.errors()]
        raise ConfigProblem(problems=problems) from err
