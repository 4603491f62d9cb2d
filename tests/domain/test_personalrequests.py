"""Two pairs of eyes on what is held on a person."""

import datetime as dt

import pytest

from tests.support.moments import at
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Role
from tthc_tracker.domain.personalrequests import (
    NEEDS,
    RequestKind,
    RequestStanding,
    Verdict,
    may_decide,
    standing_of,
)

ASKED = at("Mon 2026-11-16 09:00")
DECIDED = at("Tue 2026-11-17 09:00")
EXPORT, ERASURE = RequestKind.EXPORT, RequestKind.ERASURE


@pytest.mark.parametrize(
    ("kind", "verdict", "now", "stands"),
    [
        pytest.param(EXPORT, None, "Mon 2026-11-23 08:59", RequestStanding.WAITING, id="nobody has answered"),
        pytest.param(ERASURE, None, "Mon 2026-11-23 09:00", RequestStanding.LAPSED, id="nor within a week"),
        pytest.param(
            EXPORT, Verdict.REJECTED, "Tue 2026-11-17 09:00", RequestStanding.REJECTED, id="refused"
        ),
        pytest.param(
            EXPORT, Verdict.APPROVED, "Tue 2026-11-24 08:59", RequestStanding.READY, id="to be fetched"
        ),
        pytest.param(EXPORT, Verdict.APPROVED, "Tue 2026-11-24 09:00", RequestStanding.OVER, id="no longer"),
        pytest.param(
            ERASURE, Verdict.APPROVED, "Thu 2026-12-31 09:00", RequestStanding.ERASED, id="for good"
        ),
    ],
)
def test_a_request_stands_as_it_was_answered_and_for_a_week(
    kind: RequestKind, verdict: Verdict | None, now: str, stands: RequestStanding
) -> None:
    decided: dt.datetime | None = DECIDED if verdict else None
    assert standing_of(kind, ASKED, verdict, decided, at(now)) is stands


@pytest.mark.parametrize("kind", list(RequestKind))
def test_nobody_consents_to_what_he_asked_for_himself(kind: RequestKind) -> None:
    held = {NEEDS[kind]}
    assert may_decide(kind, held, asker=1, person=2)
    assert not may_decide(kind, held, asker=1, person=1)
    assert not may_decide(kind, set(), asker=1, person=2)


def test_whoever_may_ask_may_consent_and_nobody_else() -> None:
    roles = {role for role in Role if set(NEEDS.values()) <= PERMISSIONS_OF[role]}
    assert roles == {Role.HEAD_OF_AGENCY, Role.CONTROLLER}
    assert not any(set(NEEDS.values()) & PERMISSIONS_OF[role] for role in Role if role not in roles)
