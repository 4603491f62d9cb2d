"""The clocks of open dossiers, many at a time: what reckoning them by another calendar asks for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.deadlines import Pause, Reappointment
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.localtime import midnight_of
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.calendarchange import CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.models.history import Pause as PauseRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.process import ProcessStep, StepRun
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries.among import Ids, among

# The conditions of partial indexes, each asked apart: an "or" of them would read the whole register.
_PARTS: tuple[ColumnElement[bool], ...] = (
    and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None)),
    and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_(None)),
)
STORED = (
    "due_at", "due_on", "current_due_at", "late_from", "overdue_from", "due_soon_from", "very_overdue_from",
    "paused_since", "due_provisional", "due_on_day_off", "reception_due_at", "reception_due_on",
    "reception_late_from", "handover_due_at",
)  # fmt: skip
"""The columns of a dossier that follow from its calendar."""
_FACTS = (
    "id", "version", "receiving_agency_id", "resolving_agency_id", "holding_unit_id", "submitted_at",
    "reception_round", "reception_answered_at", "handover_confirmed_at", "accepted_at", "limit_amount",
    "limit_unit", "rounding", "due_given", "reappointed_at",
)  # fmt: skip
_COLUMNS = [getattr(Dossier, name) for name in (*_FACTS, *STORED)]


@dataclass(frozen=True, slots=True)
class Run:
    """The step that runs."""

    id: int
    agency_id: int
    opened_at: dt.datetime
    limit: TimeLimit
    due_at: dt.datetime | None
    late_from: dt.datetime | None


class OpenClock(NamedTuple):
    """An open dossier: its columns, and the rows beside it that move its clocks.

    promised_by: whose hours its promise goes by. round_at: when its unanswered round began.
    """

    row: Any
    home: bool
    reachable: bool  # its applicant, by mail
    promised_by: int
    pauses: tuple[Pause, ...]
    second: Reappointment | None
    run: Run | None
    round_at: dt.datetime | None

    @property
    def stored(self) -> dict[str, Any]:
        """What its calendar gave it so far, by column."""
        return dict(zip(STORED, self.row[len(_FACTS) : len(_FACTS) + len(STORED)], strict=True))


def _within(agencies: frozenset[int] | None) -> ColumnElement[bool]:
    if agencies is None:
        return and_(True)
    ids = sorted(agencies)
    moved = select(DossierTransfer.dossier_id).where(DossierTransfer.from_agency_id.in_(ids))
    return or_(
        Dossier.resolving_agency_id.in_(ids), Dossier.receiving_agency_id.in_(ids),
        Dossier.step_agency_id.in_(ids), Dossier.id.in_(moved),
    )  # fmt: skip


def decided_before(day: dt.date, agencies: frozenset[int] | None) -> Iterator[ColumnElement[bool]]:
    """The open dossiers of which every clock is over before a day: how that day is worked touches none.

    What could not be reckoned may be touched by any day. In parts, as the indexes have them.
    """
    begins = midnight_of(day.toordinal())
    over = or_(Dossier.reception_due_at.is_(None), Dossier.reception_due_at < begins)
    handed = or_(Dossier.handover_due_at.is_(None), Dossier.handover_due_at < begins)
    running = and_(StepRun.dossier_id == Dossier.id, StepRun.closed_at.is_(None))
    unsure = or_(StepRun.due_at.is_(None), StepRun.due_at >= begins)
    no_step = ~exists().where(running, unsure)
    promised = and_(Dossier.due_at < begins, Dossier.very_overdue_from < begins, over, handed, no_step)
    for part, ended in zip(_PARTS, (promised, Dossier.reception_due_at < begins), strict=True):
        yield and_(part, ended, _within(agencies))


def any_open(session: Session) -> bool:
    """Whether any dossier is open."""
    parts = (select(Dossier.id).where(part).limit(1) for part in _PARTS)
    return any(session.execute(one).first() is not None for one in parts)


def changed_ids(session: Session, change_id: int, agencies: frozenset[int] | None) -> list[int]:
    """The open dossiers with a clock that goes by the calendar of one of these agencies (None: of any) that a
    change has not been reckoned for since something happened of them last."""
    found: list[int] = []
    its = and_(CalendarMove.change_id == change_id, CalendarMove.dossier_id == Dossier.id)
    seen_otherwise = or_(CalendarMove.version.is_(None), CalendarMove.version != Dossier.version)
    for part in _PARTS:
        statement = select(Dossier.id).outerjoin(CalendarMove, its)
        found += session.execute(statement.where(part, seen_otherwise, _within(agencies))).scalars()
    return sorted(found)


def clocks(session: Session, ids: Sequence[int]) -> list[OpenClock]:
    """The clocks of these dossiers, in the order of their ids."""
    statement = (
        select(*_COLUMNS, Source.kind.label("source_kind"), Person.email.label("email"))
        .join(Source, Source.id == Dossier.source_id)
        .join(Person, Person.id == Dossier.applicant_id)
        .where(_of(Dossier.id, ids))
        .order_by(Dossier.id)
    )
    rows = session.execute(statement).all()
    pauses, runs, rounds = _pauses(session, ids), _runs(session, ids), _rounds(session, ids)
    seconds = _seconds(session, [row.id for row in rows if row.reappointed_at is not None])
    firsts = _first_agencies(session, ids)
    return [
        OpenClock(
            row,
            row.source_kind is SourceKind.HOME,
            bool(row.email),
            firsts.get(row.id, row.resolving_agency_id),
            pauses.get(row.id, ()),
            Reappointment(row.reappointed_at, seconds[row.id]) if row.id in seconds else None,
            runs.get(row.id),
            rounds.get((row.id, row.reception_round), row.submitted_at),
        )
        for row in rows
    ]


def _of(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """Of these dossiers, in one parameter: of two thousand, naming each took longer than reading them."""
    return cast("ColumnElement[bool]", among(column, bindparam("ids", list(ids), Ids())))


def _pauses(session: Session, ids: Sequence[int]) -> dict[int, tuple[Pause, ...]]:
    statement = (
        select(PauseRow.dossier_id, PauseRow.started_at, PauseRow.ended_at, PauseRow.policy)
        .where(_of(PauseRow.dossier_id, ids), PauseRow.imported.is_(False))
        .order_by(PauseRow.dossier_id, PauseRow.started_at)
    )
    found: dict[int, list[Pause]] = defaultdict(list)
    for dossier_id, start, end, policy in session.execute(statement):
        found[dossier_id].append(Pause(start, end, policy))
    return {dossier_id: tuple(each) for dossier_id, each in found.items()}


def _seconds(session: Session, ids: Sequence[int]) -> dict[int, dt.datetime]:
    if not ids:
        return {}
    approved = (_of(Apology.dossier_id, ids), Apology.state == ApologyState.APPROVED)
    statement = select(Apology.dossier_id, Apology.due_at).where(*approved).order_by(Apology.dossier_id)
    return dict(session.execute(statement).all())


def _runs(session: Session, ids: Sequence[int]) -> dict[int, Run]:
    statement = (
        select(
            StepRun.dossier_id, StepRun.id, StepRun.agency_id, StepRun.opened_at, StepRun.due_at,
            StepRun.late_from, ProcessStep.amount, ProcessStep.unit,
        )
        .join(ProcessStep, ProcessStep.id == StepRun.step_id)
        .where(_of(StepRun.dossier_id, ids), StepRun.closed_at.is_(None))
        .order_by(StepRun.dossier_id)
    )  # fmt: skip
    return {
        row.dossier_id: Run(
            row.id, row.agency_id, row.opened_at, TimeLimit(row.amount, row.unit), row.due_at, row.late_from
        )
        for row in session.execute(statement)
    }


def _rounds(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], dt.datetime]:
    statement = (
        select(ReceptionRound.dossier_id, ReceptionRound.round, ReceptionRound.started_at)
        .where(_of(ReceptionRound.dossier_id, ids), ReceptionRound.answered_at.is_(None))
        .order_by(ReceptionRound.dossier_id, ReceptionRound.round)
    )
    return {(dossier_id, number): at for dossier_id, number, at in session.execute(statement)}


def _first_agencies(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Of those that were moved from an agency that ended, the one that promised (successions.promised_by)."""
    statement = (
        select(DossierTransfer.dossier_id, DossierTransfer.from_agency_id)
        .where(_of(DossierTransfer.dossier_id, ids))
        .order_by(DossierTransfer.dossier_id, DossierTransfer.seq.desc())
    )
    return dict(session.execute(statement).all())
