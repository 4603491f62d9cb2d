"""What a desk's day comes to: how many, the fees, and what is not right."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dayclosing import Mismatch
from tthc_tracker.domain.lifecycle import ResultKind, SourceKind, State
from tthc_tracker.domain.matching import Matched
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries.dayclosing import day_of

MOST = 100

_COPIES = func.sum(func.coalesce(Dossier.quantity, 1))


@dataclass(frozen=True, slots=True)
class Figures:
    """The dossiers a desk accepted on a day (cancelled ones left out), and what has become of them.

    copies, spot_copies: how many copies of their results; a dossier whose copies are not counted has one.
    """

    received: int
    on_the_spot: int  # settled in the minute they were accepted
    at_desk: int
    cancelled: int
    copies: int
    spot_copies: int


@dataclass(frozen=True, slots=True)
class FeeLine:
    """Fees of one state (and, paid, of one method): how many dossiers, đồng and copies."""

    state: str
    method: str | None
    dossiers: int
    amount: int
    copies: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A dossier and what is not right about it."""

    code: str
    procedure: str
    what: Mismatch


def accepted_on(desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> ColumnElement[bool]:
    """The condition on `dossier` for what a desk accepted on a day; what stands within another is not."""
    start, end = day_of(day, zone)
    return and_(
        Dossier.receiving_agency_id == desk_id, Dossier.accepted_at >= start, Dossier.accepted_at < end,
        Dossier.matched.is_distinct_from(Matched.MERGED),
    )  # fmt: skip


def figures(session: Session, desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> Figures:
    """How many dossiers a desk accepted on a day."""
    cancelled = Dossier.state == State.CANCELLED
    at_once = Dossier.closed_at == Dossier.accepted_at
    statement = select(
        func.count().filter(~cancelled),
        func.count().filter(~cancelled, at_once),
        func.count().filter(Dossier.state == State.RECEIVED),
        func.count().filter(cancelled),
        func.coalesce(_COPIES.filter(~cancelled), 0),
        func.coalesce(_COPIES.filter(~cancelled, at_once), 0),
    ).where(accepted_on(desk_id, day, zone))
    return Figures(*map(int, session.execute(statement).one()))


def fees(session: Session, desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> tuple[FeeLine, ...]:
    """The fees of the dossiers a desk accepted on a day, cancelled ones left out; sums in đồng."""
    amount = func.coalesce(func.sum(Dossier.fee_due), 0)
    statement = (
        select(Dossier.fee_state, Dossier.fee_method, func.count(), amount, _COPIES)
        .where(accepted_on(desk_id, day, zone), Dossier.fee_state != "none", Dossier.state != State.CANCELLED)
        .group_by(Dossier.fee_state, Dossier.fee_method)
        .order_by(Dossier.fee_state.desc(), Dossier.fee_method)
    )
    rows = session.execute(statement)
    return tuple(
        FeeLine(state, method, count, int(total), int(copies)) for state, method, count, total, copies in rows
    )


def mismatches(desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> dict[Mismatch, ColumnElement[bool]]:
    """What may be wrong with what a desk accepted or finished on a day, each as a condition on `dossier`,
    its `source` and its `procedure_version`.

    Only of what is entered here: what another system sends is put right there. A result on the spot bears
    the number of its book, so it needs none here. Late hand-overs are told from the hand-over clock
    (queries.dayclosing).
    """
    accepted = and_(accepted_on(desk_id, day, zone), Dossier.state != State.CANCELLED)
    papers = exists().where(DossierComponent.dossier_id == Dossier.id).correlate(Dossier)
    finished = and_(
        Dossier.closed_on == day,
        Dossier.resolving_agency_id == desk_id,
        Dossier.state.in_((State.FINISHED, State.RETURNED)),
    )
    unpaid = and_(Dossier.state == State.RETURNED, Dossier.fee_state == "due")
    numberless = and_(
        Dossier.result_kind == ResultKind.GRANTED,
        Dossier.result_number.is_(None),
        ~ProcedureVersion.same_day,
    )
    entered_here = Source.kind == SourceKind.HOME
    return {
        Mismatch.NO_PAPERS: and_(accepted, ~papers, entered_here),
        Mismatch.NO_DUE_DATE: and_(accepted, Dossier.due_at.is_(None), entered_here),
        Mismatch.RETURNED_UNPAID: and_(finished, unpaid, entered_here),
        Mismatch.NO_RESULT_NUMBER: and_(finished, numberless, entered_here),
    }


def faults(session: Session, desk_id: int, day: dt.date, zone: dt.tzinfo | None) -> tuple[Fault, ...]:
    """What is not right about the dossiers a desk accepted or finished on a day, at most `MOST` of a kind."""
    every = mismatches(desk_id, day, zone).items()
    return tuple(fault for what, condition in every for fault in _having(session, what, condition))


def _having(session: Session, what: Mismatch, condition: ColumnElement[bool]) -> list[Fault]:
    statement = (
        select(Dossier.code, ProcedureVersion.name)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(condition)
        .order_by(Dossier.id)
        .limit(MOST)
    )
    return [Fault(code, procedure, what) for code, procedure in session.execute(statement)]
