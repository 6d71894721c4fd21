"""What helpers may not, and what is left of help when a parent, or the help, is gone (R40, R75)."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from services.desk.people import Why
from services.families.people import Called, Plan, Until
from services.model.clinic import Clinic, Doctor
from services.model.ids import PersonId
from services.model.messages import NotificationKind
from services.model.people import CareRole
from services.model.privacy.family_data import FamilyData
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.families import HelperLinkInvalid, NotEntrusted
from services.model.visits import Appointment
from tests.conftest import House
from tests.services.conftest import Employee, Family
from tests.services.families.test_people import helping, invited


async def booked(house: House, anna: Family, doctor: Doctor, which: int = -1) -> Appointment:
    slot = (await house.free_times(anna.parent, anna.child.id, doctor))[which]
    return await house.book(anna.parent, anna.child.id, slot)


async def leave(house: House, person: PersonId, clinic: Clinic) -> None:
    shown = await house.services.leaving.look(person, clinic.id)
    await house.services.leaving.leave(person, clinic.id, shown.as_shown)


async def ask_to_be_erased(house: House, person: PersonId) -> None:
    shown = await house.services.erasing.look(person)
    await house.services.erasing.ask(person, shown.as_shown)


async def test_nobody_helps_whom_no_parent_looks_after(
    house: House,
    anna: Family,
    boris: Family,
    clinic: Clinic,
    tamara: Employee,
    petrova: Doctor,
) -> None:
    """The registry ends the only parent's care: nobody is left who could end the help."""
    visit = await booked(house, anna, petrova)
    await helping(house, anna, clinic, boris.parent)
    await house.services.relatives.end(
        tamara.person, tamara.post, anna.child.id, anna.parent, Why.DOCUMENTS
    )
    assert await house.count("care", f"child_id = {anna.child.id}") == 0
    with pytest.raises(NotFound):
        await house.services.mine.visit(boris.parent, visit.id)
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_who_stops_helping_cancels_nothing(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """A child is taken out of a helper's bot: neither a hidden visit nor another one is theirs to
    give up, whatever became of the parents."""
    visit = await booked(house, anna, petrova)
    await helping(house, anna, clinic, boris.parent)
    await house.services.mine.hide(anna.parent, visit.id, hidden=True)
    await house.database.run(  # as only an older version could leave it
        "DELETE FROM care WHERE person_id = :anna", anna=anna.parent
    )
    removal = await house.services.children.removal(boris.parent, clinic.id, anna.child.id)
    assert removal.visits == []
    await house.services.children.remove(boris.parent, clinic.id, anna.child.id, removal.as_shown)
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_a_lost_phone_leaves_no_child_whom_nobody_reaches(
    house: House, anna: Family, clinic: Clinic, tamara: Employee, petrova: Doctor
) -> None:
    """R40: a sister who never had a visit is known to nobody any more: her name is not kept."""
    await booked(house, anna, petrova)
    await house.child(anna.parent, "Даша", "05.05.2020")
    await house.services.relatives.end(
        tamara.person, tamara.post, anna.child.id, anna.parent, Why.LOST_PHONE
    )
    rows = await house.database.rows("SELECT name FROM children ORDER BY id")
    assert [row.name for row in rows] == ["Миша"]


async def test_no_helper_books_where_no_parent_agrees(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R40, R41: whoever withdrew the consent is not represented by who helps."""
    await helping(house, anna, clinic, boris.parent)
    free = (await house.free_times(boris.parent, anna.child.id, petrova))[0]
    visit = await booked(house, anna, petrova)
    await leave(house, anna.parent, clinic)
    with pytest.raises(NotEntrusted):
        await house.book(boris.parent, anna.child.id, free)
    with pytest.raises(Refusal):
        await house.services.booking.move(boris.parent, visit.id, free.id)
    with pytest.raises(Refusal):
        await house.services.questions.begin(boris.parent, visit.id)


async def test_who_helps_hears_that_the_parent_left(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R62: otherwise a grandmother brings the child to a doctor who sees somebody else."""
    await helping(house, anna, clinic, boris.parent)
    await booked(house, anna, petrova)
    await leave(house, anna.parent, clinic)
    told = f"person_id = {boris.parent} AND kind = '{NotificationKind.FAMILY_CANCELLED}'"
    assert await house.count("notifications", f"{told} AND state = 'planned'") == 1


@pytest.mark.parametrize("goes", ["leaves", "asks to be erased"])
async def test_who_left_lets_nobody_in(
    house: House, anna: Family, boris: Family, clinic: Clinic, goes: str
) -> None:
    """R41: nobody's name is stored for a parent who does not agree any more."""
    people = house.services.people
    opened = await people.open(boris.parent, (await invited(house, anna, clinic)).token, "Борис")
    second = await invited(house, anna, clinic)
    if goes == "leaves":
        await leave(house, anna.parent, clinic)
    else:
        await ask_to_be_erased(house, anna.parent)
    with pytest.raises(NotFound):
        await people.admit(anna.parent, opened.invitation.id, anna.child.id)
    vera = await house.parent(303, clinic)
    with pytest.raises(HelperLinkInvalid):
        await people.open(vera, second.token, "Канарейкина")
    assert await house.count("care_invitations", "opened_name = 'Канарейкина'") == 0


async def test_a_helper_reads_no_question_of_the_parents(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """By no button: asking nothing after all shows the visit, too."""
    visit = await booked(house, anna, petrova)
    await helping(house, anna, clinic, boris.parent)
    await house.services.questions.begin(anna.parent, visit.id)
    await house.services.questions.ask(anna.parent, "Можно прийти с сыпью?")

    assert (await house.services.questions.leave(boris.parent, visit.id)).thread == []
    assert len((await house.services.questions.leave(anna.parent, visit.id)).thread) == 1


async def test_a_hidden_visit_is_in_no_helper_s_file(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R74: what was planned to be told before it was hidden names it by nothing."""
    await helping(house, anna, clinic, boris.parent)
    visit = await booked(house, anna, petrova)
    file = TypeAdapter(FamilyData).dump_json
    told = file(await house.services.own_data.all(boris.parent)).decode()
    assert visit.number in told
    await house.services.mine.hide(anna.parent, visit.id, hidden=True)
    told = file(await house.services.own_data.all(boris.parent)).decode()
    assert visit.number not in told
    assert visit.number in file(await house.services.own_data.all(anna.parent)).decode()


async def test_a_helper_takes_along_with_whom_they_help_and_what_they_asked(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R74: their own, and of the child the name alone."""
    visit = await booked(house, anna, petrova)
    await helping(house, anna, clinic, boris.parent)
    await house.services.questions.begin(boris.parent, visit.id)
    await house.services.questions.ask(boris.parent, "Я приведу, можно без полиса?")

    [helps] = (await house.services.own_data.all(boris.parent)).helping
    assert (helps.child, helps.called, helps.may_book) == ("Миша", "@f", True)
    assert [each.text for each in helps.asked] == ["Я приведу, можно без полиса?"]
    [child] = (await house.services.own_data.all(anna.parent)).children
    assert {each.called for each in child.adults} == {"", "@f"}


async def test_one_of_two_links_is_refused_and_the_other_stands(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """The parent says no to the one, or it runs out, and yes to the other."""
    people = house.services.people
    first = await people.open(boris.parent, (await invited(house, anna, clinic)).token, "Борис")
    second = await people.open(boris.parent, (await invited(house, anna, clinic)).token, "Борис")
    await people.refuse(anna.parent, clinic.id, first.invitation.id, anna.child.id)
    await people.admit(anna.parent, second.invitation.id, anna.child.id)
    assert await house.count("care", f"person_id = {boris.parent} AND state = 'active'") == 2


async def test_who_became_a_parent_is_asked_about_no_more(
    house: House, anna: Family, boris: Family, clinic: Clinic, tamara: Employee
) -> None:
    """By the registry's code: there is nothing to say yes to any more."""
    people = house.services.people
    await people.open(boris.parent, (await invited(house, anna, clinic)).token, "Борис")
    code = await house.services.codes.code(tamara.person, tamara.post, anna.child.id)
    await house.services.codes.claim(boris.parent, code.digits)
    assert (await people.page(anna.parent, clinic.id, anna.child.id)).waiting == []


async def test_what_was_typed_of_a_helper_goes_with_who_typed_it(
    house: House, anna: Family, boris: Family, clinic: Clinic, tamara: Employee
) -> None:
    """R40, R74: also where the child stays with another parent, and the helper still waits."""
    code = await house.services.codes.code(tamara.person, tamara.post, anna.child.id)
    await house.services.codes.claim(boris.parent, code.digits)
    people = house.services.people
    await people.ask_word(anna.parent, clinic.id, anna.child.id)
    plan = await people.typed(anna.parent, "Канарейкина")
    assert isinstance(plan, Plan)
    link = await people.invite(
        anna.parent,
        clinic.id,
        anna.child.id,
        Called.OWN_WORDS,
        plan.key,
        may_book=True,
        until=Until.NO_END,
    )
    vera = await house.parent(303, clinic)
    await people.open(vera, link.token, "Вера Канарейкина")
    await ask_to_be_erased(house, anna.parent)
    house.clock.forward(hours=24)
    assert await house.services.erasing.carry_out(anna.parent)

    assert "Канарейкина" not in "\n".join(await house.database.dump())


async def test_names_last_no_longer_than_they_are_needed(
    house: House, anna: Family, boris: Family, clinic: Clinic
) -> None:
    """R40: what Telegram calls somebody is kept until there is a word; what the family does, until
    the help has been over for a while."""
    people = house.services.people
    link = await people.invite(
        anna.parent, clinic.id, anna.child.id, Called.NANNY, 0, may_book=False, until=Until.WEEK
    )
    opened = await people.open(boris.parent, link.token, "Борис Канарейкин")
    await people.admit(anna.parent, opened.invitation.id, anna.child.id)
    assert await house.count("care_invitations", "opened_name <> ''") == 0

    house.clock.now += timedelta(days=40)
    await house.services.upkeep.forget_codes()
    assert await house.count("care", f"role = '{CareRole.HELPER}'") == 0
    assert await house.count("care", f"child_id = {anna.child.id}") == 1
