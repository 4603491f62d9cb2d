"""Results that nobody collects: a letter after 5, 15 and 30 days, once each, and who must be phoned."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, SourceKind
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import tasks
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.applicant import ResultReminder
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import reception, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import FinishDossier, RemindApplicant

READY = at("Mon 2026-11-02 10:00")
WORK_PLACE = Work("https://tthc.test", "tthc@coquan.test", "", Path())  # no file is written
ADDRESS = "an.nguyen@nguoidan.test"


@pytest.fixture
def office(database: Database) -> Office:
    """Two results are ready: one applicant has an address, the other a telephone."""
    with database.transaction() as session:
        office = open_office(session)
        for party in (
            Party("Nguyễn Văn An", id_number="044093001234", email=ADDRESS),
            Party("Trần Thị Bình", id_number="044193005678", phone="0912345678"),
        ):
            command = ReceiveDossier(new_key(), office.ward, ReceptionFacts("1.004873", party), READY)
            code = reception.receive(session, command, actor=office.clerk, now=READY).code
            release.finish(
                session, FinishDossier(Target(code, None), ResultKind.GRANTED), person=office.clerk, now=READY
            )
    return office


def run(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> dict[str, object]:
    monkeypatch.setattr(clock, "now", lambda: moment)
    return tasks.remind_results(WORK_PLACE)


def kept(database: Database) -> list[tuple[int, bool]]:
    with database.reading() as session:
        statement = select(ResultReminder.band, ResultReminder.mailed)
        return [
            (band, mailed)
            for band, mailed in session.execute(statement.order_by(*statement.selected_columns))
        ]


def letters(database: Database) -> int:
    with database.reading() as session:
        kinds = session.execute(select(OutboxMessage.kind)).scalars().all()
        return kinds.count("applicant_reminder")


def test_each_band_is_reminded_once_and_who_has_no_address_is_kept_for_the_telephone(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, at("Fri 2026-11-06 08:10")) == {"mailed": 0, "unreachable": 0}
    assert run(monkeypatch, at("Sat 2026-11-07 08:10")) == {"mailed": 0, "unreachable": 0}, "closed"
    first = at("Mon 2026-11-09 08:10")
    assert run(monkeypatch, first) == {"mailed": 1, "unreachable": 1}
    assert run(monkeypatch, first) == {"mailed": 0, "unreachable": 0}, "running it again adds nothing"
    assert run(monkeypatch, at("Tue 2026-11-17 08:10")) == {"mailed": 1, "unreachable": 1}
    assert run(monkeypatch, at("Wed 2026-12-02 08:10")) == {"mailed": 1, "unreachable": 1}
    assert run(monkeypatch, at("Mon 2027-01-04 08:10")) == {"mailed": 0, "unreachable": 0}
    assert kept(database) == [(band, mailed) for band in (5, 15, 30) for mailed in (False, True)]
    assert letters(database) == 3
    with database.reading() as session:
        events = select(DossierEvent.actor_name, DossierEvent.reason)
        said = session.execute(events.where(DossierEvent.kind == EventKind.REMINDED)).all()
        assert said[0] == ("Nhắc tự động", "Kết quả đã chờ nhận 5 ngày.")


def test_missed_runs_are_caught_up_by_one_letter(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, at("Wed 2026-12-02 08:10")) == {"mailed": 1, "unreachable": 1}
    assert kept(database) == [(30, False), (30, True)]


def test_whoever_was_reminded_by_hand_this_day_gets_no_second_letter(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = at("Mon 2026-11-09 07:50")
    with database.transaction() as session:
        code = "H50.19000-261102-0001"
        release.remind(
            session, RemindApplicant(Target(code, None)), person=office.clerk, now=morning, mail_domain="d"
        )
    assert run(monkeypatch, at("Mon 2026-11-09 08:10")) == {"mailed": 1, "unreachable": 1}
    assert letters(database) == 1


def test_results_of_other_systems_are_left_to_them(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        session.execute(update(Source).values(kind=SourceKind.MIRROR))
    assert run(monkeypatch, at("Mon 2026-11-09 08:10")) == {"mailed": 0, "unreachable": 0}


def test_a_long_backlog_is_worked_off_in_batches(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tthc_tracker.services.resultreminders.BATCH", 1)
    with database.transaction() as session:
        session.execute(update(Person).values(email=ADDRESS))
    assert run(monkeypatch, at("Mon 2026-11-09 08:10")) == {"mailed": 2, "unreachable": 0}
