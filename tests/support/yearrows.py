"""A row in every table that can hold rows of a year, made from nothing but the metadata."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeDecorator

from tests.support.moments import at
from tthc_tracker.queries import yearclosure

CHECKED = {("alert", "subject_type"): "dossier"}  # what the database asks of a column beside its type
THEN = at("Mon 2026-11-23 14:00")


def plant(connection: Connection, year: int) -> None:
    """A row of a year in each table that has none, with rows of its own of what it refers to."""
    for table in yearclosure.tables():
        if table.name == "dossier":
            continue
        its = select(func.count()).select_from(table).where(yearclosure.of_year(table, year))
        if not connection.execute(its).scalar_one():
            _row(connection, table, year)


def _row(connection: Connection, table: Table, year: int) -> None:
    values = _references(connection, table, year)
    last = connection.execute(select(func.coalesce(func.max(*_number(table)), 0))).scalar_one()
    for column in table.c:
        if column.name not in values and not column.nullable:
            values[column.name] = last + 1 if column in _number(table) else _value(column)
    connection.execute(insert(table).values(values))


def _references(connection: Connection, table: Table, year: int) -> dict[str, Any]:
    """What the row refers to: of a year where that is of years, and two of one kind, not one twice."""
    values: dict[str, Any] = {}
    seen: list[Table] = []
    in_order = sorted(table.foreign_key_constraints, key=lambda one: (-len(one.columns), one.column_keys))
    for constraint in in_order:
        there = constraint.referred_table
        if there is table:
            continue
        columns = [element.column for element in constraint.elements]
        row = select(*columns).order_by(*columns).limit(2)
        if there in yearclosure.tables():
            row = row.where(yearclosure.of_year(there, year))
        if not (rows := connection.execute(row).all()):
            _row(connection, there, year)
            rows = connection.execute(row).all()
        found = rows[min(seen.count(there), len(rows) - 1)]
        seen.append(there)
        for element, value in zip(constraint.elements, found, strict=True):
            values.setdefault(element.parent.name, value)
    return values


def _number(table: Table) -> list[Column[Any]]:
    key = list(table.primary_key)
    return key[:1] if len(key) == 1 and isinstance(key[0].type, Integer) and not key[0].foreign_keys else [
        column for column in key[-1:] if isinstance(column.type, Integer) and not column.foreign_keys
    ] or [next(column for column in table.c if isinstance(column.type, Integer))]  # fmt: skip


def _value(column: Column[Any]) -> Any:
    if (column.table.name, column.name) in CHECKED:
        return CHECKED[column.table.name, column.name]
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    told = {
        Boolean: False, Integer: 1, DateTime: THEN, Date: THEN.date(), JSON: {"tên": "số"},
        LargeBinary: b"\x00x", Numeric: Decimal(1),
    }  # fmt: skip
    return next((value for type_, value in told.items() if isinstance(kind, type_)), "x")
