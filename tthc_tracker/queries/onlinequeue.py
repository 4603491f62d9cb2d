"""The online queue: what was submitted online or by post and waits for the desk's answer, or its applicant's.

It goes by the receiving desk (docs/law.md, statistics). What the desk has marked as answered in its source
stands apart until that source's next file.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import WAITING, Channel, SourceKind, State
from tthc_tracker.domain.milestones import RECEPTION_REMINDER
from tthc_tracker.domain.onlinequeue import Part, Urgency
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.base import Moment
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.models.reception import SourceMark, SupplementRequest
from tthc_tracker.queries import listing, ordering
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.listing import Filters, Page
from tthc_tracker.queries.scoping import received_within


@dataclass(frozen=True)
class Row:
    """A line of the queue. minutes: working time left, or since the deadline when late; None: not known."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency: str
    channel: Channel
    state: State
    started_at: dt.datetime | None  # submitted, or brought by post
    due_at: dt.datetime | None
    urgency: Urgency
    minutes: int | None
    round: int
    reply_by: dt.date | None
    source: str
    mirrored: bool
    source_as_of: dt.datetime | None
    marked_at: dt.datetime | None
    key: Any  # what the list is sorted by


_DESK: Any = Dossier.receiving_agency_id
# A mirrored dossier whose clock nobody could count stands where it became known.
_KEY = func.coalesce(Dossier.reception_due_at, Dossier.recorded_at)
_STARTED = func.coalesce(Dossier.arrived_at, Dossier.submitted_at, Dossier.recorded_at)


def _marked() -> ColumnElement[bool]:
    """Marked since its source's last file."""
    return exists().where(
        SourceMark.dossier_id == Dossier.id,
        or_(Dossier.source_as_of.is_(None), SourceMark.marked_at > Dossier.source_as_of),
    )


def _waiting(scope: Scope) -> ColumnElement[bool]:
    return and_(Dossier.accepted_at.is_(None), Dossier.closed_at.is_(None), received_within(scope))


def _late(now: Any) -> ColumnElement[bool]:
    return and_(Dossier.reception_late_from <= now, Dossier.reception_due_at <= now)


def _soon(session: Session, scope: Scope, now: dt.datetime) -> ColumnElement[bool]:
    """Not late, and due within 2 working hours by the calendar of its own desk."""
    desks = select(Dossier.receiving_agency_id).where(_waiting(scope)).distinct()
    by_horizon: dict[dt.datetime, list[int]] = defaultdict(list)
    for agency_id in session.execute(desks.order_by(Dossier.receiving_agency_id)).scalars():
        horizon = _horizon(work_calendar(session, agency_id), now)
        if horizon is not None:
            by_horizon[horizon].append(agency_id)
    near = [
        and_(Dossier.receiving_agency_id.in_(ids), Dossier.reception_due_at <= horizon)
        for horizon, ids in by_horizon.items()
    ]
    return and_(Dossier.reception_late_from > now, or_(false(), *near))


def _horizon(calendar: WorkCalendar, now: dt.datetime) -> dt.datetime | None:
    try:
        return calendar.add(now, RECEPTION_REMINDER)
    except CalendarHorizonError:
        return None


def _part(session: Session, part: Part, scope: Scope, now: dt.datetime) -> ColumnElement[bool]:
    registered = Dossier.state == State.REGISTERED
    match part:
        case Part.APPLICANT:
            return Dossier.state.in_(sorted(WAITING))
        case Part.MARKED:
            return and_(registered, _marked())
        case Part.LATE:
            return and_(registered, ~_marked(), _late(now))
        case Part.SOON:
            return and_(registered, ~_marked(), _soon(session, scope, now))
        case Part.UNANSWERED:
            return and_(registered, ~_marked())


def counts(session: Session, filters: Filters, scope: Scope, now: dt.datetime) -> dict[Part, int]:
    """How many stand in each part, filtered alike. One query."""
    chosen = and_(_waiting(scope), *listing.conditions(session, filters, _DESK))
    columns = [func.count(case((_part(session, part, scope, now), 1))) for part in Part]
    return dict(zip(Part, session.execute(select(*columns).where(chosen)).one(), strict=True))


def unanswered(session: Session, scope: Scope, now: dt.datetime) -> tuple[int, int]:
    """How many wait for the desk's answer, and how many of them are late: for the menu. One query."""
    values = {"now": now} if scope.all else {"now": now, "desks": sorted(scope.agency_ids)}
    number, late = session.execute(_unanswered(everywhere=scope.all), values).one()
    return number, late


@cache
def _unanswered(*, everywhere: bool) -> Select[*tuple[Any, ...]]:
    """Put together once: every page of a clerk asks it."""
    late = _late(bindparam("now", type_=Moment()))
    waiting = (
        Dossier.accepted_at.is_(None), Dossier.closed_at.is_(None), Dossier.state == State.REGISTERED,
        ~_marked(), true() if everywhere else _DESK.in_(bindparam("desks", expanding=True)),
    )  # fmt: skip
    return select(func.count(), func.count(case((late, 1)))).where(*waiting)


