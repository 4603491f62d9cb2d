"""Remind applicants of themselves that a result waits: after 5, 15 and 30 days, once each.

By state and in bounded batches: a run that was missed is caught up, with one letter for the longest band.
"""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.applicant import ResultReminder
from tthc_tracker.models.person import Person
from tthc_tracker.queries import collecting, resultreminders
from tthc_tracker.queries.resultreminders import Uncollected
from tthc_tracker.services import applicantmails, events
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.collecting import OF_ITSELF, waited_words

BATCH = 200


class Run:
    """How far a run is; `unreachable`: who gave no address, and is left to the telephone."""

    def __init__(self, desks: list[int]) -> None:
        self.desks = desks
        self.mailed = self.unreachable = 0
        self.more = bool(desks)


def remind_next(session: Session, run: Run, *, now: dt.datetime, domain: str) -> None:
    """Remind of the next results; `run` is carried on. domain: of our sender."""
    found = resultreminders.due(session, run.desks, now, BATCH)
    reminded = collecting.last_reminded(session, [one.dossier.id for one in found])
    for one in found:
        told_today = (last := reminded.get(one.dossier.id)) is not None and last.date() == now.date()
        mailed = told_today or _remind(session, one, now, domain)
        session.add(ResultReminder(dossier_id=one.dossier.id, band=one.band, reminded_at=now, mailed=mailed))
        run.mailed += mailed
        run.unreachable += not mailed
    run.more = len(found) == BATCH


def _remind(session: Session, one: Uncollected, now: dt.datetime, domain: str) -> bool:
    """Write to the applicant, with an event; False where he gave no address."""
    if not session.get_one(Person, one.dossier.applicant_id).email:
        return False
    events.append(
        session, one.dossier, EventKind.REMINDED, actor=Actor(None, OF_ITSELF), now=now,
        reason=waited_words(one.band),
    )  # fmt: skip
    return applicantmails.tell(session, one.dossier, ApplicantLetter.STILL_WAITING, domain=domain, now=now)
