"""How many dossiers fall due each day, by unit and officer: what is open and running, by its promise."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import listing
from tthc_tracker.queries.described import with_resolver
from tthc_tracker.queries.listing import Count, Filters, Page
from tthc_tracker.queries.scoping import resolved_within, visible

WORKING_DAYS = 30
NOBODY = 0  # as a unit or an officer: none
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Narrowed:
    """Whose load: of a unit, of an officer (NOBODY: of none), of an agency and all below it; of a day, or
    from it to another (until)."""

    unit: int | None = None
    officer: int | None = None
    agency: str = ""
    day: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def of(cls, question: Mapping[str, str]) -> "Narrowed":
        """As an address says it; what cannot be read narrows nothing."""
        agency = question.get("agency", "").replace("\0", "").strip()[:40]
        day, until = (_typed_day(question.get(name, "")) for name in ("day", "until"))
        return cls(_number(question.get("unit", "")), _number(question.get("holder", "")), agency, day, until)


def _typed_day(text: str) -> dt.date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@dataclass(frozen=True)
class DayLoad:
    """One day. off: nobody works that day."""

    on: dt.date
    many: int
    off: bool


@dataclass
class HolderLoad:
    """One unit, or one officer of a unit that was chosen."""

    id: int
    name: str
    agency: str = ""  # of a unit
    past: int = 0
    today: int = 0
    week: int = 0  # the next five working days
    ahead: int = 0
    by_day: Counter[dt.date] = field(default_factory=Counter)

    @property
    def peak(self) -> tuple[dt.date, int] | None:
        """Its fullest day, the first of several."""
        return min(self.by_day.items(), key=lambda item: (-item[1], item[0])) if self.by_day else None


@dataclass(frozen=True)
class Load:
    """The days around today, in weeks from Monday to Sunday, and who has them."""

    weeks: tuple[tuple[DayLoad | None, ...], ...]
    holders: tuple[HolderLoad, ...]
    most: int
    past: int
    today: int
    ahead: int


def stretch(calendar: WorkCalendar, today: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """First and last day of 30 working days behind and ahead of today, and the fifth ahead.

    Where the calendar is not known so far, six weeks by the almanac, and one, take their place.
    """
    try:
        first = calendar.nth_working_day_before(today, WORKING_DAYS)
    except CalendarHorizonError:
        first = today - 42 * _DAY
    try:
        fifth, last = (calendar.nth_working_day_after(today, many) for many in (5, WORKING_DAYS))
    except CalendarHorizonError:
        fifth, last = today + 7 * _DAY, today + 42 * _DAY
    return first, last, fifth


def load(
    session: Session, narrowed: Narrowed, scope: Scope, calendar: WorkCalendar, now: dt.datetime
) -> Load:
    """The load of everybody within the scope, or of whom it is narrowed to."""
    today = now.date()
    first, last, fifth = stretch(calendar, today)
    holder: InstrumentedAttribute[int | None] = (
        Dossier.holding_unit_id if narrowed.unit is None else Dossier.officer_id
    )
    day = _local_day(session)
    statement = (
        select(holder, day, func.count())
        .where(*_due(session, narrowed, scope, first, last, now))
        .group_by(holder, day)
    )
    days: Counter[dt.date] = Counter()
    holders: defaultdict[int, HolderLoad] = defaultdict(lambda: HolderLoad(NOBODY, ""))
    for who, on, many in session.execute(statement):
        due = on if isinstance(on, dt.date) else dt.date.fromisoformat(on)
        days[due] += many
        _add(holders[who or NOBODY], due, many, today, fifth)
    for who, one in holders.items():
        one.id = who
    _name(session, holders, User if narrowed.unit is not None else Unit)
    ordered = sorted(holders.values(), key=lambda one: (-one.past - one.today - one.ahead, one.name, one.id))
    return Load(
        _weeks(days, calendar, first, last), tuple(ordered), max(days.values(), default=0),
        sum(one.past for one in ordered), days[today], sum(one.ahead for one in ordered),
    )  # fmt: skip


def _add(one: HolderLoad, due: dt.date, many: int, today: dt.date, fifth: dt.date) -> None:
    one.by_day[due] += many
    if due < today:
        one.past += many
    elif due == today:
        one.today += many
    else:
        one.ahead += many
        one.week += many if due <= fifth else 0


def _name(session: Session, holders: Mapping[int, HolderLoad], kind: type[User] | type[Unit]) -> None:
    officers = select(User.id, User.full_name, literal(""))
    units = select(Unit.id, Unit.name, Agency.name).join(Agency, Agency.id == Unit.agency_id)
    named = officers if kind is User else units
    for who, name, agency in session.execute(named.where(kind.id.in_(sorted(holders))).order_by(kind.id)):
        holders[who].name, holders[who].agency = name, agency


def _weeks(
    days: Mapping[dt.date, int], calendar: WorkCalendar, first: dt.date, last: dt.date
) -> tuple[tuple[DayLoad | None, ...], ...]:
    begin = first - first.weekday() * _DAY
    weeks = []
    while begin <= last:
        each = (begin + number * _DAY for number in range(7))
        weeks.append(tuple(_day(days, calendar, on) if first <= on <= last else None for on in each))
        begin += 7 * _DAY
    return tuple(weeks)


def _day(days: Mapping[dt.date, int], calendar: WorkCalendar, on: dt.date) -> DayLoad:
    try:
        off = not calendar.is_working_day(on)
    except CalendarHorizonError:
        off = False
    return DayLoad(on, days.get(on, 0), off)


def _local_day(session: Session) -> ColumnElement[Any]:
    """The day on which people were told that it is due; moments are kept in UTC."""
    if session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone("Asia/Ho_Chi_Minh", Dossier.current_due_at))
    return func.date(Dossier.current_due_at, "+7 hours")


def due_between(first: dt.date, last: dt.date, zone: dt.tzinfo | None) -> tuple[ColumnElement[bool], ...]:
    """That people were told a day from one to another. What is missed is missed at the due moment or from the
    next midnight on, so that the indexes of `overdue_from` find it."""
    start, end = (dt.datetime.combine(day, dt.time(), zone) for day in (first, last + _DAY))
    return (
        Dossier.overdue_from >= start, Dossier.overdue_from <= end,
        Dossier.current_due_at >= start, Dossier.current_due_at < end,
    )  # fmt: skip


def _due(
    session: Session,
    narrowed: Narrowed,
    scope: Scope,
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    *,
    held: bool = False,
) -> list[ColumnElement[bool]]:
    """Open, running, due from one day to another; of one unit all that it holds, whoever resolves it.

    held: the list goes by who holds them, whoever resolves them.
    """
    agencies = None
    if narrowed.agency:
        agencies = listing.agencies_of(session, Filters(agency=narrowed.agency))
    found = [
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None),
        *due_between(first, last, now.tzinfo),
        visible(scope) if (narrowed.unit or held) and agencies is None else resolved_within(scope, agencies),
    ]  # fmt: skip
    if narrowed.unit is not None:
        found.append(_held(Dossier.holding_unit_id, narrowed.unit))
    if narrowed.officer is not None:
        found.append(_held(Dossier.officer_id, narrowed.officer))
    return found


def _held(column: InstrumentedAttribute[int | None], who: int) -> ColumnElement[bool]:
    return column.is_(None) if who == NOBODY else column == who


# --- the dossiers of one day


@dataclass(frozen=True)
class Row:
    """A line."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency: str
    unit: str
    officer: str
    accepted_at: dt.datetime
    due_at: dt.datetime
    lawful_due_at: dt.datetime | None
    overdue_from: dt.datetime


