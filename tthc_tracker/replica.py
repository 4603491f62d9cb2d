"""A hot standby from which pages are read: whether it may be, and how it stands (decisions 0044, 0094)."""

import logging
from dataclasses import dataclass
from math import inf
from time import monotonic

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from tthc_tracker.engine import PoolerMistakenError, for_reading, make_engine

log = logging.getLogger(__name__)

# What is not flushed is sent to no standby; where nobody writes, a standby comes as far as this.
_WRITTEN = text("SELECT CAST(pg_current_wal_flush_lsn() AS text)")
# A server that is no standby has all there is. That one has replayed all it was sent says nothing of what the
# primary has: over a slow line that may be hours more.
_STANDS = text("""
    SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= CAST(:seen AS pg_lsn),
           NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn),
           extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
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

    LEFT_ALONE = 15  # seconds after it, or the primary, could not be reached
    BEHIND = 60.0  # seconds; further behind it is not read
    LOOKED_AT = 5  # seconds between two looks at how far behind it is, where nobody asks how far it has come

    def __init__(self, url: str, primary: Engine) -> None:
        self.engine = make_engine(url)
        self._sessions = sessionmaker(for_reading(self.engine, in_line=True), expire_on_commit=False)
        self._gone_until = 0.0
        self._look_at = 0.0
        self._standing = Standing()
        self._primary = for_reading(primary)
        self._ask_at = 0.0
        self._written: tuple[str | None, float] = (None, -inf)  # what the primary had, and when it was asked
        self._level_at = -inf  # when the primary had no more than this one has replayed

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
        written, at = self._ask_primary()
        given = {"seen": seen or _ANYWHERE, "written": written}
        has_come, is_level, age = session.execute(_STANDS, given).one()
        behind = self._behind(at, bool(is_level), inf if age is None else float(age))
        before, self._standing = self._standing, Standing(behind, is_read=behind <= self.BEHIND)
        self._look_at = monotonic() + self.LOOKED_AT
        if before.is_read and not self._standing.is_read:
            log.warning("the standby for reading is too far behind", extra={"seconds": behind})
        elif self._standing.is_read and not before.is_read:
            log.warning("the standby for reading is read again", extra={"seconds": behind})
        return bool(has_come)

    def _ask_primary(self) -> tuple[str | None, float]:
        """How far the primary has written (None: never heard), and when it was asked.

        Its last word counts while it does not answer: it could serve no page in place of the standby.
        """
        now = monotonic()
        if now >= self._ask_at:
            if self._written[0] is not None:  # others go by its last word meanwhile
                self._ask_at = now + self.LOOKED_AT
            try:
                with self._primary.connect() as connection:
                    self._written = (connection.execute(_WRITTEN).scalar_one(), now)
                self._ask_at = now + self.LOOKED_AT
            except (SQLAlchemyError, PoolerMistakenError) as error:
                self._ask_at = monotonic() + self.LEFT_ALONE
                reason = type(error).__name__
                log.warning("the primary does not say how far it has written", extra={"reason": reason})
        return self._written

    def _behind(self, at: float, is_level: bool, age: float) -> float:
        """Seconds it is behind, at most.

        at: when the primary had what it is compared with. age: seconds since the last transaction it replayed
        was committed, by the clocks of the two servers; long after a quiet night, when the first has just
        been written: then what counts is when it was level last.
        """
        if is_level:
            self._level_at = max(at, self._level_at)
            return 0.0
        return max(0.0, min(age, monotonic() - self._level_at))

    def _leave_alone(self, error: Exception) -> None:
        reason = type(error).__name__
        self._gone_until = monotonic() + self.LEFT_ALONE
        self._standing = Standing(inf, reason, is_read=False)
        self._level_at = -inf  # it may come back as an older copy
        log.warning("the standby for reading is left alone", extra={"reason": reason})
