import socket

import pytest

from bridge.domain.errors import ConfigProblem, Refused, Unclear, Unreachable
from bridge.mail.smtp import Server, SmtpPost
from bridge.ports.notices import Letter
from tests.mail.server import Mailbox, mailbox
from tests.store.world import Clock

LETTER = Letter(
    "gv1@truong.example", "Cầu nối điểm: 12 việc", "Lớp 10A1: 12 điểm\n", "https://b.example/x", "day.token"
)


def post(port: int, **more: object) -> SmtpPost:
    server = Server(
        "127.0.0.1", port, security="none", sender="Cầu nối <cau-noi@truong.example>", timeout=5, **more  # type: ignore[arg-type]
    )  # fmt: skip
    return SmtpPost(server, clock=Clock())


def test_a_letter_arrives_with_all_its_heads() -> None:
    with mailbox() as box:
        post(box.port).send(LETTER)
    (found,) = box.letters
    assert (found["To"], found["Subject"]) == ("gv1@truong.example", "Cầu nối điểm: 12 việc")
    assert found["From"] == "Cầu nối <cau-noi@truong.example>"
    assert found.get_content().splitlines() == ["Lớp 10A1: 12 điểm"]
    assert found["Message-ID"] == "<day.token@truong.example>"
    assert found["List-Unsubscribe"] == "<https://b.example/x>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"] == "Fri, 20 Nov 2026 08:00:00 +0000"


def test_a_login_is_used_where_one_is_set() -> None:
    with mailbox() as box:
        post(box.port, user="cau-noi", password="secret").send(LETTER)
    assert "AUTH" in box.seen
    assert len(box.letters) == 1


@pytest.mark.parametrize(
    ("answers", "kind", "reason"),
    [
        ({"AUTH": "535 no"}, Refused, "LOGIN"),
        ({"AUTH": "454 later"}, Unreachable, "LOGIN"),
        ({"MAIL": "550 not you"}, Refused, "SERVER"),
        ({"MAIL": "451 later"}, Unreachable, "SERVER"),
        ({"RCPT": "550 nobody here"}, Refused, "RECIPIENT"),
        ({"RCPT": "450 greylisted"}, Unreachable, "RECIPIENT"),
        ({"DATA": "554 no"}, Refused, "SERVER"),
        ({".": "554 looks like spam"}, Refused, "SERVER"),
        ({".": "451 disk full"}, Unreachable, "SERVER"),
        ({".": ""}, Unclear, "CONNECTION"),  # given, and no word back: it may have been sent
        ({"HELLO": "421 busy"}, Unreachable, "SERVER"),
        ({"HELLO": ""}, Unreachable, "CONNECTION"),
        ({"EHLO": "", "HELO": ""}, Unreachable, "CONNECTION"),
    ],
)
def test_what_a_server_says_has_one_meaning(answers: dict[str, str], kind: type[Exception], reason: str) -> None:
    with mailbox(**answers) as box, pytest.raises(kind) as error:
        post(box.port, user="cau-noi", password="secret").send(LETTER)
    assert error.type is kind
    assert error.value.facts["reason"] == reason
    assert "gv1@" not in str(error.value)
    assert "secret" not in str(error.value)
    assert box.letters == []


def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            post(free.getsockname()[1]).send(LETTER)


def test_letters_never_travel_in_the_clear_but_on_loopback() -> None:
    with pytest.raises(ConfigProblem):
        SmtpPost(Server("mail.example", 25, "none", "a@b.example"), clock=Clock())


def test_a_server_without_starttls_is_refused_when_it_was_asked_for() -> None:
    with mailbox() as box:
        server = Server("127.0.0.1", box.port, "starttls", "a@b.example", user="u", password="p", timeout=5)
        with pytest.raises(Refused) as error:
            SmtpPost(server, clock=Clock()).send(LETTER)
    assert error.value.facts["reason"] == "NOT_SUPPORTED"
    assert "AUTH" not in box.seen


@pytest.mark.parametrize("field", ["to", "subject"])
def test_no_head_can_be_smuggled_in(field: str) -> None:
    with mailbox() as box, pytest.raises(Refused) as error:
        post(box.port).send(LETTER._replace(**{field: "x\r\nBcc: everybody@truong.example"}))
    assert error.value.facts["reason"] == "ADDRESS"
    assert box.seen == []


def test_the_password_is_not_in_the_words_of_a_server() -> None:
    assert "secret" not in repr(Server("mail.example", 25, "tls", "a@b.example", password="secret"))


def test_the_box_itself_keeps_nothing_it_refused() -> None:
    with mailbox(**{".": "554 no"}) as box, pytest.raises(Refused):
        post(box.port).send(LETTER)
    assert isinstance(box, Mailbox)
    assert box.letters == []
