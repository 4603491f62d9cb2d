"""Field reports (phản ánh hiện trường): where one stands, who may do what, by when it is answered.

One clock for each report, by the limit of its kind, counted by the engine that counts dossiers. The date that
the citizen was given stands: passing a report on or back moves nothing (docs/law.md, field reports).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tthc_tracker.domain.deadlines import reckon
from tthc_tracker.domain.milestones import due_soon_from
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar

SERIES = "PA"
"""The series of numbers of a desk's own field reports."""

_CODE = re.compile(r"\A(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z.\-]{2,39}\Z")


class ReportState(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"  # waits until the agency it lies with accepts it or passes it on
    ACCEPTED = "accepted"
    ANSWERED = "answered"


class ReportChannel(StrEnum):
    """How a report came in."""

    DESK = "desk"
    API = "api"
    FILE = "file"


class ReportAct(StrEnum):
    """What is done to a report once it is taken in."""

    ACCEPT = "accept"
    FORWARD = "forward"
    HAND_BACK = "hand_back"
    ANSWER = "answer"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"  # what was published is public no more
    RATE = "rate"


_WHEN: Mapping[ReportAct, frozenset[ReportState]] = {
    ReportAct.ACCEPT: frozenset({ReportState.RECEIVED}),
    ReportAct.FORWARD: frozenset({ReportState.RECEIVED, ReportState.ACCEPTED}),
    ReportAct.HAND_BACK: frozenset({ReportState.RECEIVED, ReportState.ACCEPTED}),
    ReportAct.ANSWER: frozenset({ReportState.ACCEPTED}),
    ReportAct.PUBLISH: frozenset({ReportState.ANSWERED}),
    ReportAct.WITHDRAW: frozenset({ReportState.ANSWERED}),
    ReportAct.RATE: frozenset({ReportState.ANSWERED}),
}

NEEDS: Mapping[ReportAct, Permission] = {
    act: Permission.PUBLISH_FIELD_REPORTS
    if act in {ReportAct.PUBLISH, ReportAct.WITHDRAW}
    else Permission.HANDLE_FIELD_REPORTS
    for act in ReportAct
}
"""What each act asks for, at the agency with which the report lies."""


def possible(state: ReportState, *, passed_on: bool, published: bool) -> frozenset[ReportAct]:
    """What may be done to a report that stands so.

    passed_on: another agency has given it to the one it lies with, so that there is somebody to hand it back
    to. Source: docs/law.md, field reports.
    """
    acts = {act for act, states in _WHEN.items() if state in states}
    if not passed_on:
        acts.discard(ReportAct.HAND_BACK)
    return frozenset(acts - {ReportAct.PUBLISH if published else ReportAct.WITHDRAW})


@dataclass(frozen=True, slots=True)
class ReportDeadline:
    """By when a report is answered; soon_from: from when that is near; late_from: from when it is late."""

    due_at: datetime
    soon_from: datetime
    late_from: datetime


def deadline(received_at: datetime, limit: TimeLimit, calendar: WorkCalendar) -> ReportDeadline:
    """The clock of a report, from when it was taken in, by the limit of its kind.

    Source: docs/law.md, field reports. Raises CalendarHorizonError.
    """
    found = reckon(received_at, limit, calendar, with_steps=False)
    soon = due_soon_from(received_at, found.due_at, limit, calendar)
    return ReportDeadline(found.due_at, min(soon, found.late_from), found.late_from)


class ReportOutcome(StrEnum):
    """In which of the four cells a report is counted at a moment."""

    ON_TIME = "on_time"
    LATE = "late"
    WITHIN = "within"
    OVERDUE = "overdue"


def outcome(late_from: datetime, answered_at: datetime | None, at: datetime) -> ReportOutcome:
    """The cell of a report at a moment; answered later than that, it is still open.

    Source: docs/law.md, field reports.
    """
    if answered_at is not None and answered_at <= at:
        return ReportOutcome.ON_TIME if answered_at < late_from else ReportOutcome.LATE
    return ReportOutcome.WITHIN if at < late_from else ReportOutcome.OVERDUE


def is_code(text: str) -> bool:
    """Whether a text may be the code of a report of another system."""
    return _CODE.match(text) is not None


def own_code(agency: str, day: date, number: int) -> str:
    """The code of a report that a desk has taken in: `H50.19000-PA-261126-0001`."""
    return f"{agency}-{SERIES}-{day:%y%m%d}-{number:04}"
