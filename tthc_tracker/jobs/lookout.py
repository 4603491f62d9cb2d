"""In every web process, a thread that sees whether scans still come, and tells the administrators if not.

Mails leave through the scheduler; this one alone leaves from here, for it says that the scheduler is dead.
"""

import logging
import time
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs import mailing
from tthc_tracker.jobs.work import JobFault, Work
from tthc_tracker.services import silences

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
PATIENCE = 300.0  # seconds that a machine which has just been started gets to scan


class Lookout:
    """Looks once a minute; what several see at once is written once (services.silences)."""

    def __init__(self, work: Work) -> None:
        self._work, self._began = work, 0.0

    def start(self) -> None:
        """Look from a thread of its own for as long as the process lives."""
        self._began = time.monotonic()
        Thread(target=self._watch, name="lookout", daemon=True).start()

    def _watch(self) -> None:
        never = Event()
        while not never.wait(LOOK_EVERY):
            if time.monotonic() - self._began >= PATIENCE:
                self.look()

    def look(self) -> int:
        """One look; how many mails were written."""
        try:
            with database.reading() as session:
                news = silences.is_to_be_told(session, clock.now())
            written = self._tell() if news else 0
            mailing.deliver_of(self._work, silences.KIND)
        except (SQLAlchemyError, JobFault) as fault:
            log.warning("silence not told", extra={"fault": type(fault).__name__})
            return 0
        return written

    def _tell(self) -> int:
        with database.transaction() as session:
            return silences.tell(session, now=clock.now(), domain=self._work.mail_domain)
