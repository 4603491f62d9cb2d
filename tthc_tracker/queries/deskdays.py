"""Which desk and which day the close of a day is about."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import Membership
from tthc_tracker.domain.typeddates import UnreadableError, read_day
from tthc_tracker.queries import reception
from tthc_tracker.queries.reception import Desk

FIRST_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class DeskDay:
    """A desk and a day; `ahead`: a day that was asked for and is still to come."""

    desk: Desk
    desks: tuple[Desk, ...]
    day: dt.date
    now: dt.datetime
    ahead: dt.date | None = None


def desk_day(
    session: Session,
    memberships: tuple[Membership, ...],
    desk_code: str | None,
    day_text: str | None,
    now: dt.datetime,
) -> DeskDay:
    """The desk and the day asked for: one's own first desk, and today, where nothing else is said.

    Raises:
        NotAllowed: no desk of this person is at work.
    """
    desks = tuple(reception.desks_of(session, memberships, now.date()))
    if not desks:
        raise NotAllowed("no desk at work")
    day = now.date()
    with suppress(UnreadableError):  # the field says so by itself
        day = read_day(day_text or "")
    ahead, day = (day, now.date()) if day > now.date() else (None, day)
    desk = next((one for one in desks if one.code == desk_code), desks[0])
    return DeskDay(desk, desks, max(day, FIRST_DAY), now, ahead)
