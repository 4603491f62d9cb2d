"""The supervisor's lists: overdue, received late, due soon, late but re-appointed. Worst first."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, select, tuple_, union, union_all
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.lifecycle import Channel, SourceKind
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.alert import Alert, AlertSnooze, SourceDispute
from tthc_tracker.models.base import BigId, Moment
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Sector
from tthc_tracker.queries import listing, names, underway
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.apologies import without_apology
from tthc_tracker.queries.calendars import worked_since
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.listing import Count, Filters, Page
from tthc_tracker.queries.names import Called
from tthc_tracker.queries.scoping import visible, ways_in
from tthc_tracker.queries.urging import times_urged

# A dossier is "due soon" for at most three working days; no run of days off is nearly as long as this.
DUE_SOON_HORIZON = dt.timedelta(days=45)


class Listing(StrEnum):
    """Which of the lists. REAPPOINTED: late on the lawful date, not yet on the second."""

    OVERDUE = "overdue"
    LATE_RECEPTION = "late_reception"
    DUE_SOON = "due_soon"
    REAPPOINTED = "reappointed"


class Row(NamedTuple):
    """A line of a list. `due_at` is the date that was promised, `since` when it is missed from."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    started_at: dt.datetime
    due_at: dt.datetime
    since: dt.datetime
    held_since: dt.datetime | None
    source: str
    mirrored: bool
    source_as_of: dt.datetime | None
    alert: str | None  # open|acknowledged, None when no alert stands
    alert_rule: Rule | None
    unseen_since: dt.datetime | None = None  # missing from the full list of its source of then
    lawful_due_at: dt.datetime | None = None  # what statistics go by, where `due_at` may be a second date
    minutes_late: int | None = None  # working minutes, of a late reception whose calendar is known
    urged: int = 0  # how often its holder was reminded of it, by word or by letter

    def days_late(self, today: dt.date) -> int:
        """Calendar days from the due date to `today`; negative before it."""
        return (today - self.due_at.date()).days


def _deadline(which: Listing) -> Any:
    return Dossier.reception_due_at if which is Listing.LATE_RECEPTION else Dossier.overdue_from


def _promise(which: Listing) -> Any:
    return Dossier.reception_due_at if which is Listing.LATE_RECEPTION else Dossier.current_due_at


def _organisation(which: Listing) -> Any:
    # Lists of reception go by the desk, the others by the resolving agency (docs/law.md).
    return Dossier.receiving_agency_id if which is Listing.LATE_RECEPTION else Dossier.resolving_agency_id


def _standing(which: Listing) -> ColumnElement[bool]:
    """That a dossier belongs to a list at the moment `now`; nothing due after `horizon` can be due soon."""
    now = bindparam("now", type_=Moment())
    running = and_(
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None)
    )
    match which:
        case Listing.OVERDUE:
            return and_(running, Dossier.overdue_from <= now)
        case Listing.DUE_SOON:
            horizon = bindparam("horizon", type_=Moment())
            ahead = and_(Dossier.overdue_from > now, Dossier.overdue_from < horizon)
            return and_(running, ahead, Dossier.due_soon_from <= now)
        case Listing.REAPPOINTED:
            second = and_(Dossier.reappointed_at.is_not(None), Dossier.overdue_from > now)
            return and_(running, second, Dossier.late_from <= now)
        case Listing.LATE_RECEPTION:
            waiting = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_(None))
            unanswered = Dossier.reception_answered_at.is_(None)
            late = and_(Dossier.reception_due_at <= now, Dossier.reception_late_from <= now)
            return and_(waiting, unanswered, late)


@dataclass(frozen=True)
class _Question:
    """All that decides how a list is asked for; what it decides is put together once (decision 0014)."""

    which: Listing
    filters: Filters
    scope: Scope
    agencies: frozenset[int]  # that the filter for one means
    zone: dt.tzinfo | None

    @classmethod
    def of(
        cls, session: Session, which: Listing, filters: Filters, scope: Scope, now: dt.datetime
    ) -> "_Question":
        return cls(which, filters, scope, listing.agencies_of(session, filters), now.tzinfo)


def _moments(now: dt.datetime) -> dict[str, Any]:
    return {"now": now, "horizon": now + DUE_SOON_HORIZON}


@dataclass(frozen=True)
class _Listed:
    """What belongs to a list, in no order: a statement that gives ids, and its columns."""

    ids: Select[Any]
    id: Any
    deadline: Any


