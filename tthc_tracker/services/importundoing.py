"""Take a file back: what it brought is cancelled, each with its event; nothing is deleted (decision 0013)."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.queries import imports as queries
from tthc_tracker.services import alertclosing, deadlines, events
from tthc_tracker.services.events import Actor

BATCH = 500


def take_back(session: Session, batch_id: int, *, actor: Actor, reason: str, now: dt.datetime) -> int:
    """Cancel up to 500 untouched dossiers of a file; how many. Whatever was touched meanwhile stays."""
    statement = (
        select(Dossier)
        .join(ImportedRow, ImportedRow.dossier_id == Dossier.id)
        .where(queries.brought(batch_id), queries.untouched(batch_id))
        .order_by(ImportedRow.code)
        .limit(BATCH)
        .with_for_update(of=Dossier)
    )
    dossiers = session.execute(statement).scalars().all()
    minute = now.replace(second=0, microsecond=0)
    for dossier in dossiers:
        dossier.state, dossier.finish_class, dossier.worked_minutes = State.CANCELLED, None, None
        deadlines.close(session, dossier, max(minute, dossier.accepted_at or minute))
        events.append(
            session, dossier, EventKind.CANCELLED, actor=actor, now=now, reason=reason,
            facts={"batch": batch_id},
        )  # fmt: skip
    ids = [dossier.id for dossier in dossiers]
    alertclosing.close_for_dossiers(session, ids, now)
    session.execute(update(ImportedRow).where(ImportedRow.dossier_id.in_(ids)).values(content_hash=""))
    return len(ids)
