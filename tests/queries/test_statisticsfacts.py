"""The table from the daily facts is the one counted from the dossiers, whatever is folded and what waits."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, insert, select, true, update

from tests.support.moments import at, on
from tests.support.screens import counted
from tests.support.statisticsdata import IDS, fold, hand_on, plant, questions, vary
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.performance import StatutoryRow
from tthc_tracker.domain.permissions import EVERYTHING, NOTHING
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import FactLedger, FactQueue
from tthc_tracker.models.history import Pause
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import agencylengths, agencyreports, statisticsfacts, statisticsodd, statutorytables
from tthc_tracker.queries.statistics import Statistics, counted_live, statutory
from tthc_tracker.queries.statisticscells import ADDING_UP, By, Question, span_of
from tthc_tracker.queries.statisticstransfers import any_since
from tthc_tracker.services import dailyfacts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

FIRST, LAST = on("Fri 2026-05-01"), on("Wed 2026-09-30")
NOW = at("Thu 2026-12-31 12:00")
ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING)


def assert_alike(session: "Session", question: Question, now: dt.datetime) -> Statistics:
    """That the facts answer, and as the dossiers do."""
    span = span_of(question.start, question.end, now)
    moved = any_since(session, span.start)
    if question.by in ADDING_UP:
        assert statisticsfacts.count(session, question, span, now, moved=moved) is not None
    found, wanted = statutory(session, question, now), counted_live(session, question, now)
    assert found == wanted
    if question.by is By.SOURCE:
        receptions = agencyreports.receptions_by_source(session, question, now)
        assert receptions == agencyreports.receptions_counted_live(session, question, now)
    if question.by in ADDING_UP:
        assert_form_alike(session, question, wanted, now)
    if question.by in {By.SOURCE, By.PROCEDURE, By.UNIT}:
        assert_ends_alike(session, question, now)
    return found


def assert_ends_alike(session: "Session", question: Question, now: dt.datetime) -> None:
    """That lengths against limits and apologies are those of the live count."""
    taken = agencylengths.lengths(session, question, now)
    assert taken == agencylengths.counted_live(session, question, now)
    apologised = agencyreports.apologies(session, question, now)
    assert apologised == agencyreports.apologies_counted_live(session, question, now)


def assert_form_alike(session: "Session", question: Question, wanted: Statistics, now: dt.datetime) -> None:
    """That the form has the rows of the live count; by level those of the fields of each."""
    form = statutorytables.table(session, question, now)
    assert form.total == wanted.total.row
    for group in form.groups:
        if group.key:
            asked = replace(question, by=By.SECTOR, level=group.key)
            wanted = counted_live(session, asked, now)
        assert [(row.key, row.row) for row in group.rows] == [(line.key, line.row) for line in wanted.rows]


@pytest.fixture
def planted(database: "Database") -> Iterator["Session"]:
    with database.transaction() as session:
        plant(session, Random(2026), 150, FIRST, LAST, NOW)
        vary(session)
        fold(session)
        yield session
        session.rollback()


def test_whatever_is_asked_the_facts_answer_as_the_dossiers_do(planted: "Session") -> None:
    assert planted.execute(select(FactQueue.id)).first() is None
    rows = 0
    for question in questions(25, 48, FIRST):
        rows += len(assert_alike(planted, question, NOW).rows)
    assert rows > 30
    assert assert_alike(planted, replace(ASK, scope=NOTHING), NOW).total.row == StatutoryRow()


def test_what_waits_in_the_queue_is_counted_as_it_is_now(planted: "Session") -> None:
    before = statutory(planted, ASK, NOW).total.row
    some = planted.execute(select(Dossier.id).order_by(Dossier.id).limit(40)).scalars().all()
    gone = update(Dossier).where(Dossier.id.in_(some)).values(state=State.CANCELLED)
    planted.execute(gone)
    assert planted.execute(select(FactQueue.id)).first() is not None
    for question in questions(8, 49, FIRST):
        assert_alike(planted, question, NOW)
    after = statutory(planted, ASK, NOW)
    assert after.total.row != before
    fold(planted)
    assert replace(statutory(planted, ASK, NOW), reckoned_at=NOW) == after


def test_every_writer_is_noticed_whatever_it_writes(planted: "Session") -> None:
    unpaused = Dossier.id.not_in(select(Pause.dossier_id))
    still_open = select(Dossier.id).where(Dossier.closed_at.is_(None), unpaused).order_by(Dossier.id)
    one = planted.execute(still_open.limit(1)).scalar_one()
    of = Dossier.id == one
    round_ = {
        "dossier_id": one, "round": 9, "started_at": at("Mon 2026-06-15 08:00"),
        "due_at": at("Tue 2026-06-16 08:00"), "late_from": at("Tue 2026-06-16 08:00"),
    }  # fmt: skip
    pause = {
        "dossier_id": one, "policy": "resume", "reason": "supplement",
        "started_at": at("Mon 2026-06-15 08:00"),
    }  # fmt: skip
    apology = {
        "dossier_id": one, "state": ApologyState.APPROVED, "ground": Ground.SAID, "due_at": NOW,
        "drafted_at": at("Mon 2026-06-15 08:00"), "decided_at": at("Tue 2026-06-16 08:00"),
    }  # fmt: skip
    planted.execute(delete(Apology).where(Apology.dossier_id == one))
    for write in (
        update(Dossier).where(of).values(sector_id=9002, channel="online"),
        update(Dossier).where(of).values(fee_state="paid", fee_method="online"),
        update(Dossier).where(of).values(components_digitised=None),
        update(Dossier).where(of).values(components_digitised=False),
        update(Dossier).where(of).values(result_digitised=None),
        update(Dossier).where(of).values(result_digitised=True),
        insert(Pause).values(**pause),
        update(Pause).where(Pause.dossier_id == one).values(ended_at=at("Tue 2026-06-16 08:00")),
        delete(Pause).where(Pause.dossier_id == one),
        insert(ReceptionRound).values(**round_),
        update(ReceptionRound)
        .where(ReceptionRound.dossier_id == one)
        .values(answered_at=at("Tue 2026-06-16 09:00")),
        delete(ReceptionRound).where(ReceptionRound.dossier_id == one),
        insert(Apology).values(**apology),
        update(Apology).where(Apology.dossier_id == one).values(late=True),
        delete(Apology).where(Apology.dossier_id == one),
    ):
        fold(planted)
        planted.execute(write.execution_options(synchronize_session=False))
        assert one in planted.execute(select(FactQueue.dossier_id)).scalars().all(), str(write)
        assert_alike(planted, replace(ASK, by=By.SOURCE), NOW)
    fold(planted)
    hand_on(planted, one, [(on("Wed 2026-07-01"), "H50.20")])
    assert one in planted.execute(select(FactQueue.dossier_id)).scalars().all()
    fold(planted)
    planted.execute(update(Dossier).where(of).values(next_check_at=NOW, abstract="khác"))
    assert planted.execute(select(FactQueue.id)).first() is None, "what no table counts wakes nothing"


def test_an_agency_put_on_another_level_takes_its_sums_along(planted: "Session") -> None:
    by_sector = [replace(ASK, by=By.SECTOR, level=level) for level in ("tinh", "xa")]
    before = [assert_alike(planted, asked, NOW).total.row for asked in by_sector]
    assert all(row.received for row in before)
    moved = update(Agency).where(Agency.code == "H50.01")
    planted.execute(moved.values(name="Cơ quan khác"))
    assert planted.execute(select(FactLedger.standing)).scalar_one() == "ready"
    planted.execute(moved.values(level=Level.XA))
    assert planted.execute(select(FactLedger.standing)).scalar_one() == "summing"
    assert [statutory(planted, asked, NOW) for asked in by_sector] == [
        counted_live(planted, asked, NOW) for asked in by_sector
    ]
    fold(planted)
    after = [assert_alike(planted, asked, NOW).total.row for asked in by_sector]
    assert after[0].received < before[0].received
    assert after[0].received + after[1].received == before[0].received + before[1].received


def test_what_was_passed_on_stands_where_it_was(planted: "Session") -> None:
    random = Random(30)
    for dossier_id in planted.execute(select(Dossier.id).order_by(Dossier.id)).scalars().all()[::3]:
        days = sorted(FIRST + dt.timedelta(days=random.randrange(200)) for _ in range(random.choice([1, 2])))
        hand_on(planted, dossier_id, [(day, random.choice(list(IDS))) for day in days])
    fold(planted)
    moved = 0
    for question in questions(25, 50, FIRST):
        moved += assert_alike(planted, question, NOW).total.row.transferred_out
    assert moved > 5


def test_today_is_looked_at_as_it_is_at_the_moment(database: "Database") -> None:
    now = at("Wed 2026-07-15 10:00")
    with database.transaction() as session:
        plant(session, Random(7), 200, on("Wed 2026-07-01"), on("Tue 2026-07-14"), now)
        later = (
            Dossier.closed_at >= now,
            {"closed_at": None, "closed_on": None, "finish_class": None, "state": "processing"},
        )
        session.execute(update(Dossier).where(later[0]).values(**later[1]))
        session.execute(delete(Pause).where(Pause.started_at >= now))
        session.execute(update(Pause).where(Pause.ended_at >= now).values(ended_at=None))
        fold(session)
        for hour in (0, 5, 10, 14):
            moment = now.replace(hour=10) + dt.timedelta(hours=hour)
            for question in questions(10, hour, FIRST):
                asked = replace(
                    question, start=on("Wed 2026-07-01"), end=max(question.end, on("Fri 2026-07-31"))
                )
                assert_alike(session, asked, moment)
        session.rollback()


def test_what_has_no_date_of_being_late_is_plain_or_odd_and_never_neither(planted: "Session") -> None:
    planted.execute(update(Dossier).values(late_from=None))
    counts = (
        planted.execute(select(func.count(Dossier.id)).where(which)).scalar_one()
        for which in (true(), statisticsodd.PLAIN, ~statisticsodd.PLAIN)
    )
    every, plain, odd = counts
    assert (plain + odd, odd > 0) == (every, True)


def test_of_too_many_the_table_is_counted_live(planted: "Session", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statisticsodd, "MOST_ODD", 5)
    planted.execute(update(Dossier).values(sector_id=9001))
    span = span_of(ASK.start, ASK.end, NOW)
    assert statisticsfacts.count(planted, ASK, span, NOW, moved=False) is None
    assert statutory(planted, ASK, NOW) == counted_live(planted, ASK, NOW)
    to_come = span_of(on("Fri 2027-01-01"), on("Sun 2027-01-31"), NOW)
    assert statisticsfacts.count(planted, ASK, to_come, NOW, moved=False) is None


def test_made_anew_the_sums_are_what_they_were(planted: "Session") -> None:
    asked = list(questions(10, 51, FIRST))
    before = [statutory(planted, question, NOW) for question in asked]
    assert dailyfacts.begin_anew(planted) == 150
    assert [statutory(planted, question, NOW) for question in asked] == before, "counted live meanwhile"
    fold(planted)
    assert planted.execute(select(FactLedger.standing)).scalar_one() == "ready"
    for question, table in zip(asked, before, strict=True):
        assert assert_alike(planted, question, NOW) == table


def test_lengths_and_apologies_look_at_no_dossier_that_stays_where_it_is(planted: "Session") -> None:
    agency = replace(ASK, agency="H50.01")
    assert agencylengths.lengths(planted, agency, NOW).unmeasured > 0
    assert agencyreports.apologies(planted, agency, NOW).without > 0
    with counted() as ran:
        agencylengths.lengths(planted, agency, NOW)
        agencyreports.apologies(planted, agency, NOW)
    assert not [one for one in ran if "FROM dossier \n" in one or "FROM apology" in one], ran


def test_a_table_costs_as_many_statements_whatever_it_holds(planted: "Session") -> None:
    statutory(planted, ASK, NOW)
    with counted() as ran:
        statutory(planted, ASK, NOW)
    assert len(ran) <= 9, ran
    assert not [one for one in ran if "FROM dossier \n" in one and "LIMIT" not in one]
