"""Who is in the stories: two families at Ромашка, and its two doctors."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

import pytest

from services.clinic.opening import NewDoctor
from services.model.access import Role
from services.model.clinic import Clinic, ClinicProfile, Doctor, Reason
from services.model.consents import Purpose
from services.model.ids import PersonId, PostId
from services.model.people import Child, Language
from services.model.slots import Slot
from services.model.visits import Need
from tests.conftest import CONSENT, CONSENTS, KIM, PETROVA, ROMASHKA, SEVERYANKA, House, need
from tests.databases import BOTH
from tests.playing import played


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """What the services promise, they promise on both databases."""
    return str(request.param)


@dataclass(frozen=True)
class Family:
    """A parent and a child of theirs."""

    parent: PersonId
    child: Child

    @property
    def need(self) -> Need:
        return need(self.child.id)

    def needs(self, reason: Reason) -> Need:
        return Need(self.child.id, reason)


@played
async def anna(house: House, clinic: Clinic) -> Family:
    """Анна, Миша's mother."""
    parent = await house.parent(101, clinic)
    return Family(parent, await house.child(parent))


@played
async def boris(house: House, clinic: Clinic) -> Family:
    """Борис, Соня's father."""
    parent = await house.parent(102, clinic)
    return Family(parent, await house.child(parent, "Соня", "05.05.2021"))


@dataclass(frozen=True)
class Employee:
    """Somebody with a post."""

    person: PersonId
    post: PostId


async def employ(
    house: House,
    role: Role,
    telegram_id: int,
    clinic: str = "romashka",
    doctor: Doctor | None = None,
) -> Employee:
    """Invite somebody by the command line's way, and let them come."""
    person = await house.services.families.meet(telegram_id, Language.RUSSIAN)
    workday = house.services.workday
    members = house.services.members
    invitation = await members.appoint(clinic, role, doctor.id if doctor else None)
    desk = await workday.accept(person.id, invitation.token, f"Сотрудник {telegram_id}")
    return Employee(person.id, desk.post.id)


@played
async def petrova(house: House, clinic: Clinic) -> Doctor:
    """Receives on weekdays from 9:00 to 12:00, a quarter of an hour each."""
    return (await house.doctors(clinic))[1]


@played
async def kim(house: House, clinic: Clinic) -> Doctor:
    """Receives on weekdays from 9:10 to 12:00, twenty minutes each."""
    return (await house.doctors(clinic))[0]


@played
async def irina(house: House, clinic: Clinic) -> Employee:
    """Ирина, who heads Ромашка."""
    return await employ(house, Role.ADMINISTRATOR, 201)


@played
async def tamara(house: House, clinic: Clinic) -> Employee:
    """Тамара, the registrar."""
    return await employ(house, Role.REGISTRAR, 202)


@played
async def doctor_kim(house: House, kim: Doctor) -> Employee:
    """Ким at work."""
    return await employ(house, Role.DOCTOR, 203, doctor=kim)


@played
async def stranger(house: House, clinic: Clinic) -> Employee:
    """The head of another clinic."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    return await employ(house, Role.ADMINISTRATOR, 299, "severyanka")


async def let_book_far_ahead(house: House, clinic: Clinic) -> None:
    """Fifty days, and whatever a clinic may ask for."""
    entry = await house.services.profiles.entered(clinic.code)
    further = replace(entry.profile, horizon_days=50)
    await house.services.profiles.enter(replace(entry, profile=further, consents=CONSENTS))
    await house.services.clinics.follow()


@played
async def far_ahead(house: House, clinic: Clinic) -> None:
    await let_book_far_ahead(house, clinic)


async def open_clinic(
    house: House,
    *doctors: NewDoctor,
    consents: Mapping[Purpose, str] = CONSENT,
    **other: object,
) -> Clinic:
    """A clinic like Ромашка but for what is said to be other."""
    profile = {field.name: getattr(ROMASHKA, field.name) for field in fields(ClinicProfile)}
    told = ClinicProfile(**{**profile, "code": "other", **other})
    return await house.services.clinics.open(told, consents, doctors or [PETROVA, KIM])


async def slots_of(house: House, doctor: Doctor, family: Family, day: date) -> list[Slot]:
    """What the family is shown of a day."""
    return list((await house.services.times.day(family.parent, family.need, doctor.id, day)).slots)


async def families(house: House, clinic: Clinic, count: int) -> list[Family]:
    """As many parents, each with a child."""
    found = []
    for number in range(count):
        parent = await house.parent(1000 + number, clinic)
        found.append(Family(parent, await house.child(parent, f"Ребёнок {number}")))
    return found


async def run_sql(house: House, statement: str, **values: object) -> None:
    """What the clinic's own hand, or another adult's, did meanwhile."""
    await house.database.run(statement, **values)
