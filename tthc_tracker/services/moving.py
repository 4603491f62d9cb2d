"""An installation's rows carried to another database, stretch by stretch, and both held against each other.

A stretch is a run of rows in the order of their key: written in one transaction with where it ended, so that
a move that was stopped goes on from there. What is JSON is carried as the text it is: the trail is over it.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)

from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import FactQueue
from tthc_tracker.queries.yearclosure import YEAR
from tthc_tracker.services import bulkrows

ROWS = 5_000
BYTES = 8 * 2**20
"""Of texts and files, a stretch ends with the row that reaches so many: one link of a trail begun over four
million events holds 245,000, its table 213 million in 988 rows."""
_BY_NAME = 1_000  # of keys that hold a text, each is asked for

WRITTEN_BY_TRIGGERS = frozenset({FactQueue.__tablename__})

Key = tuple[Any, ...]

_own = MetaData()
PROGRESS = Table(
    "move_progress", _own,
    Column("table_name", String(63), primary_key=True),
    Column("after_key", Text),  # of the last row that was carried, as JSON
    Column("rows", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)  # fmt: skip


@dataclass(frozen=True)
class Reached:
    """How far the rows of a table have come."""

    after: Key | None = None
    rows: int = 0
    done: bool = False


@dataclass
class Proof:
    """One table on both sides: how many rows, a hash over all of them, the key of the first that differs."""

    table: str
    here: int = 0
    there: int = 0
    differs_at: Key | None = None
    hash_here: str = ""
    hash_there: str = ""
    looked_at: int = field(default=0, repr=False)

    @property
    def same(self) -> bool:
        """Whether each row is on the other side, and no other is."""
        return self.differs_at is None and self.here == self.there and self.hash_here == self.hash_there


def tables() -> tuple[Table, ...]:
    """Every table, none before those that its rows refer to; last what triggers write into as rows come."""
    return tuple(sorted(Base.metadata.sorted_tables, key=lambda table: table.name in WRITTEN_BY_TRIGGERS))


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


# --- carrying


def begin(target: Connection, mark: str) -> None:
    """Note in the target that it is being filled from the installation that is marked so."""
    _own.create_all(target)
    target.execute(insert(PROGRESS).values(table_name="", after_key=mark, rows=0, done=False))


def empty(target: Connection) -> None:
    """Take out what a new installation holds of itself, before anybody has used it."""
    for table in reversed(tables()):
        target.execute(delete(table))


def begun(target: Connection) -> str | None:
    """The mark of the installation that a target is being filled from; None: no move has begun there."""
    if not target.dialect.has_table(target, PROGRESS.name):
        return None
    mark = select(PROGRESS.c.after_key).where(PROGRESS.c.table_name == "")
    return target.execute(mark).scalar_one_or_none()


def end(target: Connection) -> None:
    """The target is whole: nothing of the move stays in it."""
    _own.drop_all(target)


def reached(target: Connection, table: Table) -> Reached:
    """How far a table has come."""
    row = target.execute(select(PROGRESS).where(PROGRESS.c.table_name == table.name)).one_or_none()
    if row is None:
        return Reached()
    return Reached(_key_from(table, row.after_key), row.rows, row.done)


def carry(source: Connection, target: Connection, table: Table, most: int = ROWS) -> Reached:
    """Carry the next stretch of a table, in the target's transaction; how far it has come then.

    A table whose rows refer to each other goes at once: references are looked at when a statement ends.
    """
    before = reached(target, table)
    whole = any(key.column.table is table for key in table.foreign_keys)
    if before == Reached() and table.name in WRITTEN_BY_TRIGGERS:
        target.execute(delete(table))
    rows = _read(source, table, before.after, None if whole else most)
    bulkrows.copy(target, table, rows)
    done = whole or not rows
    after = _key_of(table, rows[-1]) if rows else before.after
    now = Reached(after, before.rows + len(rows), done)
    values = {"after_key": _key_text(after), "rows": now.rows, "done": now.done}
    if before == Reached():
        target.execute(insert(PROGRESS).values(table_name=table.name, **values))
    else:
        target.execute(update(PROGRESS).where(PROGRESS.c.table_name == table.name).values(values))
    return now


def go_on_counting(target: Connection) -> None:
    """Let what PostgreSQL numbers by itself go on behind what was carried."""
    for table in tables():
        column = table.autoincrement_column
        if column is None or table.name == Dossier.__tablename__:
            continue
        last: int | None = target.execute(select(func.max(column))).scalar_one()
        owned: str | None = target.execute(
            select(func.pg_get_serial_sequence(table.name, column.name))
        ).scalar_one()
        if last is not None and owned is not None:
            target.execute(select(func.setval(owned, last)))
    serial = select(func.max(Dossier.id % YEAR))
    if (last := target.execute(serial).scalar_one()) is not None:
        target.execute(text("SELECT setval('dossier_serial', :last)"), {"last": last})


# --- holding against each other


def compare(source: Connection, target: Connection, table: Table) -> Iterator[Proof]:
    """Look at every row on both sides, stretch by stretch; the last proof given is the whole."""
    proof = Proof(table.name, count(source, table), count(target, table))
    hashes, after = (hashlib.sha256(), hashlib.sha256()), None
    while here := _read(source, table, after, _BY_NAME if _has_text(table) else ROWS):
        last = _key_of(table, here[-1])
        there = _among(target, table, here, after)
        for row in here:
            key = _key_of(table, row)
            other = there.get(key)
            if other != tuple(row):
                proof.differs_at = proof.differs_at or key
            for each, found in zip(hashes, (tuple(row), other), strict=True):
                each.update(repr(found).encode())
        after = last
        proof.looked_at += len(here)
        yield proof
    proof.hash_here, proof.hash_there = (each.hexdigest() for each in hashes)
    yield proof


def _among(target: Connection, table: Table, rows: Sequence[Any], after: Key | None) -> dict[Key, Key]:
    """The target's rows with the keys of these: by the stretch they make, or, where a text is part of the
    key, which two databases may order differently, by name."""
    key = _key(table)
    statement = select(*_columns(table, target))
    if _has_text(table):
        # As the rows of a table: a thousand keys beside each other take longer to plan than to find.
        keys = zip(*(_key_of(table, row) for row in rows), strict=True)
        given = [literal(list(values), ARRAY(column.type)) for values, column in zip(keys, key, strict=True)]
        named = func.unnest(*given).table_valued(*(column.name for column in key), name="named")
        named = named.render_derived()
        statement = statement.join(named, and_(*(column == named.c[column.name] for column in key)))
    else:
        statement = statement.where(tuple_(*key) <= _values(table, _key_of(table, rows[-1])))
        if after is not None:
            statement = statement.where(tuple_(*key) > _values(table, after))
    return {_key_of(table, row): tuple(row) for row in target.execute(statement)}


def _has_text(table: Table) -> bool:
    return any(isinstance(column.type, String) for column in _key(table))


# --- rows and keys


def _read(connection: Connection, table: Table, after: Key | None, most: int | None) -> Sequence[Any]:
    """The next rows behind a key: as many as `most`, fewer where they are large. None: all there are."""
    key = _key(table)
    statement = select(*_columns(table, connection)).order_by(*key).limit(most)
    if after is not None:
        statement = statement.where(tuple_(*key) > _values(table, after))
    large = _large(table)
    if most is None or not large:
        return connection.execute(statement).all()
    rows: list[Any] = []
    weight = 0
    with connection.execute(statement) as found:
        for row in found:
            rows.append(row)
            weight += sum([len(row[place] or "") for place in large])
            if weight >= BYTES:
                break
    return rows


@cache
def _large(table: Table) -> tuple[int, ...]:
    """Where in a row stands what may be of any length."""
    return tuple(
        place for place, column in enumerate(table.c)
        if isinstance(column.type, LargeBinary | Text | JSON)
    )  # fmt: skip


def _columns(table: Table, connection: Connection) -> list[ColumnElement[Any]]:
    if connection.dialect.name == "postgresql":
        return [_named(cast(each, Text), each) if _is_json(each) else each for each in table.c]
    return [_named(type_coerce(each, Text), each) if _is_json(each) else each for each in table.c]


def _named(element: ColumnElement[Any], column: Column[Any]) -> ColumnElement[Any]:
    return element.label(column.name)


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON)


def _key(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _key_of(table: Table, row: Any) -> Key:
    return tuple([row[place] for place in _places(table)])


@cache
def _places(table: Table) -> tuple[int, ...]:
    """Where in a row its key stands."""
    names = table.c.keys()
    return tuple(names.index(column.name) for column in _key(table))


def _values(table: Table, key: Key) -> ColumnElement[Any]:
    return tuple_(*(literal(value, column.type) for value, column in zip(key, _key(table), strict=True)))


def _key_text(key: Key | None) -> str | None:
    if key is None:
        return None
    return json.dumps([each.isoformat() if isinstance(each, dt.date) else each for each in key])


def _key_from(table: Table, kept: str | None) -> Key | None:
    if kept is None:
        return None
    values = zip(json.loads(kept), _key(table), strict=True)
    return tuple(_typed(value, column.type.python_type) for value, column in values)


def _typed(value: Any, kind: type[Any]) -> Any:
    return kind.fromisoformat(value) if issubclass(kind, dt.date) else value
