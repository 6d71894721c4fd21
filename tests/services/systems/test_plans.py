"""What is asked of the database for clinics' own systems reads no table of many rows through.

PostgreSQL has some old times and visits beside the story's, and is kept from reading tables through
where an index serves. `PLAN_ROWS=300000` lays down so many, and leaves the choice to it.
"""

import os
import re
from typing import Any

import pytest

from services.model.access import Role
from services.model.ids import ClinicId
from services.model.settings.visit_kinds import Reason
from services.model.systems.values import ForeignRef
from services.model.visits import SiblingsNeed
from tests.conftest import House
from tests.databases import BOTH, SQLITE
from tests.services.conftest import Family, employ
from tests.services.privacy.test_indexes import said
from tests.services.systems.conftest import NINE, Practice, later
from tests.services.systems.fake import LOST_ANSWER

FEW = 2000
ROWS = int(os.environ.get("PLAN_ROWS", str(FEW)))
FILLED = "slots|appointments|notifications|system_slots|system_bookings"
MANY = f"{FILLED}|children|persons|care|system_patients"
OF_FEW = "ix_system_bookings_(due|stuck|there|together|claims)"
"""Indexes of what is on its way or ahead, which are read as a whole."""
READ_THROUGH = re.compile(rf"SCAN (?:{MANY})\b(?!.*{OF_FEW})|Seq Scan on (?:{FILLED})\b")
FAMILIES = ROWS // 20
OLD = (
    """INSERT INTO persons (telegram_id, language) SELECT 9000000 + n, 'ru'
    FROM generate_series(1, {families}) n""",
    """INSERT INTO children (name, birth_date) SELECT 'Ребёнок ' || n, '2020-01-01'
    FROM generate_series(1, {families}) n""",
    """INSERT INTO slots (clinic_id, doctor_id, starts_at, ends_at, day, source, open, withdrawn,
    reasons) SELECT {clinic}, 1, timestamptz '2020-01-01' + n * interval '10 minutes',
    timestamptz '2020-01-01' + n * interval '10 minutes' + interval '9 minutes', date '2020-01-01',
    'system', false, true, 0 FROM generate_series(1, {rows}) n""",
    """INSERT INTO system_slots (slot_id, doctor, system, value, version)
    SELECT id, 'dr-1', 'slots', 'old-' || id, '1' FROM slots WHERE starts_at < '2026-11-01'
    ON CONFLICT DO NOTHING""",
    """INSERT INTO appointments (child_id, slot_id, starts_at, ends_at, state, reason, booked_by,
    booked_at, uid, sequence, changed_at) SELECT {child} + id % {families}, id, starts_at, ends_at,
    'cancelled', 'consultation', {person} + id % {families}, starts_at, 'old-' || id, 1, starts_at
    FROM slots WHERE starts_at < '2026-11-01' AND source = 'system'""",
    """INSERT INTO system_bookings (key, clinic_id, appointment_id, slot_id, step, attempts, due_at,
    asked_at, asked_by, sent_at, sent, promised_at, ref_system, ref_value)
    SELECT 'old-' || a.id, {clinic}, a.id, a.slot_id, 'left', 1, a.starts_at, a.starts_at,
    a.booked_by, a.starts_at, 'name', a.starts_at, 'visits', 'old-' || a.id FROM appointments a
    WHERE a.uid LIKE 'old-%'""",
    """INSERT INTO notifications (kind, person_id, appointment_id, occasion, due_at, try_at,
    useful_until, urgency, bundle, state, attempts, settled_at) SELECT 'booked', booked_by, id, '1',
    starts_at, starts_at, starts_at, 0, '', 'sent', 1, starts_at FROM appointments
    WHERE uid LIKE 'old-%'""",
)


async def lay_down(house: House, clinic: ClinicId) -> None:
    """Years of times and visits that are over, of families of no story."""
    async with house.engines.writing.connect() as connection:
        await connection.exec_driver_sql("SET statement_timeout = 0")
        for statement in OLD:
            people = await connection.exec_driver_sql(
                "SELECT (SELECT max(id) FROM persons), (SELECT max(id) FROM children)"
            )
            person, child = (newest - FAMILIES + 1 for newest in people.one())
            whose = {"clinic": clinic, "person": person, "child": child, "families": FAMILIES}
            await connection.exec_driver_sql(statement.format(rows=ROWS, **whose))
            await connection.commit()
        await connection.exec_driver_sql("ANALYZE")
        await connection.commit()


async def story(practice: Practice, anna: Family, boris: Family) -> None:
    """All that is done by itself and by tap, in good days and bad ones."""
    services, fake = practice.services, practice.fake
    fake.tells_news = True
    tamara = await employ(practice.house, Role.REGISTRAR, 202)
    visit = await services.system_errands.answered(await practice.ask(anna))
    slot = (await practice.free(boris))[3]
    moved = (await services.booking.move(anna.parent, visit.id, slot.id)).visit
    await services.system_errands.answered(moved)
    fake.faults = [LOST_ANSWER]
    await practice.ask(boris)
    await practice.work(3)
    await services.mine.cancel(anna.parent, visit.id)
    fake.give(later(NINE, 240), 6)
    await practice.work(2)
    dasha = await practice.house.child(anna.parent, "Даша", "01.02.2022")
    need = SiblingsNeed([anna.child.id, dasha.id], Reason.CERTIFICATE)
    times = [slot.id for slot in (await practice.free(anna))[-2:]]
    both = (await services.sibling_visits.book(anna.parent, need, times)).visits
    await services.system_errands.all_answered(both)
    fake.cancelled(fake.standing()[0].ref)
    fake.booked(fake.slots["slot-8"].stretch, ForeignRef("patients", "Миша"))
    await services.system_mirror.read(practice.clinic.id, whole=True)
    await services.own_systems.health()
    await services.own_systems.state(tamara.person, tamara.post)
    fake.down = True
    practice.house.clock.forward(minutes=70)
    await services.outages.tell_when_over(anna.parent, practice.clinic.id)
    await practice.work(2)
    fake.down = False
    practice.house.clock.forward(minutes=20)
    await services.system_mirror.read(practice.clinic.id)


@pytest.mark.parametrize("kind", BOTH)
async def test_nothing_is_read_through_for_a_clinic_s_own_system(
    practice: Practice, house: House, kind: str, anna: Family, boris: Family
) -> None:
    """R74: mirror, worker, siblings, outages and the desk, however many there ever were."""
    if kind != SQLITE:  # whose plans follow no figures
        await lay_down(house, practice.clinic.id)
    with said(house) as told:
        await story(practice, anna, boris)
    found: dict[str, str] = {}
    async with house.engines.writing.connect() as connection:
        explain = "EXPLAIN QUERY PLAN" if kind == SQLITE else "EXPLAIN"
        if kind != SQLITE and ROWS == FEW:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in dict(each for each in told if is_asked(each[0])).items():
            given: Any = parameters[0] if isinstance(parameters, list) else parameters
            plan = await connection.exec_driver_sql(f"{explain} {statement}", given)
            for step in plan:
                if READ_THROUGH.search(line := str(step[-1])):
                    found[line] = statement
        await connection.rollback()
    assert not found


def is_asked(statement: str) -> bool:
    return bool(re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", statement))
