"""Risk before lateness: what is usual is measured, who is at risk is found, how good that is is told."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.alarms import RECEIVED, Desk
from tests.support.desk import Office
from tests.support.moments import HANOI, at
from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.domain.risk import Usual
from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.risk import DossierRisk, UsualTime
from tthc_tracker.queries import listing
from tthc_tracker.queries import risks as reads
from tthc_tracker.queries.listing import Filters
from tthc_tracker.services import backtesting, deputies, risks
from tthc_tracker.services.deputies import NameDeputy

pytestmark = pytest.mark.usefixtures("office")  # before the write unit, which lets nobody else write

DAY = 480
MONDAY = at("Mon 2026-11-16 07:00")  # five working days spent, four left of the last deadline
IN_MAY = at("Mon 2026-05-11 09:00")


def past(desk: Desk, many: int, minutes: int, closed: dt.datetime = IN_MAY, **more: Any) -> None:
    begun = closed - dt.timedelta(days=30)
    facts: dict[str, Any] = {
        "accepted_at": begun, "accepted_on": begun.date(), "closed_at": closed, "closed_on": closed.date(),
        "overdue_from": closed + dt.timedelta(days=1), "state": State.FINISHED, "worked_minutes": minutes,
        "finish_class": FinishClass.ON_TIME,
    }  # fmt: skip
    for _ in range(many):
        desk.running(**(facts | more))


def run(session: Session, now: dt.datetime = MONDAY) -> risks.Tally:
    today, tally = now.date(), risks.Tally()
    usual = risks.usual_between(session, today - reads.LOOKED_BACK, today)
    risks.keep_usual(session, usual, now)
    while after := risks.look(session, usual, tally, 0, now):
        assert after
    risks.keep_found(session, tally, now)
    return tally


def listed(
    session: Session, office: Office, filters: Filters = listing.EVERYTHING, size: int = 50
) -> list[str]:
    found, after = [], ""
    while True:
        page = reads.page(session, filters, office.controller.scope, MONDAY, after=after, size=size)
        found += [row.code for row in page.rows]
        if not (after := page.after):
            return found


def test_one_that_has_less_time_left_than_most_still_needed_is_found_with_the_numbers(
    desk: Desk, office: Office, write: Session
) -> None:
    past(desk, 20, 12 * DAY)
    one = desk.running()
    assert (run(write).examined, listed(write, office)) == (1, [one.code])
    (row,) = reads.page(write, listing.EVERYTHING, office.controller.scope, MONDAY).rows
    # Thu 19/11 is the last day: four are left, and all twenty needed more than seven after the five spent.
    spent = 5 * DAY - 120  # received at 09:00
    assert (row.left, row.needed, row.cases, row.of_province) == (4 * DAY, 12 * DAY - spent, 20, False)


def test_one_that_usually_comes_in_time_is_not_found(desk: Desk, write: Session) -> None:
    past(desk, 20, 7 * DAY)
    desk.running()
    assert run(write).at_risk == 0


def test_an_agency_with_too_few_is_held_against_the_province(
    desk: Desk, office: Office, write: Session
) -> None:
    past(desk, 12, 12 * DAY, resolving_agency_id=office.other)
    past(desk, 12, 12 * DAY)
    desk.running()
    run(write)
    (row,) = reads.page(write, listing.EVERYTHING, office.controller.scope, MONDAY).rows
    assert (row.cases, row.of_province) == (24, True)
    kept = write.execute(select(UsualTime.agency_id, UsualTime.cases)).all()
    assert kept == [(None, 24)]


def test_what_ended_more_than_a_year_ago_says_nothing(desk: Desk, write: Session) -> None:
    past(desk, 20, 12 * DAY, closed=at("Mon 2025-11-03 09:00"))
    desk.running()
    assert run(write).at_risk == 0


def test_a_list_is_made_anew_each_night_and_leaves_out_what_ended_since(
    desk: Desk, office: Office, write: Session
) -> None:
    past(desk, 20, 12 * DAY)
    first, second = desk.running(), desk.running()
    run(write)
    first.closed_at, first.closed_on, first.finish_class = MONDAY, MONDAY.date(), FinishClass.EARLY
    write.flush()
    assert listed(write, office) == [second.code]
    assert reads.count(write, listing.EVERYTHING, office.controller.scope, MONDAY).number == 1
    run(write)
    assert write.execute(select(DossierRisk.dossier_id)).scalars().all() == [second.id]


def test_the_most_missing_stands_first_on_whatever_page(desk: Desk, office: Office, write: Session) -> None:
    past(desk, 20, 12 * DAY)
    calm = desk.running(
        accepted_at=at("Tue 2026-11-10 09:00")
    )  # a day less spent, so that a day more is needed
    late = [desk.running() for _ in range(3)]
    run(write)
    expected = [calm.code, *(one.code for one in late)]
    assert [listed(write, office, size=size) for size in (1, 2, 50)] == [expected] * 3


@pytest.mark.parametrize("state", ["paused", "late", "not accepted"])
def test_only_what_runs_and_is_in_time_is_looked_at(desk: Desk, write: Session, state: str) -> None:
    past(desk, 20, 12 * DAY)
    if state == "paused":
        desk.running(paused_since=RECEIVED)
    elif state == "late":
        desk.running(overdue_from=MONDAY)
    else:
        desk.waiting()
    assert run(write).examined == 0


def test_a_backtest_knows_only_what_was_known_and_tells_how_often_it_was_right(
    desk: Desk, write: Session
) -> None:
    past(desk, 20, 12 * DAY)
    late: Dossier = desk.running()  # open until today: late
    in_time = desk.running()
    in_time.closed_at, in_time.closed_on = at("Wed 2026-11-18 09:00"), dt.date(2026, 11, 18)
    in_time.finish_class = FinishClass.EARLY
    write.flush()
    outcome = backtesting.backtest(write, dt.date(2026, 11, 16), dt.date(2026, 11, 30), HANOI)
    assert (outcome.dossiers, outcome.late) == (2, 1)
    assert (outcome.risk.warned, outcome.risk.late) == (2, 1)
    assert (outcome.risk.precision(), outcome.risk.recall(outcome.late)) == (0.5, 1.0)
    # Told on Tue 10/11, the first morning; due soon from Tue 17/11 14:00.
    assert outcome.gained == [5]
    before = backtesting.backtest(write, dt.date(2026, 4, 1), dt.date(2026, 4, 30), HANOI)
    assert (before.dossiers, before.risk.precision()) == (0, None)
    assert late.closed_at is None


def test_what_is_kept_is_what_was_measured(desk: Desk, office: Office, write: Session) -> None:
    past(desk, 10, DAY)
    past(desk, 10, 2 * DAY)
    run(write)
    procedure = write.execute(select(Dossier.procedure_id).limit(1)).scalar_one()
    expected = Usual((DAY,) * 10 + (2 * DAY,) * 10, 20)
    assert reads.usual_times(write)[reads.Stage(office.ward, procedure, reads.WHOLE)] == expected


def test_the_deputy_of_an_absent_head_is_told_of_what_is_at_risk_and_the_head_is_not(
    desk: Desk, office: Office, write: Session
) -> None:
    past(desk, 20, 12 * DAY)
    desk.running()
    run(write)
    head, deputy = office.head.user_id, office.officer.user_id

    def told(user_id: int) -> int:
        found = reads.told(write, user_id, MONDAY)
        return found.number if found else 0

    assert (told(head), told(deputy)) == (1, 0)
    command = NameDeputy(
        head, deputy, MONDAY.date(), MONDAY.date(), form=SignatureForm.KT, user_title="Trưởng phòng",
        deputy_title="Phó Trưởng phòng",
    )  # fmt: skip
    deputies.name(write, command, person=office.head, now=MONDAY)
    write.flush()
    assert (told(head), told(deputy)) == (0, 1)
    assert reads.told(write, head, MONDAY + dt.timedelta(days=1)) is not None, "back the next day"
    write.get_one(User, deputy).active = False
    write.flush()
    assert (told(head), told(office.controller.user_id)) == (1, 1), (
        "whose deputy may not sign in is told himself"
    )
