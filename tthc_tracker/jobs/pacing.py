"""How much a job does in one write unit: on a busy machine less, for others wait for it meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

AIM = 0.5
"""Seconds that a write unit of a job should not much exceed: whoever saves a form gives up after five, and
others may stand in the line before him."""
LEAST = 10


class Pace:
    """The size of a batch: half as much after one that took long, twice as much after a short one.

    How long a batch takes is not for its size alone to say: where twenty programs share two cores, a quarter
    of a second's work lasts four.
    """

    def __init__(self, most: int) -> None:
        self._most, self.size = most, max(LEAST, most // 4)

    @contextmanager
    def step(self) -> Iterator[int]:
        """A batch of the size that is given; how long it takes sets that of the next."""
        begun, size = time.monotonic(), self.size
        yield size
        self.took(time.monotonic() - begun)

    def took(self, seconds: float) -> None:
        """Set the size by what a batch took."""
        if seconds > AIM:
            self.size = max(LEAST, self.size // 2)
        elif seconds < AIM / 2:
            self.size = min(self._most, self.size * 2)
