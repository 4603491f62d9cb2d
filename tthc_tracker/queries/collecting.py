"""Results: which wait to be collected and for how long, who collected what on a day, what units brought."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.collecting import BANDS, ready_before
from tthc_tracker.domain.handovers import CollectAuthority, Direction, HandoverAnswer
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, ReturnMethod, State
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Membership, Role, Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Collection, Handover
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.queries import listing, ordering
from tthc_tracker.queries.listing import EVERYTHING, Count, Filters
from tthc_tracker.queries.scoping import with_predecessors

POSTED, PORTAL, COLLECTED = "post", "portal", "desk"
WAYS = (POSTED, PORTAL, COLLECTED)
MINE = "toi"  # as a desk in an address: the reader's own
"""How a result is to reach its applicant, as an address names it."""

DAYS = (0, *BANDS)
"""From how many days of waiting a list shows a result."""


@dataclass(frozen=True)
class WaitingResult:
    """A result that nobody has collected; `reachable`: its applicant gave an address for mail.

    by_post, by_portal: he has asked for it by post, or online, so that it waits for the desk and not for him.
    """

    id: int
    code: str
    version: int
    owner: str  # masked
    procedure_code: str
    procedure: str
    agency_code: str
    agency: str
    since: dt.datetime
    result_kind: ResultKind | None
    result_number: str | None
    quantity: int | None
    by_post: bool
    by_portal: bool
    reachable: bool
    reminded_at: dt.datetime | None

    def days(self, today: dt.date) -> int:
        """Calendar days since the result was ready."""
        return (today - self.since.date()).days


@dataclass(frozen=True)
class Waits:
    """Which results: that have waited so many days or longer, that go one of WAYS ('': either), that lie at
    one of some desks, without what is below them (none: at any)."""

    days: int = 0
    way: str = ""
    desks: tuple[int, ...] = ()

    @classmethod
    def read(cls, question: Mapping[str, str], memberships: tuple[Membership, ...]) -> "Waits":
        """As an address asks for them; what is no such number, no such way, no such desk is not asked for."""
        days, way = question.get("tu", ""), question.get("cach", "")
        own = {held.agency_id for held in memberships if held.role is Role.CLERK}
        return cls(
            int(days) if days in {str(one) for one in DAYS} else 0,
            way if way in WAYS else "",
            tuple(sorted(own)) if question.get("quay") == MINE else (),
        )


@dataclass(frozen=True)
class WaitingPage:
    """One page, and where the next begins ('' on the last)."""

    rows: tuple[WaitingResult, ...]
    after: str


def _waits(
    session: Session, scope: Scope, which: Waits, now: dt.datetime, filters: Filters
) -> ColumnElement[bool]:
    """Results that wait at desks of the scope: the list is the returning desk's."""
    place: Any = Dossier.returning_agency_id
    desks = true() if scope.all else Dossier.returning_agency_id.in_(sorted(scope.agency_ids))
    narrowed = listing.conditions(session, filters, place)
    waits = and_(Dossier.state == State.FINISHED, desks, *narrowed)
    if which.desks:
        lie_at = {at for desk in which.desks for at in with_predecessors(session, desk)}
        waits = and_(waits, Dossier.returning_agency_id.in_(sorted(lie_at)))
    if which.way:
        waits = and_(waits, _ASKED_FOR[which.way])
    if which.days:
        ready = dt.datetime.combine(ready_before(which.days, now.date()), dt.time(), now.tzinfo)
        waits = and_(waits, Dossier.closed_at < ready)
    return waits


_ASKED_FOR: dict[str, ColumnElement[bool]] = {
    POSTED: Dossier.by_post.is_(True),
    PORTAL: Dossier.by_portal.is_(True),
    COLLECTED: and_(~Dossier.by_post, ~Dossier.by_portal),
}


def count(
    session: Session, scope: Scope, which: Waits, now: dt.datetime, filters: Filters = EVERYTHING
) -> Count:
    """How many such results wait."""
    return listing.count(session, select(Dossier.id).where(_waits(session, scope, which, now, filters)))


