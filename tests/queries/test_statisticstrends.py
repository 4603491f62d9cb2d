"""The months and the ages of the charts come to what the dossiers come to when counted one by one."""

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.support.moments import at, on
from tests.support.statisticsdata import plant
from tthc_tracker.domain import periods
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticstrends import MONTHS, months, overdue_by_age

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING)


@pytest.mark.parametrize(
    "now", [at("Tue 2026-09-15 00:00"), at("Thu 2026-12-31 12:00")], ids=["just after it", "months after it"]
)
def test_the_last_twelve_months(database: "Database", now) -> None:
    with database.transaction() as session:
        known = plant(session, Random(3), 300, on("Mon 2026-01-05"), on("Wed 2026-09-30"), now)
        found = months(session, ASK, now)
    counted = [each.facts for each in known if each.facts.due_at is not None]
    assert len(found) == MONTHS
    assert (found[-1].year, found[-1].number) == (2026, 9)
    for month in found:
        span = periods.month(month.year, month.number)
        assert month.received == sum(span.holds(facts.accepted_on) for facts in counted)
        assert month.resolved == sum(
            facts.closed_on is not None and span.holds(facts.closed_on) for facts in counted
        )
        assert month.open == sum(
            facts.accepted_on <= span.end and (facts.closed_on is None or facts.closed_on > span.end)
            for facts in counted
        )


def test_the_ages_come_to_the_overdue_of_the_table(database: "Database") -> None:
    now = at("Tue 2026-09-15 00:00")
    with database.transaction() as session:
        plant(session, Random(5), 300, on("Mon 2026-05-04"), on("Wed 2026-09-30"), now)
        bands = overdue_by_age(session, ASK, now)
        total = statutory(session, ASK, now).total.row
    assert [(band.first, band.last) for band in bands] == [(0, 5), (6, 10), (11, 30), (31, 90), (91, None)]
    assert sum(band.number for band in bands) == total.open_overdue > 0


def test_nothing_planted_is_nothing_drawn(read: "Session") -> None:
    now = at("Tue 2026-09-15 00:00")
    assert {(month.received, month.resolved, month.open) for month in months(read, ASK, now)} == {(0, 0, 0)}
    assert not any(band.number for band in overdue_by_age(read, ASK, now))
