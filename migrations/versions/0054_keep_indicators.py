"""Indicators with their targets and figures; what was entered before becomes figures of one of them."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0054"
down_revision = "0045"
branch_labels = None
depends_on = None

_HOLDS = sa.text("replaced_at IS NULL")
_NETWORK = "network_environment"
_NAME = "Văn bản, hồ sơ công việc được xử lý trên môi trường mạng"


def upgrade() -> None:
    op.create_table(
        "indicator",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("code", sa.String(60), nullable=False, unique=True),
        sa.Column("position", BigId, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("definition", sa.String(600), nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("direction", sa.String(32), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("computed", sa.String(32), nullable=True),
        sa.Column("agency_id", BigId, sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("owner_id", BigId, sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("duty", sa.String(200), nullable=False),
        sa.Column("due_days", BigId, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("version", BigId, nullable=False),
    )
    op.create_table(
        "indicator_target",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("indicator_id", BigId, sa.ForeignKey("indicator.id"), nullable=False),
        sa.Column("part", sa.String(24), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(14, 2), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=True),
        sa.Column("replaced_at", Moment(), nullable=True),
    )
    _one_that_holds("indicator_target", "indicator_id", "part", "since")
    op.create_table(
        "indicator_value",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("indicator_id", BigId, sa.ForeignKey("indicator.id"), nullable=False),
        sa.Column("part", sa.String(24), nullable=False),
        sa.Column("agency_id", BigId, sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(14, 2), nullable=False),
        sa.Column("num", BigId, nullable=True),
        sa.Column("den", BigId, nullable=True),
        sa.Column("evidence", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=True),
        sa.Column("replaced_at", Moment(), nullable=True),
    )
    _one_that_holds("indicator_value", "indicator_id", "period_start", "period_end", "part")
    op.create_table(
        "published_figure",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("agency_id", BigId, sa.ForeignKey("agency.id"), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("publisher", sa.String(100), nullable=False),
        sa.Column("value", sa.Numeric(5, 2), nullable=False),
        sa.Column("num", BigId, nullable=True),
        sa.Column("den", BigId, nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(300), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by_id", BigId, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("replaced_at", Moment(), nullable=True),
    )
    _one_that_holds("published_figure", "agency_id", "period_start", "period_end", "publisher")
    _take_figures_over()
    op.drop_table("entered_figure")


def _one_that_holds(table: str, *columns: str) -> None:
    op.create_index(
        f"uq_{table}", table, list(columns), unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS
    )


def _take_figures_over() -> None:
    """Each indicator that has figures gets its row; the catalogue's own words follow with the shipped ones."""
    op.execute(
        sa.text(
            "INSERT INTO indicator (code, position, name, definition, measure, unit, direction, levels, duty,"
            " due_days, since, version)"
            " SELECT indicator, 1, CASE indicator WHEN :network THEN :name ELSE indicator END, '', 'percent',"
            " '%', 'higher', '[\"tinh\", \"huyen\", \"xa\"]', '', 5, MIN(period_start), 1"
            " FROM entered_figure GROUP BY entered_figure.indicator ORDER BY entered_figure.indicator"
        ).bindparams(network=_NETWORK, name=_NAME)
    )
    op.execute(
        "INSERT INTO indicator_value (indicator_id, part, period_start, period_end, value, evidence, reason,"
        " entered_at)"
        " SELECT indicator.id, entered_figure.level, period_start, period_end, percent, evidence, '',"
        " CURRENT_TIMESTAMP"
        " FROM entered_figure JOIN indicator ON indicator.code = entered_figure.indicator"
        " ORDER BY entered_figure.id"
    )


def downgrade() -> None:
    op.create_table(
        "entered_figure",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("percent", sa.Numeric(5, 2), nullable=False),
        sa.Column("evidence", sa.String(300), nullable=False),
        sa.UniqueConstraint(
            "indicator", "level", "period_start", "period_end",
            name=op.f("uq_entered_figure_indicator_level_period_start_period_end"),
        ),
    )  # fmt: skip
    # What was a share by level goes back; the other figures had no place then.
    op.execute(
        "INSERT INTO entered_figure (indicator, level, period_start, period_end, percent, evidence)"
        " SELECT indicator.code, part, period_start, period_end, value, evidence"
        " FROM indicator_value JOIN indicator ON indicator.id = indicator_value.indicator_id"
        " WHERE replaced_at IS NULL AND measure = 'percent' AND part IN ('bo', 'tinh', 'huyen', 'xa')"
        " AND value < 1000 ORDER BY indicator_value.id"
    )
    for table in ("published_figure", "indicator_value", "indicator_target", "indicator"):
        op.drop_table(table)
