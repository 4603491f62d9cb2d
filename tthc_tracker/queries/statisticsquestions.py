"""What a summary is asked for, read from the address and written back to it: a link is a saved question."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.queries import agencies, statisticsmonths
from tthc_tracker.queries.statisticscells import ADDING_UP, By, Cell, Question

REAPPOINTED = "reappointed"  # as the command names it
KNOWN_ON = "known-on"
KEY = 81  # of a row: the longest is a unit's, two codes of forty
NAMED = (PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR, PeriodKind.MONTH, PeriodKind.WEEK)


@dataclass(frozen=True)
class Asked:
    """A period, its rows, an agency, level, unit; its address. second: by the date of a re-appointment;
    known_on: only what had been recorded by then."""

    period: Period
    by: By
    agency: str
    second: bool = False
    level: str = ""
    unit: str = ""
    known_on: dt.date | None = None

    def question(self, scope: Scope) -> Question:
        """The same, for those who may see only `scope`."""
        return Question(
            self.period.start, self.period.end, self.by, scope, self.agency, self.second, self.level,
            self.unit, self.known_on,
        )  # fmt: skip

    def query(self) -> str:
        """The part of an address after the question mark."""
        date = REAPPOINTED if self.second else ""
        parts = {
            "period": self.period.key, "by": self.by.value, "agency": self.agency, "date": date,
            "level": self.level, "unit": self.unit, KNOWN_ON: self.known_on and self.known_on.isoformat(),
        }  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})

    def with_period(self, period: Period) -> "Asked":
        """The same table of another period."""
        return replace(self, period=period)

    def with_by(self, by: By) -> "Asked":
        """The same period in other rows."""
        return replace(self, by=by)

    def with_agency(self, agency: str) -> "Asked":
        """The same table of an agency."""
        return replace(self, agency=agency)

    def with_level(self, level: str) -> "Asked":
        """The same table of the agencies of one level."""
        return replace(self, level=level)

    def with_unit(self, unit: str) -> "Asked":
        """The same table of one unit, by the key of its row."""
        return replace(self, unit=unit)

    def by_second(self, second: bool) -> "Asked":
        """The same table by the lawful date, or by that of a re-appointment."""
        return replace(self, second=second)

    def of_kind(self, kind: PeriodKind, today: dt.date) -> "Asked":
        """The period of that kind in which this one ends, or today when it has not ended."""
        return self.with_period(periods.period_of(kind, min(self.period.end, today)))


def read(args: Mapping[str, str], today: dt.date) -> Asked:
    """The question of an address; what cannot be read is the current statutory quarter by level."""
    period = (
        _between(args)
        or periods.parse_period(args.get("period", ""))
        or periods.period_of(PeriodKind.QUARTER, today)
    )
    by, level = args.get("by", ""), args.get("level", "")
    return Asked(
        period, _rows(by, period), args.get("agency", "").strip()[:40],
        args.get("date", "") == REAPPOINTED, level if level in set(Level) else "",
        known_on=_known_on(args),
    )  # fmt: skip


def _known_on(args: Mapping[str, str]) -> dt.date | None:
    try:
        return read_day(args.get(KNOWN_ON, ""))
    except ValueError:
        return None


def read_narrow(args: Mapping[str, str], today: dt.date) -> Asked:
    """The same, of a unit where the address names one: lists and charts are of a unit too, tables are not."""
    return read(args, today).with_unit(args.get("unit", "").strip()[:KEY])


def _rows(by: str, period: Period) -> By:
    """By level where nothing else is asked for, or more months than are told one by one."""
    found = By(by) if by in set(By) else By.LEVEL
    return found if found in groupings(period) else By.LEVEL


def groupings(period: Period) -> tuple[By, ...]:
    """The rows that a table of a period can have."""
    short = statisticsmonths.number(period.start, period.end) <= statisticsmonths.MOST
    return tuple(By) if short else ADDING_UP


def _between(args: Mapping[str, str]) -> Period | None:
    try:
        return named(read_day(args.get("from", "")), read_day(args.get("to", "")))
    except ValueError:
        return None


def named(first: dt.date, last: dt.date) -> Period:
    """The period of these days by its own name, where it has one.

    Raises:
        ValueError: it ends before it starts, or lies outside the years that can be asked for.
    """
    period = periods.days_from(first, last)
    alike = (periods.period_of(kind, first) for kind in NAMED)
    return next((each for each in alike if (each.start, each.end) == (first, last)), period)


def cell_of(args: Mapping[str, str]) -> Cell:
    """Which number's dossiers are asked for."""
    cell = args.get("cell", "")
    return Cell(cell) if cell in set(Cell) else Cell.RECEIVED


def between(
    session: Session,
    days: tuple[str, str],
    by: By,
    scope: Scope,
    agency: str,
    *,
    second: bool,
    known_on: str = "",
) -> Question:
    """The question of two written days (2026-09-15), for those who script: refused, never guessed.

    Raises:
        InvalidInput: `from`, `to`, `known-on`, `by` or `agency`, with what is wrong.
    """
    first, last = (_written(name, text) for name, text in zip(("from", "to"), days, strict=True))
    if first > last:
        raise InvalidInput("to", f"Kỳ báo cáo ngược: ngày đầu {days[0]} sau ngày cuối {days[1]}.")
    if first.year not in periods.YEARS or last.year not in periods.YEARS:
        years = periods.YEARS
        raise InvalidInput("from", f"Kỳ báo cáo ngoài các năm {years.start}–{years.stop - 1}.")
    if by is By.MONTH and statisticsmonths.number(first, last) > statisticsmonths.MOST:
        raise InvalidInput("by", f"Theo tháng: kỳ báo cáo dài nhất {statisticsmonths.MOST} tháng.")
    if agency:
        found = agencies.agency_id(session, agency)
        if found is None or not scope.sees([found]):
            raise InvalidInput("agency", f"Không có cơ quan nào mang mã {agency}.")
    known = _written(KNOWN_ON, known_on) if known_on else None
    return Question(first, last, by, scope, agency, second, known_on=known)


def _written(name: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(name, f"Không đọc được ngày “{text}”: viết như 2026-09-15.") from None
