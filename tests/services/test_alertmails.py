"""Which mails alerts call for: one at once per head and scan, one digest per head and working morning."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update

from tests.support.alarms import OVERDUE, RECEIVED, SOON, VERY_OVERDUE, Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.queries import alertmail
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alertmails, alerts
from tthc_tracker.services.alertanswers import AcknowledgeAlert, acknowledge
from tthc_tracker.services.alertmails import announce, write_digests

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MINUTE = dt.timedelta(minutes=1)
MORNING = at("Mon 2026-11-23 07:00")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def scan(session: "Session", now: dt.datetime) -> int:
    """Raise what stands and write the mails at once; how many mails."""
    alerts.raise_due(session, Directory(session), now=now)
    session.flush()
    return announce(session, now=now, domain="tthc.test")


def mails(session: "Session", kind: str) -> list[OutboxMessage]:
    statement = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(session.execute(statement).scalars())


def of_head(session: "Session", office: Office) -> list[OutboxMessage]:
    """The digests of the head of the unit."""
    return [mail for mail in mails(session, "digest") if mail.user_id == office.head.user_id]


def said(session: "Session", mail: OutboxMessage, now: dt.datetime) -> alertmail.AlertMail | None:
    return alertmail.content(
        session, mail.kind, mail.user_id or 0, mail.context, created_at=mail.created_at, now=now
    )


# --- at once


def test_one_scan_writes_one_mail_to_each_head_however_much_is_wrong(write: "Session", desk: Desk) -> None:
    for _ in range(5):
        desk.running()
    assert scan(write, VERY_OVERDUE) == 1
    (mail,) = mails(write, "at_once")
    assert mail.user_id == desk.office.controller.user_id
    content = said(write, mail, VERY_OVERDUE)
    assert content is not None
    assert content.counts == {Rule.VERY_OVERDUE: 5}


def test_clerks_and_officers_get_no_mail(write: "Session", desk: Desk) -> None:
    desk.waiting(recorded_at=RECEIVED)
    assert scan(write, OVERDUE) == 0  # late reception rings at the desk, which has no head here


def test_there_is_at_most_one_mail_an_hour_and_nothing_is_left_out_by_it(
    write: "Session", desk: Desk
) -> None:
    desk.running()
    assert scan(write, VERY_OVERDUE) == 1
    second = desk.running()
    assert scan(write, VERY_OVERDUE + 30 * MINUTE) == 0
    assert scan(write, VERY_OVERDUE + 61 * MINUTE) == 1
    content = said(write, mails(write, "at_once")[-1], VERY_OVERDUE + 61 * MINUTE)
    assert content is not None
    assert [line.code for line in content.new] == [second.code]
    assert scan(write, VERY_OVERDUE + 130 * MINUTE) == 0


def test_what_is_new_is_told_after_days_in_which_nothing_ran(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    desk.running()
    assert scan(write, VERY_OVERDUE + dt.timedelta(days=3)) == 1
    (mail,) = mails(write, "at_once")
    content = said(write, mail, VERY_OVERDUE + dt.timedelta(days=3))
    assert content is not None
    assert content.counts == {Rule.VERY_OVERDUE: 2}


def test_a_clock_that_was_ahead_for_a_while_hides_nothing_new(write: "Session", desk: Desk) -> None:
    assert announce(write, now=VERY_OVERDUE + dt.timedelta(days=40), domain="tthc.test") == 0
    desk.running()
    assert scan(write, VERY_OVERDUE) == 1


def test_what_has_long_been_somebodys_is_not_gone_through_again(write: "Session", desk: Desk) -> None:
    desk.running()
    assert scan(write, VERY_OVERDUE) == 1
    write.execute(delete(OutboxMessage))  # as if nobody had been told
    assert announce(write, now=VERY_OVERDUE + MINUTE, domain="tthc.test") == 1  # it may have been held back
    write.execute(delete(OutboxMessage))
    for later in (90, 180, 270):
        announce(write, now=VERY_OVERDUE + later * MINUTE, domain="tthc.test")
    write.execute(delete(OutboxMessage))
    assert announce(write, now=VERY_OVERDUE + 300 * MINUTE, domain="tthc.test") == 0


def test_what_was_overdue_before_it_was_loaded_waits_for_the_digest(write: "Session", desk: Desk) -> None:
    desk.running("provincial-portal", recorded_at=VERY_OVERDUE + MINUTE)
    assert scan(write, VERY_OVERDUE + 2 * MINUTE) == 0
    assert set(write.execute(select(Alert.from_before)).scalars()) == {True}


def test_a_mail_at_once_says_nothing_when_its_dossiers_are_done(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    scan(write, VERY_OVERDUE)
    write.execute(update(Alert).where(Alert.dossier_id == dossier.id).values(closed_at=VERY_OVERDUE))
    (mail,) = mails(write, "at_once")
    assert said(write, mail, VERY_OVERDUE) is None


# --- each morning


def test_the_morning_brings_one_digest_to_each_head_with_alerts(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    mailing = write_digests(write, since=MORNING - 5 * MINUTE, now=MORNING, domain="tthc.test")
    assert (mailing.due, mailing.written, mailing.nothing, mailing.day_off) == (2, 2, 0, 0)
    # The head of the unit has the alert; the controller has none, and a unit that is late.
    head, controller = (said(write, mail, MORNING) for mail in mails(write, "digest"))
    assert head is not None
    assert controller is not None
    assert (head.total, head.overview) == (1, None)
    assert controller.total == 0
    assert controller.overview is not None


def test_a_morning_without_anything_late_is_silent(write: "Session", desk: Desk) -> None:
    desk.running(overdue_from=VERY_OVERDUE, current_due_at=VERY_OVERDUE, due_soon_from=None)
    mailing = write_digests(write, since=None, now=MORNING, domain="tthc.test")
    assert (mailing.written, mailing.nothing) == (0, 2)


def test_a_second_run_of_the_same_morning_writes_nothing(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    for _ in range(2):
        write_digests(write, since=None, now=MORNING, domain="tthc.test")
    assert len(mails(write, "digest")) == 2  # the head's and the controller's


@pytest.mark.parametrize(
    ("since", "now", "due"),
    [
        pytest.param("Mon 2026-11-23 06:50", "Mon 2026-11-23 06:55", 0, id="not before the hour"),
        pytest.param("Mon 2026-11-23 06:55", "Mon 2026-11-23 07:00", 2, id="at the hour"),
        pytest.param("Mon 2026-11-23 07:00", "Mon 2026-11-23 07:05", 0, id="not again after it"),
        pytest.param("Mon 2026-11-23 00:00", "Mon 2026-11-23 14:00", 2, id="made up for after downtime"),
    ],
)
def test_a_digest_belongs_to_its_hour(write: "Session", desk: Desk, since: str, now: str, due: int) -> None:
    assert write_digests(write, since=at(since), now=at(now), domain="tthc.test").due == due


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("Sun 2026-11-22 07:00", id="a Sunday"),
        pytest.param("Tue 2026-11-24 07:00", id="a holiday in the week"),
    ],
)
def test_there_is_no_digest_on_a_day_off(write: "Session", desk: Desk, moment: str) -> None:
    desk.running()
    scan(write, OVERDUE)
    mailing = write_digests(write, since=None, now=at(moment), domain="tthc.test")
    assert (mailing.written, mailing.day_off) == (0, 2)


def test_there_is_a_digest_on_a_make_up_saturday(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    assert write_digests(write, since=None, now=at("Sat 2026-08-22 07:00"), domain="tthc.test").day_off == 0


def test_a_digest_puts_the_new_on_top_and_the_worst_first(write: "Session", desk: Desk) -> None:
    old = desk.running(officer_id=None)
    scan(write, OVERDUE)
    write_digests(write, since=None, now=at("Fri 2026-11-20 07:00"), domain="tthc.test")
    soon = desk.running(officer_id=None, overdue_from=VERY_OVERDUE, very_overdue_from=None, recorded_at=SOON)
    none = desk.running(
        officer_id=None, overdue_from=None, due_at=None, due_on=None, current_due_at=None, due_soon_from=None,
        very_overdue_from=None, recorded_at=SOON,
    )  # fmt: skip
    scan(write, at("Fri 2026-11-20 08:00"))
    write_digests(write, since=None, now=MORNING, domain="tthc.test")
    content = said(write, of_head(write, desk.office)[-1], MORNING)
    assert content is not None
    assert [line.code for line in content.new] == [none.code, soon.code]  # a warning before a notice
    assert [line.code for line in content.others] == [old.code]
    assert (content.total, content.new_total, content.left_out) == (3, 2, 0)


def test_a_digest_shows_fifty_and_counts_the_rest(write: "Session", desk: Desk) -> None:
    for _ in range(53):
        desk.running()
    scan(write, OVERDUE)
    write_digests(write, since=None, now=MORNING, domain="tthc.test")
    content = said(write, of_head(write, desk.office)[-1], MORNING)
    assert content is not None
    assert (len(content.new) + len(content.others), content.left_out) == (50, 3)


def test_a_leaders_fifty_rows_are_his_units_and_his_alerts_together(write: "Session", desk: Desk) -> None:
    for _ in range(52):
        desk.running(officer_id=desk.office.controller.user_id)
    scan(write, OVERDUE)
    write_digests(write, since=None, now=MORNING, domain="tthc.test")
    mail = next(one for one in mails(write, "digest") if one.user_id == desk.office.controller.user_id)
    content = said(write, mail, MORNING)
    assert content is not None
    assert content.overview is not None
    rows = len(content.overview.lines), len(content.new) + len(content.others)
    assert (rows, content.left_out) == ((1, 49), 3)


def test_what_one_has_acknowledged_is_not_in_ones_digest(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    head = desk.office.head.user_id
    alert_id = write.execute(select(Alert.id)).scalar_one()
    acknowledge(write, AcknowledgeAlert(alert_id, "đang làm", OVERDUE.date()), user_id=head, now=OVERDUE)
    write.flush()
    write_digests(write, since=None, now=MORNING, domain="tthc.test")
    assert of_head(write, desk.office) == []


def test_a_digest_that_a_later_one_has_overtaken_says_nothing(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    for now in (MORNING, at("Wed 2026-11-25 07:00")):
        write_digests(write, since=None, now=now, domain="tthc.test")
    first, second = of_head(write, desk.office)
    assert said(write, first, at("Wed 2026-11-25 07:01")) is None
    assert said(write, second, at("Wed 2026-11-25 07:01")) is not None


def test_a_dossier_very_overdue_for_a_person_is_not_also_overdue_in_his_mail(
    write: "Session", desk: Desk
) -> None:
    desk.running(officer_id=desk.office.controller.user_id)
    scan(write, VERY_OVERDUE)
    write_digests(write, since=None, now=at("Thu 2026-11-26 07:00"), domain="tthc.test")
    mail = next(m for m in mails(write, "digest") if m.user_id == desk.office.controller.user_id)
    content = said(write, mail, at("Thu 2026-11-26 07:00"))
    assert content is not None
    assert content.counts == {Rule.VERY_OVERDUE: 1}


def test_a_mirrored_line_says_how_old_its_source_is(write: "Session", desk: Desk) -> None:
    as_of = at("Thu 2026-11-19 23:00")
    desk.running("provincial-portal", source_as_of=as_of)
    scan(write, OVERDUE)
    write_digests(write, since=None, now=MORNING, domain="tthc.test")
    content = said(write, of_head(write, desk.office)[-1], MORNING)
    assert content is not None
    assert [moment for _, moment in content.sources] == [as_of]


def test_a_mail_knows_names_only_masked(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    write_digests(write, since=None, now=MORNING, domain="tthc.test")
    (mail,) = of_head(write, desk.office)
    content = said(write, mail, MORNING)
    assert content is not None
    assert [line.owner for line in content.new + content.others] == ["Nguyễn V. A."]
    assert set(mail.context) == {"since"}


def test_everybody_who_gets_mail_keeps_the_hours_of_his_agency(write: "Session", office: Office) -> None:
    assert alertmails.heads(write, MORNING.date()) == {
        office.head.user_id: office.ward, office.controller.user_id: office.province
    }  # fmt: skip
