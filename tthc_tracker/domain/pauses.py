"""Pauses (tạm dừng): what they are, and when they make no sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tthc_tracker.domain.errors import InvalidPause, PauseFault
from tthc_tracker.domain.localtime import minute_of


class PausePolicy(StrEnum):
    """What a pause does to the clock; it belongs to the procedure and the reason (docs/law.md)."""

    RESUME = "resume"
    RESTART = "restart"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of one dossier; `end` None while it is open. Aware moments."""

    start: datetime
    end: datetime | None
    policy: PausePolicy


@dataclass(frozen=True, slots=True)
class PauseMinutes:
    """A pause in local minutes; an open one ends, for now, at the moment it is projected from."""

    start: int
    end: int
    policy: PausePolicy
    is_open: bool


def in_minutes(pauses: Sequence[Pause], start: int, as_of: datetime | None) -> list[PauseMinutes]:
    """The pauses of a clock that started at the local minute `start`, checked.

    They come in order, do not overlap, do not end before they start nor start before the clock; only the last
    may be open, and then `as_of` says when "now" is. One that opens after `as_of` has not lasted at all.
    Raises InvalidPause.
    """
    rows: list[PauseMinutes] = []
    free_from = start
    for pause in pauses:
        began = minute_of(pause.start)
        if rows and rows[-1].is_open:
            raise InvalidPause(PauseFault.OPEN_BEFORE_ANOTHER)
        if began < free_from:
            raise InvalidPause(PauseFault.OVERLAPS if rows else PauseFault.BEFORE_THE_CLOCK)
        rows.append(_row(pause, began, as_of))
        free_from = rows[-1].end
    return rows


def _row(pause: Pause, began: int, as_of: datetime | None) -> PauseMinutes:
    if pause.end is not None:
        ended = minute_of(pause.end)
        if ended < began:
            raise InvalidPause(PauseFault.ENDS_BEFORE_IT_STARTS)
        return PauseMinutes(began, ended, pause.policy, is_open=False)
    if as_of is None:
        raise InvalidPause(PauseFault.OPEN_WITHOUT_AS_OF)
    return PauseMinutes(began, max(began, minute_of(as_of)), pause.policy, is_open=True)
