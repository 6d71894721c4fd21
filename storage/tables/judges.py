"""What only the database can judge or tell under a race: triggers, exclusions, an append-only
journal, and which state of the clinics it is."""

from collections.abc import Iterable

from sqlalchemy import (
    DDL,
    ColumnElement,
    event,
)

from storage.tables.base import Base
from storage.tables.visits import ACTIVE_STATES

NO_OVERLAP = """
CREATE TRIGGER no_overlap_{table}_{moment} BEFORE {moment} ON {table} WHEN NEW.{condition}
BEGIN
  SELECT RAISE(ABORT, 'no_overlap_{table}') WHERE EXISTS (
    SELECT 1 FROM {table}
    WHERE {owner} = NEW.{owner} AND {condition} AND id IS NOT NEW.id
      AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
  );
END
"""
"""A SQLite trigger that refuses a row whose stretch overlaps another one of the same owner."""


EXCLUDED = """
ALTER TABLE {table} ADD CONSTRAINT no_overlap_{table} EXCLUDE USING gist (
  int8range({owner}, {owner}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE ({condition})
"""
"""The same on PostgreSQL. The owner is a range of one, which needs no extension (btree_gist)."""


ORDERED = """
CREATE TRIGGER no_overlap_slots_{moment} BEFORE {moment} ON slots WHEN NEW.open
BEGIN
  SELECT RAISE(ABORT, 'no_overlap_slots') WHERE (
    SELECT ends_at FROM slots INDEXED BY ix_slots_open
    WHERE doctor_id = NEW.doctor_id AND open AND id IS NOT NEW.id AND starts_at < NEW.ends_at
    ORDER BY starts_at DESC LIMIT 1
  ) > NEW.starts_at;
END
"""
"""The same for a doctor's times, who has years of them behind: no two overlap, so the last that
begins before the new one ends is the last to end, too. One row is looked at, however many there
are."""


JUDGES: dict[str, set[str]] = {"sqlite": set(), "postgresql": set()}
"""What keeps times from clashing and the journal whole, by the kind of the database: triggers,
constraints."""


def _no_overlap(table: str, owner: str, condition: str, on_sqlite: str = NO_OVERLAP) -> None:
    names = {"table": table, "owner": owner, "condition": condition}
    for moment in ("insert", "update"):
        _after_create("sqlite", on_sqlite.format(moment=moment, **names))
        JUDGES["sqlite"].add(f"no_overlap_{table}_{moment}")
    _after_create("postgresql", EXCLUDED.format(**names))
    JUDGES["postgresql"].add(f"no_overlap_{table}")


def _after_create(dialect: str, rule: str) -> None:
    ddl = DDL(rule.strip())  # type: ignore[no-untyped-call]
    event.listen(Base.metadata, "after_create", ddl.execute_if(dialect=dialect))


_no_overlap("appointments", "child_id", ACTIVE_STATES)
_no_overlap("slots", "doctor_id", "open", ORDERED)


TAKEN = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON {table} WHEN {condition}
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM {other} WHERE slot_id = NEW.slot_id AND {standing}
  );
END
"""
"""A SQLite trigger that refuses a time to one sort of taker while the other sort has it."""

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
"""The same on PostgreSQL: with the slot locked, who comes second sees what the first one wrote."""
REFUSED = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON {table} FOR EACH ROW WHEN ({condition})
EXECUTE FUNCTION refuse_taken('{other}', '{standing}')
"""


def _one_taker(name: str, table: str, other: str, standing: str, **conditions: str) -> None:
    """Let no row of one table come to a slot that a standing row of another table has."""
    for moment, condition in conditions.items():
        how = {"name": name, "table": table, "moment": moment, "condition": condition}
        _after_create("sqlite", TAKEN.format(other=other, standing=standing, **how))
        quoted = standing.replace("'", "''")
        _after_create("postgresql", REFUSED.format(other=other, standing=quoted, **how))
        for judges in JUDGES.values():
            judges.add(f"{name}_{moment}")


_after_create("postgresql", REFUSE_TAKEN)
_one_taker(
    "taken_is_not_booked",
    "taken_slots",
    "appointments",
    ACTIVE_STATES,
    insert="true",
    update="NEW.slot_id <> OLD.slot_id",
)
_one_taker(
    "booked_is_not_taken",
    "appointments",
    "taken_slots",
    "true",
    insert=f"NEW.{ACTIVE_STATES}",
    update=f"NEW.{ACTIVE_STATES} AND (NEW.slot_id <> OLD.slot_id OR NOT OLD.{ACTIVE_STATES})",
)


def _only_append(table: str) -> None:
    """Let rows of a table be added, and never changed or removed."""
    for moment in ("update", "delete"):
        _after_create("sqlite", APPEND_ONLY.format(moment=moment, table=table))
        JUDGES["sqlite"].add(f"append_only_{table}_{moment}")
    key = " AND ".join(f"{column.name} = NEW.{column.name}" for column in _key_of(table))
    _after_create("sqlite", NO_REPLACING.format(table=table, key=key))
    JUDGES["sqlite"].add(f"append_only_{table}_insert")
    _after_create("postgresql", REFUSE_CHANGE)
    _after_create("postgresql", APPENDED.format(table=table))
    JUDGES["postgresql"].add(f"append_only_{table}")


def _key_of(table: str) -> Iterable[ColumnElement[object]]:
    return Base.metadata.tables[table].primary_key.columns


APPEND_ONLY = """
CREATE TRIGGER append_only_{table}_{moment} BEFORE {moment} ON {table}
BEGIN
  SELECT RAISE(ABORT, 'append_only_{table}');
END
"""
NO_REPLACING = """
CREATE TRIGGER append_only_{table}_insert BEFORE INSERT ON {table}
BEGIN
  SELECT RAISE(ABORT, 'append_only_{table}') WHERE EXISTS (
    SELECT 1 FROM {table}
    WHERE ({key}) OR rowid = NEW.rowid
  );
END
"""
"""`INSERT OR REPLACE` removes a row without asking the trigger of DELETE: it is refused before, by
the key and by the number that SQLite gives each row (-1 in NEW where it is still to be given)."""
REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION USING MESSAGE = TG_NAME, ERRCODE = ''integrity_constraint_violation''; END'
"""
APPENDED = """
CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

_only_append("access_records")


CHANGES_HOUSE = """
CREATE TRIGGER house_{table}_{moment} AFTER {moment} ON {table}
BEGIN
  UPDATE house SET version = lower(hex(randomblob(16)));
END
"""
"""A SQLite trigger by which the house has another version: chance, and no count, since a database
that was restored must not come to a version that it had with other clinics."""
CHANGE_HOUSE = """
CREATE FUNCTION change_house() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN UPDATE house SET version = gen_random_uuid()::text; RETURN NULL; END'
"""
CHANGING_HOUSE = """
CREATE CONSTRAINT TRIGGER house_{table} AFTER INSERT OR UPDATE OR DELETE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_house()
"""
"""The same on PostgreSQL, at the commit: nobody waits for the row in the middle of a transaction,
where they might be waited for. Until then whoever changed something sees the version before."""


def _changes_house(table: str) -> None:
    for moment in ("insert", "update", "delete"):
        _after_create("sqlite", CHANGES_HOUSE.format(table=table, moment=moment))
        JUDGES["sqlite"].add(f"house_{table}_{moment}")
    _after_create("postgresql", CHANGING_HOUSE.format(table=table))
    JUDGES["postgresql"].add(f"house_{table}")


_after_create("postgresql", CHANGE_HOUSE)
for _kept in ("clinics", "doctors"):
    _changes_house(_kept)
