"""What is held on a person leaves, or is erased, when one person asks and another consents (four eyes)."""

import datetime as dt
from collections.abc import Collection
from enum import StrEnum

from tthc_tracker.domain.permissions import Permission


class RequestKind(StrEnum):
    """What is asked for."""

    EXPORT = "export"
    ERASURE = "erasure"


class Verdict(StrEnum):
    """What the second person has said."""

    APPROVED = "approved"
    REJECTED = "rejected"


class RequestStanding(StrEnum):
    """How a request stands at a moment."""

    WAITING = "waiting"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    READY = "ready"
    OVER = "over"
    ERASED = "erased"


STANDS = dt.timedelta(days=7)
"""How long a request waits for a second person, and how long an export may be fetched once it is approved."""

NEEDS: dict[RequestKind, Permission] = {
    RequestKind.EXPORT: Permission.EXPORT_PERSONAL,
    RequestKind.ERASURE: Permission.ERASE_PERSONAL,
}
"""What whoever asks has to hold on each dossier, and whoever consents has to hold at all."""


def standing_of(
    kind: RequestKind, asked_at: dt.datetime, verdict: Verdict | None, decided_at: dt.datetime | None,
    now: dt.datetime,
) -> RequestStanding:  # fmt: skip
    """How a request stands: an answer that does not come within a week is none, nor is a file for ever."""
    if verdict is None or decided_at is None:
        return RequestStanding.WAITING if now < asked_at + STANDS else RequestStanding.LAPSED
    if verdict is Verdict.REJECTED:
        return RequestStanding.REJECTED
    if kind is RequestKind.ERASURE:
        return RequestStanding.ERASED
    return RequestStanding.READY if now < decided_at + STANDS else RequestStanding.OVER


def may_decide(kind: RequestKind, held: Collection[Permission], *, asker: int, person: int) -> bool:
    """Whether this person may consent: he holds the permission, wherever, and is not who asked.

    He need not hold it on the dossier: a superior consents to what the unit does (permissions.OVERSIGHT).
    """
    return NEEDS[kind] in held and asker != person
