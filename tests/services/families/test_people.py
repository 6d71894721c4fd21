"""The people around a child, by use cases: who is first, and what ends in between (R32, R75)."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from services.desk.people import Why
from services.families.people import Called, HelperLink, Until
from services.model.access import Access
from services.model.clinic import Clinic, Doctor
from services.model.ids import HelperInvitationId, PersonId
from services.model.people import CareRole
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.families import (
    HelperLinkInvalid,
    NotEntrusted,
    OnlyAtRegistry,
    TooManyPeople,
)
from tests.conftest import House
from tests.services.conftest import Employee, Family, run_sql
from tests.services.interleaving import meetings
from tests.services.scenes import is_a_parent
from tests.services.waiting import begin, done_or_waiting


async def invited(
    house: House, anna: Family, clinic: Clinic, until: Until = Until.NO_END
) -> HelperLink:
    return await house.services.people.invite(
        anna.parent, clinic.id, anna.child.id, Called.FATHER, 0, may_book=True, until=until
    )


async def helping(house: House, anna: Family, clinic: Clinic, helper: PersonId) -> None:
    """Let somebody help, all the way."""
    people = house.services.people
    link = await invited(house, anna, clinic)
    opened = await people.open(helper, link.token, "Борис")
    await people.admit(anna.parent, opened.invitation.id, anna.child.id)


async def test_two_open_one_link_and_one_stands_before_the_door(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R32: whoever is first has it; the others learn nothing of the child."""
    link = await invited(house, anna, clinic)
    persons = [await house.parent(number, clinic) for number in range(201, 209)]
    open_ = house.services.people.open
    answers = await asyncio.gather(
        *(open_(person, link.token, "Кто-то") for person in persons), return_exceptions=True
    )

    assert [type(each) for each in answers].count(HelperLinkInvalid) == len(persons) - 1
    assert await house.count("care", "state = 'pending'") == 1
    assert await house.count("notifications", "kind = 'helper-waits'") == 1


