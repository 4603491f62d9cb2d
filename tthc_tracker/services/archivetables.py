"""The tables of an archived year on PostgreSQL: made, filled, detached, attached, and their guards."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, TextClause, UniqueConstraint, delete, insert, select, text

from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import yearclosure
from tthc_tracker.queries.archives import schema_of
from tthc_tracker.services import yearproofs

# What is done is put together by the server, which knows how names are written.
_CREATE = text("SELECT format('CREATE SCHEMA %I', CAST(:schema AS text))")
_DROP = text("SELECT format('DROP SCHEMA %I CASCADE', CAST(:schema AS text))")
_LIKE = text(
    "SELECT format('CREATE TABLE %I.%I (LIKE %I)', CAST(:schema AS text), CAST(:name AS text),"
    " CAST(:name AS text))"
)
_KEY = text(
    "SELECT format('ALTER TABLE %I.%I ADD PRIMARY KEY (%s)', CAST(:schema AS text), CAST(:name AS text),"
    " string_agg(format('%I', named), ', ' ORDER BY place))"
    " FROM unnest(CAST(:key AS text[])) WITH ORDINALITY AS its (named, place)"
)
_STILL = text("SELECT format('ALTER TABLE %I DISABLE TRIGGER USER', CAST(:name AS text))")
_GUARDED = text("SELECT format('ALTER TABLE %I ENABLE TRIGGER USER', CAST(:name AS text))")
_INDEX = text(
    "SELECT format('CREATE INDEX %I ON %I (%I)', 'ix_archiving_' || CAST(:name AS text),"
    " CAST(:name AS text), CAST(:column AS text))"
)
_UNINDEX = text("SELECT format('DROP INDEX %I', 'ix_archiving_' || CAST(:name AS text))")
_DETACH = text(
    "SELECT format('ALTER TABLE %I DETACH PARTITION %I', CAST(:name AS text), CAST(:part AS text))"
)
_FREE = text(
    "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', CAST(:part AS text), conname) FROM pg_constraint"
    " WHERE conrelid = CAST(CAST(:part AS text) AS regclass) AND contype = 'f'"
    " AND conparentid = 0 ORDER BY conname"
)
_AWAY = text("SELECT format('ALTER TABLE %I SET SCHEMA %I', CAST(:part AS text), CAST(:schema AS text))")
_BACK = text(
    "SELECT format('ALTER TABLE %I.%I SET SCHEMA %I', CAST(:schema AS text), CAST(:part AS text),"
    " current_schema())"
)
_WIDEN = text(
    "SELECT format('ALTER TABLE %I.%I ADD COLUMN %I %s%s%s', CAST(:schema AS text), CAST(:part AS text),"
    " its.attname, format_type(its.atttypid, its.atttypmod),"
    " coalesce(' DEFAULT ' || pg_get_expr(given.adbin, given.adrelid), ''),"
    " CASE WHEN its.attnotnull THEN ' NOT NULL' ELSE '' END)"
    " FROM pg_attribute its LEFT JOIN pg_attrdef given "
    " ON (given.adrelid, given.adnum) = (its.attrelid, its.attnum)"
    " WHERE its.attrelid = CAST(CAST(:name AS text) AS regclass) AND its.attnum > 0 AND NOT its.attisdropped"
    " AND NOT its.attname = ANY (CAST(:there AS text[])) ORDER BY its.attnum"
)
_ATTACH = text(
    "SELECT format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', CAST(:name AS text),"
    " CAST(:part AS text), CAST(:first AS bigint), CAST(:next AS bigint))"
)
_OWNS = text("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'dossier'::regclass")
_PARTS = text(
    "SELECT above.relname, part.relname FROM pg_inherits"
    " JOIN pg_class above ON above.oid = inhparent JOIN pg_class part ON part.oid = inhrelid"
    " WHERE inhparent IN ('dossier'::regclass, 'dossier_event'::regclass)"
    " AND part.relname = above.relname || '_' || CAST(:year AS text)"
)
_FILLS = text(
    "SELECT atthasdef OR NOT attnotnull FROM pg_attribute"
    " WHERE attrelid = CAST(CAST(:name AS text) AS regclass) AND attname = :column"
)


def owns(connection: Connection) -> bool:
    """Whether this role owns the tables."""
    return bool(connection.execute(_OWNS).scalar_one())


def parts(connection: Connection, year: int) -> dict[str, str]:
    """The parts that hold this year alone, by their tables; none where its rows lie among other years'."""
    return {row[0]: row[1] for row in connection.execute(_PARTS, {"year": year})}


