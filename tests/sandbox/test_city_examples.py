"""The published examples, played in order against the stand-in: what the contract shows is what a server does."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

import pytest
from lxml import etree

import city_contract
from sandbox.city.clock import epoch_of
from sandbox.city.server import create_app
from sandbox.city.world import load_world
from tests.sandbox.city_calls import City

INDEX = tomllib.loads((city_contract.EXAMPLES / "index.toml").read_text(encoding="utf-8"))
STAND_INS = {"moc": "MOC", "controtiep": "CONTROTIEP"}


def _read(name: str) -> str:
    return (city_contract.EXAMPLES / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def replies() -> Iterator[dict[str, tuple[str, bytes]]]:
    """Name → what was sent, what came back. One city plays the whole list: each exchange builds on those before it."""
    app = create_app(None, lambda: epoch_of(INDEX["clock"]))
    for world in json.loads(_read("world.json")):
        load_world(app.extensions["city"], world)
    yield dict(_play(City(app)))
    app.extensions["city"].close()


def _play(city: City) -> Iterator[tuple[str, tuple[str, bytes]]]:
    last = dict.fromkeys(STAND_INS, "")
    for exchange in INDEX["exchanges"]:
        for event in exchange.get("given", []):
            for path, body in event.items():
                city.control("POST", path, body)
        sent = _read(f"{exchange['name']}.request.xml")
        for name, word in STAND_INS.items():
            sent = sent.replace(f">{word}<", f">{last[name]}<")
        reply = city.client.post("/csdl/v1", data=sent.encode()).get_data()
        last |= {name: text for name, text in ((name, _first(reply, name)) for name in STAND_INS) if text}
        yield exchange["name"], (sent, reply)


def _first(reply: bytes, name: str) -> str | None:
    return etree.fromstring(reply).findtext(f".//{{{city_contract.NAMESPACE}}}{name}")


def _comparable(reply: str) -> str:
    """Without what no two servers make alike: cursors, marks, and ids of their own."""
    for name, word in {**STAND_INS, "magoi": "MAGOIMAYCHU"}.items():
        pattern = r"[0-9a-f-]{36}" if name == "magoi" else "[^<]*"
        reply = re.sub(f"<{name}>{pattern}</{name}>", f"<{name}>{word}</{name}>", reply)
    tree = etree.fromstring(reply.encode(), etree.XMLParser(remove_blank_text=True))
    return etree.tostring(tree, method="c14n").decode()


@pytest.mark.parametrize("name", [exchange["name"] for exchange in INDEX["exchanges"]])
def test_the_city_answers_as_the_example_shows(name: str, replies: dict[str, tuple[str, bytes]]) -> None:
    assert _comparable(replies[name][1].decode()) == _comparable(_read(f"{name}.reply.xml"))
