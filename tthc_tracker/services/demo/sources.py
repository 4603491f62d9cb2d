"""The sources of the demo: how fresh their data is, and the file each sent last."""

import datetime as dt
import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.services.demo.catalogue import KnownSource

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
