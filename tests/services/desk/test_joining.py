"""A child who was entered twice is joined by the registry, after it looked at both cards."""

import asyncio
from dataclasses import replace

import pytest

from services.desk.errands import Aim, Errand
from services.desk.joining.cards import Part, Side, TwoCards, decided
from services.desk.joining.joining import Joined, SecondCards
from services.desk.search import AtDesk
from services.model.access import Access, Role
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.conversations import Conversation, FamilyPhone, NewNameOf
from services.model.ids import ChildId
from services.model.people import Child, PhoneNumber
from services.model.privacy.erasure import Act
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.desk import (
    CardsChanged,
    NotDecided,
    SameCard,
    ToBeErased,
    VisitsClash,
)
from services.model.refusals.families import ChildJoined
from services.model.refusals.visits import ChildIsBusy, SlotTaken
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from services.rules.typed.texts import mark
from storage.families.care import begin_care
from tests.conftest import CONSENTS, House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, open_clinic
from tests.services.waiting import begin, done_or_waiting, while_booked

ALL_OF_OTHER = sum(decided(0, part, Side.OTHER) for part in Part)
ALL_OF_KEPT = sum(decided(0, part, Side.KEPT) for part in Part)


async def enter(house: House, by: Employee, line: str) -> Child:
    """The registry enters a child, whose family signed the paper."""
    await house.services.registry.search(by.person, line)
    return (await house.services.registry.add(by.person, by.post, mark(line))).child


@played
async def entered(house: House, tamara: Employee) -> Child:
    """Миша once more, as the registry heard him."""
    return await enter(house, tamara, "Миша Иванов 12.03.2024")


async def compare(
    house: House, by: Employee, one: ChildId, other: ChildId, choice: int = 0
) -> TwoCards:
    return await house.services.joining.compare(by.person, by.post, one, other, choice)


async def join(house: House, by: Employee, two: TwoCards) -> Joined:
    return await house.services.joining.join(
        by.person, by.post, two.kept.child.id, two.other.child.id, two.choice, two.as_shown
    )


async def known_here(house: House, family: Family, doctor: Doctor) -> Appointment:
    """The family has a visit ahead, in the latest of the day's times."""
    slot = (await times(house, family, doctor))[-1]
    return await house.book(family.parent, family.child.id, slot)


async def times(house: House, family: Family, doctor: Doctor) -> list[Slot]:
    return await house.free_times(family.parent, family.child.id, doctor)


async def accesses(house: House, child: ChildId) -> list[Access | str]:
    async with house.transactions.reads() as tx:
        return [record.entry.access for record in await tx.journal.of_child(child, 50)]


async def test_the_desk_suggests_who_may_be_the_same(
    house: House, anna: Family, boris: Family, tamara: Employee, entered: Child
) -> None:
    """R53: one birth date, and a name that says less: "Миша" beside "Миша Иванов"; and whoever is
    listed is taken down (R39)."""
    namesake = await house.child(boris.parent, "Миша", "13.03.2024")
    card = await house.services.registry.card(tamara.person, tamara.post, anna.child.id)
    assert card.entered_twice
    other = await house.services.registry.card(tamara.person, tamara.post, namesake.id)
    assert not other.entered_twice

    found = await house.services.joining.second_cards(tamara.person, tamara.post, anna.child.id)

    assert [child.id for child in found.likely] == [entered.id]
    assert Access.FOUND in await accesses(house, entered.id)


@pytest.mark.parametrize("line", ["Миша Иванов 12.03.2024", "Иванов 12 марта 2024"])
async def test_the_second_card_is_found_by_what_is_typed(
    house: House, anna: Family, tamara: Employee, entered: Child, line: str
) -> None:
    """Both cards stand side by side; the family's goes on, as its buttons lie in chats."""
    await house.services.joining.second_cards(tamara.person, tamara.post, anna.child.id)

    two = await house.services.joining.find(tamara.person, line)

    assert isinstance(two, TwoCards)
    assert (two.kept.child.id, two.other.child.id) == (anna.child.id, entered.id)
    assert two.conflicts == [Part.NAME]
    for child in (anna.child.id, entered.id):
        assert (await accesses(house, child))[0] is Access.CARD


