"""The one reader of the wall clock. Below the edges every function is told the moment."""

import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

# Browser journeys let days pass: a file that holds an ISO moment replaces the wall clock.
_TEST_CLOCK = os.environ.get("TTHC_TEST_CLOCK", "")


def now() -> dt.datetime:
    """The present moment, aware, in Asia/Ho_Chi_Minh."""
    if _TEST_CLOCK:
        return dt.datetime.fromisoformat(Path(_TEST_CLOCK).read_text(encoding="utf-8").strip()).astimezone(
            HANOI
        )
    return dt.datetime.now(HANOI)


def minute() -> dt.datetime:
    """The present moment cut to the minute, as the law counts it (docs/law.md)."""
    return now().replace(second=0, microsecond=0)
