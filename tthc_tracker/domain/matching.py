"""The same dossier seen in two systems: when it is proposed, which one counts, when their statuses differ.

Domain rule 1: one dossier may bear several codes; a match across systems is proposed, a person confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import REJECTED, State
from tthc_tracker.domain.portalstatus import PORTAL_STATUS
from tthc_tracker.domain.workcalendar import WorkCalendar

APART = 1  # working days between the days on which two systems received it
MOST_PROPOSED = 3
"""How many dossiers one is proposed to be: who files hundreds on a day is told apart by people, not by us."""


class MatchState(StrEnum):
    """What has been said of two dossiers that may be one."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"  # one dossier
    REFUSED = "refused"  # two dossiers: never proposed again


class Matched(StrEnum):
    """What a dossier has come to be by a match."""

    KEPT = "kept"  # other systems show it too
    MERGED = "merged"  # it stands within another one, and counts nowhere


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier as one system shows it. home: it was received here; received_at: accepted, else submitted."""

    dossier_id: int
    source_id: int
    home: bool
    procedure_id: int
    owner_number: str
    received_at: datetime
    state: State


def is_alike(first: Seen, second: Seen, calendar: WorkCalendar) -> bool:
    """Whether two may be one: the same person and procedure, received within one working day of each other
    by two systems, one of them a mirror.

    What was refused or cancelled is matched with nothing. Source: docs/law.md, home and mirror.
    """
    systems = first.source_id != second.source_id and not (first.home and second.home)
    same = (first.owner_number, first.procedure_id) == (second.owner_number, second.procedure_id)
    if not (systems and same) or REJECTED & {first.state, second.state}:
        return False
    return _is_near(first.received_at.date(), second.received_at.date(), calendar)


def _is_near(one: date, other: date, calendar: WorkCalendar) -> bool:
    earlier, later = sorted((one, other))
    try:
        return earlier == later or calendar.working_days_between(earlier, later) <= APART
    except CalendarHorizonError:  # of days that nobody knows only the same day is near
        return False


def counts_first(seen: Seen) -> tuple[bool, datetime, int]:
    """The order in which two that are one are kept: received here, else received first, else known first."""
    return not seen.home, seen.received_at, seen.dossier_id


_COUNT_AS_ONE = (frozenset({2, 4}), frozenset({5, 6}), frozenset({9, 10}))


def disagree(first: State, second: State) -> bool:
    """Whether two systems say of one dossier what counts as different things (domain rule 4, "counts as").

    Received and being processed are both open, waiting for papers and for payment both paused, finished and
    handed over both finished: a step more in one system is no disagreement.
    """
    numbers = frozenset({PORTAL_STATUS[first], PORTAL_STATUS[second]})
    return len(numbers) > 1 and not any(numbers <= one for one in _COUNT_AS_ONE)
