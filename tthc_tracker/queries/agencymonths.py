"""The on-time rate of agencies in each of the last months: the fields of a heat table."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.performance import Rate, rate
from tthc_tracker.domain.periods import Period
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries.statisticsbymonth import last_months, resolved
from tthc_tracker.queries.statisticscells import Question

MONTHS = 12
MOST = 25  # agencies: a picture of two hundred says nothing


@dataclass(frozen=True)
class AgencyRow:
    """An agency with its rate of each month."""

    code: str
    name: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class AgencyMonths:
    """The agencies that resolved most, in the order of the catalogue."""

    months: tuple[Period, ...]
    rows: tuple[AgencyRow, ...]


def on_time(session: Session, question: Question, now: dt.datetime) -> AgencyMonths:
    """Twelve months up to the end of the period."""
    wanted = last_months(question, now, MONTHS)
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for (agency_id, month), parts in resolved(session, question, wanted, by_agency=True).items():
        found[agency_id][month] = parts
    most = sorted(found, key=lambda one: (-sum(den for _, den in found[one].values()), one))[:MOST]
    return AgencyMonths(tuple(wanted), _rows(session, most, found))


def _rows(
    session: Session, ids: list[int], found: dict[int, dict[int, tuple[int, int]]]
) -> tuple[AgencyRow, ...]:
    statement = select(Agency.id, Agency.code, Agency.name).where(Agency.id.in_(ids)).order_by(Agency.code)
    return tuple(
        AgencyRow(code, name, tuple(rate(*found[one].get(place, (0, 0))) for place in range(MONTHS)))
        for one, code, name in session.execute(statement)
    )
