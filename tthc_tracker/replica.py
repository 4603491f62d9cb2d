"""A hot standby from which pages are read: whether it may be, and how it stands (decisions 0044, 0094)."""

import logging
from dataclasses import dataclass
from math import inf
from time import monotonic

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from tthc_tracker.engine import PoolerMistakenError, for_reading, make_engine

log = logging.getLogger(__name__)

# A server that is no standby has all that it says it has. One that has replayed what it was sent, and is sent
# more, is behind by nothing, however long ago anybody wrote; else it is as old as what it replayed last.
_STANDS = text("""
    SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= CAST(:seen AS pg_lsn),
           CASE WHEN NOT pg_is_in_recovery() THEN 0
                WHEN pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn()
                     AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
""")
_ANYWHERE = "0/0"


@dataclass(frozen=True)
class Standing:
    """How the standby stands. behind: seconds, infinite where it cannot say. fault: why it is not reached."""

    behind: float = 0.0
    fault: str = ""
    is_read: bool = True


class Replica:
    """A hot standby for reading. It may lag or be gone: then the database itself is asked.

    Whoever has written is served from it once it has replayed what he wrote; nobody while it is far behind.
    """

    LEFT_ALONE = 15  # seconds after it could not be reached
    BEHIND = 60.0  # seconds; further behind it is not read
    LOOKED_AT = 5  # seconds between two looks at how far behind it is, where nobody asks how far it has come

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._sessions = sessionmaker(for_reading(self.engine, in_line=True), expire_on_commit=False)
        self._gone_until = 0.0
        self._look_at = 0.0
        self._standing = Standing()

    def session(self, seen: str) -> Session | None:
        """A session on it, or None while it is not there, is far behind, or has not come as far as `seen` (a
        position in the log, empty for anywhere); the caller closes it."""
        if monotonic() < self._gone_until:
            return None
        session = self._sessions()
        try:
            has_come = self._look(session, seen) if seen or monotonic() >= self._look_at else True
            if has_come and self._standing.is_read:
                session.connection()
                return session
        except (DBAPIError, PoolerMistakenError) as error:
            self._leave_alone(error)
        session.close()
        return None

    def standing(self) -> Standing:
        """How it stands now; what was found last while it is left alone."""
        if monotonic() >= self._gone_until:
            with self._sessions() as session:
                try:
                    self._look(session, _ANYWHERE)
                except (DBAPIError, PoolerMistakenError) as error:
                    self._leave_alone(error)
        return self._standing

    def _look(self, session: Session, seen: str) -> bool:
        """Ask it how it stands, keep that; whether it has come as far as `seen`."""
        has_come, said = session.execute(_STANDS, {"seen": seen or _ANYWHERE}).one()
        behind = inf if said is None else max(0.0, float(said))
        before, self._standing = self._standing, Standing(behind, is_read=behind <= self.BEHIND)
        self._look_at = monotonic() + self.LOOKED_AT
        if before.is_read and not self._standing.is_read:
            log.warning("the standby for reading is too far behind", extra={"seconds": behind})
        elif self._standing.is_read and not before.is_read:
            log.warning("the standby for reading is read again", extra={"seconds": behind})
        return bool(has_come)

    def _leave_alone(self, error: Exception) -> None:
        reason = type(error).__name__
        self._gone_until = monotonic() + self.LEFT_ALONE
        self._standing = Standing(inf, reason, is_read=False)
        log.warning("the standby for reading is left alone", extra={"reason": reason})
