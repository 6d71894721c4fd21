"""Times of the clinic's doctors, as a real house made them: the same ones for all."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import cache
from typing import TypeAlias

from sqlalchemy import select

from services.clinic.opening import NewDoctor
from services.model.clinic import Clinic, ClinicProfile, Limits
from services.model.reserved.times import Reserving
from services.rules.horizon import end_of_horizon
from storage.tables.slots import SlotRow
from tests.conftest import CONSENTS, ROMASHKA, House, StillClock, house_over, weekly
from tests.databases import SQLITE, Shelves

FURTHEST = 180
"""Days: as far ahead as a clinic can open its times."""
URGENT, INFANTS = 1, 2
"""As `storage.schedule.reserved` numbers for whom a time is kept."""


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """One of a doctor's times."""

    starts_at: datetime
    doctor: int
    """Their number."""
    ends_at: datetime = field(compare=False)
    kept: int = field(default=0, compare=False)
    """For whom, as the house numbers them."""
    opens_at: datetime | None = field(default=None, compare=False)
    """When it is everybody's; None: from the beginning."""

    @property
    def wall(self) -> datetime:
        """When it begins on the clinic's wall."""
        return on_wall(self.starts_at)

    def is_open_to(self, now: datetime, *, infant: bool) -> bool:
        if self.opens_at is None or self.opens_at <= now:
            return True
        return self.kept == INFANTS and infant


@cache
def on_wall(moment: datetime) -> datetime:
    """It is asked very often, of few moments."""
    return moment.astimezone(ROMASHKA.zone)


Times: TypeAlias = tuple[Time, ...]
"""One for each child who comes."""


def lies_together(one: Time, two: Time) -> bool:
    """One after the other with one doctor, or at once with two."""
    if one.doctor == two.doctor:
        return one.ends_at == two.starts_at
    return one.starts_at == two.starts_at and one.doctor < two.doctor


@dataclass(frozen=True, slots=True)
class Plan:
    """A clinic, small enough for a test or large enough for months."""

    doctors: Sequence[NewDoctor]
    families: int
    a_day: float
    """How many wants come up on a working day."""

    @property
    def profile(self) -> ClinicProfile:
        """Much may be asked for at once: the limits are other tests' matter."""
        return replace(
            ROMASHKA,
            one_visit_per_doctor=False,
            reserved=Reserving(urgent=10, infants=10),
            limits=Limits(children=20, visits=50),
        )

    async def open(self, house: House) -> Clinic:
        return await house.services.clinics.open(self.profile, CONSENTS, self.doctors)


SMALL = Plan(
    [
        NewDoctor("Петрова Анна Сергеевна", "12", weekly(time(9), time(9, 45))),
        NewDoctor("Ким Олег Викторович", "14", weekly(time(15), time(15, 30))),
    ],
    families=40,
    a_day=8,
)
LARGE = Plan(
    [
        NewDoctor("Петрова Анна Сергеевна", "12", weekly(time(9), time(11))),
        NewDoctor("Ким Олег Викторович", "14", weekly(time(15), time(17), 20)),
    ],
    families=250,
    a_day=19,
)


async def times_of(plan: Plan, shelves: Shelves) -> list[Time]:
    """All that its doctors receive at from now on, by a house of its own that looks very far."""
    shelf = shelves.of(SQLITE)
    database = await shelf.copy(await shelves.empty(SQLITE))
    try:
        async with house_over(database, StillClock()) as house:
            further = replace(plan.profile, horizon_days=FURTHEST)
            clinic = await house.services.clinics.open(further, CONSENTS, plan.doctors)
            numbers = await numbers_of(house, clinic, plan)
            query = select(SlotRow).where(SlotRow.open).order_by(SlotRow.starts_at, SlotRow.id)
            async with house.engines.reading.connect() as connection:
                rows = (await connection.execute(query)).all()
            return [
                Time(
                    row.starts_at,
                    numbers[row.doctor_id],
                    row.ends_at,
                    row.reserved_for,
                    row.released_at if row.reserved_for else None,
                )
                for row in rows
            ]
    finally:
        await shelf.drop(database)


async def numbers_of(house: House, clinic: Clinic, plan: Plan) -> dict[int, int]:
    """Of each doctor's id the number."""
    names = [each.name for each in plan.doctors]
    return {int(each.id): names.index(each.name) for each in await house.doctors(clinic)}


def bookable(times: Sequence[Time], clinic: Clinic, now: datetime) -> Sequence[Time]:
    """Of times in their order those that are neither too near nor too far ahead at this moment."""
    earliest, latest = now + clinic.notice, end_of_horizon(clinic, now)
    begin = bisect_left(times, earliest, key=lambda each: each.starts_at)
    return times[begin : bisect_left(times, latest, key=lambda each: each.starts_at)]
