"""What is missing from a full list of its source is "không còn thấy ở nguồn": marked, its alerts keep still.

Nothing is closed by it: a source that stops showing a dossier does not say that it has ended (docs/law.md,
home and mirror). Seen again, it stands as before.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.importing import Sends, Whole, is_too_much, is_whole
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import imports as queries
from tthc_tracker.queries.scoping import visible
from tthc_tracker.services import alerthush, audit
from tthc_tracker.wording import importing as words

BATCH = 500


def declare(session: Session, source: Source, *, sends: Sends, most: int, now: dt.datetime) -> None:
    """Set what the files of a source hold, and how much a full list may miss.

    For a command: whoever may give one on the server needs no permission of ours.

    Raises:
        InvalidInput: no percentage.
    """
    if not 0 <= most <= 100:
        raise InvalidInput("most", words.NO_PERCENTAGE)
    facts = {"sends": [source.sends.value, sends.value], "most_unseen": [source.most_unseen, most]}
    source.sends, source.most_unseen = sends, most
    audit.note(
        session, "source_declared", actor_id=None, now=now, object_type="source", object_id=source.id,
        facts=facts,
    )  # fmt: skip


def settle(session: Session, batch: ImportBatch, *, now: dt.datetime) -> dict[str, int]:
    """Mark what a full list lacks, of what its sender may send; what became of it, for the file's counts.

    Nothing where the source has sent something newer, and where too much is missing to be believed.
    """
    source = session.get_one(Source, batch.source_id)
    newest = source.as_of is None or source.as_of <= batch.data_as_of
    if not is_whole(batch.whole, source.sends) or not newest:
        return {}
    of_source = _open_of(session, batch)
    known = session.execute(select(func.count()).select_from(Dossier).where(of_source)).scalar_one()
    unseen = and_(of_source, ~_seen_in(batch))
    ids = list(session.execute(select(Dossier.id).where(unseen).order_by(Dossier.id)).scalars())
    if batch.whole is not Whole.SURE and is_too_much(len(ids), known, source.most_unseen):
        return {"too_many_unseen": len(ids)}
    if ids:
        audit.note(
            session, "dossiers_unseen", actor_id=batch.actor_id, now=now, object_type="import_batch",
            object_id=batch.id, facts={"rows": len(ids)},
        )  # fmt: skip
    for some in _parts(ids):
        fresh = update(Dossier).where(Dossier.id.in_(some), Dossier.unseen_since.is_(None))
        session.execute(fresh.values(unseen_since=batch.data_as_of))
        alerthush.hush(session, _standing(session, some))
    return {"unseen": len(ids)}


def _open_of(session: Session, batch: ImportBatch) -> ColumnElement[bool]:
    scope = EVERYTHING if batch.actor_id is None else queries.scope_of_user(session, batch.actor_id)
    return and_(Dossier.source_id == batch.source_id, Dossier.closed_at.is_(None), visible(scope))


def _seen_in(batch: ImportBatch) -> ColumnElement[bool]:
    row = ImportedRow
    return exists().where(
        row.dossier_id == Dossier.id, row.source_id == batch.source_id, row.batch_id >= batch.id
    )


def see(session: Session, source_id: int, dossier_ids: Collection[int], *, now: dt.datetime) -> None:
    """A file shows these: those that were not seen stand as before, and what stands for them rings again."""
    marked = (Dossier.source_id == source_id, Dossier.unseen_since.is_not(None))
    if not session.execute(select(exists().where(*marked))).scalar_one():
        return
    again = select(Dossier.id).where(*marked, Dossier.id.in_(dossier_ids)).order_by(Dossier.id)
    ids = list(session.execute(again).scalars())
    for some in _parts(ids):
        back: Any = update(Dossier).where(Dossier.id.in_(some))
        session.execute(back.values(unseen_since=None, next_check_at=now))
        alerthush.let_ring(session, _standing(session, some), now=now)


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _standing(session: Session, dossier_ids: list[int]) -> list[int]:
    standing = select(Alert.id).where(Alert.dossier_id.in_(dossier_ids), Alert.closed_at.is_(None))
    return list(session.execute(standing.order_by(Alert.id)).scalars())
