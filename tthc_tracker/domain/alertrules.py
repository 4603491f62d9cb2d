"""The terms of each flag as data: whom it concerns, from when, how bad, how it leaves, and where it climbs.

Shipped here; an agency may set its own for itself and its subtree (queries.alertrules; docs/law.md, flags).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tthc_tracker.domain.alerting import BacklogThresholds, Rule, Severity
from tthc_tracker.domain.localtime import HOUR
from tthc_tracker.domain.milestones import Thresholds


class Audience(StrEnum):
    """Who an alert concerns, relative to its dossier or unit."""

    OFFICER = "officer"  # in charge; an unassigned dossier goes to the head of the unit instead
    DESK = "desk"
    HEAD_OF_UNIT = "head_of_unit"
    HEAD_OF_RECEIVING_UNIT = "head_of_receiving_unit"
    HEAD_OF_AGENCY = "head_of_agency"
    CONTROLLER = "controller"


class Delivery(StrEnum):
    """How an alert leaves by mail besides standing on the screen."""

    TEXT = "text"  # as AT_ONCE, and a short text to the phone of the account
    AT_ONCE = "at_once"  # one mail per head and scan, and in the digest
    DIGEST = "digest"
    SCREEN = "screen"  # not at all


LEAVES_AT_ONCE = (Delivery.TEXT, Delivery.AT_ONCE)


@dataclass(frozen=True, slots=True)
class Rung:
    """Whom an alert that nobody has acknowledged for so many working hours goes to as well."""

    after_hours: int
    audience: Audience


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """One flag's terms. thresholds: whole numbers by name, in the units that `BOUNDS` names."""

    severity: Severity
    audiences: tuple[Audience, ...]
    delivery: Delivery
    ladder: tuple[Rung, ...] = ()
    thresholds: Mapping[str, int] = field(default_factory=dict)
    active: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """What a threshold counts, and between which numbers it may lie."""

    unit: str
    least: int
    most: int


PERCENT, HOURS, DAYS, COUNT = "percent", "hours", "days", "count"

BOUNDS: Mapping[Rule, Mapping[str, Bound]] = {
    Rule.RECEPTION_DUE_SOON: {"hours": Bound(HOURS, 1, 16)},
    Rule.DUE_SOON: {
        "share": Bound(PERCENT, 1, 100), "least_hours": Bound(HOURS, 0, 40), "most_days": Bound(DAYS, 0, 30),
    },
    Rule.VERY_OVERDUE: {
        "least_days": Bound(DAYS, 0, 30), "most_days": Bound(DAYS, 0, 60),
        "same_day_days": Bound(DAYS, 0, 30),
    },
    Rule.STALLED: {"days": Bound(DAYS, 1, 60), "share": Bound(PERCENT, 1, 100)},
    Rule.LONG_PAUSE: {"days": Bound(DAYS, 1, 366)},
    Rule.BACKLOG: {
        "overdue": Bound(COUNT, 1, 10_000), "share": Bound(PERCENT, 1, 100),
        "open_floor": Bound(COUNT, 1, 100_000), "closing_share": Bound(PERCENT, 1, 100),
    },
    Rule.FINISH_TYPED_LATE: {"hours": Bound(HOURS, 0, 24)},
    Rule.SOURCE_SILENT: {"share": Bound(PERCENT, 100, 1000), "least_hours": Bound(HOURS, 1, 80)},
    Rule.INDICATOR_DUE_SOON: {"days": Bound(DAYS, 0, 30)},
    Rule.CONCLUSION_DUE_SOON: {"days": Bound(DAYS, 0, 30)},
}  # fmt: skip

_OFFICER_AND_HEAD = (Audience.OFFICER, Audience.HEAD_OF_UNIT)
_DESK_AND_HEAD = (Audience.DESK, Audience.HEAD_OF_RECEIVING_UNIT)
_OWNER_AND_HEAD = (Audience.CONTROLLER, Audience.HEAD_OF_AGENCY)  # who enters figures, and his head
_UP = (Rung(8, Audience.HEAD_OF_AGENCY), Rung(24, Audience.CONTROLLER))


