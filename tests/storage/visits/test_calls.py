"""Who must be phoned is one rule: the list of calls in SQL is `must_be_phoned` (R52)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from services.model.clinic import Clinic
from services.model.ids import AppointmentId
from services.model.messages import CHANGES, NotificationKind, NotificationState
from services.model.visits import Appointment
from services.rules.reach import LATE, Telling, must_be_phoned
from services.rules.visit_states import as_of
from storage.tables.messages import NotificationRow
from storage.tables.visits import CallRow
from tests.conftest import CONSENT, MONDAY_7_AM, ROMASHKA, SEVERYANKA, House
from tests.storage.chance import Chance

Change = tuple[AppointmentId, int]
"""Of a visit, and the sequence that it has since."""
KINDS = [*CHANGES, *[NotificationKind.EVENING] * 5]
"""A reminder is no word of a change."""


@dataclass
class Changed:
    """Changes of visits by their clinics, and how far the bot is with telling them."""

    chance: Chance
    calls: dict[Change, datetime | None] = field(default_factory=dict)
    """When somebody phoned about it."""
    tellings: dict[Change, list[Telling]] = field(default_factory=lambda: defaultdict(list))
    rows: list[dict[str, Any]] = field(default_factory=list)

    def change(self, visit: Appointment) -> None:
        """It was changed once, or lately once more; somebody may have phoned."""
        chance = self.chance
        for sequence in {visit.sequence, visit.sequence + chance.random.choice([-1, 0, 1])}:
            done_at = chance.about(chance.now) if chance.some(0.3) else None
            self.calls[visit.id, sequence] = done_at
            for person in chance.random.sample(chance.persons, chance.random.randrange(3)):
                self._tell(visit, sequence, person)

    def _tell(self, visit: Appointment, sequence: int, person: Any) -> None:
        chance = self.chance
        kind, state = chance.random.choice(KINDS), chance.random.choice(list(NotificationState))
        due_at = chance.about(chance.now - LATE)
        if kind in CHANGES:
            reachable = person not in chance.unreachable
            self.tellings[visit.id, sequence].append(Telling(state, due_at, reachable))
        self.rows.append(
            {
                "kind": kind,
                "person_id": person,
                "appointment_id": visit.id,
                "occasion": str(sequence),
                "due_at": due_at,
                "try_at": due_at,
                "useful_until": due_at,
                "urgency": 0,
                "bundle": "",
                "state": state,
                "attempts": 0,
            }
        )

    def call_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "appointment_id": visit_id,
                "sequence": sequence,
                "clinic_id": self.chance.visit(visit_id).slot.doctor.clinic.id,
                "wanted_at": self.chance.now,
                "done_at": done_at,
            }
            for (visit_id, sequence), done_at in self.calls.items()
        ]

    def to_make(self, clinic: Clinic, now: datetime) -> Mapping[Change, bool]:
        """By the rule: whether a family of the clinic must be phoned about a change."""
        return {
            change: must_be_phoned(
                visit, change[1], self.tellings[change], now, offered=self._is_offered(visit, now)
            )
            for change in self.calls
            for visit in [as_of(self.chance.visit(change[0]), now)]
            if visit.slot.doctor.clinic.id == clinic.id
        }

    def _is_offered(self, visit: Appointment, now: datetime) -> bool:
        offers = self.chance.offers.values()
        return any(kept == visit.id and until > now for kept, until in offers)


def by_chance(*clinics: Clinic) -> Changed:
    """Visits about now, and long ago; for some families that need a time one is kept."""
    chance = Chance(52, clinics, MONDAY_7_AM)
    chance.add_doctors(each=3)
    chance.add_persons(12)
    children = [chance.add_child(date(2021, 5, 5), *chance.persons[:2]) for _ in range(20)]
    for moment in (MONDAY_7_AM, MONDAY_7_AM - timedelta(days=200)):
        chance.add_times(moment - timedelta(hours=5), 5)
    for slot in [*chance.slots.values()] * 12:
        chance.add_visit(chance.random.choice(children), slot)
    changed = Changed(chance)
    for visit in chance.visits:
        changed.change(visit)
    owed = [visit.id for visit in chance.visits if visit.needs_time]
    for slot_id in chance.slots:
        if owed and chance.some(0.5):
            chance.offers[slot_id] = chance.random.choice(owed), chance.about(chance.now)
    return changed


async def test_who_is_to_be_phoned_is_on_the_list(house: House) -> None:
    """R52: of whatever changes, told, failed or on their way, of visits ahead, over or owed, just
    those are on the clinic's list of which the rule says that somebody must phone."""
    clinics = [await house.services.clinics.open(c, CONSENT, []) for c in (ROMASHKA, SEVERYANKA)]
    changed = by_chance(*clinics)
    await changed.chance.settle_in(
        house, {CallRow: changed.call_rows(), NotificationRow: changed.rows}
    )
    for minutes in (-30, -20, 0, 1):  # at most of these some visit just ends
        now = MONDAY_7_AM + timedelta(minutes=minutes)
        for clinic in clinics:
            wanted = {
                change
                for change, must in changed.to_make(clinic, now).items()
                if must and changed.calls[change] is None
            }
            async with house.transactions.reads() as tx:
                found = await tx.calls.to_make(clinic.id, now, now - LATE, since=now)
                count = await tx.calls.count(clinic.id, now, now - LATE)
            listed = {
                (call.visit.id, call.visit.sequence) for call in found if call.done_at is None
            }
            assert listed == wanted != set()
            assert count == len(wanted)
