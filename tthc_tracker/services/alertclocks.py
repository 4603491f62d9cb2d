"""What the rules of alerts ask about dossiers: their columns, their step, their pause, their last event.

Read for a whole batch at once. A mirrored dossier has no standstill and no soon late reception: what happens
to it happens where it is dealt with, and its source tells only what has come of it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import AT_THE_DESK, Clockwork, Milestone, Rule
from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.localtime import HOUR
from tthc_tracker.domain.milestones import THRESHOLDS, limit_length, reception_soon_from, stalled_from
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.process import StepRun
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.recipients import Place
from tthc_tracker.services.clockvalues import clockwork_of
from tthc_tracker.services.deadlines import milestones_by

COLUMNS = (
    Dossier.id, Dossier.source_id, Dossier.accepted_at, Dossier.closed_at, Dossier.paused_since,
    Dossier.limit_amount, Dossier.limit_unit, Dossier.reception_round, Dossier.reception_late_from,
    Dossier.state, Dossier.due_version, Dossier.due_soon_from, Dossier.overdue_from,
    Dossier.very_overdue_from, Dossier.recorded_at, Dossier.submitted_at, Dossier.arrived_at,
    Dossier.reception_due_at, Dossier.current_due_at, Dossier.handover_due_at, Dossier.handover_confirmed_at,
    Dossier.receiving_agency_id, Dossier.resolving_agency_id, Dossier.holding_unit_id, Dossier.officer_id,
)  # fmt: skip

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """One dossier as the rules see it, and where each of its alerts belongs."""

    row: Row
    clockwork: Clockwork
    step: Any = None  # the open step, if it has one
    taken_over: bool = False  # it came with the first import of its source: what was due by then is old

    def place(self, rule: Rule) -> Place:
        """Where the people are whom a rule's alert concerns."""
        if rule is Rule.STEP_OVERDUE and self.step is not None:
            own = self.step.agency_id == self.row["resolving_agency_id"]
            officer = self.row["officer_id"] if own else None
            return Place(
                self.row["receiving_agency_id"], self.step.agency_id, self.step.unit_id, officer
            )  # fmt: skip
        return place_of(self.row)

    def counted_for(self, rule: Rule) -> tuple[int, int | None]:
        """The agency and the unit that an alert stands against."""
        place = self.place(rule)
        if rule in AT_THE_DESK:
            return place.receiving_agency_id, None
        return place.resolving_agency_id, place.unit_id

    def deadline(self, rule: Rule) -> dt.datetime | None:
        """The deadline that an alert speaks of."""
        clock, row = self.clockwork, self.row
        found: dict[Rule, dt.datetime | None] = {
            Rule.RECEPTION_DUE_SOON: row["reception_due_at"],
            Rule.LATE_RECEPTION: row["reception_due_at"],
            Rule.LATE_HANDOVER: row["handover_due_at"],
            Rule.STEP_OVERDUE: self.step.due_at if self.step is not None else None,
            Rule.STALLED: clock.standstill.since if clock.standstill else None,
            Rule.LONG_PAUSE: clock.pause.since if clock.pause else None,
        }
        due: dt.datetime | None = row["current_due_at"]
        return found.get(rule, due)


def place_of(row: Row) -> Place:
    """Where a dossier's columns say that it stands."""
    return Place(
        row["receiving_agency_id"], row["resolving_agency_id"], row["holding_unit_id"], row["officer_id"]
    )


def watch(session: Session, rows: Sequence[Row], terms: Terms) -> list[Watched]:
    """These dossiers (rows of COLUMNS) with all that the rules ask of them now."""
    ids = [row["id"] for row in rows if row["accepted_at"] is not None and row["closed_at"] is None]
    found = _Batch(session, ids, terms)
    return [found.watched(row) for row in rows]


