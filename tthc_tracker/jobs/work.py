"""What every job is told: where things are, whether it must stop, and the lease it writes under."""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.engine import WritersBusy
from tthc_tracker.extensions import database
from tthc_tracker.queries import operations
from tthc_tracker.services import leases
from tthc_tracker.wording.jobs import INTERRUPTED

LEASE = operations.LEASE
PATIENCE = 60
"""Seconds that a job waits for others to have written: nobody sits before it."""


NICENESS = 10
"""The niceness of what nobody waits for: it gets a tenth of a core that somebody else wants too."""


class JobFault(Exception):
    """A job that cannot go on; its message may be shown to administrators."""


class Interrupted(JobFault):
    """The process is ending: what is left is found by the next run."""


@dataclass(frozen=True)
class Work:
    """One job's surroundings. token None: a person runs it, beside whatever the scheduler does."""

    public_url: str
    mail_from: str
    smtp_url: str
    var: Path
    secret_key: str = field(default="", repr=False)  # what the tokens of receipts are derived from
    webhook_allow: Allowed = field(default_factory=Allowed)  # what else than the Internet may be called
    feed_root: Path | None = None  # below which the folders lie that sources are fetched from
    token: int | None = None
    stopping: Event = field(default_factory=Event)
    holding: Event = field(default_factory=Event)  # the clock has jumped: alerts stand, their mails wait
    on_stop: list[Callable[[], None]] = field(default_factory=list)

    @property
    def mail_domain(self) -> str:
        """What stands behind the @ of our sender."""
        return self.mail_from.rpartition("@")[2]

    def check(self) -> None:
        """Go on only while the process does.

        Raises:
            Interrupted: it is ending.
        """
        if self.stopping.is_set():
            raise Interrupted(INTERRUPTED)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A write unit under the lease.

        Raises:
            Interrupted: the process is ending. LeaseLost: another process has taken over.
        """
        self.check()
        with patient_unit(self.stopping) as session:
            if self.token is not None:
                leases.hold(session, LEASE, self.token)
            yield session


def work_of(settings: Any) -> Work:
    """What the jobs are told of this installation."""
    return Work(
        public_url=settings.public_url,
        mail_from=settings.mail_from,
        smtp_url=settings.smtp_url,
        var=settings.var,
        secret_key=settings.secret_key,
        webhook_allow=Allowed.of(settings.webhook_allow),
        feed_root=settings.feed_root,
    )


@contextmanager
def patient_unit(stopping: Event | None = None) -> Iterator[Session]:
    """A write unit that asks again and again while others write: people give up after five seconds.

    stopping: once it is set there is no time to ask again.

    Raises:
        WritersBusy: they did for PATIENCE seconds; nothing was done.
        Interrupted: they did until the process was told to end; nothing was done.
    """
    with ExitStack() as kept:
        yield _begun(kept, monotonic() + PATIENCE, stopping or Event())


def _begun(kept: ExitStack, until: float, stopping: Event) -> Session:
    while True:
        try:
            return kept.enter_context(database.transaction())
        except WritersBusy as busy:
            if stopping.is_set():
                raise Interrupted(INTERRUPTED) from busy
            if monotonic() > until:
                raise


@contextmanager
def stood_back() -> Iterator[None]:
    """Meanwhile this thread, and what it starts, gives way to whoever serves people (decision 0092)."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(before, NICENESS))
    try:
        yield
    finally:
        with suppress(PermissionError):  # only root steps forward again; the thread is there for this alone
            os.setpriority(os.PRIO_PROCESS, 0, before)


def _place() -> str:
    """Host, boot and process namespace: where a process id means this process."""
    boot = _line(Path("/proc/sys/kernel/random/boot_id"))[:8]
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()[:60]}/{boot}/{namespace}"


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def own_name() -> str:
    """The name of this process as an owner of leases; no other process ever has the same."""
    return f"{_place()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Whether an owner is a process of this very machine that has ended: nobody need wait for its lease."""
    place, _, rest = owner.rpartition(":")[0].rpartition(":")
    if place != _place() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
