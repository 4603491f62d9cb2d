"""How applicants found the service, counted for the agency that resolved their dossiers."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.performance import Rate, rate
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.queries.statisticscells import agency_ids


@dataclass(frozen=True)
class Level:
    """How many gave one rating, and what share of all that is."""

    rating: Rating
    number: int
    share: Rate


def counted(session: Session, scope: Scope, agency: str, start: dt.date, end: dt.date) -> tuple[Level, ...]:
    """Each level, from the best, of the ratings given from `start` to `end`; `agency` with its subtree."""
    statement = (
        select(DossierRating.rating, func.count())
        .where(DossierRating.given_on >= start, DossierRating.given_on <= end)
        .group_by(DossierRating.rating)
        .order_by(DossierRating.rating)
    )
    if not scope.all:
        statement = statement.where(DossierRating.agency_id.in_(sorted(scope.agency_ids)))
    if (below := agency_ids(session, agency)) is not None:
        statement = statement.where(DossierRating.agency_id.in_(sorted(below)))
    found = dict(session.execute(statement).all())
    total = sum(found.values())
    return tuple(Level(one, found.get(one, 0), rate(found.get(one, 0), total)) for one in Rating)
