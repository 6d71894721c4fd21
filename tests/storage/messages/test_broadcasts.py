"""Whom a broadcast means is one rule: the audiences in SQL are `is_meant`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Recipient, Whom
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.ids import BroadcastId, ChildId, ClinicId, PersonId
from services.model.people import Language, Person
from services.rules.reach import (
    PATIENT_FOR,
    Family,
    is_ahead_on,
    is_left_out,
    is_meant,
    is_written_to,
)
from services.rules.visit_states import as_of
from storage.tables.access import StaffRow
from storage.tables.consents import ConsentRow, PaperConsentRow
from tests.conftest import CONSENT, MONDAY_7_AM, ROMASHKA, SEVERYANKA, House
from tests.storage.chance import FIRST, Chance

Consents = dict[tuple[PersonId, ClinicId, Purpose], bool]
"""Those that were ever given; whether one still stands."""
ALL = 10_000
"""More persons than there are."""


@dataclass(frozen=True)
class Town:
    """Families of two clinics, and what they agreed to."""

    chance: Chance
    consents: Consents
    papers: Mapping[tuple[ChildId, ClinicId], bool]
    """Signed on paper; whether that still stands."""

    def left_out(self, clinic: Clinic, audience: Audience, now: datetime) -> int:
        """How many children are meant whom nobody has in the bot."""
        chance = self.chance
        cared_for = {child for _person, child in chance.cares}
        return sum(
            is_left_out(
                child,
                [as_of(visit, now) for visit in chance.visits if visit.child == child],
                audience,
                clinic,
                now,
                signed=self.papers.get((child.id, clinic.id), False),
            )
            for child in chance.children.values()
            if child.id not in cared_for
        )

    def paper_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "child_id": child,
                "clinic_id": clinic,
                "version": 1,
                "text_sha256": "",
                "recorded_by": FIRST,
                "recorded_at": self.chance.now,
                "withdrawn_at": None if stands else self.chance.now,
            }
            for (child, clinic), stands in self.papers.items()
        ]

    def staff_rows(self) -> list[dict[str, Any]]:
        """Who wrote the papers down."""
        who = {"person_id": self.chance.persons[0], "clinic_id": self.chance.clinics[0].id}
        return [{"id": FIRST, "role": "registrar", "name": "", "since": self.chance.now, **who}]

    def family(self, person: PersonId, clinic: Clinic, now: datetime) -> Family:
        chance = self.chance
        children = [
            chance.children[each] for carer, each in sorted(chance.cares) if carer == person
        ]
        return Family(
            frozenset(
                purpose
                for (whose, where, purpose), stands in self.consents.items()
                if whose == person and where == clinic.id and stands
            ),
            children,
            [as_of(visit, now) for visit in chance.visits if visit.child in children],
        )

    def consent_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "person_id": person,
                "clinic_id": clinic,
                "purpose": purpose,
                "version": 1,
                "text_sha256": "",
                "given_at": self.chance.now,
                "withdrawn_at": None if stands else self.chance.now,
            }
            for (person, clinic, purpose), stands in self.consents.items()
        ]


def by_chance(clinics: Sequence[Clinic]) -> Town:
    """Visits of these days, and of about a year ago."""
    chance = Chance(43, clinics, MONDAY_7_AM)
    chance.add_doctors(each=2)
    chance.add_persons(80)
    for _ in range(120):
        carers = chance.random.sample(chance.persons, chance.random.choice([0, 1, 1, 2]))
        district = chance.random.choice([None, *chance.districts])
        chance.add_child(date(2021, 5, 5), *carers, district=district)
    chance.add_times(MONDAY_7_AM - timedelta(hours=5), 14)
    chance.add_times(MONDAY_7_AM - PATIENT_FOR - timedelta(hours=4), 5)
    for slot in [*chance.slots.values()] * 3:
        chance.add_visit(chance.random.choice([*chance.children.values()]), slot)
    consents = {
        (person, clinic.id, purpose): chance.some(0.8)
        for person in chance.persons
        for clinic in clinics
        for purpose in (Purpose.PROCESSING, Purpose.NEWS, Purpose.REMINDERS)
        if chance.some(0.9)
    }
    papers = {
        (child, clinic.id): chance.some(0.7)
        for child in chance.children
        for clinic in clinics
        if chance.some(0.3)
    }
    return Town(chance, consents, papers)


def audiences(chance: Chance, now: datetime) -> Iterator[Audience]:
    """Every kind of them, somebody's or of some days."""
    yield Audience(Whom.FAMILIES)
    for district in chance.districts:
        yield Audience(Whom.DISTRICT, district)
    for doctor in chance.doctors:
        yield Audience(Whom.PATIENTS, doctor.id)
    today = now.date()
    for first, last in [(0, 0), (0, 1), (1, 1), (-1, 0)]:
        days = today + timedelta(days=first), today + timedelta(days=last)
        yield Audience(Whom.DAYS, 0, *days)
        yield Audience(Whom.VISITS, 0, *days)


