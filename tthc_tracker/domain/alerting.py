"""Which alerts stand at a moment, what each is called for ever, and when to look again (domain rule 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction


class Rule(StrEnum):
    """What an alert says. Later rules are added here when something raises them."""

    LATE_RECEPTION = "late_reception"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    VERY_OVERDUE = "very_overdue"
    BACKLOG = "backlog"
    NO_DUE_DATE = "no_due_date"
    ENDED_AGENCY = "ended_agency"


class Severity(StrEnum):
    """How bad, mildest first."""

    NOTICE = "notice"
    WARNING = "warning"
    SERIOUS = "serious"
    CRITICAL = "critical"


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

    AT_ONCE = "at_once"  # one mail per head and scan, and in the digest
    DIGEST = "digest"


class SubjectType(StrEnum):
    """What an alert is about."""

    DOSSIER = "dossier"
    UNIT = "unit"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """How bad a rule's alerts are, whom they concern, and how they leave."""

    severity: Severity
    audiences: tuple[Audience, ...]
    delivery: Delivery


RULES: dict[Rule, RuleFacts] = {
    Rule.LATE_RECEPTION: RuleFacts(
        Severity.SERIOUS, (Audience.DESK, Audience.HEAD_OF_RECEIVING_UNIT), Delivery.AT_ONCE
    ),
    Rule.DUE_SOON: RuleFacts(Severity.NOTICE, (Audience.OFFICER,), Delivery.DIGEST),
    Rule.OVERDUE: RuleFacts(Severity.SERIOUS, (Audience.OFFICER, Audience.HEAD_OF_UNIT), Delivery.DIGEST),
    Rule.VERY_OVERDUE: RuleFacts(
        Severity.CRITICAL, (Audience.HEAD_OF_AGENCY, Audience.CONTROLLER), Delivery.AT_ONCE
    ),
    Rule.BACKLOG: RuleFacts(
        Severity.CRITICAL, (Audience.HEAD_OF_UNIT, Audience.HEAD_OF_AGENCY), Delivery.DIGEST
    ),
    Rule.NO_DUE_DATE: RuleFacts(Severity.WARNING, (Audience.OFFICER, Audience.HEAD_OF_UNIT), Delivery.DIGEST),
    Rule.ENDED_AGENCY: RuleFacts(Severity.WARNING, (Audience.CONTROLLER,), Delivery.DIGEST),
}


@dataclass(frozen=True, slots=True, order=True)
class AlertIdentity:
    """What makes an alert the same alert: decided once for ever.

    version: the due-date version for the resolution clock, the round for reception, the episode for a unit.
    """

    subject_type: SubjectType
    subject_id: int
    rule: Rule
    version: int


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The milestones of one dossier as projected by its due date; all moments aware.

    overdue_from None on an accepted dossier means that it has no due date. same_day: the limit is 0 working
    days, so there is no "due soon" (it is one line on the desk's screen). held: the source no longer shows
    the dossier, or its data is older than a working day, so that nothing may be said about it.
    """

    dossier_id: int
    accepted: bool
    closed: bool = False
    paused: bool = False
    same_day: bool = False
    held: bool = False
    reception_round: int = 0
    reception_late_from: datetime | None = None
    due_version: int = 1
    due_soon_from: datetime | None = None
    overdue_from: datetime | None = None
    very_overdue_from: datetime | None = None

    def identity(self, rule: Rule) -> AlertIdentity:
        """The name of this rule's alert for the present round or due date."""
        version = self.reception_round if rule is Rule.LATE_RECEPTION else self.due_version
        return AlertIdentity(SubjectType.DOSSIER, self.dossier_id, rule, version)


def _milestones(clockwork: Clockwork) -> tuple[tuple[Rule, datetime], ...]:
    """What this clockwork would raise if nobody did anything, in the order of the table of rules."""
    if not clockwork.accepted:
        # A dossier waiting for its applicant has been answered: the caller gives no reception_late_from.
        moments = [(Rule.LATE_RECEPTION, clockwork.reception_late_from)]
    elif clockwork.paused:
        return ()
    else:
        moments = [
            (Rule.DUE_SOON, None if clockwork.same_day else clockwork.due_soon_from),
            (Rule.OVERDUE, clockwork.overdue_from),
            (Rule.VERY_OVERDUE, clockwork.very_overdue_from),
        ]
    return tuple((rule, moment) for rule, moment in moments if moment is not None)


def standing_alerts(clockwork: Clockwork, now: datetime) -> tuple[AlertIdentity, ...]:
    """The alerts that stand at this moment, whatever was said before: by state, never by a window of time.

    "Due soon" ends where "overdue" begins; "very overdue" stands beside "overdue", for it goes to others. A
    closed, held or validly paused dossier has none; one without a due date says so until it has one.
    """
    if clockwork.closed or clockwork.held:
        return ()
    if clockwork.accepted and clockwork.overdue_from is None:
        return (clockwork.identity(Rule.NO_DUE_DATE),)
    reached = [rule for rule, moment in _milestones(clockwork) if moment <= now]
    if Rule.OVERDUE in reached and Rule.DUE_SOON in reached:
        reached.remove(Rule.DUE_SOON)
    return tuple(clockwork.identity(rule) for rule in reached)


def next_check(clockwork: Clockwork, now: datetime) -> datetime | None:
    """The first moment after `now` at which `standing_alerts` could change by the mere passing of time.

    None if it cannot: closed, held, paused, or past the last milestone. After any event it is asked anew.
    """
    if clockwork.closed or clockwork.held:
        return None
    return min((moment for _, moment in _milestones(clockwork) if moment > now), default=None)


class EpisodeStep(StrEnum):
    """What a count does to the backlog episode of a unit."""

    OPENS = "opens"
    STAYS = "stays"
    CLOSES = "closes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class BacklogThresholds:
    """When a unit's overdue dossiers are a backlog (tồn đọng).

    It opens at `overdue` of them, or at `share` of at least `open_floor` open ones, and closes when there are
    no more than `closing_share` of the number that would open it.
    """

    overdue: int = 10
    share: Fraction = Fraction(5, 100)
    open_floor: int = 40
    closing_share: Fraction = Fraction(80, 100)


def backlog_step(
    open_count: int, overdue_count: int, *, standing: bool, thresholds: BacklogThresholds
) -> EpisodeStep:
    """What these counts do to a unit's episode; the gap between opening and closing keeps it from flapping.

    open_count: all open dossiers of the unit; overdue_count: those of them that are overdue. Closing uses
    the lower of the two opening numbers that applies now: at 8 of 10, or at 4 % of 40 and more open.
    """
    numbers = [Fraction(thresholds.overdue)]
    if open_count >= thresholds.open_floor:
        numbers.append(thresholds.share * open_count)
    opens_at = min(numbers)
    if not standing:
        return EpisodeStep.OPENS if overdue_count >= opens_at else EpisodeStep.NONE
    closes = overdue_count <= opens_at * thresholds.closing_share
    return EpisodeStep.CLOSES if closes else EpisodeStep.STAYS
