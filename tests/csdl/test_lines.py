"""The door: broken lines, slow ones, strangers' pages, sizes, and who we say we are."""

import base64
import gzip
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest

from bridge.csdl.soap.city import SoapCity
from bridge.csdl.soap.dialect import Password, load_dialect
from bridge.csdl.soap.door import Door
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.soap.faults import Call
from bridge.domain.errors import BridgeError, ConfigProblem, Garbled, Refused, Unclear, Unreachable
from tests.csdl.peer import UNIT, Asked, Peer, http, result_row, results_answer, rows_answer, score_row, submission
from tests.dripping import BOUND, DRIPS, dripping


def page(status: str, **headers: str) -> Callable[[Asked], bytes]:
    return lambda _: http(b"<html>", status=status, kind="text/html", **headers)


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (lambda asked: None, Unreachable, "LINE_BROKEN"),
        (lambda asked: b"HTTP/9 what\r\n\r\n", Unreachable, "LINE_BROKEN"),
        (lambda asked: http(rows_answer(asked, []))[:-20], Unreachable, "CUT_OFF"),
        (lambda asked: http(b"junk", Content_Encoding="gzip"), Unreachable, "CUT_OFF"),
        (page("502 Bad Gateway"), Unreachable, "HTTP"),
        (page("500 Error"), Unreachable, "HTTP"),
        (page("401 No"), Refused, "LOGIN"),
        (page("403 No"), Refused, "LOGIN"),
        (page("404 Not Found"), Refused, "HTTP"),
        (page("302 Found", Location="http://127.0.0.1:9/"), Refused, "REDIRECT"),
        (lambda asked: http(rows_answer(asked, []), status="301 Moved"), Refused, "REDIRECT"),
    ],
)
def test_a_read_over_a_bad_line_says_which(
    reply: Callable[[Asked], bytes], error: type[BridgeError], reason: str
) -> None:
    with Peer({"LayDiem": reply}) as peer, pytest.raises(error) as caught:
        peer.city().scores([UNIT])
    assert caught.value.facts["reason"] == reason


def test_a_busy_proxy_says_how_long_to_wait() -> None:
    with Peer({"LayDiem": page("503 Busy", Retry_After="17")}) as peer, pytest.raises(Unreachable) as caught:
        peer.city().scores([UNIT])
    assert caught.value.facts["retry_after"] == 17.0


def test_a_redirect_is_not_followed_even_to_the_same_host() -> None:
    with Peer({"LayDiem": page("307 Other", Location="/elsewhere")}) as peer:
        with pytest.raises(Refused):
            peer.city().scores([UNIT])
        assert len(peer.asked) == 1


def silent(until: threading.Event) -> Callable[[Asked], None]:
    def wait(_: Asked) -> None:
        until.wait(10)

    return wait


def test_silence_ends_a_read_as_unreachable_and_a_write_as_unclear() -> None:
    over = threading.Event()
    with Peer({"LayDiem": silent(over)}) as peer:
        with pytest.raises(Unreachable) as caught:
            peer.city(read_timeout=0.1).scores([UNIT])
        over.set()
    assert caught.value.facts["reason"] == "TIMED_OUT"
    over.clear()
    with Peer({"GuiDiem": silent(over)}) as peer:
        city = peer.city(read_timeout=0.1)
        with pytest.raises(Unclear) as unclear:
            city.submit(submission())
        over.set()
    assert unclear.value.facts["reason"] == "TIMED_OUT"


@pytest.mark.parametrize("kind", DRIPS)
def test_a_call_has_an_end_however_steadily_it_drips(kind: str) -> None:
    with dripping(kind) as server:
        endpoint = Endpoint(url=f"http://127.0.0.1:{server.port}/", user="a", password="b", call_timeout=0.5)
        door = Door(endpoint)
        with pytest.raises(Unreachable) as caught:
            b"".join(door.post(b"<a/>", action="LayDiem", call=Call("LayDiem")))
        door.close()
    assert (caught.value.facts["reason"], caught.value.facts["seconds"]) == ("TOO_SLOW", 0.5)
    assert server.sent < BOUND


def test_nobody_knows_what_became_of_a_write_whose_answer_drips() -> None:
    with dripping("head") as server:
        door = Door(Endpoint(url=f"http://127.0.0.1:{server.port}/", user="a", password="b", call_timeout=0.5))
        with pytest.raises(Unclear) as caught:
            b"".join(door.post(b"<a/>", action="GuiDiem", call=Call("GuiDiem", write=True)))
        door.close()
    assert caught.value.facts["reason"] == "TOO_SLOW"


