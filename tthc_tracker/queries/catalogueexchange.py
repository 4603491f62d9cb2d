"""The catalogue as other systems read it: page by page, in the order of the codes."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.workcalendar import DayKind, WorkCalendar
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector, Source
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.calendaryears import WeekLine, year_page
from tthc_tracker.queries.catalogue import (
    VersionPart,
    components_of,
    in_force,
    limits_of,
    version_part,
)


@dataclass(frozen=True, slots=True)
class AgencyEntry:
    """An agency and the one above it."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    active_from: dt.date | None
    active_to: dt.date | None


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source and the moment its newest data speaks of."""

    code: str
    name: str
    kind: SourceKind
    as_of: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ProcedureEntry:
    """A procedure by its version in force, with what it promises and asks for."""

    code: str
    sector_code: str
    version: VersionPart


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One day: why it is worked or not, and from when to when (as `07:00-11:30`)."""

    on: dt.date
    kind: DayKind
    windows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearEntry:
    """A year of one calendar. `status`: published or provisional."""

    status: str
    basis: str
    weeks: tuple[WeekLine, ...]
    days: tuple[DayEntry, ...]


def agencies(session: Session, after: str, most: int) -> list[AgencyEntry]:
    """Agencies after a code."""
    above = aliased(Agency)
    statement = (
        select(
            Agency.code, Agency.name, Agency.level, above.code, Agency.active_from, Agency.active_to
        )
        .outerjoin(above, above.id == Agency.parent_id)
        .where(Agency.code > after)
        .order_by(Agency.code)
    )  # fmt: skip
    return [AgencyEntry(*row) for row in session.execute(statement.limit(most))]


def sectors(session: Session, after: str, most: int) -> list[tuple[str, str]]:
    """Sectors after a code, as (code, name)."""
    found = select(Sector.code, Sector.name).where(Sector.code > after).order_by(Sector.code)
    return [(code, name) for code, name in session.execute(found.limit(most))]


def sources(session: Session, after: str, most: int) -> list[SourceEntry]:
    """Sources after a code."""
    found = select(Source.code, Source.name, Source.kind, Source.as_of).where(Source.code > after)
    return [SourceEntry(*row) for row in session.execute(found.order_by(Source.code).limit(most))]


def procedures(session: Session, on: dt.date, after: str, most: int) -> list[ProcedureEntry]:
    """Procedures after a code, by the version in force on a day."""
    statement = (
        select(Procedure.code, ProcedureVersion, Sector)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .join(Sector, Sector.id == ProcedureVersion.sector_id)
        .where(Procedure.code > after, in_force(on))
        .order_by(Procedure.code)
    )
    rows = session.execute(statement.limit(most)).all()
    ids = [version.id for _, version, _ in rows]
    limits, papers = limits_of(session, ids), components_of(session, ids)
    return [
        ProcedureEntry(
            code, sector.code, version_part(version, sector.name, limits[version.id], papers[version.id])
        )
        for code, version, sector in rows
    ]


def year(session: Session, agency_id: int | None, number: int) -> YearEntry | None:
    """A year as an agency (None: the nation) works it, day by day; None for one nobody knows yet."""
    page = year_page(session, agency_id, number)
    if not page.status:
        return None
    work = work_calendar(session, agency_id)
    first, last = dt.date(number, 1, 1).toordinal(), dt.date(number, 12, 31).toordinal()
    days = tuple(_day(work, dt.date.fromordinal(ordinal)) for ordinal in range(first, last + 1))
    return YearEntry(page.status, page.basis, page.weeks, days)


def _day(work: WorkCalendar, on: dt.date) -> DayEntry:
    windows = tuple(
        f"{_clock(window.start_minute)}-{_clock(window.end_minute)}" for window in work.windows_on(on)
    )
    return DayEntry(on, work.kind_on(on), windows)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