def _sign(severity: Severity = Severity.WARNING, **thresholds: int) -> RuleTerms:
    return RuleTerms(severity, (Audience.CONTROLLER,), Delivery.DIGEST, thresholds=thresholds)


SHIPPED: Mapping[Rule, RuleTerms] = {
    Rule.RECEPTION_DUE_SOON: RuleTerms(
        Severity.NOTICE, (Audience.DESK,), Delivery.SCREEN, thresholds={"hours": 2}
    ),
    Rule.LATE_RECEPTION: RuleTerms(Severity.SERIOUS, _DESK_AND_HEAD, Delivery.AT_ONCE, _UP),
    Rule.LATE_HANDOVER: RuleTerms(Severity.WARNING, _DESK_AND_HEAD, Delivery.DIGEST),
    Rule.DUE_SOON: RuleTerms(
        Severity.NOTICE, (Audience.OFFICER,), Delivery.DIGEST,
        thresholds={"share": 20, "least_hours": 2, "most_days": 3},
    ),
    Rule.APOLOGY_DUE: RuleTerms(Severity.WARNING, _OFFICER_AND_HEAD, Delivery.DIGEST),
    Rule.OVERDUE: RuleTerms(Severity.SERIOUS, _OFFICER_AND_HEAD, Delivery.DIGEST, _UP),
    Rule.VERY_OVERDUE: RuleTerms(
        Severity.CRITICAL, (Audience.HEAD_OF_AGENCY,), Delivery.AT_ONCE, (Rung(8, Audience.CONTROLLER),),
        {"least_days": 1, "most_days": 5, "same_day_days": 2},
    ),
    Rule.STEP_OVERDUE: RuleTerms(Severity.WARNING, _OFFICER_AND_HEAD, Delivery.DIGEST),
    Rule.STALLED: RuleTerms(
        Severity.WARNING, _OFFICER_AND_HEAD, Delivery.DIGEST, thresholds={"days": 5, "share": 25}
    ),
    Rule.LONG_PAUSE: RuleTerms(
        Severity.WARNING, (Audience.DESK, Audience.OFFICER), Delivery.DIGEST, thresholds={"days": 30}
    ),
    Rule.BACKLOG: RuleTerms(
        Severity.CRITICAL, (Audience.HEAD_OF_UNIT, Audience.HEAD_OF_AGENCY), Delivery.DIGEST,
        (Rung(24, Audience.CONTROLLER),),
        {"overdue": 10, "share": 5, "open_floor": 40, "closing_share": 80},
    ),
    Rule.NO_DUE_DATE: RuleTerms(Severity.WARNING, _OFFICER_AND_HEAD, Delivery.DIGEST),
    Rule.FINISH_TYPED_LATE: _sign(hours=2),
    Rule.DUE_CHANGED_LATE: _sign(Severity.SERIOUS),
    Rule.PAUSED_ON_LAST_DAY: _sign(),
    Rule.STATUS_BACKWARDS: _sign(),
    Rule.ENDED_AGENCY: _sign(),
    Rule.NO_RECIPIENT: _sign(),
    Rule.SOURCE_STALE: _sign(),
    Rule.SOURCE_SILENT: _sign(share=150, least_hours=4),
    Rule.INDICATOR_DUE_SOON: RuleTerms(
        Severity.NOTICE, _OWNER_AND_HEAD, Delivery.DIGEST, thresholds={"days": 2}
    ),
    Rule.INDICATOR_OVERDUE: RuleTerms(Severity.WARNING, _OWNER_AND_HEAD, Delivery.DIGEST),
    Rule.CONCLUSION_DUE_SOON: RuleTerms(
        Severity.NOTICE, _OWNER_AND_HEAD, Delivery.DIGEST, thresholds={"days": 3}
    ),
    Rule.CONCLUSION_OVERDUE: RuleTerms(Severity.SERIOUS, _OWNER_AND_HEAD, Delivery.DIGEST),
    Rule.FIELD_REPORT_SOON: RuleTerms(
        Severity.NOTICE, (Audience.DESK, Audience.HEAD_OF_AGENCY), Delivery.DIGEST
    ),
    Rule.FIELD_REPORT_OVERDUE: RuleTerms(
        Severity.SERIOUS, (Audience.DESK, Audience.HEAD_OF_AGENCY), Delivery.DIGEST,
        (Rung(8, Audience.CONTROLLER),),
    ),
}  # fmt: skip


