"""Alembic's way in. The connection comes from `storage.database.migrate`."""

from alembic import context
from sqlalchemy import Connection

from storage.tables.base import Base

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
context.run_migrations()
