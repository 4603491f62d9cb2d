"""Whatever is done to dossiers, and by how many at once: facts folded bit by bit are those made anew."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import func, select, update

from tests.services.test_any_life import BEGIN, Life, Record, leader
from tests.support.desk import Office, Worker
from tests.support.moments import at, on
from tests.support.statisticsdata import plant
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import FactQueue
from tthc_tracker.queries import factchecks, statisticsfacts
from tthc_tracker.queries.statistics import counted_live, statutory
from tthc_tracker.queries.statisticscells import ADDING_UP, By, Question, span_of
from tthc_tracker.services import dailyfacts

FIRST, LAST = on("Fri 2026-05-01"), on("Wed 2026-09-30")
__all__ = ["leader"]  # the fixture of lives


def fold(database: Database) -> None:
    """Work off what waits, three dossiers a transaction."""
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run, batch=3)


def assert_verified(database: Database, first: dt.date, last: dt.date) -> int:
    """That every day and every sum is what the dossiers come to; how many were counted."""
    with database.reading() as session:
        report = factchecks.verify(session, first, last)
        assert (report.differences, report.waiting, report.standing) == ([], 0, "ready")
        return report.dossiers


class CountedLife(Life):
    """A desk at which time passes, and after each deed somebody looks at a table."""

    questions: Iterator[Question]
    latest = BEGIN  # of all lives: they share a desk, and no table is looked at before what it holds
    deeds = 0

    def _holds(self, code: str) -> None:
        super()._holds(code)
        self.deeds += 1
        if self.deeds % 3 == 0:
            fold(self.database)
        CountedLife.latest = max(self.now, CountedLife.latest)
        asked, now = next(self.questions), CountedLife.latest + dt.timedelta(minutes=1)
        with self.database.reading() as session:
            span = span_of(asked.start, asked.end, now)
            if asked.by in ADDING_UP and asked.start <= now.date():
                told = statisticsfacts.count(session, asked, span, now, moved=False)
                assert told is not None, "the facts answer"
            table = statutory(session, asked, now)
            assert table == counted_live(session, asked, now)
            assert all(line.row.balances for line in (*table.rows, table.total)), asked

    def teardown(self) -> None:
        """At the end of a life."""
        fold(self.database)
        assert_verified(self.database, on("Thu 2026-01-01"), on("Fri 2027-12-31"))


def test_after_every_deed_of_a_life_the_facts_are_those_counted_anew(
    database: Database, office: Office, leader: Worker
) -> None:
    periods = [
        (on("Mon 2026-11-16"), on("Mon 2026-11-16")),
        (on("Tue 2026-09-15"), on("Mon 2026-12-14")),
        (on("Tue 2026-11-17"), on("Thu 2026-12-31")),
    ]
    CountedLife.questions = cycle(
        Question(start, end, by, EVERYTHING, second=second)
        for by in By
        for start, end in periods
        for second in (False, True)
    )
    record = Record()
    run_state_machine_as_test(
        lambda: CountedLife(database, office, leader, record),
        settings=settings(
            max_examples=6, stateful_step_count=25, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert sum(record.done.values()) > 30


def test_who_writes_waits_for_nobody_and_nothing_written_meanwhile_is_lost(database: Database) -> None:
    with database.transaction() as session:
        plant(session, Random(8), 60, FIRST, LAST, at("Thu 2026-12-31 12:00"))
        ids = session.execute(select(Dossier.id).order_by(Dossier.id)).scalars().all()
    fold(database)

    def write(seed: int) -> None:
        random = Random(seed)
        for _ in range(15):
            with database.transaction() as session:
                one = update(Dossier).where(Dossier.id == random.choice(ids))
                session.execute(one.values(sector_id=random.choice([9001, 9002]), fee_state="paid"))

    with ThreadPoolExecutor(6) as pool:
        at_work = [pool.submit(write, seed) for seed in range(4)]
        at_work += [pool.submit(fold, database) for _ in range(2)]
        for each in at_work:
            each.result()
    fold(database)
    assert assert_verified(database, on("Thu 2026-01-01"), on("Thu 2026-12-31")) == 60


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_run_cut_short_is_gone_on_with(database: Database) -> None:
    with database.transaction() as session:
        plant(session, Random(9), 20, FIRST, LAST, at("Thu 2026-12-31 12:00"))
        assert dailyfacts.begin_anew(session) == 20
    run = dailyfacts.Run()
    for _ in range(9):
        with database.transaction() as session:
            dailyfacts.fold_next(session, run, batch=5)
    with database.transaction() as session:
        dailyfacts.fold_next(session, run)
        session.rollback()
    fold(database)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(FactQueue)).scalar_one() == 0
    assert assert_verified(database, on("Thu 2026-01-01"), on("Thu 2026-12-31")) == 20