@pytest.mark.parametrize(
    ("line", "problem"),
    [("Миша 12.03.2024", None), ("Ваня 01.01.2024", NotFound), ("нет", Refusal)],
)
async def test_what_finds_no_second_card_is_asked_again(
    house: House,
    anna: Family,
    tamara: Employee,
    line: str,
    problem: type[Refusal] | None,
) -> None:
    """R61: with the reason; what is typed next looks again."""
    await house.services.joining.second_cards(tamara.person, tamara.post, anna.child.id)
    found = await house.services.joining.find(tamara.person, line)

    assert isinstance(found, SecondCards)
    assert isinstance(found.problem, problem or SameCard)


async def test_two_cards_become_one(
    house: House, anna: Family, tamara: Employee, entered: Child, petrova: Doctor
) -> None:
    """The registry's visit is the family's from then on, under the name that was decided; the
    journal has it under both ids, and is read as one (R39)."""
    slot = (await times(house, anna, petrova))[0]
    visit = (
        await house.services.desk.book(
            tamara.person, tamara.post, Errand(Aim.BOOK, entered.id), slot.id, bending=True
        )
    ).visit
    two = await compare(house, tamara, entered.id, anna.child.id)
    choice = decided(0, Part.NAME, Side.OTHER)
    two = await compare(house, tamara, two.kept.child.id, two.other.child.id, choice)

    one = await join(house, tamara, two)

    assert one.child == Child(anna.child.id, "Миша Иванов", anna.child.birth_date)
    assert (one.visits, one.told) == (1, True)
    async with house.transactions.reads() as tx:
        assert await tx.families.children(anna.parent) == [one.child]
        mine = await tx.appointments.get(visit.id, cared_for_by=anna.parent)
        assert (mine.child, mine.sequence, mine.uid) == (one.child, visit.sequence, visit.uid)
    assert (await accesses(house, anna.child.id)).count(Access.JOINED) == 2
    assert await house.count("journal_subjects", f"child_id = {anna.child.id}") == 2
    assert await house.count("notifications", "kind = 'joined' AND state = 'planned'") == 1
    assert all(verdict.broken_at is None for verdict in await house.services.journal.verify())


async def test_who_is_erased_goes_with_the_second_card_that_a_backup_brings_back(
    house: House, anna: Family, boris: Family, tamara: Employee, entered: Child
) -> None:
    """R74: the act names both, and a database of before the joining has the second one by itself;
    a child whom somebody else looks after stays."""
    joined = await enter(house, tamara, "Мишутка 12.03.2024")
    two = await compare(house, tamara, anna.child.id, joined.id, ALL_OF_KEPT)
    await join(house, tamara, two)
    shown = await house.services.erasing.look(anna.parent)
    await house.services.erasing.ask(anna.parent, shown.as_shown)
    house.clock.forward(hours=24)
    erased = await house.services.erasing.carry_out(anna.parent)
    assert erased
    assert erased.act.children == [anna.child.id, joined.id]

    brought_back = Act(9, boris.parent, [boris.child.id, entered.id], house.clock())
    father = await house.parent(105)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, boris.child.id, house.clock())
    assert await house.services.erasing.again([brought_back]) == 1
    assert await house.count("children", f"id = {entered.id} AND name = 'Миша Иванов'") == 0
    assert await house.count("children", f"id = {boris.child.id} AND name = 'Соня'") == 1


