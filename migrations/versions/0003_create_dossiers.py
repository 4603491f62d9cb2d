"""Create dossiers, their history, codes and papers."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Ids begin with the year (decision 0002), so a range of ids is a year. Years without a partition of their own
# share the first and the last.
YEAR = 10**10
FIRST_YEAR, LAST_YEAR = 2024, 2027

# Names without marks and the three agencies of a dossier, as words: scope is part of the search itself.
SEARCH_SQLITE = (
    "CREATE VIRTUAL TABLE dossier_search USING fts5"
    "(names, places, content='', contentless_delete=1, tokenize='unicode61', prefix='2 3')"
)
SEARCH_POSTGRESQL = (
    "CREATE TABLE dossier_search (dossier_id bigint PRIMARY KEY, document tsvector NOT NULL)",
    "CREATE INDEX ix_dossier_search_document ON dossier_search USING gin (document)",
)

# (table, refused verbs): history is appended to, a dossier is cancelled, never deleted.
KEPT = (
    ("dossier_event", ("UPDATE", "DELETE")),
    ("audit_entry", ("UPDATE", "DELETE")),
    ("dossier", ("DELETE",)),
)


def _keep_on_sqlite() -> None:
    for table, verbs in KEPT:
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _keep_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table, verbs in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {' OR '.join(verbs)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _partition(table: str) -> None:
    op.execute(
        f"CREATE TABLE {table}_past PARTITION OF {table} FOR VALUES FROM (MINVALUE) TO ({FIRST_YEAR * YEAR})"
    )
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        bounds = f"FROM ({year * YEAR}) TO ({(year + 1) * YEAR})"
        op.execute(f"CREATE TABLE {table}_{year} PARTITION OF {table} FOR VALUES {bounds}")
    op.execute(f"CREATE TABLE {table}_later PARTITION OF {table} DEFAULT")


def _finish_on_this_database() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SEARCH_SQLITE)
        _keep_on_sqlite()
        return
    _partition("dossier")
    _partition("dossier_event")
    op.execute("CREATE SEQUENCE dossier_serial")
    for statement in SEARCH_POSTGRESQL:
        op.execute(statement)
    _keep_on_postgresql()


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("id_number", sa.String(length=40), nullable=True),
        sa.Column("id_reversed", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_reversed", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index("ix_person_id_reversed", "person", ["id_reversed"], unique=False)
    op.create_index("ix_person_phone_reversed", "person", ["phone_reversed"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_audit_entry_actor_id_app_user")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_audit_entry_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_type", "object_id"], unique=False)
    op.create_table(
        "code_counter",
        sa.Column("agency_id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("last", BigId, nullable=False),
        sa.CheckConstraint("last BETWEEN 1 AND 99999999", name=op.f("ck_code_counter_last")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_code_counter_agency_id_agency")),
        sa.PrimaryKeyConstraint("agency_id", "day", "series", name=op.f("pk_code_counter")),
    )
    op.create_table(
        "submission",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("result_kind", sa.String(length=40), nullable=True),
        sa.Column("result", sa.String(length=60), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.CheckConstraint("length(key) = 32", name=op.f("ck_submission_key")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_submission_user_id_app_user")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submission")),
    )
    op.create_index("ix_submission_created_at", "submission", ["created_at"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("source_as_of", Moment(), nullable=True),
        sa.Column("procedure_id", BigId, nullable=False),
        sa.Column("procedure_version_id", BigId, nullable=False),
        sa.Column("sector_id", BigId, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("abstract", sa.String(length=500), nullable=False),
        sa.Column("sets", BigId, nullable=False),
        sa.Column("applicant_id", BigId, nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("receiving_agency_id", BigId, nullable=False),
        sa.Column("resolving_agency_id", BigId, nullable=False),
        sa.Column("returning_agency_id", BigId, nullable=False),
        sa.Column("holding_unit_id", BigId, nullable=True),
        sa.Column("officer_id", BigId, nullable=True),
        sa.Column("held_since", Moment(), nullable=True),
        sa.Column("received_by_id", BigId, nullable=True),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("arrived_at", Moment(), nullable=True),
        sa.Column("reception_round", BigId, nullable=False),
        sa.Column("reception_due_at", Moment(), nullable=True),
        sa.Column("reception_due_on", sa.Date(), nullable=True),
        sa.Column("reception_late_from", Moment(), nullable=True),
        sa.Column("reception_answered_at", Moment(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("limit_amount", sa.Numeric(8, 2), nullable=True),
        sa.Column("limit_unit", sa.String(32), nullable=True),
        sa.Column("rounding", sa.String(length=20), nullable=False),
        sa.Column("due_given", sa.Boolean(), nullable=False),
        sa.Column("due_on_day_off", sa.Boolean(), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("due_version", BigId, nullable=False),
        sa.Column("first_due_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("current_due_at", Moment(), nullable=True),
        sa.Column("late_from", Moment(), nullable=True),
        sa.Column("overdue_from", Moment(), nullable=True),
        sa.Column("due_soon_from", Moment(), nullable=True),
        sa.Column("very_overdue_from", Moment(), nullable=True),
        sa.Column("paused_since", Moment(), nullable=True),
        sa.Column("next_check_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("finish_class", sa.String(32), nullable=True),
        sa.Column("worked_minutes", BigId, nullable=True),
        sa.Column("result_kind", sa.String(32), nullable=True),
        sa.Column("result_number", sa.String(length=60), nullable=True),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("returned_at", Moment(), nullable=True),
        sa.Column("returned_to", sa.String(length=200), nullable=True),
        sa.Column("return_method", sa.String(32), nullable=True),
        sa.Column("fee_due", BigId, nullable=False),
        sa.Column("fee_state", sa.String(length=20), nullable=False),
        sa.Column("fee_method", sa.String(length=20), nullable=True),
        sa.Column("fully_electronic", sa.Boolean(), nullable=True),
        sa.Column("components_digitised", sa.Boolean(), nullable=True),
        sa.Column("receipt_token_hash", sa.String(length=64), nullable=True),
        sa.Column("receipt_prints", BigId, nullable=False),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_on IS NULL)", name=op.f("ck_dossier_accepted")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)", name=op.f("ck_dossier_closed_on")),
        sa.CheckConstraint(
            "closed_at IS NULL OR accepted_at IS NULL OR closed_at >= accepted_at",
            name=op.f("ck_dossier_closed"),
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name=op.f("fk_dossier_applicant_id_person")),
        sa.ForeignKeyConstraint(
            ["holding_unit_id"], ["unit.id"], name=op.f("fk_dossier_holding_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["app_user.id"], name=op.f("fk_dossier_officer_id_app_user")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_dossier_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_dossier_procedure_id_procedure")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"],
            ["procedure_version.id"],
            name=op.f("fk_dossier_procedure_version_id_procedure_version"),
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["app_user.id"], name=op.f("fk_dossier_received_by_id_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["receiving_agency_id"], ["agency.id"], name=op.f("fk_dossier_receiving_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["resolving_agency_id"], ["agency.id"], name=op.f("fk_dossier_resolving_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(
            ["returning_agency_id"], ["agency.id"], name=op.f("fk_dossier_returning_agency_id_agency")
        ),
        sa.ForeignKeyConstraint(["sector_id"], ["sector.id"], name=op.f("fk_dossier_sector_id_sector")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_dossier_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index("ix_dossier_accepted_on", "dossier", ["accepted_on", "resolving_agency_id"], unique=False)
    op.create_index("ix_dossier_applicant", "dossier", ["applicant_id"], unique=False)
    op.create_index("ix_dossier_closed_on", "dossier", ["closed_on", "resolving_agency_id"], unique=False)
    op.create_index("ix_dossier_code", "dossier", ["code"], unique=False)
    op.create_index(
        "ix_dossier_desk_accepted", "dossier", ["receiving_agency_id", "accepted_at"], unique=False
    )
    op.create_index(
        "ix_dossier_next_check",
        "dossier",
        ["next_check_at"],
        unique=False,
        sqlite_where=sa.text("next_check_at IS NOT NULL"),
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_no_due",
        "dossier",
        ["resolving_agency_id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NULL AND accepted_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NULL AND accepted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_officer_open",
        "dossier",
        ["officer_id", "paused_since", "overdue_from"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_overdue",
        "dossier",
        ["overdue_from", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL AND paused_since IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL AND paused_since IS NULL"),
    )
    op.create_index("ix_dossier_owner", "dossier", ["owner_id"], unique=False)
    op.create_index(
        "ix_dossier_receiving_open",
        "dossier",
        ["receiving_agency_id", "paused_since", "overdue_from"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_reception_day", "dossier", ["reception_due_on", "receiving_agency_id"], unique=False
    )
    op.create_index(
        "ix_dossier_resolving_open",
        "dossier",
        ["resolving_agency_id", "paused_since", "overdue_from"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_returning_open",
        "dossier",
        ["returning_agency_id", "paused_since", "overdue_from"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_to_collect",
        "dossier",
        ["returning_agency_id", "closed_at"],
        unique=False,
        sqlite_where=sa.text("state = 'finished'"),
        postgresql_where=sa.text("state = 'finished'"),
    )
    op.create_index(
        "ix_dossier_unit_open",
        "dossier",
        ["holding_unit_id", "paused_since", "overdue_from"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_dossier_waiting",
        "dossier",
        ["reception_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NULL"),
    )
    op.create_index(
        "ix_dossier_waiting_desk",
        "dossier",
        ["receiving_agency_id", "reception_due_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND accepted_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND accepted_at IS NULL"),
    )
    op.create_table(
        "dossier_code",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", BigId, nullable=False),
        sa.Column("agency_id", BigId, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("seq", BigId, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_dossier_code_agency_id_agency")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_code_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_dossier_code_source_id_source")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dossier_code")),
    )
    op.create_index("ix_dossier_code_dossier_id", "dossier_code", ["dossier_id"], unique=False)
    op.create_index("ix_dossier_code_series", "dossier_code", ["agency_id", "day", "seq"], unique=False)
    op.create_table(
        "dossier_component",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("position", BigId, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("originals", BigId, nullable=False),
        sa.Column("certified", BigId, nullable=False),
        sa.Column("copies", BigId, nullable=False),
        sa.Column("digitised", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_component_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "position", name=op.f("pk_dossier_component")),
    )
    op.create_table(
        "dossier_event",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", BigId, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app_user.id"], name=op.f("fk_dossier_event_actor_id_app_user")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_event_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_dossier_event")),
        postgresql_partition_by="RANGE (dossier_id)",
    )
    op.create_index("ix_dossier_event_recorded_at", "dossier_event", ["recorded_at"], unique=False)
    op.create_table(
        "pause",
        sa.Column("id", BigId, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        sa.Column("policy", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_pause_order")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_pause_actor_id_app_user")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_pause_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_dossier_id", "pause", ["dossier_id", "started_at"], unique=False)
    op.create_table(
        "reception_round",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("round", BigId, autoincrement=False, nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("late_from", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_reception_round_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "round", name=op.f("pk_reception_round")),
    )
    op.create_table(
        "event_private",
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", BigId, autoincrement=False, nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id", "seq"],
            ["dossier_event.dossier_id", "dossier_event.seq"],
            name=op.f("fk_event_private_dossier_id_dossier_event"),
        ),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_event_private")),
    )
    _finish_on_this_database()


def downgrade() -> None:
    op.execute("DROP TABLE dossier_search")
    op.drop_table("event_private")
    op.drop_table("reception_round")
    op.drop_table("pause")
    op.drop_table("dossier_event")
    op.drop_table("dossier_component")
    op.drop_table("dossier_code")
    op.drop_table("dossier")
    op.drop_table("submission")
    op.drop_table("code_counter")
    op.drop_table("audit_entry")
    op.drop_table("person")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE dossier_serial")
        op.execute("DROP FUNCTION refuse_change()")
