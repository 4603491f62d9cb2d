"""How applicants found the service, counted for the agency that resolved, and the dossiers they rated."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.performance import Rate, rate
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.ratings import RatedAt, Rating
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.queries import listing
from tthc_tracker.queries.listing import Count, Page
from tthc_tracker.queries.scoping import agency_ids


@dataclass(frozen=True)
class Level:
    """How many gave one rating, and what share of all that is."""

    rating: Rating
    number: int
    share: Rate


@dataclass(frozen=True)
class Given:
    """Which ratings: of one level (None: any), given from `start` to `end`, for `agency` with its subtree."""

    scope: Scope
    agency: str
    start: dt.date
    end: dt.date
    rating: Rating | None = None


class Rated(NamedTuple):
    """A dossier that was rated. Whose it is stands in no list of ratings."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    agency_code: str
    agency: str
    accepted_at: dt.datetime | None
    closed_at: dt.datetime | None
    returned_at: dt.datetime | None
    rating: Rating
    rated_at: RatedAt
    given_on: dt.date


def counted(session: Session, scope: Scope, agency: str, start: dt.date, end: dt.date) -> tuple[Level, ...]:
    """Each level, from the best, of the ratings given from `start` to `end`; `agency` with its subtree."""
    statement = (
        select(DossierRating.rating, func.count())
        .where(*_chosen(session, Given(scope, agency, start, end)))
        .group_by(DossierRating.rating)
        .order_by(DossierRating.rating)
    )
    found = dict(session.execute(statement).all())
    total = sum(found.values())
    return tuple(Level(one, found.get(one, 0), rate(found.get(one, 0), total)) for one in Rating)


def count(session: Session, given: Given) -> Count:
    """How many dossiers stand behind a number of `counted`."""
    return listing.count(session, select(DossierRating.dossier_id).where(*_chosen(session, given)))


def page(session: Session, given: Given, *, after: str = "", size: int = listing.PAGE) -> Page[Rated]:
    """A page of the dossiers behind a number of `counted`, the latest rating first."""
    key = DossierRating.given_on, DossierRating.dossier_id
    statement = (
        select(
            Dossier.id, Dossier.code, Dossier.version, Procedure.code, ProcedureVersion.name, Agency.code,
            Agency.name, Dossier.accepted_at, Dossier.closed_at, Dossier.returned_at, DossierRating.rating,
            DossierRating.rated_at, DossierRating.given_on,
        )
        .select_from(DossierRating)
        .join(Dossier, Dossier.id == DossierRating.dossier_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == DossierRating.agency_id)
        .where(*_chosen(session, given))
        .order_by(*(one.desc() for one in key))
        .limit(size + 1)
    )  # fmt: skip
    if start := listing.day_and_id(after):
        statement = statement.where(tuple_(*key) < start)
    found = [Rated._make(row) for row in session.execute(statement)]
    rows = tuple(found[:size])
    if len(found) <= size:
        return Page(rows, "")
    return Page(rows, listing.encode_cursor(rows[-1].given_on.isoformat(), rows[-1].id))


def _chosen(session: Session, given: Given) -> list[ColumnElement[bool]]:
    of: Any = DossierRating
    chosen = [of.given_on >= given.start, of.given_on <= given.end]
    if not given.scope.all:
        chosen.append(of.agency_id.in_(sorted(given.scope.agency_ids)))
    if (below := agency_ids(session, given.agency)) is not None:
        chosen.append(of.agency_id.in_(sorted(below)))
    if given.rating is not None:
        chosen.append(of.rating == given.rating)
    return chosen
