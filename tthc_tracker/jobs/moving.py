"""From the embedded SQLite file to PostgreSQL: rows carried, made findable, and held against each other.

The file is left as it is. Nobody writes to it meanwhile: the move holds its one right to write.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from tthc_tracker import migrating
from tthc_tracker.engine import make_engine
from tthc_tracker.jobs.work import LEASE, JobFault
from tthc_tracker.queries import archives, trailchecks
from tthc_tracker.queries.demo import is_untouched
from tthc_tracker.queries.trailchecks import Report, Span
from tthc_tracker.queries.unhurried import take_time
from tthc_tracker.services import leases, moving, search
from tthc_tracker.services.moving import Proof
from tthc_tracker.services.trailkeys import Keyring
from tthc_tracker.wording import moving as words

Say = Callable[[int], None]  # so many rows more have been carried, or held against each other


@dataclass(frozen=True)
class Moved:
    """What was found when all was carried: a proof a table, and the trail as either side tells it."""

    proofs: tuple[Proof, ...]
    trail_here: Report
    trail: Report

    @property
    def whole(self) -> bool:
        """Whether the target may take the place of the file. What was broken before is not the move's."""
        return all(proof.same for proof in self.proofs) and self.trail == self.trail_here


def open_target(source: Engine, url: str) -> Engine:
    """The engine of the target, its schema that of this code.

    Raises:
        JobFault: the source is no SQLite file at the schema of this code, or the target no PostgreSQL.
    """
    if source.dialect.name != "sqlite":
        raise JobFault(words.FROM_SQLITE)
    with source.connect().execution_options(readonly=True) as connection:
        if migrating.current(connection) != migrating.head():
            raise JobFault(words.UPGRADE_FIRST)
    if not url.startswith("postgresql+psycopg://"):
        raise JobFault(words.TO_POSTGRESQL)
    target = make_engine(url)
    migrating.upgrade(target)
    return target


def rows_of(source: Engine) -> int:
    """How many rows there are to carry."""
    with source.connect().execution_options(readonly=True) as connection:
        return sum(moving.count(connection, table) for table in moving.tables())


def move(source: Engine, target: Engine, keyring: Keyring, *, carried: Say, compared: Say) -> Moved:
    """Carry what is not there yet, then look at every row on both sides and at the whole trail.

    Stopped at any moment and called again, it goes on from where it was. The marks of the move stay in the
    target until both sides are the same.

    Raises:
        JobFault: the scheduler runs, a year is archived, the target is in use, or the source has changed
            since the move began.
    """
    with source.connect() as here, here.begin():  # holds the right to write until the end
        _refuse_while_served(here)
        _refuse_archived(here)
        _begin(target, _mark(here))
        _carry(here, target, carried)
        proofs = tuple(_compare(here, target, compared))
        moved = Moved(proofs, _trail(here, keyring), _trail(target, keyring))
    if moved.whole:
        with target.begin() as there:
            moving.end(there)
    return moved


def _refuse_while_served(here: Connection) -> None:
    with Session(here, join_transaction_mode="create_savepoint") as session:
        if not leases.is_free(session, LEASE):
            raise JobFault(words.STOP_SCHEDULER)


def _refuse_archived(here: Connection) -> None:
    """A target lets numbers go on behind the last that it holds: those of an archive would be given again."""
    with Session(here, join_transaction_mode="create_savepoint") as session:
        if away := archives.archived_years(session):
            raise JobFault(words.ARCHIVED.format(years=", ".join(map(str, away))))


def _mark(here: Connection) -> str:
    """What changes with anything that is written to history, whichever file it stands in."""
    with Session(here, join_transaction_mode="create_savepoint") as session:
        heads = trailchecks.heads(session)
    return hashlib.sha256(repr(heads).encode()).hexdigest()


def _begin(target: Engine, mark: str) -> None:
    with target.begin() as there:
        begun = moving.begun(there)
        if begun is None:
            with Session(there, join_transaction_mode="create_savepoint") as session:
                if not is_untouched(session):
                    raise JobFault(words.TARGET_IN_USE)
            moving.empty(there)
            moving.begin(there, mark)
        elif begun != mark:
            raise JobFault(words.SOURCE_CHANGED)


def _carry(here: Connection, target: Engine, carried: Say) -> None:
    for table in moving.tables():
        with target.connect() as there:
            reached = moving.reached(there, table)
        carried(reached.rows)
        while not reached.done:
            before = reached.rows
            with target.begin() as there:
                take_time(there)
                reached = moving.carry(here, there, table)
            carried(reached.rows - before)
    with target.begin() as there:
        take_time(there)
        moving.go_on_counting(there)
    _index(target)


def _index(target: Engine) -> None:
    """The index is made anew: each database has one of its own kind."""
    with Session(target) as session, session.begin():
        take_time(session)
        search.forget_all(session)
    after: int | None = 0
    while after is not None:
        with Session(target) as session, session.begin():
            take_time(session)
            after = search.index_from(session, after, moving.ROWS)


def _compare(here: Connection, target: Engine, compared: Say) -> list[Proof]:
    proofs = []
    with target.connect() as there:
        take_time(there)
        for table in moving.tables():
            proof, before = Proof(table.name), 0
            for proof in moving.compare(here, there, table):
                compared(proof.looked_at - before)
                before = proof.looked_at
            proofs.append(proof)
    return proofs


def _trail(side: Connection | Engine, keyring: Keyring) -> Report:
    with Session(side, join_transaction_mode="create_savepoint") as session:
        take_time(session)
        return trailchecks.verify(session, keyring.all(), Span())
