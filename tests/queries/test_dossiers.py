"""One dossier as its page reads it: within scope, with what may be known of it."""

from typing import TYPE_CHECKING

import pytest

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import EventKind, SourceKind, State
from tthc_tracker.domain.permissions import NOTHING
from tthc_tracker.domain.receptionfacts import Paper, Party, ReceptionFacts
from tthc_tracker.domain.standing import Standing
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.queries import dossiers, standingalerts
from tthc_tracker.services import processing
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier, receive

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = at("Mon 2026-11-23 14:00")
FACTS = ReceptionFacts(
    "1.004873",
    Party("Nguyễn Văn An", id_number="045090001234"),
    owner=Party("Trần Thị Đào", id_number="045190001234"),
    papers=(Paper("Tờ khai", originals=1), Paper("Giấy chứng sinh", copies=2)),
)


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


@pytest.fixture
def code(write: "Session", office: Office) -> str:
    command = ReceiveDossier(new_key(), office.ward, FACTS)
    return receive(write, command, actor=office.clerk, now=NOW).code


def test_a_dossier_comes_with_the_names_of_all_it_points_to(
    write: "Session", office: Office, code: str
) -> None:
    view = dossiers.find(write, code, office.clerk.scope)
    assert (view.applicant.full_name, view.owner.full_name) == ("Nguyễn Văn An", "Trần Thị Đào")
    assert (view.procedure_code, view.source_kind, view.mirrored) == ("1.004873", SourceKind.HOME, False)
    assert (view.receiving.id, view.resolving.id, view.returning.id) == (office.ward,) * 3
    assert (view.received_by, view.officer, view.unit) == ("Lê Thị Một Cửa", None, None)
    assert view.standing(NOW) is Standing.IN_TIME
    assert [paper.name for paper in dossiers.components(write, view.dossier.id)] == [
        "Tờ khai",
        "Giấy chứng sinh",
    ]


@pytest.mark.parametrize("wrong", ["", "khong-co", "H50.19000-261123-9999", "a\0b", "%"])
def test_a_code_that_is_none_is_not_found(write: "Session", office: Office, code: str, wrong: str) -> None:
    with pytest.raises(NotFound):
        dossiers.find(write, wrong, office.clerk.scope)


def test_out_of_scope_there_is_no_such_dossier(write: "Session", office: Office, code: str) -> None:
    for scope in (office.stranger.scope, NOTHING):
        with pytest.raises(NotFound):
            dossiers.find(write, code, scope)
        assert dossiers.id_of_code(write, code, scope) is None
    assert dossiers.id_of_code(write, code, office.controller.scope) is not None


def test_every_code_leads_to_it_and_the_others_are_named(write: "Session", office: Office, code: str) -> None:
    dossier = dossiers.find(write, code, office.clerk.scope).dossier
    for other in ("BTP-1", "BTP-0"):
        write.add(
            DossierCode(code=other, dossier_id=dossier.id, source_id=dossier.source_id, kind="ministry")
        )
    write.flush()
    view = dossiers.find(write, "BTP-1", office.clerk.scope)
    assert view.dossier.code == code
    assert dossiers.other_codes(write, view) == ["BTP-0", "BTP-1"]


def test_circumstances_are_the_same_however_they_are_read(
    write: "Session", office: Office, code: str
) -> None:
    dossier = dossiers.find(write, code, office.clerk.scope).dossier

    def both() -> bool:
        kinds = [event.kind for event in dossiers.history(write, dossier.id, with_private=False)]
        read = dossiers.circumstances(dossier, SourceKind.HOME, kinds, NOW)
        assert dossiers.circumstances_of(write, dossier, NOW) == read
        return read.untouched

    assert both()
    processing.note(
        write, processing.NoteDossier(Target(code, None), "gọi lại"), person=office.clerk, now=NOW
    )
    assert both(), "a remark touches nothing"
    assign = processing.AssignDossier(Target(code, None), office.land_unit, None)
    processing.assign(write, assign, person=office.clerk, now=NOW)
    assert not both()


def test_history_counts_its_events_and_keeps_personal_parts_apart(
    write: "Session", office: Office, code: str
) -> None:
    processing.note(
        write, processing.NoteDossier(Target(code, 1), "gọi bà Đào"), person=office.clerk, now=NOW
    )
    write.flush()
    dossier_id = dossiers.id_of_code(write, code, office.clerk.scope)
    assert dossier_id is not None
    seen = dossiers.history(write, dossier_id, with_private=True)
    assert [(event.seq, event.kind) for event in seen] == [(2, EventKind.NOTED), (1, EventKind.RECEIVED)]
    assert seen[0].private == {"note": "gọi bà Đào"}
    assert all(event.private is None for event in dossiers.history(write, dossier_id, with_private=False))


def test_only_standing_alerts_are_shown_and_whose_they_are(
    write: "Session", office: Office, code: str
) -> None:
    dossier = dossiers.find(write, code, office.clerk.scope).dossier
    for version, closed_at in ((1, None), (2, NOW)):
        alert = Alert(
            subject_type="dossier", subject_id=dossier.id, dossier_id=dossier.id, rule=Rule.DUE_SOON,
            version=version, severity=Severity.NOTICE, agency_id=office.ward, raised_at=NOW,
            closed_at=closed_at,
        )  # fmt: skip
        write.add(alert)
        write.flush()
        write.add(AlertRecipient(alert_id=alert.id, user_id=office.officer.user_id))
    write.flush()
    mine = standingalerts.alerts_on(write, dossier.id, office.officer.user_id)
    assert [(alert.rule, alert.mine, alert.acknowledged_by) for alert in mine] == [
        (Rule.DUE_SOON, True, None)
    ]
    others = standingalerts.alerts_on(write, dossier.id, office.clerk.user_id)
    assert [alert.mine for alert in others] == [False]


def test_units_and_officers_are_those_who_work_at_the_agency(write: "Session", office: Office) -> None:
    units = [(office.land_unit, "Phòng Địa chính"), (office.civil_unit, "Phòng Hộ tịch")]
    assert dossiers.units_of(write, office.ward) == units, "Đ before H, whatever the database thinks"
    names = {name for _, name in dossiers.officers_of(write, office.ward)}
    assert names == {"Lê Thị Một Cửa", "Trần Văn Thụ Lý", "Phạm Thị Trưởng"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(State.WITHDRAWN, Standing.WITHDRAWN, id="withdrawn"),
        pytest.param(State.CANCELLED, Standing.CANCELLED, id="cancelled"),
        pytest.param(State.STOPPED, Standing.STOPPED, id="stopped"),
    ],
)
def test_how_it_ended_is_where_it_stands(
    write: "Session", office: Office, code: str, state: State, expected: Standing
) -> None:
    dossier: Dossier = dossiers.find(write, code, office.clerk.scope).dossier
    dossier.state, dossier.closed_at, dossier.closed_on = state, NOW, NOW.date()
    assert dossiers.standing_of(dossier, NOW) is expected
