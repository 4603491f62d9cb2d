"""How a connection to PostgreSQL behaves: what it is told, how reading costs it little, and what it notices.

Loaded by `engine.make_engine` for an address of PostgreSQL, by nobody else: its driver is not small.
"""

from collections.abc import Callable
from contextlib import closing
from select import POLLIN, poll
from threading import Event
from time import monotonic
from typing import Any, cast

import psycopg
from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.exc import InvalidatePoolError

from tthc_tracker.engine import IN_LINE, LENT, UNCONFIRMED, PoolerMistakenError, unconfirmed_commits
from tthc_tracker.models.base import UNHEEDED
from tthc_tracker.pgconnection import Postgresql
from tthc_tracker.wording.moving import POOLER_LENDS, POOLER_UNSAID

_RESTS_SINCE = "rests since"
ASKED_AFTER = 1.0
"""Seconds of rest after which a connection is asked whether it is still there."""

_POSTGRESQL = (
    "timezone=UTC",
    "lock_timeout=5s",
    "statement_timeout=60s",
    # To plan took longer than to run: a row of a list joins nine small tables to a page of dossiers. They are
    # written in the order they are best joined; nothing of ours is worth compiling (docs/measurements.md).
    "jit=off",
    "join_collapse_limit=4",
    "random_page_cost=1.1",  # of disks without arms; at 4 whole catalogues are read to join fifty rows
)

# A server that vanished without hanging up is given up after some seconds, not after the kernel's two hours.
_NOTICES_THE_DEAD = {
    "connect_timeout": 5, "tcp_user_timeout": 15_000,
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
}  # fmt: skip

# What a connection has prepared is of another form by now, or gone: a schema was changed beside it.
_PREPARED_IN_VAIN = (psycopg.errors.FeatureNotSupported, psycopg.errors.InvalidSqlStatementName)

POOLER = "pgbouncer"
"""In the query of an address: `?pgbouncer=transaction` (or session), as its pool_mode."""
_REFUSED_BY_A_POOLER = "unsupported startup parameter"
_WHICH_SERVER = "SELECT pg_backend_pid() || ' of ' || pg_postmaster_start_time()"
_LOOKS, _LOOK = 3, 2000
"""How often it is looked whether a server is lent to two, and milliseconds that a look may take."""


class _PlainLimits(PGCompiler_psycopg):
    """Writes how many rows are wanted as a number. Of a parameter the server expects a tenth of all rows: a
    plan for that looks so dear that it plans anew each time, which takes longer than fifty rows do."""

    def limit_clause(self, select: Any, **how: Any) -> str:
        written: Callable[..., str] = super().limit_clause
        return written(select, **how | {"literal_execute": True})


def _look_who_answers(engine: Engine, pool_mode: str) -> None:
    """Have each new connection looked at: who answers must be what the address says."""
    stays = Event()  # a server stays with whoever it was given to: seen once, that holds

    @event.listens_for(engine, "do_connect")
    def do_connect(_dialect: Any, _record: Any, arguments: Any, parameters: Any) -> Any:
        raw = _greeted(arguments, parameters)
        if not pool_mode:
            return _that_is_the_server(raw)
        if pool_mode == "session" and not stays.is_set() and _keeps_its_server(raw, arguments, parameters):
            stays.set()
        return raw


def _watch_postgresql(engine: Engine, pool_mode: str) -> None:
    """Where PgBouncer lends a server for a transaction nothing can be told to a connection."""
    engine.dialect.statement_compiler = _PlainLimits

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        # psycopg forgets it with a rollback only, and a unit without a transaction has none.
        if isinstance(context.original_exception, _PREPARED_IN_VAIN):
            context.is_disconnect = True

    @event.listens_for(engine, "connect")
    def on_connect(raw: Any, record: Any) -> None:
        def on_notice(diagnostic: Any) -> None:
            if "synchronous replication" in (diagnostic.message_primary or ""):
                record.info[UNCONFIRMED] = unconfirmed_commits(record.info) + 1

        raw.add_notice_handler(on_notice)
        if pool_mode == "transaction":
            return
        # Not among `options`: libpq would take a server for one that cannot write (target_session_attrs).
        raw.autocommit = True
        raw.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        raw.autocommit, raw.read_only = False, False  # whoever begins a unit says that he writes


