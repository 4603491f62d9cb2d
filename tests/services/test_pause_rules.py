"""The catalogue of pause rules: set by screen and by file, from a day on, never for the past."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office, hire, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import DEFAULTS, PauseReason, PauseRule
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.queries import pauses
from tthc_tracker.services.pauserules import SetRule, load_pauses, set_rule
from tthc_tracker.services.tablerows import BadRows, Outcome

NOW = at("Mon 2026-11-16 09:00")
TODAY = NOW.date()
RULE = SetRule(PauseReason.PAYMENT, "", TODAY, PausePolicy.RESUME, lasts_days=20, basis="Điều 3")


@pytest.fixture
def office(write: Session) -> Office:
    return open_office(write)


def in_force(
    session: Session, day: str, procedure: int = 0, reason: PauseReason = PauseReason.PAYMENT
) -> PauseRule:
    return pauses.rule_for(session, procedure, reason, on(day))


def test_a_rule_holds_from_its_day_and_the_default_until_then(write: Session, office: Office) -> None:
    administrator = hire(write, "Quản trị tỉnh", Role.ADMINISTRATOR, office.province)
    tomorrow = replace(RULE, valid_from=on("Tue 2026-11-17"))
    set_rule(write, tomorrow, person=administrator, now=NOW)
    assert in_force(write, "Mon 2026-11-16") == DEFAULTS[PauseReason.PAYMENT]
    assert in_force(write, "Tue 2026-11-17") == PauseRule(
        PauseReason.PAYMENT, PausePolicy.RESUME, 20, basis="Điều 3"
    )
    set_rule(write, replace(tomorrow, lasts_days=25), person=administrator, now=NOW)  # the same day: replaced
    assert in_force(write, "Wed 2026-11-18").lasts_days == 25
    lines = [line for line in pauses.rules(write, TODAY) if line.rule.reason is PauseReason.PAYMENT]
    assert [(line.valid_from, line.in_force) for line in lines] == [
        (None, True), (on("Tue 2026-11-17"), False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": on("Sun 2026-11-15")}, "valid_from"),
        ({"valid_from": None}, "valid_from"),
        ({"lasts_days": 0}, "lasts_days"),
        ({"lasts_days": None}, "lasts_days"),
        ({"restart_within": 3}, "restart_within"),
        ({"procedure_code": "9.999999"}, "procedure_code"),
        ({"procedure_code": "lạ"}, "procedure_code"),
    ],
)
def test_what_makes_no_rule_is_refused_by_its_field(
    write: Session, office: Office, change: dict[str, object], field: str
) -> None:
    administrator = hire(write, "Quản trị tỉnh", Role.ADMINISTRATOR, office.province)
    with pytest.raises(InvalidInput) as refused:
        set_rule(write, replace(RULE, **change), person=administrator, now=NOW)
    assert refused.value.field == field


def test_only_who_keeps_the_whole_catalogue_sets_rules(write: Session, office: Office) -> None:
    local = hire(write, "Quản trị phường", Role.ADMINISTRATOR, office.ward)
    for person in (local, office.controller):
        with pytest.raises(InvalidInput, match="toàn hệ thống"):
            set_rule(write, RULE, person=person, now=NOW)


FILE = """reason,policy,lasts_days,restart_within,procedure,basis,valid_from
supplement,restart,30,3,,,
supplement,restart,15,5,1.004873,Điều 5,2026-12-01
posting,runs,45,,,,
"""


def test_a_file_sets_rules_and_loading_it_again_changes_nothing(write: Session, office: Office) -> None:
    procedure = write.execute(select(Procedure.id).where(Procedure.code == "1.004873")).scalar_one()
    assert load_pauses(write, FILE, actor_id=None, now=NOW) == Outcome(added=2, unchanged=1)
    assert load_pauses(write, FILE, actor_id=None, now=NOW) == Outcome(unchanged=3)
    changed = FILE.replace("runs,45", "runs,40")
    assert load_pauses(write, changed, actor_id=None, now=NOW) == Outcome(changed=1, unchanged=2)
    own = in_force(write, "Tue 2026-12-01", procedure, PauseReason.SUPPLEMENT)
    assert own == PauseRule(PauseReason.SUPPLEMENT, PausePolicy.RESTART, 15, 5, "Điều 5")
    assert in_force(write, "Tue 2026-12-01", 0, PauseReason.SUPPLEMENT) == DEFAULTS[PauseReason.SUPPLEMENT]


def test_a_bad_file_names_every_fault_and_sets_nothing(write: Session, office: Office) -> None:
    head = "reason,policy,lasts_days,restart_within,procedure\n"
    bad = head + "lạ,dừng,0,,\npayment,resume,10,3,9.999999\n,,x,,\n"
    with pytest.raises(BadRows) as refused:
        load_pauses(write, bad, actor_id=None, now=NOW)
    assert {(fault.row, fault.column) for fault in refused.value.faults} == {
        (2, "reason"), (2, "policy"), (2, "lasts_days"), (3, "restart_within"), (3, "procedure"),
        (4, "reason"), (4, "policy"), (4, "lasts_days"),
    }  # fmt: skip
    assert [line.id for line in pauses.rules(write, TODAY)] == [None] * len(PauseReason)