def page(
    session: Session,
    scope: Scope,
    which: Waits,
    now: dt.datetime,
    *,
    filters: Filters = EVERYTHING,
    sort: str = "",
    after: str = "",
    size: int = listing.PAGE,
) -> WaitingPage:
    """One page, the longest waiting first, or with the sort `-since` the shortest. Two queries."""
    order = ordering.order_of(sort, Dossier.closed_at, since=Dossier.closed_at)
    statement = _waiting().where(_waits(session, scope, which, now, filters), *order.beyond(after))
    statement = statement.order_by(*order.by())
    found = session.execute(statement.limit(size + 1)).all()
    reminded = last_reminded(session, [row.id for row in found[:size]])
    rows = tuple(_result(row, reminded.get(row.id)) for row in found[:size])
    return WaitingPage(rows, listing.encode_cursor(rows[-1].since, rows[-1].id) if len(found) > size else "")


def _waiting() -> Any:
    owner, applicant = aliased(Person), aliased(Person)
    return (
        select(
            Dossier.id, Dossier.code, Dossier.version, Dossier.closed_at, Dossier.result_kind,
            Dossier.result_number, Dossier.quantity, Dossier.by_post, Dossier.by_portal,
            owner.full_name.label("owner"),
            owner.kind.label("owner_kind"),
            applicant.email,
            Procedure.code.label("procedure_code"), ProcedureVersion.name.label("procedure"),
            Agency.code.label("agency_code"), Agency.name.label("agency"),
        )
        .join(owner, owner.id == Dossier.owner_id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.returning_agency_id)
    )  # fmt: skip


def last_reminded(session: Session, dossier_ids: list[int]) -> dict[int, dt.datetime]:
    """When the applicant of each was last reminded, by whomever; who never was has no entry."""
    last = (
        select(DossierEvent.dossier_id, func.max(DossierEvent.occurred_at))
        .where(DossierEvent.dossier_id.in_(dossier_ids), DossierEvent.kind == EventKind.REMINDED)
        .group_by(DossierEvent.dossier_id)
        .order_by(DossierEvent.dossier_id)
    )
    return dict(session.execute(last).all())


def _result(row: Any, reminded_at: dt.datetime | None) -> WaitingResult:
    return WaitingResult(
        id=row.id, code=row.code, version=row.version, owner=listed_name(row.owner, row.owner_kind),
        procedure_code=row.procedure_code, procedure=row.procedure, agency_code=row.agency_code,
        agency=row.agency, since=row.closed_at, result_kind=row.result_kind, result_number=row.result_number,
        quantity=row.quantity, by_post=row.by_post, by_portal=row.by_portal,
        reachable=bool(row.email), reminded_at=reminded_at,
    )  # fmt: skip


# --- what was collected


@dataclass(frozen=True)
class Collected:
    """A result that was collected, with the words for paper."""

    code: str
    procedure: str
    owner: str
    receiver: str
    phone: str
    result_kind: ResultKind | None
    result_number: str
    result_on: dt.date | None
    method: ReturnMethod
    authority: CollectAuthority
    paper_number: str
    paper_on: dt.date | None
    collected_at: dt.datetime
    given_by: str
    quantity: int | None = None


def collected_on(session: Session, agency_id: int, day: dt.date, like: dt.datetime) -> tuple[Collected, ...]:
    """What a desk gave out on a day, in the order of the hours. `like`: any moment, for its time zone."""
    start = dt.datetime.combine(day, dt.time(), like.tzinfo)
    within = and_(
        Collection.agency_id == agency_id,
        Collection.collected_at >= start,
        Collection.collected_at < start + dt.timedelta(days=1),
    )
    statement = _collected().where(within).order_by(Collection.collected_at, Collection.dossier_id)
    return tuple(_given(row) for row in session.execute(statement))


def collection_of(session: Session, dossier_id: int) -> Collected | None:
    """How the result of a dossier was collected; None when it was not, or before such things were kept."""
    row = session.execute(_collected().where(Collection.dossier_id == dossier_id)).one_or_none()
    return _given(row) if row is not None else None


@dataclass(frozen=True)
class Right:
    """By what right a result was collected, with the paper that was shown."""

    authority: CollectAuthority
    paper_number: str
    paper_on: dt.date | None


