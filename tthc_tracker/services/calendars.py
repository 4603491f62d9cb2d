"""Office hours, days that differ from the week, and known years, as files bring them (docs/law.md)."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidCalendar
from tthc_tracker.domain.workcalendar import FIRST_YEAR, LAST_YEAR
from tthc_tracker.models.calendar import CalendarDay, CalendarYear, IntakeDay, OfficeHours
from tthc_tracker.queries.calendars import parse_windows
from tthc_tracker.services import audit
from tthc_tracker.services.agencies import agency_ids, known_agency
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.services.tablerows import Outcome, Row, Table, Tally, read_table

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NATIONAL = 0


class RowKind(StrEnum):
    """What a row of a calendar file says."""

    HOLIDAY = "holiday"
    SWAP_OFF = "swap_off"
    MAKE_UP = "make_up"
    ORDINARY = "ordinary"  # no longer different from its week
    INTAKE_DAY = "intake_day"
    HOURS = "hours"
    INTAKE_HOURS = "intake_hours"
    YEAR_PUBLISHED = "year_published"
    YEAR_PROVISIONAL = "year_provisional"


_DAYS = frozenset({RowKind.HOLIDAY, RowKind.SWAP_OFF, RowKind.MAKE_UP, RowKind.ORDINARY})
_AT_THE_COUNTER = frozenset({RowKind.INTAKE_DAY, RowKind.ORDINARY})
_NEEDS_HOURS = {
    RowKind.MAKE_UP: "ngày làm bù cần giờ làm việc, ví dụ 07:00-11:30;13:30-17:00.",
    RowKind.INTAKE_DAY: "buổi tiếp nhận thêm cần giờ mở quầy, ví dụ 07:30-11:30.",
}
_PURPOSE = {RowKind.HOURS: "work", RowKind.INTAKE_HOURS: "intake"}
_STATUS = {RowKind.YEAR_PUBLISHED: "published", RowKind.YEAR_PROVISIONAL: "provisional"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a calendar file, read; agency_id None: the nation's."""

    kind: RowKind
    on: dt.date
    windows: str
    weekdays: tuple[int, ...]
    basis: str
    agency_id: int | None

    @property
    def key(self) -> int:
        """What stands for the agency where NULL cannot."""
        return self.agency_id or NATIONAL


