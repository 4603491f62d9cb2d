"""What watches over the scheduler: a clock that must not jump, and a thread that ends a process gone dead."""

import logging
import os
import time
from collections.abc import Callable
from threading import Event, Thread

from tthc_tracker import clock

log = logging.getLogger(__name__)

JUMP = 600.0  # seconds between two ticks that no drift explains
GAVE_UP = 70  # exit status; whoever supervises the process starts it again
LOOK_EVERY = 5.0


class ClockGuard:
    """Compares the wall with the monotonic clock at each tick; while they disagree, alert mails are held."""

    def __init__(
        self,
        holding: Event,
        wall: Callable[[], float] = lambda: clock.now().timestamp(),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._holding, self._wall, self._monotonic = holding, wall, monotonic
        self.offset = wall() - monotonic()

    def tick(self) -> int:
        """Look; minutes that the wall clock has jumped since the last tick, 0 for none.

        A jump holds the mails; the first tick after it that sees none lets them go.
        """
        offset = self._wall() - self._monotonic()
        jump, self.offset = offset - self.offset, offset
        if abs(jump) <= JUMP:
            self._holding.clear()
            return 0
        self._holding.set()
        log.warning("the clock has jumped", extra={"minutes": round(jump / 60)})
        return round(jump / 60)


class Watchdog:
    """Ends the process when a sign of life is older than it may be, twice in a row.

    `silent()` says which sign that is, or ''. Only monotonic time is looked at.
    """

    def __init__(
        self, silent: Callable[[], str], stopping: Event, give_up: Callable[[int], None] = os._exit
    ) -> None:
        self._silent, self._stopping, self._give_up = silent, stopping, give_up

    def start(self) -> None:
        """Watch from a thread of its own until the process is told to end."""
        Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _watch(self) -> None:
        suspected = ""
        while not self._stopping.wait(LOOK_EVERY):
            suspected = self.look(suspected)

    def look(self, suspected: str) -> str:
        """One look; the sign that is missing, for the next look to confirm."""
        missing = self._silent()
        if missing and missing == suspected:
            log.critical("gives up", extra={"missing": missing})
            self._give_up(GAVE_UP)
        return missing
