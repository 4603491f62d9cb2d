"""A desk's book of a year (sổ theo dõi hồ sơ): its lines by number, in short reads."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.lifecycle import FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.domain.permissions import Membership, Permission
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.base import Moment
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Collection
from tthc_tracker.models.person import Person
from tthc_tracker.models.printing import RegisterLine
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries.reception import Desk, agencies_on

FORM = "register_book"


@dataclass(frozen=True)
class BookLine:
    """One dossier in the book."""

    number: int
    code: str
    procedure: str
    sets: int
    owner: str
    address: str
    phone: str
    resolving: str
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    returned_at: dt.datetime | None
    method: ReturnMethod | None
    given_by: str
    receiver: str
    clerk: str
    state: State
    result_kind: ResultKind | None
    finish_class: FinishClass | None
    quantity: int | None = None
    by_post: bool = False
    by_portal: bool = False


def desks_of(session: Session, memberships: tuple[Membership, ...], day: dt.date) -> list[Desk]:
    """The agencies whose book somebody may print: those where he himself works."""
    ids = [one.agency_id for one in memberships if Permission.PRINT_REGISTER in one.permissions]
    working = {agency.id: agency for agency in agencies_on(session, day)}
    return [working[agency_id] for agency_id in dict.fromkeys(ids) if agency_id in working]


def year_of(year: int, zone: dt.tzinfo | None) -> tuple[dt.datetime, dt.datetime]:
    """From the first moment of a year until that of the next."""
    return dt.datetime(year, 1, 1, tzinfo=zone), dt.datetime(year + 1, 1, 1, tzinfo=zone)


def count(session: Session, agency_id: int, year: int, zone: dt.tzinfo | None) -> int:
    """How many dossiers a desk accepted in a year: as many lines as its book has or will have."""
    start, end = year_of(year, zone)
    values = {"agency_id": agency_id, "start": start, "end": end}
    return session.execute(_count(), values).scalar_one()


@cache
def _count() -> Select[int]:
    return (
        select(func.count())
        .select_from(Dossier)
        .where(
            Dossier.receiving_agency_id == bindparam("agency_id"),
            Dossier.accepted_at >= bindparam("start", type_=Moment()),
            Dossier.accepted_at < bindparam("end", type_=Moment()),
        )
    )


def lines(session: Session, agency_id: int, year: int, *, after: int, most: int) -> list[BookLine]:
    """The lines that follow a number, as the dossiers stand now."""
    values = {"agency_id": agency_id, "year": year, "after": after, "most": most}
    return [BookLine(*row) for row in session.execute(_lines(), values)]


@cache
def _lines() -> Select[*tuple[Any, ...]]:
    owner, clerk, giver = aliased(Person), aliased(User), aliased(User)
    return (
        select(
            RegisterLine.number, Dossier.code, ProcedureVersion.name, Dossier.sets, owner.full_name,
            func.coalesce(owner.address, ""), func.coalesce(owner.phone, ""), Agency.name,
            Dossier.accepted_at, Dossier.current_due_at, Dossier.returned_at, Dossier.return_method,
            func.coalesce(giver.full_name, ""), func.coalesce(Dossier.returned_to, ""),
            func.coalesce(clerk.full_name, ""), Dossier.state, Dossier.result_kind, Dossier.finish_class,
            Dossier.quantity, Dossier.by_post, Dossier.by_portal,
        )
        .join(Dossier, Dossier.id == RegisterLine.dossier_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(clerk, clerk.id == Dossier.received_by_id)
        .outerjoin(Collection, Collection.dossier_id == Dossier.id)
        .outerjoin(giver, giver.id == Collection.given_by_id)
        .where(
            RegisterLine.agency_id == bindparam("agency_id"),
            RegisterLine.year == bindparam("year"),
            RegisterLine.number > bindparam("after"),
        )
        .order_by(RegisterLine.number)
        .limit(bindparam("most", type_=Integer()))  # untyped it cannot be written as a number
    )  # fmt: skip


def last_number(session: Session, agency_id: int, year: int) -> int:
    """The last number that was given in a book; 0 before the first."""
    last = select(func.max(RegisterLine.number)).where(
        RegisterLine.agency_id == agency_id, RegisterLine.year == year
    )
    return session.execute(last).scalar_one() or 0
