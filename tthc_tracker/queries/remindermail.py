"""What a reminder says, read at the moment it leaves: only dossiers that are still open."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.procedure import ProcedureVersion

MOST_LINES = 50


@dataclass(frozen=True)
class ReminderLine:
    """A dossier of the reminder."""

    code: str
    procedure: str
    due_at: dt.datetime | None


@dataclass(frozen=True)
class ReminderMail:
    """The whole reminder."""

    name: str
    sender: str
    note: str
    lines: tuple[ReminderLine, ...]
    left_out: int


def content(session: Session, user_id: int, context: Mapping[str, Any]) -> ReminderMail | None:
    """What the reminder says now; None when all of its dossiers are closed."""
    wanted = [(int(dossier_id), int(seq)) for dossier_id, seq in context["events"]]
    statement = (
        select(
            Dossier.code, ProcedureVersion.name, Dossier.current_due_at, Dossier.reception_due_at,
            DossierEvent.actor_name, DossierEvent.reason,
        )
        .join(DossierEvent, DossierEvent.dossier_id == Dossier.id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .where(tuple_(DossierEvent.dossier_id, DossierEvent.seq).in_(wanted), Dossier.closed_at.is_(None))
        .order_by(Dossier.id)
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(statement).all()
    if not rows:
        return None
    name = session.execute(select(User.full_name).where(User.id == user_id)).scalar_one()
    lines = tuple(
        ReminderLine(row.code, row.name, row.current_due_at or row.reception_due_at)
        for row in rows[:MOST_LINES]
    )
    return ReminderMail(name, rows[0].actor_name, rows[0].reason, lines, len(rows) - len(lines))
