"""Pictures already drawn: one is drawn again only when its numbers have changed."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

MOST = 64


class Drawn:
    """The latest pictures of this process by what they show."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pictures: OrderedDict[str, bytes] = OrderedDict()

    def get(self, mark: str, draw: Callable[[], bytes]) -> bytes:
        """The picture of that mark, drawn now if it is not among the last ones."""
        with self._lock:
            if mark in self._pictures:
                self._pictures.move_to_end(mark)
                return self._pictures[mark]
        picture = draw()
        with self._lock:
            self._pictures[mark] = picture
            while len(self._pictures) > MOST:
                self._pictures.popitem(last=False)
        return picture


def mark_of(name: str, *shown: Any) -> str:
    """What tells two pictures apart: the name and every number and word in it."""
    return hashlib.sha256(repr((name, shown)).encode()).hexdigest()[:32]
