"""The on-time rate of agencies in each of the last months: the fields of a heat table."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.performance import Rate, rate
from tthc_tracker.domain.periods import Period
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsends as ends
from tthc_tracker.queries import statisticstransfers
from tthc_tracker.queries.agencyreports import last_months, month_of
from tthc_tracker.queries.statisticscells import Question, span_of

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
    """Twelve months up to the end of the period. Two queries and a look at the transfers."""
    wanted = last_months(question, now, MONTHS)
    span = span_of(wanted[0].start, wanted[-1].end, now)
    resolver = statisticstransfers.resolver_of(session, span)
    marked = (
        select(
            resolver.label("agency"), month_of(ends.CLOSED_ON, wanted).label("month"),
            ends.is_in_time().label("good"),
        )
        .where(ends.resolved_in(span), cells.resolved_by(session, question, resolver))
        .subquery()
    )  # fmt: skip
    by = (marked.c.agency, marked.c.month)
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for agency_id, month, good, number in session.execute(
        select(*by, func.sum(marked.c.good), func.count()).group_by(*by)
    ):
        found[agency_id][month] = int(good), number
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
