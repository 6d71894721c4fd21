"""Weeks that clinics lived before somebody looks in, and what their families have booked ahead.

Visits are written as booking, the desk and the doctors would have written them, by the same
repositories, but by the thousand: in seconds, for what takes weeks by taps. Nobody of the crowd
asked to be reminded: on the page "the next event" is one of somebody whose phone is there.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.crowd import CROWD, Family, families
from services.model.access import Access, Entry, Post
from services.model.clinic import Clinic, Reason, Unanswered
from services.model.consents import ConsentText, Purpose
from services.model.ids import DistrictId, PersonId
from services.model.people import Child, Language
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot, Taker, Taking
from services.model.visits import Appointment, AppointmentState, Deadline, FirstAsk
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.ages import end_of_age
from services.schedule.generation import regenerate

BEFORE = timedelta(weeks=2)
"""Since when the clinics are open."""
MOSCOW = ZoneInfo("Europe/Moscow")
TUESDAY = 1
_SEED = 2026
_FULL_AT_FIRST, _FULL_AT_LAST = 0.88, 0.5
"""How much of a day is taken: of today, and of the last one that can be booked."""
_AGAIN_AFTER = timedelta(days=6)
_REASONS = {
    Reason.CONSULTATION: 30,
    Reason.REPEAT: 14,
    Reason.AFTER_ILLNESS: 14,
    Reason.CHECK_UP: 18,
    Reason.VACCINATION: 16,
    Reason.CERTIFICATE: 8,
}
_QUESTIONS = (
    "Можно прийти с коляской или оставить её внизу?",
    "Придёт бабушка. Какие документы ей взять?",
    "Сменная обувь нужна, или есть бахилы?",
)
_PENDING = 3
_ANSWERED_WITHIN = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class _Patient:
    """A child, and whoever books for them: a parent, or the registrar on the phone."""

    child: Child
    by: PersonId
    in_bot: bool


@dataclass(slots=True)
class _Practice:
    """A clinic while it is being filled."""

    clinic: Clinic
    texts: dict[Purpose, ConsentText]
    districts: list[DistrictId]
    post: Post
    """The registrar's."""
    crowd: Iterator[Family]
    chance: Random
    now: datetime
    new: list[_Patient] = field(default_factory=list)
    """Who never had a visit."""
    seen: deque[tuple[date, _Patient]] = field(default_factory=deque)
    """Who had one, and when."""
    records: list[Entry] = field(default_factory=list)
    """What the registrar did, for the journal."""
    ahead: list[Appointment] = field(default_factory=list)
    pending: int = 0


def next_morning(now: datetime) -> datetime:
    """When the demo's clocks begin: on the next Tuesday, before the first visit."""
    wall = now.astimezone(MOSCOW)
    day = wall.date() + timedelta(days=(TUESDAY - wall.weekday()) % 7 or 7)
    return datetime.combine(day, time(7, 40), MOSCOW).astimezone(UTC)


async def live(transactions: Transactions, clock: Clock, post: Post) -> None:
    """Let the registrar's clinic have lived: the weeks before with who came, the weeks ahead about
    two thirds full. Where anybody of the crowd is known, it has.
    """
    now, clinic = clock(), post.clinic
    chance = Random(_SEED)  # noqa: S311 - everybody's demo is the same
    async with transactions.writes() as tx:
        if await tx.families.person(CROWD.start):
            return
        purposes = await tx.consents.purposes(clinic.id)
        practice = _Practice(
            clinic,
            {each: await tx.consents.text(clinic.id, each) for each in purposes},
            [each.id for each in await tx.districts.of_clinic(clinic.id)],
            post,
            families(chance, clinic.today(now)),
            chance,
            now,
        )
        for doctor in await tx.clinics.doctors(clinic.id):
            await regenerate(tx, doctor, now - BEFORE)
            await regenerate(tx, doctor, now)
        for slot in await _slots(tx, clinic, now):
            await _fill(tx, practice, slot)
        await _leave_work(tx, practice)
        by_time = sorted(practice.records, key=lambda record: record.at)
        await tx.journal.append(clinic.id, by_time)


