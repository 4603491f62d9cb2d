"""What this process has reckoned a moment ago (decision 0008): a table at most once a minute."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

Answer = TypeVar("Answer")

MOST = 128


class Answers(Generic[Answer]):
    """Answers by question, each kept for `life` after the moment it was reckoned at, and `most` in all."""

    def __init__(self, life: dt.timedelta, most: int = MOST) -> None:
        self._life, self._most = life, most
        self._lock, self._reckoning = Lock(), Lock()
        self._kept: OrderedDict[Hashable, tuple[dt.datetime, Answer]] = OrderedDict()

    def get(
        self, session: Session, question: Hashable, now: dt.datetime, reckon: Callable[[], Answer]
    ) -> Answer:
        """The answer to a question, reckoned again when it is older than it may be or from a later clock."""
        key = _key(session, question)
        if (kept := self._kept_for(key, now)) is not None:
            return kept[1]
        # One at a time: a worker does nothing heavier, and who asks the same meanwhile finds it done.
        with self._reckoning:
            if (kept := self._kept_for(key, now)) is not None:
                return kept[1]
            answer = reckon()
            with self._lock:
                self._kept[key] = (now, answer)
                self._kept.move_to_end(key)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return answer

    def _kept_for(self, key: Hashable, now: dt.datetime) -> tuple[dt.datetime, Answer] | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept if kept is not None and kept[0] <= now < kept[0] + self._life else None

    def forget(self, session: Session, question: Hashable) -> None:
        """Have it reckoned the next time it is asked."""
        with self._lock:
            self._kept.pop(_key(session, question), None)


def _key(session: Session, question: Hashable) -> Hashable:
    return session.get_bind().engine.url, question
