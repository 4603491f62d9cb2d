"""The outbox: claimed under a lease, settled by its holder only, never lost and never blocked by one row."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.queries.operations import database_now
from tthc_tracker.services import outbox
from tthc_tracker.services.outbox import Claimed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

NOW = at("Mon 2026-11-23 07:00")
MINUTE = dt.timedelta(minutes=1)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def put(session: "Session", office: Office, key: str = "k") -> bool:
    return outbox.enqueue(
        session, dedup_key=key, kind="digest", user_id=office.head.user_id, context={"since": "x"},
        domain="tthc.test", now=NOW,
    )  # fmt: skip


def take(session: "Session", now: dt.datetime = NOW) -> Claimed:
    claimed = outbox.claim(session, "me", now)
    assert claimed is not None
    return claimed


def row(session: "Session") -> OutboxMessage:
    session.expire_all()
    return session.execute(select(OutboxMessage)).scalar_one()


def test_the_same_message_is_written_once(write: "Session", office: Office) -> None:
    assert [put(write, office), put(write, office)] == [True, False]
    assert row(write).message_id.startswith("<digest.")
    assert row(write).message_id.endswith("@tthc.test>")


def test_a_claimed_message_is_nobody_elses(write: "Session", office: Office) -> None:
    put(write, office)
    take(write)
    assert outbox.claim(write, "another", NOW) is None


def test_a_message_is_not_claimed_before_its_time(write: "Session", office: Office) -> None:
    put(write, office)
    assert outbox.claim(write, "me", NOW - MINUTE) is None


def test_a_lease_that_ran_out_is_claimed_again_and_its_holder_can_settle_nothing(
    write: "Session", office: Office
) -> None:
    put(write, office)
    first = take(write)
    write.execute(update(OutboxMessage).values(lease_until=LONG_AGO))
    assert outbox.reclaim(write) == 1
    second = take(write)
    assert not outbox.enter_data(write, first)
    assert not outbox.mark_sent(write, first, code=250, reply="", now=NOW)
    assert outbox.enter_data(write, second)
    assert outbox.mark_sent(write, second, code=250, reply="OK", now=NOW)
    assert (first.message_id, row(write).status) == (second.message_id, "sent")


def test_a_lease_about_to_run_out_lets_nothing_be_sent(write: "Session", office: Office) -> None:
    put(write, office)
    message = take(write)
    soon = database_now(write) + outbox.SENDING / 2
    write.execute(update(OutboxMessage).values(lease_until=soon))
    assert not outbox.enter_data(write, message)


def test_a_letter_dropped_after_its_text_is_sent_again_under_the_same_name(
    write: "Session", office: Office
) -> None:
    put(write, office)
    message = take(write)
    outbox.enter_data(write, message)
    assert outbox.postpone(write, message, code=None, reply="closed", now=NOW)
    again = take(write, NOW + 2 * MINUTE)
    assert (again.message_id, again.attempts) == (message.message_id, 1)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 2), (2, 5), (3, 15), (4, 30), (5, 60), (40, 60)]
)
def test_waiting_grows_to_an_hour_give_or_take_a_fifth(attempts: int, minutes: int) -> None:
    waits = {outbox.back_off(number, attempts).total_seconds() / 60 for number in range(200)}
    assert min(waits) >= minutes * 0.8 - 0.01
    assert max(waits) <= minutes * 1.2 + 0.01
    assert len(waits) > 10


def test_what_cannot_leave_in_seventy_two_hours_is_given_up_and_seen(
    write: "Session", office: Office
) -> None:
    put(write, office)
    assert outbox.expire(write, NOW + dt.timedelta(hours=71)) == 0
    assert outbox.expire(write, NOW + dt.timedelta(hours=72)) == 1
    assert row(write).status == "dead"


def test_a_refused_message_is_buried_with_the_servers_words(write: "Session", office: Office) -> None:
    put(write, office)
    assert outbox.bury(write, take(write), code=550, reply="No such user", now=NOW)
    assert (row(write).status, row(write).last_code, row(write).last_error) == ("dead", 550, "No such user")


def test_a_fault_of_ours_burns_no_attempt(write: "Session", office: Office) -> None:
    put(write, office)
    assert outbox.put_back(write, take(write), code=535, reply="bad password", now=NOW)
    assert (row(write).status, row(write).attempts) == ("pending", 0)


def test_a_message_that_makes_no_letter_is_given_up_after_five_tries(
    write: "Session", office: Office
) -> None:
    put(write, office)
    now = NOW
    for attempt in range(1, 6):
        assert row(write).status == "pending"
        outbox.poison(write, take(write, now), reply="KeyError", now=now)
        assert row(write).attempts == attempt
        now += dt.timedelta(hours=2)
    assert row(write).status == "dead"


def test_after_a_restore_everything_is_held_until_somebody_lets_it_go(
    write: "Session", office: Office
) -> None:
    put(write, office)
    assert outbox.hold_all(write) == 1
    assert outbox.claim(write, "me", NOW) is None
    assert outbox.release(write, NOW) == 1
    assert take(write).attempts == 0


def test_a_dead_message_goes_again_only_when_it_is_named(write: "Session", office: Office) -> None:
    put(write, office)
    outbox.bury(write, take(write), code=550, reply="No such user", now=NOW)
    assert outbox.release(write, NOW) == 0
    assert outbox.release(write, NOW, [row(write).id]) == 1
    assert take(write).attempts == 0


def test_two_senders_never_claim_the_same(database: "Database") -> None:
    with database.transaction() as session:
        office = open_office(session)
        for number in range(5):
            put(session, office, str(number))
    claimed = []
    for sender in ("a", "b") * 3:
        with database.transaction() as session:
            claimed.append(outbox.claim(session, sender, NOW))
    ids = [message.id for message in claimed if message]
    assert len(ids) == len(set(ids)) == 5
