"""The order in which a source's system learns of changes, without a gap, whatever order commits end in.

A change is marked in the transaction that makes it: its row of `imported_row` loses its number. Numbers are
given afterwards, under a lock, to rows whose change has been committed. So no row ever becomes visible
behind a number that was read already, and a dossier that changes again moves to the end (decision 0011).
"""

from functools import cache

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.api import ChangeCounter
from tthc_tracker.models.importing import ImportedRow


def mark(session: Session, dossier_id: int) -> bool:
    """Say that a dossier has changed; False, and of no effect, for one that no system sent.

    The row is taken hold of even when it has no number: whoever gives numbers must not give it one that is
    read before this change can be seen.
    """
    marked = session.execute(_mark(), {"its": dossier_id})
    return int(getattr(marked, "rowcount", 0)) > 0


@cache
def _mark() -> Update:
    """The rows of the dossier `its` lose their number. Every event marks: put together once."""
    unnumbered = update(ImportedRow).where(ImportedRow.dossier_id == bindparam("its")).values(change=None)
    return unnumbered.execution_options(synchronize_session=False, autoflush=False)


def put_in_order(session: Session, source_id: int, most: int) -> int:
    """Number up to `most` committed changes of a source; gives how many. Rows in other hands wait."""
    last = _hold_counter(session, source_id)
    waiting = (
        select(ImportedRow.source_id, ImportedRow.code)
        .where(ImportedRow.source_id == source_id, ImportedRow.change.is_(None))
        .order_by(ImportedRow.dossier_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = [
        {"source_id": source, "code": code, "change": last + place}
        for place, (source, code) in enumerate(session.execute(waiting).all(), 1)
    ]
    if rows:
        session.execute(update(ImportedRow), rows)
        counter = update(ChangeCounter).where(ChangeCounter.source_id == source_id)
        session.execute(counter.values(last=last + len(rows)))
    return len(rows)


def _hold_counter(session: Session, source_id: int) -> int:
    """The last number given, held to the end of the transaction: numbers become visible in their order."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(ChangeCounter)
    first = insert.values(source_id=source_id, last=0)
    kept = first.on_conflict_do_update(index_elements=["source_id"], set_={"last": ChangeCounter.last})
    last: int = session.execute(kept.returning(ChangeCounter.last)).scalar_one()
    return last
