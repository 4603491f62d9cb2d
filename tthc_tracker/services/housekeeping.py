"""Rows that have served their time."""

import datetime as dt
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tthc_tracker.models.account import LoginSession, OneTimeLink
from tthc_tracker.models.reassignment import Reassignment
from tthc_tracker.models.reception import Submission
from tthc_tracker.services import answers, jobruns, throttling

# A form may be sent again from a tab that stayed open over a long week-end, no longer.
FORMS_KEPT = dt.timedelta(days=30)
SESSIONS_KEPT = dt.timedelta(days=30)


def clean_up(session: Session, now: dt.datetime) -> dict[str, Any]:
    """Remove sessions, one-time links and form keys a month after their end, old tries, answers and runs."""
    throttling.sweep(session, now)
    old = {
        "sessions": delete(LoginSession).where(LoginSession.expires_at < now - SESSIONS_KEPT),
        "links": delete(OneTimeLink).where(OneTimeLink.expires_at < now - SESSIONS_KEPT),
        "reassignments": delete(Reassignment).where(Reassignment.at < now - FORMS_KEPT),
        "forms": delete(Submission).where(Submission.created_at < now - FORMS_KEPT),
    }
    counts = {name: int(getattr(session.execute(gone), "rowcount", 0)) for name, gone in old.items()}
    return counts | {"answers": answers.sweep(session, now), "runs": jobruns.sweep(session, now)}
