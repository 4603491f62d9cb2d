"""A reception put right once work has begun: dates by the engine, the work where it is, both versions."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office, add_second_case, hire, new_key, open_office
from tests.support.lives import assert_dates_follow_from_events, kinds_of
from tests.support.moments import at
from tthc_tracker.channels.applicanttext import write_applicant_letter
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.process import Custody
from tthc_tracker.queries import applicantmail
from tthc_tracker.queries.reception import facts_of
from tthc_tracker.services import pausing, receptionchanges
from tthc_tracker.services.acting import Target
from tthc_tracker.services.apologies import ApproveApology, WriteApology, approve, draft
from tthc_tracker.services.pausing import PauseDossier, ResumeDossier
from tthc_tracker.services.processing import AssignDossier, assign
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.receptionchanges import CorrectReception
from tthc_tracker.services.workcorrections import CorrectAtWork, correct_at_work

MONDAY = at("Mon 2026-11-16 09:00")
TUESDAY = at("Tue 2026-11-17 09:00")
WEDNESDAY = at("Wed 2026-11-18 09:00")
DUE = at("Thu 2026-11-19 09:00")
AN = Party("Nguyễn Văn An", id_number="045090001234", phone="0912345678", email="an@example.invalid")
FACTS = ReceptionFacts("1.004873", AN)
LONG = replace(FACTS, case_code="xac-minh")  # eight working days; the 24th is off


@pytest.fixture
def office(write: Session) -> Office:
    """Three days, and eight where somebody has to be asked."""
    made = open_office(write)
    add_second_case(write, made)
    return made


@pytest.fixture
def begun(write: Session, office: Office) -> Dossier:
    """Received on Monday, and at the officer's since."""
    command = ReceiveDossier(new_key(), office.ward, FACTS)
    made = receive(write, command, actor=office.clerk, now=MONDAY)
    dossier = write.get_one(Dossier, made.dossier_id)
    given = AssignDossier(Target(dossier.code, dossier.version), office.land_unit, office.officer.user_id)
    assign(write, given, person=office.clerk, now=MONDAY)
    return dossier


def put_right(
    session: Session, office: Office, dossier: Dossier, facts: ReceptionFacts = LONG, **how: Any
) -> object:
    command = CorrectAtWork(Target(dossier.code, dossier.version), facts, "chọn nhầm trường hợp")
    given: dict[str, Any] = {"person": office.head, "now": WEDNESDAY} | how
    return correct_at_work(session, command, **given)


def pause(session: Session, office: Office, dossier: Dossier) -> None:
    """A survey from Tuesday to Wednesday: eight working hours."""
    held = PauseDossier(
        Target(dossier.code, dossier.version), PauseReason.SURVEY, note="khảo sát", basis="", reply_by=None,
        asked_of="",
    )  # fmt: skip
    pausing.pause(session, held, person=office.officer, now=TUESDAY)
    pausing.resume(
        session, ResumeDossier(Target(dossier.code, dossier.version)), person=office.officer, now=WEDNESDAY
    )


def test_the_promise_follows_and_the_first_date_stays_as_it_was_printed(
    write: Session, office: Office, begun: Dossier
) -> None:
    moved = put_right(write, office, begun)
    assert (begun.first_due_at, begun.due_at, begun.due_version) == (DUE, at("Fri 2026-11-27 09:00"), 2)
    assert moved is not None
    assert kinds_of(write, begun)[-2:] == [EventKind.CORRECTED_AT_WORK, EventKind.DUE_CHANGED]
    event = write.get_one(DossierEvent, (begun.id, begun.version - 1))
    assert event.facts["case"] == ["", "Phải xác minh"]
    assert_dates_follow_from_events(write, begun)


def test_pauses_count_as_they_were(write: Session, office: Office, begun: Dossier) -> None:
    pause(write, office, begun)
    put_right(write, office, begun)
    assert begun.due_at == at("Mon 2026-11-30 09:00")  # Friday the 27th, and the day of the survey
    assert assert_dates_follow_from_events(write, begun) == 1