def right_of(session: Session, dossier_id: int) -> Right | None:
    """The right by which a result was collected; None for older ones and other systems'."""
    statement = select(Collection.authority, Collection.paper_number, Collection.paper_on)
    row = session.execute(statement.where(Collection.dossier_id == dossier_id)).one_or_none()
    return None if row is None else Right(*row)


def _collected() -> Any:
    owner, applicant, clerk = aliased(Person), aliased(Person), aliased(User)
    return (
        select(
            Collection, Dossier.code, Dossier.result_kind, Dossier.result_number, Dossier.result_on,
            Dossier.quantity, ProcedureVersion.name.label("procedure"), owner.full_name.label("owner"),
            applicant.phone, clerk.full_name.label("clerk"),
        )
        .join(Dossier, Dossier.id == Collection.dossier_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .outerjoin(clerk, clerk.id == Collection.given_by_id)
    )  # fmt: skip


def _given(row: Any) -> Collected:
    given: Collection = row.Collection
    own = given.authority is CollectAuthority.SELF
    return Collected(
        code=row.code, procedure=row.procedure, owner=row.owner, receiver=given.receiver,
        phone=(row.phone or "") if own else "", result_kind=row.result_kind,
        result_number=row.result_number or "", result_on=row.result_on, method=given.method,
        authority=given.authority, paper_number=given.paper_number, paper_on=given.paper_on,
        collected_at=given.collected_at, given_by=row.clerk or "",
        quantity=row.quantity,
    )  # fmt: skip


# --- what units brought to the desk


@dataclass(frozen=True)
class BroughtResult:
    """A result handed to a desk; `confirmed_at` None while the desk has not said that it is there."""

    unit: str
    code: str
    procedure: str
    owner: str
    address: str
    result_kind: ResultKind | None
    result_number: str
    result_on: dt.date | None
    fee_due: bool
    by_post: bool
    handed_at: dt.datetime
    handed_by: str
    confirmed_at: dt.datetime | None
    confirmed_by: str


def brought_on(
    session: Session, agency_id: int, day: dt.date, like: dt.datetime
) -> tuple[BroughtResult, ...]:
    """Results handed to a desk on a day and not refused by it, unit by unit in the order of the hours."""
    start = dt.datetime.combine(day, dt.time(), like.tzinfo)
    owner, giver, taker, source = aliased(Person), aliased(User), aliased(User), aliased(Agency)
    statement = (
        select(
            Handover, Dossier.code, Dossier.fee_due, Dossier.return_method, Dossier.by_post,
            ProcedureVersion.name.label("procedure"), owner.full_name.label("owner"), owner.address,
            func.coalesce(Unit.name, source.name).label("unit"), giver.full_name.label("giver"),
            taker.full_name.label("taker"),
        )
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(source, source.id == Handover.from_agency_id)
        .outerjoin(Unit, Unit.id == Handover.from_unit_id)
        .outerjoin(giver, giver.id == Handover.handed_by_id)
        .outerjoin(taker, taker.id == Handover.answered_by_id)
        .where(
            Handover.to_agency_id == agency_id,
            Handover.handed_at >= start,
            Handover.handed_at < start + dt.timedelta(days=1),
            Handover.direction == Direction.RESULT,
            Handover.answer.is_(None) | (Handover.answer == HandoverAnswer.CONFIRMED),
        )
        .order_by(Handover.from_agency_id, Handover.from_unit_id, Handover.handed_at, Handover.id)
    )  # fmt: skip
    return tuple(_brought(row) for row in session.execute(statement))


def _brought(row: Any) -> BroughtResult:
    one: Handover = row.Handover
    return BroughtResult(
        unit=row.unit, code=row.code, procedure=row.procedure, owner=row.owner, address=row.address or "",
        result_kind=one.result_kind, result_number=one.result_number or "", result_on=one.result_on,
        fee_due=bool(row.fee_due), by_post=row.by_post or row.return_method is ReturnMethod.POST,
        handed_at=one.handed_at, handed_by=row.giver or "", confirmed_at=one.answered_at,
        confirmed_by=(row.taker or "") if one.answer else "",
    )  # fmt: skip