def has_rows(connection: Connection, year: int) -> bool:
    """Whether the tables that serve hold a dossier of a year."""
    its = select(Dossier.id).where(yearclosure.within(Dossier.id, year)).limit(1)
    return connection.execute(its).first() is not None


def fills_itself(connection: Connection, table: Table, column: str) -> bool:
    """Whether a row can be written without this column."""
    return bool(connection.execute(_FILLS, {"name": table.name, "column": column}).scalar_one())


# --- guards


def keep_still(connection: Connection) -> None:
    """Let no trigger hear of what is moved, until `guard_again`; each table is closed to writers thereby."""
    for table in yearclosure.tables():
        _do(connection, _STILL, name=table.name)


def guard_again(connection: Connection) -> None:
    """Every trigger does its work again."""
    for table in yearclosure.tables():
        _do(connection, _GUARDED, name=table.name)


# --- there


def create(connection: Connection, schema: str) -> None:
    """Make the schema of a year; nobody but its owner may look into it."""
    _do(connection, _CREATE, schema=schema)


def lay_down(connection: Connection, table: Table, year: int) -> None:
    """Copy the rows of a year into a table like theirs."""
    schema = schema_of(year)
    _do(connection, _LIKE, schema=schema, name=table.name)
    there = yearproofs.reflected(connection, schema, table.name)
    names = there.c.keys()
    live = Base.metadata.tables[table.name]
    rows = select(*(live.c[name] for name in names)).where(yearclosure.of_year(live, year))
    connection.execute(insert(there).from_select(names, rows))
    _do(connection, _KEY, schema=schema, name=table.name, key=[column.name for column in table.primary_key])


def take_out(connection: Connection, tables: Sequence[Table], year: int) -> None:
    """Delete the rows of a year, those that refer to others first. Where dossiers are deleted one by one, the
    server asks each table after each: what no index tells it gets one meanwhile."""
    unserved = _unserved() if any(table.name == Dossier.__tablename__ for table in tables) else []
    for name, column in unserved:
        _do(connection, _INDEX, name=name, column=column)
    for table in reversed(tables):
        connection.execute(delete(table).where(yearclosure.of_year(table, year)))
    for name, _ in unserved:
        _do(connection, _UNINDEX, name=name)


def _unserved() -> list[tuple[str, str]]:
    """Numbers of dossiers, one a table at most, that no whole index begins with."""
    found: dict[str, str] = {}
    for table in yearclosure.tables():
        whole = [index for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
        unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        served = {table.primary_key.columns.values()[0]}
        served |= {index.columns.values()[0] for index in whole}
        served |= {one.columns.values()[0] for one in unique}
        for column in yearclosure.numbers(table):
            if column not in served:
                found[table.name] = column.name
    return list(found.items())


def detach(connection: Connection, name: str, part: str, schema: str) -> None:
    """Take a part out of its table and into the archive, free of what it refers to."""
    _do(connection, _DETACH, name=name, part=part)
    _do(connection, _FREE, part=part)
    _do(connection, _AWAY, part=part, schema=schema)


# --- and back


def attach(connection: Connection, table: Table, found: Table, year: int) -> None:
    """Make what lies in an archive a part of its table again. Columns that have come since are added; what it
    refers to is looked at by the server."""
    schema, there = schema_of(year), found.c.keys()
    _do(connection, _WIDEN, schema=schema, part=found.name, name=table.name, there=there)
    _do(connection, _BACK, schema=schema, part=found.name)
    first, last = yearclosure.bounds(year)
    _do(connection, _ATTACH, name=table.name, part=found.name, first=first, next=last + 1)


def drop(connection: Connection, schema: str) -> None:
    """Remove the schema of a year that has come back."""
    _do(connection, _DROP, schema=schema)


def _do(connection: Connection, which: TextClause, **named: object) -> None:
    for statement in connection.execute(which, named).scalars().all():
        connection.exec_driver_sql(statement)
