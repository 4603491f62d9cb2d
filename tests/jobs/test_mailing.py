"""From alerts to letters in a mailbox, with a server that fails in every way."""

import datetime as dt
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.support.alarms import VERY_OVERDUE, Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tests.support.smtp import Fault, Mailbox
from tthc_tracker import clock
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.logs import JsonLine
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.queries import operations


class Wall:
    """The clock of a test."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def now(self) -> dt.datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += dt.timedelta(**span)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall(VERY_OVERDUE)
    monkeypatch.setattr(clock, "now", wall.now)
    return wall


@pytest.fixture
def office(database: Database, wall: Wall) -> Office:
    with database.transaction() as session:
        office = open_office(session)
        desk = Desk(session, office)
        for _ in range(2):
            desk.running()
    return office


@pytest.fixture
def work(tmp_path: Path, smtp: Mailbox, office: Office) -> Work:
    return Work("https://tthc.test", "tthc@coquan.test", smtp.url, tmp_path)


def run(name: str, work: Work) -> runner.Result:
    return runner.run(BY_NAME[name], work)


def outbox(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.execute(select(OutboxMessage).order_by(OutboxMessage.id)).scalars())


def test_the_scan_flags_and_the_head_gets_the_mail(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    assert run("scan-deadlines", work).counts["mails"] == 1
    assert run("deliver-mail", work).counts["sent"] == 1
    wall.moment = at("Thu 2026-11-26 07:00")
    assert run("send-digests", work).counts["written"] == 2
    assert run("deliver-mail", work).counts["sent"] == 2
    at_once, *digests = smtp.letters
    assert at_once.subject == "Cảnh báo: 2 hồ sơ quá hạn lâu"
    assert {letter.recipients for letter in digests} == {
        (f"head_of_unit{office.ward}@example.invalid",), (f"controller{office.province}@example.invalid",)
    }  # fmt: skip
    head = next(letter for letter in digests if letter.recipients[0].startswith("head"))
    assert head.subject == "2 hồ sơ quá hạn, lâu nhất 7 ngày (tổng hợp sáng 26/11/2026)"
    assert "Rà soát thời hạn lúc 17:00 25/11/2026" in head.body()
    assert "https://tthc.test/ho-so/H50.19000-261109-0001" in head.body()
    assert "Nguyễn Văn An" not in head.body() + head.body("html")


def test_running_everything_twice_changes_nothing(work: Work, smtp: Mailbox, wall: Wall) -> None:
    for _ in range(2):
        for name in ("scan-deadlines", "send-digests", "deliver-mail"):
            assert run(name, work).ok
    assert len(smtp.letters) == len({str(letter.message["Message-ID"]) for letter in smtp.letters}) == 3


@pytest.mark.parametrize(
    "fault", [Fault.BUSY, Fault.TEMPORARY, Fault.REFUSE_CONNECTION, Fault.DROP_AFTER_DATA]
)
def test_what_cannot_leave_now_leaves_later_under_the_same_name(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, fault: Fault
) -> None:
    run("scan-deadlines", work)
    smtp.fault = fault
    assert run("deliver-mail", work).counts["later"] == 1
    (waiting,) = outbox(database)
    assert (waiting.status, waiting.attempts) == ("pending", 1)
    assert run("deliver-mail", work).counts.get("later", 0) == 0  # not before its time
    smtp.fault = Fault.NONE
    wall.forward(minutes=2)
    assert run("deliver-mail", work).counts["sent"] == 1
    copies = 2 if fault is Fault.DROP_AFTER_DATA else 1
    assert [str(letter.message["Message-ID"]) for letter in smtp.letters] == [waiting.message_id] * copies


def test_a_refused_recipient_is_shown_and_the_others_get_theirs(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    smtp.unknown_recipients.add(f"head_of_unit{office.ward}@example.invalid")
    run("scan-deadlines", work)
    run("send-digests", work)
    assert run("deliver-mail", work).ok
    assert sorted(mail.status for mail in outbox(database)) == ["dead", "sent", "sent"]
    with database.reading() as session:
        (dead,) = operations.troubled_mails(session)
    assert (dead.last_code, "No such user" in dead.last_error) == (550, True)


def test_a_poisoned_mail_stops_nobody_elses(
    database: Database, work: Work, smtp: Mailbox, wall: Wall
) -> None:
    run("scan-deadlines", work)
    run("send-digests", work)
    with database.transaction() as session:
        first = session.execute(select(OutboxMessage.id).order_by(OutboxMessage.id).limit(1)).scalar_one()
        session.execute(update(OutboxMessage).where(OutboxMessage.id == first).values(context={}))
    for _ in range(5):
        run("deliver-mail", work)
        wall.forward(hours=2)
    assert [mail.status for mail in outbox(database)] == ["dead", "sent", "sent"]
    assert len(smtp.letters) == 2


def test_a_line_break_in_an_address_makes_no_header(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    run("scan-deadlines", work)
    with database.transaction() as session:
        session.execute(
            update(User).where(User.id == office.controller.user_id).values(email="a@b.test\r\nBcc: x@y.test")
        )
    run("deliver-mail", work)
    assert smtp.letters == []
    assert "UnsafeHeader" in outbox(database)[0].last_error


def test_what_is_done_meanwhile_is_not_told(database: Database, work: Work, smtp: Mailbox) -> None:
    run("scan-deadlines", work)
    with database.transaction() as session:
        session.execute(update(Alert).values(closed_at=VERY_OVERDUE))
    assert run("deliver-mail", work).counts["cancelled"] == 1
    assert (smtp.letters, outbox(database)[0].status) == ([], "cancelled")


def test_our_own_settings_at_fault_keep_everything_waiting_and_alarm(
    database: Database, work: Work, smtp: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    run("scan-deadlines", work)
    signed_in = replace(work, smtp_url=f"smtp://ai:bi-mat-qua@{smtp.host}:{smtp.port}?tls=none")
    with caplog.at_level(logging.DEBUG):
        result = run("deliver-mail", signed_in)
    assert not result.ok
    assert [(mail.status, mail.attempts) for mail in outbox(database)] == [("pending", 0)]
    with database.reading() as session:
        assert operations.signs(session)["deliver-mail"].last_error == result.error
    written = ours(caplog)
    assert "bi-mat-qua" not in written + result.error


def test_logs_name_neither_people_nor_addresses(
    work: Work, smtp: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    smtp.fault = Fault.RECIPIENT_UNKNOWN
    with caplog.at_level(logging.INFO):
        for name in ("scan-deadlines", "send-digests", "deliver-mail"):
            run(name, work)
    assert not [word for word in ("example.invalid", "Nguyễn", "Phạm") if word in ours(caplog)]


def ours(caplog: pytest.LogCaptureFixture) -> str:
    """What this product wrote into the log; the test's own SMTP server writes beside it."""
    records = [record for record in caplog.records if not record.name.startswith("mail.log")]
    return "\n".join(JsonLine().format(record) for record in records)


