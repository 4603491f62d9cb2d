"""Numbers that are given out once: dossier ids and the codes printed on receipts."""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Label, Select, bindparam, func, literal_column, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from tthc_tracker.domain.errors import CodeSeriesExhausted
from tthc_tracker.models.archive import ArchivedCode
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import CodeCounter
from tthc_tracker.queries.yearclosure import YEAR

LAST_OF_DAY = 9999


class Names(NamedTuple):
    """What a new dossier is called by: its id, its number in the series of its desk, ids of its people (None
    where the database gives them)."""

    dossier_id: int
    number: int
    people: tuple[int | None, ...]


def next_dossier_id(session: Session, year: int) -> int:
    """An id for a dossier first known in `year`; the year is its high part (decision 0002)."""
    return next_dossier_ids(session, year, 1)[0]


def next_dossier_ids(session: Session, year: int, amount: int) -> list[int]:
    """Several ids at once; see `next_dossier_id`."""
    if session.get_bind().dialect.name == "postgresql":
        return [year * YEAR + serial for serial in session.execute(_SERIALS, {"amount": amount}).scalars()]
    # Writers of SQLite come one after the other, and no dossier is ever deleted.
    years = {"first": year * YEAR, "last": (year + 1) * YEAR - 1}
    first = (session.connection().execute(_last_id(), years).scalar_one() or year * YEAR) + 1
    return list(range(first, first + amount))


def next_person_ids(session: Session, amount: int) -> list[int]:
    """Ids for several people at once, in order."""
    if session.get_bind().dialect.name == "postgresql":
        return list(session.execute(_PEOPLE, {"amount": amount}).scalars())
    first = (session.connection().execute(_last_person()).scalar_one() or 0) + 1
    return list(range(first, first + amount))


def next_number(session: Session, agency_id: int, day: dt.date, series: str = "") -> int:
    """The next number of a desk's series of a local day, in the transaction of the reception itself:
    rolled back with it, so the series has no gap. Takes the hot row: call it late. series: "" of dossiers.

    Raises:
        CodeSeriesExhausted: 9,999 numbers were given out.
    """
    row = {"agency_id": agency_id, "day": day, "series": series}
    connection = session.connection()
    number: int = connection.execute(_next_number(connection.dialect.name), row).scalar_one()
    if number > LAST_OF_DAY:
        raise CodeSeriesExhausted
    return number


def next_names(session: Session, agency_id: int, day: dt.date, people: int) -> Names:
    """All numbers of a new dossier of that day; see `next_dossier_id` and `next_number`.

    On PostgreSQL in one statement, with ids for its people, so that what refers to them has no answer to wait
    for. SQLite numbers people itself.

    Raises:
        CodeSeriesExhausted: 9,999 numbers were given out.
    """
    if session.get_bind().dialect.name != "postgresql":
        return Names(
            next_dossier_id(session, day.year), next_number(session, agency_id, day), (None,) * people
        )
    row = {"agency_id": agency_id, "day": day, "series": ""}
    number, serial, *ids = session.connection().execute(_next_names(people), row).one()
    if number > LAST_OF_DAY:
        raise CodeSeriesExhausted
    return Names(day.year * YEAR + serial, number, tuple(ids))


def is_taken(session: Session, code: str) -> bool:
    """Whether a code exists already, here or in an archive: an import may have brought one of our own
    pattern."""
    return session.connection().execute(_taken(), {"code": code}).first() is not None


# All of these stand in every reception: put together once, and run on the tables, past the unit of work.

_SERIALS = text("SELECT nextval('dossier_serial') FROM generate_series(1, :amount)")


# Its name is looked up once: for each number that took five times as long as the number itself.
_PEOPLE = text(
    "WITH series AS MATERIALIZED (SELECT CAST(pg_get_serial_sequence('person', 'id') AS regclass) AS id) "
    "SELECT nextval(series.id) FROM series, generate_series(1, :amount)"
)


@cache
def _last_person() -> Select[int | None]:
    return select(func.max(Person.id))


@cache
def _last_id() -> Select[int | None]:
    return select(func.max(Dossier.id)).where(Dossier.id.between(bindparam("first"), bindparam("last")))


@cache
def _next_number(dialect: str) -> ReturningInsert[int]:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = Base.metadata.tables[CodeCounter.__tablename__]
    first = insert(table).values(
        agency_id=bindparam("agency_id"), day=bindparam("day"), series=bindparam("series"), last=1
    )
    following = {"last": table.c.last + 1}
    return first.on_conflict_do_update(
        index_elements=["agency_id", "day", "series"], set_=following
    ).returning(table.c.last)


@cache
def _next_names(people: int) -> ReturningInsert[Any]:
    person = "nextval(pg_get_serial_sequence('person', 'id'))"
    ids: Iterator[Label[Any]] = (literal_column(person).label(f"person_{number}") for number in range(people))
    return _next_number("postgresql").returning(literal_column("nextval('dossier_serial')"), *ids)


@cache
def _taken() -> CompoundSelect[str]:
    here = select(DossierCode.code).where(DossierCode.code == bindparam("code"))
    return here.union_all(select(ArchivedCode.code).where(ArchivedCode.code == bindparam("code")))
