"""What has served its time goes, and nothing that somebody still waits for."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.moments import at
from tthc_tracker.domain.calendarchanges import ChangeState, Effect, Notice
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.services import housekeeping

pytestmark = pytest.mark.usefixtures("office")  # before the write unit, which lets nobody else write

NOW = at("Thu 2026-11-26 02:30")
DAY = dt.timedelta(days=1)


def settled(session: Session, at: dt.datetime | None, *notices: Notice) -> int:
    """A change of the calendar, and a dossier moved by it for each of these letters."""
    change = CalendarChange(
        state=ChangeState.DONE,
        title="Nghỉ bão",
        rows="",
        decision="Quyết định 12",
        made_at=NOW,
        settled_at=at,
    )
    session.add(change)
    session.flush()
    facts: dict[str, Any] = {
        "version": 1, "agency_id": 1, "moves": True, "touched": True, "due_provisional": False,
        "due_on_day_off": False, "reception_round": 0,
    }  # fmt: skip
    for dossier_id, notice in enumerate(notices, 1):
        row = CalendarMove(
            change_id=change.id, dossier_id=dossier_id, effect=Effect.NONE, notice=notice, **facts
        )
        session.add(row)
    session.flush()
    return change.id


def test_what_a_change_of_the_calendar_moved_goes_ninety_days_after_it_but_no_letter_that_waits(
    write: Session,
) -> None:
    old = settled(
        write, NOW - 91 * DAY, Notice.NONE, Notice.SENT, Notice.DROPPED, Notice.DRAFT, Notice.APPROVED
    )
    young, underway = settled(write, NOW - 89 * DAY, Notice.NONE), settled(write, None, Notice.NONE)
    assert housekeeping.clean_up(write, NOW)["moves"] == 3
    left = select(CalendarMove.change_id, CalendarMove.notice).order_by(
        CalendarMove.change_id, CalendarMove.dossier_id
    )
    assert write.execute(left).all() == [
        (old, Notice.DRAFT), (old, Notice.APPROVED), (young, Notice.NONE), (underway, Notice.NONE)
    ]  # fmt: skip
    assert write.get_one(CalendarChange, old).title, "the change and what it came to are kept"