class _Batch:
    """What stands beside the dossiers of a batch, by dossier."""

    def __init__(self, session: Session, ids: list[int], terms: Terms) -> None:
        self._session, self._terms = session, terms
        sources = select(Source.id, Source.kind, Source.stale_since).order_by(Source.id)
        known = session.execute(sources).all()
        self._home = frozenset(row.id for row in known if row.kind is SourceKind.HOME)
        self._held = frozenset(row.id for row in known if row.stale_since is not None)
        first = select(ImportBatch.source_id, func.min(ImportBatch.finished_at))
        done = first.where(ImportBatch.state == BatchState.DONE).group_by(ImportBatch.source_id)
        self._followed = {source: at for source, at in session.execute(done) if at is not None}
        run = select(StepRun.dossier_id, StepRun.seq, StepRun.agency_id, StepRun.unit_id, StepRun.due_at,
                     StepRun.late_from)  # fmt: skip
        self._steps = self._by_dossier(run.where(StepRun.dossier_id.in_(ids), StepRun.closed_at.is_(None)))
        pause = select(Pause.dossier_id, Pause.id, Pause.started_at, Pause.expires_at)
        own = (Pause.ended_at.is_(None), Pause.imported.is_(False))
        self._pauses = self._by_dossier(pause.where(Pause.dossier_id.in_(ids), *own))
        draft = select(Apology.dossier_id, Apology.drafted_at)
        self._drafts = self._by_dossier(
            draft.where(Apology.dossier_id.in_(ids), Apology.state == ApologyState.DRAFT)
        )
        last = select(
            DossierEvent.dossier_id, func.max(DossierEvent.seq).label("seq"),
            func.max(DossierEvent.occurred_at).label("at"),
        )  # fmt: skip
        self._events = self._by_dossier(
            last.where(DossierEvent.dossier_id.in_(ids)).group_by(DossierEvent.dossier_id)
        )

    def _by_dossier(self, statement: Any) -> dict[int, Any]:
        return {row.dossier_id: row for row in self._session.execute(statement)}

    def watched(self, row: Row) -> Watched:
        """The dossier, and whether it came with the first import of its source."""
        followed_from = self._followed.get(row["source_id"])
        first = followed_from is None or row["recorded_at"] <= followed_from
        return replace(self._watched(row), taken_over=first and row["source_id"] not in self._home)

    def _watched(self, row: Row) -> Watched:
        base = replace(clockwork_of(row), held=row["source_id"] in self._held)
        if base.closed:
            return Watched(row, base)
        if self._terms.thresholds(row["resolving_agency_id"]) != THRESHOLDS:  # a source's row has the shipped
            soon, very = milestones_by(self._session, row, self._terms)
            base = replace(base, due_soon_from=soon, very_overdue_from=very)
        home = row["source_id"] in self._home
        if not base.accepted:
            return Watched(row, replace(base, reception_soon_from=self._soon_late(row) if home else None))
        step, draft = self._steps.get(row["id"]), self._drafts.get(row["id"])
        owed = row["handover_due_at"] if row["handover_confirmed_at"] is None else None
        clock = replace(
            base,
            handover_due_at=owed,
            apology_drafted_at=draft.drafted_at if draft else None,
            step=Milestone(step.late_from, step.seq) if step and step.late_from else None,
            standstill=self._standstill(row) if home and not base.paused else None,
            pause=self._pause(row),
        )
        return Watched(row, clock, step)

    def _soon_late(self, row: Row) -> dt.datetime | None:
        since, due = row["arrived_at"] or row["submitted_at"], row["reception_due_at"]
        if since is None or due is None or row["state"] != State.REGISTERED:
            return None
        desk = row["receiving_agency_id"]
        hours = self._terms.of(Rule.RECEPTION_DUE_SOON, desk).thresholds["hours"]
        try:
            return reception_soon_from(since, due, work_calendar(self._session, desk), hours * HOUR)
        except CalendarHorizonError:
            return None

    def _standstill(self, row: Row) -> Milestone | None:
        event, due = self._events.get(row["id"]), row["current_due_at"]
        if event is None or due is None:
            return None
        agency = row["resolving_agency_id"]
        numbers, calendar = (
            self._terms.of(Rule.STALLED, agency).thresholds,
            work_calendar(self._session, agency),
        )
        limit = None
        if row["limit_amount"] is not None and row["limit_unit"] is not None:
            limit = TimeLimit(row["limit_amount"], row["limit_unit"])
        try:
            length = limit_length(row["accepted_at"], max(due, row["accepted_at"]), limit, calendar)
            since = stalled_from(
                max(event.at, row["accepted_at"]), length, calendar,
                days=numbers["days"], share=Fraction(numbers["share"], 100),
            )  # fmt: skip
        except CalendarHorizonError:
            return None
        return Milestone(since, event.seq)

    def _pause(self, row: Row) -> Milestone | None:
        pause = self._pauses.get(row["id"])
        if pause is None:
            return None
        days = self._terms.of(Rule.LONG_PAUSE, row["resolving_agency_id"]).thresholds["days"]
        long = pause.started_at + dt.timedelta(days=days)
        return Milestone(min(long, pause.expires_at) if pause.expires_at else long, pause.id)
