"""Both versions of what was corrected, one list a correction; the events keep them (services)."""

from collections.abc import Iterable
from typing import Any, Protocol

from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.wording import histories

_CORRECTING = frozenset({EventKind.CORRECTED, EventKind.CORRECTED_AT_WORK})


class NumberedEntry(histories.Entry, Protocol):
    """An event with its place in the history."""

    @property
    def seq(self) -> int: ...


def versions(events: Iterable[NumberedEntry]) -> list[dict[str, Any]]:
    """Each correction, the latest first: what, who, when, why, and old and new of every line.

    The dates that it moved are told by the event right after it, and belong to its lines.
    """
    known = {event.seq: event for event in events}
    found = []
    for event in known.values():
        if event.kind in _CORRECTING:
            both = [event, *_moved(known.get(event.seq + 1))]
            said = histories.entries(both)
            found.append(said[0] | {"changes": [line for one in said for line in one["changes"]]})
    return found


def _moved(after: NumberedEntry | None) -> list[NumberedEntry]:
    return [after] if after is not None and after.kind is EventKind.DUE_CHANGED else []
