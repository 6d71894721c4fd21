"""Filling a migrated PostgreSQL with as many times: for questions about lists."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.model.ids import ClinicId, DoctorId
from tests.bench.filling import FAMILIES, Size

_FAMILIES = (
    """INSERT INTO persons (id, telegram_id, language)
    SELECT n, 1000000 + n, 'ru' FROM generate_series(1, :families) n""",
    """INSERT INTO children (id, name, birth_date)
    SELECT n, 'Саша', '2024-03-12' FROM generate_series(1, :families) n""",
    "SELECT setval(pg_get_serial_sequence('persons', 'id'), :families)",
    "SELECT setval(pg_get_serial_sequence('children', 'id'), :families)",
)
_NO_JUDGE = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = 'slots'::regclass
  LOOP EXECUTE format('ALTER TABLE slots DROP CONSTRAINT %I', name); END LOOP;
END $$"""
"""Two million times would be compared with one another; no list reads its index."""
_SLOTS = """
INSERT INTO slots
  (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn, reasons)
SELECT :clinic, doctor, at, at + interval '15 minutes', day, 'schedule', true, false, 0
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) number
CROSS JOIN unnest(CAST(:doctors AS int[])) doctor
CROSS JOIN generate_series(0, CAST(:slots AS int) - 1) n
CROSS JOIN LATERAL (SELECT CAST(:today AS date) + number AS day) days
CROSS JOIN LATERAL (
  SELECT (day + time '08:00' + n * interval '15 minutes') AT TIME ZONE :zone AS at
) moments"""
_VISITS = """
INSERT INTO appointments
  (child_id, booked_by, slot_id, starts_at, ends_at, state, reason, booked_at, changed_at, uid,
   sequence)
SELECT family, family, id, starts_at, ends_at, 'booked', 'consultation', starts_at, starts_at,
  gen_random_uuid(), 0
FROM (
  SELECT *, 1 + (row_number() OVER (ORDER BY starts_at, id)) % :families AS family
  FROM slots
  WHERE day >= :today AND random() < 0.95 - 0.7 * (day - CAST(:today AS date)) / :ahead
) taken"""
"""Those ahead, as many as `filling` gives: no list of times looks at what is over."""


async def fill(
    engine: AsyncEngine,
    size: Size,
    clinics: Mapping[ClinicId, Sequence[DoctorId]],
    today: date,
    zone: ZoneInfo,
) -> None:
    """Give each doctor slots, and most of those ahead a visit; the first clinic is ours."""
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _FAMILIES:
            await connection.execute(text(statement), {"families": FAMILIES})
        await connection.execute(text(_NO_JUDGE))
        for place, (clinic_id, doctors) in enumerate(clinics.items()):
            known = {
                "clinic": clinic_id,
                "doctors": list(doctors),
                "first": -(size.others_past if place else size.past),
                "last": size.ahead - 1,
                "slots": size.slots,
                "today": today,
                "zone": zone.key,
            }
            await connection.execute(text(_SLOTS), known)
        visits = {"families": FAMILIES, "today": today, "ahead": float(size.ahead)}
        await connection.execute(text(_VISITS), visits)
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("ANALYZE"))
