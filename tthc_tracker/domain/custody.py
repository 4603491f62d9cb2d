"""Who holds a dossier and how long, and whose its lateness is, in working minutes (docs/law.md, clocks)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from tthc_tracker.domain.workcalendar import WorkCalendar


class HolderKind(StrEnum):
    """In whose hands a dossier is."""

    DESK = "desk"
    UNIT = "unit"
    OFFICER = "officer"
    APPLICANT = "applicant"  # paused: he is to supplement or to pay
    OTHER_AGENCY = "other_agency"


@dataclass(frozen=True, slots=True)
class Holder:
    """One holder: its kind, the agency, and where there is one the unit and the officer."""

    kind: HolderKind
    agency_id: int | None = None
    unit_id: int | None = None
    officer_id: int | None = None


def holder_of(
    *,
    at_desk: bool,
    agency_id: int,
    unit_id: int | None,
    officer_id: int | None,
    waits: bool,
    elsewhere: bool,
) -> Holder:
    """Who has the papers, or is to take them.

    agency_id: the desk's, or that where unit and officer work. waits: for its applicant; elsewhere: a step
    of another agency runs.
    """
    if waits:
        return Holder(HolderKind.APPLICANT)
    if elsewhere:
        return Holder(HolderKind.OTHER_AGENCY, agency_id, unit_id, officer_id)
    if at_desk:
        return Holder(HolderKind.DESK, agency_id)
    kind = HolderKind.UNIT if officer_id is None else HolderKind.OFFICER
    return Holder(kind, agency_id, unit_id, officer_id)


Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Held(Generic[Key]):
    """A stretch of time in somebody's hands; `until` None while it lasts."""

    key: Key
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Share(Generic[Key]):
    """What fell to one holder: working minutes held, and his part of the lateness."""

    key: Key
    minutes: int
    late_minutes: int


def minutes_of(held: Iterable[Held[Key]], calendar: WorkCalendar, as_of: datetime) -> dict[Key, int]:
    """Working minutes by holder, in the order in which each first held it.

    One that still holds it does so until `as_of`. Raises CalendarHorizonError.
    """
    minutes: dict[Key, int] = {}
    for one in held:
        until = max(one.until or as_of, one.since)
        minutes[one.key] = minutes.get(one.key, 0) + calendar.working_minutes_between(one.since, until)
    return minutes


@dataclass(frozen=True, slots=True)
class StepRun(Generic[Key]):
    """A step as it ran at a place: its clock, and (None: it still runs) when it ended."""

    key: Key
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None


def overruns(runs: Iterable[StepRun[Key]], calendar: WorkCalendar, as_of: datetime) -> dict[Key, int]:
    """By how many working minutes each place overran the limits of its steps, up to `as_of`.

    Raises CalendarHorizonError.
    """
    over: dict[Key, int] = {}
    for run in runs:
        until = run.closed_at or as_of
        late = calendar.working_minutes_between(run.due_at, until) if until > run.due_at else 0
        over[run.key] = over.get(run.key, 0) + late
    return over


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """A whole number in parts like these weights; the parts sum to the whole.

    What rounding leaves goes, a minute each, to the largest remainders, the earlier first. Without any
    weight everything stays with the last, who has it now; without anybody there is nothing to split.
    """
    if not weights:
        return ()
    if not (whole := sum(weights)):
        return (*(0 for _ in weights[1:]), total)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return tuple(parts)


def shares(held: dict[Key, int], over: dict[Key, int], lateness: int) -> tuple[Share[Key], ...]:
    """Lateness split over the holders: by how much each overran its steps.

    Where no step was overrun (there is no process, or its limits sum to more than the dossier's), by how
    long each held it. `held`: without the applicant, whose time stops the clock and is never late.
    """
    weights = [over.get(key, 0) for key in held]
    if not any(weights):
        weights = list(held.values())
    late = split(lateness, weights)
    return tuple(Share(key, held[key], part) for key, part in zip(held, late, strict=True))
