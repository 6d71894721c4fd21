"""Alembic's way in. The connection comes from `storage.database.migrate`."""

from alembic import context
from sqlalchemy import Connection, text

from storage.tables.base import Base

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
if connection.dialect.name == "postgresql":
    # What a trigger still has to do at the commit keeps its table from being altered until then.
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
context.run_migrations()
