"""A key of another system may read the figures of an agency; more scopes fit beside each other."""

import sqlalchemy as sa
from alembic import op

from tthc_tracker.models.base import BigId

revision = "0076"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.alter_column(
            "scopes", type_=sa.String(200), existing_type=sa.String(60), existing_nullable=False
        )
        table.add_column(sa.Column("agency_id", BigId))
        table.create_foreign_key("fk_api_token_agency_id_agency", "agency", ["agency_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.drop_constraint("fk_api_token_agency_id_agency", type_="foreignkey")
        table.drop_column("agency_id")
        table.alter_column(
            "scopes", type_=sa.String(60), existing_type=sa.String(200), existing_nullable=False
        )
