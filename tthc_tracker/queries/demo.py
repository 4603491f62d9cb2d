"""Whether a database has nothing in it yet that a demo would mix with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier


def is_untouched(session: Session) -> bool:
    """True if there is neither an account nor a dossier."""
    return all(session.execute(select(table.id).limit(1)).first() is None for table in (User, Dossier))
