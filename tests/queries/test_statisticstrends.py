"""The months and the ages of the charts come to what the dossiers come to when counted one by one, from the
daily facts as from the dossiers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.support.moments import at, on
from tests.support.screens import counted
from tests.support.statisticsdata import IDS, Known, fold, hand_on, plant, questions
from tthc_tracker.domain import periods
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.queries import factflows, statisticsbymonth, statisticsodd
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticstrends import (
    MONTHS,
    months,
    months_counted_live,
    overdue_by_age,
    overdue_counted_live,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

FIRST, LAST = on("Fri 2026-05-01"), on("Wed 2026-09-30")
NOW = at("Thu 2026-12-31 12:00")
ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING)


@pytest.fixture
def planted(database: "Database") -> Iterator[tuple["Session", list[Known]]]:
    with database.transaction() as session:
        known = plant(session, Random(3), 200, FIRST, LAST, NOW)
        fold(session)
        yield session, known
        session.rollback()


def assert_alike(session: "Session", question: Question, now: dt.datetime = NOW) -> int:
    """That the facts tell of every chart what the dossiers do; how many dossiers that was about."""
    wanted = statisticsbymonth.last_months(question, now, MONTHS)
    days = statisticsbymonth.stretches(wanted)
    assert factflows.count(session, question, days, ["late"]) is not None
    trend, ages = months(session, question, now), overdue_by_age(session, question, now)
    assert trend == months_counted_live(session, question, now)
    assert ages == overdue_counted_live(session, question, now)
    live = statisticsbymonth.resolved_counted_live
    for by_agency in (False, True):
        resolved = statisticsbymonth.resolved(session, question, wanted, by_agency=by_agency)
        assert resolved == live(session, question, wanted, by_agency=by_agency)
    answered = statisticsbymonth.answered_counted_live(session, question, wanted, now)
    assert statisticsbymonth.rates(session, question, wanted, now) == (
        live(session, question, wanted), answered,
    )  # fmt: skip
    return sum(month.received for month in trend) + sum(band.number for band in ages)


def test_whatever_is_asked_the_months_and_ages_from_the_facts_are_those_of_the_dossiers(
    planted: tuple["Session", list[Known]],
) -> None:
    session, _known = planted
    told = sum(assert_alike(session, question) for question in questions(20, 52, FIRST))
    for unit in ("H50.01/P1", "H50.20/P1", "H50.02/P9"):
        told += assert_alike(session, replace(ASK, agency=unit.split("/")[0], unit=unit))
        told += assert_alike(session, replace(ASK, unit=unit))
    assert told > 500


def test_what_waits_and_what_was_passed_on_stands_where_it_is_by_now(
    planted: tuple["Session", list[Known]],
) -> None:
    session, _known = planted
    random, every = Random(31), session.execute(select(Dossier.id).order_by(Dossier.id)).scalars().all()
    session.execute(update(Dossier).where(Dossier.id.in_(every[:20])).values(state=State.CANCELLED))
    for dossier_id in every[::3]:
        days = sorted(FIRST + dt.timedelta(days=random.randrange(200)) for _ in range(random.choice([1, 2])))
        hand_on(session, dossier_id, [(day, random.choice(list(IDS))) for day in days])
    for waits in (True, False):
        for question in questions(12, 53, FIRST):
            assert_alike(session, question)
        if waits:
            fold(session)


def test_of_today_the_ages_are_those_of_the_moment(database: "Database") -> None:
    now = at("Wed 2026-07-15 10:00")
    with database.transaction() as session:
        plant(session, Random(7), 200, on("Mon 2026-06-01"), on("Tue 2026-07-14"), now)
        ran = {"closed_at": None, "closed_on": None, "finish_class": None, "state": "processing"}
        session.execute(update(Dossier).where(Dossier.closed_at >= now).values(**ran))
        session.execute(update(Pause).where(Pause.ended_at >= now).values(ended_at=None))
        fold(session)
        for hours in (0, 5, 13):
            moment = now + dt.timedelta(hours=hours)
            for end in ("Wed 2026-07-15", "Tue 2026-07-14", "Fri 2026-07-31"):
                asked = Question(on("Mon 2026-06-15"), on(end), By.AGENCY, EVERYTHING)
                ages = overdue_by_age(session, asked, moment)
                assert ages == overdue_counted_live(session, asked, moment)
                assert (
                    sum(band.number for band in ages)
                    == statutory(session, asked, moment).total.row.open_overdue
                )
        session.rollback()


def test_where_the_facts_cannot_tell_the_dossiers_do(
    planted: tuple["Session", list[Known]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _known = planted
    told = [months(session, ASK, NOW), overdue_by_age(session, ASK, NOW)]
    monkeypatch.setattr(statisticsodd, "MOST_ODD", 5)
    session.execute(update(Dossier).values(sector_id=9001))
    assert factflows.count(session, ASK, [factflows.until(LAST)], ["open"]) is None
    assert [months(session, ASK, NOW), overdue_by_age(session, ASK, NOW)] == told


def test_the_months_cost_as_many_statements_whatever_they_hold(
    planted: tuple["Session", list[Known]],
) -> None:
    session, _known = planted
    with counted() as ran:
        months(session, ASK, NOW)
        overdue_by_age(session, ASK, NOW)
    assert len(ran) <= 12, ran
    assert not [one for one in ran if "dossier.accepted_on" in one and "late_from" not in one]


def test_the_last_twelve_months(planted: tuple["Session", list[Known]]) -> None:
    session, known = planted
    found = months(session, ASK, NOW)
    held = [each.facts for each in known if each.facts.due_at is not None]
    assert len(found) == MONTHS
    assert (found[-1].year, found[-1].number) == (2026, 9)
    for month in found:
        span = periods.month(month.year, month.number)
        assert month.received == sum(span.holds(facts.accepted_on) for facts in held)
        assert month.resolved == sum(
            facts.closed_on is not None and span.holds(facts.closed_on) for facts in held
        )
        assert month.open == sum(
            facts.accepted_on <= span.end and (facts.closed_on is None or facts.closed_on > span.end)
            for facts in held
        )


def test_the_ages_come_to_the_overdue_of_the_table(planted: tuple["Session", list[Known]]) -> None:
    session, _known = planted
    bands = overdue_by_age(session, ASK, NOW)
    total = statutory(session, ASK, NOW).total.row
    assert [(band.first, band.last) for band in bands] == [(0, 5), (6, 10), (11, 30), (31, 90), (91, None)]
    assert sum(band.number for band in bands) == total.open_overdue > 0


def test_nothing_planted_is_nothing_drawn(read: "Session") -> None:
    now = at("Tue 2026-09-15 00:00")
    assert {(month.received, month.resolved, month.open) for month in months(read, ASK, now)} == {(0, 0, 0)}
    assert not any(band.number for band in overdue_by_age(read, ASK, now))