async def test_joining_again_changes_nothing(
    house: House, anna: Family, tamara: Employee, entered: Child
) -> None:
    """R08: a double tap gives the same answer; an old screen of both says that they are one."""
    two = await compare(house, tamara, anna.child.id, entered.id, ALL_OF_KEPT)
    one = await join(house, tamara, two)
    before = await house.count("access_records")

    assert (await join(house, tamara, two)).child == one.child
    assert await house.count("access_records") == before
    with pytest.raises(ChildJoined):
        await compare(house, tamara, anna.child.id, entered.id)


async def test_what_the_cards_say_differently_is_decided_before(
    house: House, anna: Family, tamara: Employee
) -> None:
    """Name, birth date and number are shown, and one of each is said to be right."""
    other = await enter(house, tamara, "Михаил 13.03.2024")
    numbers = [PhoneNumber("+79160000001"), PhoneNumber("+79160000002")]
    async with house.transactions.writes() as tx:
        for child, number in zip((anna.child, other), numbers, strict=True):
            await tx.phones.keep_for_child(
                child.id, (await tx.clinics.all())[0].id, number, house.clock()
            )
    two = await compare(house, tamara, anna.child.id, other.id)
    assert two.conflicts == two.undecided == [Part.NAME, Part.BORN, Part.PHONE]
    with pytest.raises(NotDecided):
        await join(house, tamara, two)

    choice = decided(decided(0, Part.NAME, Side.KEPT), Part.BORN, Side.OTHER)
    two = await compare(
        house, tamara, anna.child.id, other.id, decided(choice, Part.PHONE, Side.OTHER)
    )
    one = await join(house, tamara, two)

    assert one.child == Child(anna.child.id, "Миша", other.birth_date)
    card = await house.services.registry.card(tamara.person, tamara.post, one.child.id)
    assert card.phones == numbers[1:]


async def test_what_was_decided_the_other_way_round_counts_for_nothing(
    house: House, anna: Family, tamara: Employee, entered: Child
) -> None:
    """R66: what a button kept is of the two as they stood on the screen."""
    two = await compare(house, tamara, entered.id, anna.child.id, ALL_OF_OTHER)

    assert two.kept.child.id == anna.child.id
    assert two.undecided == [Part.NAME]


async def test_visits_at_one_time_are_seen_to_before(
    house: House, anna: Family, tamara: Employee, petrova: Doctor, kim: Doctor
) -> None:
    """R07: one is moved or cancelled by the desk's own ways, so that its family hears of it."""
    again = Family(anna.parent, await house.child(anna.parent, "Миша Иванов"))
    first = (await times(house, anna, petrova))[1]
    await house.book(anna.parent, anna.child.id, first)
    beside = next(
        slot for slot in await times(house, again, kim) if slot.stretch.overlaps(first.stretch)
    )
    visit = await house.book(anna.parent, again.child.id, beside)
    two = await compare(house, tamara, anna.child.id, again.child.id, ALL_OF_KEPT)
    assert len(two.clashes) == 1
    with pytest.raises(VisitsClash):
        await join(house, tamara, two)

    await house.services.mine.cancel(anna.parent, visit.id)
    two = await compare(house, tamara, anna.child.id, again.child.id, ALL_OF_KEPT)
    assert (await join(house, tamara, two)).visits == 1


async def test_a_visit_that_nobody_marked_is_not_in_the_way_for_ever(
    house: House, anna: Family, tamara: Employee, petrova: Doctor, kim: Doctor
) -> None:
    """Of two old visits at one time one never was: the later one is cancelled."""
    again = Family(anna.parent, await house.child(anna.parent, "Миша Иванов"))
    first = (await times(house, anna, petrova))[1]
    kept = await house.book(anna.parent, anna.child.id, first)
    beside = next(
        slot for slot in await times(house, again, kim) if slot.stretch.overlaps(first.stretch)
    )
    visit = await house.book(anna.parent, again.child.id, beside)
    house.clock.forward(days=3)
    two = await compare(house, tamara, anna.child.id, again.child.id, ALL_OF_KEPT)
    assert two.clashes == []

    await join(house, tamara, two)

    async with house.transactions.reads() as tx:
        states = [
            (await tx.appointments.get(each.id, cared_for_by=anna.parent)).state
            for each in (kept, visit)
        ]
    assert states == [AppointmentState.BOOKED, AppointmentState.CANCELLED]