def _listed(asked: _Question) -> _Listed:
    deadline, fields, scope = _deadline(asked.which), _fields(asked), asked.scope
    if fields:
        chosen = _chosen(asked, replace(asked.filters, sector="", channel=None))
        several = union_all(*(_parted(deadline, *chosen, one) for one in fields)).subquery()
        return _Listed(select(several.c.id, several.c.deadline), several.c.id, several.c.deadline)
    chosen, ways = _chosen(asked, asked.filters), ways_in(scope)
    # Few wait for an answer, and by the desk alone.
    if len(ways) == 1 or asked.which is Listing.LATE_RECEPTION:
        return _Listed(select(Dossier.id).where(*chosen, visible(scope)), Dossier.id, deadline)
    found = union(*(_parted(deadline, *chosen, way) for way in ways)).subquery()
    return _Listed(select(found.c.id), found.c.id, found.c.deadline)


def _parted(deadline: Any, *chosen: ColumnElement[bool]) -> Select[Any]:
    return select(Dossier.id, deadline.label("deadline")).where(*chosen)


def _chosen(asked: _Question, filters: Filters) -> list[ColumnElement[bool]]:
    deadline = _deadline(asked.which)
    chosen = [_standing(asked.which)]
    chosen += listing.conditions_within(filters, _organisation(asked.which), asked.agencies)
    if filters.unit is not None:
        chosen.append(listing.held_by(Dossier.holding_unit_id, filters.unit))
    if filters.unapologised:
        chosen += without_apology()
    if filters.since:
        chosen.append(deadline > filters.since)
    if filters.start:
        chosen.append(deadline >= _midnight(filters.start, asked.zone))
    if filters.end:
        chosen.append(deadline < _midnight(filters.end + dt.timedelta(days=1), asked.zone))
    return chosen


def _fields(asked: _Question) -> list[ColumnElement[bool]]:
    """What is late in a whole province, of one field, as the parts of a union: one a channel.

    Its index begins with both, and has the order of the list behind them: nothing else is passed.
    """
    filters = asked.filters
    held = filters.held or filters.unit is not None or filters.officer is not None
    whole = asked.scope.all and not (filters.agency or filters.only or held or filters.unapologised)
    if asked.which is not Listing.OVERDUE or not whole or not filters.sector:
        return []
    sector = select(Sector.id).where(Sector.code == filters.sector).scalar_subquery()
    channels = Channel if filters.channel is None else (filters.channel,)
    return [and_(Dossier.sector_id == sector, Dossier.channel == one) for one in channels]


@lru_cache(maxsize=256)
def _counting(asked: _Question) -> Select[int]:
    return listing.counting(_listed(asked).ids)


@lru_cache(maxsize=256)
def _page(asked: _Question, newest_first: bool, *, further: bool) -> Select[*tuple[Any, ...]]:
    """The lines of `most` rows in order; `further`: those that come after the key (`deadline`, `id`)."""
    of = _listed(asked)
    ids = of.ids.order_by(*_in_order(of.deadline, of.id, newest_first))
    ids = ids.limit(bindparam("most", type_=Integer()))
    if further:
        key = tuple_(of.deadline, of.id)
        start = tuple_(bindparam("deadline", type_=Moment()), bindparam("id", type_=BigId))
        ids = ids.where(key < start if newest_first else key > start)
    found = ids.subquery()  # chosen before anything is joined to them
    lines = _details(asked.which).join(found, found.c.id == Dossier.id)
    return lines.order_by(*_in_order(_deadline(asked.which), Dossier.id, newest_first))


def _in_order(deadline: Any, its_id: Any, newest_first: bool) -> list[Any]:
    return [part.desc() if newest_first else part for part in (deadline, its_id)]


def _midnight(day: dt.date, zone: dt.tzinfo | None) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone)


def count(session: Session, which: Listing, filters: Filters, scope: Scope, now: dt.datetime) -> Count:
    """How many rows the list has, exactly up to ten thousand."""
    asked = _Question.of(session, which, filters, scope, now)
    return listing.counted(session, _counting(asked), _moments(now))


