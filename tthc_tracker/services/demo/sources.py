"""The sources of the demo: how fresh their data is, and the file each sent last."""

import datetime as dt
import hashlib

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.rowfaults import RowWarning
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.procedure import Source
from tthc_tracker.services.demo.catalogue import KnownSource
from tthc_tracker.services.imports import Tally

SILENT = "ministry-land"
"""The source whose data is three days old."""


def open_sources(session: Session, now: dt.datetime) -> dict[str, KnownSource]:
    """Say of each mirrored source when its data was taken, with the batch that brought it."""
    found = {}
    for number, source in enumerate(session.execute(select(Source).order_by(Source.id)).scalars().all()):
        if source.kind is SourceKind.HOME:
            found[source.code] = KnownSource(source.id, source.name, mirror=False, as_of=now, batch_id=None)
            continue
        age = dt.timedelta(days=3) if source.code == SILENT else dt.timedelta(minutes=12 + 7 * number)
        source.as_of = (now - age).replace(second=0, microsecond=0)
        batch = ImportBatch(
            source_id=source.id,
            file_name=f"{source.code}.csv",
            sha256=hashlib.sha256(source.code.encode()).hexdigest(),
            data_as_of=source.as_of,
            started_at=source.as_of + dt.timedelta(minutes=5),
            finished_at=source.as_of + dt.timedelta(minutes=6),
            state=BatchState.DONE,
        )
        session.add(batch)
        session.flush()
        found[source.code] = KnownSource(source.id, source.name, True, source.as_of, batch.id)
    return found


def remember_rows(session: Session) -> None:
    """Leave what reading those files in would have left of each dossier, so that its source finds it again.

    The hash is of no row that can come: whatever a later file says of it is taken as a change.
    """
    brought = (
        select(Dossier.source_id, Dossier.code, Dossier.id, Dossier.version, ImportBatch.id)
        .join(ImportBatch, ImportBatch.source_id == Dossier.source_id)
        .order_by(Dossier.source_id, Dossier.id)
    )
    rows = [
        {
            "source_id": source_id, "code": code, "dossier_id": dossier_id, "dossier_version": version,
            "content_hash": hashlib.sha256(code.encode()).hexdigest(), "row_number": number,
            "batch_id": batch_id, "first_batch_id": batch_id, "changed_batch_id": batch_id,
        }
        for number, (source_id, code, dossier_id, version, batch_id) in enumerate(session.execute(brought), 2)
    ]  # fmt: skip
    if rows:
        session.execute(insert(ImportedRow), rows)


def count_rows(session: Session) -> None:
    """Give each file the counts that reading it in would have left: a row for each dossier of its source."""
    undated = (Dossier.accepted_at.is_not(None)) & (Dossier.due_at.is_(None))
    day_off = Dossier.due_on_day_off.is_(True)
    statement = (
        select(
            ImportBatch,
            func.count(Dossier.id),
            func.count(Dossier.id).filter(undated),
            func.count(Dossier.id).filter(day_off),
            func.count(Dossier.id).filter(or_(undated, day_off)),
        )
        .outerjoin(Dossier, Dossier.source_id == ImportBatch.source_id)
        .group_by(ImportBatch.id)
        .order_by(ImportBatch.id)
    )
    for batch, rows, without_date, on_day_off, warned in session.execute(statement).all():
        reasons = {RowWarning.NO_DUE_DATE: without_date, RowWarning.DUE_ON_DAY_OFF: on_day_off}
        batch.counts = Tally().counts() | {
            "rows": rows, "accepted": rows, "warnings": warned,
            "reasons": {reason.value: many for reason, many in reasons.items() if many},
        }  # fmt: skip
        batch.rows_total = batch.rows_done = rows
