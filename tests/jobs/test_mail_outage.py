"""Three days without a mail server, and servers that fail in other ways: what administrators see of it."""

import datetime as dt
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.alarms import VERY_OVERDUE, Desk
from tests.support.desk import Office, hire, open_office
from tests.support.moments import at
from tests.support.screens import Screen
from tests.support.signedin import sign_in
from tests.support.smtp import Fault, Mailbox, serving
from tests.support.visitor import SESSION_COOKIE
from tthc_tracker import clock
from tthc_tracker.channels.email import Server, SmtpChannel
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.jobs import mailing, runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.wording.outbox import EXPIRED

# The statements that settle a mail run on both in tests/jobs/test_mailing.py.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@dataclass
class Place:
    """An office with two dossiers long overdue, its mail server, and an administrator at his screen."""

    app: Flask
    work: Work
    smtp: Mailbox
    office: Office
    keeper: int
    moment: dt.datetime = VERY_OVERDUE

    def run(self, *names: str) -> list[runner.Result]:
        return [runner.run(BY_NAME[name], self.work) for name in names]

    def forward(self, **span: float) -> None:
        self.moment += dt.timedelta(**span)

    def page(self) -> str:
        """What "Vận hành" says now."""
        with database.transaction() as session:
            token = sign_in(session, self.keeper, self.moment)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, token, domain="localhost", secure=True)
        answer = Screen(client).get("/van-hanh")
        assert answer.status_code == 200
        return answer.text

    def outbox(self) -> list[OutboxMessage]:
        with database.reading() as session:
            return list(session.execute(select(OutboxMessage).order_by(OutboxMessage.id)).scalars())


@pytest.fixture
def place(app: Flask, smtp: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    with database.transaction() as session:
        office = open_office(session)
        keeper = hire(session, "Bùi Văn Quản Trị", Role.ADMINISTRATOR, office.province)
        desk = Desk(session, office)
        desk.running()
        desk.running()
    work = Work("https://tthc.test", "tthc@coquan.test", smtp.url, tmp_path)
    made = Place(app, work, smtp, office, keeper.user_id)
    monkeypatch.setattr(clock, "now", lambda: made.moment)
    return made


def test_seventy_two_hours_without_a_server_lose_nothing_that_is_still_true(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.smtp.fault = Fault.REFUSE_CONNECTION
    place.moment = at("Wed 2026-11-25 19:00")
    with caplog.at_level(logging.WARNING):
        place.run("scan-deadlines")  # very overdue: a mail at once
        for _ in range(17):
            place.run("deliver-mail")
            place.forward(hours=4)
            if place.moment.hour == 7:
                place.run("send-digests")
    assert [record for record in caplog.records if record.name.startswith("tthc_tracker")] == []  # no flood
    # The digest of a morning that a later one has overtaken says nothing more; no other is given up.
    assert sorted(mail.status for mail in place.outbox()) == ["cancelled"] * 2 + ["pending"] * 3
    assert place.outbox()[0].attempts > 5
    page = place.page()
    assert "2 ngày trước" in page  # the oldest that waits
    assert "SMTPServerDisconnected" in page

    place.smtp.fault = Fault.NONE
    for _ in range(3):
        place.run("deliver-mail")
        place.forward(minutes=20)
    assert sorted(mail.status for mail in place.outbox()) == ["cancelled"] * 2 + ["sent"] * 3
    ids = [str(letter.message["Message-ID"]) for letter in place.smtp.letters]
    assert len(ids) == len(set(ids)) == 3


def test_after_seventy_two_hours_a_mail_is_given_up_and_shown(place: Place) -> None:
    place.smtp.fault = Fault.REFUSE_CONNECTION
    place.run("scan-deadlines", "deliver-mail")
    place.forward(hours=72)
    place.run("deliver-mail")
    assert [(mail.status, mail.last_error) for mail in place.outbox()] == [("dead", EXPIRED)]
    assert EXPIRED in place.page()


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        pytest.param(Fault.BANNER_BUSY, "pending", "421", id="421 at the banner"),
        pytest.param(Fault.BUSY, "pending", "421", id="421 after the sender"),
        pytest.param(Fault.RECIPIENT_LATER, "pending", "450", id="450: greylisted"),
        pytest.param(Fault.TEMPORARY, "pending", "451", id="451 after the letter"),
        pytest.param(Fault.RECIPIENT_UNKNOWN, "dead", "No such user", id="550: no such user"),
        pytest.param(Fault.POLICY, "dead", "Relaying denied", id="550 5.7.1: not from us"),
        pytest.param(Fault.DROP_AFTER_DATA, "pending", "SMTPServerDisconnected", id="gone before the answer"),
        pytest.param(Fault.SLOW, "pending", "no end within the time allowed", id="no answer in time"),
    ],
)
def test_what_a_server_does_is_seen_on_the_page(
    place: Place, monkeypatch: pytest.MonkeyPatch, fault: Fault, status: str, said: str
) -> None:
    hasty = SmtpChannel(Server.parse(place.smtp.url), deadline=0.5 if fault is Fault.SLOW else 60)
    monkeypatch.setattr(mailing, "channel_of", lambda *_: hasty)
    place.smtp.fault = fault
    place.run("scan-deadlines", "deliver-mail")
    mail = place.outbox()[0]
    assert (mail.status, mail.attempts) == (status, 1)
    assert said in place.page()


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_a_wrong_certificate_is_an_alarm_and_everything_waits(place: Place, encryption: str) -> None:
    with serving(encryption=encryption) as other:
        place.work = Work("https://tthc.test", "tthc@coquan.test", other.url, place.work.var)
        place.run("scan-deadlines")
        (result,) = place.run("deliver-mail")
    assert not result.ok
    assert [(mail.status, mail.attempts) for mail in place.outbox()] == [("pending", 0)]
    assert other.letters == []
    page = place.page()
    assert "Thư không gửi được vì cấu hình hoặc máy chủ" in page
    assert "certificate verify failed" in page


def test_people_work_on_while_a_server_keeps_a_letter_in_its_hands(place: Place) -> None:
    place.smtp.fault = Fault.SLOW
    place.run("scan-deadlines")
    sending = threading.Thread(target=place.run, args=("deliver-mail",))
    sending.start()
    try:
        assert place.smtp.begun.wait(30)
        assert [mail.status for mail in place.outbox()] == ["data"]
        page = place.page()  # signs in, which writes, and reads
        assert "Vận hành" in page
    finally:
        place.smtp.released.set()
        sending.join()
    assert [mail.status for mail in place.outbox()] == ["pending"]
