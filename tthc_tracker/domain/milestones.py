"""The moments of a clock that call for somebody: soon due, long overdue, reception, hand-over, apology."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction

from tthc_tracker.domain.deadlines import CUTOFF, Rounding, due_batch, late_from, reckon
from tthc_tracker.domain.localtime import DAY, HOUR, clock_minute, local_date, minute_of, moment_of
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit, whole_minutes
from tthc_tracker.domain.workcalendar import WorkCalendar

RECEPTION_LIMIT = TimeLimit(Decimal(8), LimitUnit.WORKING_HOUR)
"""Online dossiers are answered within 8 working hours (practice; a setting)."""

SAME_DAY_REMINDER = time(15, 30)
RECEPTION_REMINDER = 2 * HOUR


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a due date is near and when it is long past; working minutes and working days, all settable."""

    soon_share: Fraction = Fraction(1, 5)
    soon_least_minutes: int = 2 * HOUR
    soon_most_days: int = 3
    very_least_days: int = 1
    very_most_days: int = 5
    very_same_day_days: int = 2


THRESHOLDS = Thresholds()


def due_soon_from(
    start: datetime,
    due: datetime,
    limit: TimeLimit | None,
    calendar: WorkCalendar,
    thresholds: Thresholds = THRESHOLDS,
) -> datetime:
    """From when a dossier is due soon: the last 20 % of its limit, 2 working hours to 3 working days.

    Never before the start. A limit of 0 working days: 15:30 on the due date. Without a limit (an imported
    promise) the working time from start to due stands for it. Source: docs/law.md, flags.
    Raises CalendarHorizonError.
    """
    if limit is not None and limit.is_same_day:
        reminder = minute_of(due) // DAY * DAY + clock_minute(SAME_DAY_REMINDER)
        return max(moment_of(minute_of(start)), moment_of(min(minute_of(due), reminder)))
    available = calendar.working_minutes_between(start, due)
    normal = calendar.normal_day(local_date(start))
    length = available if limit is None else _working_length(limit, start, normal, calendar)
    share = thresholds.soon_share
    lead = min(-(-length * share.numerator // share.denominator), thresholds.soon_most_days * normal)
    lead = max(lead, thresholds.soon_least_minutes)
    return moment_of(minute_of(start)) if lead >= available else calendar.back(due, lead)


def stalled_from(
    last: datetime, length: int, calendar: WorkCalendar, *, days: int = 5, share: Fraction = Fraction(1, 4)
) -> datetime:
    """From when a running dossier of which nothing has been heard since `last` stands still.

    After 5 working days, or a quarter of its limit (`length`, working minutes) where that is longer. Source:
    docs/law.md, flags. Raises CalendarHorizonError.
    """
    quarter = -(-length * share.numerator // share.denominator)
    return calendar.add(last, max(days * calendar.normal_day(local_date(last)), quarter))


def limit_length(start: datetime, due: datetime, limit: TimeLimit | None, calendar: WorkCalendar) -> int:
    """A limit as working minutes; an imported promise without one: what lay between its start and its date.

    Raises CalendarHorizonError.
    """
    if limit is None:
        return calendar.working_minutes_between(start, due)
    return _working_length(limit, start, calendar.normal_day(local_date(start)), calendar)


def _working_length(limit: TimeLimit, start: datetime, normal: int, calendar: WorkCalendar) -> int:
    """A limit as working minutes."""
    if limit.unit is LimitUnit.WORKING_HOUR:
        return whole_minutes(limit.amount, HOUR)
    if limit.unit is LimitUnit.WORKING_DAY:
        return whole_minutes(limit.amount, normal)
    return calendar.working_minutes_between(start, next(due_batch([(start, limit)], calendar)))


def very_overdue_from(
    overdue_from: datetime,
    limit: TimeLimit | None,
    calendar: WorkCalendar,
    thresholds: Thresholds = THRESHOLDS,
) -> datetime:
    """From when a dossier is very overdue: 1 to 5 working days after it became overdue, as long as its limit.

    A limit of 0: 2 working days; an unknown one, and calendar days and months beyond 5: 5. A working day is
    the normal day in minutes. Source: docs/law.md, flags. Raises CalendarHorizonError.
    """
    normal = calendar.normal_day(local_date(overdue_from))
    least, most = thresholds.very_least_days * normal, thresholds.very_most_days * normal
    if limit is None or limit.unit is LimitUnit.MONTH:
        margin = most
    elif limit.amount == 0:
        margin = thresholds.very_same_day_days * normal
    else:
        each = HOUR if limit.unit is LimitUnit.WORKING_HOUR else normal
        margin = max(least, min(most, whole_minutes(limit.amount, each)))
    return calendar.add(overdue_from, margin)


@dataclass(frozen=True, slots=True)
class ReceptionDeadline:
    """By when an online or posted dossier is answered; soon_from: 2 working hours before."""

    due_at: datetime
    late_from: datetime
    soon_from: datetime
    provisional: bool


def reception_deadline(
    submitted_at: datetime,
    calendar: WorkCalendar,
    limit: TimeLimit = RECEPTION_LIMIT,
    rounding: Rounding = Rounding.SAME_HOUR,
) -> ReceptionDeadline:
    """The reception clock of one round, from its submission (post: its arrival).

    As an hour limit it is late at the minute, as a day limit from 00:00 after the due date (docs/law.md,
    clocks). Raises CalendarHorizonError.
    """
    clock = reckon(submitted_at, limit, calendar, rounding=rounding, with_steps=False)
    soon_from = reception_soon_from(submitted_at, clock.due_at, calendar)
    return ReceptionDeadline(clock.due_at, clock.late_from, soon_from, clock.provisional)


def reception_soon_from(
    submitted_at: datetime, due_at: datetime, calendar: WorkCalendar, lead: int = RECEPTION_REMINDER
) -> datetime:
    """From when an unanswered dossier is soon late: `lead` working minutes before its reception deadline.

    Never before it was submitted. Raises CalendarHorizonError.
    """
    if calendar.working_minutes_between(submitted_at, due_at) <= lead:
        return moment_of(minute_of(submitted_at))
    return calendar.back(due_at, lead)


def finish_is_typed_late(
    closed_at: datetime, recorded_at: datetime, calendar: WorkCalendar, hours: int = 2
) -> bool:
    """Whether a finish was typed after 09:00 of the next working day: 2 working hours after its opening.

    Source: docs/law.md, flags (09:00 by the shipped hours). Raises CalendarHorizonError.
    """
    opening = calendar.first_opening(calendar.nth_working_day_after(local_date(closed_at), 1))
    return recorded_at > calendar.add(opening, hours * HOUR)


def reception_dates(
    submitted_at: datetime, calendar: WorkCalendar, limit: TimeLimit = RECEPTION_LIMIT
) -> tuple[datetime, datetime]:
    """Due and late as `reception_deadline` has them, and nothing else: for many rows at once.

    Raises CalendarHorizonError.
    """
    due_at = next(due_batch([(submitted_at, limit)], calendar))
    return due_at, late_from(due_at, limit.is_hour_limit)


def handover_due(accepted_at: datetime, calendar: WorkCalendar, cutoff: time = CUTOFF) -> datetime:
    """By when a dossier accepted for another agency is handed over.

    The closing of the acceptance day; accepted after 15:00, on a day off, or once a short day has closed, one
    working hour after the opening of the next working day (NĐ 309/2026 Đ9; the hour is a choice). Raises
    CalendarHorizonError.
    """
    on, minute = local_date(accepted_at), minute_of(accepted_at)
    if (
        calendar.is_working_day(on)
        and minute % DAY <= clock_minute(cutoff)
        and minute < minute_of(calendar.last_closing(on))
    ):
        return calendar.last_closing(on)
    return calendar.add(calendar.first_opening(calendar.nth_working_day_after(on, 1)), HOUR)


@dataclass(frozen=True, slots=True)
class ApologyWindow:
    """When an apology is drafted, and by when it is signed to be in time."""

    draft_from: datetime
    sign_by: datetime


def apology_window(due: datetime, limit: TimeLimit | None, calendar: WorkCalendar) -> ApologyWindow | None:
    """Drafted at the opening two working days before the due date, signed by the closing of the last one.

    None for limits of a day or less, which allow none (docs/law.md, apology; NĐ 61/2018 Đ19.9). A promise
    without a limit, as a source gave it, is taken to be longer. Raises CalendarHorizonError.
    """
    on = local_date(due)
    if limit is not None and _is_a_day_or_less(limit, calendar.normal_day(on)):
        return None
    return ApologyWindow(
        draft_from=calendar.first_opening(calendar.nth_working_day_before(on, 2)),
        sign_by=calendar.last_closing(calendar.nth_working_day_before(on, 1)),
    )


def _is_a_day_or_less(limit: TimeLimit, normal: int) -> bool:
    if limit.unit is LimitUnit.MONTH:
        return False
    in_days = limit.amount * HOUR / normal if limit.unit is LimitUnit.WORKING_HOUR else limit.amount
    return in_days <= 1
