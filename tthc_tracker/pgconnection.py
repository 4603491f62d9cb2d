"""A connection to PostgreSQL that waits for as few answers as it can (decisions 0063, 0083, 0091)."""

import logging
from collections.abc import Generator
from contextlib import suppress
from functools import lru_cache
from select import POLLIN, poll
from time import monotonic
from typing import Any, Self

import psycopg
from psycopg._queries import PostgresQuery, _query2pg_nocache
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

log = logging.getLogger(__name__)

_LONGEST_KEPT = 16_384
"""Letters of a statement that is kept as the server takes it."""
_COLUMNS_OF = 500
"""Statements whose columns a connection keeps in mind."""
_PATIENCE = 0.05
"""Seconds that an unwanted statement has before it is cancelled the first time; doubled each time."""
_CANCELLING = 2.0
"""Seconds that the server has to take note of it."""
_STOPPED = (psycopg.errors.QueryCanceled, psycopg.errors.PipelineAborted)
"""What a statement says that was cancelled, and those of its packet behind it."""


@lru_cache(maxsize=256)
def _written(query: str, encoding: str) -> tuple[Any, ...]:
    return _query2pg_nocache(query.encode(encoding), encoding)


class _Query(PostgresQuery):
    """A statement as the server takes it, written once.

    psycopg keeps none of more than 4 KiB or fifty values: it takes them for rows put together, all different.
    Ours is put together once by SQLAlchemy, and the longest are those of every page.
    """

    def convert(self, query: Any, vars: Any) -> None:  # noqa: A002 (psycopg's name)
        """Put the values in the places of the statement."""
        if vars is None or not isinstance(query, str) or len(query) > _LONGEST_KEPT:
            super().convert(query, vars)
            return
        self.query, self._want_formats, self._order, self._parts = _written(query, self._tx.encoding)
        self.dump(vars)


class _Line(psycopg.Pipeline):
    """The statements of a unit that are under way, in their order.

    What is asked is put down, and sent with whatever is first waited for, or pushed: one packet there and one
    back, where psycopg sends each by itself and waits for all. Each push ends with a Sync, so that what is
    read without a transaction stays so.
    """

    def __init__(self, connection: "Postgresql") -> None:
        super().__init__(connection)
        self.level, self.pushed = 1, True
        self.pgconn.enter_pipeline_mode()

    def _communicate_gen(self) -> Generator[Any, Any, None]:
        self._put_down()
        yield from ()

    def _put_down(self) -> None:
        while self.command_queue:
            self.command_queue.popleft()()
            self.pushed = False

    def push(self) -> None:
        """Send what was asked, so that the server is at it."""
        if not self.pushed:
            self._enqueue_sync()
            self._put_down()
            self.pushed = True

    def wait_for(self, cursor: "_Cursor") -> None:
        """Wait until a statement is answered, and for nothing behind it.

        Raises:
            Error: it has failed, or one before it whose answer nobody has wanted yet.
        """
        self.push()
        with self._lock:
            self._conn.wait(self._answers(cursor))

    def _answers(self, cursor: "_Cursor | None" = None) -> Generator[Any, Any, None]:
        yield from send(self.pgconn)
        while (queue := self.result_queue) and (cursor is None or cursor.pgresult is None or not queue[0]):
            yield from self._next()

    def _next(self) -> Generator[Any, Any, None]:
        answer = yield from fetch_many(self.pgconn)
        self._process_results(self.result_queue.popleft(), answer)

    def leave(self) -> None:
        """Wait for all that is left.

        Raises:
            Error: the first that has failed.
        """
        faults: list[psycopg.Error] = []
        self.push()
        while self.result_queue and self.pgconn.status != ConnStatus.BAD:
            try:
                with self._lock:
                    self._conn.wait(self._answers())
            except psycopg.Error as fault:
                faults.append(fault)
        if self.pgconn.status != ConnStatus.BAD:
            self.pgconn.exit_pipeline_mode()
        if faults:
            raise faults[0]

    def drop(self) -> bool:
        """Leave a line that only reads without what is left in it, which nobody wants any more.

        What does not answer soon is cancelled, each statement whose turn it is, until the server has answered
        them all: what is asked next over the connection meets none of it. A cancelling that the server has
        not confirmed may still come later, upon somebody else's statement: that connection is closed.

        Returns:
            False where it was closed.
        """
        unwanted = sum(queued is not None for queued in self.result_queue)
        try:
            cancelled, faults = self._drain()
            if self.pgconn.status != ConnStatus.BAD:
                self.pgconn.exit_pipeline_mode()
        except psycopg.Error as fault:
            self.pgconn.finish()
            log.warning("connection given up", extra={"unwanted": unwanted, "kind": type(fault).__name__})
            return False
        if unwanted:
            told = {"unwanted": unwanted, "cancelled": cancelled, "kinds": sorted(faults)}
            log.log(logging.WARNING if faults else logging.INFO, "statements dropped", extra=told)
        return True

    def _drain(self) -> tuple[int, set[str]]:
        """How often the server was told to stop, and the kinds of what failed of itself."""
        self.push()
        with self._lock:
            self._conn.wait(send(self.pgconn))
        cancelled, patience, faults = 0, _PATIENCE, set()
        while self.result_queue:
            if not self._is_answered(patience):
                self._conn.cancel_safe(timeout=_CANCELLING)
                cancelled, patience = cancelled + 1, patience * 2
                continue
            try:
                with self._lock:
                    self._conn.wait(self._next())
            except psycopg.Error as fault:
                if self.pgconn.status == ConnStatus.BAD:
                    raise
                if not isinstance(fault, _STOPPED):
                    faults.add(type(fault).__name__)
        return cancelled, faults

    def _is_answered(self, patience: float) -> bool:
        """Whether the first of what is left is answered within so many seconds."""
        until, line = monotonic() + patience, poll()
        line.register(self.pgconn.socket, POLLIN)
        while self.pgconn.is_busy():
            left = until - monotonic()
            if left <= 0 or not line.poll(left * 1000):
                return False
            self.pgconn.consume_input()
        return True


