"""An SMTP server that takes its time over each letter, so that senders can be killed with one in hand."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.servers import free_port


@dataclass
class SlowMail:
    """What has arrived, by Message-ID and in order, and how many letters are in the server's hands now."""

    port: int
    pause: float  # seconds between taking a letter and saying so
    arrived: list[str] = field(default_factory=list)
    in_hand: int = 0
    taken: threading.Event = field(default_factory=threading.Event)  # a letter has just come into its hands
    _never: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The address as SMTP_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def handle_DATA(  # noqa: N802 (aiosmtpd names its hooks so)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        message = email.message_from_bytes(envelope.content or b"")
        self.arrived.append(str(message["Message-ID"]).strip())
        self.in_hand += 1
        self.taken.set()
        await asyncio.get_running_loop().run_in_executor(None, self._never.wait, self.pause)
        self.in_hand -= 1
        return "250 2.0.0 OK"


@contextmanager
def serving(pause: float) -> Iterator[SlowMail]:
    """A running server."""
    box = SlowMail(free_port(), pause)
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ready_timeout=30)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
