"""The flags beyond due and overdue: hand-over, step, standstill, pause, draft, and signs of integrity."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.support.alarms import OVERDUE, RECEIVED, VERY_OVERDUE, Desk, bells, standing
from tests.support.desk import Office, hire, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.alertrules import SHIPPED, Audience, RuleTerms, Rung
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.queries import alertrules as rule_queries
from tthc_tracker.queries.alertrules import Proposal, Terms
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import (
    alertclimbing,
    alertforetelling,
    alertrules,
    alerts,
    backlogs,
    events,
    integrity,
    stranding,
)
from tthc_tracker.services.alertanswers import AcknowledgeAlert, acknowledge
from tthc_tracker.services.alertclosing import close_for_dossier
from tthc_tracker.services.alertrules import SetTerms
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.events import Actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
LATER = at("Tue 2026-11-17 15:00")
CALM = at("Tue 2026-11-10 09:00")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def scan(session: "Session", now: dt.datetime) -> Tally:
    tally = alerts.raise_due(session, Directory(session), now=now)
    tally.add(alerts.settle_standing(session, Directory(session), now=now))
    session.flush()
    session.expire_all()
    return tally


def happened(session: "Session", dossier: Dossier, now: dt.datetime) -> None:
    events.append(session, dossier, EventKind.NOTED, actor=Actor(None, "x"), now=now)
    session.flush()


def set_terms(
    session: "Session", desk: Desk, rule: Rule, terms: RuleTerms | None, agency: str = "H50"
) -> None:
    """As the controller of the province sets them; the next scan has them reach the dossiers."""
    command = SetTerms(rule, agency, terms)
    alertrules.set_terms(session, command, person=desk.office.controller, now=CALM)
    while alertrules.spread_next(session, now=CALM, limit=1):
        session.flush()


def test_a_dossier_owed_to_another_agency_is_the_desks_alert_until_it_is_confirmed(
    write: "Session", desk: Desk
) -> None:
    owed = at("Tue 2026-11-10 08:00")
    dossier = desk.running(handover_due_at=owed, resolving_agency_id=desk.office.other, officer_id=None)
    scan(write, owed)
    alert = write.execute(select(Alert)).scalar_one()
    assert (alert.rule, alert.agency_id, alert.unit_id) == (Rule.LATE_HANDOVER, desk.office.ward, None)
    assert desk.office.clerk.user_id in bells(write)
    dossier.handover_confirmed_at = owed + MINUTE
    happened(write, dossier, owed + MINUTE)
    scan(write, owed + MINUTE)
    assert standing(write) == []


def test_a_dossier_stands_still_after_five_working_days_without_an_event(
    write: "Session", desk: Desk
) -> None:
    dossier = desk.running(limit_amount=30, overdue_from=OVERDUE + 60 * DAY, due_soon_from=OVERDUE + 50 * DAY,
                           very_overdue_from=None, current_due_at=OVERDUE + 59 * DAY)  # fmt: skip
    happened(write, dossier, RECEIVED)
    quarter = at("Wed 2026-11-18 13:00")  # 7.5 working days of thirty
    scan(write, quarter - 60 * MINUTE)
    assert standing(write) == []
    scan(write, at("Thu 2026-11-19 09:00"))
    assert [rule for rule, _ in standing(write)] == ["stalled"]
    happened(write, dossier, at("Thu 2026-11-19 10:00"))
    scan(write, at("Thu 2026-11-19 10:05"))
    assert standing(write) == []


def test_a_mirrored_dossier_never_stands_still_here(write: "Session", desk: Desk) -> None:
    happened(write, desk.running("provincial-portal"), RECEIVED)
    scan(write, OVERDUE - MINUTE)
    assert [rule for rule, _ in standing(write)] == ["due_soon"]


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        pytest.param(at("Mon 2026-11-16 00:00"), at("Mon 2026-11-16 00:00"), id="when its answer is overdue"),
        pytest.param(None, RECEIVED + 30 * DAY, id="after thirty days"),
    ],
)
def test_a_pause_is_told_of(
    write: "Session", desk: Desk, expires: dt.datetime | None, told: dt.datetime
) -> None:
    dossier = desk.running(paused_since=RECEIVED)
    write.add(Pause(dossier_id=dossier.id, policy=PausePolicy.RESUME, reason="payment", started_at=RECEIVED,
                    expires_at=expires))  # fmt: skip
    write.flush()
    scan(write, told - MINUTE)
    assert standing(write) == []
    scan(write, told)
    assert [rule for rule, _ in standing(write)] == ["long_pause"]


def test_a_draft_stands_for_its_signer_until_it_is_decided(write: "Session", desk: Desk) -> None:
    dossier = desk.running()
    draft = Apology(
        dossier_id=dossier.id, state=ApologyState.DRAFT, ground=Ground.SAID, due_at=OVERDUE + DAY,
        drafted_at=CALM,
    )  # fmt: skip
    write.add(draft)
    happened(write, dossier, CALM)
    scan(write, CALM)
    assert [rule for rule, _ in standing(write)] == ["apology_due"]
    assert desk.office.head.user_id in bells(write)
    draft.state, draft.decided_at = ApologyState.REJECTED, CALM + MINUTE
    happened(write, dossier, CALM + MINUTE)
    scan(write, CALM + MINUTE)
    assert standing(write) == []


def test_an_unanswered_dossier_of_our_own_is_soon_late_two_working_hours_before(
    write: "Session", desk: Desk
) -> None:
    desk.waiting("desk")
    scan(write, at("Mon 2026-11-09 16:59"))
    assert standing(write) == []
    scan(write, at("Tue 2026-11-10 07:00"))  # two working hours before 09:00
    assert standing(write) == [("reception_due_soon", 1)]
    scan(write, at("Tue 2026-11-10 09:00"))
    assert standing(write) == [("late_reception", 1)]


# --- what a deed says


def test_a_deed_is_told_to_the_controller_once_and_ends_when_he_has_looked(
    write: "Session", desk: Desk
) -> None:
    dossier = desk.running()
    happened(write, dossier, CALM)
    for _ in range(2):
        integrity.flag(write, dossier, Rule.DUE_CHANGED_LATE, CALM)
    write.flush()
    controller = desk.office.controller.user_id
    assert standing(write) == [("due_changed_late", dossier.version)]
    assert bells(write) == {controller: 1}
    close_for_dossier(write, dossier.id, CALM)
    scan(write, CALM + MINUTE)
    assert [rule for rule, _ in standing(write)] == ["due_changed_late"]
    alert = write.execute(select(Alert.id)).scalar_one()
    acknowledge(write, AcknowledgeAlert(alert, "đã kiểm tra"), user_id=controller, now=CALM + 2 * MINUTE)
    write.flush()
    assert standing(write) == []


@pytest.mark.parametrize(
    ("typed", "flagged"),
    [
        pytest.param(at("Tue 2026-11-10 09:00"), False, id="at nine of the next working day it is in time"),
        pytest.param(at("Tue 2026-11-10 09:01"), True, id="a minute later it is not"),
    ],
)
def test_a_finish_typed_after_nine_of_the_next_working_day_is_flagged(
    write: "Session", desk: Desk, typed: dt.datetime, flagged: bool
) -> None:
    dossier = desk.running()
    closed = at("Mon 2026-11-09 15:00")
    dossier.closed_at, dossier.closed_on = closed, closed.date()
    integrity.flag_late_finish(write, dossier, typed)
    assert bool(standing(write)) is flagged


def test_a_unit_that_nobody_answers_for_is_told_to_the_controller(write: "Session", desk: Desk) -> None:
    desk.running(holding_unit_id=desk.office.civil_unit, officer_id=None)
    loaded = backlogs.loads(write, CALM)
    assert sum(stranding.count_unattended(write, Directory(write), loaded, now=CALM).raised.values()) == 1
    assert bells(write) == {desk.office.controller.user_id: 1}
    hire(write, "Chủ Tịch", Role.HEAD_OF_AGENCY, desk.office.ward)
    assert stranding.count_unattended(write, Directory(write), loaded, now=CALM).closed == 1


# --- terms of an agency's own


def test_an_agency_may_switch_a_rule_off_for_itself_and_those_below(write: "Session", desk: Desk) -> None:
    off = replace(SHIPPED[Rule.DUE_SOON], active=False)
    set_terms(write, desk, Rule.DUE_SOON, off)
    desk.running()
    scan(write, OVERDUE - MINUTE)
    assert standing(write) == []


def test_an_agency_may_have_others_told(write: "Session", desk: Desk) -> None:
    told = replace(SHIPPED[Rule.OVERDUE], audiences=(Audience.CONTROLLER,))
    set_terms(write, desk, Rule.OVERDUE, told, "H50.19000")
    desk.running()
    scan(write, OVERDUE)
    assert bells(write) == {desk.office.controller.user_id: 1}


def test_terms_that_are_set_move_the_milestones_of_open_dossiers(write: "Session", desk: Desk) -> None:
    dossier, far = desk.running(), replace(SHIPPED[Rule.DUE_SOON], thresholds={
        "share": 50, "least_hours": 2, "most_days": 10,
    })  # fmt: skip
    desk.running()
    set_terms(write, desk, Rule.DUE_SOON, far, "H50.19000")
    assert dossier.due_soon_from == at("Fri 2026-11-13 09:00")  # the last half of eight working days
    set_terms(write, desk, Rule.DUE_SOON, None, "H50.19000")
    assert dossier.due_soon_from == at("Tue 2026-11-17 14:12")


def test_terms_are_those_of_the_nearest_agency_above(write: "Session", desk: Desk) -> None:
    off, loud = replace(SHIPPED[Rule.STALLED], active=False), replace(
        SHIPPED[Rule.STALLED], severity=Severity.CRITICAL
    )  # fmt: skip
    set_terms(write, desk, Rule.STALLED, off)
    set_terms(write, desk, Rule.STALLED, loud, "H50.19001")
    terms = Terms(write, dt.date(2026, 11, 10))
    assert not terms.of(Rule.STALLED, desk.office.ward).active
    assert terms.of(Rule.STALLED, desk.office.other).severity is Severity.CRITICAL
    assert terms.of(Rule.OVERDUE, desk.office.ward) == SHIPPED[Rule.OVERDUE]
    kept = rule_queries.kept(write, Rule.STALLED, desk.office.ward, dt.date(2026, 11, 10))
    assert (kept.own, kept.origin and kept.origin[0]) == (False, "H50")


@pytest.mark.parametrize(
    ("who", "agency"),
    [
        pytest.param("clerk", "H50.19000", id="a clerk sets none"),
        pytest.param("controller", "H51", id="nobody sets those of an agency that is not there"),
    ],
)
def test_rules_are_set_by_who_may(write: "Session", desk: Desk, who: str, agency: str) -> None:
    command = SetTerms(Rule.STALLED, agency, None)
    with pytest.raises(InvalidInput, match="agency"):
        alertrules.set_terms(write, command, person=getattr(desk.office, who), now=CALM)


def test_what_a_change_would_do_is_told_before_it_is_done(write: "Session", desk: Desk) -> None:
    soon, other = desk.running(), desk.running(resolving_agency_id=desk.office.other)
    scan(write, LATER)
    off = Proposal(Rule.DUE_SOON, desk.office.ward, replace(SHIPPED[Rule.DUE_SOON], active=False))
    told = alertforetelling.foretell(write, off, LATER)
    assert (told.examined, told.raised, told.dropped) == (2, 0, 1)
    assert [(row.code, row.raised) for row in told.rows] == [(soon.code, False)]
    early = replace(SHIPPED[Rule.DUE_SOON], thresholds={"share": 60, "least_hours": 2, "most_days": 30})
    told = alertforetelling.foretell(write, Proposal(Rule.DUE_SOON, desk.office.province, early), LATER - DAY)
    assert (told.raised, told.dropped) == (2, 0)
    assert {row.code for row in told.rows} == {soon.code, other.code}
    assert standing(write) == [("due_soon", 1), ("due_soon", 1)]


# --- the ladder


def climb(session: "Session", now: dt.datetime) -> int:
    many, more = alertclimbing.climb(session, Directory(session), now=now)
    assert not more
    session.flush()
    session.expire_all()
    return many


@pytest.fixture
def overdue(write: "Session", desk: Desk) -> Any:
    """An overdue dossier of an agency that has a head; raised on a Friday at midnight."""
    chief = hire(write, "Chủ Tịch", Role.HEAD_OF_AGENCY, desk.office.ward)
    desk.running(very_overdue_from=None)
    scan(write, OVERDUE)
    return chief.user_id


def test_an_alert_nobody_answers_climbs_after_eight_working_hours(
    write: "Session", desk: Desk, overdue: int
) -> None:
    evening = at("Fri 2026-11-20 17:00")
    assert climb(write, evening - MINUTE) == 0
    assert climb(write, evening) == 1
    assert climb(write, evening + MINUTE) == 0
    assert overdue in bells(write)
    came = select(AlertRecipient.climbed, AlertRecipient.since).where(AlertRecipient.user_id == overdue)
    assert write.execute(came).one() == (True, evening)


def test_no_alert_climbs_on_days_off_and_one_missed_is_climbed_rung_by_rung(
    write: "Session", desk: Desk, overdue: int
) -> None:
    controller = desk.office.controller.user_id
    climb(write, at("Fri 2026-11-20 17:00"))
    assert climb(write, at("Sun 2026-11-22 20:00")) == 0
    assert controller not in bells(write)
    # The third working day ends on Wednesday: Tuesday the 24th is a holiday.
    assert climb(write, at("Wed 2026-11-25 17:00")) == 1
    assert controller in bells(write)
    assert climb(write, at("Mon 2026-12-07 08:00")) == 0


def test_one_that_somebody_has_acknowledged_climbs_no_further(
    write: "Session", desk: Desk, overdue: int
) -> None:
    alert = write.execute(select(Alert.id)).scalar_one()
    head = desk.office.head.user_id
    acknowledge(
        write,
        AcknowledgeAlert(alert, "hôm nay xong", dt.date(2026, 11, 30)),
        user_id=head,
        now=OVERDUE + 9 * 60 * MINUTE,
    )
    write.flush()
    assert climb(write, at("Mon 2026-11-23 17:00")) == 0


def test_whom_it_has_reached_it_stays_with_when_its_dossier_changes_hands(
    write: "Session", desk: Desk, overdue: int
) -> None:
    climb(write, at("Fri 2026-11-20 17:00"))
    write.execute(update(Dossier).values(holding_unit_id=desk.office.civil_unit, officer_id=None))
    scan(write, at("Fri 2026-11-20 17:05"))
    assert overdue in bells(write)


def test_what_was_taken_over_as_old_does_not_climb(write: "Session", desk: Desk) -> None:
    desk.running("provincial-portal", recorded_at=VERY_OVERDUE)
    scan(write, VERY_OVERDUE)
    assert set(write.execute(select(Alert.climbs_at)).scalars()) == {None}


def test_a_shortened_ladder_ends_the_climb(write: "Session", desk: Desk, overdue: int) -> None:
    climb(write, at("Fri 2026-11-20 17:00"))
    short = replace(SHIPPED[Rule.OVERDUE], ladder=(Rung(8, Audience.HEAD_OF_AGENCY),))
    set_terms(write, desk, Rule.OVERDUE, short)
    assert climb(write, at("Wed 2026-11-25 17:00")) == 1
    assert write.execute(select(Alert.climbs_at)).scalars().all() == [None]
    assert desk.office.controller.user_id not in bells(write)
