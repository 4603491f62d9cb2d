"""What became of what desks received: a desk's row has it, whoever resolves and returns it (domain.md, 6).

A desk keeps what it received when an agency that ended passes its dossiers on (decision 0027), so that no row
changes afterwards.
"""

import datetime as dt
from collections import Counter, defaultdict

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsknown, statisticstransfers
from tthc_tracker.queries.statisticscells import Cell, Condition, Question, Span

CELLS = frozenset({Cell.DESK_RECEIVED, Cell.DESK_FOR_OTHERS, Cell.DESK_RETURNED})


def in_cell(session: Session, cell: Cell, span: Span) -> Condition:
    """The dossiers of one of `CELLS`."""
    match cell:
        case Cell.DESK_RETURNED:
            return returned(span)
        case Cell.DESK_FOR_OTHERS:
            return and_(received(span), for_others(session, span))
        case _:
            return received(span)


def received(span: Span) -> Condition:
    """Accepted in the period, with or without a due date, and not entered by mistake."""
    return and_(
        Dossier.accepted_on.between(span.start, span.end),
        Dossier.state != State.CANCELLED,
        statisticsknown.acceptance(span.known),
    )


def for_others(session: Session, span: Span) -> Condition:
    """Accepted for another agency to resolve: what has been passed on since counts as it was then."""
    present = Dossier.resolving_agency_id.expression
    if not statisticstransfers.any_since(session, span.start):
        return present != Dossier.receiving_agency_id
    earlier = aliased(DossierTransfer)
    before = exists().where(
        earlier.dossier_id == DossierTransfer.dossier_id, earlier.seq < DossierTransfer.seq
    )
    # Those passed on, each by its first transfer: put together once, and looked into for each dossier.
    first = select(DossierTransfer.dossier_id, DossierTransfer.from_agency_id).where(
        DossierTransfer.moved_on >= span.start, ~before
    )
    was = first.subquery("was")
    passed_on = Dossier.id.in_(select(was.c.dossier_id))
    for_itself = exists().where(
        was.c.dossier_id == Dossier.id, was.c.from_agency_id == Dossier.receiving_agency_id
    )
    return case((passed_on, ~for_itself), else_=present != Dossier.receiving_agency_id)


def returned(span: Span) -> Condition:
    """Its result was given to the applicant in the period, at whichever desk."""
    first = dt.datetime.combine(span.start, dt.time(), VIETNAM)
    return and_(
        Dossier.returned_at.is_not(None),  # the words of its index
        Dossier.returned_at >= first,
        Dossier.returned_at < span.closes,
        Dossier.state != State.CANCELLED,
        statisticsknown.acceptance(span.known),
    )


def by_desk(session: Session, question: Question, now: dt.datetime) -> dict[int, Counter[str]]:
    """Of each desk what it received, by channel and of it for others, and what of it was returned. Two
    queries."""
    span, mine = cells.span_of(question.start, question.end, now), cells.received_by(session, question)
    desk, found = Dossier.receiving_agency_id, defaultdict[int, Counter[str]](Counter)
    marked = (
        select(
            desk.label("desk"), Dossier.channel.label("channel"), for_others(session, span).label("others")
        )
        .where(received(span), mine)
        .subquery("marked")
    )
    took = select(marked.c.desk, marked.c.channel, marked.c.others, func.count())
    for agency, channel, others, number in session.execute(
        took.group_by(marked.c.desk, marked.c.channel, marked.c.others)
    ):
        found[agency][Channel(channel).value] += number
        found[agency]["for_others"] += number if others else 0
    gave = select(desk, func.count()).where(returned(span), mine).group_by(desk)
    for agency, number in session.execute(gave):
        found[agency]["returned"] += number
    return found
