"""Several dossiers assigned by one form, and taken back within the hour: each to exactly where it lay."""

import datetime as dt

import pytest
from sqlalchemy import select

from tests.support.desk import Office, Worker, hire, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.process import Custody
from tthc_tracker.services import handovers, processing, reassigning, reception
from tthc_tracker.services.acting import Target
from tthc_tracker.services.handovers import ConfirmHandover
from tthc_tracker.services.processing import AssignDossier, NoteDossier
from tthc_tracker.services.reassigning import UndoAssignment
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.wording import reassigning as words

RECEIVED = at("Mon 2026-11-16 09:00")
NOON = at("Mon 2026-11-16 11:00")
BATCH = "a" * 32


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def code(database: Database, office: Office) -> str:
    """A dossier that the land unit's officer has in hand since half past nine."""
    with database.transaction() as session:
        facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044093001234"))
        received = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
        code = reception.receive(session, received, actor=office.clerk, now=RECEIVED).code
    early = at("Mon 2026-11-16 09:20")
    command = AssignDossier(Target(code, None), office.land_unit, office.officer.user_id)
    with database.transaction() as session:
        processing.assign(session, command, person=office.clerk, now=early)
    with database.transaction() as session:
        handovers.confirm(
            session,
            ConfirmHandover(Target(code, None)),
            person=office.officer,
            now=at("Mon 2026-11-16 09:30"),
        )
    return code


def given(
    database: Database, code: str, unit: int | None, officer: int | None, person: Worker, now: dt.datetime
) -> None:
    command = AssignDossier(Target(code, None), unit, officer)
    with database.transaction() as session:
        reassigning.assign(session, command, batch=BATCH, person=person, now=now)


def undone(database: Database, code: str, person: Worker, now: dt.datetime) -> None:
    with database.transaction() as session:
        reassigning.undo(session, UndoAssignment(BATCH, code), person=person, now=now)


def where(database: Database, code: str) -> tuple[int | None, int | None]:
    with database.reading() as session:
        dossier = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
        return dossier.holding_unit_id, dossier.officer_id


def last_event(database: Database, code: str) -> DossierEvent:
    with database.reading() as session:
        found = select(DossierEvent).join(Dossier, Dossier.id == DossierEvent.dossier_id)
        return session.execute(
            found.where(Dossier.code == code).order_by(DossierEvent.seq.desc()).limit(1)
        ).scalar_one()


def test_what_was_given_to_another_officer_is_his_again_who_had_it(
    database: Database, office: Office, code: str
) -> None:
    before = where(database, code)
    with database.transaction() as session:
        colleague = hire(session, "Hồ Văn Đồng Nghiệp", Role.HEAD_OF_AGENCY, office.ward)
    given(database, code, office.land_unit, colleague.user_id, office.head, NOON)
    assert where(database, code) == (office.land_unit, colleague.user_id)
    undone(database, code, office.head, NOON + dt.timedelta(minutes=59))
    assert where(database, code) == before
    event = last_event(database, code)
    assert event.kind is EventKind.TAKEN_BACK
    assert event.facts["officer"] == ["Hồ Văn Đồng Nghiệp", "Trần Văn Thụ Lý"]
    assert event.reason == words.UNDONE
    with database.reading() as session:
        holder = select(Custody.officer_id).where(Custody.until.is_(None))
        assert session.execute(holder).scalar_one() == office.officer.user_id


def test_what_waits_for_another_unit_is_on_its_way_no_more(
    database: Database, office: Office, code: str
) -> None:
    before = where(database, code)
    given(database, code, office.civil_unit, None, office.head, NOON)
    undone(database, code, office.head, NOON)
    assert where(database, code) == before
    with database.reading() as session:
        waiting = select(Handover.id).where(Handover.answered_at.is_(None))
        assert session.execute(waiting).first() is None


@pytest.mark.parametrize(
    ("later", "fault", "said"),
    [
        pytest.param(dt.timedelta(minutes=61), InvalidInput, words.TOO_LATE, id="the hour is over"),
        pytest.param(dt.timedelta(minutes=5), StaleVersion, "", id="somebody has worked on it since"),
    ],
)
def test_it_stays_where_it_is_once(
    database: Database, office: Office, code: str, later: dt.timedelta, fault: type[Exception], said: str
) -> None:
    given(database, code, office.land_unit, office.head.user_id, office.head, NOON)
    after = where(database, code)
    if fault is StaleVersion:
        with database.transaction() as session:
            note = NoteDossier(Target(code, None), "đã gọi người nộp")
            processing.note(session, note, person=office.officer, now=NOON + dt.timedelta(minutes=1))
    with pytest.raises(fault) as refused:
        undone(database, code, office.head, NOON + later)
    assert said in getattr(refused.value, "message", "")
    assert where(database, code) == after


def test_an_assignment_that_took_back_a_hand_over_is_not_undone(
    database: Database, office: Office, code: str
) -> None:
    command = AssignDossier(Target(code, None), office.civil_unit, None)
    with database.transaction() as session:
        processing.assign(session, command, person=office.officer, now=NOON)
    given(database, code, office.land_unit, office.head.user_id, office.head, NOON)
    with pytest.raises(InvalidInput, match="đã rút lại một lần bàn giao"):
        undone(database, code, office.head, NOON)


def test_only_whoever_assigned_takes_it_back_and_only_once(
    database: Database, office: Office, code: str
) -> None:
    given(database, code, office.land_unit, office.head.user_id, office.head, NOON)
    with pytest.raises(NotNow):
        undone(database, code, office.officer, NOON)
    undone(database, code, office.head, NOON)
    with pytest.raises(NotNow):
        undone(database, code, office.head, NOON)
