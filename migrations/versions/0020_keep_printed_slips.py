"""Keep what was printed, with its copies, and the numbers of the desks' books."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# What is only ever appended to. The words of a paper may be erased whole, never rewritten.
KEPT = (
    ("printed_slip", ("UPDATE", "DELETE")),
    ("printed_about", ("UPDATE", "DELETE")),
    ("printed_content", ("UPDATE",)),
    ("register_line", ("UPDATE", "DELETE")),
)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "printed_content",
        sa.Column("id", BigId, nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("form_version", sa.String(16), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_content")),
        sqlite_autoincrement=True,  # the number of words that were erased is never another's
    )
    op.create_table(
        "printed_slip",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("dated_at", Moment(), nullable=False),
        sa.Column("copy", BigId, nullable=False),
        sa.Column("size", sa.String(4), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content_id", BigId, nullable=True),
        sa.Column("printed_at", Moment(), nullable=False),
        sa.Column("printed_by_id", BigId, nullable=True),
        _key("printed_slip", "printed_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_slip")),
        sa.UniqueConstraint(
            "subject", "kind", "dated_at", "copy", name=op.f("uq_printed_slip_subject_kind_dated_at_copy")
        ),
    )
    op.create_table(
        "printed_about",
        sa.Column("slip_id", BigId, autoincrement=False, nullable=False),
        sa.Column("dossier_id", BigId, autoincrement=False, nullable=False),
        _key("printed_about", "slip_id", "printed_slip"),
        _key("printed_about", "dossier_id", "dossier"),
        sa.PrimaryKeyConstraint("slip_id", "dossier_id", name=op.f("pk_printed_about")),
    )
    op.create_index("ix_printed_about_dossier_id", "printed_about", ["dossier_id"])
    op.create_table(
        "register_line",
        sa.Column("agency_id", BigId, autoincrement=False, nullable=False),
        sa.Column("year", BigId, autoincrement=False, nullable=False),
        sa.Column("number", BigId, autoincrement=False, nullable=False),
        sa.Column("dossier_id", BigId, nullable=False),
        _key("register_line", "agency_id", "agency"),
        _key("register_line", "dossier_id", "dossier"),
        sa.PrimaryKeyConstraint("agency_id", "year", "number", name=op.f("pk_register_line")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_register_line_dossier_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    for table, verbs in KEPT:
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_on_postgresql() -> None:
    for table, verbs in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {' OR '.join(verbs)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in ("register_line", "printed_about", "printed_slip", "printed_content"):
        op.drop_table(table)
