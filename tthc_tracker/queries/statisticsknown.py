"""What was known on a day: an extra filter on when acceptance and end were recorded (domain rule 6).

A dossier that was entered later was not there yet; one whose end was told later ran still. All else, pauses,
dates and corrections, is as it stands: what has been undone since is told as what it is now.
"""

import datetime as dt

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, true

from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent

Condition = ColumnElement[bool]

_ENDS = (EventKind.FINISHED, EventKind.WITHDRAWN, EventKind.STOPPED, EventKind.REFUSED)


def _first_said(name: str) -> Condition:
    """A later file of the source said it, and nothing had been said before."""
    told = DossierEvent.facts[name].as_string()
    before = DossierEvent.facts[(name, 0)].as_string()
    return and_(DossierEvent.kind == EventKind.SOURCE_UPDATED, told.is_not(None), before.is_(None))


_ITS = DossierEvent.dossier_id == Dossier.id
_ACCEPTED = or_(DossierEvent.kind == EventKind.RECEIVED, _first_said("accepted_at"))
_ENDED = or_(DossierEvent.kind.in_(_ENDS), _first_said("closed_at"))


def acceptance(known: dt.datetime | None) -> Condition:
    """Its acceptance had been recorded by then; None: whenever it was."""
    if known is None:
        return true()
    brought = or_(_ACCEPTED, DossierEvent.kind == EventKind.IMPORTED)
    by_then = exists().where(_ITS, brought, DossierEvent.recorded_at < known).correlate(Dossier)
    later = exists().where(_ITS, _ACCEPTED, DossierEvent.recorded_at >= known).correlate(Dossier)
    return and_(by_then, ~later)


def closed_on(known: dt.datetime | None) -> ColumnElement[dt.date | None]:
    """The day it ended, if that had been recorded by then; None: whenever it was."""
    if known is None:
        return Dossier.closed_on.expression
    later = exists().where(_ITS, _ENDED, DossierEvent.recorded_at >= known).correlate(Dossier)
    return case((~later, Dossier.closed_on))


def ended_later(known: dt.datetime) -> Condition:
    """Its end was recorded later: found by when that was."""
    return Dossier.id.in_(select(DossierEvent.dossier_id).where(DossierEvent.recorded_at >= known, _ENDED))
