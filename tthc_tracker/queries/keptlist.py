"""What a list that people keep is: its columns, who may open it, what narrows it, how its rows are read."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Membership, Permission, Scope
from tthc_tracker.queries.listing import Count
from tthc_tracker.wording.columns import Columns

Question = Mapping[str, str]
LONGEST_ANSWER = 100  # characters of one part of a question
NARROWS = ("sector", "procedure", "source", "channel")
"""The filters that need no choice of agencies or people."""
EVERY_ACT = ("assign", "remind", "receipts", "control_slips", "acknowledge", "finish")


@dataclass(frozen=True)
class Asked:
    """A list as somebody asks for it: the words of its address, whose eyes, when."""

    question: Question
    scope: Scope
    now: dt.datetime
    user_id: int = 0
    memberships: tuple[Membership, ...] = ()


@dataclass(frozen=True)
class Page:
    """Rows, and where the next page begins ('' on the last)."""

    rows: Sequence[Any]
    after: str


@dataclass(frozen=True)
class AtOnce:
    """How a file finds the keys of all its rows once, where each batch would look for its own anew.

    keys: in the order of the pages; None where they are too many to hold. rows: those of some keys, as they
    are then; what is gone since is left out.
    """

    keys: Callable[[Session, Asked], Sequence[Any] | None]
    rows: Callable[[Session, Asked, Sequence[Any]], Sequence[Any]]


@dataclass(frozen=True)
class KeptList:
    """A list. permission: who may open it. asks: the names in its address that narrow or order it.

    narrows: those of them that its page offers as filters. acts: what can be done to several of its rows.
    secret: what it is asked besides that may name somebody: it stands in no address, no view, no file that
    waits and no audit (decision 0022), so such a list must never be longer than a file made at once.
    at_once: how a long file reads it, where not page by page.
    """

    columns: Columns
    permission: Permission
    asks: tuple[str, ...]
    page: Callable[[Session, Asked, str, int], Page]
    count: Callable[[Session, Asked], Count]
    narrows: tuple[str, ...] = ()
    acts: tuple[str, ...] = EVERY_ACT
    secret: tuple[str, ...] = ()
    at_once: AtOnce | None = None

    def count_beside(self, session: Session, asked: Asked, found: Page, after: str) -> Count:
        """How many rows there are beside a page of them: where it is the only one, it has them all."""
        if after or found.after:
            return self.count(session, asked)
        return Count(len(found.rows), more=False)

    @property
    def name(self) -> str:
        """What addresses and tables call it."""
        return self.columns.name

    def question(self, args: Question) -> dict[str, str]:
        """What of an address belongs to this list's question."""
        return _answers(args, self.asks)

    def secrets(self, words: Question) -> dict[str, str]:
        """What of the words that a reader's own session keeps belongs to this list's question."""
        return _answers(words, self.secret)


def _answers(given: Question, names: tuple[str, ...]) -> dict[str, str]:
    tidied = ((name, given.get(name, "").replace("\0", "").strip()[:LONGEST_ANSWER]) for name in names)
    return {name: value for name, value in tidied if value}
