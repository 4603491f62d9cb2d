"""A year of an agency's calendar at a glance: each day's kind and what it rests on, and the office hours."""

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.workcalendar import DayKind, WorkCalendar
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.calendar import CalendarDay, CalendarYear, IntakeDay, OfficeHours
from tthc_tracker.queries.calendars import KINDS, NATIONAL, work_calendar

Day = TypeVar("Day", CalendarDay, IntakeDay)


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of a month; `kind` is None in a year that nobody knows yet."""

    on: dt.date
    kind: DayKind | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday; None fills the first and last week."""

    number: int
    weeks: tuple[tuple[DayMark | None, ...], ...]
    working_days: int | None


@dataclass(frozen=True, slots=True)
class SpecialLine:
    """A day that differs from its week, with its hours and basis; `agency` is empty for the nation."""

    on: dt.date
    kind: DayKind
    windows: str
    basis: str
    agency: str


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """A day on which the counter is open besides its week; `agency` is empty for the nation."""

    on: dt.date
    windows: str
    basis: str
    agency: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """Weekly hours from a day on; `days` holds seven texts, Monday first, empty for a day off."""

    since: dt.date
    purpose: str
    days: tuple[str, ...]
    basis: str
    agency: str


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year of one calendar. `status`: published, provisional, or empty for unknown."""

    year: int
    status: str
    basis: str
    known_years: tuple[int, ...]
    months: tuple[Month, ...]
    specials: tuple[SpecialLine, ...]
    intakes: tuple[IntakeLine, ...]
    weeks: tuple[WeekLine, ...]
    working_days: int | None

    @property
    def intake_days(self) -> frozenset[dt.date]:
        """The days of `intakes`."""
        return frozenset(line.on for line in self.intakes)


def year_page(session: Session, agency_id: int | None, year: int) -> YearPage:
    """The year as the agency (None: the nation) works it."""
    chain = _chain(session, agency_id)
    known = {
        row.year: row for row in session.execute(select(CalendarYear).order_by(CalendarYear.year)).scalars()
    }
    standing = known.get(year)
    months = _months(work_calendar(session, agency_id) if standing else None, year)
    counted = [month.working_days for month in months if month.working_days is not None]
    return YearPage(
        year=year,
        status=standing.status if standing else "",
        basis=standing.basis if standing else "",
        known_years=tuple(known),
        months=months,
        specials=_specials(session, chain, year),
        intakes=_intakes(session, chain, year),
        weeks=_weeks(session, chain),
        working_days=sum(counted) if standing else None,
    )


YEARS_AHEAD = 2
LOOKED_AT_FROM = (10, 1)  # month and day: by then a year's schedule is being decided


def missing_ahead(session: Session, today: dt.date) -> tuple[int, ...]:
    """From 1 October on, those of the next two years that nothing is known of: promises reach them soon."""
    if (today.month, today.day) < LOOKED_AT_FROM:
        return ()
    ahead = [today.year + number for number in range(1, YEARS_AHEAD + 1)]
    known = session.execute(select(CalendarYear.year).where(CalendarYear.year.in_(ahead))).scalars().all()
    return tuple(year for year in ahead if year not in known)


def _chain(session: Session, agency_id: int | None) -> dict[int, str]:
    """The agency, those above it and the nation (0), each with its name; the nearest first."""
    chain: dict[int, str] = {}
    while agency_id is not None and agency_id not in chain:
        row = session.execute(select(Agency.name, Agency.parent_id).where(Agency.id == agency_id)).one()
        chain[agency_id] = row.name
        agency_id = row.parent_id
    return chain | {NATIONAL: ""}


def _months(work: WorkCalendar | None, year: int) -> tuple[Month, ...]:
    sheets = calendar.Calendar()
    months = []
    for number in range(1, 13):
        weeks = tuple(
            tuple(_mark(work, day) if day.month == number else None for day in week)
            for week in sheets.monthdatescalendar(year, number)
        )
        kinds = Counter(mark.kind for week in weeks for mark in week if mark)
        worked = sum(kinds[kind] for kind in (DayKind.WORKING, DayKind.MAKE_UP, DayKind.OTHER_HOURS))
        months.append(Month(number, weeks, worked if work else None))
    return tuple(months)


def _mark(work: WorkCalendar | None, on: dt.date) -> DayMark:
    return DayMark(on, work.kind_on(on) if work else None)


def _specials(session: Session, chain: dict[int, str], year: int) -> tuple[SpecialLine, ...]:
    found = _nearest(session, CalendarDay, chain, year)
    return tuple(
        SpecialLine(row.date, KINDS[row.kind], row.windows, row.basis, chain[row.agency_key]) for row in found
    )


def _intakes(session: Session, chain: dict[int, str], year: int) -> tuple[IntakeLine, ...]:
    return tuple(
        IntakeLine(row.date, row.windows, row.basis, chain[row.agency_key])
        for row in _nearest(session, IntakeDay, chain, year)
    )


def _nearest(session: Session, row_of: type[Day], chain: dict[int, str], year: int) -> list[Day]:
    """Of each day of a year the row of the nearest in the chain that has one."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = select(row_of).where(row_of.agency_key.in_(list(chain)), row_of.date.between(first, last))
    order, nearest = list(chain), dict[dt.date, Day]()
    for row in session.execute(rows.order_by(row_of.date)).scalars():
        other = nearest.get(row.date)
        if other is None or order.index(row.agency_key) < order.index(other.agency_key):
            nearest[row.date] = row
    return list(nearest.values())


def _weeks(session: Session, chain: dict[int, str]) -> tuple[WeekLine, ...]:
    """The hours of the nearest that has any of its own, by purpose, the newest first."""
    found = select(OfficeHours).where(OfficeHours.agency_key.in_(list(chain)))
    rows = session.execute(found.order_by(OfficeHours.valid_from.desc(), OfficeHours.weekday)).scalars().all()
    return tuple(line for purpose in ("work", "intake") for line in _weeks_for(rows, chain, purpose))


def _weeks_for(rows: Sequence[OfficeHours], chain: dict[int, str], purpose: str) -> list[WeekLine]:
    of_purpose = [row for row in rows if row.purpose == purpose]
    key = next((key for key in chain if any(row.agency_key == key for row in of_purpose)), None)
    weeks: dict[dt.date, dict[int, OfficeHours]] = defaultdict(dict)
    for row in of_purpose:
        if row.agency_key == key:
            weeks[row.valid_from][row.weekday] = row
    return [
        WeekLine(
            since,
            purpose,
            tuple(week[weekday].windows if weekday in week else "" for weekday in range(7)),
            next(iter(week.values())).basis,
            chain[key or NATIONAL],
        )
        for since, week in weeks.items()
    ]
