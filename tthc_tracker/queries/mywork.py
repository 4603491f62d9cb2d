"""What one person has to do: his own dossiers by due date, what he is to confirm, what lies at his desk.

One query a tab, by the index of the officer, of the desk or of open hand-overs; one query for the counts of
each of the three.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc_tracker.domain.handovers import Direction
from tthc_tracker.domain.lifecycle import AT_WORK
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.domain.standing import Standing
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.base import Moment
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries import listing, ordering
from tthc_tracker.queries.dossiers import standing_of
from tthc_tracker.queries.listing import EVERYTHING, Filters

FAR = dt.datetime(2400, 1, 1, tzinfo=dt.UTC)  # where dossiers without a due date stand in the order


class Tab(StrEnum):
    """Which of the lists; the value stands in the address."""

    TODAY = "hom-nay"
    WEEK = "tuan-nay"
    PAUSED = "tam-dung"
    ALL = "tat-ca"
    TO_CONFIRM = "cho-nhan"
    SENT = "cho-noi-nhan"
    AT_DESK = "o-mot-cua"
    UNASSIGNED = "chua-phan-cong"


OWN = (Tab.TODAY, Tab.WEEK, Tab.PAUSED, Tab.ALL)
HANDED = (Tab.TO_CONFIRM, Tab.SENT)
_HEADS = frozenset({Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY})


@dataclass(frozen=True)
class Worker:
    """Whose work it is."""

    user_id: int
    memberships: tuple[Membership, ...]

    def desks(self) -> list[int]:
        """The agencies at whose desk this person sits."""
        return sorted({held.agency_id for held in self.memberships if held.role is Role.CLERK})

    def headed(self) -> list[int]:
        """The agencies where this person, as a head, says who is in charge of what."""
        return sorted({held.agency_id for held in self.memberships if held.role in _HEADS})

    def desk_units(self) -> list[int]:
        """The units that are desks: those of this person as a clerk."""
        units = {held.unit_id for held in self.memberships if held.role is Role.CLERK}
        return sorted(unit for unit in units if unit is not None)


@dataclass(frozen=True)
class WorkLine:
    """A line of a list. `handed_*` of the hand-over that nobody has answered, where there is one."""

    id: int
    code: str
    version: int
    owner: str  # masked
    procedure: str
    agency: str
    unit: str | None
    officer: str | None
    standing: Standing
    due_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    handover_due_at: dt.datetime | None
    handover_confirmed_at: dt.datetime | None
    direction: Direction | None
    handed_at: dt.datetime | None
    handed_by: str | None
    note: str | None
    accepted_at: dt.datetime | None
    quantity: int | None
    key: Any  # what the list is sorted by

    def late_to_hand_over(self, now: dt.datetime) -> bool:
        """Whether its hand-over clock has run out unconfirmed."""
        return (
            self.handover_due_at is not None
            and self.handover_confirmed_at is None
            and self.handover_due_at < now
        )


@dataclass(frozen=True)
class WorkPage:
    """One page, and where the next begins ('' on the last)."""

    rows: tuple[WorkLine, ...]
    after: str


def tab_of(text: str, worker: Worker) -> Tab:
    """The tab of an address; without one, a desk begins with what lies at it."""
    if text in set(Tab):
        return Tab(text)
    return Tab.AT_DESK if worker.desks() else Tab.TODAY


def page(
    session: Session,
    tab: Tab,
    worker: Worker,
    now: dt.datetime,
    *,
    filters: Filters = EVERYTHING,
    sort: str = "",
    after: str = "",
    size: int = listing.PAGE,
) -> WorkPage:
    """One page of a tab, the most urgent (of a hand-over: the longest waiting) first. One query.

    sort: `due`, `handed` (of hand-overs), `received` or `code`, each also with a minus before it.
    """
    orders = {"due": _due(tab), "received": _RECEIVED, "code": ordering.BY_CODE}
    if tab in HANDED:
        orders["handed"] = Handover.handed_at
    order = ordering.order_of(sort, _key(tab), **orders)
    narrowed = listing.conditions(session, filters, _RESOLVING)
    statement = _lines(order.key).where(_belongs(tab, worker, now), *narrowed, *order.beyond(after))
    found = session.execute(statement.order_by(*order.by()).limit(size + 1)).all()
    rows = tuple(_line(row, now) for row in found[:size])
    return WorkPage(rows, listing.encode_cursor(rows[-1].key, rows[-1].id) if len(found) > size else "")


def counts(
    session: Session, worker: Worker, now: dt.datetime, filters: Filters = EVERYTHING
) -> dict[Tab, int]:
    """How many rows each tab has; two queries, one more for who sits at a desk, one for who heads."""
    narrowed = listing.conditions(session, filters, _RESOLVING)
    own = select(*(_how_many(tab, worker, now) for tab in OWN)).where(_mine(worker), *narrowed)
    handed = select(*(_how_many(tab, worker, now) for tab in HANDED)).select_from(Handover)
    handed = handed.join(Dossier, Dossier.id == Handover.dossier_id).where(
        Handover.answered_at.is_(None), or_(*(_belongs(tab, worker, now) for tab in HANDED)), *narrowed
    )
    found = dict(zip(OWN, session.execute(own).one(), strict=True))
    found |= dict(zip(HANDED, session.execute(handed).one(), strict=True))
    for tab, answers in ((Tab.AT_DESK, worker.desks()), (Tab.UNASSIGNED, worker.headed())):
        if answers:
            there = _belongs(tab, worker, now)
            number = select(func.count()).select_from(Dossier).where(there, *narrowed)
            found[tab] = session.execute(number).scalar_one()
    return found


def _how_many(tab: Tab, worker: Worker, now: dt.datetime) -> Any:
    return func.count().filter(_belongs(tab, worker, now))


# --- what belongs on which list


_RESOLVING: Any = Dossier.resolving_agency_id
_RECEIVED = func.coalesce(Dossier.accepted_at, Dossier.recorded_at)


def _key(tab: Tab) -> Any:
    return Handover.handed_at if tab in HANDED else _due(tab)


def _due(tab: Tab) -> Any:
    if tab in {Tab.TODAY, Tab.WEEK}:
        return Dossier.overdue_from
    return func.coalesce(Dossier.overdue_from, literal(FAR, Moment))


def _belongs(tab: Tab, worker: Worker, now: dt.datetime) -> ColumnElement[bool]:
    # A day limit turns overdue at the midnight after its date: "today" ends with that midnight.
    tomorrow = _midnight(now, 1)
    rules: dict[Tab, Callable[[], ColumnElement[bool]]] = {
        Tab.TODAY: lambda: and_(_running(worker), Dossier.overdue_from <= tomorrow),
        Tab.WEEK: lambda: and_(
            _running(worker),
            Dossier.overdue_from > tomorrow,
            Dossier.overdue_from <= _midnight(now, 7 - now.weekday()),
        ),
        Tab.PAUSED: lambda: and_(_mine(worker), Dossier.paused_since.is_not(None)),
        Tab.ALL: lambda: _mine(worker),
        Tab.TO_CONFIRM: lambda: and_(
            Handover.answered_at.is_(None),
            Handover.handed_by_id.is_distinct_from(worker.user_id),
            _at_places(worker, Handover.to_agency_id, Handover.to_unit_id),
        ),
        Tab.SENT: lambda: and_(
            Handover.answered_at.is_(None),
            or_(
                Handover.handed_by_id == worker.user_id,
                _at_places(worker, Handover.from_agency_id, Handover.from_unit_id),
            ),
        ),
        Tab.AT_DESK: lambda: and_(
            _open(),
            Dossier.receiving_agency_id.in_(worker.desks()),
            or_(Dossier.holding_unit_id.is_(None), Dossier.holding_unit_id.in_(worker.desk_units())),
            Dossier.officer_id.is_(None),
            Dossier.state.in_(AT_WORK),
            ~_on_its_way(),
            or_(Dossier.handover_due_at.is_(None), Dossier.handover_confirmed_at.is_(None)),
        ),
        Tab.UNASSIGNED: lambda: and_(
            _open(), Dossier.resolving_agency_id.in_(worker.headed()), Dossier.officer_id.is_(None)
        ),
    }
    return rules[tab]()


def _on_its_way() -> ColumnElement[bool]:
    open_one = aliased(Handover)
    found = select(open_one.id).where(open_one.dossier_id == Dossier.id, open_one.answered_at.is_(None))
    return found.correlate(Dossier).exists()


def _midnight(now: dt.datetime, days: int) -> dt.datetime:
    return dt.datetime.combine(now.date(), dt.time(), now.tzinfo) + dt.timedelta(days=days)


def _open() -> ColumnElement[bool]:
    return and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None))


def _mine(worker: Worker) -> ColumnElement[bool]:
    return and_(_open(), Dossier.officer_id == worker.user_id)


def _running(worker: Worker) -> ColumnElement[bool]:
    return and_(_mine(worker), Dossier.paused_since.is_(None))


def _at_places(
    worker: Worker, agency: InstrumentedAttribute[int], unit: InstrumentedAttribute[int | None]
) -> ColumnElement[bool]:
    """The places this person answers for, as `domain.handovers.answers_for` says."""
    places: list[ColumnElement[bool]] = []
    for held in worker.memberships:
        if held.role is Role.HEAD_OF_AGENCY or (held.role in _OF_UNITS and held.unit_id is None):
            places.append(agency == held.agency_id)
        elif held.role is Role.CLERK:
            places.append(and_(agency == held.agency_id, unit.is_(None)))
        if held.unit_id is not None and held.role in _WORKING:
            places.append(and_(agency == held.agency_id, unit == held.unit_id))
    return or_(false(), *places)


_OF_UNITS = frozenset({Role.OFFICER, Role.HEAD_OF_UNIT})
_WORKING = _OF_UNITS | {Role.CLERK, Role.HEAD_OF_AGENCY}


# --- rows


def _lines(key: Any) -> Select[Any]:
    owner, officer, giver = aliased(Person), aliased(User), aliased(User)
    return (
        select(
            Dossier, key.label("key"), owner.full_name.label("owner"), owner.kind.label("owner_kind"),
            ProcedureVersion.name.label("procedure"),
            Agency.name.label("agency"), Unit.name.label("unit"), officer.full_name.label("officer"),
            Handover.direction, Handover.handed_at, Handover.note, giver.full_name.label("handed_by"),
        )
        .join(owner, owner.id == Dossier.owner_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .outerjoin(Handover, and_(Handover.dossier_id == Dossier.id, Handover.answered_at.is_(None)))
        .outerjoin(giver, giver.id == Handover.handed_by_id)
    )  # fmt: skip


def _line(row: Any, now: dt.datetime) -> WorkLine:
    dossier: Dossier = row.Dossier
    return WorkLine(
        id=dossier.id, code=dossier.code, version=dossier.version,
        owner=listed_name(row.owner, row.owner_kind), procedure=row.procedure,
        agency=row.agency, unit=row.unit, officer=row.officer, standing=standing_of(dossier, now),
        due_at=dossier.current_due_at, lawful_due_at=dossier.due_at, handover_due_at=dossier.handover_due_at,
        handover_confirmed_at=dossier.handover_confirmed_at, direction=row.direction, handed_at=row.handed_at,
        handed_by=row.handed_by, note=row.note, accepted_at=dossier.accepted_at,
        quantity=dossier.quantity, key=row.key,
    )  # fmt: skip
