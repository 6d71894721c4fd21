"""Withdrawing the main consent: what goes with it, and what is another adult's."""

from datetime import date

import pytest

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.consents import ConsentText, Purpose
from services.model.letters import Letter
from services.model.messages import Urgency
from services.model.people import Person
from services.model.refusals.families import FarewellChanged, NoConsent
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from services.model.visits import AppointmentState
from storage.families.care import begin_care
from tests.conftest import House
from tests.databases import BOTH
from tests.services.conftest import employ, open_clinic


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_visit_of_a_shared_child_stays_with_the_other_adult(
    house: House, clinic: Clinic
) -> None:
    """The mother leaves the clinic, the father is there: nothing of the child's goes (R40)."""
    mother, father = await house.parent(1, clinic), await house.parent(2, clinic)
    child = await house.child(mother)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, child.id, house.clock())
    slot = (await house.free_times(mother, child.id, (await house.doctors(clinic))[0]))[0]
    visit = await house.book(mother, child.id, slot)

    shown = await house.services.leaving.look(mother, clinic.id)
    left = await house.services.leaving.leave(mother, clinic.id, shown.as_shown)

    assert (left.alone, left.shared, left.visits) == ([], [child], [])
    async with house.transactions.reads() as tx:
        still = await tx.appointments.get(visit.id, cared_for_by=father)
        assert still.state is AppointmentState.BOOKED
        assert not await tx.consents.given(mother, clinic.id)


@pytest.mark.parametrize("leaves", [True, False])
async def test_who_left_hears_nothing_more_of_a_shared_child(
    house: House, clinic: Clinic, *, leaves: bool
) -> None:
    """R40: of what the other adult books and gives up at that clinic; at no time before."""
    mother, father = await house.parent(1, clinic), await house.parent(2, clinic)
    child = await house.child(father)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, mother, child.id, house.clock())
    if leaves:
        shown = await house.services.leaving.look(mother, clinic.id)
        await house.services.leaving.leave(mother, clinic.id, shown.as_shown)
    slot = (await house.free_times(father, child.id, (await house.doctors(clinic))[0]))[-1]
    visit = await house.book(father, child.id, slot)
    await tell_all(house)
    await house.services.mine.cancel(father, visit.id)
    told = await tell_all(house)
    assert (1 in told) == (not leaves)


class Ears:
    """Who is told anything."""

    def __init__(self) -> None:
        self.told: list[int] = []

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        self.told.append(letter.person.telegram_id)


async def tell_all(house: House) -> list[int]:
    """Who is told what is due in a quarter of an hour."""
    ears = Ears()
    house.clock.forward(minutes=15)
    await house.services.notices.tell_due(ears)
    return ears.told


async def test_no_group_is_kept_where_nobody_agrees_any_more(house: House, clinic: Clinic) -> None:
    """R35, R40: what the registry saw on a document goes with the consent; of a child with whom
    the other parent stays, and at another clinic, it does not."""
    mother, father = [await house.parent(number, clinic) for number in (1, 2)]
    other = await open_clinic(house)
    alone, shared = await house.child(mother), await house.child(mother, "Соня")
    tamara = await employ(house, Role.REGISTRAR, 202)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, shared.id, house.clock())
        for child, at in ((alone, clinic), (alone, other), (shared, clinic)):
            group = ChildGroup(at.id, ReservedFor.OBSERVED, date(2027, 11, 23))
            await tx.groups.put_down(child.id, group, tamara.post, house.clock())

    shown = await house.services.leaving.look(mother, clinic.id)
    await house.services.leaving.leave(mother, clinic.id, shown.as_shown)

    async with house.transactions.reads() as tx:
        left = {
            child.id: [group.clinic_id for group in child.groups]
            for child in await tx.families.children(mother)
        }
    assert left == {alone.id: [other.id], shared.id: [clinic.id]}


async def test_all_purposes_go_and_what_was_planned_with_them(house: House, clinic: Clinic) -> None:
    """Reminders, news and invitations end with the consent that carries them (R21, R40)."""
    mother = await house.parent(1, clinic)
    child = await house.child(mother)
    async with house.transactions.writes() as tx:
        await tx.consents.publish(ConsentText(clinic.id, Purpose.REMINDERS, 1, "Напоминать."))
    await house.services.consents.agree(mother, clinic.id, Purpose.REMINDERS, 1)
    slot = (await house.free_times(mother, child.id, (await house.doctors(clinic))[0]))[-1]
    await house.book(mother, child.id, slot)
    assert await house.count("notifications", "state = 'planned'") > 0

    shown = await house.services.leaving.look(mother, clinic.id)
    await house.services.leaving.leave(mother, clinic.id, shown.as_shown)

    assert await house.count("notifications", "state = 'planned'") == 0
    assert await house.count("consents", "withdrawn_at IS NULL") == 0
    with pytest.raises(NoConsent):
        await house.services.leaving.leave(mother, clinic.id, shown.as_shown)


async def test_a_child_of_whom_another_parent_was_to_stay_is_asked_about_again(
    house: House, clinic: Clinic
) -> None:
    """R66: they left meanwhile, so that nothing of the child would be processed any more."""
    mother, father = [await house.parent(number, clinic) for number in (1, 2)]
    child = await house.child(mother)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, child.id, house.clock.now)
    shown = await house.services.leaving.look(mother, clinic.id)
    assert [each.id for each in shown.shared] == [child.id]
    async with house.transactions.writes() as tx:
        await tx.families.end_care(child.id, father)
    with pytest.raises(FarewellChanged):
        await house.services.leaving.leave(mother, clinic.id, shown.as_shown)


async def test_other_visits_than_were_shown_are_not_cancelled(house: House, clinic: Clinic) -> None:
    """Between the question and the answer a visit was booked: it is asked again (R66)."""
    mother = await house.parent(1, clinic)
    child = await house.child(mother)
    shown = await house.services.leaving.look(mother, clinic.id)
    slot = (await house.free_times(mother, child.id, (await house.doctors(clinic))[0]))[0]
    await house.book(mother, child.id, slot)

    with pytest.raises(FarewellChanged):
        await house.services.leaving.leave(mother, clinic.id, shown.as_shown)
    assert await house.count("consents", "withdrawn_at IS NULL") == 1
