"""Moments of the examples: they carry their weekday, and a wrong one fails the test that wrote it."""

import datetime as dt
from zoneinfo import ZoneInfo

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
