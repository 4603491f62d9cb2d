"""What the part of a list that is looked at is called: on its page a tab says so, on paper nothing would."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from tthc_tracker.domain.typeddates import UnreadableError, read_day
from tthc_tracker.wording import (
    alertlists,
    apologylists,
    calendarchanges,
    collecting,
    conclusionlists,
    fieldreportlists,
    mywork,
    online,
    steplists,
)
from tthc_tracker.wording.formats import day

# list → (the name in its address, what each answer is called)
PARTS: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "online": ("xem", online.PARTS),
    "online_applicant": ("xem", online.PARTS),
    "work": ("tab", mywork.TABS),
    "handed": ("tab", mywork.TABS),
    "at_desk": ("tab", mywork.TABS),
    "results": ("cach", collecting.WAYS),
    "steps": ("tab", steplists.TABS),
    "alerts": ("tab", alertlists.TABS),
    "apologies": ("tab", apologylists.TABS),
    "conclusions": ("tab", conclusionlists.TABS),
    "field_reports": ("tab", fieldreportlists.TABS),
    "calendar_moves": ("xem", calendarchanges.PARTS),
}


def named(name: str, question: Mapping[str, str], today: dt.date) -> Iterator[str]:
    """The part that an address asks for, and its day where the list is of one that has come."""
    asked, parts = PARTS.get(name, ("", {}))
    if part := parts.get(question.get(asked, "")):
        yield part
    with suppress(UnreadableError):
        if (on := read_day(question.get("ngay", ""))) <= today:
            yield f"Ngày {day(on)}"
