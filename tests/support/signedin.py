"""Open sessions written straight into the database, for visitors who need not sign in first."""

import datetime as dt
import secrets

from sqlalchemy.orm import Session

from tthc_tracker.models.account import LoginSession
from tthc_tracker.services.logins import token_hash


def sign_in(session: Session, user_id: int, now: dt.datetime) -> str:
    """The token of a new session's cookie."""
    token = secrets.token_hex(32)
    session.add(
        LoginSession(
            id_hash=token_hash(token), user_id=user_id, auth_version=1, created_at=now, last_seen_at=now,
            expires_at=now + dt.timedelta(hours=12),
        )
    )  # fmt: skip
    return token