async def test_two_visits_to_one_doctor_may_stay(
    house: House, anna: Family, tamara: Employee, petrova: Doctor
) -> None:
    """R04: the registry bends the clinic's rule knowingly, and that is taken down."""
    again = Family(anna.parent, await house.child(anna.parent, "Миша Иванов"))
    await known_here(house, anna, petrova)
    visit = await known_here(house, again, petrova)
    two = await compare(house, tamara, anna.child.id, again.child.id, ALL_OF_KEPT)
    assert [each.id for each in two.with_one_doctor] == [visit.id]

    assert (await join(house, tamara, two)).visits == 2
    assert Access.RULE_BENT in await accesses(house, anna.child.id)


async def test_what_changed_meanwhile_is_looked_at_again(
    house: House, anna: Family, tamara: Employee, entered: Child, petrova: Doctor
) -> None:
    """R66: a visit that was booked since, an adult who came."""
    two = await compare(house, tamara, anna.child.id, entered.id, ALL_OF_KEPT)
    await known_here(house, anna, petrova)
    with pytest.raises(CardsChanged):
        await join(house, tamara, two)

    two = await compare(house, tamara, anna.child.id, entered.id, ALL_OF_KEPT)
    father = await house.parent(777)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, entered.id, house.clock())
    with pytest.raises(CardsChanged):
        await join(house, tamara, two)


async def test_both_parents_have_one_child_then_and_are_told(
    house: House, anna: Family, boris: Family, tamara: Employee, petrova: Doctor
) -> None:
    """Each sees what the other has, and hears that there is one card; nothing is named (R30)."""
    his = Family(boris.parent, await house.child(boris.parent, "Михаил"))
    visit = await known_here(house, his, petrova)
    two = await compare(house, tamara, anna.child.id, his.child.id, ALL_OF_KEPT)
    assert two.kept.child.id == anna.child.id

    await join(house, tamara, two)

    async with house.transactions.reads() as tx:
        assert (await tx.appointments.get(visit.id, cared_for_by=anna.parent)).is_active
        names = {child.name for child in await tx.families.children(boris.parent)}
    assert names == {"Соня", "Миша"}
    told = await house.database.rows("SELECT person_id FROM notifications WHERE kind = 'joined'")
    assert {row.person_id for row in told} == {anna.parent, boris.parent}


async def test_who_sees_nothing_new_is_told_nothing(
    house: House, anna: Family, tamara: Employee, entered: Child, petrova: Doctor
) -> None:
    """A card without a visit or an adult adds nothing to the family's."""
    await known_here(house, anna, petrova)
    two = await compare(house, tamara, anna.child.id, entered.id, ALL_OF_KEPT)

    assert not (await join(house, tamara, two)).told
    assert await house.count("notifications", "kind = 'joined'") == 0


async def test_whoever_looks_after_the_child_is_reminded_of_all_visits(
    house: House, tamara: Employee
) -> None:
    """R21: the other parent's visit is reminded of from then on, too."""
    clinic = await open_clinic(house, consents=CONSENTS)
    desk = await employ(house, Role.REGISTRAR, 909, "other")
    mother, father = await house.parent(11, clinic), await house.parent(12, clinic)
    await house.services.consents.agree(mother, clinic.id, Purpose.REMINDERS, 1)
    hers, his = await house.child(mother), await house.child(father)
    doctor = (await house.doctors(clinic))[0]
    async with house.transactions.reads() as tx:
        born = await tx.registry.born_on(clinic.id, hers.birth_date)
    assert {child.id for child in born} == {hers.id, his.id}
    slot = (await house.free_times(father, his.id, doctor))[-1]
    visit = await house.book(father, his.id, slot)
    house.clock.forward(minutes=1)
    before = await house.count("notifications", f"person_id = {mother}")

    await join(house, desk, await compare(house, desk, hers.id, his.id))

    reminding = f"person_id = {mother} AND appointment_id = {visit.id} AND kind <> 'joined'"
    assert before == 0
    assert await house.count("notifications", reminding) > 0


