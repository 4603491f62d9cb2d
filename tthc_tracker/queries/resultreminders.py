"""Results that have waited into another band, and whose applicants have not been reminded for it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.collecting import BANDS, ready_before
from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.models.applicant import ResultReminder
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.calendars import work_calendar


@dataclass(frozen=True)
class Uncollected:
    """A result that waits. `dossier` is held to the end of the transaction; band: the longest passed."""

    dossier: Dossier
    band: int


def desks_at_work(session: Session, today: dt.date) -> list[int]:
    """The desks that have results and work today: nobody is called to a closed door."""
    waiting = (
        select(Dossier.returning_agency_id)
        .where(Dossier.state == State.FINISHED)
        .distinct()
        .order_by(Dossier.returning_agency_id)
    )
    desks = session.execute(waiting).scalars()
    return [desk for desk in desks if work_calendar(session, desk).is_working_day(today)]


def due(session: Session, desks: Collection[int], now: dt.datetime, limit: int) -> list[Uncollected]:
    """The next results of these desks to remind of, the longest waiting first.

    What goes by post or online waits for the desk; other systems' are left to them, and one that somebody is
    changing at this moment to the next run.
    """
    today = now.date()
    passed = {
        band: Dossier.closed_at < dt.datetime.combine(ready_before(band, today), dt.time(), now.tzinfo)
        for band in BANDS
    }
    band = case(*((passed[one], one) for one in reversed(BANDS[1:])), else_=BANDS[0])
    reminded = exists().where(ResultReminder.dossier_id == Dossier.id, ResultReminder.band >= band)
    statement = (
        select(Dossier, band)
        .join(Source, Source.id == Dossier.source_id)
        .where(
            Dossier.state == State.FINISHED,
            ~Dossier.by_post,
            ~Dossier.by_portal,
            Dossier.returning_agency_id.in_(sorted(desks)),
            passed[BANDS[0]],
            Source.kind == SourceKind.HOME,
            ~reminded,
        )
        .order_by(Dossier.closed_at, Dossier.id)
        .limit(limit)
        .with_for_update(of=Dossier, skip_locked=True)
    )
    return [Uncollected(*row) for row in session.execute(statement)]
