"""What the start page shows: a short list and its count for each role's first question of the morning."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.people import mask_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries import listing
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.scoping import visible

SHORT = 15


@dataclass(frozen=True)
class WorkRow:
    """A line of a short list; `at` is what the list is ordered by."""

    code: str
    owner: str
    procedure: str
    agency: str
    officer: str | None
    state: State
    at: dt.datetime


@dataclass(frozen=True)
class ShortList:
    """The first lines of a list, and how many there are."""

    rows: tuple[WorkRow, ...]
    count: Count


def received_today(session: Session, agency_id: int, day_start: dt.datetime) -> ShortList:
    """What this desk has accepted since the morning, the latest first."""
    mine = and_(Dossier.receiving_agency_id == agency_id, Dossier.accepted_at >= day_start)
    return _list(session, mine, Dossier.accepted_at, newest_first=True)


def to_collect(session: Session, agency_id: int) -> ShortList:
    """Results that wait at this desk to be collected, the longest waiting first."""
    waiting = and_(Dossier.returning_agency_id == agency_id, Dossier.state == State.FINISHED)
    return _list(session, waiting, Dossier.closed_at)


def promised_today(session: Session, agency_id: int, day: dt.date, now: dt.datetime) -> ShortList:
    """What this desk has promised for today and is not ready."""
    start = dt.datetime.combine(day, dt.time(), now.tzinfo)
    end = start + dt.timedelta(days=1)
    # A day limit turns overdue at the midnight after its date, an hour limit at its moment: both lie here.
    within = and_(Dossier.overdue_from > start, Dossier.overdue_from <= end)
    promised = and_(_running(), Dossier.returning_agency_id == agency_id, within)
    return _list(session, promised, Dossier.current_due_at)


def mine(session: Session, user_id: int) -> ShortList:
    """What this officer holds, by due date."""
    return _list(session, and_(_open(), Dossier.officer_id == user_id), Dossier.overdue_from)


def unassigned(session: Session, agency_id: int) -> ShortList:
    """What lies at this agency without anybody in charge, by due date."""
    nobody = and_(_open(), Dossier.resolving_agency_id == agency_id, Dossier.officer_id.is_(None))
    return _list(session, nobody, Dossier.overdue_from)


def overdue_since(session: Session, scope: Scope, since: dt.datetime, now: dt.datetime) -> ShortList:
    """What has become overdue between two moments, the latest first."""
    new = and_(_running(), Dossier.overdue_from > since, Dossier.overdue_from <= now, visible(scope))
    return _list(session, new, Dossier.overdue_from, newest_first=True)


def _open() -> ColumnElement[bool]:
    return and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None))


def _running() -> ColumnElement[bool]:
    return and_(_open(), Dossier.paused_since.is_(None))


def _list(
    session: Session,
    condition: ColumnElement[bool],
    by: InstrumentedAttribute[dt.datetime | None],
    *,
    newest_first: bool = False,
) -> ShortList:
    count = listing.count(session, select(Dossier.id).where(condition))
    order = by.desc() if newest_first else by
    ids = select(Dossier.id).where(condition, by.is_not(None)).order_by(order, Dossier.id).limit(SHORT)
    rows = [
        WorkRow(code, mask_name(owner), procedure, agency, officer, state, at)
        for code, owner, procedure, agency, officer, state, at in session.execute(_details(by, ids))
        if at is not None
    ]
    rows.sort(key=lambda row: row.at, reverse=newest_first)
    return ShortList(tuple(rows), count)


def _details(
    by: InstrumentedAttribute[dt.datetime | None], ids: Select[int]
) -> Select[str, str, str, str, str, State, dt.datetime | None]:
    owner, officer = aliased(Person), aliased(User)
    return (
        select(
            Dossier.code, owner.full_name, ProcedureVersion.name, Agency.name, officer.full_name,
            Dossier.state, by,
        )
        .where(Dossier.id.in_(ids))
        .join(owner, owner.id == Dossier.owner_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
    )  # fmt: skip
