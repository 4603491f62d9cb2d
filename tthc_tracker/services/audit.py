"""Note what was done outside a dossier: exports, catalogue, accounts, sign-ins."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.models.history import AuditEntry


def note(
    session: Session,
    action: str,
    *,
    actor_id: int | None,
    now: dt.datetime,
    object_type: str = "",
    object_id: object = "",
    agency_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Append one entry; `facts` holds nothing personal."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor_id,
            agency_id=agency_id,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            facts=facts or {},
        )
    )
