"""Changes of the calendar with their consequences; dossiers by the day they fall due."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None


def _moment(name: str) -> sa.Column:
    return sa.Column(name, Moment())


def upgrade() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("rows", sa.Text, nullable=False),
        sa.Column("decision", sa.String(300), nullable=False),
        sa.Column("unconfirmed", sa.Boolean, nullable=False),
        sa.Column("made_by_id", BigId, sa.ForeignKey("app_user.id")),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("agreed_by_id", BigId, sa.ForeignKey("app_user.id")),
        _moment("agreed_at"),
        _moment("done_at"),
        _moment("settled_at"),
        sa.Column("standing", sa.String(100), nullable=False),
        sa.Column("after_id", BigId, nullable=False),
        sa.Column("examined", BigId, nullable=False),
        sa.Column("total", BigId, nullable=False),
        sa.Column("passes", BigId, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("fault", sa.String(500), nullable=False),
    )
    to_do = sa.text("state IN ('waiting', 'agreed')")
    op.create_index(
        "ix_calendar_change_to_do", "calendar_change", ["id"], sqlite_where=to_do, postgresql_where=to_do
    )
    op.create_table(
        "calendar_move",
        sa.Column("change_id", BigId, sa.ForeignKey("calendar_change.id"), primary_key=True),
        sa.Column("dossier_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("unit_id", BigId),
        sa.Column("moves", sa.Boolean, nullable=False),
        sa.Column("touched", sa.Boolean, nullable=False),
        sa.Column("written", BigId, nullable=False),
        sa.Column("effect", sa.String(32), nullable=False),
        sa.Column("notice", sa.String(32), nullable=False),
        *map(_moment, ("was_due_at", "was_current_due_at", "was_late_from", "due_at")),
        sa.Column("due_on", sa.Date),
        *map(_moment, ("current_due_at", "late_from", "overdue_from", "due_soon_from")),
        *map(_moment, ("very_overdue_from", "paused_since")),
        sa.Column("due_provisional", sa.Boolean, nullable=False),
        sa.Column("due_on_day_off", sa.Boolean, nullable=False),
        _moment("reception_due_at"),
        sa.Column("reception_due_on", sa.Date),
        *map(_moment, ("reception_late_from", "handover_due_at")),
        sa.Column("reception_round", BigId, nullable=False),
        sa.Column("run_id", BigId),
        *map(_moment, ("run_due_at", "run_late_from")),
    )
    moves, told = sa.text("moves"), sa.text("notice <> ''")
    op.create_index(
        "ix_calendar_move_moves", "calendar_move", ["change_id", "was_current_due_at", "dossier_id"],
        sqlite_where=moves, postgresql_where=moves,
    )  # fmt: skip
    op.create_index(
        "ix_calendar_move_notice", "calendar_move", ["notice", "agency_id", "change_id", "dossier_id"],
        sqlite_where=told, postgresql_where=told,
    )  # fmt: skip
    op.create_index("ix_calendar_move_dossier_id", "calendar_move", ["dossier_id"])


def downgrade() -> None:
    op.drop_table("calendar_move")
    op.drop_table("calendar_change")
