"""Which rows are a year's: its dossiers, and whatever refers to them or to rows that do (decision 0090).

Told by the foreign keys of the metadata, so that a table added tomorrow is in. A year is that of the number
of a dossier (decision 0002). A row that binds dossiers of two years is of both.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Table,
    and_,
    exists,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier

YEAR = 10**10
"""What a dossier's number is divided by to give its year (decision 0002)."""

_DOSSIER = Base.metadata.tables[Dossier.__tablename__]


@cache
def tables() -> tuple[Table, ...]:
    """Every table that holds rows of a year, none before those that its rows refer to."""
    found: set[Table] = {_DOSSIER}
    for table in Base.metadata.sorted_tables:
        if any(key.column.table in found for key in table.foreign_keys):
            found.add(table)
    return tuple(table for table in Base.metadata.sorted_tables if table in found)


@cache
def numbers(table: Table) -> tuple[Column[Any], ...]:
    """The columns of such a table that hold the number of a dossier, directly or by what they refer to."""
    if table is _DOSSIER:
        return (_DOSSIER.c.id,)
    return tuple(
        column
        for column in table.c
        if any(
            key.column.table is not table and key.column in numbers(key.column.table)
            for key in column.foreign_keys
            if key.column.table in tables()
        )
    )


def bounds(year: int) -> tuple[int, int]:
    """The first and the last number that a dossier of a year can have."""
    return year * YEAR, (year + 1) * YEAR - 1


def within(column: Any, year: int) -> ColumnElement[bool]:
    """Whether a dossier's number is of a year."""
    its: ColumnElement[bool] = column.between(*bounds(year))
    return its


def of_year(table: Table, year: int) -> ColumnElement[bool]:
    """Whether a row of such a table belongs to a year."""
    own = [within(column, year) for column in numbers(table)]
    return or_(*own, *(_refers(constraint, year) for constraint in _others(table)))


def _others(table: Table) -> Iterator[ForeignKeyConstraint]:
    """What a table refers to by something else than the number of a dossier."""
    for constraint in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
        if constraint.referred_table in tables() and not set(constraint.columns) & set(numbers(table)):
            yield constraint


def _refers(constraint: ForeignKeyConstraint, year: int) -> ColumnElement[bool]:
    there = [element.column for element in constraint.elements]
    whole = select(*there).where(of_year(constraint.referred_table, year))
    return tuple_(*constraint.columns).in_(whole)


def binds_open(table: Table, year: int) -> ColumnElement[bool]:
    """Whether a row of a year belongs to a dossier of another one too, and that has not ended."""
    other = aliased(Dossier)
    its = or_(*(other.id == column for column in numbers(table)))
    elsewhere = exists().where(its, ~within(other.id, year), other.closed_at.is_(None))
    return and_(of_year(table, year), elsewhere)


def may_bind(table: Table) -> bool:
    """Whether a row can belong to two dossiers."""
    return table is not _DOSSIER and len(numbers(table)) + len(list(_others(table))) > 1
