"""From alerts to letters in a mailbox, with a server that fails in every way."""

import datetime as dt
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.support.alarms import VERY_OVERDUE, Desk
from tests.support.desk import Office, hire, open_office
from tests.support.moments import at
from tests.support.smtp import Fault, Mailbox
from tthc_tracker import clock
from tthc_tracker.domain.alertrules import Delivery
from tthc_tracker.domain.mailrhythm import AlertMailKind, fewer_token
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.logs import JsonLine
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.models.risk import DossierRisk
from tthc_tracker.queries import mailroutes, operations
from tthc_tracker.services import outbox as outbox_verbs
from tthc_tracker.wording.mails import NOBODY_READS


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


def test_a_heads_digest_tells_what_is_likely_to_be_late_with_the_numbers(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    with database.transaction() as session:
        later = at("Fri 2026-12-04 00:00")
        one = Desk(session, office, after=98).running(
            overdue_from=later, late_from=later,
            current_due_at=at("Thu 2026-12-03 09:00"), due_soon_from=later, very_overdue_from=later,
        )  # fmt: skip
        session.add(DossierRisk(
            dossier_id=one.id, position=0, left_minutes=960, needed_minutes=2400, cases=34,
            of_province=False, margin=-1440, assessed_at=at("Thu 2026-11-26 05:40"),
        ))  # fmt: skip
    run("scan-deadlines", work)
    wall.moment = at("Thu 2026-11-26 07:00")
    run("send-digests", work)
    run("deliver-mail", work)
    head = next(
        letter for letter in smtp.letters
        if letter.recipients[0].startswith("head_of_unit") and "tổng hợp" in letter.subject
    )  # fmt: skip
    for body in (head.body(), head.body("html")):
        assert one.code in body
        assert "còn 2 ngày làm việc, thường còn cần 5 ngày làm việc (34 hồ sơ)" in body
        assert "https://tthc.test/giam-sat/nguy-co" in body


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


# --- an address that is refused


def _refuse(work: Work, smtp: Mailbox, office: Office) -> str:
    """The server refuses the head's address for ever, and the head has a digest; the address."""
    address = f"head_of_unit{office.ward}@example.invalid"
    smtp.unknown_recipients.add(address)
    run("scan-deadlines", work)
    run("send-digests", work)
    run("deliver-mail", work)
    return address


def test_an_address_refused_for_ever_is_marked_and_an_administrator_told(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    with database.transaction() as session:
        keeper = hire(session, "Bùi Văn Quản Trị", Role.ADMINISTRATOR, office.province)
    address = _refuse(work, smtp, office)
    run("deliver-mail", work)
    with database.reading() as session:
        (refused,) = mailroutes.refused(session, frozenset({office.ward}))
        assert session.get_one(User, office.head.user_id).mail_bounced_at == wall.moment
    assert (refused.address, refused.reply) == (address, "550 5.1.1 No such user here")
    told = [letter for letter in smtp.letters if letter.subject.startswith("Địa chỉ thư của Phạm Thị Trưởng")]
    assert [letter.recipients for letter in told] == [(f"administrator{office.province}@example.invalid",)]
    assert f"https://tthc.test/nguoi-dung/{office.head.user_id}" in told[0].body()
    assert keeper.user_id != office.head.user_id


def test_while_it_is_marked_the_next_who_answers_reads_the_mail(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    _refuse(work, smtp, office)
    wall.moment = at("Thu 2026-11-26 07:00")
    run("send-digests", work)
    run("deliver-mail", work)
    instead = [letter for letter in smtp.letters if "Thư này của" in letter.body()]
    assert [letter.recipients for letter in instead] == [(f"controller{office.province}@example.invalid",)]
    for body in (instead[0].body(), instead[0].body("html")):
        assert "Phạm Thị Trưởng" in body  # whose it is
        assert "Nhận ít thư hơn" not in body  # that is not the reader's to choose
    with database.transaction() as session:  # the address is mended: the next goes there
        user = session.get_one(User, office.head.user_id)
        user.email, user.mail_bounced_at = "moi@example.invalid", None
    wall.moment = at("Fri 2026-11-27 07:00")
    run("send-digests", work)
    run("deliver-mail", work)
    assert ("moi@example.invalid",) in [letter.recipients for letter in smtp.letters]


def test_where_nobody_above_can_be_reached_the_mail_is_shown_as_lost(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    run("scan-deadlines", work)
    with database.transaction() as session:
        session.execute(update(User).values(mail_bounced_at=wall.moment))
    run("deliver-mail", work)
    with database.reading() as session:
        (dead,) = operations.troubled_mails(session)
    assert (smtp.attempts, dead.status, dead.last_error) == (0, "dead", NOBODY_READS)


def test_a_letter_that_a_server_dislikes_marks_nobody(
    database: Database, work: Work, smtp: Mailbox, office: Office
) -> None:
    smtp.fault = Fault.POLICY
    run("scan-deadlines", work)
    run("deliver-mail", work)
    with database.reading() as session:
        assert mailroutes.refused(session, frozenset({office.province})) == []
        assert [mail.last_code for mail in operations.troubled_mails(session)] == [550]


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        pytest.param(Fault.FULL, "552 5.2.2 Mailbox full", id="552: no room"),
        pytest.param(Fault.FAILED, "554 Transaction failed", id="554: failed"),
    ],
)
def test_a_letter_that_was_given_whole_and_never_taken_marks_its_address(
    database: Database, work: Work, smtp: Mailbox, office: Office, fault: Fault, reply: str
) -> None:
    smtp.fault = fault
    run("scan-deadlines", work)
    run("deliver-mail", work)
    with database.reading() as session:
        (refused,) = mailroutes.refused(session, frozenset({office.province}))
        (dead,) = operations.troubled_mails(session)
    assert (refused.address, refused.reply) == (f"controller{office.province}@example.invalid", reply)
    assert (dead.status, smtp.attempts) == ("dead", 1)  # and nobody tried again


# --- fewer mails, the week, short texts


def test_a_mail_about_alerts_offers_fewer_by_one_click(work: Work, smtp: Mailbox, office: Office) -> None:
    run("scan-deadlines", work)
    run("deliver-mail", work)
    (letter,) = smtp.letters
    url = f"https://tthc.test/thu/{fewer_token('', office.controller.user_id, AlertMailKind.AT_ONCE)}"
    assert letter.message["List-Unsubscribe"] == f"<{url}>"
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in letter.body()
    assert url in letter.body("html")


def test_the_weekly_summary_comes_with_its_picture_once(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    with database.transaction() as session:
        hire(session, "Hoàng Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)
    for _ in range(2):
        assert run("send-summaries", work).ok
        run("deliver-mail", work)
    (letter,) = smtp.letters
    assert letter.recipients == (f"head_of_agency{office.ward}@example.invalid",)
    (picture,) = [part for part in letter.message.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content().startswith(b"\x89PNG")
    assert f"cid:{str(picture['Content-ID']).strip('<>')}" in letter.body("html")


def test_a_short_text_becomes_a_file_for_the_provinces_gateway(
    database: Database, work: Work, smtp: Mailbox, wall: Wall, office: Office
) -> None:
    run("scan-deadlines", work)
    with database.transaction() as session:
        session.execute(update(User).where(User.id == office.controller.user_id).values(phone="0912345678"))
        session.execute(update(Alert).values(delivery=Delivery.TEXT))
        outbox_verbs.enqueue(
            session, dedup_key="text:1", kind="text", user_id=office.controller.user_id,
            context={"after": 0, "upto": 99}, domain="tthc.test", now=wall.moment, channel="sms",
        )  # fmt: skip
    run("deliver-mail", work)
    (file,) = (work.var / "tin-nhan" / "sms").glob("*.json")
    text = json.loads(file.read_text(encoding="utf-8"))
    assert (text["channel"], text["to"]) == ("sms", "0912345678")
    assert text["words"].startswith("TTHC: 2 ho so qua han lau. Xem https://tthc.test/canh-bao?mail=")
    assert file.stat().st_mode & 0o077 == 0
    with database.reading() as session:
        sent = session.execute(
            select(OutboxMessage.to_address).where(OutboxMessage.kind == "text")
        ).scalar_one()
    assert sent != "0912345678"  # the number stands in the account alone
