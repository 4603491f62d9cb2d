"""A number that rises whenever something is renamed that pages of dossiers name: processes keep these names."""

from alembic import op

revision = "0061"
down_revision = "0073"
branch_labels = None
depends_on = None

# What `queries.names` keeps; the columns by which it would say something else.
NAMED = {
    "agency": ("code", "name"),
    "unit": ("name",),
    "app_user": ("full_name",),
    "procedure": ("code",),
    "procedure_version": ("name",),
    "sector": ("name",),
    "source": ("name", "kind"),
}
RAISE = (
    "INSERT INTO revision (name, number) VALUES ('names', 1) "
    "ON CONFLICT (name) DO UPDATE SET number = revision.number + 1;"
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if postgresql else "IS NOT"
    if postgresql:
        op.execute(
            "CREATE FUNCTION tell_of_renamed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {RAISE} RETURN NULL; END $$"
        )
    then = "EXECUTE FUNCTION tell_of_renamed()" if postgresql else f"BEGIN {RAISE} END"
    for table, columns in NAMED.items():
        renamed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_renamed AFTER UPDATE OF {', '.join(columns)} ON {table} "
            f"FOR EACH ROW WHEN ({renamed}) {then}"
        )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in NAMED:
        op.execute(f"DROP TRIGGER {table}_renamed" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION tell_of_renamed()")
    op.execute("DELETE FROM revision WHERE name = 'names'")
