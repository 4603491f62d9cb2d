"""The terms of the flags: what ships, what may be set, and that they are read back as they were kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.alerting import DEEDS, BacklogThresholds, Rule, Severity
from tthc_tracker.domain.alertrules import (
    BOUNDS,
    LONGEST_RUNG,
    MOST_RUNGS,
    SHIPPED,
    STATUTORY,
    Audience,
    Delivery,
    Fault,
    RuleTerms,
    Rung,
    as_json,
    backlog_thresholds,
    faults,
    from_json,
    thresholds_of,
)
from tthc_tracker.domain.milestones import THRESHOLDS


def test_every_rule_has_somebody_to_tell_and_can_stand_as_shipped() -> None:
    assert set(SHIPPED) == set(Rule)
    assert all(terms.audiences for terms in SHIPPED.values())
    assert [rule for rule, terms in SHIPPED.items() if faults(rule, terms)] == []


def test_late_reception_and_very_overdue_leave_at_once() -> None:
    at_once = {rule for rule, terms in SHIPPED.items() if terms.delivery is Delivery.AT_ONCE}
    assert at_once == {Rule.LATE_RECEPTION, Rule.VERY_OVERDUE}


def test_what_is_for_the_screen_alone_is_soon_late_reception() -> None:
    assert [r for r, terms in SHIPPED.items() if terms.delivery is Delivery.SCREEN] == [
        Rule.RECEPTION_DUE_SOON
    ]


def test_very_overdue_goes_to_the_head_of_the_agency_and_then_to_the_controller() -> None:
    terms = SHIPPED[Rule.VERY_OVERDUE]
    assert terms.severity is Severity.CRITICAL
    assert terms.audiences == (Audience.HEAD_OF_AGENCY,)
    assert [rung.audience for rung in terms.ladder] == [Audience.CONTROLLER]


def test_signs_of_integrity_go_to_the_controller() -> None:
    assert {SHIPPED[rule].audiences for rule in DEEDS} == {(Audience.CONTROLLER,)}


def test_the_shipped_numbers_are_those_of_the_law() -> None:
    assert thresholds_of(SHIPPED[Rule.DUE_SOON], SHIPPED[Rule.VERY_OVERDUE]) == THRESHOLDS
    assert backlog_thresholds(SHIPPED[Rule.BACKLOG]) == BacklogThresholds()


_terms = st.builds(
    RuleTerms,
    severity=st.sampled_from(Severity),
    audiences=st.lists(st.sampled_from(Audience), unique=True, max_size=3).map(tuple),
    delivery=st.sampled_from(Delivery),
    ladder=st.lists(st.builds(Rung, st.integers(1, 50), st.sampled_from(Audience)), max_size=3).map(tuple),
    thresholds=st.dictionaries(st.sampled_from(["days", "share"]), st.integers(0, 400)),
    active=st.booleans(),
)


@given(_terms)
def test_terms_are_read_back_as_they_were_kept(terms: RuleTerms) -> None:
    assert from_json(as_json(terms)) == terms


OVERDUE, VERY = SHIPPED[Rule.OVERDUE], SHIPPED[Rule.VERY_OVERDUE]
RUNG = Rung(8, Audience.CONTROLLER)

FAULTY = {
    "what the leaders ordered is not switched off": (
        Rule.OVERDUE, replace(OVERDUE, active=False), {"active": Fault.STATUTORY},
    ),
    "nobody to tell": (Rule.OVERDUE, replace(OVERDUE, audiences=()), {"audiences": Fault.NOBODY}),
    "a number out of its bounds": (
        Rule.VERY_OVERDUE, replace(VERY, thresholds={**VERY.thresholds, "most_days": 61}),
        {"most_days": Fault.OUT_OF_BOUNDS},
    ),
    "a number that is missing": (
        Rule.STALLED, replace(SHIPPED[Rule.STALLED], thresholds={"days": 5}), {"share": Fault.OUT_OF_BOUNDS},
    ),
    "least above most": (
        Rule.VERY_OVERDUE, replace(VERY, thresholds={**VERY.thresholds, "least_days": 6}),
        {"least_days": Fault.CROSSED},
    ),
    "a rung of no hours": (
        Rule.OVERDUE, replace(OVERDUE, ladder=(Rung(0, Audience.CONTROLLER),)),
        {"ladder": Fault.LADDER_HOURS},
    ),
    "a rung of a year": (
        Rule.OVERDUE, replace(OVERDUE, ladder=(Rung(LONGEST_RUNG + 1, Audience.CONTROLLER),)),
        {"ladder": Fault.LADDER_HOURS},
    ),
    "more rungs than there are people": (
        Rule.OVERDUE,
        replace(OVERDUE, ladder=tuple(Rung(n, Audience.CONTROLLER) for n in range(1, MOST_RUNGS + 2))),
        {"ladder": Fault.LADDER_HOURS},
    ),
    "rungs out of their order": (
        Rule.OVERDUE, replace(OVERDUE, ladder=(RUNG, RUNG)), {"ladder": Fault.LADDER_ORDER},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "terms", "found"), FAULTY.values(), ids=FAULTY)
def test_terms_that_cannot_stand(rule: Rule, terms: RuleTerms, found: dict[str, Fault]) -> None:
    assert faults(rule, terms) == found


def test_only_what_nobody_ordered_may_be_switched_off() -> None:
    off = {rule for rule, terms in SHIPPED.items() if not faults(rule, replace(terms, active=False))}
    assert off == set(Rule) - STATUTORY


def test_every_number_of_a_rule_has_its_bounds() -> None:
    numbers = {rule: set(terms.thresholds) for rule, terms in SHIPPED.items() if terms.thresholds}
    assert numbers == {rule: set(bounds) for rule, bounds in BOUNDS.items()}
