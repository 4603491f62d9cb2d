"""Propose which dossiers of a file are one with what another system shows; a person decides.

Asked after a file, of the persons it brought and by the index of their numbers: never of the whole register.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import REJECTED, SourceKind
from tthc_tracker.domain.matching import MOST_PROPOSED, MatchState, Seen, is_alike
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.match import DossierMatch, Sighting
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.services import alerts

CHUNK = 500  # dossiers of a file looked at in a transaction
FARTHEST = dt.timedelta(days=31)
"""No working day lies farther from the one before: of what was received outside nobody need think."""

_RECEIVED = func.coalesce(Dossier.accepted_at, Dossier.submitted_at, Dossier.arrived_at)


@dataclass
class Run:
    """One round over the files that nobody has looked at."""

    more: bool = True
    examined: int = 0
    proposed: int = 0


def propose_next(session: Session, run: Run, *, now: dt.datetime) -> None:
    """Look at some dossiers of the oldest file that is not looked at to its end."""
    waiting = select(ImportBatch).where(
        ImportBatch.matched_at.is_(None), ImportBatch.state == BatchState.DONE
    )
    batch = session.execute(waiting.order_by(ImportBatch.id).limit(1).with_for_update()).scalar_one_or_none()
    if batch is None:
        run.more = False
        return
    brought = select(ImportedRow.dossier_id).where(
        ImportedRow.first_batch_id == batch.id, ImportedRow.dossier_id > batch.matched_to
    )
    ids = session.execute(brought.order_by(ImportedRow.dossier_id).limit(CHUNK)).scalars().all()
    if len(ids) < CHUNK:
        batch.matched_at = now
    if ids:
        batch.matched_to = ids[-1]
        run.examined += len(ids)
        run.proposed += _propose(session, batch, ids, now)


def _propose(session: Session, batch: ImportBatch, ids: Collection[int], now: dt.datetime) -> int:
    fresh = list(_seen(session, _columns().where(Dossier.id.in_(ids))))
    numbers = {one.owner_number for one in fresh}
    if not numbers:
        return 0
    others: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    received = [one.received_at for one in fresh]
    near = _RECEIVED.between(min(received) - FARTHEST, max(received) + FARTHEST)
    elsewhere = _elsewhere(batch.source_id, numbers, {one.procedure_id for one in fresh}).where(near)
    for other in _seen(session, elsewhere):
        others[other.owner_number, other.procedure_id].append(other)
    calendar = national_calendar(session)
    pairs = sorted(
        (min(one.dossier_id, other.dossier_id), max(one.dossier_id, other.dossier_id))
        for one in fresh
        for other in _nearest(one, others[one.owner_number, one.procedure_id], calendar)
    )
    values = [
        {
            "first_id": first, "second_id": second, "state": MatchState.PROPOSED, "proposed_at": now,
            "batch_id": batch.id,
        }
        for first, second in pairs
    ]  # fmt: skip
    if not values:
        return 0
    statement = alerts.insert_for(session, DossierMatch).values(values).on_conflict_do_nothing()
    return len(session.execute(statement.returning(DossierMatch.id)).all())


def _nearest(one: Seen, others: Iterable[Seen], calendar: WorkCalendar) -> list[Seen]:
    """What it may be, the one received nearest to it first; a few at most."""
    alike = [other for other in others if is_alike(one, other, calendar)]
    return sorted(alike, key=lambda other: abs(other.received_at - one.received_at))[:MOST_PROPOSED]


def _elsewhere(
    source_id: int, numbers: Collection[str], procedures: Collection[int]
) -> Select[*tuple[Any, ...]]:
    """What other systems show of these persons under these procedures, and this one does not yet."""
    shown = exists().where(Sighting.dossier_id == Dossier.id, Sighting.source_id == source_id)
    return _columns().where(
        Person.id_reversed.in_(sorted(number[::-1] for number in numbers)), Dossier.source_id != source_id,
        Dossier.procedure_id.in_(sorted(procedures)), ~shown,
    )  # fmt: skip


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Dossier.id, Dossier.source_id, Source.kind == SourceKind.HOME, Dossier.procedure_id,
            Person.id_number, _RECEIVED, Dossier.state,
        )
        .join(Person, Person.id == Dossier.owner_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(Person.id_number.is_not(None), Dossier.state.not_in(sorted(REJECTED)))
        .order_by(Dossier.id)
    )  # fmt: skip


def _seen(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Seen]:
    return (Seen(*row) for row in session.execute(statement) if row[5] is not None)
