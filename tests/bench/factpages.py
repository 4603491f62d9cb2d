"""What stands beside the tables, at the sizes of tests.bench.facts: the parts of an agency's page, and what
charts of the whole province are drawn from."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.queries import agencylengths, agencymonths, agencyreports, statisticstrends
from tthc_tracker.queries.statisticscells import By, Question

PLACES = {"province": "", "largest": "H50.001", "small": "H50.150"}

Read = Callable[[Session, Question, dt.datetime], Any]

PARTS: dict[str, tuple[Read, Read | None]] = {
    "lengths": (agencylengths.lengths, agencylengths.counted_live),
    "apologies": (agencyreports.apologies, agencyreports.apologies_counted_live),
    "receptions": (agencyreports.receptions_by_source, agencyreports.receptions_counted_live),
    "ages": (statisticstrends.overdue_by_age, statisticstrends.overdue_counted_live),
    "months": (statisticstrends.months, statisticstrends.months_counted_live),
    "24 months": (agencyreports.rates_by_month, None),
    "heat table": (agencymonths.on_time, None),
}
"""Each as it is read, and as it is counted from the dossiers where that is told apart."""


def parts(
    session: Session, period: Period, now: dt.datetime, *, compare: bool
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each by its name, once it has been held against the live count."""
    for place, code in PLACES.items():
        asked = Question(period.start, period.end, By.AGENCY, EVERYTHING, code)
        for name, (read, live) in PARTS.items():
            if compare and live is not None:
                assert read(session, asked, now) == live(session, asked, now), (place, name)
            yield f"{place}, {name}", lambda read=read, asked=asked: read(session, asked, now)