@pytest.mark.parametrize(
    ("second", "promised"),
    [
        pytest.param("Mon 2026-11-30 09:00", "Mon 2026-11-30 09:00", id="later than the new lawful date"),
        pytest.param("Mon 2026-11-23 09:00", "Fri 2026-11-27 09:00", id="overtaken by it"),
    ],
)
def test_a_second_date_stays_given_and_never_stands_before_the_lawful_one(
    write: Session, office: Office, begun: Dossier, second: str, promised: str
) -> None:
    written = WriteApology(Target(begun.code, None), LatenessCause.STAFF, "thiếu người", at(second))
    draft(write, written, person=office.officer, now=TUESDAY)
    approve(write, ApproveApology(Target(begun.code, None)), person=office.head, now=TUESDAY)
    assert begun.current_due_at == at(second)
    put_right(write, office, begun)
    assert (begun.due_at, begun.current_due_at) == (at("Fri 2026-11-27 09:00"), at(promised))
    assert begun.reappointed_at == TUESDAY  # spent: there is one a dossier
    assert_dates_follow_from_events(write, begun)


def test_the_work_goes_on_where_it_is(write: Session, office: Office, begun: Dossier) -> None:
    held = select(Custody).where(Custody.dossier_id == begun.id).order_by(Custody.id)
    before = [(row.kind, row.since, row.until) for row in write.execute(held).scalars()]
    put_right(write, office, begun)
    write.flush()
    assert [(row.kind, row.since, row.until) for row in write.execute(held).scalars()] == before
    assert (begun.state, begun.officer_id) == (State.PROCESSING, office.officer.user_id)
    again = CorrectReception(Target(begun.code, begun.version), replace(LONG, sets=2), "gõ nhầm")
    with pytest.raises(NotNow):  # it is not "untouched" again
        receptionchanges.correct(write, again, actor=office.clerk, now=WEDNESDAY)


def test_a_name_is_put_right_and_moves_no_date(write: Session, office: Office, begun: Dossier) -> None:
    moved = put_right(write, office, begun, replace(FACTS, applicant=replace(AN, full_name="Nguyễn Văn Ân")))
    assert (moved, begun.due_at, begun.due_version) == (None, DUE, 1)
    assert facts_of(write, begun).applicant.full_name == "Nguyễn Văn Ân"
    assert kinds_of(write, begun)[-1] is EventKind.CORRECTED_AT_WORK


def test_the_applicant_is_told_of_the_date_that_moved(write: Session, office: Office, begun: Dossier) -> None:
    put_right(write, office, begun, replace(FACTS, sets=2), mail_domain="tthc.example")
    letters = select(OutboxMessage.kind).where(OutboxMessage.user_id.is_(None))
    assert write.execute(letters).scalars().all() == []
    put_right(write, office, begun, replace(LONG, sets=2), mail_domain="tthc.example")
    assert write.execute(letters).scalars().all() == ["applicant_new_date"]
    mail = applicantmail.content(write, ApplicantLetter.NEW_DATE, begun.id)
    assert mail is not None
    letter = write_applicant_letter(mail, public_url="https://tthc.example", secret="s" * 32)
    assert "đã được sửa cho đúng; vì vậy ngày hẹn trả được tính lại" in letter.text
    assert "giải quyết tiếp" not in letter.text


def test_another_resolving_agency_is_a_transfer_and_no_correction(
    write: Session, office: Office, begun: Dossier
) -> None:
    with pytest.raises(InvalidInput) as refused:
        put_right(write, office, begun, replace(FACTS, resolving_agency_id=office.other))
    assert refused.value.field == "resolving_agency"
    assert "huỷ nhập nhầm" in refused.value.message


def test_only_the_head_and_the_controller_of_its_agency_may(
    write: Session, office: Office, begun: Dossier
) -> None:
    controller = hire(write, "Đỗ Thị Kiểm Soát Phường", Role.CONTROLLER, office.ward)
    for person in (office.clerk, office.officer, office.controller):  # the last: of the province above
        with pytest.raises(NotAllowed):
            put_right(write, office, begun, person=person)
    put_right(write, office, begun, person=controller)
    assert begun.case_code == "xac-minh"


def test_a_page_that_was_out_of_date_changes_nothing(write: Session, office: Office, begun: Dossier) -> None:
    stale = CorrectAtWork(Target(begun.code, 1), LONG, "nhầm")
    with pytest.raises(StaleVersion):
        correct_at_work(write, stale, person=office.head, now=WEDNESDAY)
    assert begun.due_at == DUE


def test_what_nobody_has_begun_is_the_desks_to_put_right(write: Session, office: Office) -> None:
    command = ReceiveDossier(new_key(), office.ward, FACTS)
    made = receive(write, command, actor=office.clerk, now=MONDAY)
    with pytest.raises(NotNow):
        put_right(write, office, write.get_one(Dossier, made.dossier_id))
