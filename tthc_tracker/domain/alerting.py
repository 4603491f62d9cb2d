"""Which alerts stand at a moment, what each is called for ever, and when to look again (domain rule 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction


class Rule(StrEnum):
    """What an alert says: the flags of docs/law.md."""

    RECEPTION_DUE_SOON = "reception_due_soon"
    LATE_RECEPTION = "late_reception"
    LATE_HANDOVER = "late_handover"
    DUE_SOON = "due_soon"
    APOLOGY_DUE = "apology_due"
    OVERDUE = "overdue"
    VERY_OVERDUE = "very_overdue"
    STEP_OVERDUE = "step_overdue"
    STALLED = "stalled"
    LONG_PAUSE = "long_pause"
    BACKLOG = "backlog"
    NO_DUE_DATE = "no_due_date"
    # signs that a record may not be what happened
    FINISH_TYPED_LATE = "finish_typed_late"
    DUE_CHANGED_LATE = "due_changed_late"
    PAUSED_ON_LAST_DAY = "paused_on_last_day"
    STATUS_BACKWARDS = "status_backwards"
    ENDED_AGENCY = "ended_agency"
    NO_RECIPIENT = "no_recipient"
    SOURCE_STALE = "source_stale"  # nguồn chưa cập nhật: what it feeds raises nothing until it has spoken
    SOURCE_SILENT = "source_silent"  # nothing new for longer than is usual of it
    # what an agency owes to the session that its leaders hold
    INDICATOR_DUE_SOON = "indicator_due_soon"
    INDICATOR_OVERDUE = "indicator_overdue"
    CONCLUSION_DUE_SOON = "conclusion_due_soon"
    CONCLUSION_OVERDUE = "conclusion_overdue"
    # a report from the field that an agency has to answer
    FIELD_REPORT_SOON = "field_report_soon"
    FIELD_REPORT_OVERDUE = "field_report_overdue"


AT_THE_DESK = frozenset({Rule.RECEPTION_DUE_SOON, Rule.LATE_RECEPTION, Rule.LATE_HANDOVER})
"""These are the receiving agency's, the others whose hands the dossier is in."""

DEEDS = frozenset(
    {Rule.FINISH_TYPED_LATE, Rule.DUE_CHANGED_LATE, Rule.PAUSED_ON_LAST_DAY, Rule.STATUS_BACKWARDS}
)
"""What was done cannot end by itself: such an alert stands until somebody has looked at it."""

OF_SESSIONS = frozenset(
    {
        Rule.INDICATOR_DUE_SOON, Rule.INDICATOR_OVERDUE, Rule.CONCLUSION_DUE_SOON, Rule.CONCLUSION_OVERDUE,
    }
)  # fmt: skip
"""These are an agency's: figures it is to enter for a quarter, a conclusion it is to carry out."""

OF_REPORTS = (Rule.FIELD_REPORT_SOON, Rule.FIELD_REPORT_OVERDUE)
"""An agency's, about one field report: its number is the alert's version (decision 0041)."""

OF_SOURCES = frozenset({Rule.SOURCE_STALE, Rule.SOURCE_SILENT})
"""An agency's, about one source of dossiers."""

OF_PLACES = OF_SESSIONS | OF_SOURCES | {Rule.BACKLOG, Rule.ENDED_AGENCY, Rule.NO_RECIPIENT, *OF_REPORTS}
"""Of a unit, an agency, an agency's source or its field reports; the others speak of a dossier."""


class Severity(StrEnum):
    """How bad, mildest first."""

    NOTICE = "notice"
    WARNING = "warning"
    SERIOUS = "serious"
    CRITICAL = "critical"


class SubjectType(StrEnum):
    """What an alert is about."""

    DOSSIER = "dossier"
    UNIT = "unit"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True, order=True)
