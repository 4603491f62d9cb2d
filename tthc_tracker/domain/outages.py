"""Systems of others that desks need, and that go down."""

from __future__ import annotations

from enum import StrEnum


class OutsideSystem(StrEnum):
    """A system that desks need and that is not ours."""

    CIVIL_STATUS = "civil_status"  # the shared civil-status software
    VNEID = "vneid"
    PORTAL = "portal"
    PAYMENT = "payment"
    LAND = "land"
    OTHER = "other"
