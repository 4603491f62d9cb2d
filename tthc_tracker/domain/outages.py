"""Outages of other systems: which system, from when to when, and which dossiers they touched."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class OutsideSystem(StrEnum):
    """A system that desks need and that is not ours."""

    CIVIL_STATUS = "civil_status"  # the shared civil-status software
    VNEID = "vneid"
    PORTAL = "portal"
    PAYMENT = "payment"
    LAND = "land"
    OTHER = "other"


def overlaps(began: datetime, ended: datetime | None, start: datetime, end: datetime) -> bool:
    """Whether an outage, which may still last, falls into the time from start to end."""
    return began < end and (ended is None or ended > start)
