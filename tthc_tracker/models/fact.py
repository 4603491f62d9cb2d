"""The daily facts of the statistics: what each dossier adds, and sums of it (decision 0035).

Only services.dailyfacts writes them; triggers of the database fill the queue, whoever writes a dossier.
Measures that are nothing are NULL: most are, and then take no room.
"""

from typing import Any

from sqlalchemy import Column, Date, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.dailyfacts import MEASURES
from tthc_tracker.models.base import Base

KEYS = ("agency_id", "day", "procedure_id", "sector_id", "channel", "source_id", "unit_id")
"""What the facts of a day are told apart by; agency: of receptions the desk, else the resolving one."""


class FactQueue(Base):
    """A dossier whose facts are to be looked at again. No writer waits for another: rows are added."""

    __tablename__ = "fact_queue"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int]


class FactLedger(Base):
    """One row: how far the sums are. Whoever changes facts holds it; `turn` rises with each change.

    standing: `ready`; or `filling` while what each dossier adds is kept, but no sums over days; then
    `summing`, from `step` to step, while nothing else is changed.
    """

    __tablename__ = "fact_ledger"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(default=0)
    standing: Mapped[str] = mapped_column(String(10))
    step: Mapped[int] = mapped_column(default=0)


class DossierFact(Base):
    """What a dossier has added to the facts (queries.factsources), to be taken out when it changes."""

    __tablename__ = "dossier_fact"

    dossier_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added: Mapped[str] = mapped_column(Text)


def _key(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _keys() -> list[Column[Any]]:
    return [_key(name, Date if name == "day" else Integer) for name in KEYS]


def _series() -> list[Column[Any]]:
    return [
        _key("series", String(24)), _key("grain", String(10)), _key("start", Date), _key("member", Integer),
    ]  # fmt: skip


def _tenths() -> Column[Any]:
    return _key("tenths", Integer)


def _limit() -> list[Column[Any]]:
    return [_key("hundredths", Integer), _key("unit", String(20)), _key("used", Integer)]


def _number() -> Column[Any]:
    return Column("number", Integer, nullable=False)


# Numbers of what happened on a day, by everything that tables are grouped by.
daily_fact = Table(
    "daily_fact", Base.metadata, *_keys(), *(Column(name, Integer) for name in MEASURES),
    sqlite_with_rowid=False,
)  # fmt: skip
# How many that finished on a day took so many tenths of a working day, and so much of such a limit.
daily_length = Table(
    "daily_length", Base.metadata, *_keys(), _tenths(), *_limit(), _number(), sqlite_with_rowid=False
)
# Sums over stretches of days: of a series (`sector`, or `7:sector` for agency 7), by its members.
fact_sum = Table(
    "fact_sum", Base.metadata, *_series(), *(Column(name, Integer) for name in MEASURES),
    sqlite_with_rowid=False,
)  # fmt: skip
length_sum = Table("length_sum", Base.metadata, *_series(), _tenths(), _number(), sqlite_with_rowid=False)
# Of procedures: how many had such a limit, and took so much of it.
limit_sum = Table("limit_sum", Base.metadata, *_series(), *_limit(), _number(), sqlite_with_rowid=False)
