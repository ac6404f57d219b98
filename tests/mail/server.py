"""A mail server of our own on loopback: says what it is told to say, keeps what it was given."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """`answers`: another reply to a command (`RCPT`, `DATA`, `.` …); "" hangs up."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    pause: float = 0.0  # seconds after a letter was kept and before it is said so


class _Talk(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        if not self._say("HELLO", "220 here"):
            return
        while line := self.rfile.readline():
            word = line.decode("ascii", "replace").split()[0].upper()
            self.box.seen.append(word)
            if word == "QUIT" or not self._answer(word):
                return

    def _answer(self, word: str) -> bool:
        if word == "EHLO":
            return self._say(word, "250-here\r\n250 AUTH PLAIN")
        if word == "DATA":
            return self._say(word, "354 go on") and self._take()
        return self._say(word, "235 ok" if word == "AUTH" else "250 ok")

    def _take(self) -> bool:
        if self.box.answers.get("DATA", "354").startswith("354"):
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            letter = message_from_bytes(b"".join(lines), policy=policy.default)
            if not self.box.answers.get(".", "250"):
                return False
            assert isinstance(letter, EmailMessage)
            if self.box.answers.get(".", "250").startswith("250"):
                self.box.letters.append(letter)
                time.sleep(self.box.pause)
            return self._say(".", "250 taken")
        return True

    def _say(self, word: str, usual: str) -> bool:
        said = self.box.answers.get(word, usual)
        if said:
            self.wfile.write(f"{said}\r\n".encode())
        return bool(said)


@contextmanager
def mailbox(**answers: str) -> Iterator[Mailbox]:
    box = Mailbox(answers=dict(answers))
    handler = type("Talk", (_Talk,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
