"""A clock as its events alone tell it: the proof that what is stored can be reckoned from the history.

Events keep what the engine needs under `clock`: an acceptance its terms, what opens a pause its start and its
policy, what ends one its end, an approved apology its second date. Neither the dossier's columns nor
the rows of `pause` and `apology` are read.
"""

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Deadline, Pause, PausePolicy, Reappointment, Rounding, stated
from tthc_tracker.domain.errors import InvalidReappointment
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.history import DossierEvent


@dataclass
class ToldClock:
    """What events have told of a clock so far; `first`: the limit and the rounding of its first receipt."""

    accepted_at: dt.datetime | None = None
    limit: TimeLimit | None = None
    rounding: Rounding = Rounding.SAME_HOUR
    pauses: list[Pause] = field(default_factory=list)
    second: Reappointment | None = None
    first: tuple[TimeLimit, Rounding] | None = None

    def deadline(self, calendar: WorkCalendar, *, cutoff: dt.time) -> Deadline | None:
        """The dates that follow; None where the events tell of no promise of ours."""
        if self.accepted_at is None or self.limit is None:
            return None
        terms: dict[str, Any] = {"pauses": self.pauses, "rounding": self.rounding, "cutoff": cutoff}
        try:
            return stated(self.accepted_at, self.limit, calendar, reappointment=self.second, **terms)
        except InvalidReappointment:  # a correction has since promised a later date of itself
            return stated(self.accepted_at, self.limit, calendar, **terms)

    def first_due_at(self, calendar: WorkCalendar, *, cutoff: dt.time) -> dt.datetime | None:
        """The date on the first receipt: no correction at work moves that."""
        if self.accepted_at is None or self.first is None:
            return None
        limit, rounding = self.first
        return stated(self.accepted_at, limit, calendar, rounding=rounding, cutoff=cutoff).due_at


def told_clock(session: Session, dossier_id: int) -> ToldClock:
    """The clock of a dossier by its events, in their order."""
    told = ToldClock()
    for kind, at, facts in session.execute(_events(), {"dossier_id": dossier_id}):
        if kind is EventKind.RECEIVED:
            told.accepted_at = at
        if isinstance(clock := facts.get("clock"), dict):
            _take(told, clock)
            if told.limit is not None and kind is not EventKind.CORRECTED_AT_WORK and "limit" in clock:
                told.first = (told.limit, told.rounding)
    return told


@cache
def _events() -> Select[EventKind, dt.datetime, dict[str, Any]]:
    """The events of the dossier `dossier_id` in their order."""
    events = select(DossierEvent.kind, DossierEvent.occurred_at, DossierEvent.facts)
    return events.where(DossierEvent.dossier_id == bindparam("dossier_id")).order_by(DossierEvent.seq)


def _take(told: ToldClock, clock: dict[str, Any]) -> None:
    if "limit" in clock:
        told.limit = TimeLimit(Decimal(clock["limit"]), LimitUnit(clock["unit"]))
        told.rounding = Rounding(clock["rounding"])
    if "from" in clock:
        begun = dt.datetime.fromisoformat(clock["from"])
        told.pauses.append(Pause(begun, None, PausePolicy(clock["policy"])))
    if "second" in clock:
        approved, due = (dt.datetime.fromisoformat(clock[name]) for name in ("approved", "second"))
        told.second = Reappointment(approved, due)
    if "to" in clock:
        told.pauses[-1] = replace(told.pauses[-1], end=dt.datetime.fromisoformat(clock["to"]))
