"""The lists of a desk's day, dossier by dossier: what the closing sheet counts, as lists that people keep."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, union_all
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.dayclosing import Mismatch
from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.people import listed_name
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.queries import daychecks, dayclosing, listing, ordering, worklists
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.deskdays import DeskDay
from tthc_tracker.queries.listing import Count, Filters, Page


class DayList(StrEnum):
    """Which of the lists. WAITING lies at the desk still, from whatever day; the others are of the day."""

    PROMISED = "day_promised"
    RECEIVED = "day_received"
    WAITING = "day_waiting"
    HANDED = "day_handed"
    FEES = "day_fees"
    FAULTS = "day_faults"


@dataclass(frozen=True)
class Row:
    """A dossier of a desk's day.

    hand_over_by: when it must be handed over, of what lies at the desk still; None where that is not known.
    handed_at, handed_to, confirmed_at: its latest hand-over by this desk on that day.
    """

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency: str
    holder: str
    channel: Channel
    state: State
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    quantity: int | None
    hand_over_by: dt.datetime | None
    handed_at: dt.datetime | None
    handed_to: str
    confirmed_at: dt.datetime | None
    fee_state: str
    fee_method: str
    fee: int | None
    faults: tuple[Mismatch, ...]
    key: Any  # what the list is sorted by


def _chosen(session: Session, which: DayList, at: DeskDay) -> ColumnElement[bool]:
    desk, zone = at.desk.id, at.now.tzinfo
    accepted = daychecks.accepted_on(desk, at.day, zone)
    match which:
        case DayList.PROMISED:
            return worklists.promised_on(session, desk, at.day, zone)
        case DayList.RECEIVED:
            return and_(accepted, Dossier.state != State.CANCELLED)
        case DayList.WAITING:
            _, end = dayclosing.day_of(at.day, zone)
            return dayclosing.lies_at(session, desk, end)
        case DayList.HANDED:
            return Dossier.id.in_(select(Handover.dossier_id).where(dayclosing.given_by(desk, at.day, zone)))
        case DayList.FEES:
            return and_(accepted, Dossier.fee_state != "none", Dossier.state != State.CANCELLED)
        case DayList.FAULTS:
            # Each by its own index: one condition with an "or" would read the whole register.
            wrong = [_dossiers().correlate(None).where(one) for one in _faults(session, at).values()]
            return Dossier.id.in_(union_all(*wrong))


def _faults(session: Session, at: DeskDay) -> dict[Mismatch, ColumnElement[bool]]:
    """What may be wrong, each as a condition on `_dossiers`."""
    desk, zone = at.desk.id, at.now.tzinfo
    _, end = dayclosing.day_of(at.day, zone)
    late = and_(
        dayclosing.lies_at(session, desk, end),
        Dossier.resolving_agency_id != desk,
        Dossier.handover_due_at < at.now,
    )
    return {Mismatch.NOT_HANDED_OVER: late} | daychecks.mismatches(desk, at.day, zone)


def _dossiers() -> Select[int]:
    return (
        select(Dossier.id)
        .join(Source, Source.id == Dossier.source_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
    )


def _ids(session: Session, which: DayList, at: DeskDay, filters: Filters) -> Select[int]:
    desk: Any = Dossier.receiving_agency_id
    narrowed = listing.conditions(session, filters, desk)
    return _dossiers().where(_chosen(session, which, at), *narrowed)


def count(session: Session, which: DayList, at: DeskDay, filters: Filters = listing.EVERYTHING) -> Count:
    """How many dossiers a list has."""
    return listing.count(session, _ids(session, which, at, filters))


def page(
    session: Session,
    which: DayList,
    at: DeskDay,
    filters: Filters = listing.EVERYTHING,
    *,
    sort: str = "",
    after: str = "",
    size: int = listing.PAGE,
) -> Page[Row]:
    """One page in the order of acceptance, or by code (`code`), either also with a minus before it."""
    order = ordering.order_of(sort, Dossier.accepted_at, received=Dossier.accepted_at, code=ordering.BY_CODE)
    ids = _ids(session, which, at, filters).where(*order.beyond(after)).order_by(*order.by()).limit(size + 1)
    listed = session.execute(ids).scalars().all()
    more, listed = len(listed) > size, listed[:size]
    faults = _faults(session, at) if which is DayList.FAULTS else {}
    details = _details(at, faults).add_columns(order.key.label("key")).order_by(*order.by())
    calendar = work_calendar(session, at.desk.id) if which is DayList.WAITING else None
    found = session.execute(details, {"ids": listed}).all() if listed else []
    rows = tuple(
        _row(row, tuple(faults), dayclosing.due_by(row.Dossier, calendar) if calendar else None)
        for row in found
    )
    return Page(rows, listing.encode_cursor(rows[-1].key, rows[-1].id) if more else "")


def _details(at: DeskDay, faults: dict[Mismatch, ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """What a line shows, of the dossiers `ids`."""
    owner, officer, holding, given_to, taker = (
        aliased(Person), aliased(User), aliased(Unit), aliased(Unit), aliased(Agency),
    )  # fmt: skip
    ids: Any = bindparam("ids", expanding=True)
    latest = (
        select(func.max(Handover.id))
        .where(dayclosing.given_by(at.desk.id, at.day, at.now.tzinfo), Handover.dossier_id.in_(ids))
        .group_by(Handover.dossier_id)
    )
    return (
        select(
            Dossier, Procedure.code.label("procedure_code"), ProcedureVersion.name.label("procedure"),
            owner.full_name.label("owner"), owner.kind.label("owner_kind"), Agency.name.label("agency"),
            holding.name.label("unit"), officer.full_name.label("officer"),
            Handover.handed_at, Handover.answered_at, given_to.name.label("to_unit"),
            taker.name.label("to_agency"), *(one.label(what.value) for what, one in faults.items()),
        )
        .where(Dossier.id.in_(ids))
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Source, Source.id == Dossier.source_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(holding, holding.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .outerjoin(Handover, and_(Handover.dossier_id == Dossier.id, Handover.id.in_(latest)))
        .outerjoin(given_to, given_to.id == Handover.to_unit_id)
        .outerjoin(taker, taker.id == Handover.to_agency_id)
    )  # fmt: skip


def _row(row: Any, faults: tuple[Mismatch, ...], hand_over_by: dt.datetime | None) -> Row:
    one: Dossier = row.Dossier
    assert one.accepted_at is not None
    return Row(
        id=one.id, code=one.code, version=one.version, procedure_code=row.procedure_code,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind), agency=row.agency,
        holder=row.officer or row.unit or "", channel=one.channel, state=one.state,
        accepted_at=one.accepted_at, due_at=one.current_due_at, lawful_due_at=one.due_at,
        quantity=one.quantity,
        hand_over_by=hand_over_by, handed_at=row.handed_at,
        handed_to=row.to_unit or row.to_agency or "", confirmed_at=row.answered_at,
        fee_state=one.fee_state, fee_method=one.fee_method or "", fee=one.fee_due,
        faults=tuple(what for what in faults if getattr(row, what.value)), key=row.key,
    )  # fmt: skip
