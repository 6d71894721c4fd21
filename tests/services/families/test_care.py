"""What a link of care grants that waits, or is over: nothing, whichever way its person goes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta

import pytest

from services.model.broadcasts import Audience, Reach, Whom
from services.model.clinic import Clinic, Doctor
from services.model.conversations import NewNameOf
from services.model.ids import AppointmentId, ChildId, DistrictId, PersonId
from services.model.refusals.base import NotFound
from services.model.refusals.families import NotEntrusted
from services.model.slots import Slot
from services.model.visits import Appointment
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Employee, Family, run_sql

MONDAY = date(2026, 11, 23)
LINK = (
    "INSERT INTO care (person_id, child_id, since, state, ends_at)"
    " VALUES (:person, :child, '2026-11-01', :state, {ends_at})"
)
PAST, FUTURE = "'2026-11-23 03:59:00.000000'", "'2026-11-30 04:00:00.000000'"
NOTHING_GRANTED = {
    "pending": ("pending", "NULL"),
    "ended": ("ended", PAST),
    "ended in name alone": ("ended", FUTURE),
    "a proxy that ran out": ("active", PAST),
}


async def link(
    house: House, person: PersonId, child: ChildId, state: str, ends_at: str = "NULL"
) -> None:
    """What a later version wrote, or another adult's hand."""
    zone = (
        ""
        if ends_at == "NULL" or house.database.kind == "sqlite"
        else "::timestamp at time zone 'UTC'"
    )
    statement = LINK.format(ends_at=ends_at + zone)
    await run_sql(house, statement, person=person, child=child, state=state)


@pytest.fixture(params=NOTHING_GRANTED)
async def not_his(
    request: pytest.FixtureRequest, house: House, anna: Family, boris: Family
) -> PersonId:
    """Борис, whose link to Анна's Миша grants nothing."""
    state, ends_at = NOTHING_GRANTED[request.param]
    await link(house, boris.parent, anna.child.id, state, ends_at)
    return boris.parent


@played
async def slot(house: House, anna: Family, petrova: Doctor) -> Slot:
    return (await house.free_times(anna.parent, anna.child.id, petrova))[0]


@played
async def visit(house: House, anna: Family, slot: Slot) -> Appointment:
    return await house.book(anna.parent, anna.child.id, slot)


