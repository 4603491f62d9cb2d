"""What a person has assigned several at a time within the hour, so that he may take it back."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.reassignment import Reassignment


@dataclass(frozen=True)
class Batch:
    """What one form has assigned: how many rows, and how many of them have been taken back since."""

    key: str
    at: dt.datetime
    rows: int
    undone: int


@dataclass(frozen=True)
class Moved:
    """One row of a batch: where it lay before, where it is now."""

    code: str
    before: str
    now: str
    undone_at: dt.datetime | None


def since(session: Session, user_id: int, start: dt.datetime) -> list[Batch]:
    """A person's batches from a moment on, the latest first."""
    statement = (
        select(
            Reassignment.batch, func.min(Reassignment.at), func.count(), func.count(Reassignment.undone_at)
        )
        .where(Reassignment.by_id == user_id, Reassignment.at >= start)
        .group_by(Reassignment.batch)
        .order_by(func.min(Reassignment.at).desc(), Reassignment.batch)
    )
    return [Batch(*row) for row in session.execute(statement)]


def rows(session: Session, batch: str, user_id: int) -> list[Moved]:
    """The rows of a person's batch, by code; of anybody else's none."""
    was_unit, unit, was_officer, officer = aliased(Unit), aliased(Unit), aliased(User), aliased(User)
    statement = (
        select(
            Dossier.code, was_officer.full_name, was_unit.name, officer.full_name, unit.name,
            Reassignment.undone_at,
        )
        .join(Dossier, Dossier.id == Reassignment.dossier_id)
        .outerjoin(was_unit, was_unit.id == Reassignment.unit_id)
        .outerjoin(was_officer, was_officer.id == Reassignment.officer_id)
        .outerjoin(unit, unit.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .where(Reassignment.batch == batch, Reassignment.by_id == user_id)
        .order_by(Dossier.code)
    )  # fmt: skip
    return [
        Moved(code, _place(was_officer_name, was_unit_name), _place(officer_name, unit_name), undone_at)
        for code, was_officer_name, was_unit_name, officer_name, unit_name, undone_at in session.execute(
            statement
        )
    ]


def _place(officer: str | None, unit: str | None) -> str:
    return ", ".join(filter(None, (officer, unit)))
