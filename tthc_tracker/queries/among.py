"""Rows of many ids in one parameter.

A list of a thousand ids in a statement is a thousand parameters: SQLAlchemy names each of them anew for every
page, and PostgreSQL reads them all before it plans. One text of them all costs the same for two thousand as
for two, and the statement stays the same from page to page.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Ids(TypeDecorator[Sequence[int]]):
    """A parameter of whole numbers, as one text that the database takes apart."""

    impl = String
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Sequence[int] | None], Any]:
        """A JSON array; PostgreSQL has arrays of its own, with other brackets."""
        braces = dialect.name == "postgresql"

        def write(ids: Sequence[int] | None) -> str:
            text = json.dumps(list(ids or ()))
            return f"{{{text[1:-1]}}}" if braces else text

        return write


class among(FunctionElement[bool]):  # noqa: N801 (reads as a function of SQL)
    """`among(column, bindparam("ids", type_=Ids()))`: the column is one of the ids.

    Of no type: of a Boolean SQLAlchemy writes `… = 1` for SQLite, which no index serves.
    """

    inherit_cache = True


@compiles(among)
def _in_json(element: Any, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 (a column and a mark)


@compiles(among, "postgresql")
def _in_array(element: Any, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY (CAST({ids} AS BIGINT[]))"