async def test_only_the_registry_of_a_clinic_that_knows_both_may(
    house: House,
    anna: Family,
    tamara: Employee,
    doctor_kim: Employee,
    stranger: Employee,
    entered: Child,
) -> None:
    """R30: a doctor, another clinic's head, or a card of a child whom the clinic does not know."""
    unknown = await house.child(await house.parent(888), "Миша")
    for by, other in ((doctor_kim, entered.id), (stranger, entered.id), (tamara, unknown.id)):
        before = await house.count("access_records")
        with pytest.raises(NotFound):
            await compare(house, by, anna.child.id, other)
        with pytest.raises(NotFound):
            await house.services.joining.join(by.person, by.post, anna.child.id, other, 0, 1)
        assert await house.count("access_records") == before
    with pytest.raises(SameCard):
        await compare(house, tamara, anna.child.id, anna.child.id)


async def test_a_family_that_is_to_be_erased_is_joined_with_nothing(
    house: House, anna: Family, tamara: Employee, entered: Child, petrova: Doctor
) -> None:
    """R40: what somebody asked to be erased does not become another card's."""
    await known_here(house, anna, petrova)
    erasing = house.services.erasing
    await erasing.ask(anna.parent, (await erasing.look(anna.parent)).as_shown)

    with pytest.raises(ToBeErased):
        await compare(house, tamara, anna.child.id, entered.id)


async def test_what_is_being_typed_goes_on(
    house: House, anna: Family, boris: Family, tamara: Employee, clinic: Clinic
) -> None:
    """A parent who renames the child just then renames the one that is left."""
    his = await house.child(boris.parent, "Михаил")
    await house.services.children.ask_about(boris.parent, clinic.id, NewNameOf(his.id))
    two = await compare(house, tamara, anna.child.id, his.id, ALL_OF_KEPT)
    await join(house, tamara, two)

    await house.services.families.answer(boris.parent, "Мишенька")

    card = await house.services.registry.card(tamara.person, tamara.post, anna.child.id)
    assert isinstance(card, AtDesk)
    assert card.child.name == "Мишенька"


# At once


async def test_two_registrars_join_once(
    house: House, anna: Family, tamara: Employee, irina: Employee, entered: Child
) -> None:
    """R05: whoever is second reads that it is done; nothing is written twice."""
    twos = [
        await compare(house, by, anna.child.id, entered.id, ALL_OF_KEPT) for by in (tamara, irina)
    ]
    done = await asyncio.gather(
        *(join(house, by, two) for by, two in zip((tamara, irina), twos, strict=True)),
        return_exceptions=True,
    )

    assert all(isinstance(each, Joined | ChildJoined | CardsChanged) for each in done)
    assert await house.count("joined_children") == 1
    assert await house.count("access_records", "access = 'joined'") == 2


async def test_nobody_books_for_a_card_that_is_going(
    house: House, anna: Family, tamara: Employee, petrova: Doctor
) -> None:
    """R01, R08: a visit that a parent books just then is the child's that is left, or is refused in
    words; none is lost, and none is at a card that is no more."""
    for turn in range(6):
        again = Family(anna.parent, await house.child(anna.parent, f"Миша Иванов{'а' * turn}"))
        slots = await times(house, again, petrova)
        two = await compare(house, tamara, anna.child.id, again.child.id, ALL_OF_KEPT)
        booked, joined = await asyncio.gather(
            house.book(anna.parent, again.child.id, slots[turn]),
            join(house, tamara, two),
            return_exceptions=True,
        )
        assert isinstance(booked, Appointment | ChildJoined | SlotTaken | ChildIsBusy)
        assert isinstance(joined, Joined | CardsChanged)
        if isinstance(booked, Appointment):
            async with house.transactions.reads() as tx:
                stands = await tx.appointments.get(booked.id, cared_for_by=anna.parent)
            expected = again.child.id if isinstance(joined, CardsChanged) else anna.child.id
            assert stands.child.id == expected
            await house.services.mine.cancel(anna.parent, booked.id)
        else:
            assert isinstance(joined, Joined)


