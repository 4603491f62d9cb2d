"""Five working days and a holiday of one late dossier, with a real mail server: raised, told, climbed,
acknowledged from a mail's link, told at once, finished, and then silence."""

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from tests.support.alarms import Desk
from tests.support.desk import Office, Worker, hire, open_office
from tests.support.moments import at
from tests.support.screens import HOST, Page, Screen
from tests.support.signedin import sign_in
from tests.support.smtp import Letter, Mailbox
from tests.support.visitor import SESSION_COOKIE
from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import ResultKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.services import release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.release import FinishDossier

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

CODE = "H50.19000-261109-0001"
OWNER = "Nguyễn Văn An"


@dataclass
class Week:
    """The office, its clock, its jobs and its mail server."""

    app: Flask
    smtp: Mailbox
    work: Work
    office: Office
    leader: Worker
    moment: dt.datetime = field(default_factory=lambda: at("Fri 2026-11-20 06:55"))

    def mails(self, moment: str, *jobs: str) -> dict[str, Letter]:
        """What has come, by the role of whom it came to, once these jobs have run at that moment."""
        self.moment = at(moment)
        known = len(self.smtp.letters)
        for name in (*jobs, "deliver-mail"):
            result = runner.run(BY_NAME[name], self.work)
            assert result.ok, result.error
        came = self.smtp.letters[known:]
        by_role = {re.split(r"\d", letter.recipients[0])[0]: letter for letter in came}
        assert len(by_role) == len(came)  # one mail a head
        for letter in came:
            _is_readable(letter)
        return by_role

    def morning(self, moment: str) -> dict[str, Letter]:
        return self.mails(moment, "scan-deadlines", "send-digests")

    def before(self, worker: Worker) -> Screen:
        with database.transaction() as session:
            token = sign_in(session, worker.user_id, self.moment)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, token, domain="localhost", secure=True)
        return Screen(client)


def _is_readable(letter: Letter) -> None:
    """As text and as HTML, without pictures, and without a citizen's name."""
    for body in (letter.body(), letter.body("html")):
        assert "Kính gửi" in body
        assert OWNER not in body
    assert "<img" not in letter.body("html")
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.fixture
def week(app: Flask, smtp: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Week:
    with database.transaction() as session:
        office = open_office(session)
        leader = hire(session, "Hoàng Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)
        Desk(session, office).running()
    work = Work(HOST, "tthc@coquan.test", smtp.url, tmp_path, secret_key="k" * 32)
    made = Week(app, smtp, work, office, leader)
    monkeypatch.setattr(clock, "now", lambda: made.moment)
    return made


def test_a_late_dossier_is_told_climbs_is_answered_and_falls_silent(week: Week) -> None:
    # Friday: overdue since midnight. Its unit's head has the alert, the leaders find the unit in their table.
    friday = week.morning("Fri 2026-11-20 07:00")
    assert set(friday) == {"head_of_unit", "head_of_agency", "controller"}
    assert friday["head_of_unit"].subject == "1 hồ sơ quá hạn, lâu nhất 1 ngày (tổng hợp sáng 20/11/2026)"
    assert "Mới từ lần tổng hợp trước (1)" in friday["head_of_unit"].body("html")
    table = friday["controller"].body()
    assert friday["controller"].subject.startswith("1 hồ sơ quá hạn ở 1 đơn vị, lâu nhất 1 ngày, 1 mới")
    assert f"{HOST}/giam-sat/qua-han?unit={week.office.land_unit}" in table
    assert CODE not in table

    # Nobody has answered for eight working hours: it has come up to the head of the agency.
    assert week.mails("Fri 2026-11-20 17:05", "scan-deadlines") == {}
    monday = week.morning("Mon 2026-11-23 07:00")
    assert CODE in monday["head_of_agency"].body()
    assert "Còn tồn từ trước (1)" in monday["head_of_unit"].body("html")

    # The head of the unit follows the link of his mail and says what will be done and by when.
    week.moment = at("Mon 2026-11-23 10:00")
    screen = week.before(week.office.head)
    assert f"{HOST}/canh-bao" in monday["head_of_unit"].body()
    listed = Page.of(screen.get("/canh-bao"))
    (alert,) = {link for link in listed.links if re.fullmatch(r"/canh-bao/[^/?]+", link)} - {"/canh-bao/"}
    form = Page.of(screen.get(alert)).forms[f"{alert}/ghi-nhan"]
    answered = screen.post(f"{alert}/ghi-nhan", form | {"note": "Đang đo đạc lại", "by": "26/11/2026"})
    assert answered.status_code == 302, answered.text

    assert week.morning("Tue 2026-11-24 07:00") == {}  # a holiday

    # On Wednesday he has nothing left to be told; at its end the dossier is very overdue.
    wednesday = week.morning("Wed 2026-11-25 07:00")
    assert "head_of_unit" not in wednesday
    at_once = week.mails("Wed 2026-11-25 17:05", "scan-deadlines")
    assert at_once["head_of_agency"].subject == f"Quá hạn lâu: hồ sơ {CODE}"

    thursday = week.morning("Thu 2026-11-26 07:00")
    assert thursday["head_of_agency"].subject.startswith("1 hồ sơ quá hạn ở 1 đơn vị, lâu nhất 7 ngày")
    week.moment = at("Thu 2026-11-26 10:00")
    with database.transaction() as session:
        done = FinishDossier(Target(CODE, None), ResultKind.GRANTED)
        release.finish(session, done, person=week.office.clerk, now=week.moment)

    assert week.morning("Fri 2026-11-27 07:00") == {}  # nothing is late: nothing is said
