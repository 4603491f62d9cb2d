"""Each role's first lists of the morning: what belongs on them, in which order, and how they stand."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.support.databases import ENGINES
from tests.support.register import DAY, NOW, Register, stocked
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.standing import Standing
from tthc_tracker.queries import worklists


@pytest.fixture(scope="module", params=ENGINES)
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with stocked(request.param, tmp_path_factory.mktemp("register")) as laid:
        yield laid


@pytest.fixture
def session(register: Register) -> Iterator[Session]:
    with register.database.reading() as opened:
        yield opened


OPEN = frozenset({"overdue", "due_soon", "reappointed", ""})


def test_an_officer_sees_all_he_holds_by_due_date(session: Session, register: Register) -> None:
    mine = worklists.mine(session, register.office.officer.user_id, NOW)
    held = [row for row in register.rows if row.officer is not None and row.which in OPEN]
    held.sort(key=lambda row: (row.since, row.id))
    assert [row.code for row in mine.rows] == [row.code for row in held[: worklists.DESK]]
    assert (mine.count.number, mine.count.more) == (len(held), False)
    which = {row.code: row.which for row in held}
    standings = {"overdue": Standing.OVERDUE, "": Standing.PAUSED}
    assert [row.standing for row in mine.rows] == [standings[which[row.code]] for row in mine.rows]
    assert [row.at for row in mine.rows] == [row.since for row in held[: worklists.DESK]]


def test_nobody_holds_what_is_not_assigned(session: Session, register: Register) -> None:
    lying = worklists.unassigned(session, register.office.ward, NOW)
    expected = [r for r in register.rows if r.officer is None and r.which in OPEN]
    assert lying.count.number == len([row for row in expected if row.agency == "H50.19000"])
    assert {row.officer for row in lying.rows} == {None}
    assert len(lying.rows) == worklists.SHORT


def test_results_wait_at_the_desk_that_returns_them_the_longest_first(
    session: Session, register: Register
) -> None:
    waiting = worklists.to_collect(session, register.office.ward, NOW)
    expected = register.of("finished")
    assert [row.code for row in waiting.rows] == [row.code for row in expected[: worklists.SHORT]]
    assert waiting.count.number == len(expected)
    assert len(worklists.to_collect(session, register.office.other, NOW).rows) == 3


def test_what_is_promised_for_today_is_shown_until_it_is_ready(session: Session, register: Register) -> None:
    today = worklists.promised_today(session, register.office.ward, NOW)
    midnight = dt.datetime.combine(NOW.date(), dt.time(), NOW.tzinfo)
    ahead = [*register.of("due_soon"), *register.of("reappointed")]
    running = [*register.of("overdue"), *sorted(ahead, key=lambda row: (row.since, row.id))]
    expected = [row.code for row in running if midnight < row.since <= midnight + DAY]
    assert today.count.number == len(expected)
    assert [row.code for row in today.rows] == expected[: worklists.SHORT]


def test_what_became_overdue_since_yesterday_comes_latest_first(session: Session, register: Register) -> None:
    new = worklists.overdue_since(session, register.office.head.scope, NOW - DAY, NOW)
    expected = [row for row in register.of("overdue") if row.since > NOW - DAY]
    assert new.count.number == len(expected)
    latest = sorted(expected, key=lambda row: (-row.since.timestamp(), row.id))
    assert [row.code for row in new.rows] == [row.code for row in latest[: worklists.SHORT]]
    of_all = worklists.overdue_since(session, EVERYTHING, NOW - 60 * DAY, NOW).count.number
    assert of_all == len(register.of("overdue")) + 3


def test_what_the_desk_received_today_begins_at_midnight(session: Session, register: Register) -> None:
    desk = register.office.ward
    assert worklists.received_today(session, desk, NOW).rows == ()
    then = register.of("due_soon")[-1].since - 4 * DAY
    received = worklists.received_today(session, desk, then)
    assert received.rows
    assert all(row.at is not None and row.at.date() >= then.date() for row in received.rows)
    moments = [row.at for row in received.rows if row.at]
    assert moments == sorted(moments, reverse=True)
