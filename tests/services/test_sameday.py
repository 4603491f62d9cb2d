"""Results on the spot: received, finished and returned in one go, once, and counted as one dossier."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
)
from tthc_tracker.domain.lifecycle import Channel, EventKind, FinishClass, ReturnMethod, State
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.services.reception import ReceiveDossier, Reception, receive
from tthc_tracker.services.sameday import ResolveAtOnce, resolve_at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

MONDAY = at("Mon 2026-11-23 14:00")
AN = Party("Nguyễn Văn An", id_number="045090001234")
COPIES = ReceptionFacts("2.000815", AN, quantity=12)


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def resolve(session: "Session", office: Office, facts: ReceptionFacts = COPIES, **more: Any) -> Reception:
    command = ReceiveDossier(more.pop("key", "") or new_key(), more.pop("desk", office.ward), facts)
    actor, now = more.pop("actor", office.clerk), more.pop("now", MONDAY)
    return resolve_at_once(session, ResolveAtOnce(command), actor=actor, now=now, **more)


def test_one_go_leaves_three_events_and_one_returned_dossier(write: "Session", office: Office) -> None:
    made = resolve(write, office)
    dossier = write.execute(select(Dossier)).scalar_one()
    kinds = write.execute(select(DossierEvent.kind).order_by(DossierEvent.seq)).scalars().all()
    assert kinds == [EventKind.RECEIVED, EventKind.FINISHED, EventKind.RETURNED]
    assert (dossier.code, dossier.state, dossier.version) == (made.code, State.RETURNED, 3)
    assert (dossier.accepted_at, dossier.closed_at, dossier.returned_at) == (MONDAY, MONDAY, MONDAY)
    assert (dossier.returned_to, dossier.return_method) == ("Nguyễn Văn An", ReturnMethod.COUNTER)
    assert (dossier.quantity, dossier.receipt_prints, dossier.next_check_at) == (12, 0, None)


@pytest.mark.parametrize(
    ("now", "finish_class"),
    [
        pytest.param(at("Mon 2026-11-23 15:00"), FinishClass.ON_TIME, id="due that day, given that day"),
        pytest.param(at("Mon 2026-11-23 15:01"), FinishClass.EARLY, id="due the next working day"),
    ],
)
def test_the_class_follows_the_promise(
    write: "Session", office: Office, now: Any, finish_class: FinishClass
) -> None:
    resolve(write, office, now=now)
    assert write.execute(select(Dossier.finish_class)).scalar_one() is finish_class


def test_codes_go_on_in_one_series_with_other_receptions(write: "Session", office: Office) -> None:
    first = resolve(write, office)
    command = ReceiveDossier(new_key(), office.ward, replace(COPIES, procedure_code="1.004873"))
    second = receive(write, command, actor=office.clerk, now=MONDAY)
    assert [made.code[-4:] for made in (first, second, resolve(write, office))] == ["0001", "0002", "0003"]


def test_the_same_form_sent_again_leads_to_the_dossier_it_made(write: "Session", office: Office) -> None:
    key = new_key()
    made = resolve(write, office, key=key)
    with pytest.raises(DuplicateSubmission) as again:
        resolve(write, office, key=key)
    assert again.value.outcome == made.code
    with pytest.raises(ConflictingSubmission):  # the other button of the same form
        receive(write, ReceiveDossier(key, office.ward, COPIES), actor=office.clerk, now=MONDAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"procedure_code": "1.004873"}, "procedure", id="a procedure of three days"),
        pytest.param({"channel": Channel.POST}, "channel", id="sent by post"),
        pytest.param({"resolving_agency_id": "other"}, "resolving_agency", id="resolved elsewhere"),
        pytest.param({"returning_agency_id": "other"}, "returning_agency", id="returned elsewhere"),
        pytest.param({"quantity": 0}, "quantity", id="no copy"),
        pytest.param({"quantity": 1000}, "quantity", id="a thousand copies"),
    ],
)
def test_what_is_not_given_on_the_spot_is_refused_beside_its_field(
    database: "Database", change: dict[str, Any], field: str
) -> None:
    with database.transaction() as session:
        office = open_office(session)
    given = {name: office.other if value == "other" else value for name, value in change.items()}
    with pytest.raises(InvalidInput) as refused, database.transaction() as session:
        resolve(session, office, replace(COPIES, **given))
    assert refused.value.field == field
    with database.reading() as session:
        assert session.execute(select(Dossier.id)).first() is None


def test_it_is_for_ones_own_desk(write: "Session", office: Office) -> None:
    with pytest.raises(NotAllowed):
        resolve(write, office, desk=office.other)
    with pytest.raises(NotAllowed):
        resolve(write, office, actor=office.officer)
