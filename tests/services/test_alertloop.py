"""The loop of an alert: answered with a day, put off once, handed on, held with its source, disputed."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.support.alarms import OVERDUE, VERY_OVERDUE, Desk, bells, standing
from tests.support.desk import Office, Worker, hire, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.models.alert import Alert, AlertRecipient, AlertSnooze, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import alertlist, alertmail, supervision
from tthc_tracker.queries.alertlist import Tab
from tthc_tracker.queries.alertrecipients import recipients
from tthc_tracker.queries.listing import EVERYTHING as EVERYTHING_ASKED
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.services import (
    alertanswers,
    alertclimbing,
    alerthush,
    alertmails,
    alerts,
    disputes,
    sourcefreshness,
)
from tthc_tracker.services.acting import Target
from tthc_tracker.services.alertanswers import AcknowledgeAlert, HandAlert, SnoozeAlert
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.disputes import DisputeSource

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MINUTE = dt.timedelta(minutes=1)
PORTAL = "provincial-portal"
FRIDAY = OVERDUE.date()  # 20/11/2026; Tuesday the 24th is a holiday


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


@pytest.fixture
def chief(write: "Session", office: Office) -> Worker:
    return hire(write, "Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)


def run(session: "Session", now: dt.datetime) -> None:
    """What the scan does, in its order (jobs.tasks)."""

    def every(settle: Any) -> None:
        more = True
        while more:
            _, more = settle(session, now=now)

    for step in (sourcefreshness.settle, _due, _standing):
        batch = Tally(more=True)
        while batch.more:
            batch = step(session, Directory(session, now.date()), now=now)
        if step is sourcefreshness.settle:
            every(disputes.end_due)
    every(alerthush.wake_due)
    every(alertanswers.lapse_due)
    every(lambda session, now: alertclimbing.climb(session, Directory(session), now=now))
    session.flush()
    session.expire_all()


def _due(session: "Session", directory: Directory, *, now: dt.datetime) -> Tally:
    return alerts.raise_due(session, directory, now=now)


def _standing(session: "Session", directory: Directory, *, now: dt.datetime) -> Tally:
    return alerts.settle_standing(session, directory, now=now)


def overdue(session: "Session", desk: Desk, source: str = "desk", **columns: Any) -> tuple[Dossier, int]:
    """An overdue dossier and its one alert, raised at midnight of a Friday."""
    dossier = desk.running(source, very_overdue_from=None, **columns)
    run(session, OVERDUE)
    found = select(Alert.id).where(Alert.dossier_id == dossier.id, Alert.rule == Rule.OVERDUE)
    return dossier, session.execute(found).scalar_one()


def answer(session: "Session", alert_id: int, by: dt.date | None, who: Worker, now: dt.datetime) -> None:
    command = AcknowledgeAlert(alert_id, "làm xong trong tuần", by)
    alertanswers.acknowledge(session, command, user_id=who.user_id, now=now)
    session.flush()


def noted(session: "Session") -> list[str]:
    return list(session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars())


# --- a promise


@pytest.mark.parametrize(
    ("by", "said"),
    [
        pytest.param(None, "Hãy ghi ngày sẽ làm xong.", id="no day"),
        pytest.param(FRIDAY - dt.timedelta(days=1), "Ngày này đã qua.", id="a day that is over"),
        pytest.param(FRIDAY + dt.timedelta(days=31), "Hẹn xa nhất 30 ngày", id="a day out of reach"),
    ],
)
def test_an_answer_says_by_when(write: "Session", desk: Desk, by: dt.date | None, said: str) -> None:
    _, alert_id = overdue(write, desk)
    with pytest.raises(InvalidInput) as refused:
        answer(write, alert_id, by, desk.office.head, OVERDUE)
    assert (refused.value.field, said in refused.value.message) == ("by", True)
    assert desk.office.head.user_id in bells(write)


def test_a_promise_holds_until_its_day_is_over_and_then_climbs(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    _, alert_id = overdue(write, desk)
    head = desk.office.head
    answer(write, alert_id, FRIDAY, head, OVERDUE + 9 * 60 * MINUTE)
    run(write, at("Fri 2026-11-20 23:59"))  # past the eight hours of the ladder
    assert head.user_id not in bells(write)
    assert chief.user_id not in bells(write)
    run(write, at("Sat 2026-11-21 00:05"))
    assert head.user_id in bells(write)  # it rings again at once, and climbs when people work
    assert chief.user_id not in bells(write)
    run(write, at("Mon 2026-11-23 07:30"))
    assert chief.user_id in bells(write)
    alert = write.get_one(Alert, alert_id)
    assert (alert.acknowledged_at, alert.promised_on, alert.note) == (None, FRIDAY, "làm xong trong tuần")
    controller = desk.office.controller.user_id  # the next rung counts from when the promise broke
    run(write, at("Thu 2026-11-26 16:59"))
    assert controller not in bells(write)
    run(write, at("Thu 2026-11-26 17:00"))
    assert controller in bells(write)
    answer(write, alert_id, FRIDAY + dt.timedelta(days=10), head, at("Thu 2026-11-26 17:10"))
    run(write, at("Fri 2026-11-27 17:00"))
    assert head.user_id not in bells(write)
    assert noted(write).count("alert_acknowledged") == 2
    now_his, before = (one for one in recipients(write, alert_id) if one.user_id == head.user_id)
    assert (now_his.until, now_his.promised_on) == (None, FRIDAY + dt.timedelta(days=10))
    assert (before.since, before.until) == (OVERDUE, at("Sat 2026-11-21 00:05"))
    assert (before.said, before.promised_on) == ("làm xong trong tuần", FRIDAY)


# --- who was told, and when


def test_whose_an_alert_was_stays_known_with_the_mail_that_told_him(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    dossier, alert_id = overdue(write, desk)
    head, morning = desk.office.head, at("Fri 2026-11-20 07:00")
    alertmails.write_digests(write, since=None, now=morning, domain="tthc.test")
    sent = morning + MINUTE
    told = update(OutboxMessage).where(OutboxMessage.user_id == head.user_id)
    write.execute(told.values(status="sent", sent_at=sent))
    newcomer = hire(write, "Cán Bộ Mới", Role.CONTROLLER, desk.office.ward)
    moved = {"officer_id": newcomer.user_id, "holding_unit_id": desk.office.civil_unit}
    write.execute(update(Dossier).where(Dossier.id == dossier.id).values(moved))
    later = at("Fri 2026-11-20 09:00")
    run(write, later)
    found = {one.user_id: one for one in recipients(write, alert_id)}
    assert {user for user, one in found.items() if one.until is None} == {newcomer.user_id, chief.user_id}
    assert (found[newcomer.user_id].since, found[newcomer.user_id].mailed_at) == (later, None)
    was = found[head.user_id]
    assert (was.since, was.until, was.rings, was.mailed_at) == (OVERDUE, later, False, sent)
    # What comes back to him is new to him, and what was before stays.
    back = {"officer_id": desk.office.officer.user_id, "holding_unit_id": desk.office.land_unit}
    write.execute(update(Dossier).where(Dossier.id == dossier.id).values(back))
    again = at("Mon 2026-11-23 09:00")
    run(write, again)
    his = [(one.since, one.until) for one in recipients(write, alert_id) if one.user_id == head.user_id]
    assert his == [(again, None), (OVERDUE, later)]


def test_each_keeps_his_own_words_whoever_answers_after_him(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    _, alert_id = overdue(write, desk)
    run(write, at("Fri 2026-11-20 17:00"))  # it has climbed
    for who, said in ((desk.office.head, "đang đo đạc"), (chief, "đã nhắc phòng")):
        command = AcknowledgeAlert(alert_id, said, FRIDAY + dt.timedelta(days=3))
        alertanswers.acknowledge(write, command, user_id=who.user_id, now=at("Fri 2026-11-20 17:05"))
    write.flush()
    said_by = {one.user_id: one.said for one in recipients(write, alert_id) if one.answered}
    assert said_by == {desk.office.head.user_id: "đang đo đạc", chief.user_id: "đã nhắc phòng"}


# --- not before a day


def put_off(
    session: "Session", alert_id: int, who: Worker, days: int = 5, now: dt.datetime = OVERDUE
) -> None:
    command = SnoozeAlert(alert_id, now.date() + dt.timedelta(days=days), "chờ họp giao ban")
    alertanswers.snooze(session, command, person=who, now=now)
    session.flush()


def test_what_is_put_off_neither_rings_nor_climbs_nor_is_mailed_until_its_day(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    dossier, alert_id = overdue(write, desk)
    head = desk.office.head
    put_off(write, alert_id, head)
    run(write, at("Tue 2026-11-24 23:59"))
    assert bells(write) == {}
    assert standing(write) == [("overdue", 1)]
    listed = supervision.page(write, Listing.OVERDUE, EVERYTHING_ASKED, EVERYTHING, VERY_OVERDUE)
    assert [row.alert for row in listed.rows] == ["asleep"]
    context = {"since": OVERDUE.isoformat()}
    moment = at("Tue 2026-11-24 07:00")
    assert alertmail.content(write, "digest", head.user_id, context, created_at=moment, now=moment) is None
    # A new officer hears of it when its time has come, not before.
    newcomer = hire(write, "Cán Bộ Mới", Role.CONTROLLER, desk.office.ward)
    write.execute(update(Dossier).where(Dossier.id == dossier.id).values(officer_id=newcomer.user_id))
    run(write, at("Tue 2026-11-24 23:59"))
    assert bells(write) == {}
    run(write, at("Wed 2026-11-25 00:00"))
    assert {head.user_id, newcomer.user_id} <= bells(write).keys()
    run(write, at("Wed 2026-11-25 16:59"))
    assert chief.user_id not in bells(write)
    run(write, at("Wed 2026-11-25 17:00"))  # eight working hours after it stood again
    assert chief.user_id in bells(write)


def test_an_alert_is_put_off_once_and_the_database_says_so(write: "Session", desk: Desk) -> None:
    _, alert_id = overdue(write, desk)
    put_off(write, alert_id, desk.office.head, days=1)
    run(write, at("Sat 2026-11-21 08:00"))
    with pytest.raises(NotNow):
        put_off(write, alert_id, desk.office.officer, now=at("Sat 2026-11-21 09:00"))
    assert write.get_one(AlertSnooze, alert_id).by_id == desk.office.head.user_id
    assert AlertSnooze.__table__.primary_key.columns.keys() == ["alert_id"]


@pytest.mark.parametrize("days", [0, 15])
def test_nothing_is_put_off_until_today_or_beyond_two_weeks(write: "Session", desk: Desk, days: int) -> None:
    _, alert_id = overdue(write, desk)
    with pytest.raises(InvalidInput):
        put_off(write, alert_id, desk.office.head, days=days)


def test_what_has_climbed_is_put_off_only_by_whom_it_has_reached(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    _, alert_id = overdue(write, desk)
    evening = at("Fri 2026-11-20 17:00")
    run(write, evening)
    with pytest.raises(InvalidInput, match="đã lên cấp trên"):
        put_off(write, alert_id, desk.office.head, now=evening)
    put_off(write, alert_id, chief, now=evening)
    assert bells(write) == {}


# --- to somebody


def hand(session: "Session", alert_id: int, giver: Worker, to: int | None) -> None:
    alertanswers.hand_on(session, HandAlert(alert_id, to), person=giver, now=OVERDUE + MINUTE)
    session.flush()


def test_what_is_handed_on_is_anothers_and_stays_his(write: "Session", desk: Desk, chief: Worker) -> None:
    _, alert_id = overdue(write, desk)
    head = desk.office.head
    aide = hire(write, "Người Nhận Việc", Role.CONTROLLER, desk.office.ward)
    hand(write, alert_id, head, aide.user_id)
    run(write, at("Fri 2026-11-20 08:00"))
    assert aide.user_id in bells(write)
    assert head.user_id not in bells(write)
    run(write, at("Fri 2026-11-20 17:00"))  # handing on is no answer: it climbs
    assert chief.user_id in bells(write)
    [entry] = write.execute(select(AuditEntry).where(AuditEntry.action == "alert_handed")).scalars()
    assert (entry.actor_id, entry.object_id, entry.agency_id) == (
        head.user_id, str(alert_id), desk.office.ward,
    )  # fmt: skip
    assert entry.facts["taker"] == f"controller{desk.office.ward}"


@pytest.mark.parametrize("whom", ["nobody", "stranger", "auditor", "oneself"])
def test_an_alert_goes_only_to_somebody_within_reach_who_can_answer(
    write: "Session", desk: Desk, whom: str
) -> None:
    _, alert_id = overdue(write, desk)
    office = desk.office
    to = {"nobody": None, "stranger": office.stranger, "auditor": office.auditor, "oneself": office.head}[
        whom
    ]
    with pytest.raises(InvalidInput):
        hand(write, alert_id, office.head, to.user_id if to else None)


def test_only_ones_own_alert_is_put_off_or_handed_on(write: "Session", desk: Desk) -> None:
    _, alert_id = overdue(write, desk)
    for act in (put_off, lambda *given: hand(*given, to=desk.office.head.user_id)):
        with pytest.raises(NotFound):
            act(write, alert_id, desk.office.stranger)


# --- the freshness of a source


def spoke(session: "Session", moment: dt.datetime) -> None:
    session.execute(update(Source).where(Source.code == PORTAL).values(as_of=moment))
    session.flush()


def imported(session: "Session", who: Worker, finished: dt.datetime) -> None:
    source = session.execute(select(Source.id).where(Source.code == PORTAL)).scalar_one()
    session.add(ImportBatch(source_id=source, file_name="a.csv", sha256="0" * 64, data_as_of=finished,
                            started_at=finished, finished_at=finished, actor_id=who.user_id,
                            state=BatchState.DONE))  # fmt: skip
    session.flush()


def test_a_source_that_has_fallen_silent_takes_the_place_of_its_alerts(write: "Session", desk: Desk) -> None:
    controller = desk.office.controller
    spoke(write, at("Thu 2026-11-19 16:00"))
    _, alert_id = overdue(write, desk, PORTAL)
    answer(write, alert_id, FRIDAY + dt.timedelta(days=9), desk.office.head, OVERDUE)
    desk.running(code="H50.19000-261109-7777", very_overdue_from=None)
    run(write, at("Fri 2026-11-20 16:00"))  # a working day old to the minute
    assert standing(write) == [("overdue", 1), ("overdue", 1)]
    late = at("Fri 2026-11-20 16:01")
    run(write, late)
    assert standing(write) == [("overdue", 1), ("source_stale", 1)]  # of our own dossier; of the source
    assert bells(write)[controller.user_id] == 1
    waiting = desk.running(PORTAL, overdue_from=at("Sat 2026-11-21 00:00"), very_overdue_from=None)
    run(write, at("Sat 2026-11-21 08:00"))
    assert ("overdue", 1) in standing(write)
    assert not write.execute(select(Alert.id).where(Alert.dossier_id == waiting.id)).all()
    again = at("Mon 2026-11-23 08:00")
    spoke(write, again)
    run(write, again + MINUTE)
    assert standing(write) == [("overdue", 1)] * 3
    assert write.get_one(Alert, alert_id).acknowledged_at is not None  # what was answered stays answered
    assert controller.user_id not in bells(write)
    run(write, again + 2 * MINUTE)
    assert standing(write) == [("overdue", 1)] * 3


def test_whoever_imports_a_source_hears_that_it_is_old_and_hears_it_again_the_next_time(
    write: "Session", desk: Desk
) -> None:
    importer = hire(write, "Người Nạp Tệp", Role.ADMINISTRATOR, desk.office.ward)
    imported(write, importer, at("Thu 2026-11-19 08:00"))
    spoke(write, at("Thu 2026-11-19 08:00"))
    desk.running(PORTAL)
    run(write, at("Fri 2026-11-20 09:00"))
    assert importer.user_id in bells(write)
    alert = write.execute(select(Alert).where(Alert.rule == Rule.SOURCE_STALE)).scalar_one()
    assert (alert.agency_id, alert.due_at) == (desk.office.ward, at("Thu 2026-11-19 08:00"))
    spoke(write, at("Fri 2026-11-20 09:30"))
    run(write, at("Fri 2026-11-20 10:00"))
    run(write, at("Thu 2026-12-03 10:00"))
    assert ("source_stale", 2) in standing(write)


def test_nobody_is_told_of_an_old_source_of_which_nothing_is_open(write: "Session", desk: Desk) -> None:
    spoke(write, at("Thu 2026-11-19 08:00"))
    run(write, VERY_OVERDUE)
    assert standing(write) == []


# --- resolved over there


def contest(session: "Session", dossier: Dossier, who: Worker, on: dt.date, now: dt.datetime) -> None:
    command = DisputeSource(Target(dossier.code, dossier.version), on)
    disputes.dispute(session, command, person=who, now=now)
    session.flush()


def kinds(session: "Session", dossier: Dossier) -> list[EventKind]:
    told = select(DossierEvent.kind).where(DossierEvent.dossier_id == dossier.id)
    return list(session.execute(told.order_by(DossierEvent.seq)).scalars())


def test_a_disputed_dossier_rings_for_nobody_until_its_source_has_spoken(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    now = at("Fri 2026-11-20 08:00")
    dossier, alert_id = overdue(write, desk, PORTAL)
    contest(write, dossier, desk.office.head, FRIDAY, now)
    assert bells(write) == {}
    write.execute(update(Dossier).where(Dossier.id == dossier.id).values(very_overdue_from=now + MINUTE))
    spoke(write, at("Fri 2026-11-20 07:00"))  # data of before the dispute says nothing of it
    run(write, at("Fri 2026-11-20 17:00"))
    assert standing(write) == [("overdue", 1), ("very_overdue", 1)]
    assert bells(write) == {}
    assert write.get_one(Alert, alert_id).rung == 0
    listed = supervision.page(write, Listing.OVERDUE, EVERYTHING_ASKED, EVERYTHING, VERY_OVERDUE)
    assert [row.alert for row in listed.rows] == ["disputed"]  # it stays in the list of what is overdue
    question = alertlist.Question(Tab.DISPUTED, desk.office.head.user_id, EVERYTHING, supervises=True)
    assert alertlist.counts(write, question, VERY_OVERDUE)[Tab.DISPUTED] == 2
    with pytest.raises(NotNow):
        contest(write, dossier, desk.office.head, FRIDAY, at("Fri 2026-11-20 17:10"))
    spoke(write, at("Mon 2026-11-23 08:00"))
    run(write, at("Mon 2026-11-23 08:05"))
    assert desk.office.head.user_id in bells(write)
    assert chief.user_id in bells(write)  # very overdue is his
    assert kinds(write, dossier)[-2:] == [EventKind.DISPUTED, EventKind.DISPUTE_ENDED]


def test_only_a_head_disputes_and_only_what_is_mirrored(write: "Session", desk: Desk) -> None:
    mirrored, _ = overdue(write, desk, PORTAL)
    own = desk.running()
    with pytest.raises(NotAllowed):
        contest(write, mirrored, desk.office.officer, FRIDAY, OVERDUE)
    with pytest.raises(NotNow):
        contest(write, own, desk.office.head, FRIDAY, OVERDUE)
    with pytest.raises(InvalidInput):
        contest(write, mirrored, desk.office.head, FRIDAY + dt.timedelta(days=1), OVERDUE)


# --- taken over


def test_what_a_first_import_brings_late_is_old_and_what_a_later_one_brings_is_not(
    write: "Session", desk: Desk
) -> None:
    first = at("Fri 2026-11-20 09:00")
    old = desk.running(PORTAL, recorded_at=first)
    imported(write, desk.office.controller, first)
    new = desk.running(PORTAL, recorded_at=VERY_OVERDUE)
    run(write, VERY_OVERDUE)
    found = dict(
        write.execute(select(Alert.dossier_id, Alert.from_before).where(Alert.rule == Rule.OVERDUE)).all()
    )
    assert found == {old.id: True, new.id: False}
    context, head = {"since": OVERDUE.isoformat()}, desk.office.head.user_id
    mail = alertmail.content(write, "digest", head, context, created_at=VERY_OVERDUE, now=VERY_OVERDUE)
    assert mail is not None
    assert [[line.code for line in lines] for lines in (mail.new, mail.others)] == [[new.code], [old.code]]


# --- while nothing ran


def test_three_days_without_a_scheduler_come_to_what_three_days_with_one_do(
    write: "Session", desk: Desk, chief: Worker
) -> None:
    """A promise that broke, a day that came, a deadline that passed: one run finds each by state."""
    _, promised = overdue(write, desk)
    _, asleep = overdue(write, desk)
    answer(write, promised, FRIDAY, desk.office.head, OVERDUE)
    put_off(write, asleep, desk.office.head, days=1)
    desk.running(overdue_from=at("Sat 2026-11-21 00:00"), very_overdue_from=None)
    run(write, at("Mon 2026-11-23 17:00"))
    assert standing(write) == [("overdue", 1)] * 3
    assert bells(write) == {
        desk.office.head.user_id: 3, desk.office.officer.user_id: 3, chief.user_id: 1,
    }  # fmt: skip
    before = write.execute(select(AlertRecipient.alert_id, AlertRecipient.user_id)).all()
    run(write, at("Mon 2026-11-23 17:01"))
    assert write.execute(select(AlertRecipient.alert_id, AlertRecipient.user_id)).all() == before
