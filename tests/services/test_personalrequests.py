"""Four eyes: what is held on a person leaves or is erased when one asks and another consents."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support.desk import Office, Worker, hire, new_key
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow, RefusedUse
from tthc_tracker.domain.permissions import Role, permissions_of
from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.domain.personalrequests import STANDS, Verdict
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.person import Person
from tthc_tracker.models.personaldata import PersonalErasure, PersonalRequest, PersonalRequestDossier
from tthc_tracker.queries import personalrequests as reads
from tthc_tracker.services import personalrequests as requests
from tthc_tracker.services import reception, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.erasurerequests import ErasePerson
from tthc_tracker.services.personalrequests import DecideRequest, ExportPerson
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import WithdrawDossier

pytestmark = pytest.mark.usefixtures("office")

NOW = at("Mon 2026-11-16 09:00")
NUMBER, SECRET = "044193777001", "s" * 32


@pytest.fixture
def head(write: Session, office: Office) -> Worker:
    return hire(write, "Lê Thủ Trưởng", Role.HEAD_OF_AGENCY, office.ward)


@pytest.fixture
def code(write: Session, office: Office) -> str:
    facts = ReceptionFacts("1.004873", Party("Tôn Nữ Hoàng", id_number=NUMBER))
    command = ReceiveDossier(new_key(), office.ward, facts, NOW)
    known = reception.receive(write, command, actor=office.clerk, now=NOW).code
    gone = WithdrawDossier(Target(known, None), "đổi ý")
    release.withdraw(write, gone, person=office.clerk, now=NOW)
    return known


def asked(session: Session, person: Worker, now: dt.datetime = NOW) -> int:
    command = ExportPerson(NUMBER, Ground.REQUEST, "đơn 12")
    return requests.ask_export(session, command, person=person, secret=SECRET, now=now)


def asked_erasure(session: Session, person: Worker, code: str, basis: str = "QĐ 12") -> int:
    command = ErasePerson(NUMBER, (code,), "đơn 12", basis)
    return requests.ask_erasure(session, command, person=person, secret=SECRET, now=NOW)


def decide(
    session: Session, number: int, person: Worker, verdict: Verdict | None = Verdict.APPROVED,
    because: str = "", now: dt.datetime = NOW,
) -> object:  # fmt: skip
    command = DecideRequest(number, verdict, because)
    return requests.decide(session, command, person=person, secret=SECRET, now=now)


def fetched(session: Session, number: int, person: Worker, now: dt.datetime = NOW) -> tuple[int, ...]:
    return requests.fetch(session, number, "json", person=person, secret=SECRET, now=now).dossier_ids


def deeds(session: Session) -> list[tuple[str, int | None]]:
    found = select(AuditEntry.action, AuditEntry.actor_id).where(AuditEntry.object_type == "citizen")
    return [(row.action, row.actor_id) for row in session.execute(found.order_by(AuditEntry.id))]


def test_an_export_leaves_only_after_another_has_consented_and_for_a_week(
    write: Session, office: Office, head: Worker, code: str
) -> None:
    number = asked(write, head)
    with pytest.raises(NotNow):
        fetched(write, number, head)
    decide(write, number, office.controller)
    dossier_id = write.execute(select(Dossier.id).where(Dossier.code == code)).scalar_one()
    assert fetched(write, number, head) == (dossier_id,)
    with pytest.raises(NotFound):  # who consents takes nothing along
        fetched(write, number, office.controller)
    with pytest.raises(NotNow):
        fetched(write, number, head, NOW + STANDS)
    assert deeds(write) == [
        ("person_export_asked", head.user_id), ("person_export_approved", office.controller.user_id),
        ("person_exported", head.user_id),
    ]  # fmt: skip


def test_an_erasure_is_done_with_the_consent_and_both_stand_in_the_audit(
    write: Session, office: Office, head: Worker, code: str
) -> None:
    number = asked_erasure(write, head, code)
    assert write.execute(select(PersonalErasure.dossier_id)).all() == []
    decide(write, number, office.controller)
    assert write.execute(select(Person.id).where(Person.id_number == NUMBER)).all() == []
    entry = write.execute(select(AuditEntry).where(AuditEntry.action == "person_erased")).scalar_one()
    assert (entry.actor_id, entry.facts["asked_by"]) == (office.controller.user_id, head.user_id)
    with pytest.raises(NotNow):
        decide(write, number, office.controller)


def test_nobody_consents_to_his_own_request_not_even_the_table_lets_him(
    write: Session, head: Worker, code: str
) -> None:
    number = asked_erasure(write, head, code)
    with pytest.raises(NotAllowed):
        decide(write, number, head)
    own = update(PersonalRequest).values(decided_by_id=head.user_id)
    with pytest.raises(IntegrityError), write.begin_nested():
        write.execute(own)


def test_whoever_lacks_the_right_or_the_sight_consents_to_nothing(
    write: Session, office: Office, head: Worker, code: str
) -> None:
    number = asked_erasure(write, head, code)
    elsewhere = hire(write, "Phan Xã Khác", Role.HEAD_OF_AGENCY, office.other)
    for person, refusal in ((office.clerk, NotAllowed), (office.auditor, NotAllowed), (elsewhere, NotFound)):
        with pytest.raises(refusal):
            decide(write, number, person)
        assert not reads.waiting(write, person.user_id, permissions_of(person.memberships), person.scope, NOW)
    seen = permissions_of(office.controller.memberships)
    (one,) = reads.waiting(write, office.controller.user_id, seen, office.controller.scope, NOW)
    assert (one.id, one.dossiers, one.mine) == (number, 1, False)
    assert [row.code for row in reads.dossiers(write, number, head.scope)] == [code]
    assert reads.dossiers(write, number, elsewhere.scope) == []  # as who asked would find it, moved there


@pytest.mark.parametrize(
    ("verdict", "because", "field"),
    [
        pytest.param(None, "", "verdict", id="no answer"),
        pytest.param(Verdict.REJECTED, " ", "because", id="a refusal without a reason"),
        pytest.param(Verdict.REJECTED, "số 044193777001", "because", id="a number in it"),
    ],
)
def test_an_answer_is_one_and_a_refusal_has_its_reason(
    write: Session, office: Office, head: Worker, code: str, verdict: Verdict | None, because: str, field: str
) -> None:
    number = asked_erasure(write, head, code)
    with pytest.raises(InvalidInput) as refusal:
        decide(write, number, office.controller, verdict, because)
    assert refusal.value.field == field


def test_what_was_refused_or_has_lapsed_is_over(
    write: Session, office: Office, head: Worker, code: str
) -> None:
    refused = asked(write, head)
    decide(write, refused, office.controller, Verdict.REJECTED, "chưa có đơn")
    with pytest.raises(NotNow):
        fetched(write, refused, head)
    lapsed = asked(write, head)
    with pytest.raises(NotNow):
        decide(write, lapsed, office.controller, now=NOW + STANDS)


def test_the_same_is_not_asked_for_twice_while_it_waits(write: Session, head: Worker, code: str) -> None:
    asked(write, head)
    asked_erasure(write, head, code)
    again: tuple[Callable[[], int], ...] = (
        lambda: asked(write, head), lambda: asked_erasure(write, head, code),
    )  # fmt: skip
    for once_more in again:
        with pytest.raises(InvalidInput, match="đang chờ duyệt"):
            once_more()
    assert asked(write, head, NOW + STANDS)


def test_whoever_stands_on_the_dossier_by_a_correction_since_is_left_alone(
    write: Session, office: Office, head: Worker, code: str
) -> None:
    export, erasure = asked(write, head), asked_erasure(write, head, code)
    write.execute(update(Person).values(id_number="079080009999", id_reversed="999900080970"))
    decide(write, export, office.controller)
    with pytest.raises(RefusedUse):
        fetched(write, export, head)
    with pytest.raises(InvalidInput, match="không còn"):
        decide(write, erasure, office.controller)
    assert write.execute(select(PersonalErasure.dossier_id)).all() == []


@pytest.mark.parametrize("what", ["closed", "moved", "another role"])
def test_nothing_is_erased_for_who_might_not_ask_for_it_any_more(
    write: Session, office: Office, head: Worker, code: str, what: str
) -> None:
    number = asked_erasure(write, head, code)
    of_theirs = update(Membership).where(Membership.user_id == head.user_id)
    write.execute({
        "closed": update(User).where(User.id == head.user_id).values(active=False),
        "moved": of_theirs.values(agency_id=office.other),
        "another role": of_theirs.values(role=Role.CLERK),
    }[what])  # fmt: skip
    with pytest.raises(InvalidInput, match="không còn quyền"), write.begin_nested():
        decide(write, number, office.controller)
    assert write.execute(select(PersonalErasure.dossier_id)).all() == []
    decide(write, number, office.controller, Verdict.REJECTED, "người yêu cầu đã chuyển đi")


def test_requests_are_forgotten_after_a_month_and_the_audit_is_not(
    write: Session, head: Worker, code: str
) -> None:
    asked(write, head)
    assert requests.sweep(write, NOW + requests.KEPT) == 0
    assert requests.sweep(write, NOW + requests.KEPT + dt.timedelta(minutes=1)) == 1
    assert write.execute(select(PersonalRequestDossier.request_id)).all() == []
    assert deeds(write) == [("person_export_asked", head.user_id)]
