"""A key of another system may read the figures of an agency; more scopes fit beside each other."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0076"
down_revision = "0074"
branch_labels = None
depends_on = None


NEW_SCOPES = {"catalogue", "statistics"}


def upgrade() -> None:
    with _answers_aside(), op.batch_alter_table("api_token") as table:
        table.alter_column(
            "scopes", type_=sa.String(200), existing_type=sa.String(60), existing_nullable=False
        )
        table.add_column(sa.Column("agency_id", BigId))
        table.create_foreign_key("fk_api_token_agency_id_agency", "agency", ["agency_id"], ["id"])


def downgrade() -> None:
    _forget_new_scopes()
    with _answers_aside(), op.batch_alter_table("api_token") as table:
        table.drop_constraint("fk_api_token_agency_id_agency", type_="foreignkey")
        table.drop_column("agency_id")
        table.alter_column(
            "scopes", type_=sa.String(60), existing_type=sa.String(200), existing_nullable=False
        )


@contextmanager
def _answers_aside() -> Iterator[None]:
    """SQLite changes a table by making it anew, and drops none that rows refer to."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TABLE answers_aside AS SELECT * FROM api_answer")
    op.execute("DELETE FROM api_answer")
    yield
    op.execute("INSERT INTO api_answer SELECT * FROM answers_aside")
    op.execute("DROP TABLE answers_aside")


def _forget_new_scopes() -> None:
    """The older program knows of no such scope; a key that had no other opens nothing there."""
    bind = op.get_bind()
    for key in bind.execute(sa.text("SELECT id, scopes FROM api_token ORDER BY id")).all():
        left = [scope for scope in key.scopes.split(";") if scope not in NEW_SCOPES]
        bind.execute(
            sa.text("UPDATE api_token SET scopes = :left WHERE id = :id"),
            {"left": ";".join(left), "id": key.id},
        )
    op.execute(
        "UPDATE api_token SET revoked_at = COALESCE(last_used_at, created_at)"
        " WHERE scopes = '' AND revoked_at IS NULL"
    )
