"""The declarative base and the column types every table shares."""

import datetime as dt
import enum
from collections.abc import Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Enum, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only for a column declared INTEGER; both hold 64 bits.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[dt.datetime]):
    """An aware moment. Kept in UTC, handed out in Asia/Ho_Chi_Minh; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its offset: {value!r}")
        value = value.astimezone(dt.UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            value = value.replace(tzinfo=dt.UTC)
        return value.astimezone(HANOI)


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