def page(
    session: Session,
    which: Listing,
    filters: Filters,
    scope: Scope,
    now: dt.datetime,
    *,
    newest_first: bool = False,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[Row]:
    """One page: the longest late first (for due soon: the nearest deadline), or the newest first.

    Paged by key: the last page costs what the first does. Two queries; where the page is one of a screen
    and not the only one, its count is under way with the second.
    """
    asked, values = _Question.of(session, which, filters, scope, now), _moments(now) | {"most": size + 1}
    start = listing.moment_and_id(after)
    if start is not None:
        values |= {"deadline": start[0], "id": start[1]}
    found = session.execute(_page(asked, newest_first, further=start is not None), values).all()
    more, found = len(found) > size, found[:size]
    ids = [row.id for row in found]
    if ids:
        underway.begin(session, _standing_alerts(), {"ids": tuple(ids)})
        underway.set_to_work(session)
    if size == listing.PAGE and (more or after):
        underway.begin(session, _counting(asked), _moments(now))
        underway.set_to_work(session)
    alerts = _alerts(session, ids)
    called, late = names.called(session, found), which is Listing.LATE_RECEPTION
    rows = tuple(
        _row(
            row,
            called,
            alerts.get(row.id),
            worked_since(session, row.receiving_agency_id, row.due_at, now) if late else None,
        )
        for row in found
    )
    return Page(rows, listing.encode_cursor(rows[-1].since, rows[-1].id) if more else "")


def _details(which: Listing) -> Select[*tuple[Any, ...]]:
    """What a line shows."""
    arrived = func.coalesce(Dossier.submitted_at, Dossier.arrived_at)
    started = arrived if which is Listing.LATE_RECEPTION else Dossier.accepted_at
    return (
        select(
            Dossier.id, Dossier.code, Dossier.version, Dossier.held_since, told_at().label("source_as_of"),
            Dossier.unseen_since,
            started.label("started_at"), _deadline(which).label("since"), _promise(which).label("due_at"),
            Dossier.procedure_id, Dossier.procedure_version_id, Person.full_name.label("owner"),
            Person.kind.label("owner_kind"), _organisation(which).label("agency_id"), Dossier.holding_unit_id,
            Dossier.officer_id, Dossier.source_id,
            Dossier.due_at.label("lawful_due_at"), Dossier.receiving_agency_id, times_urged().label("urged"),
        )
        .join(Person, Person.id == Dossier.owner_id)
    )  # fmt: skip


@cache
def _standing_alerts() -> Select[*tuple[Any, ...]]:
    """The alerts that stand for the dossiers `ids`, the latest last."""
    return (
        select(Alert.dossier_id, Alert.rule, Alert.acknowledged_at, AlertSnooze.until, SourceDispute.at)
        .outerjoin(AlertSnooze, and_(AlertSnooze.alert_id == Alert.id, AlertSnooze.woken_at.is_(None)))
        .outerjoin(
            SourceDispute,
            and_(SourceDispute.dossier_id == Alert.dossier_id, SourceDispute.ended_at.is_(None)),
        )
        .where(among(Alert.dossier_id, bindparam("ids", type_=Ids())), Alert.closed_at.is_(None))
        .order_by(Alert.raised_at)
    )


def _alerts(session: Session, dossier_ids: list[int]) -> dict[int, tuple[str, Rule]]:
    states: dict[int, tuple[str, Rule]] = {}
    if not dossier_ids:
        return states
    standing = underway.answer(session, _standing_alerts(), {"ids": tuple(dossier_ids)})
    for dossier_id, rule, *kept in standing:
        states[dossier_id or 0] = (_state(*kept), rule)
    return states


def _state(acknowledged_at: Any, asleep_until: Any, disputed_at: Any) -> str:
    if disputed_at is not None:
        return "disputed"
    if asleep_until is not None:
        return "asleep"
    return "acknowledged" if acknowledged_at else "open"


def _row(row: Any, called: Called, alert: tuple[str, Rule] | None, minutes_late: int | None) -> Row:
    state, rule = alert or (None, None)
    agency, source = called.agencies[row.agency_id], called.sources[row.source_id]
    return Row(
        id=row.id, code=row.code, version=row.version, procedure_code=called.procedures[row.procedure_id],
        procedure=called.versions[row.procedure_version_id],
        owner=listed_name(row.owner, row.owner_kind),
        agency_code=agency.code, agency=agency.name, unit=called.units.get(row.holding_unit_id),
        officer=called.officers.get(row.officer_id), started_at=row.started_at, due_at=row.due_at,
        since=row.since,
        held_since=row.held_since, source=source.name, mirrored=source.kind is SourceKind.MIRROR,
        source_as_of=row.source_as_of, unseen_since=row.unseen_since, alert=state, alert_rule=rule,
        lawful_due_at=row.lawful_due_at,
        minutes_late=minutes_late, urged=row.urged,
    )  # fmt: skip


def no_due_date_count(session: Session, scope: Scope) -> Count:
    """How many dossiers stand outside the statistics because nobody gave them a due date."""
    missing = and_(Dossier.due_at.is_(None), Dossier.accepted_at.is_not(None))
    return listing.count(session, select(Dossier.id).where(missing, visible(scope)))
