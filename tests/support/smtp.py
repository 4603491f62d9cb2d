"""A real SMTP server for tests (aiosmtpd, own thread): it keeps what it accepts and fails as told."""

import asyncio
import email
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

CERTIFICATE = Path(__file__).with_name("smtp_certificate.pem")  # for 127.0.0.1, signed by nobody


class Fault(StrEnum):
    """How the server fails until told otherwise."""

    NONE = "none"
    REFUSE_CONNECTION = "refuse_connection"  # the port answers and hangs up before a greeting
    BUSY = "421"  # at the sender's address: try again later
    TEMPORARY = "451"  # after the letter: try again later
    RECIPIENT_UNKNOWN = "550"  # at the recipient: never
    RECIPIENT_LATER = "450"  # at the recipient: try again later (greylisting)
    FULL = "552"  # after the letter: never, he has no room
    FAILED = "554"  # after the letter: never, nobody says why
    POLICY = "550 5.7.1"  # at the recipient: never, because of who we are
    BANNER_BUSY = "421 at the banner"  # before anything is said
    SLOW = "slow"  # says nothing after the letter until released
    DROP_AFTER_DATA = "drop_after_data"  # takes the letter, hangs up without saying so


@dataclass(frozen=True)
class Letter:
    """One accepted letter as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["Subject"])

    def body(self, kind: str = "plain") -> str:
        """The text of the part `text/<kind>`, decoded."""
        part = self.message.get_body((kind,))
        assert part is not None, f"no text/{kind} part"
        return str(part.get_content())


@dataclass
class Mailbox:
    """The server of a test: its address, its faults, what came."""

    host: str = "127.0.0.1"
    port: int = 0
    encryption: str = "none"  # starttls, tls: with CERTIFICATE
    fault: Fault = Fault.NONE
    unknown_recipients: set[str] = field(default_factory=set)  # refused with 550 whatever `fault` says
    letters: list[Letter] = field(default_factory=list)
    attempts: int = 0  # letters begun, accepted or not
    begun: threading.Event = field(default_factory=threading.Event)  # a letter has come into its hands
    released: threading.Event = field(default_factory=threading.Event)  # ends what SLOW holds back
    _arrival: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        """The address as SMTP_URL takes it."""
        if self.encryption == "tls":
            return f"smtps://{self.host}:{self.port}"
        return f"smtp://{self.host}:{self.port}?tls={self.encryption}"

    def wait_for(self, count: int, timeout: float = 30) -> list[Letter]:
        """The letters once at least `count` have come."""
        with self._arrival:
            assert self._arrival.wait_for(lambda: len(self.letters) >= count, timeout), (
                f"{len(self.letters)} letters came, {count} were awaited"
            )
            return list(self.letters)

    def keep(self, letter: Letter) -> None:
        """Put an accepted letter into the box."""
        with self._arrival:
            self.letters.append(letter)
            self._arrival.notify_all()


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_MAIL(  # noqa: N802 (aiosmtpd names its hooks so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.mailbox.attempts += 1
        if self.mailbox.fault is Fault.BUSY:
            return "421 4.3.2 Service shutting down"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd names its hooks so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mailbox.fault is Fault.RECIPIENT_UNKNOWN or address in self.mailbox.unknown_recipients:
            return "550 5.1.1 No such user here"
        if self.mailbox.fault is Fault.RECIPIENT_LATER:
            return "450 4.2.0 Greylisted, try again later"
        if self.mailbox.fault is Fault.POLICY:
            return "550 5.7.1 Relaying denied"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd names its hooks so)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.mailbox.fault is Fault.TEMPORARY:
            return "451 4.3.0 Try again later"
        if self.mailbox.fault is Fault.FULL:
            return "552 5.2.2 Mailbox full"
        if self.mailbox.fault is Fault.FAILED:
            return "554 Transaction failed"
        if self.mailbox.fault is Fault.SLOW:
            self.mailbox.begun.set()
            await asyncio.get_running_loop().run_in_executor(None, self.mailbox.released.wait, 60)
            return "451 4.3.0 Too slow"
        message = email.message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.mailbox.keep(Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        if self.mailbox.fault is Fault.DROP_AFTER_DATA:
            server.transport.abort()
        return "250 2.0.0 OK"


class _Server(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.event_handler.mailbox.fault is Fault.BANNER_BUSY:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Too many connections\r\n")
        super().connection_made(transport)
        if self.event_handler.mailbox.fault is Fault.REFUSE_CONNECTION:
            assert isinstance(transport, asyncio.Transport)
            transport.abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        offered = _context() if self.handler.mailbox.encryption == "starttls" else None
        return _Server(
            self.handler, enable_SMTPUTF8=True, decode_data=False, hostname="mail.test", timeout=120,
            tls_context=offered,
        )  # fmt: skip


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(port: int | None = None, encryption: str = "none") -> Iterator[Mailbox]:
    """A running server; on `port` to come back where an earlier one went away."""
    mailbox = Mailbox(encryption=encryption)
    mailbox.port = port or _free_port(mailbox.host)
    controller = _Controller(
        _Handler(mailbox), hostname=mailbox.host, port=mailbox.port, ready_timeout=30,
        ssl_context=_context() if encryption == "tls" else None,
    )  # fmt: skip
    controller.start()
    try:
        yield mailbox
    finally:
        mailbox.released.set()
        controller.stop()
