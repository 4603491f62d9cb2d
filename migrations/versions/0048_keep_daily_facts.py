"""Keep what each dossier adds to the statistics, and sums of it over days (decision 0035).

Triggers note every dossier whose facts may have changed, whoever wrote it: the product, a bulk insert, a hand.
What is there already is noted too, and counted by the job `fold-facts`; until then tables are counted live.
"""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0048"
down_revision = "0057"
branch_labels = None
depends_on = None

# What the facts of a dossier are made of; nothing else of it makes it be looked at again.
LOOKED_AT = (
    "state", "procedure_id", "sector_id", "channel", "source_id", "receiving_agency_id", "resolving_agency_id",
    "holding_unit_id", "accepted_on", "limit_amount", "limit_unit", "due_at", "current_due_at", "late_from",
    "overdue_from", "closed_at", "closed_on", "finish_class", "worked_minutes", "result_kind", "fee_state",
    "fee_method", "fully_electronic",
)  # fmt: skip
BESIDE = ("pause", "reception_round", "dossier_transfer")
VERBS = ("INSERT", "UPDATE", "DELETE")
MEASURES = (
    "open", "undue", "reappointed_open", "paused", "overdue", "second_overdue", "online", "direct",
    "undue_received", "reappointed_received", "fee_due", "paid_online", "early", "on_time", "late", "withdrawn",
    "stopped", "refused", "set_aside_in_time", "electronic", "electronic_known", "electronic_unknown",
    "second_early", "second_on_time", "second_late", "second_set_aside", "reception_due", "reception_in_time",
    "reception_late", "reception_unanswered", "reception_withdrawn",
)  # fmt: skip
KEYS = ("agency_id", "day", "procedure_id", "sector_id", "channel", "source_id", "unit_id")


def _key(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _keys() -> list[sa.Column]:
    return [_key(name, sa.Date() if name == "day" else sa.Integer()) for name in KEYS]


def _series() -> list[sa.Column]:
    return [
        _key("series", sa.String(24)),
        _key("grain", sa.String(10)),
        _key("start", sa.Date()),
        _key("member", sa.Integer()),
    ]


def _measures() -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=True) for name in MEASURES]


def _tenths() -> list[sa.Column]:
    return [_key("tenths", sa.Integer()), sa.Column("number", sa.Integer(), nullable=False)]


_NOTE = "INSERT INTO fact_queue (dossier_id)"


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def _notice_on_sqlite() -> None:
    note = f"BEGIN {_NOTE} VALUES ({{}}); END"
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in LOOKED_AT)
    op.execute(f"CREATE TRIGGER dossier_noticed_insert AFTER INSERT ON dossier {note.format('NEW.id')}")
    op.execute(
        f"CREATE TRIGGER dossier_noticed_update AFTER UPDATE OF {', '.join(LOOKED_AT)} ON dossier "
        f"WHEN {changed} {note.format('NEW.id')}"
    )
    for table in BESIDE:
        for verb in VERBS:
            row = "OLD.dossier_id" if verb == "DELETE" else "NEW.dossier_id"
            op.execute(
                f"CREATE TRIGGER {table}_noticed_{verb.lower()} AFTER {verb} ON {table} {note.format(row)}"
            )


def _notice_on_postgresql() -> None:
    for table, key in (("dossier", "id"), *((table, "dossier_id") for table in BESIDE)):
        # Many rows of a COPY are noted by one statement.
        notice_all = f"{_NOTE} SELECT {key} FROM added; RETURN NULL;"  # noqa: S608 (names of our own)
        _function(f"notice_new_{table}", notice_all)
        op.execute(
            f"CREATE TRIGGER {table}_noticed_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION notice_new_{table}()"
        )
        _function(
            f"notice_{table}",
            f"IF TG_OP = 'DELETE' THEN {_NOTE} VALUES (OLD.{key}); "
            f"ELSE {_NOTE} VALUES (NEW.{key}); END IF; RETURN NULL;",
        )
    new, old = (", ".join(f"{row}.{name}" for name in LOOKED_AT) for row in ("NEW", "OLD"))
    op.execute(
        f"CREATE TRIGGER dossier_noticed_update AFTER UPDATE OF {', '.join(LOOKED_AT)} ON dossier "
        f"FOR EACH ROW WHEN (ROW({new}) IS DISTINCT FROM ROW({old})) EXECUTE FUNCTION notice_dossier()"
    )
    for table in BESIDE:
        op.execute(
            f"CREATE TRIGGER {table}_noticed_update AFTER UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION notice_{table}()"
        )


def upgrade() -> None:
    op.create_table(
        "fact_queue",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("dossier_id", BigId, nullable=False),
    )
    op.create_table(
        "fact_ledger",
        sa.Column("id", BigId, primary_key=True, autoincrement=False),
        sa.Column("turn", BigId, nullable=False),
        sa.Column("standing", sa.String(10), nullable=False),
        sa.Column("step", BigId, nullable=False),
    )
    op.create_table(
        "dossier_fact",
        sa.Column("dossier_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("added", sa.Text(), nullable=False),
    )
    op.create_table("daily_fact", *_keys(), *_measures(), sqlite_with_rowid=False)
    op.create_table("daily_length", *_keys(), *_tenths(), sqlite_with_rowid=False)
    op.create_table("fact_sum", *_series(), *_measures(), sqlite_with_rowid=False)
    op.create_table("length_sum", *_series(), *_tenths(), sqlite_with_rowid=False)
    if op.get_bind().dialect.name == "sqlite":
        _notice_on_sqlite()
    else:
        _notice_on_postgresql()
    op.execute("INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier ORDER BY id")
    op.execute(
        "INSERT INTO fact_ledger (id, turn, step, standing) "
        "SELECT 1, 0, 0, CASE WHEN EXISTS (SELECT 1 FROM dossier) THEN 'filling' ELSE 'ready' END"
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("dossier", *BESIDE):
        verbs = VERBS if sqlite and table != "dossier" else VERBS[:2]
        for verb in verbs:
            op.execute(f"DROP TRIGGER {table}_noticed_{verb.lower()}" + ("" if sqlite else f" ON {table}"))
        if not sqlite:
            op.execute(f"DROP FUNCTION notice_new_{table}()")
            op.execute(f"DROP FUNCTION notice_{table}()")
    for table in (
        "length_sum", "fact_sum", "daily_length", "daily_fact", "dossier_fact", "fact_ledger", "fact_queue",
    ):  # fmt: skip
        op.drop_table(table)
