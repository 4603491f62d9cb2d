"""Create the catalogue: agencies, procedures, sources, calendar, settings."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("parent_id", BigId, nullable=True),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("version", BigId, nullable=False),
        sa.CheckConstraint(
            "active_to IS NULL OR active_from IS NULL OR active_to >= active_from",
            name=op.f("ck_agency_dates"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["agency.id"], name=op.f("fk_agency_parent_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
    )
    op.create_index("ix_agency_parent_id", "agency", ["parent_id"], unique=False)
    op.create_table(
        "calendar_year",
        sa.Column("year", BigId, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint("status IN ('published', 'provisional')", name=op.f("ck_calendar_year_status")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "entered_figure",
        sa.Column("id", BigId, nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("percent", sa.Numeric(5, 2), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entered_figure")),
        sa.UniqueConstraint(
            "indicator",
            "level",
            "period_start",
            "period_end",
            name=op.f("uq_entered_figure_indicator_level_period_start_period_end"),
        ),
    )
    op.create_table(
        "form_title",
        sa.Column("id", BigId, nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_title")),
        sa.UniqueConstraint("form_key", "valid_from", name=op.f("uq_form_title_form_key_valid_from")),
    )
    op.create_table(
        "procedure",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint("code", name=op.f("uq_procedure_code")),
    )
    op.create_table(
        "revision",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
    )
    op.create_table(
        "sector",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector")),
        sa.UniqueConstraint("code", name=op.f("uq_sector_code")),
    )
    op.create_table(
        "source",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("as_of", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("code", name=op.f("uq_source_code")),
    )
    op.create_table(
        "agency_scope",
        sa.Column("ancestor_id", BigId, nullable=False),
        sa.Column("descendant_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["agency.id"], name=op.f("fk_agency_scope_ancestor_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["descendant_id"], ["agency.id"], name=op.f("fk_agency_scope_descendant_id_agency")
        ),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=op.f("pk_agency_scope")),
    )
    op.create_index(
        "ix_agency_scope_descendant_id", "agency_scope", ["descendant_id", "ancestor_id"], unique=False
    )
    op.create_table(
        "agency_succession",
        sa.Column("predecessor_id", BigId, nullable=False),
        sa.Column("successor_id", BigId, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["agency.id"], name=op.f("fk_agency_succession_predecessor_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["agency.id"], name=op.f("fk_agency_succession_successor_id_agency")
        ),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_agency_succession")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("agency_key", BigId, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("windows", sa.String(length=100), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'swap_off', 'make_up')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_calendar_day_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
    )
    op.create_index("uq_calendar_day", "calendar_day", ["agency_key", "date"], unique=True)
    op.create_table(
        "office_hours",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("agency_key", BigId, nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weekday", BigId, nullable=False),
        sa.Column("windows", sa.String(length=100), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint("purpose IN ('work', 'intake')", name=op.f("ck_office_hours_purpose")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_office_hours_weekday")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_office_hours_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours")),
    )
    op.create_index(
        "uq_office_hours", "office_hours", ["agency_key", "purpose", "valid_from", "weekday"], unique=True
    )
    op.create_table(
        "procedure_version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("procedure_id", BigId, nullable=False),
        sa.Column("full_code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("search_text", sa.String(length=600), nullable=False),
        sa.Column("sector_id", BigId, nullable=False),
        sa.Column("levels", sa.String(length=40), nullable=False),
        sa.Column("service_level", sa.String(length=20), nullable=False),
        sa.Column("rounding", sa.String(length=20), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_version_procedure_id_procedure")
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sector.id"], name=op.f("fk_procedure_version_sector_id_sector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_version")),
        sa.UniqueConstraint(
            "procedure_id", "valid_from", name=op.f("uq_procedure_version_procedure_id_valid_from")
        ),
    )
    op.create_index("ix_procedure_version_sector_id", "procedure_version", ["sector_id"], unique=False)
    op.create_table(
        "setting",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("agency_key", BigId, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_setting_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
    )
    op.create_index("uq_setting", "setting", ["name", "agency_key", "valid_from"], unique=True)
    op.create_table(
        "unit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_unit_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_unit_agency_id_code")),
    )
    op.create_table(
        "procedure_component",
        sa.Column("id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("originals", BigId, nullable=False),
        sa.Column("certified", BigId, nullable=False),
        sa.Column("copies", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["procedure_version.id"],
            name=op.f("fk_procedure_component_version_id_procedure_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_component")),
        sa.UniqueConstraint(
            "version_id", "position", name=op.f("uq_procedure_component_version_id_position")
        ),
    )
    op.create_table(
        "procedure_limit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("case_code", sa.String(length=40), nullable=False),
        sa.Column("case_name", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("promised_amount", sa.Numeric(8, 2), nullable=False),
        sa.Column("legal_amount", sa.Numeric(8, 2), nullable=True),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.CheckConstraint("promised_amount >= 0", name=op.f("ck_procedure_limit_promised")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["procedure_version.id"],
            name=op.f("fk_procedure_limit_version_id_procedure_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_limit")),
    )
    op.create_index(op.f("ix_procedure_limit_version_id"), "procedure_limit", ["version_id"], unique=False)


def downgrade() -> None:
    op.drop_table("procedure_limit")
    op.drop_table("procedure_component")
    op.drop_table("unit")
    op.drop_table("setting")
    op.drop_table("procedure_version")
    op.drop_table("office_hours")
    op.drop_table("calendar_day")
    op.drop_table("agency_succession")
    op.drop_table("agency_scope")
    op.drop_table("source")
    op.drop_table("sector")
    op.drop_table("revision")
    op.drop_table("procedure")
    op.drop_table("form_title")
    op.drop_table("entered_figure")
    op.drop_table("calendar_year")
    op.drop_table("agency")
