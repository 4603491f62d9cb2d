"""Keep the sums of each level by sector, which Biểu 06 shows (decision 0035).

What sums there are is made anew with them by the job `fold-facts`; until then tables are counted live. An
agency that is put on another level takes its sums along: then too all are made anew, and the trigger says so.
"""

from alembic import op

revision = "0049"
down_revision = "0058"
branch_labels = None
depends_on = None

_ANEW = "UPDATE fact_ledger SET standing = 'summing', step = 0, turn = turn + 1 WHERE standing <> 'filling'"


def upgrade() -> None:
    op.execute(f"{_ANEW} AND EXISTS (SELECT 1 FROM dossier_fact)")  # noqa: S608 (ours)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER agency_level_noticed AFTER UPDATE OF level ON agency "
            f"WHEN NEW.level IS NOT OLD.level BEGIN {_ANEW}; END"
        )
        return
    op.execute(
        "CREATE FUNCTION notice_agency_level() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_ANEW}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER agency_level_noticed AFTER UPDATE OF level ON agency FOR EACH ROW "
        "WHEN (NEW.level IS DISTINCT FROM OLD.level) EXECUTE FUNCTION notice_agency_level()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER agency_level_noticed")
    else:
        op.execute("DROP TRIGGER agency_level_noticed ON agency")
        op.execute("DROP FUNCTION notice_agency_level()")
    for table in ("fact_sum", "length_sum"):
        op.execute(f"DELETE FROM {table} WHERE series LIKE '%/sector'")  # noqa: S608 (names of our own)
