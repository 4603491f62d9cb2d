"""Levels of agencies (cấp)."""

from enum import StrEnum


class Level(StrEnum):
    """The level an agency stands on; `HUYEN` ended on 30/6/2025."""

    BO = "bo"
    TINH = "tinh"
    HUYEN = "huyen"
    XA = "xa"
