"""Letters by SMTP (RFC 5321) behind `ports.notices.Post`. One connection a letter: there are some dozens a day.

| what the server says | means |
|---|---|
| no connection, 4xx, gone before the letter was handed over | Unreachable: surely not sent |
| 5xx on login, sender, recipient or letter | Refused |
| gone after the letter was handed over | Unclear: it may have been sent |
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from bridge.domain.errors import ConfigProblem, Refused, RemoteError, Unclear, Unreachable
from bridge.ports.notices import Letter

REMOTE = "mail"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters are handed in. `security`: starttls | tls | none, the last on loopback only."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0


class SmtpPost:
    """`bridge.ports.notices.Post`."""

    def __init__(self, server: Server, *, clock: Callable[[], datetime]) -> None:
        if server.security == "none" and server.host not in LOOPBACK:
            raise ConfigProblem(problems=[("mail.security", "none sends letters in the clear: loopback only")])
        self._server = server
        self._clock = clock

    def send(self, letter: Letter) -> None:
        message = self._message(letter)
        with _translated("CONNECT", Unreachable):
            connection = self._connect()
        try:
            with _translated("LOGIN", Unreachable):
                self._greet(connection)
            with _translated("SEND", Unclear):
                connection.send_message(message)
        finally:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=_tls())
        return smtplib.SMTP(server.host, server.port, timeout=server.timeout)

    def _greet(self, connection: smtplib.SMTP) -> None:
        if self._server.security == "starttls":
            connection.starttls(context=_tls())
        if self._server.user:
            connection.login(self._server.user, self._server.password)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self._server.sender, letter.to, letter.subject
        except ValueError as err:  # a line break: somebody tries to add heads of his own
            raise Refused(remote=REMOTE, operation="SEND", reason="ADDRESS", theirs="") from err
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = f"<{letter.id}@{parseaddr(self._server.sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office comes back
        message["List-Unsubscribe"] = f"<{letter.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text)
        return message


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _translated(operation: str, gone: type[RemoteError]) -> Iterator[None]:
    """Ours for theirs; codes only: a server's sentence quotes the address. `gone`: what a broken line means here."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as err:
        codes = [code for code, _ in err.recipients.values()]
        raise _by_code(max(codes, default=0), operation, "RECIPIENT") from None  # the exception names the address
    except smtplib.SMTPResponseException as err:
        reason = "LOGIN" if isinstance(err, smtplib.SMTPAuthenticationError) else "SERVER"
        raise _by_code(err.smtp_code, operation, reason) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(remote=REMOTE, operation=operation, reason="NOT_SUPPORTED", theirs="") from None
    except ssl.SSLCertVerificationError as err:
        raise Refused(remote=REMOTE, operation=operation, reason="CERTIFICATE", theirs="TLS") from err
    except (smtplib.SMTPException, OSError) as err:
        raise gone(remote=REMOTE, operation=operation, reason="CONNECTION") from err


def _by_code(code: int, operation: str, reason: str) -> RemoteError:
    """RFC 5321 §4.2.1: 5yz is final, 4yz passes."""
    if code >= 500:
        return Refused(remote=REMOTE, operation=operation, reason=reason, theirs=str(code))
    return Unreachable(remote=REMOTE, operation=operation, reason=reason, theirs=str(code))
