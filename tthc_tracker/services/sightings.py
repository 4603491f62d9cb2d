"""What a system that does not own a dossier says of it, and since when that differs from what it is here.

A dossier's own system speaks through the dossier itself; only the others have rows (decision 0061).
"""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.differing import Field
from tthc_tracker.domain.matching import disagree
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.match import Sighting
from tthc_tracker.services import differences

SAID = ("state", "submitted_at", "accepted_at", "due_at", "closed_at", "returned_at")
"""What of a dossier another system is asked for: what both could say, and nothing of a person."""


def follow(session: Session, dossier: Dossier, now: dt.datetime) -> None:
    """Note since when others differ from a dossier, now that something has happened to it."""
    shown = select(Sighting).where(Sighting.dossier_id == dossier.id).order_by(Sighting.code)
    for sighting in session.execute(shown).scalars():
        compare(dossier, sighting, now)
        beside(session, dossier, sighting, now)


def beside(session: Session, dossier: Dossier, sighting: Sighting, now: dt.datetime) -> None:
    """Note of which fields one of them says something else."""
    said: dict[Field, Any] = {Field(name): getattr(sighting, name) for name in SAID}
    both = (differences.own(dossier), said)
    differences.note(session, dossier, sighting.source_id, sighting.code, both, now)


def compare(dossier: Dossier, sighting: Sighting, now: dt.datetime) -> None:
    """The same of one of them."""
    if not disagree(dossier.state, sighting.state):
        sighting.differs_since = None
    elif sighting.differs_since is None:
        sighting.differs_since = now
