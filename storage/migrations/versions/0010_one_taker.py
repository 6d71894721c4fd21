"""A time is either a family's visit or taken without one: the database's word on it.

Rows that already say both would be a mistake of ours. They are left as they are: which of the two
came first, only people know, and both are seen in the day's list.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ACTIVE = "state IN ('pending', 'booked')"
BECOMES_ACTIVE = f"NEW.{ACTIVE} AND (NEW.slot_id <> OLD.slot_id OR NOT OLD.{ACTIVE})"
JUDGES = [
    ("taken_is_not_booked", "taken_slots", "insert", "true", "appointments", ACTIVE),
    (
        "taken_is_not_booked",
        "taken_slots",
        "update",
        "NEW.slot_id <> OLD.slot_id",
        "appointments",
        ACTIVE,
    ),
    ("booked_is_not_taken", "appointments", "insert", f"NEW.{ACTIVE}", "taken_slots", "true"),
    ("booked_is_not_taken", "appointments", "update", BECOMES_ACTIVE, "taken_slots", "true"),
]
TAKEN = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON {table} WHEN {condition}
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM {other} WHERE slot_id = NEW.slot_id AND {standing}
  );
END
"""
REFUSE_TAKEN = """
CREATE FUNCTION refuse_taken() RETURNS trigger LANGUAGE plpgsql AS
'DECLARE found boolean; BEGIN
  PERFORM 1 FROM slots WHERE id = NEW.slot_id FOR NO KEY UPDATE;
  EXECUTE ''SELECT EXISTS (SELECT 1 FROM '' || TG_ARGV[0] || '' WHERE slot_id = $1 AND ''
    || TG_ARGV[1] || '')'' INTO found USING NEW.slot_id;
  IF found THEN
    RAISE EXCEPTION USING MESSAGE = TG_NAME, ERRCODE = ''integrity_constraint_violation'';
  END IF;
  RETURN NEW;
END'
"""
REFUSED = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON {table} FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION refuse_taken('{other}', '{standing}')
"""


def upgrade() -> None:
    on_server = op.get_bind().dialect.name == "postgresql"
    if on_server:
        op.execute(REFUSE_TAKEN.strip())
    for name, table, moment, condition, other, standing in JUDGES:
        rule = (REFUSED if on_server else TAKEN).format(
            name=name,
            table=table,
            moment=moment,
            condition=condition,
            other=other,
            standing=standing.replace("'", "''") if on_server else standing,
        )
        op.execute(rule.strip())


def downgrade() -> None:
    on_server = op.get_bind().dialect.name == "postgresql"
    for name, table, moment, *_ in JUDGES:
        op.execute(f"DROP TRIGGER {name}_{moment}" + (f" ON {table}" if on_server else ""))
    if on_server:
        op.execute("DROP FUNCTION refuse_taken()")