def confirmed(clinic: Clinic, audience: Audience, now: datetime) -> Broadcast:
    author = Person(PersonId(1), 1, Language.RUSSIAN)
    return Broadcast(
        id=BroadcastId(1),
        clinic=clinic,
        author=author,
        audience=audience,
        text="",
        state=BroadcastState.SENDING,
        total=0,
        confirmed_at=now,
        planned_through=PersonId(0),
        all_planned=False,
        message_id=None,
        settled_at=None,
    )


def first_visit(family: Family, audience: Audience, clinic: Clinic, now: datetime) -> Any:
    """By which a change of visits is told: its id and its time."""
    theirs = [visit for visit in family.visits if is_ahead_on(visit, audience, clinic, now)]
    first = min(theirs, key=lambda visit: (visit.slot.starts_at, visit.id))
    return first.id, first.slot.stretch


async def test_whom_a_broadcast_means_is_who_gets_it(house: House) -> None:
    """Of whatever families, consents and visits: each audience is counted, and written to, as the
    rule says, at any moment, and whom nobody has in the bot is counted, too; of a change of visits
    each hears with the first of theirs."""
    clinics = [await house.services.clinics.open(c, CONSENT, []) for c in (ROMASHKA, SEVERYANKA)]
    town = by_chance(clinics)
    rows: dict[type[DeclarativeBase], Any] = {
        ConsentRow: town.consent_rows(),
        StaffRow: town.staff_rows(),
        PaperConsentRow: town.paper_rows(),
    }
    await town.chance.settle_in(house, rows)
    for minutes, clinic in product((-30, -20, 0, 10, 30), clinics):
        now = MONDAY_7_AM + timedelta(minutes=minutes)
        families = {each: town.family(each, clinic, now) for each in town.chance.persons}
        for audience in audiences(town.chance, now):
            async with house.transactions.reads() as tx:
                counted = await tx.broadcasts.reach(clinic, audience, now)
                left_out = await tx.broadcasts.left_out(clinic, audience, now)
                broadcast = confirmed(clinic, audience, now)
                found = await tx.broadcasts.recipients(broadcast, now, ALL)
            meant = {
                person for person, each in families.items() if is_meant(each, audience, clinic, now)
            }
            agreed = {
                each for each in meant if is_written_to(families[each], audience, clinic, now)
            }
            told = sorted(agreed - town.chance.unreachable)
            gone = agreed & town.chance.unreachable
            assert left_out == town.left_out(clinic, audience, now), audience
            assert counted == Reach(len(told), len(meant - agreed), len(gone)), audience
            assert found == [
                Recipient(person, *first_visit(families[person], audience, clinic, now))
                if audience.whom is Whom.VISITS
                else Recipient(person)
                for person in told
            ], audience
