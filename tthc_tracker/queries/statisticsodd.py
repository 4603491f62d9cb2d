"""Which dossiers the sums of the daily facts cannot tell of: counted singly, or put back by their hour."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.archive import ArchivedFact
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import FactQueue
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import factsources
from tthc_tracker.queries import statisticsrounds as rounds
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.factsources import Fact, Length, facts_of
from tthc_tracker.queries.onceaunit import once
from tthc_tracker.queries.statisticscells import By, Cell, Condition, Question, Span
from tthc_tracker.queries.statisticsrows import key_column

MOST_ODD = 3000
"""Dossiers that may be counted one by one; of more, a table is counted live as a whole."""

_DAY = dt.timedelta(days=1)

Adding = tuple[list[Fact], list[Length]]
"""What a dossier adds to the sums."""

Later = tuple[int, int, int]
"""An agency, the key of a row, a number of dossiers or of their rounds."""

Hours = Mapping[str, dt.datetime]
"""The moments that a statement of this day asks about, by the names of its parameters."""

_MOST, _EVERY = bindparam("most", type_=Integer), 2**31 - 1


@dataclass(frozen=True)
class Odd:
    """Those to be counted singly; and how many others the sums have as overdue before their hour comes."""

    ids: list[int]
    later: list[Later]


def odd_ones(session: Session, question: Question, span: Span, turn: int, *, moved: bool) -> Odd | None:
    """Both at a turn of the facts; None when they are too many to be looked at one by one."""
    passed, hours = _passed(question, span, moved=moved), _hours(span)
    few = _few(session, turn, passed if hours is None else [*passed, _BY_SECOND], hours)
    if few is None or hours is None:
        return None if few is None else Odd(few, [])
    rows = session.execute(_late_later(question.by), {"odd": few, **hours}).all()
    ids = sorted({*few, *(row.singly for row in rows if row.singly is not None)})
    later = [(row.agency, row.key, row.number) for row in rows if row.singly is None]
    return None if len(ids) > MOST_ODD else Odd(ids, later)


def passed_or_waiting(
    session: Session, question: Question, span: Span, turn: int, *, moved: bool
) -> list[int] | None:
    """The same of what ended, which no hour changes: what passed on in the period, and what waits."""
    return _few(session, turn, _passed(question, span, moved=moved))


def _passed(question: Question, span: Span, *, moved: bool) -> list[Select[int]]:
    if not moved:
        return []
    return [_passed_on(or_(DossierTransfer.moved_on <= span.end, _foreign(question)), span.start)]


def unfolded(session: Session, question: Question, since: dt.date, turn: int) -> list[int] | None:
    """Those of which the sums do not say who may see them, or how they stand by now: what waits in the queue,
    and what was passed on since, from or to where one may not look. None when they are too many."""
    return _few(session, turn, [] if question.scope.all else [_passed_on(_foreign(question), since)])


def _few(
    session: Session, turn: int, statements: Sequence[Select[int]], hours: Hours | None = None
) -> list[int] | None:
    """What waits in the queue, and what these statements find. What lies in an archive (decision 0090) cannot
    be counted live: the sums have it while it waits."""
    notes = 4 * MOST_ODD  # a dossier may have left several
    archived = exists().where(ArchivedFact.dossier_id == FactQueue.dossier_id)
    queued = select(FactQueue.dossier_id).where(~archived).limit(notes + 1)
    waiting = once(session, ("what waits", turn), lambda: session.execute(queued).scalars().all())
    found = set(waiting)
    if len(waiting) > notes or len(found) > MOST_ODD:
        return None
    for statement in statements:
        found.update(session.execute(statement, {"most": MOST_ODD + 1, **(hours or {})}).scalars())
        if len(found) > MOST_ODD:
            return None
    return sorted(found)


def added(session: Session, odd: Sequence[int], turn: int) -> Sequence[Adding]:
    """What each of these has added to the sums of a turn. One statement, however often it is asked."""
    if not odd:
        return ()
    key = ("what the odd have added", turn, *odd)
    return once(
        session, key, lambda: [facts_of(told) for told in factsources.kept_texts(session, odd).values()]
    )


def _passed_on(which: Condition, since: dt.date) -> Select[int]:
    return (
        select(DossierTransfer.dossier_id)
        .where(DossierTransfer.moved_on >= since, which)
        .order_by(DossierTransfer.moved_on, DossierTransfer.dossier_id)
        .limit(_MOST)
    )


def _foreign(question: Question) -> Condition:
    """From or to where one may not look: what one may see goes by the present agency."""
    if question.scope.all:
        return false()
    own = sorted(question.scope.agency_ids)
    return DossierTransfer.from_agency_id.not_in(own) | DossierTransfer.to_agency_id.not_in(own)


def one_of(only: Sequence[int] | None) -> Condition:
    """The condition that leaves all but these out; None: none."""
    return true() if only is None else and_(true(), among(Dossier.id, literal(list(only), Ids())))


# --- whose hour comes today: each statement is put together once, and finds what it looks for by an index

_NOW: BindParameter[dt.datetime] = bindparam("now")
_MIDNIGHT: BindParameter[dt.datetime] = bindparam("midnight")
_ODD = bindparam("odd", type_=Ids())
_RUNS = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None))
_LATE_LATER = and_(_RUNS, Dossier.overdue_from >= _NOW, Dossier.overdue_from < _MIDNIGHT)
"""What runs and is late at the end of today, not at this moment."""

PLAIN = and_(
    Dossier.late_from.is_not_distinct_from(Dossier.overdue_from),  # never NULL: ~PLAIN has all others
    ~exists().where(Pause.dossier_id == Dossier.id).correlate(Dossier),
)
"""Of one date and never paused: its hour alone says whether it is late."""

_BY_SECOND: Select[int] = (
    select(Dossier.id)
    .where(
        Dossier.reappointed_at.is_not(None), Dossier.closed_at.is_(None),
        Dossier.late_from >= _NOW, Dossier.late_from < _MIDNIGHT,
    )
    .order_by(Dossier.overdue_from, Dossier.id).limit(_MOST)
)  # fmt: skip


def _hours(span: Span) -> Hours | None:
    """From which moment until which the hour of what is late today comes still; None where nothing can be."""
    midnight = dt.datetime.combine(span.end + _DAY, dt.time(), VIETNAM)
    return {"now": span.closes, "midnight": midnight} if span.closes < midnight else None


def by_second(session: Session, span: Span) -> Sequence[int]:
    """Every open one of two dates whose lawful hour comes later today."""
    hours = _hours(span)
    return [] if hours is None else session.execute(_BY_SECOND, {"most": _EVERY, **hours}).scalars().all()


def waiting(session: Session, by: By, today: dt.date, now: dt.datetime, odd: Sequence[int]) -> list[Later]:
    """How many rounds due today nobody has answered that are not late yet, by the desk; without the odd."""
    midnight = dt.datetime.combine(today, dt.time(), VIETNAM)
    hours = {"now": now, "first": midnight, "midnight": midnight + _DAY}
    rows = session.execute(_waiting(by), {"odd": odd, **hours}).all()
    return [(agency, key, number) for agency, key, number in rows]


@cache
def _late_later(by: By) -> Select[Any]:
    """Those that are plain by row, the others singly: in one statement, for PostgreSQL takes longer to plan
    one over all partitions than to run it. Without the odd that are known."""
    agency = Dossier.resolving_agency_id.expression
    others = ~and_(true(), among(Dossier.id, _ODD))
    found = (
        select(
            agency.label("agency"), key_column(by, agency).label("key"),
            case((PLAIN, None), else_=Dossier.id).label("singly"),
        )
        .where(_LATE_LATER, others)
        .subquery("found")
    )  # fmt: skip
    return select(*found.c, func.count().label("number")).group_by(*found.c)


@cache
def _waiting(by: By) -> Select[Any]:
    """At every desk: of two hundred named ones a planner would rather read all that they ever received."""
    cell, desk = Cell.RECEPTION_WAITING, Dossier.receiving_agency_id.expression
    key = key_column(by, desk)
    return (
        select(desk, key, func.count())
        .select_from(ReceptionRound)
        .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
        .where(
            ReceptionRound.due_at >= bindparam("first"), ReceptionRound.due_at < _MIDNIGHT,
            ReceptionRound.answered_at.is_(None), ReceptionRound.late_from > _NOW,
            rounds.dossier_of_round(cell), rounds.counts_at_reception(),
            ~and_(true(), among(Dossier.id, _ODD)),
        )
        .group_by(desk, key)
    )  # fmt: skip
