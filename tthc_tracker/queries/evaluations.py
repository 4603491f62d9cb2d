"""What people and agencies are judged by: how their dossiers of a period ended, how applicants found it."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.account import User
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticstransfers
from tthc_tracker.queries.statistics import headings
from tthc_tracker.queries.statisticscells import By, Question, span_of
from tthc_tracker.queries.workingcounts import Counts


def of_people(session: Session, question: Question, now: dt.datetime) -> list[Counts]:
    """Those who had dossiers that were resolved in the period, by name. Two queries."""
    sums = _sums(session, question, now, Dossier.officer_id)
    statement = select(User.id, User.username, User.full_name).where(User.id.in_(list(sums)))
    people = session.execute(statement.order_by(User.name_folded, User.id)).all()
    return [Counts(username, name, sums[user_id]) for user_id, username, name in people]


def of_agencies(session: Session, question: Question, now: dt.datetime) -> list[Counts]:
    """The agencies that resolved dossiers in the period, in the order of the catalogue."""
    span = span_of(question.start, question.end, now)
    sums = _sums(session, question, now, statisticstransfers.resolver_of(session, span))
    named = headings(session, By.AGENCY)
    found = sorted(sums, key=lambda key: named[key].place)
    return [Counts(named[key].key, named[key].label, sums[key]) for key in found]


def _sums(session: Session, question: Question, now: dt.datetime, whose: Any) -> dict[int, Counter[str]]:
    """Dossiers by class of finish, and ratings by level."""
    span = span_of(question.start, question.end, now)
    resolver = statisticstransfers.resolver_of(session, span)
    resolved = (
        select(whose, Dossier.finish_class, DossierRating.rating, func.count())
        .select_from(Dossier)
        .outerjoin(DossierRating, DossierRating.dossier_id == Dossier.id)
        .where(
            Dossier.closed_on.between(span.start, span.end),
            Dossier.accepted_at.is_not(None),
            Dossier.state != State.CANCELLED,
            Dossier.due_at.is_not(None),
            Dossier.finish_class.is_not(None),
            whose.is_not(None),
            cells.resolved_by(session, question, resolver),
        )
        .group_by(whose, Dossier.finish_class, DossierRating.rating)
    )
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for key, finish_class, rating, number in session.execute(resolved):
        sums[key]["dossiers"] += number
        sums[key][finish_class.value] += number
        if rating is not None:
            sums[key][rating.value] += number
    return sums
