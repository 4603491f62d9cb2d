"""What the timed work notes of a file it judges, writes or takes back; each a part of one transaction."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.importing import FILES_KEPT, BatchState
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.queries import imports as queries
from tthc_tracker.services import claims, imports
from tthc_tracker.services.importbatches import DROPPABLE


class Overtaken(Exception):
    """Somebody else has moved this file on: what this transaction was to write must not be written."""


def hold(session: Session, batch_id: int, state: BatchState, rows_done: int | None = None) -> ImportBatch:
    """The file, locked.

    Raises:
        Overtaken: it is no longer in that state, or no longer that far.
    """
    statement = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = session.execute(statement.execution_options(populate_existing=True)).scalar_one()
    if batch.state is not state or (rows_done is not None and batch.rows_done != rows_done):
        raise Overtaken(f"file {batch_id} is {batch.state.value} at row {batch.rows_done}")
    return batch


def note_judged(session: Session, batch_id: int, *, rows_done: int) -> None:
    """How far the judging is."""
    hold(session, batch_id, BatchState.WAITING).rows_done = rows_done


def note_checked(session: Session, batch_id: int, counts: dict[str, Any], warnings: Iterable[str]) -> None:
    """All rows are judged: somebody has to agree."""
    batch = hold(session, batch_id, BatchState.WAITING)
    batch.state, batch.counts, batch.warnings = BatchState.CHECKED, counts, sorted(warnings)
    batch.rows_total = batch.rows_done = int(counts["rows"])


def note_fault(session: Session, batch_id: int, state: BatchState, fault: str, now: dt.datetime) -> None:
    """A file that cannot be read to its end: unusable before anything was written, else broken off."""
    batch = hold(session, batch_id, state)
    batch.state = BatchState.UNUSABLE if state is BatchState.WAITING else BatchState.FAILED
    batch.fault, batch.finished_at = fault[:500], now


def note_unmapped(session: Session, batch_id: int, fault: str) -> None:
    """A file that was fetched, and of which somebody has to say first which column is what."""
    batch = hold(session, batch_id, BatchState.CONFIRMED, 0)
    batch.state, batch.fault, batch.confirmed_at = BatchState.UNMAPPED, fault[:500], None


def note_begun(session: Session, batch_id: int, *, now: dt.datetime) -> None:
    """From here on a file is written without a pause: by what its pace is told."""
    batch = hold(session, batch_id, BatchState.CONFIRMED)
    batch.pace_from, batch.pace_rows = now, batch.rows_done


def note_written(
    session: Session, batch_id: int, counts: dict[str, Any], *, before: int, in_runs_of: int, errors_size: int
) -> None:
    """How far the writing is; with the rows it speaks of, in one transaction."""
    batch = hold(session, batch_id, BatchState.CONFIRMED, before)
    batch.counts, batch.rows_done, batch.errors_size = counts, int(counts["rows"]), errors_size
    batch.in_runs_of = in_runs_of


def finish(session: Session, batch_id: int, counts: dict[str, Any], *, now: dt.datetime) -> dict[str, Any]:
    """All is written; what a full list lacked, and what is foretold."""
    hold(session, batch_id, BatchState.CONFIRMED, int(counts["rows"]))
    return imports.close_batch(session, batch_id, counts, now=now)


def finish_undo(session: Session, batch_id: int) -> None:
    """All is taken back that nobody touched meanwhile."""
    batch = hold(session, batch_id, BatchState.UNDOING)
    claims.take_back(session, batch_id)
    imports.fall_back(session, batch)
    batch.state = BatchState.UNDONE
    batch.counts = batch.counts | {
        "undone": batch.rows_done, "kept": queries.standing(session, batch_id)
    }  # fmt: skip


def forget_old(session: Session, now: dt.datetime) -> list[str]:
    """Let go of the files sent a month ago, and drop those that nobody agreed to; gives their names."""
    old = (ImportBatch.stored.is_not(None), ImportBatch.started_at < now - FILES_KEPT)
    idle = ImportBatch.state.not_in([BatchState.CONFIRMED, BatchState.UNDOING])
    found = select(ImportBatch.stored).where(*old, idle).order_by(ImportBatch.id)
    names = [name for name in session.execute(found).scalars() if name]
    waiting = ImportBatch.state.in_(sorted(DROPPABLE))
    session.execute(update(ImportBatch).where(*old, waiting).values(state=BatchState.DROPPED))
    session.execute(update(ImportBatch).where(*old, idle).values(stored=None))
    return names
