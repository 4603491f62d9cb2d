"""The digit keys of a desk: what it receives most, what it pinned, and nobody else's habits."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotAllowed
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries.commonprocedures import digit_keys
from tthc_tracker.services.digitkeys import PinProcedure, pin
from tthc_tracker.services.reception import ReceiveDossier, receive

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY = at("Mon 2026-11-23 14:00")
AN = Party("Nguyễn Văn An", id_number="045090001234")
MARRIAGE, COPIES, BIRTH = "1.004873", "2.000815", "1.001193"


@pytest.fixture
def office(write: "Session") -> Office:
    office = open_office(write)
    for code in (MARRIAGE, COPIES, COPIES):
        command = ReceiveDossier(new_key(), office.ward, ReceptionFacts(code, AN))
        receive(write, command, actor=office.clerk, now=MONDAY)
    return office


def lying(session: "Session", desk: int) -> list[tuple[int, str, bool]]:
    return [(key.digit, key.procedure.code, key.pinned) for key in digit_keys(session, desk, MONDAY)]


def test_the_commonest_lie_first(write: "Session", office: Office) -> None:
    assert lying(write, office.ward) == [(1, COPIES, False), (2, MARRIAGE, False)]
    assert lying(write, office.other) == []


def test_keys_stand_still_while_the_day_goes_on(write: "Session", office: Office) -> None:
    wednesday = at("Wed 2026-11-25 09:00")
    for _ in range(3):
        command = ReceiveDossier(new_key(), office.ward, ReceptionFacts(MARRIAGE, AN))
        receive(write, command, actor=office.clerk, now=wednesday)
    keys = [key.procedure.code for key in digit_keys(write, office.ward, wednesday)]
    assert keys == [COPIES, MARRIAGE]
    tomorrow = [key.procedure.code for key in digit_keys(write, office.ward, at("Thu 2026-11-26 09:00"))]
    assert tomorrow == [MARRIAGE, COPIES]


def test_a_pinned_procedure_keeps_its_key_and_the_others_close_up(write: "Session", office: Office) -> None:
    pin(write, PinProcedure(office.ward, 1, BIRTH), person=office.clerk, now=MONDAY)
    pin(write, PinProcedure(office.ward, 0, COPIES), person=office.clerk, now=MONDAY)
    assert lying(write, office.ward) == [(1, BIRTH, True), (2, MARRIAGE, False), (0, COPIES, True)]
    assert lying(write, office.other) == []


def test_a_procedure_lies_on_one_key(write: "Session", office: Office) -> None:
    for digit in (3, 5):
        pin(write, PinProcedure(office.ward, digit, BIRTH), person=office.clerk, now=MONDAY)
    assert [(digit, code) for digit, code, pinned in lying(write, office.ward) if pinned] == [(5, BIRTH)]


def test_a_freed_key_goes_back_to_what_is_common(write: "Session", office: Office) -> None:
    pin(write, PinProcedure(office.ward, 1, BIRTH), person=office.clerk, now=MONDAY)
    pin(write, PinProcedure(office.ward, 1, ""), person=office.clerk, now=MONDAY)
    assert lying(write, office.ward) == [(1, COPIES, False), (2, MARRIAGE, False)]
    actions = write.execute(select(AuditEntry.action).where(AuditEntry.actor_id == office.clerk.user_id))
    assert actions.scalars().all() == ["digit_key_set", "digit_key_set"]


@pytest.mark.parametrize(("digit", "code"), [(-1, COPIES), (10, COPIES), (1, "9.999999")])
def test_what_is_no_key_or_no_procedure_is_refused(
    write: "Session", office: Office, digit: int, code: str
) -> None:
    with pytest.raises(InvalidInput):
        pin(write, PinProcedure(office.ward, digit, code), person=office.clerk, now=MONDAY)


def test_another_desks_keys_are_not_ours(write: "Session", office: Office) -> None:
    with pytest.raises(NotAllowed):
        pin(write, PinProcedure(office.ward, 1, COPIES), person=office.stranger, now=MONDAY)
