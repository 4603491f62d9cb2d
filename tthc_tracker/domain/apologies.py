"""Apology and re-appointment (xin lỗi, hẹn lại): when one is drafted, who decides, what date it proposes.

In writing, with a reason and a new date, by the head of the resolving unit, at least a day before the
deadline, at most once (NĐ 61/2018 Đ19.9). How long the second date lies after the first is nobody's rule but
ours: docs/law.md, apology.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from tthc_tracker.domain.deadlines import Rounding, reckon
from tthc_tracker.domain.errors import InvalidReappointment
from tthc_tracker.domain.localtime import DAY, HOUR, local_date, minute_of
from tthc_tracker.domain.milestones import ApologyWindow
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar

MOST_DAYS = 5
"""What is proposed lies at most so many working days after the first date; a head may say more."""

LONGEST = timedelta(days=366)
"""No second date lies further after the lawful one."""

USUAL_OF = 30
"""A usual length is that of at least so many dossiers; of fewer nothing is usual."""


class ApologyState(StrEnum):
    """What has become of an apology."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class Ground(StrEnum):
    """Why an apology was drafted."""

    SAID = "said"  # by the officer: it cannot be done in time
    STEP_OVERDUE = "step_overdue"
    SHORT = "short"  # less time is left than its like have usually still needed


class LatenessCause(StrEnum):
    """Why a dossier is late: one list for all agencies, so that their tables can be put together."""

    COORDINATING_UNIT = "coordinating_unit"
    OTHER_AGENCY = "other_agency"
    SYSTEM_OUTAGE = "system_outage"
    STAFF = "staff"
    FIELD_CHECK = "field_check"
    APPLICANT = "applicant"
    LATE_UPDATE = "late_update"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a dossier is, in working minutes. left: until its lawful date; worked: since its acceptance.

    usual: the P80 of what its like have taken from acceptance to finish; None: not known.
    """

    step_overdue: bool
    left: int
    worked: int
    usual: int | None = None


def ground_of(progress: Progress) -> Ground | None:
    """Why an apology is drafted without anybody asking for it; None: it is not."""
    if progress.step_overdue:
        return Ground.STEP_OVERDUE
    if progress.usual is not None and progress.left < progress.usual - progress.worked:
        return Ground.SHORT
    return None


def is_time_to_draft(now: datetime, window: ApologyWindow | None, late_from: datetime) -> bool:
    """Whether one may be drafted of itself: from two working days before the date until it has passed."""
    return window is not None and window.draft_from <= now < late_from


def comes_late(approved_at: datetime, window: ApologyWindow | None) -> bool:
    """Whether an approval came after the day by which it had to be signed ("xin lỗi muộn").

    window None: of a promise that a source gave without a limit; its apology is never called late.
    """
    return window is not None and approved_at > window.sign_by


def proposed_due(
    now: datetime, due: datetime, limit: TimeLimit | None, calendar: WorkCalendar, rounding: Rounding
) -> datetime:
    """The date that is proposed: half the limit in working days after the due date, 1 to 5 of them.

    Counted by the engine from the due date, or from `now` where that has passed. Of a limit that is not
    known, and of months: 5. Raises CalendarHorizonError.
    """
    days = TimeLimit(Decimal(_days_more(limit, calendar.normal_day(local_date(due)))), LimitUnit.WORKING_DAY)
    return reckon(max(now, due), days, calendar, rounding=rounding, with_steps=False).due_at


def _days_more(limit: TimeLimit | None, normal: int) -> int:
    if limit is None or limit.unit is LimitUnit.MONTH:
        return MOST_DAYS
    days = limit.amount
    if limit.unit is LimitUnit.WORKING_HOUR:
        days = days * HOUR / normal
    elif limit.unit is LimitUnit.CALENDAR_DAY:
        days = days * 5 / 7
    half = int((days / 2).to_integral_value(ROUND_CEILING))
    return max(1, min(MOST_DAYS, half))


def check_second_date(second: datetime, *, now: datetime, due: datetime, calendar: WorkCalendar) -> None:
    """Whether a second date may be promised: later than the lawful one and than now, within hours.

    Within hours: in a window or on its closing, as every due moment; nobody is there in the break.

    Raises InvalidReappointment, CalendarHorizonError.
    """
    if second <= due:
        raise InvalidReappointment("a second date is later than the lawful one")
    if second <= now:
        raise InvalidReappointment("a second date has not passed yet")
    if second - due > LONGEST:
        raise InvalidReappointment("a second date is not more than a year away")
    on = local_date(second)
    if not calendar.is_working_day(on):
        raise InvalidReappointment("a second date is a working day")
    clock = minute_of(second) % DAY
    if not any(window.start_minute <= clock <= window.end_minute for window in calendar.windows_on(on)):
        raise InvalidReappointment("a second date lies within working hours")


def decides(memberships: Iterable[Membership], agency_id: int, unit_id: int | None) -> bool:
    """Whether somebody is head of the resolving unit: of the unit that holds the dossier, or of its agency.

    A head of unit decides what his own unit holds, and what no unit holds; who has no unit heads them all.
    """
    return any(
        held.agency_id == agency_id
        and (
            held.role is Role.HEAD_OF_AGENCY
            or (
                held.role is Role.HEAD_OF_UNIT
                and (None in (held.unit_id, unit_id) or held.unit_id == unit_id)
            )
        )
        for held in memberships
    )
