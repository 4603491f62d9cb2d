"""Sum which limits the finished had and how much of them they took, and what was apologised for (decision 0076).

How long a dossier took is told with its limit, so that all facts are made anew by the job `fold-facts`; until
then tables are counted live. An apology lets its dossier be looked at again, as a pause does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0105"
branch_labels = None
depends_on = None

MEASURES = ("late_unapologised", "apologised", "apologised_late")
TABLES = ("daily_fact", "fact_sum")
KEYS = ("agency_id", "day", "procedure_id", "sector_id", "channel", "source_id", "unit_id")
VERBS = ("INSERT", "UPDATE", "DELETE")
_NOTE = "INSERT INTO fact_queue (dossier_id)"


def _key(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _limit() -> list[sa.Column]:
    return [_key("hundredths", sa.Integer()), _key("unit", sa.String(20)), _key("used", sa.Integer())]


def _daily_length(*limit: sa.Column) -> None:
    op.drop_table("daily_length")
    op.create_table(
        "daily_length",
        *(_key(name, sa.Date() if name == "day" else sa.Integer()) for name in KEYS),
        _key("tenths", sa.Integer()), *limit, sa.Column("number", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip


def _count_again() -> None:
    """What each dossier has added is forgotten, and all of them are looked at anew."""
    for table in ("fact_sum", "length_sum", "daily_fact", "dossier_fact", "fact_queue"):
        op.execute(sa.delete(sa.table(table)))
    op.execute("INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier ORDER BY id")
    op.execute(
        "UPDATE fact_ledger SET standing = 'filling', step = 0, turn = turn + 1 "
        "WHERE EXISTS (SELECT 1 FROM fact_queue)"
    )


def upgrade() -> None:
    _daily_length(*_limit())
    op.create_table(
        "limit_sum",
        _key("series", sa.String(24)), _key("grain", sa.String(10)), _key("start", sa.Date()),
        _key("member", sa.Integer()), *_limit(), sa.Column("number", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip
    for table in TABLES:
        for name in MEASURES:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _notice_on_sqlite()
    else:
        _notice_on_postgresql()
    _count_again()


def _notice_on_sqlite() -> None:
    for verb in VERBS:
        row = "OLD" if verb == "DELETE" else "NEW"
        op.execute(
            f"CREATE TRIGGER apology_noticed_{verb.lower()} AFTER {verb} ON apology "
            f"BEGIN {_NOTE} VALUES ({row}.dossier_id); END"
        )


def _notice_on_postgresql() -> None:
    def function(name: str, body: str) -> None:
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

    notice_all = f"{_NOTE} SELECT dossier_id FROM added; RETURN NULL;"  # noqa: S608 (names of our own)
    function("notice_new_apology", notice_all)
    op.execute(
        "CREATE TRIGGER apology_noticed_insert AFTER INSERT ON apology REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION notice_new_apology()"
    )
    function(
        "notice_apology",
        f"IF TG_OP = 'DELETE' THEN {_NOTE} VALUES (OLD.dossier_id); "
        f"ELSE {_NOTE} VALUES (NEW.dossier_id); END IF; RETURN NULL;",
    )
    op.execute(
        "CREATE TRIGGER apology_noticed_update AFTER UPDATE OR DELETE ON apology "
        "FOR EACH ROW EXECUTE FUNCTION notice_apology()"
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in VERBS if sqlite else VERBS[:2]:
        op.execute(f"DROP TRIGGER apology_noticed_{verb.lower()}" + ("" if sqlite else " ON apology"))
    if not sqlite:
        op.execute("DROP FUNCTION notice_new_apology()")
        op.execute("DROP FUNCTION notice_apology()")
    for table in TABLES:
        for name in reversed(MEASURES):
            op.drop_column(table, name)
    op.drop_table("limit_sum")
    _daily_length()
    _count_again()
