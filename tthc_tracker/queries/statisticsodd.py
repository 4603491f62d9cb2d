"""Which dossiers the sums of the daily facts cannot tell of: counted singly, or put back by their hour."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import FactQueue
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.queries import factsources
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.factsources import Fact, Length, facts_of
from tthc_tracker.queries.onceaunit import once
from tthc_tracker.queries.statisticscells import By, Condition, Question, Span
from tthc_tracker.queries.statisticsrows import key_column

MOST_ODD = 3000
"""Dossiers that may be counted one by one; of more, a table is counted live as a whole."""

_DAY = dt.timedelta(days=1)

Adding = tuple[list[Fact], list[Length]]
"""What a dossier adds to the sums."""


def odd_ones(session: Session, question: Question, span: Span, turn: int, *, moved: bool) -> list[int] | None:
    """Their numbers at a turn of the facts; None when they are too many to be looked at one by one."""
    moved_on = DossierTransfer.moved_on
    passed = [_passed_on(or_(moved_on <= span.end, _foreign(question)), span.start)] if moved else []
    return _few(session, turn, [*passed, *_of_the_hour(span)])


def unfolded(session: Session, question: Question, since: dt.date, turn: int) -> list[int] | None:
    """Those of which the sums do not say who may see them, or how they stand by now: what waits in the queue,
    and what was passed on since, from or to where one may not look. None when they are too many."""
    return _few(session, turn, [] if question.scope.all else [_passed_on(_foreign(question), since)])


def _few(session: Session, turn: int, statements: Sequence[Select[int]]) -> list[int] | None:
    """What waits in the queue, and what these statements find."""
    notes = 4 * MOST_ODD  # a dossier may have left several
    queued = select(FactQueue.dossier_id).limit(notes + 1)
    waiting = once(session, ("what waits", turn), lambda: session.execute(queued).scalars().all())
    found = set(waiting)
    if len(waiting) > notes or len(found) > MOST_ODD:
        return None
    for statement in statements:
        found.update(session.execute(statement.limit(MOST_ODD + 1)).scalars())
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
    )


def _foreign(question: Question) -> Condition:
    """From or to where one may not look: what one may see goes by the present agency."""
    if question.scope.all:
        return false()
    own = sorted(question.scope.agency_ids)
    return DossierTransfer.from_agency_id.not_in(own) | DossierTransfer.to_agency_id.not_in(own)


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
