"""Keep who stands in for whom, letters that urge with their answers, and what an assignment of several moved."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0039"
down_revision = "0034"
branch_labels = None
depends_on = None


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


def upgrade() -> None:
    op.create_table(
        "reassignment",
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("unit_id", BigId, nullable=True),
        sa.Column("officer_id", BigId, nullable=True),
        sa.Column("step_agency_id", BigId, nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        _key("reassignment", "dossier_id", "dossier"),
        _key("reassignment", "by_id", "app_user"),
        _key("reassignment", "unit_id", "unit"),
        _key("reassignment", "officer_id", "app_user"),
        _key("reassignment", "step_agency_id", "agency"),
        sa.PrimaryKeyConstraint("batch", "dossier_id", name=op.f("pk_reassignment")),
    )
    op.create_index("ix_reassignment_by_id", "reassignment", ["by_id", "at"])
    op.create_table(
        "deputyship",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("deputy_id", BigId, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("form", sa.String(32), nullable=True),
        sa.Column("user_title", sa.String(100), nullable=False),
        sa.Column("deputy_title", sa.String(100), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by_id", BigId, nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.CheckConstraint("to_day >= from_day", name=op.f("ck_deputyship_days")),
        sa.CheckConstraint("user_id <> deputy_id", name=op.f("ck_deputyship_two")),
        _key("deputyship", "user_id", "app_user"),
        _key("deputyship", "deputy_id", "app_user"),
        _key("deputyship", "entered_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputyship")),
    )
    op.create_index("ix_deputyship_user_id", "deputyship", ["user_id", "to_day"])
    op.create_index("ix_deputyship_deputy_id", "deputyship", ["deputy_id", "to_day"])
    op.create_table(
        "deputy_work",
        sa.Column("deputyship_id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        _key("deputy_work", "deputyship_id", "deputyship"),
        _key("deputy_work", "dossier_id", "dossier"),
        sa.PrimaryKeyConstraint("deputyship_id", "dossier_id", name=op.f("pk_deputy_work")),
    )
    op.create_index("ix_deputy_work_dossier_id", "deputy_work", ["dossier_id"])
    op.create_table(
        "apology_signature",
        sa.Column("apology_id", BigId, nullable=False),
        sa.Column("deputyship_id", BigId, nullable=False),
        _key("apology_signature", "apology_id", "apology"),
        _key("apology_signature", "deputyship_id", "deputyship"),
        sa.PrimaryKeyConstraint("apology_id", name=op.f("pk_apology_signature")),
    )
    op.create_table(
        "urging_letter",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("year", BigId, nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.Column("symbol", sa.String(40), nullable=False),
        sa.Column("to_agency_id", BigId, nullable=False),
        sa.Column("to_unit_id", BigId, nullable=True),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("issued_by_id", BigId, nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("signer_id", BigId, nullable=False),
        sa.Column("deputyship_id", BigId, nullable=True),
        _key("urging_letter", "agency_id", "agency"),
        _key("urging_letter", "to_agency_id", "agency"),
        _key("urging_letter", "to_unit_id", "unit"),
        _key("urging_letter", "issued_by_id", "app_user"),
        _key("urging_letter", "signer_id", "app_user"),
        _key("urging_letter", "deputyship_id", "deputyship"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging_letter")),
        sa.UniqueConstraint(
            "agency_id", "year", "number", name=op.f("uq_urging_letter_agency_id_year_number")
        ),
    )
    op.create_index("ix_urging_letter_to_agency_id", "urging_letter", ["to_agency_id", "id"])
    op.create_table(
        "urging_row",
        sa.Column("letter_id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("days_late", BigId, nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by_id", BigId, nullable=True),
        sa.Column("cause", sa.String(32), nullable=True),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        _key("urging_row", "letter_id", "urging_letter"),
        _key("urging_row", "dossier_id", "dossier"),
        _key("urging_row", "answered_by_id", "app_user"),
        sa.PrimaryKeyConstraint("letter_id", "dossier_id", name=op.f("pk_urging_row")),
    )
    op.create_index("ix_urging_row_dossier_id", "urging_row", ["dossier_id"])


def downgrade() -> None:
    for table in (
        "urging_row", "urging_letter", "apology_signature", "deputy_work", "deputyship", "reassignment",
    ):  # fmt: skip
        op.drop_table(table)
