"""The figures that are open to machines: what each agency took in and resolved in a calendar month.

Flows only, and of each agency by itself: what is open links a month to the next, and a total over agencies
links one to the others, so that a small number could be reckoned from them (decision 0042).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.disclosure import Sum, withheld
from tthc_tracker.domain.performance import rate
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries import statistics
from tthc_tracker.queries.statistics import Line
from tthc_tracker.queries.statisticscells import By, Question

SUMS = (
    Sum("filed", ("filed_online", "filed_direct")),
    Sum("resolved", ("resolved_early", "resolved_on_time", "resolved_late")),
    Sum("reception_due", ("reception_in_time", "reception_late")),
)
NUMBERS = tuple(name for one in SUMS for name in (*one.parts, one.total))
"""The numbers of a row, each sum behind its parts."""
MONTHS = 12
FIRST_YEAR = 2015


@dataclass(frozen=True)
class OpenRow:
    """An agency's month. numbers: None for what is kept back; on_time_percent: also where it would tell."""

    month: str
    agency_code: str
    agency: str
    level: Level
    numbers: Mapping[str, int | None]
    on_time_percent: Decimal | None


def months(today: dt.date, year: int | None = None) -> tuple[Period, ...]:
    """The calendar months that are over: the last twelve, or those of a year; the earliest first."""
    if year is not None:
        every = (periods.month(year, number) for number in range(1, MONTHS + 1))
        return tuple(one for one in every if one.end < today)
    found = [periods.previous(periods.period_of(PeriodKind.MONTH, today))]
    while len(found) < MONTHS:
        found.append(periods.previous(found[-1]))
    return tuple(reversed(found))


def of_month(session: Session, month: Period, now: dt.datetime) -> tuple[OpenRow, ...]:
    """The rows of one month, in the order of the catalogue; agencies with nothing have none."""
    question = Question(month.start, month.end, By.AGENCY, EVERYTHING)
    table = statistics.statutory(session, question, now)
    lines = {line.key: line for line in (*table.rows, *table.reception_rows) if line.key is not None}
    levels = select(Agency.code, Agency.level).where(Agency.code.in_(list(lines)))
    level_of = dict(session.execute(levels).all())
    rows = (_row(month.key, level_of[line.key], line) for line in lines.values() if line.key in level_of)
    return tuple(row for row in rows if any(number != 0 for number in row.numbers.values()))


def _row(month: str, level: Level, line: Line) -> OpenRow:
    row, reception = line.row, line.reception
    known = {
        "filed_online": row.online, "filed_direct": row.direct, "filed": row.online + row.direct,
        "resolved_early": row.early, "resolved_on_time": row.on_time, "resolved_late": row.late,
        "resolved": row.resolved,
        "reception_in_time": reception.in_time, "reception_late": reception.due - reception.in_time,
        "reception_due": reception.due,
    }  # fmt: skip
    hidden = withheld(known, SUMS)
    tells = hidden & {"resolved", "resolved_late"}
    share = None if tells else rate(row.early + row.on_time, row.resolved).percent
    shown = {name: None if name in hidden else known[name] for name in NUMBERS}
    return OpenRow(month, line.key or "", line.label, level, shown, share)