def _of_the_day(
    session: Session, narrowed: Narrowed, filters: Filters, scope: Scope, now: dt.datetime
) -> Iterable[ColumnElement[bool]]:
    day = narrowed.day or now.date()
    resolving: Any = Dossier.resolving_agency_id
    return (
        *_due(session, narrowed, scope, day, narrowed.until or day, now, held=bool(filters.held)),
        *listing.conditions(session, Filters(**_apart(filters)), resolving),
    )


def _apart(filters: Filters) -> dict[str, Any]:
    """The filters but those that `Narrowed` reads itself."""
    return {
        "sector": filters.sector, "procedure": filters.procedure, "source": filters.source,
        "channel": filters.channel, "only": filters.only, "held": filters.held,
    }  # fmt: skip


def count(session: Session, narrowed: Narrowed, filters: Filters, scope: Scope, now: dt.datetime) -> Count:
    """How many dossiers are due on the day."""
    conditions = _of_the_day(session, narrowed, filters, scope, now)
    return listing.count(session, select(Dossier.id).where(*conditions))


def page(
    session: Session,
    narrowed: Narrowed,
    filters: Filters,
    scope: Scope,
    now: dt.datetime,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[Row]:
    """One page in the order in which they fall due."""
    key = (Dossier.current_due_at, Dossier.id)
    statement = _details().where(*_of_the_day(session, narrowed, filters, scope, now))
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(tuple_(*key) > start)
    found = session.execute(statement.order_by(*key).limit(size + 1)).all()
    rows = tuple(map(_row, found[:size]))
    last = rows[-1] if len(found) > size else None
    return Page(rows, listing.encode_cursor(last.due_at, last.id) if last else "")


def _details() -> Any:
    return with_resolver(select(Dossier))


def _row(row: Any) -> Row:
    one: Dossier = row.Dossier
    assert one.accepted_at is not None
    assert one.current_due_at is not None
    assert one.overdue_from is not None
    return Row(
        id=one.id, code=one.code, version=one.version, procedure_code=row.procedure_code,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind), agency=row.agency,
        unit=row.unit or "", officer=row.officer or "", accepted_at=one.accepted_at,
        due_at=one.current_due_at, lawful_due_at=one.due_at, overdue_from=one.overdue_from,
    )  # fmt: skip