def _greeted(arguments: Any, parameters: Any) -> Any:
    """A new connection.

    Raises:
        PoolerMistakenError: who answers takes no `options`: no server does that.
    """
    try:
        return Postgresql.connect(*arguments, **parameters)
    except psycopg.OperationalError as error:
        if _REFUSED_BY_A_POOLER in str(error):
            raise PoolerMistakenError(POOLER_UNSAID) from error
        raise


def _that_is_the_server(raw: Any) -> Any:
    """The connection; whoever is lent a server by turns would tell others' servers what is meant for his.

    Raises:
        PoolerMistakenError: the process that answers is not the one that greeted.
    """
    raw.autocommit = True
    answers = raw.execute("SELECT pg_backend_pid()").fetchone()
    raw.autocommit = False
    if answers != (raw.info.backend_pid,):
        raw.close()
        raise PoolerMistakenError(POOLER_UNSAID)
    return raw


def _keeps_its_server(raw: Any, arguments: Any, parameters: Any) -> bool:
    """Whether it was seen that a pooler leaves this connection its server; not, where there was no room.

    A second connection is never given the same one then. A pooler that lends for a transaction gives out
    first what was last given back.

    Raises:
        PoolerMistakenError: one server answered both.
    """
    raw.autocommit = True
    try:
        with closing(Postgresql.connect(*arguments, **parameters)) as other:
            lent = any(_same_server_answers(raw, other) for _ in range(_LOOKS))
    except psycopg.OperationalError:
        return False
    finally:
        raw.autocommit = False
    if lent:
        raw.close()
        raise PoolerMistakenError(POOLER_LENDS)
    return True


def _same_server_answers(raw: Any, other: Any) -> bool:
    """Whether the server that has just answered one connection answers the other.

    Raises:
        OperationalError: the other waits, because every server is kept by somebody.
    """
    (mine,) = raw.execute(_WHICH_SERVER).fetchone()
    other.pgconn.send_query(_WHICH_SERVER.encode())
    line = poll()
    line.register(other.pgconn.socket, POLLIN)
    if not line.poll(_LOOK):
        raise psycopg.OperationalError("no server is free")
    answer, _end = other.pgconn.get_result(), other.pgconn.get_result()
    return bool(answer.get_value(0, 0) == mine.encode())


def _tell_cursors(engine: Engine) -> None:
    """Have a cursor know of what nobody heeds, and a connection that its unit reads in line."""

    @event.listens_for(engine, "before_cursor_execute")
    def on_statement(
        _connection: Any, cursor: Any, _text: str, _values: Any, context: Any, _many: bool
    ) -> None:
        if UNHEEDED.items() <= context.execution_options.items():
            cursor.unheeded = True
        if context.execution_options.get(IN_LINE):
            cursor.connection.go_on()


def _ask_after_a_rest(engine: Engine) -> None:
    """Have the pool give out what still leads to its server, without asking a connection just used."""

    @event.listens_for(engine, "checkin")
    def on_checkin(_raw: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(raw: Any, record: Any, _held: Any) -> None:
        since = record.info.pop(_RESTS_SINCE, None)
        if since is not None and not _is_there(engine, raw, monotonic() - since):
            raise InvalidatePoolError


def _is_there(engine: Engine, raw: Any, rested: float) -> bool:
    """Whether a connection of the pool still leads to its server; asked only where it has rested."""
    if rested < ASKED_AFTER:
        return not cast(Postgresql, raw).is_cut()
    try:
        return engine.dialect.do_ping(raw)
    except psycopg.Error:
        return False


def _asked_of_a_connection(pool_mode: str) -> dict[str, Any]:
    """What the driver is told of its connections: PgBouncer takes no settings, they stand on the roles, and
    where it lends a server for a transaction nothing that was prepared is there in the next."""
    if not pool_mode:
        return {"options": " ".join(f"-c {setting}" for setting in _POSTGRESQL)}
    return {"prepare_threshold": None} if pool_mode == "transaction" else {}


def make(url: URL, **options: Any) -> Engine:
    """The engine for an address of PostgreSQL."""
    pool_mode = str(url.query.get(POOLER, ""))
    engine = create_engine(
        url.difference_update_query([POOLER]),
        connect_args=_NOTICES_THE_DEAD | _asked_of_a_connection(pool_mode),
        execution_options={LENT: pool_mode == "transaction"},
        pool_size=5,
        max_overflow=5,
        pool_timeout=5,
        hide_parameters=True,
        **options,
    )
    _look_who_answers(engine, pool_mode)
    _watch_postgresql(engine, pool_mode)
    _tell_cursors(engine)
    _ask_after_a_rest(engine)
    return engine
