"""Run migrations on the connection that tthc_tracker.migrating hands over."""

from alembic import context

from tthc_tracker.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=False,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
