"""Rows of a file that speak of another system's dossier: they change what is known of it there, not it."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.match import Sighting
from tthc_tracker.services import events, sightings
from tthc_tracker.services.importjudging import Judged, Register


def put(session: Session, register: Register, item: Judged, *, as_of: dt.datetime, now: dt.datetime) -> None:
    """What a later file says under a matched code, and an event if it says anything else than before."""
    assert item.known is not None
    row, dossier = item.row, item.known.dossier
    its = (Sighting.source_id == register.source.id, Sighting.code == item.code)
    sighting = session.execute(select(Sighting).where(*its)).scalar_one()
    before = _said(sighting)
    if sighting.state is not row.state:
        sighting.state, sighting.state_since = row.state, as_of
    sighting.submitted_at = row.submitted_at or sighting.submitted_at
    sighting.accepted_at = row.accepted_at or sighting.accepted_at
    sighting.due_at, sighting.as_of = row.due_at or sighting.due_at, as_of
    sighting.closed_at, sighting.returned_at = row.closed_at, row.returned_at
    after = _said(sighting)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if not changes:
        return
    actor = events.Actor(None, register.source.name)
    facts = {"code": item.code} | changes
    events.append(
        session, dossier, EventKind.SIGHTED, actor=actor, now=now, occurred_at=min(as_of, now), facts=facts
    )


def see(session: Session, source_id: int, codes: Collection[str], as_of: dt.datetime) -> None:
    """A file shows these under their codes, as before."""
    shown = (Sighting.source_id == source_id, Sighting.code.in_(sorted(codes)))
    session.execute(update(Sighting).where(*shown).values(as_of=as_of))


def _said(sighting: Sighting) -> dict[str, Any]:
    """What it says, as an event shows it."""
    values = ((name, getattr(sighting, name)) for name in sightings.SAID)
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value and str(value)
        for name, value in values
    }
