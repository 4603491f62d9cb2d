"""Say of a dossier whether its result is kept digitised, and count that and its papers by the day (decision 0075).

Of what has a result already it is not known. What says something of its papers is noted, and looked at by the
job `fold-facts`; while very many wait, tables are counted live. The shipped indicator of digitised results is
computed from here on; the figures that were entered stay those of their periods.
"""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0112"
branch_labels = None
depends_on = None

# What the facts of a dossier are made of; nothing else of it makes it be looked at again.
LOOKED_AT = (
    "state", "procedure_id", "sector_id", "channel", "source_id", "receiving_agency_id", "resolving_agency_id",
    "holding_unit_id", "accepted_on", "limit_amount", "limit_unit", "due_at", "current_due_at", "late_from",
    "overdue_from", "closed_at", "closed_on", "finish_class", "worked_minutes", "result_kind", "fee_state",
    "fee_method", "fully_electronic",
)  # fmt: skip
DIGITISED = ("components_digitised", "result_digitised")
MEASURES = ("papers_digitised", "papers_undigitised", "result_digitised", "result_undigitised")
TABLES = ("daily_fact", "fact_sum")
COMPUTED = (
    "Hồ sơ có kết quả được số hoá, lưu bản điện tử trên hồ sơ đã giải quyết trong kỳ; chưa ai ghi thì tính là chưa "
    "số hoá."
)
ENTERED = (
    "Kết quả được số hoá, ký số và lưu vào kho dữ liệu trên kết quả đã trả; phần mềm này không giữ tệp kết quả "
    "nên số được nhập."
)
TITLE, TITLE_BEFORE = "Số hóa thành phần hồ sơ, kết quả giải quyết", "Số hóa thành phần hồ sơ"


def _notice(looked_at: tuple[str, ...]) -> None:
    """Let the database note a dossier where one of these changes, and nowhere else."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER dossier_noticed_update" + ("" if sqlite else " ON dossier"))
    trigger = f"CREATE TRIGGER dossier_noticed_update AFTER UPDATE OF {', '.join(looked_at)} ON dossier "
    if sqlite:
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in looked_at)
        note = "BEGIN INSERT INTO fact_queue (dossier_id) VALUES (NEW.id); END"
        op.execute(f"{trigger}WHEN {changed} {note}")
        return
    new, old = (", ".join(f"{row}.{name}" for name in looked_at) for row in ("NEW", "OLD"))
    op.execute(
        f"{trigger}FOR EACH ROW WHEN (ROW({new}) IS DISTINCT FROM ROW({old})) EXECUTE FUNCTION notice_dossier()"
    )


def _indicator(computed: str | None, definition: str, before: str) -> None:
    """The shipped one; a definition that somebody wrote stays."""
    table = sa.table("indicator", sa.column("code"), sa.column("computed"), sa.column("definition"))
    its = table.update().where(table.c.code == "results")
    op.execute(its.where(table.c.definition == before).values(definition=definition))
    op.execute(its.values(computed=computed))


def _title(title: str, before: str) -> None:
    """The shipped title of the working table; one that somebody gave it stays."""
    table = sa.table("form_title", sa.column("form_key"), sa.column("title"))
    its = (table.c.form_key == "working_digitised", table.c.title == before)
    op.execute(table.update().where(*its).values(title=title))


def upgrade() -> None:
    op.add_column("dossier", sa.Column("result_digitised", sa.Boolean(), nullable=True))
    op.add_column(
        "source_words", sa.Column("result_digitised", sa.String(20), server_default="", nullable=False)
    )
    for table in TABLES:
        for name in MEASURES:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
    _notice((*LOOKED_AT, *DIGITISED))
    _indicator("results", COMPUTED, ENTERED)
    _title(TITLE, TITLE_BEFORE)
    op.execute(
        "INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier "
        "WHERE components_digitised IS NOT NULL AND accepted_on IS NOT NULL ORDER BY id"
    )


def downgrade() -> None:
    """Refused once a history says what was put right of a result: the older program cannot read it. What each
    dossier has added is forgotten, for it knows no such numbers."""
    said = sa.text("SELECT 1 FROM dossier_event WHERE kind = 'result_digitised' LIMIT 1")
    if op.get_bind().execute(said).first() is not None:
        raise RuntimeError(
            "0111: results have been said to be digitised; go back to a backup from before instead"
        )
    for table in (
        "fact_sum",
        "length_sum",
        "limit_sum",
        "daily_fact",
        "daily_length",
        "dossier_fact",
        "fact_queue",
    ):
        op.execute(sa.delete(sa.table(table)))
    _title(TITLE_BEFORE, TITLE)
    _indicator(None, ENTERED, COMPUTED)
    _notice(LOOKED_AT)
    for table in TABLES:
        for name in reversed(MEASURES):
            op.drop_column(table, name)
    op.drop_column("source_words", "result_digitised")
    op.drop_column("dossier", "result_digitised")
    op.execute("INSERT INTO fact_queue (dossier_id) SELECT id FROM dossier ORDER BY id")
    op.execute(
        "UPDATE fact_ledger SET standing = 'filling', step = 0, turn = turn + 1 "
        "WHERE EXISTS (SELECT 1 FROM fact_queue)"
    )
