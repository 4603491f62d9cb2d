"""Let people choose how often they get mail about alerts, and keep what a server said when it refused an address."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "app_user", sa.Column("mail_frequency", sa.String(32), nullable=False, server_default="at_once")
    )
    op.add_column(
        "app_user", sa.Column("summary_mail", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column(
        "app_user", sa.Column("mail_bounced_reply", sa.String(300), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("app_user", "mail_bounced_reply")
    op.drop_column("app_user", "summary_mail")
    op.drop_column("app_user", "mail_frequency")
