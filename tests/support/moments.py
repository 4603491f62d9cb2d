"""Moments of the examples: they carry their weekday, and a wrong one fails the test that wrote it."""

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import pytest

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> dt.datetime:
    """`at("Thu 2026-04-30 15:40")`: that minute in Hà Nội."""
    weekday, _, moment = text.partition(" ")
    parsed = dt.datetime.fromisoformat(moment).replace(tzinfo=HANOI)
    assert f"{parsed:%a}" == weekday, f"{moment} is a {parsed:%a}, not a {weekday}"
    return parsed


def on(text: str) -> dt.date:
    """`on("Thu 2026-04-30")`: that day."""
    weekday, _, day = text.partition(" ")
    parsed = dt.date.fromisoformat(day)
    assert f"{parsed:%a}" == weekday, f"{day} is a {parsed:%a}, not a {weekday}"
    return parsed


class Wall:
    """The clock of a test: it stands until the test moves it on."""

    def __init__(self) -> None:
        self.opened = self.moment = at("Mon 2026-11-23 09:00")

    @classmethod
    def stopped(cls, patch: "pytest.MonkeyPatch") -> "Wall":
        """One that the product reads from now on."""
        wall = cls()
        patch.setattr("tthc_tracker.clock.now", wall.now)
        return wall

    def now(self) -> dt.datetime:
        """The moment."""
        return self.moment
