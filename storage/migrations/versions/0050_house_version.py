"""Which clinics and doctors there are has a version, by which they can be kept in memory."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KEPT = ("clinics", "doctors")
MOMENTS = ("insert", "update", "delete")
ON_SQLITE = """
CREATE TRIGGER house_{table}_{moment} AFTER {moment} ON {table}
BEGIN
  UPDATE house SET version = lower(hex(randomblob(16)));
END
"""
CHANGE_HOUSE = """
CREATE FUNCTION change_house() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN UPDATE house SET version = gen_random_uuid()::text; RETURN NULL; END'
"""
ON_POSTGRESQL = """
CREATE CONSTRAINT TRIGGER house_{table} AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_house()
"""


def upgrade() -> None:
    op.create_table(
        "house",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=36), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_house_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("INSERT INTO house VALUES (1, gen_random_uuid()::text)")
        op.execute(CHANGE_HOUSE.strip())
        for table in KEPT:
            op.execute(ON_POSTGRESQL.format(table=table).strip())
    else:
        op.execute("INSERT INTO house VALUES (1, lower(hex(randomblob(16))))")
        for table in KEPT:
            for moment in MOMENTS:
                op.execute(ON_SQLITE.format(table=table, moment=moment).strip())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in KEPT:
            op.execute(f"DROP TRIGGER house_{table} ON {table}")
        op.execute("DROP FUNCTION change_house()")
    else:
        for table in KEPT:
            for moment in MOMENTS:
                op.execute(f"DROP TRIGGER house_{table}_{moment}")
    op.drop_table("house")
