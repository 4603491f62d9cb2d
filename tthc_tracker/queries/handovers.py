"""The hand-over that stands on a dossier: what is on its way, from whom, to whom, since when."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.handovers import Place, Underway
from tthc_tracker.domain.lifecycle import ResultKind
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.handover import Handover


@dataclass(frozen=True)
class StandingHandover:
    """A hand-over that waits for its confirmation, with the names of both sides."""

    underway: Underway
    source: str
    destination: str
    handed_at: dt.datetime
    handed_by: str
    note: str
    result_kind: ResultKind | None
    result_number: str | None
    result_on: dt.date | None


def underway_of(row: Handover | None) -> Underway | None:
    """A row as the law sees it."""
    if row is None:
        return None
    return Underway(
        row.direction,
        Place(row.from_agency_id, row.from_unit_id),
        Place(row.to_agency_id, row.to_unit_id),
        row.handed_by_id,
    )


def standing_on(session: Session, dossier_id: int) -> StandingHandover | None:
    """What waits for confirmation on a dossier; one query."""
    found = session.execute(_standing(), {"dossier_id": dossier_id}).one_or_none()
    if found is None:
        return None
    row, from_agency, to_agency, source, destination, person = found
    underway = underway_of(row)
    assert underway is not None
    return StandingHandover(
        underway, source or from_agency, destination or to_agency, row.handed_at, person or "", row.note,
        row.result_kind, row.result_number, row.result_on,
    )  # fmt: skip


@cache
def _standing() -> Select[*tuple[Any, ...]]:
    """What waits on the dossier `dossier_id`, with its names. On every dossier's page: put together once."""
    giver, taker, from_unit, to_unit = aliased(Agency), aliased(Agency), aliased(Unit), aliased(Unit)
    return (
        select(Handover, giver.name, taker.name, from_unit.name, to_unit.name, User.full_name)
        .join(giver, giver.id == Handover.from_agency_id)
        .join(taker, taker.id == Handover.to_agency_id)
        .outerjoin(from_unit, from_unit.id == Handover.from_unit_id)
        .outerjoin(to_unit, to_unit.id == Handover.to_unit_id)
        .outerjoin(User, User.id == Handover.handed_by_id)
        .where(Handover.dossier_id == bindparam("dossier_id"), Handover.answered_at.is_(None))
    )
