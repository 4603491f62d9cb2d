"""How long personal data is kept after a dossier's end: whole months, counted by the calendar.

How many is for each agency's legal officer to say (docs/law.md, masks): without a rule nothing is ever due.
"""

from datetime import date, timedelta
from enum import StrEnum

from tthc_tracker.domain.lifecycle import State

LONGEST_MONTHS = 1200


class ErasureCause(StrEnum):
    """Why personal data was erased."""

    REQUEST = "request"
    TERM = "term"


class Hold(StrEnum):
    """Whether the personal data of a dossier may be erased."""

    OPEN = "open"
    UNCOLLECTED = "uncollected"
    UNSET = "unset"
    KEPT = "kept"
    OVER = "over"


NEVER = frozenset({Hold.OPEN, Hold.UNCOLLECTED})
"""Of which no ground erases anything: the work needs the data still."""


def kept_until(closed_on: date, months: int) -> date:
    """The first day on which data of a dossier that ended on a day may be erased.

    A month that lacks the day gives the first of the next one: nobody's term is shortened.
    """
    year, month = divmod(closed_on.year * 12 + closed_on.month - 1 + months, 12)
    try:
        return date(year, month + 1, closed_on.day)
    except ValueError:  # no 30 February
        return date(year, month + 2, 1)


def last_end(today: date, months: int) -> date:
    """The last day of ending whose term is over today."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=today.day - 1), first_of_next - timedelta(days=1))


def hold_of(
    state: State, closed_on: date | None, months: int | None, today: date, *, mirrored: bool = False
) -> Hold:
    """Whether a dossier's personal data may go. mirrored: another system gives its result out."""
    if closed_on is None:
        return Hold.OPEN
    if state is State.FINISHED and not mirrored:
        return Hold.UNCOLLECTED
    if months is None:
        return Hold.UNSET
    return Hold.OVER if kept_until(closed_on, months) <= today else Hold.KEPT
