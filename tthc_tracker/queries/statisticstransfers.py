"""Whose row a dossier stands in, and what agencies that ended passed on to their heirs (domain rule 6).

A dossier stands in the row of the agency that resolved it at min(F, E), whoever has it now. Where nothing has
been transferred since a period began, that is the present one, and one look at an index tells.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsknown
from tthc_tracker.queries.onceaunit import once
from tthc_tracker.queries.statisticscells import By, Cell, Question, Span
from tthc_tracker.queries.statisticsrows import in_row, key_column

_AGENCY: dict[Cell, ColumnElement[int]] = {
    Cell.TRANSFERRED_IN: DossierTransfer.to_agency_id.expression,
    Cell.TRANSFERRED_OUT: DossierTransfer.from_agency_id.expression,
}


def any_since(session: Session, day: dt.date) -> bool:
    """Whether anything has been transferred on that day or after it: one look at an index."""
    asked = select(exists().where(DossierTransfer.moved_on >= day))
    return once(session, ("transferred since", day), lambda: bool(session.execute(asked).scalar_one()))


def resolver(span: Span, *, moved: bool) -> ColumnElement[int]:
    """The agency in whose row a dossier stands: that which resolved it at min(F, E).

    moved: whether anything has been transferred since the period began (`any_since`). A finish that was told
    late may lie before its transfer: it is the old agency's.
    """
    present: ColumnElement[int] = Dossier.resolving_agency_id.expression
    if not moved:
        return present
    last = literal(span.end, Date)
    day = case((cells.closed_on(span) < last, cells.closed_on(span)), else_=last)
    first_after = (
        select(DossierTransfer.from_agency_id)
        .where(DossierTransfer.dossier_id == Dossier.id, DossierTransfer.moved_on > day)
        .order_by(DossierTransfer.seq)
        .limit(1)
        .correlate(Dossier)
        .scalar_subquery()
    )
    return func.coalesce(first_after, present)


def resolver_of(session: Session, span: Span) -> ColumnElement[int]:
    """The same, for who asks once."""
    return resolver(span, moved=any_since(session, span.start))


def finished_at(session: Session, dossier: Dossier) -> int:
    """The agency in whose row one that has ended stands, of any period that has its finish."""
    day, moment = dossier.closed_on, dossier.closed_at
    assert day is not None
    assert moment is not None
    there = select(resolver(Span(day, day, moment), moved=True))
    return session.execute(there.where(Dossier.id == dossier.id)).scalar_one()


def counted(session: Session, question: Question, span: Span) -> Iterator[tuple[int, Cell, int]]:
    """What moved to and from each key in the period: (key, column, transfers). Two queries."""
    for cell, agency in _AGENCY.items():
        key = key_column(question.by, agency)
        statement = _moves(session, question, span, cell).with_only_columns(key, func.count()).group_by(key)
        for found, number in session.execute(statement):
            yield found, cell, number


class Move(NamedTuple):
    """A transfer of a dossier: in which column it counts, and where."""

    dossier_id: int
    cell: Cell
    agency: int
    sector: int
    procedure: int
    unit: int


def each(session: Session, question: Question, span: Span) -> Iterator[Move]:
    """Every transfer of the period, in both its columns, by ascending dossier. Two queries."""
    for cell, agency in _AGENCY.items():
        places = (agency, Dossier.sector_id, Dossier.procedure_id, key_column(By.UNIT, agency))
        statement = _moves(session, question, span, cell).add_columns(*places)
        for dossier_id, *place in session.execute(statement.order_by(Dossier.id, DossierTransfer.seq)):
            yield Move(dossier_id, cell, *place)


def lines(session: Session, question: Question, key: str, span: Span, cell: Cell) -> Select[Any]:
    """The transfers behind such a number, each with its dossier; key: of the row, '' the total."""
    statement = _moves(session, question, span, cell).add_columns(DossierTransfer.seq.label("nth"))
    return statement.where(in_row(question.by, key, _AGENCY[cell])) if key else statement


def _moves(session: Session, question: Question, span: Span, cell: Cell) -> Select[int]:
    """The transfers of a period of what ran on that day, as far as is known, and has a due date: all of it is
    in scope."""
    ended_on = cells.closed_on(span)
    return (
        select(Dossier.id)
        .join(DossierTransfer, DossierTransfer.dossier_id == Dossier.id)
        .where(
            DossierTransfer.moved_on.between(span.start, span.end),
            Dossier.accepted_on <= DossierTransfer.moved_on,
            or_(ended_on.is_(None), ended_on >= DossierTransfer.moved_on),
            Dossier.due_at.is_not(None),
            Dossier.state != State.CANCELLED,
            statisticsknown.acceptance(span.known),
            cells.resolved_by(session, question, _AGENCY[cell]),
        )
    )