class AlertIdentity:
    """What makes an alert the same alert: decided once for ever.

    version: the due-date version for the resolution clock, the round for reception, the episode for a unit;
    of a step, a pause or a deed its number, of a standstill the number of the last event; of figures to enter
    the quarter (20241), of a conclusion or a field report its number.
    """

    subject_type: SubjectType
    subject_id: int
    rule: Rule
    version: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment from which something is to be told, and the number of what it is told of."""

    since: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The milestones of one dossier as projected by its due date; all moments aware.

    overdue_from None on an accepted dossier means that it has no due date. same_day: the limit is 0 working
    days, so there is no "due soon" (it is one line on the desk's screen). held: the data of its source is
    older than a working day, so that nothing may be said about it. paused: its
    clock is held; `pause` is when an open pause becomes too long, whatever it does to the clock.
    """

    dossier_id: int
    accepted: bool
    closed: bool = False
    paused: bool = False
    same_day: bool = False
    held: bool = False
    reception_round: int = 0
    reception_soon_from: datetime | None = None
    reception_late_from: datetime | None = None
    due_version: int = 1
    due_soon_from: datetime | None = None
    overdue_from: datetime | None = None
    very_overdue_from: datetime | None = None
    handover_due_at: datetime | None = None  # until the other side has confirmed
    apology_drafted_at: datetime | None = None  # while a draft waits for its signature
    step: Milestone | None = None
    standstill: Milestone | None = None
    pause: Milestone | None = None

    def identity(self, rule: Rule) -> AlertIdentity:
        """The name of this rule's alert for the present round or due date, step, pause or standstill."""
        return AlertIdentity(SubjectType.DOSSIER, self.dossier_id, rule, self._version(rule))

    def _version(self, rule: Rule) -> int:
        if rule in {Rule.RECEPTION_DUE_SOON, Rule.LATE_RECEPTION}:
            return self.reception_round
        own = {Rule.STEP_OVERDUE: self.step, Rule.STALLED: self.standstill, Rule.LONG_PAUSE: self.pause}
        milestone = own.get(rule)
        return self.due_version if milestone is None else milestone.version


# What a worse one says, the milder need not say beside it.
_TAKEN_OVER = {Rule.RECEPTION_DUE_SOON: Rule.LATE_RECEPTION, Rule.DUE_SOON: Rule.OVERDUE}


def milestones(clockwork: Clockwork) -> dict[Rule, datetime]:
    """From when each alert of this clockwork would stand if nobody did anything more."""
    moments: dict[Rule, datetime | None]
    if not clockwork.accepted:
        # A dossier waiting for its applicant has been answered: the caller gives no reception_late_from.
        moments = {
            Rule.RECEPTION_DUE_SOON: clockwork.reception_soon_from if clockwork.reception_late_from else None,
            Rule.LATE_RECEPTION: clockwork.reception_late_from,
        }
    else:
        moments = {
            Rule.LATE_HANDOVER: clockwork.handover_due_at,
            Rule.APOLOGY_DUE: clockwork.apology_drafted_at,
            Rule.LONG_PAUSE: clockwork.pause.since if clockwork.pause else None,
        }
        if not clockwork.paused:
            moments |= {
                Rule.DUE_SOON: None if clockwork.same_day else clockwork.due_soon_from,
                Rule.OVERDUE: clockwork.overdue_from,
                Rule.VERY_OVERDUE: clockwork.very_overdue_from,
                Rule.STEP_OVERDUE: clockwork.step.since if clockwork.step else None,
                Rule.STALLED: clockwork.standstill.since if clockwork.standstill else None,
            }
    return {rule: moment for rule, moment in moments.items() if moment is not None}


def standing_alerts(clockwork: Clockwork, now: datetime) -> tuple[AlertIdentity, ...]:
    """The alerts that stand at this moment, whatever was said before: by state, never by a window of time.

    "Due soon" ends where "overdue" begins; "very overdue" stands beside "overdue", for it goes to others. A
    closed or held dossier has none, a validly paused one only what its pause does not excuse; one without a
    due date says so until it has one.
    """
    if clockwork.closed or clockwork.held:
        return ()
    reached = [rule for rule, moment in milestones(clockwork).items() if moment <= now]
    if clockwork.accepted and clockwork.overdue_from is None:
        reached = [rule for rule in reached if rule not in _OF_THE_DATE] + [Rule.NO_DUE_DATE]
    told = [rule for rule in reached if _TAKEN_OVER.get(rule) not in reached]
    return tuple(clockwork.identity(rule) for rule in sorted(told, key=_ORDER.__getitem__))


_OF_THE_DATE = frozenset({Rule.DUE_SOON, Rule.VERY_OVERDUE})  # without a date they say nothing
_ORDER = {rule: place for place, rule in enumerate(Rule)}


def next_check(clockwork: Clockwork, now: datetime) -> datetime | None:
    """The first moment after `now` at which `standing_alerts` could change by the mere passing of time.

    None if it cannot: closed, held, or past the last milestone. After any event it is asked anew.
    """
    if clockwork.closed or clockwork.held:
        return None
    return min((moment for moment in milestones(clockwork).values() if moment > now), default=None)


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
