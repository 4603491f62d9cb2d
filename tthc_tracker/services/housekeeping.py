"""Rows that have served their time."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.calendarchanges import Notice
from tthc_tracker.models.account import LoginSession, OneTimeLink
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.models.reassignment import Reassignment
from tthc_tracker.models.reception import Submission
from tthc_tracker.services import answers, feedlooks, jobruns, personalrequests, throttling, webhookoutbox

# A form may be sent again from a tab that stayed open over a long week-end, no longer.
FORMS_KEPT = dt.timedelta(days=30)
SESSIONS_KEPT = dt.timedelta(days=30)
# What a change of the calendar moved: the event of each dossier says it for good, the list while people ask.
MOVES_KEPT = dt.timedelta(days=90)
UNTOLD = (Notice.DRAFT, Notice.APPROVED)  # a letter that somebody still waits for outlives it


def clean_up(session: Session, now: dt.datetime) -> dict[str, Any]:
    """Remove what has served its time: sessions, links, keys of forms, tries, moves, answers,
    requests about personal data, runs, calls, pages that were fetched."""
    throttling.sweep(session, now)
    old = {
        "sessions": delete(LoginSession).where(LoginSession.expires_at < now - SESSIONS_KEPT),
        "links": delete(OneTimeLink).where(OneTimeLink.expires_at < now - SESSIONS_KEPT),
        "reassignments": delete(Reassignment).where(Reassignment.at < now - FORMS_KEPT),
        "moves": delete(CalendarMove).where(
            CalendarMove.change_id.in_(_long_settled(now)), CalendarMove.notice.not_in(UNTOLD)
        ),
        "forms": delete(Submission).where(Submission.created_at < now - FORMS_KEPT),
    }
    counts = {name: int(getattr(session.execute(gone), "rowcount", 0)) for name, gone in old.items()}
    return counts | {
        "answers": answers.sweep(session, now),
        "requests": personalrequests.sweep(session, now),
        "runs": jobruns.sweep(session, now),
        "calls": webhookoutbox.sweep(session, now),
        "arrivals": feedlooks.sweep(session, now),
    }


def _long_settled(now: dt.datetime) -> Select[int]:
    return select(CalendarChange.id).where(CalendarChange.settled_at < now - MOVES_KEPT)