def test_without_a_server_letters_become_files(work: Work, wall: Wall, tmp_path: Path) -> None:
    to_files = replace(work, smtp_url="")
    run("scan-deadlines", to_files)
    assert run("deliver-mail", to_files).counts["sent"] == 1
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert b"H50.19000-261109-0001" in file.read_bytes()


def test_while_the_clock_is_in_doubt_alerts_are_raised_and_no_mail_leaves(
    database: Database, work: Work, smtp: Mailbox
) -> None:
    work.holding.set()
    assert run("scan-deadlines", work).counts["raised"] == 4
    assert outbox(database) == []
    work.holding.clear()
    assert run("scan-deadlines", work).counts["mails"] == 1
    work.holding.set()
    assert "sent" not in run("deliver-mail", work).counts
    work.holding.clear()
    assert run("deliver-mail", work).counts["sent"] == 1


def test_a_stopping_process_begins_nothing(database: Database, work: Work, smtp: Mailbox) -> None:
    work.stopping.set()
    for name in ("scan-deadlines", "deliver-mail"):
        assert not run(name, work).ok
    assert outbox(database) == []
    with database.reading() as session:
        assert operations.last_scan(session) is None


def test_a_former_owner_of_the_lease_raises_nothing(database: Database, work: Work) -> None:
    late = replace(work, token=7)
    result = run("scan-deadlines", late)
    assert "no longer the owner" in result.error
    with database.reading() as session:
        assert session.execute(select(Alert.id)).all() == []
        assert operations.signs(session)["scan-deadlines"].last_ok_at is None


def test_a_run_is_noted_with_what_it_did(database: Database, work: Work) -> None:
    result = run("scan-deadlines", work)
    assert result.run_id is not None
    with database.reading() as session:
        noted = operations.run(session, result.run_id)
        assert operations.last_scan(session) == VERY_OVERDUE
    assert (noted.status, noted.counts["raised"], noted.error) == ("ok", 4, "")
    json.dumps(noted.counts)
