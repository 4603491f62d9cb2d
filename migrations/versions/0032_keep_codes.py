"""Keep every code for ever: no row of `dossier_code` is deleted, and no code becomes another one.

A dossier is never deleted since 0003; without its code it could not be found, and the code could be given
again (domain.md 4: unique by constraint, never re-used).
"""

from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

CODED = ("dossier", "dossier_code")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER dossier_code_kept_delete BEFORE DELETE ON dossier_code "
            "BEGIN SELECT RAISE(ABORT, 'dossier_code is append-only'); END"
        )
        for table in CODED:
            op.execute(
                f"CREATE TRIGGER {table}_keeps_code BEFORE UPDATE OF code ON {table} "
                "WHEN NEW.code IS NOT OLD.code "
                f"BEGIN SELECT RAISE(ABORT, 'the code of a {table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER dossier_code_kept BEFORE DELETE ON dossier_code "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER dossier_code_whole BEFORE TRUNCATE ON dossier_code "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for table in CODED:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_code BEFORE UPDATE OF code ON {table} FOR EACH ROW "
            "WHEN (NEW.code IS DISTINCT FROM OLD.code) EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    of_table = "" if op.get_bind().dialect.name == "sqlite" else " ON {}"
    kept = ("dossier_code_kept_delete",) if not of_table else ("dossier_code_kept", "dossier_code_whole")
    for name in kept:
        op.execute(f"DROP TRIGGER {name}{of_table.format('dossier_code')}")
    for table in CODED:
        op.execute(f"DROP TRIGGER {table}_keeps_code{of_table.format(table)}")
