"""Putting a reception right, cancelling it, printing its receipt again."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import Channel, EventKind, State
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.domain.receptionfacts import Fee, Paper, Party, ReceptionFacts
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.queries import dossiers, search
from tthc_tracker.queries.reception import facts_of, noted, open_doubles
from tthc_tracker.services.acting import Target
from tthc_tracker.services.processing import AssignDossier, assign
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.receptionchanges import (
    CancelReception,
    CorrectReception,
    PrintReceipt,
    cancel,
    correct,
    print_receipt,
)
from tthc_tracker.wording import histories

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY = at("Mon 2026-11-23 14:00")
LATER = at("Mon 2026-11-23 14:20")
AN = Party("Nguyễn Văn An", id_number="045090001234", phone="0912345678")
FACTS = ReceptionFacts("1.004873", AN, papers=(Paper("Tờ khai", originals=1),))


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def take(session: "Session", office: Office, facts: ReceptionFacts = FACTS) -> Dossier:
    command = ReceiveDossier(new_key(), office.ward, facts)
    made = receive(session, command, actor=office.clerk, now=MONDAY)
    return session.get_one(Dossier, made.dossier_id)


def put_right(
    session: "Session", office: Office, dossier: Dossier, facts: ReceptionFacts, reason: str = "gõ nhầm"
) -> Dossier:
    command = CorrectReception(Target(dossier.code, dossier.version), facts, reason)
    return correct(session, command, actor=office.clerk, now=LATER)


def last_event(session: "Session", dossier: Dossier) -> DossierEvent:
    session.flush()
    return session.get_one(DossierEvent, (dossier.id, dossier.version))


def test_a_correction_keeps_both_versions_in_the_history(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    after = replace(FACTS, applicant=replace(AN, full_name="Nguyễn Văn Ân"), sets=2)
    put_right(write, office, dossier, after)
    event = last_event(write, dossier)
    assert (event.kind, event.seq, event.reason, event.facts) == (
        EventKind.CORRECTED, 2, "gõ nhầm", {"sets": [1, 2]},
    )  # fmt: skip
    private = write.get_one(EventPrivate, (dossier.id, 2)).payload
    assert private == {"full_name": ["Nguyễn Văn An", "Nguyễn Văn Ân"]}
    assert facts_of(write, dossier).applicant.full_name == "Nguyễn Văn Ân"
    assert search.find(write, "van an", office.clerk.scope).rows


def test_code_and_acceptance_stand_and_the_promise_follows_the_procedure(
    write: "Session", office: Office
) -> None:
    dossier = take(write, office)
    code = dossier.code
    put_right(write, office, dossier, replace(FACTS, procedure_code="2.000815"))
    assert (dossier.code, dossier.accepted_at) == (code, MONDAY)
    assert dossier.due_at == at("Mon 2026-11-23 17:00")
    assert dossier.due_version == 2
    facts = last_event(write, dossier).facts
    assert set(facts) == {"procedure", "due_at", "clock"}
    assert facts["due_at"] == ["2026-11-27T14:00:00+07:00", "2026-11-23T17:00:00+07:00"]


def test_a_new_name_moves_no_date(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    put_right(write, office, dossier, replace(FACTS, note="thêm ghi chú"))
    assert (dossier.due_at, dossier.due_version) == (at("Fri 2026-11-27 14:00"), 1)
    assert facts_of(write, dossier).note == "thêm ghi chú"


def test_everything_can_be_corrected(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    after = ReceptionFacts(
        "1.004873",
        replace(AN, id_number="", no_id_reason="mất thẻ", address="Thôn 2"),
        owner=Party("Nguyễn An Nhiên", birth_on=dt.date(2026, 11, 1)),
        channel=Channel.POST,
        arrived_at=at("Mon 2026-11-23 09:00"),
        papers=(Paper("Giấy chứng sinh", copies=1, digitised=True),),
        fee=Fee(8000, "paid", "transfer"),
        abstract="xác nhận để đăng ký kết hôn",
        note="gọi điện",
        resolving_agency_id=office.ward,
        returning_agency_id=office.other,
    )
    put_right(write, office, dossier, after)
    assert facts_of(write, dossier) == after
    shown = histories.entries(dossiers.history(write, dossier.id, with_private=True))[0]
    said = {name: (old, new) for name, old, new in shown["changes"]}
    assert said["Kênh"] == ("Trực tiếp", "Bưu chính")
    assert said["Chủ hồ sơ, họ tên"] == (None, "Nguyễn An Nhiên")
    assert said["Tình trạng phí, lệ phí"] == ("Không thu", "Đã nộp")
    assert said["Thành phần hồ sơ"] == ("Tờ khai (1/0/0)", "Giấy chứng sinh (0/0/1)")


def test_an_owner_may_be_taken_back(write: "Session", office: Office) -> None:
    dossier = take(write, office, replace(FACTS, owner=Party("Nguyễn An Nhiên")))
    put_right(write, office, dossier, FACTS)
    assert dossier.owner_id == dossier.applicant_id
    assert not search.find(write, "an nhien", office.clerk.scope).rows


@pytest.mark.parametrize(
    ("facts", "reason", "field"),
    [
        pytest.param(replace(FACTS, sets=3), " ", "reason", id="no reason"),
        pytest.param(FACTS, "gõ nhầm", "reason", id="nothing changed"),
        pytest.param(
            replace(FACTS, procedure_code="9.999999"), "gõ nhầm", "procedure", id="no such procedure"
        ),
        pytest.param(replace(FACTS, applicant=Party("")), "gõ nhầm", "full_name", id="no name"),
    ],
)
def test_a_correction_is_refused_by_field(
    write: "Session", office: Office, facts: ReceptionFacts, reason: str, field: str
) -> None:
    dossier = take(write, office)
    with pytest.raises(InvalidInput) as caught:
        put_right(write, office, dossier, facts, reason)
    assert caught.value.field == field


def test_what_somebody_has_acted_on_is_no_longer_corrected(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    command = AssignDossier(Target(dossier.code, 1), office.land_unit, None)
    assign(write, command, person=office.clerk, now=LATER)
    with pytest.raises(NotNow):
        put_right(write, office, dossier, replace(FACTS, sets=2))


def test_a_form_opened_before_another_correction_is_stale(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    put_right(write, office, dossier, replace(FACTS, sets=2))
    stale = CorrectReception(Target(dossier.code, 1), replace(FACTS, sets=3), "gõ nhầm")
    with pytest.raises(StaleVersion):
        correct(write, stale, actor=office.clerk, now=LATER)


def test_another_agencys_clerk_finds_nothing_to_correct(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    command = CorrectReception(Target(dossier.code, 1), replace(FACTS, sets=3), "gõ nhầm")
    with pytest.raises(NotFound):
        correct(write, command, actor=office.stranger, now=LATER)
    with pytest.raises(NotFound):
        noted(write, dossier.code, office.stranger.scope)


def test_a_cancelled_dossier_is_closed_out_of_statistics_and_kept(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    cancel(write, CancelReception(Target(dossier.code, 1), "nhập trùng"), actor=office.clerk, now=LATER)
    assert (dossier.state, dossier.closed_at, dossier.finish_class) == (State.CANCELLED, LATER, None)
    assert dossier.next_check_at is None
    assert last_event(write, dossier).kind is EventKind.CANCELLED
    assert not write.execute(select(Alert).where(Alert.closed_at.is_(None))).all()


def test_a_cancelled_code_is_never_given_again_and_its_row_never_deleted(
    write: "Session", office: Office
) -> None:
    first = take(write, office)
    cancel(write, CancelReception(Target(first.code, 1), "nhập trùng"), actor=office.clerk, now=LATER)
    second = take(write, office)
    assert (first.code[-4:], second.code[-4:]) == ("0001", "0002")
    with pytest.raises(DBAPIError), write.begin_nested():
        write.execute(delete(Dossier).execution_options(synchronize_session=False))
    with pytest.raises(IntegrityError), write.begin_nested():  # not even by hand
        write.execute(insert(DossierCode).values(dossier_id=second.id, code=first.code))
    kept = write.execute(select(Dossier.code, Dossier.state).order_by(Dossier.id)).all()
    assert kept == [(first.code, State.CANCELLED), (second.code, State.RECEIVED)]


def test_a_cancellation_needs_its_reason(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    with pytest.raises(InvalidInput):
        cancel(write, CancelReception(Target(dossier.code, 1), ""), actor=office.clerk, now=LATER)


def test_after_the_due_date_only_the_controller_cancels(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    late = at("Mon 2026-11-30 08:00")
    command = CancelReception(Target(dossier.code, 1), "nhập trùng")
    with pytest.raises(NotNow):
        cancel(write, command, actor=office.clerk, now=late)
    own = replace(office.controller, memberships=(Membership(Role.CONTROLLER, office.ward),))
    cancel(write, command, actor=own, now=late)
    assert dossier.state is State.CANCELLED


def test_the_first_print_is_the_original_and_the_next_are_noted(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    for _ in range(3):
        print_receipt(write, PrintReceipt(dossier.code), actor=office.clerk, now=LATER, secret="s" * 32)
    write.flush()
    noted_prints = select(DossierEvent.facts).where(DossierEvent.kind == EventKind.REPRINTED)
    facts = list(write.execute(noted_prints.order_by(DossierEvent.seq)).scalars())
    assert (dossier.receipt_prints, facts) == (3, [{"print": 2}, {"print": 3}])
    assert dossier.receipt_token_hash == token_hash(receipt_token("s" * 32, dossier.code))


def test_a_print_does_not_hinder_a_correction(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    for _ in range(2):
        print_receipt(write, PrintReceipt(dossier.code), actor=office.clerk, now=LATER)
    put_right(write, office, dossier, replace(FACTS, sets=2))
    assert dossier.sets == 2


def test_a_superior_does_not_print_receipts(write: "Session", office: Office) -> None:
    dossier = take(write, office)
    with pytest.raises(NotAllowed):
        print_receipt(write, PrintReceipt(dossier.code), actor=office.controller, now=LATER)


def test_an_open_dossier_of_the_same_person_and_procedure_is_a_double(
    write: "Session", office: Office
) -> None:
    dossier = take(write, office)

    def doubles(id_number: str, procedure: str, scope: object = office.clerk.scope) -> list[str]:
        return [one.code for one in open_doubles(write, scope, id_number, procedure)]

    assert doubles("045090001234", "1.004873.000.00.00.H50") == [dossier.code]
    assert doubles("045090001234", "2.000815") == []
    assert doubles("045090001235", "1.004873") == []
    assert doubles("045090001234", "1.004873", office.stranger.scope) == []
    cancel(write, CancelReception(Target(dossier.code, 1), "nhập trùng"), actor=office.clerk, now=LATER)
    assert doubles("045090001234", "1.004873") == []
