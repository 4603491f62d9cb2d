"""Find what desks gave to applicants in a period, and name the table of it (queries.deskcounts)."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0135"
down_revision = "0126"
branch_labels = None
depends_on = None

_TITLE = {
    "form_key": "working_desks", "title": "Tiếp nhận và trả kết quả theo bộ phận một cửa", "number": "", "basis": "",
    "valid_from": dt.date(2019, 1, 1),
}  # fmt: skip
_TITLES = sa.table(
    "form_title", *(sa.column(name) for name in ("form_key", "title", "number", "basis")),
    sa.column("valid_from", sa.Date()),
)  # fmt: skip
_RETURNED = sa.text("returned_at IS NOT NULL")


def upgrade() -> None:
    columns = ["returned_at", "receiving_agency_id"]
    op.create_index(
        "ix_dossier_returned", "dossier", columns, sqlite_where=_RETURNED, postgresql_where=_RETURNED
    )
    # Of an installation that has the shipped titles; a new one is given this one with the others.
    if op.get_bind().execute(sa.select(_TITLES.c.form_key).limit(1)).first() is not None:
        op.execute(_TITLES.insert().values(**_TITLE))


def downgrade() -> None:
    op.execute(_TITLES.delete().where(_TITLES.c.form_key == _TITLE["form_key"]))
    op.drop_index("ix_dossier_returned", table_name="dossier")
