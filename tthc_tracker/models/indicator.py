"""Indicators of the session: what is measured and was to be reached, what was entered, what a portal shows.

A target or a figure is never changed: a correction is a row of its own, the old one says when it ended.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.indicators import Computed, Direction, Measure
from tthc_tracker.domain.periods import PeriodKind
from tthc_tracker.models.base import Base, one_of

_HOLDS = text("replaced_at IS NULL")


class Indicator(Base):
    """An indicator (chỉ tiêu). computed: what it is reckoned from; None: it is entered.

    agency_id: on whose board it stands, so whose subtree sees it, and who defines it; None: shipped, nobody
    has taken it on yet. owner_id: who is to enter it; duty: which of its people is responsible, in words.
    levels: of which its figures are told apart; none: one figure for all. rhythm: of which periods it is
    told; what is computed is told of any. due_days: within how many working days after a period it is to be
    entered.
    """

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[str] = mapped_column(String(600), default="")
    measure: Mapped[Measure] = mapped_column(one_of(Measure, "indicator_measure"))
    unit: Mapped[str] = mapped_column(String(40))
    direction: Mapped[Direction] = mapped_column(one_of(Direction, "indicator_direction"))
    levels: Mapped[list[Any]] = mapped_column(JSON, default=list)
    computed: Mapped[Computed | None] = mapped_column(one_of(Computed, "indicator_computed"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    duty: Mapped[str] = mapped_column(String(200), default="")
    rhythm: Mapped[PeriodKind] = mapped_column(
        one_of(PeriodKind, "indicator_rhythm"), default=PeriodKind.QUARTER, server_default="quarter"
    )
    due_days: Mapped[int] = mapped_column(default=5)
    since: Mapped[dt.date]  # the first day of its first period
    version: Mapped[int] = mapped_column(default=1)


class IndicatorTarget(Base):
    """What is to be reached from a quarter on, until a later target. part: a level, or '' for every part."""

    __tablename__ = "indicator_target"
    __table_args__ = (
        Index(
            "uq_indicator_target", "indicator_id", "part", "since", unique=True,
            sqlite_where=_HOLDS, postgresql_where=_HOLDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    part: Mapped[str] = mapped_column(String(24), default="")
    since: Mapped[dt.date]
    value: Mapped[Decimal] = mapped_column(Numeric(14, 2, asdecimal=True))
    basis: Mapped[str] = mapped_column(String(300), default="")
    set_at: Mapped[dt.datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    replaced_at: Mapped[dt.datetime | None]


class IndicatorValue(Base):
    """An entered figure with its evidence. part: '' for the whole, a level, or `a` and an agency's id.

    num and den: what it is made of, where that is known; value: as reported, of a share in per cent.
    reason: why it takes the place of an earlier one.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (
        Index(
            "uq_indicator_value", "indicator_id", "period_start", "period_end", "part", unique=True,
            sqlite_where=_HOLDS, postgresql_where=_HOLDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    part: Mapped[str] = mapped_column(String(24), default="")
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    value: Mapped[Decimal] = mapped_column(Numeric(14, 2, asdecimal=True))
    num: Mapped[int | None]
    den: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    replaced_at: Mapped[dt.datetime | None]


class PublishedFigure(Base):
    """The on-time rate that a portal publishes of an agency for a period, to stand beside ours."""

    __tablename__ = "published_figure"
    __table_args__ = (
        Index(
            "uq_published_figure", "agency_id", "period_start", "period_end", "publisher", unique=True,
            sqlite_where=_HOLDS, postgresql_where=_HOLDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    publisher: Mapped[str] = mapped_column(String(100))
    value: Mapped[Decimal] = mapped_column(Numeric(5, 2, asdecimal=True))
    num: Mapped[int | None]
    den: Mapped[int | None]
    seen_on: Mapped[dt.date]
    evidence: Mapped[str] = mapped_column(String(300), default="")
    entered_at: Mapped[dt.datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    replaced_at: Mapped[dt.datetime | None]