async def test_such_a_link_shows_no_child(
    house: House, not_his: PersonId, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R75: neither in the list nor by a button with its id; nothing of it can be changed."""
    children, child = house.services.children, anna.child.id
    assert (await children.all(not_his, clinic.id)).children == [boris.child]

    refused: list[Callable[[], Awaitable[object]]] = [
        lambda: children.card(not_his, clinic.id, child),
        lambda: children.ask_about(not_his, clinic.id, NewNameOf(child)),
        lambda: children.choose_district(not_his, child, DistrictId(1)),
        lambda: children.removal(not_his, clinic.id, child),
        lambda: children.remove(not_his, clinic.id, child),
        lambda: house.services.journal.who_looked(not_his, clinic.id, child),
    ]
    for forbidden in refused:
        with pytest.raises(NotFound):
            await forbidden()
    assert (await children.card(anna.parent, clinic.id, child)).child == anna.child


async def test_such_a_link_books_and_changes_nothing(
    house: House,
    not_his: PersonId,
    anna: Family,
    slot: Slot,
    visit: Appointment,
    petrova: Doctor,
    clinic: Clinic,
) -> None:
    """R75: no times, no hold, no visit; and no visit of the child is seen, asked about or called
    off."""
    booking, times, need = house.services.booking, house.services.times, anna.need
    refused: list[Callable[[], Awaitable[object]]] = [
        lambda: times.reasons(not_his, anna.child.id, clinic.id),
        lambda: times.doctors(not_his, need, clinic.id),
        lambda: times.days(not_his, need, petrova.id),
        lambda: booking.offer(not_his, need, slot.id),
        lambda: booking.earliest(not_his, need, clinic.id),
        lambda: booking.book(not_his, need, slot.id),
        lambda: booking.move(not_his, visit.id, slot.id),
        lambda: booking.take(not_his, visit.id, slot.id),
        lambda: house.services.mine.visit(not_his, visit.id),
        lambda: house.services.mine.cancellable(not_his, visit.id),
        lambda: house.services.mine.cancel(not_his, visit.id),
        lambda: house.services.mine.come(not_his, visit.id, all_day=False),
        lambda: house.services.questions.begin(not_his, visit.id),
        lambda: house.services.questions.leave(not_his, visit.id),
    ]
    for forbidden in refused:
        with pytest.raises(NotFound):
            await forbidden()
    assert (await house.services.mine.visits(not_his)).visits == []
    assert (await house.services.mine.visit(anna.parent, visit.id)).visit.state == visit.state


async def test_such_a_link_hears_nothing(
    house: House, not_his: PersonId, anna: Family, visit: Appointment, clinic: Clinic
) -> None:
    """R75: whom the clinic tells, reminds and writes to are those who care now."""
    await run_sql(
        house,
        "INSERT INTO consents (person_id, clinic_id, purpose, version, text_sha256, given_at)"
        " SELECT person_id, clinic_id, 'reminders', 1, '', given_at FROM consents",
    )
    now = house.clock()
    async with house.transactions.reads() as tx:
        assert await tx.families.carers(anna.child.id) == [anna.parent]
        reminded = await tx.families.to_remind(anna.child.id, clinic.id)
        assert [person for person, _ in reminded] == [anna.parent]
        days = (MONDAY, MONDAY + timedelta(days=7))
        for audience in (
            Audience(Whom.VISITS, 0, *days),
            Audience(Whom.PATIENTS, visit.slot.doctor.id),
        ):
            reach = await tx.broadcasts.reach(clinic, audience, now)
            assert reach in (Reach(1, 0, 0), Reach(0, 1, 0))


async def test_such_a_link_is_no_family_in_the_bot(
    house: House, not_his: PersonId, anna: Family, tamara: Employee, visit: Appointment
) -> None:
    """R75: at the desk the child of somebody who left the bot is to be phoned, whoever has been
    invited meanwhile."""
    card = await house.services.registry.card(tamara.person, tamara.post, anna.child.id)
    assert card.in_bot
    await run_sql(house, "DELETE FROM care WHERE person_id = :anna", anna=anna.parent)
    card = await house.services.registry.card(tamara.person, tamara.post, anna.child.id)
    assert not card.in_bot


async def test_the_registry_does_not_know_a_child_by_such_a_link(
    house: House, not_his: PersonId, anna: Family, tamara: Employee
) -> None:
    """R75: that Борис agreed to the clinic says nothing of a child that is not in his care."""
    await run_sql(house, "DELETE FROM care WHERE person_id = :anna", anna=anna.parent)
    with pytest.raises(NotFound):
        await house.services.registry.card(tamara.person, tamara.post, anna.child.id)


async def test_a_code_of_the_registry_makes_it_one_like_any_other(
    house: House,
    not_his: PersonId,
    anna: Family,
    boris: Family,
    tamara: Employee,
    visit: Appointment,
    clinic: Clinic,
) -> None:
    """R75: who is told a code at the desk cares for the child from then on."""
    code = await house.services.codes.code(tamara.person, tamara.post, anna.child.id)
    await house.services.codes.claim(not_his, code.digits)
    children = (await house.services.children.all(not_his, clinic.id)).children

    assert children == [anna.child, boris.child]
    assert await house.count("care", "state = 'active' AND ends_at IS NULL") == 3


async def test_a_proxy_cares_until_a_moment(
    house: House, anna: Family, boris: Family, slot: Slot, clinic: Clinic
) -> None:
    """R75: until then like a parent, from then on not at all, and nobody has to do anything."""
    await link(house, boris.parent, anna.child.id, "active", FUTURE)
    visit = await house.book(boris.parent, anna.child.id, slot)
    house.clock.forward(days=6, hours=23, minutes=59)
    await house.services.children.card(boris.parent, clinic.id, anna.child.id)
    house.clock.forward(minutes=1)

    with pytest.raises(NotFound):
        await house.services.children.card(boris.parent, clinic.id, anna.child.id)
    with pytest.raises(NotFound):
        await house.services.mine.visit(boris.parent, visit.id)


async def test_a_child_whom_only_such_links_name_is_forgotten(
    house: House, not_his: PersonId, anna: Family, clinic: Clinic
) -> None:
    """R75: the last who cared took the child out of the bot; nothing keeps it for others."""
    await house.services.children.remove(anna.parent, clinic.id, anna.child.id)

    assert await house.count("children", f"id = {anna.child.id}") == 0
    assert await house.count("care", f"child_id = {anna.child.id}") == 0


async def test_one_parent_leaves_the_other_s_care_alone(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R75: taking a child out of the bot is done for oneself."""
    await link(house, boris.parent, anna.child.id, "active")
    await house.services.children.remove(boris.parent, clinic.id, anna.child.id)

    assert (await house.services.children.all(anna.parent, clinic.id)).children == [anna.child]


HELPS = (
    "INSERT INTO care (person_id, child_id, since, role, may_book, may_cancel, is_told)"
    " VALUES (:person, :child, '2026-11-01', 'helper', {may}, {may}, true)"
)


@played
async def looks(house: House, anna: Family, boris: Family) -> PersonId:
    """Борис, who may look at Анна's Миша, and nothing else."""
    statement = HELPS.format(may="false")
    await run_sql(house, statement, person=boris.parent, child=anna.child.id)
    return boris.parent


@played
async def helps(house: House, anna: Family, boris: Family) -> PersonId:
    """Борис, who may book for Анна's Миша, too."""
    statement = HELPS.format(may="true")
    await run_sql(house, statement, person=boris.parent, child=anna.child.id)
    return boris.parent


async def test_who_may_look_changes_nothing(
    house: House,
    looks: PersonId,
    anna: Family,
    slot: Slot,
    visit: Appointment,
    petrova: Doctor,
    clinic: Clinic,
) -> None:
    """R75: each use case asks for what it needs; the refusal says who can do it."""
    booking, times, need = house.services.booking, house.services.times, anna.need
    children, child = house.services.children, anna.child.id
    assert (await house.services.mine.visit(looks, visit.id)).visit.id == visit.id
    assert (await children.card(looks, clinic.id, child)).child == anna.child

    refused: list[Callable[[], Awaitable[object]]] = [
        lambda: times.reasons(looks, child, clinic.id),
        lambda: times.doctors(looks, need, clinic.id),
        lambda: times.days(looks, need, petrova.id),
        lambda: booking.offer(looks, need, slot.id),
        lambda: booking.earliest(looks, need, clinic.id),
        lambda: booking.book(looks, need, slot.id),
        lambda: booking.move(looks, visit.id, slot.id),
        lambda: booking.take(looks, visit.id, slot.id),
        lambda: house.services.mine.cancellable(looks, visit.id),
        lambda: house.services.mine.cancel(looks, visit.id),
        lambda: house.services.mine.come(looks, visit.id, all_day=False),
        lambda: house.services.questions.begin(looks, visit.id),
    ]
    for forbidden in refused:
        with pytest.raises(NotEntrusted):
            await forbidden()
    assert (await house.services.mine.visit(anna.parent, visit.id)).visit.id == visit.id


async def test_who_helps_books_and_decides_nothing(
    house: House, helps: PersonId, anna: Family, slot: Slot, clinic: Clinic
) -> None:
    """R75: a helper takes a time and gives it back, and neither renames the child nor reads who
    looked at its data."""
    visit = await house.book(helps, anna.child.id, slot)
    await house.services.mine.cancel(helps, visit.id)
    children, child = house.services.children, anna.child.id
    refused: list[Callable[[], Awaitable[object]]] = [
        lambda: children.ask_about(helps, clinic.id, NewNameOf(child)),
        lambda: children.choose_district(helps, child, DistrictId(1)),
        lambda: house.services.journal.who_looked(helps, clinic.id, child),
    ]
    for forbidden in refused:
        with pytest.raises(NotEntrusted):
            await forbidden()


def _ids(visits: Sequence[Appointment]) -> list[AppointmentId]:
    return [visit.id for visit in visits]


async def test_a_helper_is_no_other_adult(
    house: House, helps: PersonId, anna: Family, visit: Appointment, clinic: Clinic
) -> None:
    """R40, R75: where the only parent leaves, is erased or takes the child out of the bot, a helper
    keeps neither visit nor child."""
    farewell = await house.services.erasing.look(anna.parent)
    assert (farewell.alone, _ids(farewell.visits)) == ([anna.child], [visit.id])
    departure = await house.services.leaving.look(anna.parent, clinic.id)
    assert (departure.alone, _ids(departure.visits)) == ([anna.child], [visit.id])
    theirs = await house.services.erasing.look(helps)
    assert anna.child not in [*theirs.alone, *theirs.shared]

    removed = await house.services.children.remove(anna.parent, clinic.id, anna.child.id)
    assert _ids(removed.visits) == [visit.id]
    assert await house.count("care", f"child_id = {anna.child.id}") == 0


async def test_a_helper_leaves_and_takes_nothing_along(
    house: House, helps: PersonId, anna: Family, visit: Appointment, clinic: Clinic
) -> None:
    """R75: whoever helps stops by themselves; visits stay with the parents."""
    left = await house.services.children.remove(helps, clinic.id, anna.child.id)

    assert left.visits == []
    assert (await house.services.mine.visit(anna.parent, visit.id)).visit.id == visit.id
    with pytest.raises(NotFound):
        await house.services.mine.visit(helps, visit.id)


async def test_a_hidden_visit_is_not_there_for_a_helper(
    house: House, helps: PersonId, anna: Family, visit: Appointment, clinic: Clinic
) -> None:
    """R75: neither in lists nor by its id, nor by the refusal of another one beside it."""
    async with house.transactions.writes() as tx:
        await tx.appointments.hide(visit, hidden=True)
    mine = house.services.mine
    assert (await mine.visits(helps)).visits == []
    [at_home, *_] = (await house.services.families.home(helps, clinic.id)).children
    assert at_home.visits == []
    doctors = await house.services.times.doctors(helps, anna.need, clinic.id)
    assert [row.visit for row in doctors.doctors if row.visit] == []
    for forbidden in (
        mine.visit,
        mine.cancel,
        mine.cancellable,
    ):
        with pytest.raises(NotFound):
            await forbidden(helps, visit.id)
    [seen] = (await mine.visits(anna.parent)).visits
    assert seen.hidden
