"""The scan: by state, once for ever under an identity, to those whom it concerns."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from tests.support.alarms import OVERDUE, RECEIVED, SOON, VERY_OVERDUE, Desk, bells, standing
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, backlogs
from tthc_tracker.services.alertanswers import AcknowledgeAlert, acknowledge
from tthc_tracker.services.alertclosing import close_for_dossier
from tthc_tracker.services.alertpreview import preview
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.deadlines import look_again
from tthc_tracker.wording.alerts import NO_RECIPIENT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def scan(session: "Session", now: dt.datetime, *, limit: int = alerts.BATCH) -> Tally:
    total = Tally(more=True)
    batch = total
    while batch.more:
        batch = alerts.raise_due(session, Directory(session), now=now, limit=limit)
        total.add(batch)
    batch = Tally(more=True)
    while batch.more:
        batch = alerts.settle_standing(session, Directory(session), now=now)
        total.add(batch)
    total.add(backlogs.count(session, Directory(session), backlogs.loads(session, now), now=now))
    session.flush()
    session.expire_all()
    return total


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(SOON - MINUTE, [], id="nothing stands before the last fifth of the limit"),
        pytest.param(SOON, [("due_soon", 1)], id="due soon stands from its very minute"),
        pytest.param(OVERDUE, [("overdue", 1)], id="overdue takes the place of due soon"),
        pytest.param(VERY_OVERDUE, [("overdue", 1), ("very_overdue", 1)], id="very overdue stands beside"),
    ],
)
def test_what_stands_is_decided_by_the_moment(
    write: "Session", desk: Desk, now: dt.datetime, expected: list[tuple[str, int]]
) -> None:
    desk.running()
    scan(write, now)
    assert standing(write) == expected


def test_a_second_scan_adds_nothing_and_looks_at_nothing(write: "Session", desk: Desk) -> None:
    desk.running()
    first, second = scan(write, OVERDUE), scan(write, OVERDUE + MINUTE)
    assert (first.examined, sum(first.raised.values())) == (1, 1)
    assert (second.examined, sum(second.raised.values()), second.closed) == (0, 0, 0)


def test_a_dossier_is_next_looked_at_when_something_can_change(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    for now, following in ((SOON, OVERDUE), (OVERDUE, VERY_OVERDUE), (VERY_OVERDUE, None)):
        scan(write, now)
        assert dossier.next_check_at == following


def test_three_days_without_a_scheduler_are_caught_up_by_one_scan(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, SOON)
    tally = scan(write, VERY_OVERDUE + dt.timedelta(days=3))
    assert tally.raised == {Rule.OVERDUE: 1, Rule.VERY_OVERDUE: 1}
    assert tally.closed == 1  # due soon


def test_a_moved_date_arms_the_alert_again(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    scan(write, OVERDUE)
    later = at("Mon 2026-12-07 00:00")
    dossier.due_version, dossier.overdue_from, dossier.very_overdue_from = 2, later, later
    dossier.due_soon_from = at("Fri 2026-12-04 08:00")
    look_again(dossier, OVERDUE)
    write.flush()
    assert scan(write, OVERDUE + MINUTE).closed == 1
    assert standing(write) == []
    scan(write, later)
    assert standing(write) == [("overdue", 2), ("very_overdue", 2)]


def test_an_ended_dossier_closes_its_alerts_at_once_and_rings_no_bell(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    scan(write, VERY_OVERDUE)
    close_for_dossier(write, dossier.id, VERY_OVERDUE)
    assert (standing(write), bells(write)) == ([], {})


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param(
            {"closed_at": VERY_OVERDUE, "closed_on": VERY_OVERDUE.date()}, id="closed by any other way"
        ),
        pytest.param({"paused_since": at("Thu 2026-11-19 08:00")}, id="validly paused"),
        pytest.param({"due_version": 2}, id="given another date"),
    ],
)
def test_the_scan_closes_what_nobody_has_closed(
    write: "Session", desk: Desk, columns: dict[str, object]
) -> None:
    dossier = desk.running()
    scan(write, OVERDUE)
    write.execute(update(Dossier).where(Dossier.id == dossier.id).values(**columns, next_check_at=None))
    scan(write, OVERDUE + MINUTE)
    assert ("overdue", 1) not in standing(write)


def test_the_same_cause_standing_again_is_the_same_alert(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    scan(write, OVERDUE)
    dossier.paused_since = at("Thu 2026-11-19 08:00")
    write.flush()
    scan(write, OVERDUE + MINUTE)
    dossier.paused_since = None
    look_again(dossier, OVERDUE)
    write.flush()
    scan(write, OVERDUE + 2 * MINUTE)
    assert standing(write) == [("overdue", 1)]
    assert (
        write.execute(select(func.count()).select_from(Alert).where(Alert.rule == Rule.OVERDUE)).scalar_one()
        == 1
    )
    assert bells(write) == {desk.office.officer.user_id: 1, desk.office.head.user_id: 1}


def test_alerts_of_a_clock_that_was_ahead_are_closed_again(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, VERY_OVERDUE)
    scan(write, SOON)
    assert standing(write) == [("due_soon", 1)]


def test_batches_are_bounded_and_leave_nothing_out(write: "Session", desk: Desk) -> None:
    for _ in range(7):
        desk.running()
    batch = alerts.raise_due(write, Directory(write), now=OVERDUE, limit=3)
    assert (batch.examined, batch.more) == (3, True)
    assert scan(write, OVERDUE, limit=3).examined == 4
    assert len(standing(write)) == 7


def test_what_no_event_told_of_is_found_by_going_round_the_standing_alerts(
    write: "Session", desk: Desk
) -> None:
    for _ in range(5):
        desk.running()
    scan(write, OVERDUE)
    write.execute(update(Dossier).values(closed_at=OVERDUE, closed_on=OVERDUE.date()))
    left = []
    for _ in range(4):
        assert not alerts.settle_standing(write, Directory(write), now=OVERDUE, most=2).more
        left.append(len(standing(write)))
    assert left == [3, 1, 0, 0], "two a run, from where the last one came to"


def test_a_round_that_is_over_begins_again(write: "Session", desk: Desk) -> None:
    ids = [desk.running().id for _ in range(3)]
    scan(write, OVERDUE)
    for _ in range(2):
        alerts.settle_standing(write, Directory(write), now=OVERDUE, most=2)
    first = update(Dossier).where(Dossier.id == ids[0])
    write.execute(first.values(closed_at=OVERDUE, closed_on=OVERDUE.date()))
    alerts.settle_standing(write, Directory(write), now=OVERDUE, most=2)
    assert len(standing(write)) == 2


# --- whom it concerns


def test_overdue_goes_to_the_officer_and_the_head_of_the_unit(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    assert bells(write) == {desk.office.officer.user_id: 1, desk.office.head.user_id: 1}


def test_an_unassigned_dossier_goes_to_the_head_of_the_unit(write: "Session", desk: Desk) -> None:
    desk.running(officer_id=None)
    scan(write, SOON)
    assert bells(write) == {desk.office.head.user_id: 1}


def test_very_overdue_goes_to_the_nearest_controller(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, VERY_OVERDUE)
    assert bells(write)[desk.office.controller.user_id] == 1


def test_late_reception_goes_to_the_desk(write: "Session", desk: Desk) -> None:
    desk.waiting(recorded_at=RECEIVED)
    scan(write, at("Tue 2026-11-10 09:00"))
    assert standing(write) == [("late_reception", 1)]
    assert bells(write) == {desk.office.clerk.user_id: 1}


def test_an_agency_without_units_is_headed_by_its_head(write: "Session", desk: Desk) -> None:
    head = _person(write, "chu tich", Role.HEAD_OF_AGENCY, desk.office.other)
    desk.running(resolving_agency_id=desk.office.other, holding_unit_id=None, officer_id=None)
    scan(write, OVERDUE)
    assert bells(write) == {head: 1}


def test_without_anybody_the_nearest_administrator_stands_in_and_it_says_so(
    write: "Session", desk: Desk
) -> None:
    administrator = _person(write, "quan tri", Role.ADMINISTRATOR, desk.office.province)
    write.execute(update(User).where(User.id == desk.office.controller.user_id).values(active=False))
    desk.running(resolving_agency_id=desk.office.other, holding_unit_id=None, officer_id=None)
    scan(write, OVERDUE)
    assert bells(write) == {administrator: 1}
    assert write.execute(select(Alert.note)).scalar_one() == NO_RECIPIENT


def test_somebody_without_an_account_any_more_gets_nothing(write: "Session", desk: Desk) -> None:
    write.execute(update(User).where(User.id == desk.office.officer.user_id).values(active=False))
    desk.running()
    scan(write, SOON)
    assert bells(write) == {desk.office.head.user_id: 1}


def test_a_standing_alert_follows_its_dossier_to_another_unit_and_officer(
    write: "Session", desk: Desk
) -> None:
    dossier = desk.running()
    head = _person(write, "truong ho tich", Role.HEAD_OF_UNIT, desk.office.ward, desk.office.civil_unit)
    scan(write, OVERDUE)
    dossier.holding_unit_id, dossier.officer_id = desk.office.civil_unit, desk.office.clerk.user_id
    write.flush()
    scan(write, OVERDUE + MINUTE)
    assert bells(write) == {head: 1, desk.office.clerk.user_id: 1}
    assert scan(write, OVERDUE + 2 * MINUTE).examined == 0


def _person(session: "Session", name: str, role: Role, agency: int, unit: int | None = None) -> int:
    user = User(
        username=name.replace(" ", ""), email=f"{name.replace(' ', '')}@example.invalid", full_name=name,
        created_at=RECEIVED,
    )  # fmt: skip
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, role=role, agency_id=agency, unit_id=unit))
    session.flush()
    return user.id


# --- backlogs


def test_a_backlog_opens_at_ten_closes_at_eight_and_the_next_is_another_episode(
    write: "Session", desk: Desk
) -> None:
    dossiers = [desk.running(officer_id=None) for _ in range(10)]
    scan(write, OVERDUE)
    assert ("backlog", 1) in standing(write)
    _close(write, dossiers[:1])
    scan(write, OVERDUE + MINUTE)
    assert ("backlog", 1) in standing(write)  # nine: between opening and closing
    _close(write, dossiers[1:2])
    scan(write, OVERDUE + 2 * MINUTE)
    assert not [rule for rule, _ in standing(write) if rule == "backlog"]
    for _ in range(2):
        desk.running(officer_id=None)
    scan(write, OVERDUE + 3 * MINUTE)
    assert ("backlog", 2) in standing(write)


def test_a_unit_with_nothing_open_any_more_has_no_backlog(write: "Session", desk: Desk) -> None:
    dossiers = [desk.running() for _ in range(10)]
    scan(write, OVERDUE)
    _close(write, dossiers)
    scan(write, OVERDUE + MINUTE)
    assert standing(write) == []


def _close(session: "Session", dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        dossier.closed_at, dossier.closed_on, dossier.next_check_at = OVERDUE, OVERDUE.date(), None
    session.flush()


# --- acknowledging


def test_acknowledging_silences_the_bell_and_leaves_the_alert_standing(write: "Session", desk: Desk) -> None:
    desk.running()
    scan(write, OVERDUE)
    alert_id = write.execute(select(Alert.id)).scalar_one()
    head = desk.office.head.user_id
    acknowledge(
        write, AcknowledgeAlert(alert_id, " Đã phân công lại ", OVERDUE.date()), user_id=head, now=OVERDUE
    )
    assert head not in bells(write)
    scan(write, OVERDUE + MINUTE)
    assert standing(write) == [("overdue", 1)]
    assert head not in bells(write)
    alert = write.get_one(Alert, alert_id)
    assert (alert.note, alert.acknowledged_by_id) == ("Đã phân công lại", head)


@pytest.mark.parametrize(
    ("note", "fault"),
    [
        pytest.param("  ", InvalidInput, id="nothing said"),
        pytest.param("x" * 501, InvalidInput, id="too much said"),
    ],
)
def test_an_acknowledgement_says_something_short(
    write: "Session", desk: Desk, note: str, fault: type[Exception]
) -> None:
    desk.running()
    scan(write, OVERDUE)
    alert_id = write.execute(select(Alert.id)).scalar_one()
    with pytest.raises(fault):
        acknowledge(
            write,
            AcknowledgeAlert(alert_id, note, OVERDUE.date()),
            user_id=desk.office.head.user_id,
            now=OVERDUE,
        )


def test_only_ones_own_standing_alerts_can_be_acknowledged(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    scan(write, OVERDUE)
    alert_id = write.execute(select(Alert.id)).scalar_one()
    with pytest.raises(NotFound):
        acknowledge(write, AcknowledgeAlert(alert_id, "x"), user_id=desk.office.stranger.user_id, now=OVERDUE)
    close_for_dossier(write, dossier.id, OVERDUE)
    with pytest.raises(NotFound):
        acknowledge(write, AcknowledgeAlert(alert_id, "x"), user_id=desk.office.head.user_id, now=OVERDUE)


# --- previewing


def test_the_preview_says_what_the_scan_then_does(write: "Session", desk: Desk) -> None:
    desk.running()
    desk.waiting()
    desk.running(overdue_from=None, due_at=None, due_on=None, due_soon_from=None, very_overdue_from=None)
    for _ in range(10):
        desk.running(officer_id=None)
    previewed = preview(write, VERY_OVERDUE)
    assert all(one.new for one in previewed)
    scan(write, VERY_OVERDUE)
    assert sorted((one.rule.value, one.version) for one in previewed) == standing(write)
    assert not any(one.new for one in preview(write, VERY_OVERDUE))


def test_the_preview_looks_ahead_and_back(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    assert [one.rule for one in preview(write, RECEIVED)] == []
    assert [one.rule for one in preview(write, SOON)] == [Rule.DUE_SOON]
    dossier.closed_at, dossier.closed_on = VERY_OVERDUE, VERY_OVERDUE.date()
    write.flush()
    assert [one.rule for one in preview(write, OVERDUE)] == [Rule.OVERDUE]
    assert preview(write, VERY_OVERDUE) == []


def test_a_previewed_alert_names_codes_and_people(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    (only,) = preview(write, OVERDUE)
    assert only.as_json() == {
        "rule": "overdue",
        "subject": {"type": "dossier", "code": dossier.code},
        "version": 1,
        "due_at": "2026-11-19T09:00:00+07:00",
        "overdue_from": "2026-11-20T00:00:00+07:00",
        "agency": "H50.19000",
        "unit": "DC",
        "recipients": sorted([f"head_of_unit{desk.office.ward}", f"officer{desk.office.ward}"]),
        "new": True,
    }