def load_calendar(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `date,kind,windows,basis` and, where given, `agency` (empty: the nation) and `weekdays`.

    Kinds: holiday, swap_off, make_up (with its windows), ordinary (takes a day out again), intake_day (the
    counter is open on one day more, with its windows; no deadline counts it), hours and intake_hours (the
    week from that day on; `weekdays` such as `mon-fri` or `sat`, empty: mon-fri; all rows of a day and agency
    together are one week), year_published, year_provisional. Days not named stay.

    Raises:
        BadRows: nothing was loaded.
    """
    outcome = write_lines(session, read_lines(session, text))
    if outcome.did_something:
        raise_revision(session, "calendar")
        facts = {"added": outcome.added, "changed": outcome.changed}
        audit.note(session, "calendar_loaded", actor_id=actor_id, now=now, facts=facts)
    return outcome


def read_lines(session: Session, text: str) -> list[Line]:
    """What a calendar file says.

    Raises:
        BadRows: and every reason why.
    """
    table = read_table(text, ("date", "kind", "windows", "basis"))
    agencies = agency_ids(session)
    lines = [line for row in table.rows if (line := _read(row, agencies)) is not None]
    _check_repeats(table, lines)
    table.refuse_if_bad()
    return lines


def write_lines(session: Session, lines: Sequence[Line]) -> Outcome:
    """Put the rows where they belong, and nothing else: whoever calls says that the calendar has changed."""
    tally = Tally()
    dropped = _put_intake_days(session, [line for line in lines if line.kind in _AT_THE_COUNTER], tally)
    _put_days(session, [line for line in lines if line.kind in _DAYS], tally, dropped)
    _put_hours(session, [line for line in lines if line.kind in _PURPOSE], tally)
    _put_years(session, [line for line in lines if line.kind in _STATUS], tally)
    session.flush()
    return tally.outcome()


def _read(row: Row, agencies: dict[str, int]) -> Line | None:
    faults = len(row.faults)
    kind, on = row.choice("kind", RowKind), row.date("date")
    for column, value in (("date", on), ("kind", kind)):
        if value is None and not row.cells[column].strip():
            row.bad(column, "còn trống.")
    windows = _windows(row)
    agency_id = known_agency(row, "agency", agencies) if row.cells.get("agency", "").strip() else None
    basis = row.text("basis", longest=300)
    weekdays = _weekdays(row)
    if kind in _NEEDS_HOURS and not row.cells["windows"].strip():
        row.bad("windows", _NEEDS_HOURS[kind])
    if kind in _STATUS and agency_id is not None:
        row.bad("agency", "năm đã biết lịch là của cả nước; hãy để trống ô này.")
    if on is not None and not FIRST_YEAR <= on.year <= LAST_YEAR:
        row.bad("date", f"ngoài khoảng {FIRST_YEAR} đến {LAST_YEAR}.")
    if kind is None or on is None or len(row.faults) > faults:
        return None
    return Line(kind, on, windows, weekdays, basis, agency_id)


def _windows(row: Row) -> str:
    """The windows in one spelling: `07:00-11:30;13:30-17:00`."""
    text = re.sub(r"(?<![0-9])([0-9]):", r"0\1:", row.text("windows", longest=100).replace(" ", ""))
    try:
        windows = parse_windows(text)
    except (ValueError, InvalidCalendar):
        row.bad("windows", f"«{text}» không phải giờ làm việc; hãy viết như 07:00-11:30;13:30-17:00.")
        return ""
    if any(later.start_minute < earlier.end_minute for earlier, later in pairwise(windows)):
        row.bad("windows", "các khoảng giờ chồng lên nhau hoặc sai thứ tự.")
    return ";".join(f"{_clock(window.start_minute)}-{_clock(window.end_minute)}" for window in windows)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _weekdays(row: Row) -> tuple[int, ...]:
    """Weekday numbers of `mon-fri`, `sat`, `mon,wed`; Monday is 0."""
    text = row.text("weekdays", longest=40).lower().replace(" ", "") or "mon-fri"
    found: set[int] = set()
    for part in filter(None, text.replace(";", ",").split(",")):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            row.bad("weekdays", f"«{part}» không có; hãy dùng {', '.join(WEEKDAYS)} hoặc mon-fri.")
            return ()
        found.update(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))
    return tuple(sorted(found))


def _check_repeats(table: Table, lines: Sequence[Line]) -> None:
    if table.faults:
        return
    seen: dict[object, int] = {}
    for row, line in zip(table.rows, lines, strict=True):
        for key in _keys(line):
            first = seen.setdefault(key, row.number)
            if first != row.number:
                row.bad("date", f"lặp lại dòng {first}.")
                break


def _keys(line: Line) -> list[object]:
    if line.kind in _DAYS:
        return [(line.key, line.on)]
    if line.kind in _STATUS:
        return [line.on.year]
    if line.kind is RowKind.INTAKE_DAY:
        return [(line.key, line.on, line.kind)]
    return [(line.key, line.on, line.kind, weekday) for weekday in line.weekdays]


def _put_days(
    session: Session, lines: Sequence[Line], tally: Tally, dropped: Collection[tuple[int, dt.date]]
) -> None:
    """dropped: days that an ordinary one has ended at the counter already."""
    known = {(day.agency_key, day.date): day for day in session.execute(select(CalendarDay)).scalars()}
    for line in lines:
        day = known.get((line.key, line.on))
        if line.kind is RowKind.ORDINARY:
            if day is not None:
                session.delete(day)
            _count(tally, existed=True, differs=day is not None or (line.key, line.on) in dropped)
            continue
        if day is None:
            session.add(
                CalendarDay(agency_id=line.agency_id, agency_key=line.key, date=line.on, **_content(line))
            )
        _count(tally, existed=day is not None, differs=day is None or _change(day, _content(line)))


def _put_intake_days(session: Session, lines: Sequence[Line], tally: Tally) -> frozenset[tuple[int, dt.date]]:
    """The days that were such and are ordinary now: those are counted with the others."""
    if not lines:
        return frozenset()
    dropped = set()
    known = {(day.agency_key, day.date): day for day in session.execute(select(IntakeDay)).scalars()}
    for line in sorted(lines, key=lambda one: one.kind is RowKind.INTAKE_DAY):
        day = known.get((line.key, line.on))
        if line.kind is RowKind.ORDINARY:
            if day is not None:
                session.delete(known.pop((line.key, line.on)))
                dropped.add((line.key, line.on))
            continue
        values = {"windows": line.windows, "basis": line.basis}
        if day is None:
            whose = {"agency_id": line.agency_id, "agency_key": line.key}
            session.add(IntakeDay(date=line.on, **whose, **values))
        _count(tally, existed=day is not None, differs=day is None or _change(day, values))
    return frozenset(dropped)


def _content(line: Line) -> dict[str, Any]:
    return {"kind": line.kind.value, "windows": line.windows, "basis": line.basis}


def _change(row: CalendarDay | CalendarYear | IntakeDay, values: dict[str, Any]) -> bool:
    differs = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return differs


def _count(tally: Tally, *, existed: bool, differs: bool) -> None:
    tally.added += not existed
    tally.changed += existed and differs
    tally.unchanged += existed and not differs


def _put_hours(session: Session, lines: Sequence[Line], tally: Tally) -> None:
    """Each week is replaced as a whole: a weekday the file does not name is off."""
    weeks: dict[tuple[int, str, dt.date], dict[int, Line]] = defaultdict(dict)
    for line in lines:
        week = weeks[line.key, _PURPOSE[line.kind], line.on]
        week.update(dict.fromkeys(line.weekdays, line))
    for (key, purpose, since), week in weeks.items():
        of_week = (
            OfficeHours.agency_key == key, OfficeHours.purpose == purpose, OfficeHours.valid_from == since,
        )  # fmt: skip
        stored = session.execute(select(OfficeHours).where(*of_week)).scalars().all()
        same = {(row.weekday, row.windows, row.basis) for row in stored} == {
            (weekday, line.windows, line.basis) for weekday, line in week.items()
        }
        _count(tally, existed=bool(stored), differs=not same)
        if same:
            continue
        session.execute(delete(OfficeHours).where(*of_week))
        session.add_all(
            OfficeHours(
                agency_id=line.agency_id, agency_key=key, purpose=purpose, valid_from=since,
                weekday=weekday, windows=line.windows, basis=line.basis,
            )
            for weekday, line in week.items()
        )  # fmt: skip


def _put_years(session: Session, lines: Sequence[Line], tally: Tally) -> None:
    known = {year.year: year for year in session.execute(select(CalendarYear)).scalars()}
    for line in lines:
        year = known.get(line.on.year)
        values = {"status": _STATUS[line.kind], "basis": line.basis}
        if year is None:
            session.add(CalendarYear(year=line.on.year, **values))
        _count(tally, existed=year is not None, differs=year is None or _change(year, values))
