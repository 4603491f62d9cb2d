"""Put a year into a schema of its own on PostgreSQL, and bring it back row by row (decision 0090).

One transaction each way: whatever is not proved the same undoes all of it. Only the owner of the tables can;
nobody writes meanwhile, for every table of the year is held from the first look on.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, insert, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotAllowed, NotNow
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.models.archive import ArchivedCode, ArchivedFact, ArchivedTable, ArchivedYear
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import DossierFact, FactLedger, FactQueue
from tthc_tracker.models.history import DossierEvent, DossierTransfer
from tthc_tracker.models.match import Sighting
from tthc_tracker.queries import (
    accounts,
    archives,
    operations,
    personalrequests,
    retention,
    scoping,
    yearclosure,
)
from tthc_tracker.queries.archives import name_in, schema_of
from tthc_tracker.queries.unhurried import take_time
from tthc_tracker.services import archivetables as ddl
from tthc_tracker.services import audit, dailyfacts, leases, search, yearproofs, yearreturns
from tthc_tracker.services.personalrequests import KEPT
from tthc_tracker.services.yearproofs import Proof, Say
from tthc_tracker.wording import years as words
from tthc_tracker.wording.formats import day

LEAST_YEARS = 2
"""Whole years kept behind the last end: tables are held beside the year before, and ages of what is late
reach back one more."""

INDEXED_AT_ONCE = 5_000

PARTITIONED = (Dossier.__tablename__, DossierEvent.__tablename__)


@dataclass(frozen=True)
class Done:
    """What was moved, or would be."""

    year: int
    proofs: tuple[Proof, ...]

    @property
    def dossiers(self) -> int:
        """How many dossiers."""
        return next(proof.rows for proof in self.proofs if proof.table == Dossier.__tablename__)

    @property
    def rows(self) -> int:
        """How many rows of all tables."""
        return sum(proof.rows for proof in self.proofs)


@dataclass(frozen=True)
class Asked:
    """Which year, on whose word (a user name), how many whole years it must lie behind."""

    year: int
    by: str
    keep: int = LEAST_YEARS
    with_uncollected: bool = False
    dry_run: bool = False


# --- there


def archive(session: Session, asked: Asked, *, revision: str, now: dt.datetime, say: Say = bool) -> Done:
    """Move a year's rows to `archive_YEAR`, in the transaction of the caller; of a dry run, only say which.

    revision: of the schema that the rows are in. say: told how many more rows were read.

    Raises:
        NotNow: why it cannot be, and what to do; nothing is changed. NotAllowed: not an administrator's word.
    """
    by_id = _entitled(session, asked.by)
    connection = _opened(session)
    _refuse_what_is_known(session, asked.year)
    _refuse(session, asked, now)
    before = [
        yearproofs.live(connection, table, asked.year, table.c.keys(), say) for table in yearclosure.tables()
    ]
    done = Done(asked.year, tuple(before))
    if asked.dry_run:
        return done
    _note_archived(session, done, by_id, revision, now)
    ddl.create(connection, schema_of(asked.year))
    own = ddl.parts(connection, asked.year)
    copied = [table for table in yearclosure.tables() if table.name not in own]
    for table in copied:
        ddl.lay_down(connection, table, asked.year)
    ddl.take_out(connection, copied, asked.year)
    for name in reversed(PARTITIONED):
        if name in own:
            ddl.detach(connection, name, own[name], schema_of(asked.year))
    search.forget_between(session, *yearclosure.bounds(asked.year))
    _compare(connection, asked.year, before, say)
    ddl.guard_again(connection)
    return done


def _compare(connection: Connection, year: int, before: Sequence[Proof], say: Say) -> None:
    for table, proof in zip(yearclosure.tables(), before, strict=True):
        there = yearproofs.reflected(connection, schema_of(year), name_in(connection, table.name, year))
        if yearproofs.laid_down(connection, table, there, proof.columns, say) != proof:
            raise NotNow(words.DIFFERS.format(table=table.name))


def _note_archived(session: Session, done: Done, by_id: int, revision: str, now: dt.datetime) -> None:
    """What stays: proofs, codes, what is added to the statistics."""
    session.add(ArchivedYear(year=done.year, at=now, by_id=by_id, revision=revision))
    session.flush()
    session.add_all(
        ArchivedTable(
            year=done.year, name=proof.table, columns=list(proof.columns), rows=proof.rows, hash=proof.hash
        )
        for proof in done.proofs
    )
    session.flush()
    connection = session.connection()
    for statement in _codes(done.year):
        connection.execute(statement)
    its = yearclosure.within(DossierFact.dossier_id, done.year)
    facts = select(DossierFact.dossier_id, DossierFact.added).where(its)
    connection.execute(insert(ArchivedFact).from_select(["dossier_id", "added"], facts))
    _note(session, "year_archived", done, by_id, now)


def _codes(year: int) -> Iterator[postgresql.Insert]:
    """Every code of the year by whichever table knows it, with the source that calls it so."""
    names = [column.name for column in Base.metadata.tables[ArchivedCode.__tablename__].c]
    for table in yearclosure.tables():
        if not {"code", "source_id"} <= set(table.c.keys()):
            continue
        number = yearclosure.numbers(table)[0]
        rows = (
            select(
                table.c.code, table.c.source_id, literal(year), Dossier.id, Dossier.receiving_agency_id,
                Dossier.resolving_agency_id, Dossier.returning_agency_id,
            )
            .join(Dossier, Dossier.id == number)
            .where(yearclosure.within(number, year))
            .distinct()
        )  # fmt: skip
        if table.name == Dossier.__tablename__:
            rows = select(
                Dossier.code, Dossier.source_id, literal(year), Dossier.id, Dossier.receiving_agency_id,
                Dossier.resolving_agency_id, Dossier.returning_agency_id,
            ).where(yearclosure.within(Dossier.id, year))  # fmt: skip
        yield postgresql.insert(ArchivedCode).from_select(names, rows).on_conflict_do_nothing()


def _note(session: Session, action: str, done: Done, by_id: int, now: dt.datetime) -> None:
    tables = {proof.table: [proof.rows, proof.hash] for proof in done.proofs}
    facts = {"dossiers": done.dossiers, "rows": done.rows, "tables": tables}
    audit.note(session, action, actor_id=by_id, now=now, object_type="year", object_id=done.year, facts=facts)


# --- what is refused


def _entitled(session: Session, username: str) -> int:
    found = accounts.credentials_by_login(session, username.strip().lower())
    held = accounts.rights_of(session, found.user_id).memberships if found and found.active else ()
    keeping = [one.agency_id for one in held if Permission.MANAGE_CATALOGUE in one.permissions]
    if found is None or not scoping.scope_of(session, keeping).all:
        raise NotAllowed(words.NOT_HIS.format(name=username))
    return found.user_id


def _opened(session: Session) -> Connection:
    """A transaction that takes its time, in which triggers keep still and nobody else writes.

    Raises:
        NotNow: no PostgreSQL, not the owner of its tables, or the scheduler runs.
    """
    if session.get_bind().dialect.name != "postgresql":
        raise NotNow(words.ONLY_POSTGRESQL)
    connection = session.connection()
    take_time(session)
    if not ddl.owns(connection):
        raise NotNow(words.NOT_OWNER)
    if not leases.is_free(session, operations.LEASE):
        raise NotNow(words.STOP_FIRST)
    ddl.keep_still(connection)
    yearproofs.write_alike(connection)
    return connection


def _refuse_what_is_known(session: Session, year: int) -> None:
    known = session.get(ArchivedYear, year)
    if known is not None:
        raise NotNow(words.ALREADY.format(year=year, day=day(known.at)))
    if archives.exists(session.connection(), schema_of(year)):
        raise NotNow(words.SCHEMA_THERE.format(schema=schema_of(year)))


def _refuse(session: Session, asked: Asked, now: dt.datetime) -> None:
    year, its = asked.year, yearclosure.within(Dossier.id, asked.year)
    if not ddl.has_rows(session.connection(), year):
        raise NotNow(words.NOTHING.format(year=year))
    _refuse_some(session, words.STILL_OPEN, year, Dossier.closed_at.is_(None))
    last = session.execute(select(func.max(Dossier.closed_on)).where(its)).scalar_one() or now.date()
    behind = max(last.year, year) + max(asked.keep, LEAST_YEARS)
    if behind >= now.year:
        keep = max(asked.keep, LEAST_YEARS)
        raise NotNow(words.TOO_YOUNG.format(year=year, last=day(last), keep=keep, first=behind + 1))
    if not asked.with_uncollected:
        _refuse_some(session, words.UNCOLLECTED, year, Dossier.state == State.FINISHED)
    _refuse_some(session, words.PASSED_ON, year, exists().where(DossierTransfer.dossier_id == Dossier.id))
    _refuse_some(session, words.TERM_OVER, year, retention.over(session, now.date()))
    # Housekeeping forgets it after KEPT, and could not reach the rows of it that lie in an archive.
    _refuse_some(session, words.ASKED_FOR, year, personalrequests.asked_about(now - 2 * KEPT))
    standing = session.execute(select(FactLedger.standing).where(FactLedger.id == 1)).scalar_one_or_none()
    waits = select(FactQueue.id).where(yearclosure.within(FactQueue.dossier_id, year)).limit(1)
    if standing != dailyfacts.READY or session.execute(waits).first() is not None:
        raise NotNow(words.FACTS_WAIT)
    _refuse_merged(session, year)
    for table in filter(yearclosure.may_bind, yearclosure.tables()):
        bound = select(func.count()).select_from(table).where(yearclosure.binds_open(table, year))
        if found := session.connection().execute(bound).scalar_one():
            raise NotNow(words.BOUND.format(table=table.name, many=found, year=year))


def _refuse_merged(session: Session, year: int) -> None:
    """What was merged into a dossier of another year goes after it: only what is said beside the other's row
    keeps a source from being followed under the code that went over to it."""
    merged = select(Sighting.dossier_id // yearclosure.YEAR, Sighting.code).where(
        yearclosure.within(Sighting.merged_id, year), ~yearclosure.within(Sighting.dossier_id, year)
    )
    if (row := session.execute(merged.limit(1)).first()) is not None:
        raise NotNow(words.MERGED.format(code=row[1], year=year, other=row[0]))


def _refuse_some(session: Session, said: str, year: int, which: ColumnElement[bool]) -> None:
    wrong = and_(yearclosure.within(Dossier.id, year), which)
    many, code = session.execute(select(func.count(), func.min(Dossier.code)).where(wrong)).one()
    if many:
        raise NotNow(said.format(year=year, many=many, code=code))


# --- and back


def restore(session: Session, asked: Asked, *, revision: str, now: dt.datetime, say: Say = bool) -> Done:
    """Bring a year back, in the transaction of the caller: every row as it was, every constraint valid.

    Raises:
        NotNow: why it cannot be, and what to do; nothing is changed. NotAllowed: not an administrator's word.
    """
    by_id = _entitled(session, asked.by)
    connection = _opened(session)
    known = session.get(ArchivedYear, asked.year)
    if known is None:
        raise NotNow(words.NOT_ARCHIVED.format(year=asked.year))
    kept = _kept(session, asked.year)
    there = {
        table: _laid(connection, table, asked.year) for table in yearclosure.tables() if table.name in kept
    }
    for table, found in there.items():
        proof = kept[table.name]
        now_there = yearproofs.laid_down(connection, table, found, proof.columns, say)
        if now_there != proof:
            raise NotNow(
                words.CHANGED.format(
                    table=table.name, kept=proof.rows, hash=proof.hash[:16], rows=now_there.rows
                )
            )
        yearreturns.refuse(connection, table, found, proof, asked.year)
    yearreturns.refuse_lost(connection, there, asked.year)
    done = Done(asked.year, tuple(kept[table.name] for table in there))
    if asked.dry_run:
        return done
    _bring_back(connection, asked.year, there, kept, say)
    _forget(session, asked.year, requeue=known.revision != revision)
    ddl.drop(connection, schema_of(asked.year))
    _index(session, asked.year)
    _note(session, "year_restored", done, by_id, now)
    session.flush()
    ddl.guard_again(connection)
    return done


def _kept(session: Session, year: int) -> dict[str, Proof]:
    rows = session.execute(select(ArchivedTable).where(ArchivedTable.year == year)).scalars()
    return {row.name: Proof(row.name, tuple(row.columns), row.rows, row.hash) for row in rows}


def _laid(connection: Connection, table: Table, year: int) -> Table:
    name = name_in(connection, table.name, year)
    if not archives.exists(connection, schema_of(year), name):
        raise NotNow(words.GONE.format(schema=schema_of(year), table=name))
    return yearproofs.reflected(connection, schema_of(year), name)


def _bring_back(
    connection: Connection, year: int, there: Mapping[Table, Table], kept: Mapping[str, Proof], say: Say
) -> None:
    """Parts become parts again, or, where later rows of the year lie elsewhere, join these; then the rest."""
    elsewhere = ddl.has_rows(connection, year)
    for table, found in there.items():
        proof = kept[table.name]
        if found.name != table.name and not elsewhere:
            ddl.attach(connection, table, found, year)
            back = yearproofs.live(connection, table, year, proof.columns, say)
        else:
            rows = select(*(found.c[name] for name in proof.columns))
            connection.execute(insert(table).from_select(list(proof.columns), rows))
            back = yearproofs.beside(connection, table, found, proof.columns, say)
        if back != proof:
            raise NotNow(words.DIFFERS.format(table=table.name))


def _forget(session: Session, year: int, *, requeue: bool) -> None:
    """Nothing is archived of it any more. requeue: its facts are looked at again, for the schema is newer."""
    its = yearclosure.within(ArchivedFact.dossier_id, year)
    connection = session.connection()
    if requeue:
        connection.execute(
            insert(FactQueue).from_select(["dossier_id"], select(ArchivedFact.dossier_id).where(its))
        )
    connection.execute(delete(ArchivedFact).where(its))
    for model in (ArchivedCode, ArchivedTable, ArchivedYear):
        connection.execute(delete(model).where(model.year == year))
    session.expire_all()


def _index(session: Session, year: int) -> None:
    """Its dossiers are found again."""
    first, last = yearclosure.bounds(year)
    after: int | None = first - 1
    while after is not None and after < last:
        after = search.index_from(session, after, INDEXED_AT_ONCE)