async def test_a_yes_grants_what_its_own_invitation_says(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R75: who opened two links is let look by the one, whatever the other one said later."""
    people = house.services.people
    looks = await people.invite(
        anna.parent, clinic.id, anna.child.id, Called.NANNY, 0, may_book=False, until=Until.WEEK
    )
    opened = await people.open(boris.parent, looks.token, "Борис")
    await people.open(boris.parent, (await invited(house, anna, clinic)).token, "Борис")
    await people.admit(anna.parent, opened.invitation.id, anna.child.id)

    [link] = [
        each
        for each in (await people.page(anna.parent, clinic.id, anna.child.id)).others
        if each.person == boris.parent
    ]
    assert (link.called, link.may_book, link.ends_at) == ("@n", False, looks.invitation.ends_at)


async def test_a_yes_and_a_no_at_once(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R75: one of them counts, and what is left says which."""
    people = house.services.people
    for _ in range(4):
        link = await invited(house, anna, clinic)
        opened = await people.open(boris.parent, link.token, "Борис")
        one = opened.invitation.id
        await asyncio.gather(
            people.admit(anna.parent, one, anna.child.id),
            people.refuse(anna.parent, clinic.id, one, anna.child.id),
            return_exceptions=True,
        )
        children = (await house.services.children.all(boris.parent, clinic.id)).children
        his = f"person_id = {boris.parent} AND child_id = {anna.child.id}"
        stands = await house.count("care", his)
        assert (anna.child in children) == bool(stands)
        await people.revoke(anna.parent, clinic.id, anna.child.id, boris.parent)
        assert await house.count("care", f"child_id = {anna.child.id}") == 1


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_who_has_two_links_opens_one_while_the_other_is_answered(
    house: House, clinic: Clinic, answer: str
) -> None:
    """R75: a yes grants what its own link says, and a no takes nothing from the other one."""
    people, numbers = house.services.people, count(300)
    async for meet in meetings(house):
        mother = await house.parent(next(numbers), clinic)
        family = Family(mother, await house.child(mother))
        helper = await house.parent(next(numbers), clinic)
        child = family.child.id
        looks = await people.invite(
            mother, clinic.id, child, Called.NANNY, 0, may_book=False, until=Until.WEEK
        )
        first = (await people.open(helper, looks.token, "Борис")).invitation.id
        second = await invited(house, family, clinic)
        answered: Coroutine[Any, Any, object]
        if answer == "yes":
            answered = people.admit(mother, first, child)
        else:
            answered = people.refuse(mother, clinic.id, first, child)
        _, opened = await meet(answered, people.open(helper, second.token, "Борис"))
        if answer == "no":
            await people.admit(mother, opened.invitation.id, child)
        [link] = (await people.page(mother, clinic.id, child)).others
        assert link.may_book == (answer == "no")


async def test_both_parents_invite_the_last_one_whom_there_is_room_for(
    house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R75: they are as many as may be, and not one more."""
    monkeypatch.setattr("services.families.people.MOST", 3)
    numbers = count(300)
    async for meet in meetings(house):
        mother, father = [await house.parent(next(numbers), clinic) for _ in range(2)]
        family = Family(mother, await house.child(mother))
        await is_a_parent(house, father, family.child.id)
        became = await meet(
            invited(house, family, clinic), invited(house, Family(father, family.child), clinic)
        )
        assert [type(each) for each in became].count(TooManyPeople) == 1


async def test_a_helper_books_while_the_mother_ends_the_help(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R75: under the child's lock one comes first: a visit from before, or a refusal; nothing is
    booked by who had no right to any more."""
    people = house.services.people
    for slot in (await house.free_times(anna.parent, anna.child.id, petrova))[:4]:
        await helping(house, anna, clinic, boris.parent)
        booked, _ = await asyncio.gather(
            house.book(boris.parent, anna.child.id, slot),
            people.revoke(anna.parent, clinic.id, anna.child.id, boris.parent),
            return_exceptions=True,
        )
        visits = (await house.services.mine.visits(anna.parent)).visits
        assert bool(visits) == (not isinstance(booked, BaseException))
        for visit in visits:
            await house.services.mine.cancel(anna.parent, visit.id)
        with pytest.raises(NotFound):
            await house.book(boris.parent, anna.child.id, slot)


async def test_who_waited_for_the_lock_is_no_helper_any_more(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R75: the link is read once the child is locked, and not as it was before."""
    await helping(house, anna, clinic, boris.parent)
    first, second, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(boris.parent, anna.child.id, first)
    async with house.transactions.writes() as tx:
        await tx.families.child(anna.child.id, cared_for_by=None, lock=True)
        await tx.people.end(anna.child.id, boris.parent)
        late = begin(house.book(boris.parent, anna.child.id, second))
        await done_or_waiting(house, late)
    with pytest.raises(NotFound):
        await late
    with pytest.raises(NotFound):
        await house.services.mine.cancel(boris.parent, visit.id)


async def test_only_who_invited_says_who_it_is(
    house: House, anna: Family, boris: Family, tamara: Employee, clinic: Clinic
) -> None:
    """R75: the other parent does not know who opened it; "let nobody in" any parent may say."""
    code = await house.services.codes.code(tamara.person, tamara.post, anna.child.id)
    await house.services.codes.claim(boris.parent, code.digits)
    link = await invited(house, anna, clinic)
    vera = await house.parent(303, clinic)
    people = house.services.people
    one = (await people.open(vera, link.token, "Вера")).invitation.id
    with pytest.raises(NotFound):
        await people.admit(boris.parent, one, anna.child.id)
    page = await people.refuse(boris.parent, clinic.id, one, anna.child.id)
    assert page.waiting == []


async def test_help_ends_by_itself(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R75: at the end of the day that was chosen, on the clinic's wall."""
    people = house.services.people
    link = await invited(house, anna, clinic, Until.WEEK)
    opened = await people.open(boris.parent, link.token, "Борис")
    await people.admit(anna.parent, opened.invitation.id, anna.child.id)
    house.clock.now = datetime.fromisoformat("2026-11-30T20:59:00+00:00")
    assert anna.child in (await house.services.children.all(boris.parent, clinic.id)).children
    house.clock.forward(minutes=1)
    assert anna.child not in (await house.services.children.all(boris.parent, clinic.id)).children


async def test_who_may_not_is_refused(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R75: a helper invites nobody and says yes to nobody; a parent ends no parent; a foreign id
    is nobody's."""
    people, child = house.services.people, anna.child.id
    link = await invited(house, anna, clinic)
    other = await house.parent(303, clinic)
    opened = await people.open(other, link.token, "Вера")
    await helping(house, anna, clinic, boris.parent)
    one = opened.invitation.id
    with pytest.raises(NotEntrusted):
        await people.invite(
            boris.parent, clinic.id, child, Called.NANNY, 0, may_book=True, until=Until.WEEK
        )
    with pytest.raises(NotEntrusted):
        await people.admit(boris.parent, one, child)
    with pytest.raises(NotEntrusted):
        await people.revoke(boris.parent, clinic.id, child, anna.parent)
    with pytest.raises(NotFound):
        await people.admit(other, one, child)
    with pytest.raises(NotFound):
        await people.admit(anna.parent, HelperInvitationId(999), child)
    with pytest.raises(OnlyAtRegistry):
        await people.revoke(anna.parent, clinic.id, child, anna.parent)


async def test_there_is_an_end_to_inviting(house: House, anna: Family, clinic: Clinic) -> None:
    """R48: as many as a screen holds; a withdrawn link makes room."""
    for _ in range(9):
        await invited(house, anna, clinic)
    with pytest.raises(TooManyPeople):
        await invited(house, anna, clinic)
    page = await house.services.people.page(anna.parent, clinic.id, anna.child.id)
    await house.services.people.refuse(anna.parent, clinic.id, page.waiting[0].id, anna.child.id)
    await invited(house, anna, clinic)


async def test_a_link_ends_with_its_maker_s_care(
    house: House, anna: Family, boris: Family, tamara: Employee, clinic: Clinic
) -> None:
    """R32, R75: whose phone is lost cannot have let anybody in; the reason is taken down."""
    link = await invited(house, anna, clinic)
    await house.services.relatives.end(
        tamara.person, tamara.post, anna.child.id, anna.parent, Why.LOST_PHONE
    )
    with pytest.raises(Refusal):
        await house.services.people.open(boris.parent, link.token, "Борис")
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(anna.child.id, 9)
    assert Access.LINK_LOST_PHONE in [each.entry.access for each in records]


async def test_the_registry_makes_a_helper_a_parent_by_a_code(
    house: House, anna: Family, boris: Family, tamara: Employee, clinic: Clinic
) -> None:
    """R75: on documents, and with all that a parent may."""
    await helping(house, anna, clinic, boris.parent)
    code = await house.services.codes.code(tamara.person, tamara.post, anna.child.id)
    await house.services.codes.claim(boris.parent, code.digits)
    page = await house.services.people.page(boris.parent, clinic.id, anna.child.id)
    assert page.mine.role is CareRole.PARENT


async def test_at_fifteen_a_link_of_its_own(
    house: House, anna: Family, boris: Family, tamara: Employee, clinic: Clinic
) -> None:
    """R75: at the desk alone, not a day earlier; the parents see all as before."""
    codes, child = house.services.codes, anna.child.id
    with pytest.raises(NotFound):
        await codes.code_for_child(tamara.person, tamara.post, child)
    await run_sql(house, "UPDATE children SET birth_date = '2011-11-23' WHERE id = :id", id=child)
    code = await codes.code_for_child(tamara.person, tamara.post, child)
    await codes.claim(boris.parent, code.digits)

    page = await house.services.people.page(boris.parent, clinic.id, child)
    assert page.mine.role is CareRole.SELF
    assert not page.may_invite
    with pytest.raises(OnlyAtRegistry):
        await house.services.people.revoke(boris.parent, clinic.id, child, anna.parent)
    with pytest.raises(OnlyAtRegistry):
        await house.services.people.revoke(anna.parent, clinic.id, child, boris.parent)
    assert (await house.services.children.card(anna.parent, clinic.id, child)).decides


async def test_what_nobody_opened_is_forgotten(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R40: a day after it was over, with the link of care that waited."""
    await invited(house, anna, clinic)
    link = await invited(house, anna, clinic)
    await house.services.people.open(boris.parent, link.token, "Борис")
    house.clock.forward(days=9)
    await house.services.upkeep.forget_codes()
    assert await house.count("care_invitations") == 0
    assert await house.count("care", "state = 'pending'") == 0
