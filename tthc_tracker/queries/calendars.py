"""The work calendar of an agency, from its rows and those it inherits, remembered until one changes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.workcalendar import (
    DEFAULT_WEEK,
    DayKind,
    DayWindows,
    SpecialDay,
    WeeklyHours,
    Window,
    WorkCalendar,
)
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.calendar import CalendarDay, CalendarYear, OfficeHours
from tthc_tracker.queries.revisions import Remembered

NATIONAL = 0

KINDS = {
    "holiday": DayKind.HOLIDAY,
    "swap_off": DayKind.SWAP_OFF,
    "make_up": DayKind.MAKE_UP,
}

_calendars: Remembered[WorkCalendar] = Remembered("calendar")
_parents: Remembered[dict[int, int | None]] = Remembered("agencies")


def parse_windows(text: str) -> DayWindows:
    """`07:00-11:30;13:30-17:00` as windows; empty for a day off.

    Raises:
        ValueError, InvalidCalendar: anything else.
    """
    windows = []
    for part in filter(None, text.split(";")):
        opening, closing = part.strip().split("-")
        windows.append(Window.between(dt.time.fromisoformat(opening), dt.time.fromisoformat(closing)))
    return tuple(windows)


def national_calendar(session: Session) -> WorkCalendar:
    """The calendar without any agency's own hours or days."""
    return work_calendar(session, None)


def work_calendar(session: Session, agency_id: int | None) -> WorkCalendar:
    """The calendar an agency works by: its own hours and days, else its superiors', else national ones."""
    chain = _chain(session, agency_id)
    return _calendars.get(session, chain, lambda: _build(session, chain))


def all_calendars(session: Session) -> dict[int, WorkCalendar]:
    """The calendar of every agency; those that work alike share one."""
    parents = _parents.get(session, "parents", lambda: _read_parents(session))
    return {agency_id: work_calendar(session, agency_id) for agency_id in sorted(parents)}


def have_own(session: Session) -> bool:
    """Whether any agency has hours or days of its own."""
    return bool(_owners(session))


def worked_since(session: Session, agency_id: int, moment: dt.datetime, now: dt.datetime) -> int | None:
    """The working minutes of an agency from a moment until now; None where its calendar does not reach."""
    try:
        return work_calendar(session, agency_id).working_minutes_between(moment, now)
    except CalendarHorizonError:
        return None


def _chain(session: Session, agency_id: int | None) -> tuple[int, ...]:
    """The agency, its superiors, and 0 for the nation; only those that have rows of their own."""

    if agency_id is None or not (owners := _owners(session)):
        return (NATIONAL,)
    return _upward(agency_id, _parents.get(session, "parents", lambda: _read_parents(session)), owners)


def _upward(agency_id: int, parents: Mapping[int, int | None], owners: Collection[int]) -> tuple[int, ...]:
    upward: list[int] = []
    current: int | None = agency_id
    while current is not None and current not in upward:
        upward.append(current)
        current = parents.get(current)
    return (*(agency for agency in upward if agency in owners), NATIONAL)


def _read_parents(session: Session) -> dict[int, int | None]:
    return dict(session.execute(select(Agency.id, Agency.parent_id).order_by(Agency.id)).all())


_own: Remembered[frozenset[int]] = Remembered("calendar")


def _owners(session: Session) -> frozenset[int]:
    return _own.get(session, "owners", lambda: _read_owners(session))


def _read_owners(session: Session) -> frozenset[int]:
    hours = select(OfficeHours.agency_key).where(OfficeHours.agency_key > NATIONAL)
    days = select(CalendarDay.agency_key).where(CalendarDay.agency_key > NATIONAL)
    return frozenset(session.execute(hours.union(days)).scalars())


class AsWritten:
    """Every agency's calendar as this transaction has its rows, kept from nobody and by nobody.

    What a change would make is read between writing it and undoing it: it must not be remembered under a
    number that another change will have.
    """

    def __init__(self, session: Session) -> None:
        self._parents, self._owners = _read_parents(session), _read_owners(session)
        chains = {(NATIONAL,)} | {_upward(each, self._parents, self._owners) for each in self._parents}
        self._built = {chain: _build(session, chain) for chain in sorted(chains)}
        self._known: dict[int, WorkCalendar] = {}

    def of(self, agency_id: int) -> WorkCalendar:
        """The calendar an agency would work by."""
        known = self._known.get(agency_id)
        if known is None:
            chain = _upward(agency_id, self._parents, self._owners)
            known = self._known[agency_id] = self._built[chain]
        return known


def _build(session: Session, chain: tuple[int, ...]) -> WorkCalendar:
    years: dict[str, list[int]] = defaultdict(list)
    for year, status in session.execute(
        select(CalendarYear.year, CalendarYear.status).order_by(CalendarYear.year)
    ):
        years[status].append(year)
    return WorkCalendar(
        _hours(session, chain), _days(session, chain), years["published"], years["provisional"]
    )


def _hours(session: Session, chain: tuple[int, ...]) -> list[WeeklyHours]:
    """The weekly hours of the nearest in the chain that has any; before its first row, the default week."""
    statement = (
        select(OfficeHours.agency_key, OfficeHours.valid_from, OfficeHours.weekday, OfficeHours.windows)
        .where(OfficeHours.agency_key.in_(chain), OfficeHours.purpose == "work")
        .order_by(OfficeHours.valid_from, OfficeHours.weekday)
    )
    rows: dict[int, dict[dt.date, list[DayWindows]]] = defaultdict(dict)
    for key, valid_from, weekday, windows in session.execute(statement):
        week = rows[key].setdefault(valid_from, [()] * 7)
        week[weekday] = parse_windows(windows)
    own = next((rows[key] for key in chain if key in rows), {})
    hours = [WeeklyHours(DEFAULT_WEEK)]
    return hours + [WeeklyHours(tuple(week), valid_from) for valid_from, week in own.items()]


def _days(session: Session, chain: tuple[int, ...]) -> dict[dt.date, SpecialDay]:
    statement = (
        select(CalendarDay.agency_key, CalendarDay.date, CalendarDay.kind, CalendarDay.windows)
        .where(CalendarDay.agency_key.in_(chain))
        .order_by(CalendarDay.date)
    )
    nearest: dict[dt.date, tuple[int, SpecialDay]] = {}
    for key, date, kind, windows in session.execute(statement):
        distance = chain.index(key)
        if date not in nearest or distance < nearest[date][0]:
            nearest[date] = (distance, SpecialDay(parse_windows(windows), KINDS[kind]))
    return {date: day for date, (_, day) in nearest.items()}
