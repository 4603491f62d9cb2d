"""SMTP: one letter a conversation, sixty seconds at the most whatever the server does."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tthc_tracker.channels.letters import Outcome, Verdict

CONNECT = 10.0  # seconds
EACH_STEP = 20.0
TOTAL = 60.0


class WrongServerAddress(ValueError):
    """An SMTP_URL that cannot be used; the message says why, without the password."""


@dataclass(frozen=True)
class Server:
    """A mail server. encryption: `tls` from the first byte, `starttls`, or `none`."""

    host: str
    port: int
    encryption: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password: this ends up in logs."""
        return f"Server({self.host}:{self.port}, {self.encryption})"

    @classmethod
    def parse(cls, url: str) -> "Server":
        """`smtp://user:pass@host:587?tls=starttls|none` or `smtps://user:pass@host`.

        Without `tls`, smtp:// means STARTTLS; plain text must be asked for, unless the host is this machine.

        Raises:
            WrongServerAddress: not such an address.
        """
        parts = urlsplit(url)
        asked = parse_qs(parts.query).get("tls", [""])[-1]
        if (
            parts.scheme not in {"smtp", "smtps"}
            or not parts.hostname
            or asked not in {"", "starttls", "none"}
        ):
            raise WrongServerAddress("SMTP_URL: smtp://user:pass@host:587?tls=starttls|none or smtps://…")
        if parts.scheme == "smtps":
            encryption, port = "tls", 465
        else:
            encryption, port = asked or ("none" if is_loopback(parts.hostname) else "starttls"), 587
        return cls(
            host=parts.hostname,
            port=parts.port or port,
            encryption=encryption,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, so that nothing crosses a network."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Conversation(smtplib.SMTP):
    """smtplib with a socket that can be closed from outside from its first byte on."""

    def __init__(self, server: Server, context: ssl.SSLContext, on_socket: Callable[[Any], None]) -> None:
        self._server, self._context, self._on_socket = server, context, on_socket
        super().__init__(local_hostname=socket.gethostname(), timeout=EACH_STEP)
        self._host = server.host  # what starttls() checks the certificate against

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = socket.create_connection((host, port), CONNECT)
        self._on_socket(raw)
        raw.settimeout(timeout)
        if self._server.encryption == "tls":
            raw = self._context.wrap_socket(raw, server_hostname=host)
            self._on_socket(raw)
        return raw


class SmtpChannel:
    """Sends letters through one server; `deadline` is the longest a conversation may take, in seconds."""

    def __init__(self, server: Server, *, deadline: float = TOTAL) -> None:
        self._server = server
        self._deadline = deadline
        self._context = ssl.create_default_context()
        self._lock = threading.Lock()
        self._socket: Any = None
        self._aborted = False

    def send(self, message: EmailMessage, before_data: Callable[[], bool]) -> Outcome:
        """Hand one letter over. `before_data` is asked right before its text leaves; False: it must not."""
        with self._lock:
            self._aborted, self._socket = False, None
        timer = threading.Timer(self._deadline, self.abort)
        timer.daemon = True
        timer.start()
        try:
            return self._converse(message, before_data)
        except smtplib.SMTPResponseException as error:
            return _by_code(error.smtp_code, error.smtp_error)
        except ssl.SSLError as error:
            return _by_encryption(error)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # Also what a closed socket makes smtplib say.
            reply = "no end within the time allowed" if self._aborted else _said(error)
            return Outcome(Verdict.LATER, reply=reply)
        finally:
            timer.cancel()

    def abort(self) -> None:
        """Close the socket under a running conversation: it ends at once, and the letter is sent again."""
        with self._lock:
            self._aborted = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def _keep(self, raw: Any) -> None:
        with self._lock:
            self._socket = raw
            if self._aborted:
                raise TimeoutError("no end within the time allowed")

    def _converse(self, message: EmailMessage, before_data: Callable[[], bool]) -> Outcome:
        server = self._server
        conversation = _Conversation(server, self._context, self._keep)
        try:
            code, reply = conversation.connect(server.host, server.port)
            if code != 220:
                return _by_settings(code, reply)
            if (fault := self._secure(conversation)) is not None:
                return fault
            return _hand_over(conversation, message, before_data)
        finally:
            conversation.close()

    def _secure(self, conversation: _Conversation) -> Outcome | None:
        """Greet, encrypt, sign in; what our settings have to do with a failure."""
        try:
            conversation.ehlo_or_helo_if_needed()
            if self._server.encryption == "starttls":
                conversation.starttls(context=self._context)
                self._keep(conversation.sock)
                conversation.ehlo()
            if self._server.user:
                conversation.login(self._server.user, self._server.password)
        except smtplib.SMTPResponseException as error:
            return _by_settings(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return Outcome(Verdict.OUR_SETTINGS, reply=_said(error))
        return None


def _hand_over(conversation: smtplib.SMTP, message: EmailMessage, before_data: Callable[[], bool]) -> Outcome:
    code, reply = conversation.mail(str(message["From"]))
    if code != 250:
        return _by_settings(code, reply)
    code, reply = conversation.rcpt(str(message["To"]))
    if code not in {250, 251}:
        return _by_code(code, reply)
    if not before_data():
        return Outcome(Verdict.LEASE_LOST)
    code, reply = conversation.data(message.as_bytes())
    if code != 250:
        return replace(_by_code(code, reply), after_text=True)
    with suppress(OSError, smtplib.SMTPException):
        conversation.quit()
    return Outcome(Verdict.SENT, code, _text(reply))


def _by_code(code: int, reply: bytes | str) -> Outcome:
    """5xx is for ever; anything else, a broken reply too, may be better later."""
    return Outcome(Verdict.NEVER if 500 <= code < 600 else Verdict.LATER, code, _text(reply))


def _by_settings(code: int, reply: bytes | str) -> Outcome:
    """Before a recipient is named, 5xx means us: no letter would go through."""
    verdict = Verdict.OUR_SETTINGS if 500 <= code < 600 else Verdict.LATER
    return Outcome(verdict, code, _text(reply))


def _by_encryption(error: ssl.SSLError) -> Outcome:
    """A certificate that is not the server's, or no encryption at all, means our settings: no letter is to go
    through there. A connection that only broke off may be better later."""
    broke_off = isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
    return Outcome(Verdict.LATER if broke_off else Verdict.OUR_SETTINGS, reply=_said(error))


def _text(reply: bytes | str) -> str:
    """A server's words made harmless: one line, printable, short."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return "".join(char if char.isprintable() else " " for char in words)[:300]


def _said(error: Exception) -> str:
    """An error in a line; of a name that does not resolve or a port that is closed, the system's words."""
    detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _text(f"{type(error).__name__}: {detail}")