class _Cursor(psycopg.Cursor[Any]):
    """A cursor that remembers which columns a statement has, and what has not to be waited for.

    While its connection goes on in one go, whoever asks waits when he wants rows, or how many were changed;
    SQLAlchemy asks for both at once, so what it is told of is kept from the first time on.
    """

    _query_cls = _Query
    connection: "Postgresql"
    unheeded = False
    _asked = ""

    def execute(self, query: Any, *parameters: Any, **how: Any) -> Self:
        """Send a statement, and wait for its answer unless the unit goes on in one go."""
        self._asked = query
        return super().execute(query, *parameters, **how)

    @property
    def description(self) -> Any:
        """Names and types of the columns, None where there are none."""
        known = self.connection.columns
        if self._is_under_way():
            if self._asked in known:
                return known[self._asked]
            self._fetch_pipeline()
        answer, found = self.pgresult, known.get(self._asked)
        if answer is None or not answer.nfields:
            found = None
        elif found is None or len(found) != answer.nfields:
            found = [_column(answer, number) for number in range(answer.nfields)]
        if len(known) >= _COLUMNS_OF:
            known.clear()
        known[self._asked] = found
        return found

    @property
    def rowcount(self) -> int:
        """How many rows it changed; -1 where nobody heeds that and it is still under way."""
        if self._is_under_way() and not self.unheeded and not self._asked.startswith("INSERT"):
            self._fetch_pipeline()
        return super().rowcount

    def _is_under_way(self) -> bool:
        return self.pgresult is None and self.connection.line is not None

    def _fetch_pipeline(self) -> None:
        """Called by psycopg before rows are given out."""
        if self._is_under_way():
            assert self.connection.line is not None
            self.connection.line.wait_for(self)


def _column(answer: PGresult, number: int) -> tuple[Any, ...]:
    name = answer.fname(number)
    assert name is not None
    return (name.decode(), answer.ftype(number), None, None, None, None, None)


class Postgresql(psycopg.Connection[Any]):
    """A connection whose reading costs no round trip but its statements (decision 0063)."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.cursor_factory = _Cursor
        self.columns: dict[str, list[tuple[Any, ...]] | None] = {}
        self.line: _Line | None = None

    def go_on(self) -> None:
        """Wait for no answer of this unit before it is wanted; its last statements go with the commit.

        A fault is told when the next answer is waited for, at the latest by the commit.
        """
        if self.line is None:
            self.line = self._pipeline = _Line(self)

    def push(self) -> bool:
        """Have the server begin with what was asked; False where everything asked is answered already."""
        if self.line is None:
            return False
        self.line.push()
        return True

    def _leave_the_line(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            try:
                line.leave()
            finally:
                self._pipeline = None

    def commit(self) -> None:
        """End the unit with all it has done; what is still under way comes first."""
        if self.line is None or self.autocommit:
            self._leave_the_line()
            super().commit()
            return
        self.execute("COMMIT", prepare=False)
        self._leave_the_line()

    def rollback(self) -> None:
        """End the unit; a sound one that could only read has nothing to undo, and wants nothing any more.

        psycopg forgets what it has prepared at every rollback, for what was made in a transaction may be gone
        with it: whoever only read, or was refused in words, would plan anew (decisions 0045 and 0088). No
        unit of ours makes tables, and one that failed is ended the driver's way.
        """
        line = self.line
        if line is not None and self.autocommit and self.read_only:
            self.line = self._pipeline = None
            if not line.drop():
                return
        with suppress(psycopg.Error):
            self._leave_the_line()
        sound = self.info.transaction_status == TransactionStatus.INTRANS
        if sound and self.read_only:
            self.commit()
        elif not sound or self.pgconn.exec_(b"ROLLBACK").status != ExecStatus.COMMAND_OK:
            super().rollback()

    def is_cut(self) -> bool:
        """Whether the server has hung up, as far as can be seen without asking it: to one that has asked
        nothing it only says goodbye, or that its settings have changed."""
        line = poll()
        line.register(self.pgconn.socket, POLLIN)
        return bool(line.poll(0))
