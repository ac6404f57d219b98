"""A health check of one city: does it answer, is it the one we think, and does it still speak our contract?"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

from bridge.csdl.soap.contract import VERSION, WSDL, parse, shipped
from bridge.csdl.soap.control import Hello, read_school, say_hello
from bridge.csdl.soap.drift import differences
from bridge.csdl.soap.line import Line
from bridge.domain.errors import RemoteError
from bridge.domain.school import school_year
from bridge.domain.timetable import SCHOOL_TIME
from bridge.ports.city import CityFinding

SKEW_AT_MOST = 60  # seconds
ENVIRONMENTS = frozenset({"THU", "THAT"})
WANTED = {"sosanhphienban": "CITY_NO_COMPARE_AND_SET", "huy": "CITY_NO_CANCEL", "khoaso": "CITY_NO_LOCKS"}


def examine(line: Line, clock: Callable[[], datetime]) -> Iterator[CityFinding]:
    """All findings. What can't be asked is a finding too, and the rest is asked all the same."""
    try:
        hello = say_hello(line)
    except RemoteError as err:
        yield _trouble("CITY_NO_ANSWER", err)
        return
    yield from _about(hello, line, clock())
    yield from _about_school(line, clock())
    yield from _about_contract(line)


def _about(hello: Hello, line: Line, now: datetime) -> Iterator[CityFinding]:
    if hello.moitruong not in ENVIRONMENTS or hello.production != line.endpoint.production:
        configured = "THAT" if line.endpoint.production else "THU"
        yield CityFinding("CITY_OTHER_ENVIRONMENT", True, {"configured": configured, "theirs": hello.moitruong})
    if VERSION not in hello.phienbanhotro:
        yield CityFinding("CITY_CONTRACT_VERSION", True, {"ours": VERSION, "theirs": sorted(hello.phienbanhotro)})
    for capability, code in WANTED.items():
        if capability not in hello.khanang:
            yield CityFinding(code, False, {"capability": capability})
    skew = (hello.thoigianmaychu - now).total_seconds()
    if abs(skew) > SKEW_AT_MOST:
        yield CityFinding("CITY_CLOCK_SKEW", False, {"seconds": round(skew)})


def _about_school(line: Line, now: datetime) -> Iterator[CityFinding]:
    try:
        read_school(line, school_year(now.astimezone(SCHOOL_TIME).date()))
    except RemoteError as err:
        yield _trouble("CITY_SCHOOL_NOT_READ", err)


def _about_contract(line: Line) -> Iterator[CityFinding]:
    """The live WSDL comes from the configured host only, and nothing that it points to is fetched."""
    call = line.call("WSDL")
    try:
        with closing(line.door.get(line.endpoint.contract_url, call)) as chunks:
            live = parse(b"".join(chunks), call)
    except RemoteError as err:
        yield CityFinding("CONTRACT_NOT_READ", False, dict(err.facts))
        return
    yield from differences(parse(shipped(WSDL), call), live)


def _trouble(code: str, err: RemoteError) -> CityFinding:
    return CityFinding(code, True, {"error": err.code, **err.facts})