async def _slots(tx: Transaction, clinic: Clinic, now: datetime) -> list[Slot]:
    """All free times of a clinic, in order, those that are over as well."""
    first = clinic.today(now - BEFORE)
    days = (BEFORE + timedelta(days=clinic.horizon_days + 1)).days
    times = [
        each.slot
        for doctor in await tx.clinics.doctors(clinic.id)
        for day in range(days)
        for each in await tx.slots.grid(doctor, first + timedelta(days=day), None, now)
    ]
    free = [slot for slot in times if not slot.taken]
    return sorted(free, key=lambda slot: (slot.starts_at, slot.doctor.id))


async def _fill(tx: Transaction, practice: _Practice, slot: Slot) -> None:
    """Let somebody have a time, or nobody."""
    chance, now = practice.chance, practice.now
    if chance.random() > _share(slot, now):
        return
    if slot.starts_at > now and chance.random() < 1 / 12:  # a caller who gave no name
        await tx.slots.take(slot, Taking(Taker.CALLER), practice.post.id, now)
        return
    patient = await _somebody(tx, practice, slot)
    asked_at = _asked_at(chance, slot, now)
    reason = _reason(chance, slot)
    deadline = _deadline(practice, patient, slot)
    visit = await tx.appointments.add(patient.child, slot, reason, patient.by, asked_at, deadline)
    if not patient.in_bot:
        practice.records.append(_record(practice, Access.BOOKED, visit, asked_at))
    await _take_down_ask(tx, practice, visit, asked_at)
    if slot.starts_at <= now:
        await _pass(tx, practice, visit)
        practice.seen.append((slot.local_start.date(), patient))
    else:
        practice.ahead.append(visit)
        if slot.starts_at - now < timedelta(days=1) and chance.random() < 0.6:
            await tx.appointments.expect(visit, now - timedelta(hours=chance.randrange(9, 13)))


def _deadline(practice: _Practice, patient: _Patient, slot: Slot) -> Deadline | None:
    """A few of those ahead wait for the doctor's word, as the clinic once wanted it."""
    soon = slot.starts_at < practice.now + timedelta(days=2)
    if soon or not patient.in_bot or practice.pending == _PENDING:
        return None
    practice.pending += 1
    return Deadline(practice.now + _ANSWERED_WITHIN, Unanswered.BOOKED)


def _share(slot: Slot, now: datetime) -> float:
    """How likely it is that a time is taken."""
    far = max((slot.starts_at - now) / timedelta(days=slot.doctor.clinic.horizon_days), 0)
    return _FULL_AT_FIRST - (_FULL_AT_FIRST - _FULL_AT_LAST) * min(far, 1)


def _asked_at(chance: Random, slot: Slot, now: datetime) -> datetime:
    """Some day before, at a time at which people are awake."""
    clinic = slot.doctor.clinic
    day = slot.local_start.date() - timedelta(days=chance.randrange(1, 12))
    at = clinic.at(min(day, clinic.today(now) - timedelta(days=1)), time(8))
    return at + timedelta(minutes=chance.randrange(0, 12 * 60))


def _reason(chance: Random, slot: Slot) -> KindKey:
    if slot.reasons:
        return min(slot.reasons)
    return chance.choices(list(_REASONS), list(_REASONS.values()))[0]


async def _pass(tx: Transaction, practice: _Practice, visit: Appointment) -> None:
    """What became of a visit that is over: nearly all came."""
    chance, at = practice.chance, visit.slot.starts_at
    luck = chance.random()
    if luck < 0.02:
        return  # nobody said
    if luck < 0.07:
        before = visit.changed_at + (at - visit.changed_at) * chance.random()
        by = await _who_booked(tx, practice, visit)
        await tx.appointments.change(visit, AppointmentState.CANCELLED, by, before)
        return
    came = luck > 0.1
    state = AppointmentState.FULFILLED if came else AppointmentState.NO_SHOW
    marked = at + timedelta(minutes=chance.randrange(2, 14))
    await tx.appointments.change(visit, state, practice.post.person, marked)
    access = Access.CAME if came else Access.MISSED
    practice.records.append(_record(practice, access, visit, marked))


async def _who_booked(tx: Transaction, practice: _Practice, visit: Appointment) -> PersonId:
    carers = await tx.families.carers(visit.child.id)
    return carers[0] if carers else practice.post.person