def thresholds_of(soon: RuleTerms, very: RuleTerms) -> Thresholds:
    """The terms of "due soon" and "very overdue" as the milestones ask for them."""
    return Thresholds(
        soon_share=Fraction(soon.thresholds["share"], 100),
        soon_least_minutes=soon.thresholds["least_hours"] * HOUR,
        soon_most_days=soon.thresholds["most_days"],
        very_least_days=very.thresholds["least_days"],
        very_most_days=very.thresholds["most_days"],
        very_same_day_days=very.thresholds["same_day_days"],
    )


def backlog_thresholds(terms: RuleTerms) -> BacklogThresholds:
    """The terms of "backlog" as its arithmetic asks for them."""
    numbers = terms.thresholds
    return BacklogThresholds(
        overdue=numbers["overdue"],
        share=Fraction(numbers["share"], 100),
        open_floor=numbers["open_floor"],
        closing_share=Fraction(numbers["closing_share"], 100),
    )


# --- as stored


def as_json(terms: RuleTerms) -> dict[str, Any]:
    """The terms as a setting keeps them."""
    return {
        "active": terms.active,
        "severity": terms.severity.value,
        "audiences": [audience.value for audience in terms.audiences],
        "delivery": terms.delivery.value,
        "ladder": [[rung.after_hours, rung.audience.value] for rung in terms.ladder],
        "thresholds": dict(terms.thresholds),
    }


def from_json(kept: Mapping[str, Any]) -> RuleTerms:
    """The terms of a setting that `as_json` has written."""
    return RuleTerms(
        severity=Severity(kept["severity"]),
        audiences=tuple(Audience(one) for one in kept["audiences"]),
        delivery=Delivery(kept["delivery"]),
        ladder=tuple(Rung(hours, Audience(one)) for hours, one in kept["ladder"]),
        thresholds=dict(kept["thresholds"]),
        active=kept["active"],
    )


class Fault(StrEnum):
    """Why terms cannot stand."""

    NOBODY = "nobody"
    OUT_OF_BOUNDS = "out_of_bounds"
    CROSSED = "crossed"
    LADDER_ORDER = "ladder_order"
    LADDER_HOURS = "ladder_hours"
    STATUTORY = "statutory"


STATUTORY = frozenset({Rule.LATE_RECEPTION, Rule.OVERDUE, Rule.VERY_OVERDUE})
"""What the leaders ordered to be told: its terms may change, it may not be switched off."""

LONGEST_RUNG = 240
MOST_RUNGS = 4


def faults(rule: Rule, terms: RuleTerms) -> dict[str, Fault]:
    """What is wrong with terms, by field; empty where they can stand."""
    found: dict[str, Fault] = {}
    if rule in STATUTORY and not terms.active:
        found["active"] = Fault.STATUTORY
    if not terms.audiences:
        found["audiences"] = Fault.NOBODY
    found |= _of_thresholds(rule, terms.thresholds)
    hours = [rung.after_hours for rung in terms.ladder]
    if any(not 1 <= each <= LONGEST_RUNG for each in hours) or len(hours) > MOST_RUNGS:
        found["ladder"] = Fault.LADDER_HOURS
    elif hours != sorted(set(hours)):
        found["ladder"] = Fault.LADDER_ORDER
    return found


def _of_thresholds(rule: Rule, given: Mapping[str, int]) -> dict[str, Fault]:
    found = {
        name: Fault.OUT_OF_BOUNDS
        for name, bound in BOUNDS.get(rule, {}).items()
        if not bound.least <= given.get(name, bound.least - 1) <= bound.most
    }
    if rule is Rule.VERY_OVERDUE and not found and given["least_days"] > given["most_days"]:
        found["least_days"] = Fault.CROSSED
    return found