async def test_who_joins_waits_for_whoever_books(
    house: House, anna: Family, tamara: Employee, entered: Child, petrova: Doctor
) -> None:
    """R66: a visit that was not committed yet is seen all the same, at the card that would go and
    at the one that stays."""
    first, second, *_ = await times(house, anna, petrova)
    for child, slot in ((entered.id, first), (anna.child.id, second)):
        two = await compare(house, tamara, anna.child.id, entered.id, ALL_OF_KEPT)
        async with while_booked(house, child, slot):
            joining = begin(join(house, tamara, two))
            await done_or_waiting(house, joining)
        with pytest.raises(CardsChanged):
            await joining
    assert await house.count("children") == 2


async def test_who_says_a_code_waits_for_whoever_books(
    house: House, anna: Family, tamara: Employee, entered: Child, petrova: Doctor
) -> None:
    """R53: the visit that the registry books just then goes over with the card."""
    slot = (await times(house, anna, petrova))[0]
    code = await house.services.codes.code(tamara.person, tamara.post, entered.id)
    async with while_booked(house, entered.id, slot):
        claiming = begin(house.services.codes.claim(anna.parent, code.digits))
        await done_or_waiting(house, claiming)
    await claiming

    assert await house.count("children") == 1
    assert await house.count("appointments", f"child_id = {anna.child.id}") == 1


@pytest.mark.parametrize("by_code", [False, True])
async def test_who_only_points_at_a_card_that_goes_is_waited_for(
    house: House,
    clinic: Clinic,
    anna: Family,
    tamara: Employee,
    irina: Employee,
    entered: Child,
    *,
    by_code: bool,
) -> None:
    """R45: a colleague is just being asked for that child's phone, which takes no lock of it: the
    question goes over with the card, and is not lost with the other one."""
    code = await house.services.codes.code(tamara.person, tamara.post, entered.id)
    two = await compare(house, tamara, anna.child.id, entered.id, ALL_OF_KEPT)
    async with house.transactions.writes() as tx:
        topic = FamilyPhone(entered.id)
        asked = Conversation(topic, clinic.id, house.clock(), irina.post)
        await tx.conversations.ask(irina.person, asked)
        goes = house.services.codes.claim(anna.parent, code.digits) if by_code else None
        joining: asyncio.Task[object] = begin(goes or join(house, tamara, two))
        await done_or_waiting(house, joining)
    await joining

    async with house.transactions.reads() as tx:
        assert await tx.conversations.of(irina.person) == replace(
            asked, topic=FamilyPhone(anna.child.id)
        )


async def test_a_card_that_its_family_removes_just_then_is_no_longer_joined(
    house: House, anna: Family, tamara: Employee, entered: Child
) -> None:
    """R66: the code is taken all the same, and the registry's card is the only one."""
    code = await house.services.codes.code(tamara.person, tamara.post, entered.id)
    async with house.transactions.writes() as tx:
        await tx.families.child(anna.child.id, cared_for_by=None, lock=True)
        await tx.registry.remove(anna.child.id)
        claiming = begin(house.services.codes.claim(anna.parent, code.digits))
        await done_or_waiting(house, claiming)
    await claiming

    async with house.transactions.reads() as tx:
        assert await tx.families.children(cared_for_by=anna.parent) == [entered]
