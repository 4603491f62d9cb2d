"""Changes of the calendar before they are in force, and the open dossiers that each one touches."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.calendarchanges import ChangeState, Effect, Notice
from tthc_tracker.models.base import Base, one_of

_TO_DO = text("state IN ('waiting', 'agreed')")
_MOVES = text("moves")
_TOLD = text("notice <> ''")


class CalendarChange(Base):
    """A change that somebody proposes: rows as a calendar file has them, and the decision behind them.

    standing: the revisions its consequences were reckoned at. after_id, examined, total: how far that is.
    passes: how often it has been written; the first writes all, later ones what was under way meanwhile.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_to_do", "id", sqlite_where=_TO_DO, postgresql_where=_TO_DO),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ChangeState] = mapped_column(one_of(ChangeState, "change_state"))
    title: Mapped[str] = mapped_column(String(200))
    rows: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(String(300))  # number, date and text, as the rows cite it
    unconfirmed: Mapped[bool] = mapped_column(default=False)  # a suggestion: nobody has compared it yet
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[dt.datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    agreed_at: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]  # nothing that was under way then can still lean on the old one
    standing: Mapped[str] = mapped_column(String(100), default="")
    after_id: Mapped[int] = mapped_column(default=0)
    examined: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fault: Mapped[str] = mapped_column(String(500), default="")


class CalendarMove(Base):
    """An open dossier as it stood at `version`, and its clocks by the changed calendar.

    moves: a date that people were told moves; touched: anything is different. written: the pass that wrote
    it, 0 before. No keys to other tables: rows come by the hundred thousand.
    """

    __tablename__ = "calendar_move"
    __table_args__ = (
        Index(
            "ix_calendar_move_moves", "change_id", "was_current_due_at", "dossier_id",
            sqlite_where=_MOVES, postgresql_where=_MOVES,
        ),
        Index(
            "ix_calendar_move_notice", "notice", "agency_id", "change_id", "dossier_id",
            sqlite_where=_TOLD, postgresql_where=_TOLD,
        ),
        Index("ix_calendar_move_dossier_id", "dossier_id"),
    )  # fmt: skip

    change_id: Mapped[int] = mapped_column(ForeignKey("calendar_change.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    agency_id: Mapped[int]
    unit_id: Mapped[int | None]
    moves: Mapped[bool]
    touched: Mapped[bool]
    written: Mapped[int] = mapped_column(default=0)
    effect: Mapped[Effect] = mapped_column(one_of(Effect, "calendar_effect"))
    notice: Mapped[Notice] = mapped_column(one_of(Notice, "calendar_notice"))
    was_due_at: Mapped[dt.datetime | None]
    was_current_due_at: Mapped[dt.datetime | None]
    was_late_from: Mapped[dt.datetime | None]

    # as the columns of `dossier` would be
    due_at: Mapped[dt.datetime | None]
    due_on: Mapped[dt.date | None]
    current_due_at: Mapped[dt.datetime | None]
    late_from: Mapped[dt.datetime | None]
    overdue_from: Mapped[dt.datetime | None]
    due_soon_from: Mapped[dt.datetime | None]
    very_overdue_from: Mapped[dt.datetime | None]
    paused_since: Mapped[dt.datetime | None]
    due_provisional: Mapped[bool]
    due_on_day_off: Mapped[bool]
    reception_due_at: Mapped[dt.datetime | None]
    reception_due_on: Mapped[dt.date | None]
    reception_late_from: Mapped[dt.datetime | None]
    handover_due_at: Mapped[dt.datetime | None]

    # as those of its open round of reception and of the step that runs
    reception_round: Mapped[int]
    run_id: Mapped[int | None]
    run_due_at: Mapped[dt.datetime | None]
    run_late_from: Mapped[dt.datetime | None]
