"""Create the trail: a hash chain over history, its heads and seals, and the guards that were missing.

What stands in the tables already is chained by `flask db upgrade` after the migration: that needs the key,
which is not in the database (services.trail.begin).
"""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId, Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What is only ever appended to. The personal part of an event may be erased whole, never rewritten.
KEPT = (
    ("trail_link", ("UPDATE", "DELETE")),
    ("trail_seal", ("UPDATE", "DELETE")),
    ("trail_head", ("DELETE",)),
    ("event_private", ("UPDATE",)),
)
PARTITIONED = ("dossier", "dossier_event")


def _guard_on_sqlite() -> None:
    for table, verbs in KEPT:
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER trail_head_rises BEFORE UPDATE ON trail_head "
        "WHEN NEW.seq <= OLD.seq OR NEW.agency_id <> OLD.agency_id "
        "BEGIN SELECT RAISE(ABORT, 'trail_head only rises'); END"
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
    op.execute(
        "CREATE TRIGGER trail_head_rises BEFORE UPDATE ON trail_head FOR EACH ROW "
        "WHEN (NEW.seq <= OLD.seq OR NEW.agency_id <> OLD.agency_id) EXECUTE FUNCTION refuse_change()"
    )
    for partition in _partitions():  # a statement's trigger on the whole table does not guard its parts
        op.execute(
            f"CREATE TRIGGER part_whole BEFORE TRUNCATE ON {partition} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _partitions() -> list[str]:
    parts = sa.text(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = ANY (CAST(:parents AS regclass[])) ORDER BY 1"
    )
    return list(op.get_bind().execute(parts, {"parents": list(PARTITIONED)}).scalars())


def _add_salt() -> None:
    """A salt for each row there is; a column added to a table that has rows needs something to begin with."""
    op.add_column(
        "event_private",
        sa.Column("salt", sa.LargeBinary(), nullable=False, server_default=sa.text("''")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE event_private SET salt = randomblob(16)")
    else:
        op.execute("UPDATE event_private SET salt = decode(replace(gen_random_uuid()::text, '-', ''), 'hex')")


def upgrade() -> None:
    _add_salt()
    op.create_table(
        "trail_link",
        sa.Column("agency_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", BigId, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "seq", name=op.f("pk_trail_link")),
    )
    op.create_table(
        "trail_head",
        sa.Column("agency_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", BigId, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "trail_seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("links", BigId, nullable=False),
        sa.Column("prev_root", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_trail_seal")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_private_kept_update")
    else:
        op.execute("DROP TRIGGER event_private_kept ON event_private")
        op.execute("DROP TRIGGER event_private_whole ON event_private")
        for partition in _partitions():
            op.execute(f"DROP TRIGGER part_whole ON {partition}")
    op.drop_column("event_private", "salt")
    for table in ("trail_seal", "trail_head", "trail_link"):
        op.drop_table(table)
