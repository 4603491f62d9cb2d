"""The declarative base and the column types every table shares."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Enum, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from tthc_tracker.domain.localtime import utc_text

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# One moment in UTC and as it is handed out. Since then the zone has stood at seven hours.
_SINCE = dt.datetime.fromisoformat("1976-01-01 00:00")
_SINCE_HERE = dt.datetime(1976, 1, 1, 7, tzinfo=HANOI)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

UNHEEDED: Mapping[str, Any] = {"unheeded": True}
"""Options of a statement of which nobody asks how many rows it has changed (postgresql.py)."""

# SQLite numbers rows by itself only for a column declared INTEGER; both hold 64 bits.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[dt.datetime]):
    """An aware moment. Kept in UTC, handed out in Asia/Ho_Chi_Minh; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def bind_processor(self, dialect: Dialect) -> Callable[[dt.datetime | None], Any]:
        """How a statement's values are written: in one step, as files write a million."""
        return _in_utc if dialect.name == "postgresql" else _as_text

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 (SQLAlchemy gives it)
    ) -> Callable[[Any], dt.datetime | None]:
        """How a statement's values are read: one function for each, as files read a hundred thousand."""
        return _from_utc if dialect.name == "postgresql" else _from_text


def _from_utc(value: dt.datetime | None) -> dt.datetime | None:
    return None if value is None else value.astimezone(HANOI)


def _from_text(value: str | None) -> dt.datetime | None:
    if value is None:
        return None
    found = dt.datetime.fromisoformat(value)
    if found > _SINCE:  # in a twentieth of the time that the zone's table takes
        return _SINCE_HERE + (found - _SINCE)
    return found.replace(tzinfo=dt.UTC).astimezone(HANOI)


def _in_utc(value: dt.datetime | None) -> dt.datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a moment needs its offset: {value!r}")
    return value.astimezone(dt.UTC)


def _as_text(value: dt.datetime | None) -> str | None:
    """As SQLAlchemy writes a DateTime on SQLite: texts of one length, which sort as the moments do."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a moment needs its offset: {value!r}")
    return utc_text(value)


def one_of(kind: type[enum.Enum], name: str) -> Enum:
    """A text column that holds the values (not the names) of an enum; the type refuses others.

    No CHECK: a new member must not rebuild a table of ten million rows (decision 0002).
    """

    def values(members: type[enum.Enum]) -> Sequence[str]:
        return [str(member.value) for member in members]

    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        values_callable=values,
        length=32,
    )


class Base(DeclarativeBase):
    """All tables. Dates are local dates of Asia/Ho_Chi_Minh; moments are `Moment`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigId,
        str: String,
        dt.datetime: Moment,
        dt.date: Date,
    }
