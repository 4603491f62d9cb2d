"""The numbers that tell every process to read again what it keeps in memory."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.setting import Revision
from tthc_tracker.queries.revisions import forget_revisions


def raise_revision(session: Session, name: str) -> None:
    """Say that what is remembered under `name` ('agencies', 'catalogue', 'calendar') has changed."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Revision)
    statement = insert.values(name=name, number=1)
    session.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"number": Revision.number + 1})
    )
    forget_revisions(session)