def page(
    session: Session,
    part: Part,
    filters: Filters,
    scope: Scope,
    now: dt.datetime,
    *,
    sort: str = "",
    after: str = "",
    size: int = listing.PAGE,
) -> Page[Row]:
    """One page, the oldest deadline first. Three queries, and each desk's calendar once.

    sort: `due`, `received` or `code`, each also with a minus before it.
    """
    order = ordering.order_of(sort, _KEY, due=_KEY, received=_STARTED, code=ordering.BY_CODE)
    ids = (
        select(Dossier.id)
        .where(_waiting(scope), _part(session, part, scope, now))
        .where(*listing.conditions(session, filters, _DESK), *order.beyond(after))
        .order_by(*order.by())
        .limit(size + 1)
    )
    listed = session.execute(ids).scalars().all()
    more, listed = len(listed) > size, listed[:size]
    details = _details().add_columns(order.key.label("key")).order_by(*order.by())
    found = session.execute(details, {"ids": listed}) if listed else ()
    rows = tuple(_row(session, row, now) for row in found)
    return Page(rows, listing.encode_cursor(rows[-1].key, rows[-1].id) if more else "")


@cache
def _details() -> Select[*tuple[Any, ...]]:
    """What a line shows, of the dossiers `ids`."""
    owner = aliased(Person)
    asked = (
        select(func.max(SupplementRequest.reply_by))
        .where(SupplementRequest.dossier_id == Dossier.id, SupplementRequest.round == Dossier.reception_round)
        .scalar_subquery()
    )
    return (
        select(
            Dossier, Procedure.code.label("procedure_code"),
            ProcedureVersion.name.label("procedure"), owner.full_name.label("owner"),
            owner.kind.label("owner_kind"),
            Agency.name.label("agency"), Source.name.label("source"), Source.kind.label("source_kind"),
            asked.label("reply_by"), SourceMark.marked_at, told_at().label("told_at"),
        )
        .where(Dossier.id.in_(bindparam("ids", expanding=True)))
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .join(Source, Source.id == Dossier.source_id)
        .outerjoin(SourceMark, SourceMark.dossier_id == Dossier.id)
    )  # fmt: skip


def _row(session: Session, row: Any, now: dt.datetime) -> Row:
    dossier: Dossier = row.Dossier
    urgency, minutes = clock(work_calendar(session, dossier.receiving_agency_id), dossier, now)
    as_of = dossier.source_as_of
    return Row(
        id=dossier.id, code=dossier.code, version=dossier.version, procedure_code=row.procedure_code,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind),
        agency=row.agency, channel=dossier.channel,
        state=dossier.state, started_at=dossier.arrived_at or dossier.submitted_at,
        due_at=dossier.reception_due_at, urgency=urgency, minutes=minutes, round=dossier.reception_round,
        reply_by=row.reply_by, source=row.source, mirrored=row.source_kind == SourceKind.MIRROR,
        source_as_of=row.told_at,
        marked_at=row.marked_at if row.marked_at and (as_of is None or row.marked_at > as_of) else None,
        key=row.key,
    )  # fmt: skip


def clock(calendar: WorkCalendar, dossier: Dossier, now: dt.datetime) -> tuple[Urgency, int | None]:
    """How the reception clock stands, and the working minutes left or, when late, since the deadline."""
    due, late_from = dossier.reception_due_at, dossier.reception_late_from
    if due is None or late_from is None:
        return Urgency.NO_CLOCK, None
    late = late_from <= now
    try:
        minutes = calendar.working_minutes_between(min(due, now), max(due, now))
    except CalendarHorizonError:
        return (Urgency.LATE if late else Urgency.IN_TIME), None
    if late:
        return Urgency.LATE, minutes
    soon = now >= due or minutes <= RECEPTION_REMINDER
    return (Urgency.SOON if soon else Urgency.IN_TIME), (minutes if now < due else 0)


# --- the page of an answer


@dataclass(frozen=True)
class Asked:
    """A supplement request as it was made."""

    seq: int
    asked_at: dt.datetime
    papers: tuple[str, ...]
    content: str
    reason: str
    basis: str
    reply_by: dt.date
    again_because: str


def requests(session: Session, dossier_id: int) -> list[Asked]:
    """Every supplement request, the latest first."""
    statement = select(SupplementRequest).where(SupplementRequest.dossier_id == dossier_id)
    return [
        Asked(
            row.seq, row.asked_at, tuple(str(paper["name"]) for paper in row.papers), row.content,
            row.reason, row.basis, row.reply_by, row.again_because,
        )
        for row in session.execute(statement.order_by(SupplementRequest.seq.desc())).scalars()
    ]  # fmt: skip


@dataclass(frozen=True)
class AtSource:
    """Where a mirrored dossier is answered, and since when the desk says that it has been."""

    url: str
    marked_at: dt.datetime | None


def at_source(session: Session, dossier: Dossier) -> AtSource:
    """The address of its source, and the mark that no file has overtaken yet."""
    url = session.get_one(Source, dossier.source_id).url
    mark, as_of = session.get(SourceMark, dossier.id), dossier.source_as_of
    fresh = mark is not None and (as_of is None or mark.marked_at > as_of)
    return AtSource(url, mark.marked_at if mark is not None and fresh else None)