async def _take_down_ask(
    tx: Transaction, practice: _Practice, visit: Appointment, at: datetime
) -> None:
    """Some asked for the first time that day: most of them could have come within 24 hours."""
    chance, clinic = practice.chance, practice.clinic
    if chance.random() > 1 / 3:
        return
    soon = chance.random() < 0.8
    hours = chance.randrange(2, 22) if soon else chance.randrange(26, 70)
    earliest = min(at + timedelta(hours=hours), visit.slot.starts_at)
    ask = FirstAsk(clinic.id, visit.child.id, clinic.today(at), at, earliest)
    await tx.load.add_ask(ask)


def _record(practice: _Practice, access: Access, visit: Appointment, at: datetime) -> Entry:
    post = practice.post
    return Entry(post.id, post.role, access, visit.child.id, visit.id, at)


# Who comes


async def _somebody(tx: Transaction, practice: _Practice, slot: Slot) -> _Patient:
    """A child whom this time is for: seen some time ago, or new."""
    day = slot.local_start.date()
    if practice.seen and practice.chance.random() < 0.4:
        before, known = practice.seen[0]
        if day - before >= _AGAIN_AFTER and _is_for(slot, known):
            practice.seen.popleft()
            return known
    while True:
        for place, patient in enumerate(practice.new):
            if _is_for(slot, patient):
                return practice.new.pop(place)
        practice.new.extend(await _enter(tx, practice, next(practice.crowd)))


def _is_for(slot: Slot, patient: _Patient) -> bool:
    reason = min(slot.reasons, default=Reason.CONSULTATION)
    born = slot.doctor.clinic.at(patient.child.birth_date)
    clinic = slot.doctor.clinic
    return born < slot.starts_at < end_of_age(clinic.kind(reason), patient.child, clinic)


async def _enter(tx: Transaction, practice: _Practice, family: Family) -> list[_Patient]:
    """A family agrees, in the bot or on paper, and names its children."""
    since = practice.now - BEFORE
    if family.telegram_id is None:
        return [
            await _enter_on_paper(tx, practice, family, each.name, each.birth_date)
            for each in family.children
        ]
    clinic, texts = practice.clinic, practice.texts
    person = (await tx.families.add_person(family.telegram_id, Language.RUSSIAN)).id
    await tx.families.come_to(person, clinic.id)
    await tx.consents.give(person, texts[Purpose.PROCESSING], since)
    if Purpose.NEWS in texts and practice.chance.random() < 0.4:
        await tx.consents.give(person, texts[Purpose.NEWS], since)
    if family.phone and tx.phones.kept:
        await tx.phones.keep_for_person(person, family.phone, since)
    patients = []
    district = practice.chance.choice(practice.districts)
    for each in family.children:
        child = await tx.families.add_child(
            each.name, each.birth_date, cared_for_by=person, since=since
        )
        child = replace(child, district_id=district)
        await tx.families.change_child(child)
        patients.append(_Patient(child, person, in_bot=True))
    return patients


async def _enter_on_paper(
    tx: Transaction, practice: _Practice, family: Family, name: str, born: date
) -> _Patient:
    post, since = practice.post, practice.now - BEFORE
    text = practice.texts[Purpose.PROCESSING]
    child = await tx.registry.add(name, born, text, post.id, since)
    if family.phone and tx.phones.kept:
        await tx.phones.keep_for_child(child.id, post.clinic.id, family.phone, since)
    practice.records.append(Entry(post.id, post.role, Access.ADDED, child.id, None, since))
    return _Patient(child, post.person, in_bot=False)


# What waits for the staff


async def _leave_work(tx: Transaction, practice: _Practice) -> None:
    """Some questions wait for an answer."""
    now = practice.now
    asking = iter([each for each in practice.ahead if each.coming_at is None][20:])
    for hours, text in enumerate(_QUESTIONS, start=10):
        visit = next(asking)
        while not (carers := await tx.families.carers(visit.child.id)):
            visit = next(asking)
        asked_at = now - timedelta(hours=hours)
        await tx.questions.add(visit.id, carers[0], text, asked_at, to_doctor=False)