def test_a_packed_answer_is_unpacked_and_counted_unpacked() -> None:
    def packed(asked: Asked) -> bytes:
        assert asked.headers["accept-encoding"] == "gzip"
        return http(gzip.compress(rows_answer(asked, [score_row(n) for n in range(200)])), Content_Encoding="gzip")

    with Peer({"LayDiem": packed}) as peer:
        assert len(peer.city().scores([UNIT])[UNIT]) == 200
        with pytest.raises(Garbled) as caught:
            peer.city(reply_bytes=20_000).scores([UNIT])
    assert caught.value.facts["reason"] == "REPLY_TOO_LARGE"


def test_a_packed_bomb_is_given_up_at_the_limit() -> None:
    bomb = gzip.compress(b"<a>" + b" " * 50_000_000)
    with Peer({"LayDiem": lambda asked: http(bomb, Content_Encoding="gzip")}) as peer, pytest.raises(Garbled) as caught:
        peer.city(reply_bytes=1_000_000).scores([UNIT])
    assert caught.value.facts["reason"] == "REPLY_TOO_LARGE"


def wsse(asked: Asked) -> dict[str, str]:
    [token] = asked.envelope.findall("{*}Header/{*}Security/{*}UsernameToken")
    kinds = {one.tag.rpartition("}")[2]: one for one in token}
    return {name: one.text or "" for name, one in kinds.items()} | {"type": kinds["Password"].get("Type", "")}


@pytest.mark.parametrize("operation", ["KiemTraKetNoi", "LayDiem", "GuiDiem", "LayBienNhan"])
def test_every_message_carries_one_token_with_the_password_as_text(operation: str) -> None:
    replies = {
        "LayDiem": lambda asked: rows_answer(asked, []),
        "GuiDiem": lambda asked: results_answer(asked, [result_row("r1")]),
        "LayBienNhan": lambda asked: results_answer(asked, [result_row("r1")]),
    }
    with Peer(replies) as peer:
        city = peer.city()
        city.submit(submission())
        city.scores([UNIT])
        city.receipts(UNIT, "s1")
        token = wsse(peer.sent(operation)[0])
    assert (token["Username"], token["Password"]) == ("truong", "mật khẩu")
    assert token["type"].endswith("#PasswordText")


def test_a_password_goes_out_composed_however_it_was_typed() -> None:
    with Peer() as peer:
        endpoint = Endpoint(url=peer.url, user="a", password=normalize("NFD", "mật"))
        SoapCity("79000001", endpoint).capabilities()
        assert wsse(peer.asked[0])["Password"] == normalize("NFC", "mật")


def test_a_dialect_may_ask_for_a_digest() -> None:
    digest = load_dialect().model_copy(update={"password": Password.DIGEST})
    with Peer() as peer:
        peer.city(dialect=digest).capabilities()
        token = wsse(peer.asked[0])
    made = base64.b64decode(token["Nonce"]) + token["Created"].encode() + "mật khẩu".encode()
    assert token["Password"] == base64.b64encode(hashlib.sha1(made).digest()).decode()
    assert token["type"].endswith("#PasswordDigest")


def test_neither_netrc_nor_a_proxy_of_the_environment_meets_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login x password y")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setitem(os.environ, "NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setitem(os.environ, "HTTP_PROXY", "http://127.0.0.1:9")
    with Peer() as peer:
        peer.city().capabilities()
        assert "authorization" not in peer.asked[0].headers


def test_threads_share_a_city() -> None:
    with Peer({"LayDiem": lambda asked: rows_answer(asked, [score_row()])}) as peer:
        city, seen = peer.city(), []
        threads = [threading.Thread(target=lambda: seen.append(len(city.scores([UNIT])[UNIT]))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert seen == [1] * 8


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://city.example/csdl"},
        {"url": "ftp://city.example/csdl"},
        {"url": "city.example"},
        {"url": "https://user:secret@city.example/csdl"},
        {"wsdl_url": "https://other.example/csdl?wsdl"},
        {"user": ""},
        {"password": ""},
    ],
)
def test_an_endpoint_that_would_show_the_password_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ConfigProblem) as caught:
        Endpoint(**{"url": "https://city.example/csdl", "user": "u", "password": "secret"} | given)  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)


def test_the_password_is_not_in_the_words_of_an_endpoint() -> None:
    assert "secret" not in repr(Endpoint(url="https://city.example/csdl", user="u", password="secret"))


def test_every_call_waits_for_its_turn() -> None:
    turns: list[int] = []
    with Peer({"LayDiem": lambda asked: http(rows_answer(asked, []))}) as peer:
        city = SoapCity("79000001", peer.city()._line.endpoint, pace=lambda: turns.append(len(peer.asked)))
        city.scores([UNIT])
        city.scores([UNIT])
        assert turns == [0, 1]  # before each, and once for each
