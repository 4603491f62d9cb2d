"""Which dossiers the sums of the daily facts cannot tell of: counted singly, or put back by their hour."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import FactQueue
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.statisticscells import By, Condition, Question, Span
from tthc_tracker.queries.statisticsrows import key_column

MOST_ODD = 3000
"""Dossiers that may be counted one by one; of more, a table is counted live as a whole."""

_DAY = dt.timedelta(days=1)


def odd_ones(session: Session, question: Question, span: Span, *, moved: bool) -> list[int] | None:
    """Their numbers; None when they are too many to be looked at one by one."""
    found: set[int] = set()
    # A dossier may have left several notes.
    for statement, most in (
        (select(FactQueue.dossier_id), 4 * MOST_ODD),
        *((each, MOST_ODD) for each in [_passed_on(question, span)] if moved),
        *((each, MOST_ODD) for each in _of_the_hour(span)),
    ):
        ids = session.execute(statement.limit(most + 1)).scalars().all()
        found.update(ids)
        if len(ids) > most or len(found) > MOST_ODD:
            return None
    return sorted(found)


def _passed_on(question: Question, span: Span) -> Select[int]:
    """Passed on within the period; or after it, from or to where one may not look: what one may see goes by
    the present agency."""
    own = sorted(question.scope.agency_ids)
    foreign: Condition = DossierTransfer.from_agency_id.not_in(own) | DossierTransfer.to_agency_id.not_in(own)
    if question.scope.all:
        foreign = false()
    return (
        select(DossierTransfer.dossier_id)
        .where(DossierTransfer.moved_on >= span.start, or_(DossierTransfer.moved_on <= span.end, foreign))
        .order_by(DossierTransfer.moved_on, DossierTransfer.dossier_id)
    )


def late_later_today(span: Span) -> Condition | None:
    """What runs and is late at the end of today, not at this moment; None where nothing can be."""
    midnight = dt.datetime.combine(span.end + _DAY, dt.time(), VIETNAM)
    if span.closes >= midnight:
        return None
    return and_(
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None),
        Dossier.overdue_from >= span.closes, Dossier.overdue_from < midnight,
    )  # fmt: skip


PLAIN = and_(
    Dossier.late_from.is_not_distinct_from(Dossier.overdue_from),  # never NULL: ~PLAIN has all others
    ~exists().where(Pause.dossier_id == Dossier.id).correlate(Dossier),
)
"""Of one date and never paused: its hour alone says whether it is late."""


def _of_the_hour(span: Span) -> list[Select[int]]:
    """Late at the end of today and not at this moment, but for the plain: each by an index of its own."""
    later = late_later_today(span)
    if later is None:
        return []
    midnight = dt.datetime.combine(span.end + _DAY, dt.time(), VIETNAM)
    by_second = and_(Dossier.reappointed_at.is_not(None), Dossier.closed_at.is_(None))
    return [
        select(Dossier.id).where(later, ~PLAIN).order_by(Dossier.overdue_from, Dossier.id),
        select(Dossier.id)
        .where(by_second, Dossier.late_from >= span.closes, Dossier.late_from < midnight)
        .order_by(Dossier.overdue_from, Dossier.id),
    ]


Later = tuple[int, int, int]
"""An agency, the key of a row, a number of dossiers."""

_ODD = bindparam("odd", type_=Ids())


def late_later(session: Session, by: By, span: Span, odd: Sequence[int]) -> list[Later]:
    """How many the sums have as overdue that are not before their hour comes today; without the odd."""
    later = late_later_today(span)
    if later is None:
        return []
    agency = Dossier.resolving_agency_id.expression
    key = key_column(by, agency)
    others = ~and_(true(), among(Dossier.id, _ODD))
    statement = select(agency, key, func.count()).where(later, PLAIN, others).group_by(agency, key)
    return [(own, row, number) for own, row, number in session.execute(statement, {"odd": odd})]
