"""No scan comes to its end any more: the web processes see it, and tell the administrators, once."""

import datetime as dt
import runpy
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.desk import Office, Worker, hire, open_office
from tests.support.moments import at
from tests.support.smtp import Fault, Mailbox
from tthc_tracker import clock
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.lookout import Lookout
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.alert import OutboxMessage

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
LAST = at("Mon 2026-11-16 09:00")
MINUTE = dt.timedelta(minutes=1)


class Wall:
    """The clock of a test."""

    moment = LAST


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    wall = Wall()
    monkeypatch.setattr(clock, "now", lambda: wall.moment)
    return wall


@pytest.fixture
def keeper(database: Database, wall: Wall) -> Worker:
    with database.transaction() as session:
        office: Office = open_office(session)
        hire(session, "Lý Văn Xã", Role.ADMINISTRATOR, office.ward)
        return hire(session, "Hồ Văn Quản Trị", Role.ADMINISTRATOR, office.province)


@pytest.fixture
def work(tmp_path: Path, smtp: Mailbox, keeper: Worker) -> Work:
    made = Work("https://tthc.test", "tthc@coquan.test", smtp.url, tmp_path)
    assert runner.run(BY_NAME["scan-deadlines"], made).ok
    return made


def test_the_administrators_at_the_top_are_told_once_by_whoever_sees_it(
    work: Work, smtp: Mailbox, wall: Wall
) -> None:
    wall.moment = LAST + 15 * MINUTE
    assert Lookout(work).look() == 0  # as long as nobody sees a banner
    wall.moment += MINUTE
    assert [Lookout(work).look() for _ in range(2)] == [1, 0]  # two processes
    wall.moment += 60 * MINUTE
    assert Lookout(work).look() == 0
    (letter,) = smtp.letters
    assert letter.recipients[0].startswith("administrator")
    assert letter.subject == "Cảnh báo và thư nhắc đã dừng từ 09:00 16/11/2026"
    for body in (letter.body(), letter.body("html")):
        assert "khởi động lại tiến trình định kỳ" in body
        assert "https://tthc.test/van-hanh" in body


def test_they_are_told_once_more_when_a_scan_has_come_to_its_end_and_anew_when_none_does(
    work: Work, smtp: Mailbox, wall: Wall
) -> None:
    wall.moment = LAST + 40 * MINUTE
    Lookout(work).look()
    wall.moment += MINUTE
    assert runner.run(BY_NAME["scan-deadlines"], work).ok
    assert [Lookout(work).look() for _ in range(2)] == [1, 0]
    assert smtp.letters[-1].subject == "Cảnh báo và thư nhắc đã chạy lại lúc 09:41 16/11/2026"
    assert "dừng từ 09:00 16/11/2026" in smtp.letters[-1].body()
    wall.moment += 16 * MINUTE
    assert Lookout(work).look() == 1
    assert len(smtp.letters) == 3


def test_a_mail_that_could_not_leave_leaves_later_and_no_other_mail_leaves_from_there(
    database: Database, work: Work, smtp: Mailbox, wall: Wall
) -> None:
    smtp.fault = Fault.BUSY
    wall.moment = LAST + 20 * MINUTE
    assert Lookout(work).look() == 1
    with database.transaction() as session:
        waiting = session.execute(select(OutboxMessage)).scalar_one()
        other = {
            column.key: getattr(waiting, column.key)
            for column in OutboxMessage.__table__.columns
            if column.key not in {"id", "kind", "dedup_key", "message_id", "next_attempt_at"}
        }
        session.add(
            OutboxMessage(kind="digest", dedup_key="x", message_id="<x@y>", next_attempt_at=LAST, **other)
        )
    smtp.fault = Fault.NONE
    wall.moment += 5 * MINUTE
    Lookout(work).look()
    assert [letter.subject[:22] for letter in smtp.letters] == ["Cảnh báo và thư nhắc đ"]


def test_a_mail_that_is_no_longer_true_does_not_leave(work: Work, smtp: Mailbox, wall: Wall) -> None:
    smtp.fault = Fault.BUSY
    wall.moment = LAST + 20 * MINUTE
    Lookout(work).look()
    smtp.fault = Fault.NONE
    wall.moment += 5 * MINUTE
    assert runner.run(BY_NAME["scan-deadlines"], work).ok
    Lookout(work).look()
    assert [letter.subject[:30] for letter in smtp.letters] == ["Cảnh báo và thư nhắc đã chạy l"]


def test_nothing_is_told_of_an_installation_that_has_never_scanned(
    database: Database, keeper: Worker, smtp: Mailbox, tmp_path: Path
) -> None:
    assert Lookout(Work("https://tthc.test", "tthc@coquan.test", smtp.url, tmp_path)).look() == 0


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_web_process_keeps_a_lookout(app: "Flask") -> None:
    runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"](SimpleNamespace(wsgi=app))
    assert "lookout" in [thread.name for thread in threading.enumerate()]
