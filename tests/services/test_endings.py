"""An agency ends: its open dossiers go to its heirs, one event each, and keep code, promise and clock."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.test_pausing import hold, receive, resume
from tests.support.desk import Office, hire, open_office
from tests.support.lives import assert_dates_follow_from_events, kinds_of
from tests.support.moments import at
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import InvalidInput, NotFound, StaleVersion
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.handovers import Direction
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import Database
from tthc_tracker.models.agency import Agency, AgencySuccession, Unit
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.calendar import OfficeHours
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent, DossierTransfer
from tthc_tracker.models.procedure import Sector
from tthc_tracker.models.process import Custody
from tthc_tracker.queries import search as finding
from tthc_tracker.queries import successions
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.queries.scoping import scope_of, subtree, visible
from tthc_tracker.services import endings, processing, stranding, transfers
from tthc_tracker.services.acting import Target
from tthc_tracker.services.agencies import note_change
from tthc_tracker.services.endings import EndAgency
from tthc_tracker.services.handovers import ConfirmHandover, confirm
from tthc_tracker.services.processing import AssignDossier, HandOverDossier

LAST = dt.date(2026, 11, 17)
MORNING = at("Wed 2026-11-18 00:05")
COMMAND = EndAgency("H50.19000", None, LAST, "NQ 1680/NQ-UBTVQH15", "H50.19001")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def end(session: Session, command: EndAgency = COMMAND, now: dt.datetime = MORNING) -> transfers.Run:
    """End the agency and let the job run."""
    endings.end(session, command, actor=None, now=at("Mon 2026-11-16 08:00"))
    return move(session, now)


def move(session: Session, now: dt.datetime = MORNING) -> transfers.Run:
    run = transfers.Run()
    while run.more:
        transfers.move_next(session, run, now=now, limit=2)
    return run


def last_event(session: Session, dossier: Dossier) -> DossierEvent:
    session.flush()
    newest = select(DossierEvent).where(DossierEvent.dossier_id == dossier.id)
    return session.execute(newest.order_by(DossierEvent.seq.desc()).limit(1)).scalar_one()


def test_a_running_dossier_moves_by_one_event_and_keeps_code_promise_and_clock(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office)
    clock = (dossier.code, dossier.accepted_at, dossier.due_at, dossier.overdue_from, dossier.due_version)
    run = end(write)
    event = last_event(write, dossier)
    assert (run.moved, run.stuck) == (1, 0)
    assert (event.kind, event.reason) == (EventKind.TRANSFERRED, "Theo NQ 1680/NQ-UBTVQH15")
    assert event.occurred_at == at("Wed 2026-11-18 00:00")
    assert event.facts["agency"] == ["Phường Đông Hà", "Xã Cam Lộ"]
    assert (dossier.resolving_agency_id, dossier.returning_agency_id) == (office.other, office.other)
    assert dossier.receiving_agency_id == office.ward, "that desk did receive it"
    assert clock == (
        dossier.code, dossier.accepted_at, dossier.due_at, dossier.overdue_from, dossier.due_version,
    )  # fmt: skip
    row = write.execute(select(DossierTransfer)).scalar_one()
    assert (row.seq, row.moved_on, row.from_agency_id, row.to_agency_id) == (
        event.seq, dt.date(2026, 11, 18), office.ward, office.other,
    )  # fmt: skip
    assert kinds_of(write, dossier).count(EventKind.TRANSFERRED) == 1
    assert_dates_follow_from_events(write, dossier)
    assert move(write).moved == 0, "what has moved is found no more"


def test_nothing_moves_before_the_last_day_is_over(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    assert end(write, now=at("Tue 2026-11-17 23:59")).moved == 0
    assert dossier.resolving_agency_id == office.ward


def test_the_clock_goes_by_the_hours_under_which_it_was_promised(office: Office, write: Session) -> None:
    write.add_all(
        OfficeHours(
            agency_id=office.other, agency_key=office.other, valid_from=dt.date(2026, 1, 1), weekday=day,
            windows="08:00-10:00" if day == 0 else "",
        )
        for day in range(7)
    )  # fmt: skip
    note_change(write)
    dossier = receive(write, office)
    held = at("Tue 2026-11-17 10:00")
    hold(write, office, dossier, held)
    end(write)
    assert_dates_follow_from_events(write, dossier)
    head = hire(write, "Trưởng Xã", Role.HEAD_OF_AGENCY, office.other)
    due = dossier.due_at
    resume(write, replace(office, clerk=head), dossier, at("Wed 2026-11-18 10:00"))
    assert due is not None
    assert dossier.due_at == due + dt.timedelta(days=1), "a day longer by the ward's own hours"
    assert_dates_follow_from_events(write, dossier)


def test_what_a_unit_held_is_held_by_the_unit_that_does_the_same_at_the_heir(
    office: Office, write: Session
) -> None:
    unit = Unit(agency_id=office.other, code="DC", name="Tổ Địa chính")
    write.add(unit)
    write.add(Unit(agency_id=office.other, code="VP", name="Văn phòng"))
    note_change(write)
    dossier = receive(write, office)
    target = Target(dossier.code, None)
    processing.assign(
        write, AssignDossier(target, office.land_unit, office.officer.user_id), person=office.head,
        now=at("Mon 2026-11-16 10:00"),
    )  # fmt: skip
    end(write)
    assert (dossier.holding_unit_id, dossier.officer_id) == (unit.id, None)
    rows = write.execute(select(Custody).order_by(Custody.id)).scalars().all()
    assert (rows[-1].agency_id, rows[-1].unit_id, rows[-1].until) == (office.other, unit.id, None)
    assert rows[-2].until == rows[-1].since == at("Wed 2026-11-18 00:00")


def test_without_such_a_unit_it_lies_with_the_whole_heir_until_somebody_there_confirms(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office)
    command = AssignDossier(Target(dossier.code, None), office.land_unit, office.officer.user_id)
    processing.assign(write, command, person=office.head, now=at("Mon 2026-11-16 10:00"))
    end(write)
    row = write.execute(select(Handover).where(Handover.answered_at.is_(None))).scalar_one()
    assert (row.direction, row.to_agency_id, row.to_unit_id) == (Direction.FORWARD, office.other, None)
    confirm(write, ConfirmHandover(Target(dossier.code, None)), person=office.stranger, now=MORNING)
    assert dossier.officer_id == office.stranger.user_id


def test_papers_on_their_way_to_the_agency_arrive_at_its_heir(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    command = HandOverDossier(Target(dossier.code, None), office.land_unit)
    processing.hand_over(write, command, person=office.clerk, now=at("Mon 2026-11-16 10:00"))
    end(write)
    row = write.execute(select(Handover).where(Handover.answered_at.is_(None))).scalar_one()
    assert row.to_agency_id == office.other
    confirm(write, ConfirmHandover(Target(dossier.code, None)), person=office.stranger, now=MORNING)
    assert row.answered_at == MORNING


def test_each_sector_goes_to_its_own_heir_and_the_desk_to_the_one_that_takes_the_rest(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office)
    sector = write.get_one(Sector, dossier.sector_id)
    end(write, replace(COMMAND, by_sector={sector.code: "H50"}))
    assert (dossier.resolving_agency_id, dossier.returning_agency_id) == (office.province, office.other)
    rows = write.execute(select(AgencySuccession).order_by(AgencySuccession.successor_id)).scalars().all()
    assert {(row.successor_id, row.takes_rest) for row in rows} == {
        (office.province, False), (office.other, True),
    }  # fmt: skip


def test_scope_search_and_the_predecessor_s_people_follow(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    end(write)
    assert office.ward in subtree(write, office.other)
    scope = scope_of(write, [office.other])
    seen = write.execute(select(Dossier.code).where(visible(scope))).scalars().all()
    assert seen == [dossier.code]
    assert [row.code for row in finding.find(write, "nguyen van an", scope).rows] == [dossier.code]


def test_open_dossiers_at_an_agency_that_has_ended_are_told_to_the_controller_until_none_is_left(
    office: Office, write: Session
) -> None:
    receive(write, office)
    ward = write.get_one(Agency, office.ward)
    ward.active_to = LAST
    note_change(write)
    assert move(write).moved == 0, "nobody has been named"
    for _ in range(2):
        stranding.count(write, Directory(write), now=MORNING)
    alert = write.execute(select(Alert).where(Alert.rule == Rule.ENDED_AGENCY)).scalar_one()
    assert (alert.subject_type, alert.subject_id, alert.closed_at) == ("agency", office.ward, None)
    (left,) = successions.stranded(write, MORNING.date())
    assert (left.code, left.open, left.has_heir) == ("H50.19000", 1, False)
    endings.end(write, COMMAND, actor=None, now=MORNING)
    assert move(write).moved == 1
    stranding.count(write, Directory(write), now=MORNING)
    write.refresh(alert)
    assert alert.closed_at == MORNING


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": None}, "last_day"),
        ({"decision": " "}, "decision"),
        ({"rest": ""}, "rest"),
        ({"rest": "H50.19000"}, "rest"),
        ({"rest": "H99"}, "rest"),
        ({"by_sector": {"khong-co": "H50"}}, "rest"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    office: Office, write: Session, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        endings.end(write, replace(COMMAND, **changes), actor=None, now=MORNING)
    assert refused.value.field == field


def test_an_heir_works_on_the_day_it_takes_over_and_the_page_is_the_present_one(
    office: Office, write: Session
) -> None:
    gone = Agency(
        code="H50.1", name="Xã Cũ", name_folded=fold("Xã Cũ"), level=Level.XA, parent_id=office.province,
        active_to=LAST,
    )  # fmt: skip
    write.add(gone)
    note_change(write)
    with pytest.raises(InvalidInput, match="không hoạt động"):
        endings.end(write, replace(COMMAND, rest="H50.1"), actor=None, now=MORNING)
    with pytest.raises(StaleVersion):
        endings.end(write, replace(COMMAND, version=7), actor=None, now=MORNING)
    with pytest.raises(NotFound):
        endings.end(write, replace(COMMAND, code="H99"), actor=None, now=MORNING)
