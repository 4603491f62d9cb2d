"""The log of what is done outside a dossier; nothing personal and no secret in its facts."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.models.history import AuditEntry


def record(
    session: Session,
    action: str,
    *,
    actor_id: int | None,
    now: dt.datetime,
    object_type: str = "",
    object_id: str | int = "",
    agency_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Note who did what to what, in the transaction that does it."""
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
