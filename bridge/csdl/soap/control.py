"""The two control messages whose answers are nested: they go through zeep, and pydantic judges what it made of them."""

from contextlib import closing
from datetime import date
from typing import Annotated, Any, TypeVar

from lxml import etree
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from zeep.exceptions import Error as ZeepError

from bridge.csdl.soap.contract import VERSION, build, unpack
from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.line import Line
from bridge.csdl.soap.reader import read_document
from bridge.csdl.soap.rows import Khoa, Ma, Ten
from bridge.domain.school import SchoolInfo, TermDates
from bridge.ports.city import Capabilities, Receipts

Model = TypeVar("Model", bound="Answered")


class Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Answered(Plain):
    magoi: Khoa
    thoigianmaychu: AwareDatetime


class Hello(Answered):
    """KiemTraKetNoi: what the city says of itself."""

    moitruong: Ma
    phienbanhotro: Annotated[frozenset[Ma], Field(min_length=1)]
    khanang: Annotated[frozenset[Ma], Field(min_length=1)]
    sodongtoida: Annotated[int, Field(ge=1, le=500)]
    kichthuoctoida: Annotated[int, Field(ge=1)]

    @property
    def production(self) -> bool:
        return self.moitruong == "THAT"

    def to_domain(self, dialect: Dialect) -> Capabilities:
        return Capabilities(
            compare_and_set=dialect.compare_and_set and "sosanhphienban" in self.khanang,
            cancel="huy" in self.khanang,
            locks="khoaso" in self.khanang,
            receipts=Receipts.LATER if "bienlaisau" in self.khanang else Receipts.NOW,
            rows_per_submission=self.sodongtoida,
            production=self.production,
        )


class TermSpan(Plain):
    hocky: Ma
    tungay: date
    denngay: date


class School(Answered):
    """LayTruong."""

    matruong: Ma
    namhoc: int
    tentruong: Ten
    manhomcaphoc: Ma
    kyhoc: Annotated[tuple[TermSpan, ...], Field(min_length=1)]

    def to_domain(self, dialect: Dialect) -> SchoolInfo:
        """`ValueError` for a level or term that the dialect has no word for. The whole year is no term."""
        level = dialect.levels.get(self.manhomcaphoc)
        if level is None:
            raise ValueError("is not a level of the dialect")
        terms = [
            TermDates(term, span.tungay, span.denngay) for span in self.kyhoc for term in dialect.terms_of(span.hocky)
        ]
        return SchoolInfo(self.matruong, self.tentruong, level, tuple(terms))


def say_hello(line: Line) -> Hello:
    return line.patience.read(lambda: _ask(line, "KiemTraKetNoi", {}, Hello))


def read_school(line: Line, year: int) -> SchoolInfo:
    asked = {"matruong": line.school, "namhoc": year}
    school, call = line.patience.read(lambda: _ask(line, "LayTruong", asked, School)), line.call("LayTruong")
    if (school.matruong, school.namhoc) != (line.school, year):
        raise call.garbled("OTHER_ANSWER", field="matruong, namhoc", asked=f"{line.school}, {year}")
    try:
        return school.to_domain(line.dialect)
    except ValueError as err:
        raise call.garbled("BAD_ANSWER", why=str(err)) from err


def _ask(line: Line, operation: str, fields: dict[str, Any], model: type[Model]) -> Model:
    call, request_id = line.call(operation), line.new_id()
    body = build(operation, {"phienbanhopdong": VERSION, "magoi": request_id, **fields})
    with closing(line.exchange(body, call)) as chunks:
        envelope = read_document(chunks, call)
    try:
        answer = model.model_validate(unpack(operation, envelope))
    except ValidationError as err:
        where = ["/".join(map(str, problem["loc"])) for problem in err.errors(include_input=False)]
        raise call.garbled("BAD_ANSWER", fields=where) from err
    except (ZeepError, etree.LxmlError, ValueError) as err:
        raise call.garbled("BAD_ANSWER", why=type(err).__name__) from err
    if answer.magoi != request_id:
        raise call.garbled("OTHER_ANSWER", field="magoi")
    return answer
