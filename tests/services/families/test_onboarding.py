"""Typed words: a first child, and what is corrected later; each is asked until it will do."""

from datetime import date

import pytest

from services.families.home import Home
from services.families.places import (
    AskAddress,
    AskBirthDate,
    AskName,
    ChildCard,
    ChooseClinic,
    Place,
)
from services.model.clinic import Addresses, Clinic, Doctor, Limits, Side
from services.model.conversations import (
    AboutChild,
    AddressOf,
    Conversation,
    NewBirthDateOf,
    NewNameOf,
    Topic,
)
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.families import (
    BornInFuture,
    DateUnclear,
    HouseNeeded,
    NameHasDate,
    NameHasNumber,
    NameTooLong,
    NameUnclear,
    NoConsent,
    NoLongerAChild,
    NoSuchDay,
    StreetUnknown,
    TooManyChildren,
)
from services.runtime.use_case import effect_of
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Family, open_clinic, run_sql


@played
async def districts(house: House, petrova: Doctor, kim: Doctor) -> None:
    """Садовая is Петрова's on its odd side, Ким's on the even one."""
    async with house.transactions.writes() as tx:
        await tx.districts.add(petrova, "участок 1", [Addresses("ул. Садовая", Side.ODD)])
        await tx.districts.add(kim, "участок 2", [Addresses("ул. Садовая", Side.EVEN)])


async def ask(house: House, family: Family, clinic: Clinic, what: type[AboutChild]) -> None:
    await house.services.children.ask_about(family.parent, clinic.id, what(family.child.id))


async def typed(house: House, family: Family, words: str) -> Place:
    return await house.services.families.answer(family.parent, words)


async def open_question(house: House, family: Family) -> Conversation[Topic] | None:
    async with house.transactions.reads() as tx:
        return await tx.conversations.of(family.parent)


async def child_of(house: House, family: Family) -> Child:
    async with house.transactions.reads() as tx:
        return await tx.families.child(family.child.id, cared_for_by=family.parent)


async def test_a_name_is_corrected(house: House, anna: Family, clinic: Clinic) -> None:
    """R36: the card shows the tidy name, and the question is answered."""
    await ask(house, anna, clinic, NewNameOf)
    place = await typed(house, anna, "  Михаил\n Второй ")

    assert isinstance(place, ChildCard)
    assert place.child.name == (await child_of(house, anna)).name == "Михаил Второй"
    assert place.child.birth_date == anna.child.birth_date
    assert await open_question(house, anna) is None


async def test_a_birth_date_is_corrected(house: House, anna: Family, clinic: Clinic) -> None:
    """R14: by the clinic's calendar a child is born today at the latest."""
    await ask(house, anna, clinic, NewBirthDateOf)
    place = await typed(house, anna, "23 ноября 2026")

    assert isinstance(place, ChildCard)
    assert (await child_of(house, anna)).birth_date == date(2026, 11, 23)
    assert (await child_of(house, anna)).name == "Миша"


@pytest.mark.usefixtures("districts")
async def test_an_address_gives_the_district_and_is_not_kept(
    house: House, anna: Family, clinic: Clinic, kim: Doctor
) -> None:
    """R34: home again with the district's doctor; no word of the address is in the database."""
    await ask(house, anna, clinic, AddressOf)
    place = await typed(house, anna, "Садовая, д. 1234, кв. 56")

    assert isinstance(place, Home)
    [row] = place.children
    assert row.own
    assert (row.own.doctor, row.own.of_district) == (kim, True)
    assert row.earliest
    assert row.earliest.doctor == kim
    assert not [line for line in await house.database.dump() if "1234" in line]


PROBLEMS: list[tuple[type[AboutChild], type[Place], str, type[Refusal]]] = [
    (NewNameOf, AskName, "123", NameUnclear),
    (NewNameOf, AskName, "🦊", NameUnclear),
    (NewNameOf, AskName, "М" * 61, NameTooLong),
    (NewNameOf, AskName, "Миша 12.03.2024", NameHasDate),
    (NewNameOf, AskName, "Миша +7 916 123-45-67", NameHasNumber),
    (NewBirthDateOf, AskBirthDate, "вчера", DateUnclear),
    (NewBirthDateOf, AskBirthDate, "31.02.2024", NoSuchDay),
    (NewBirthDateOf, AskBirthDate, "24.11.2026", BornInFuture),
    (NewBirthDateOf, AskBirthDate, "23.11.2008", NoLongerAChild),
    (AddressOf, AskAddress, "Неизвестная 5", StreetUnknown),
    (AddressOf, AskAddress, "Садовая", HouseNeeded),
    (AddressOf, AskAddress, "Садовая " + "9" * 4000, HouseNeeded),
]


@pytest.mark.usefixtures("districts")
@pytest.mark.parametrize(("what", "place", "words", "problem"), PROBLEMS)
async def test_words_that_will_not_do_are_asked_for_again(
    house: House,
    anna: Family,
    clinic: Clinic,
    what: type[AboutChild],
    place: type[Place],
    words: str,
    problem: type[Refusal],
) -> None:
    """R12: with the reason why, about the same child, as often as needed; nothing changes."""
    await ask(house, anna, clinic, what)
    question = await open_question(house, anna)
    for _ in range(2):
        again = await typed(house, anna, words)
        assert isinstance(again, place)
        assert isinstance(again, AskName | AskBirthDate | AskAddress)
        assert again.child == anna.child
        assert isinstance(again.problem, problem)
    assert await open_question(house, anna) == question
    assert await child_of(house, anna) == anna.child
    if isinstance(again, AskAddress):
        assert [district.name for district in again.districts] == ["участок 1", "участок 2"]


async def test_a_replayed_answer_is_not_taken_for_the_next_question(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R45: neither for a question that was asked since, nor once more for the same."""
    await ask(house, anna, clinic, NewNameOf)
    with effect_of(1):
        await typed(house, anna, "Михаил")
    await ask(house, anna, clinic, NewNameOf)
    with effect_of(1):
        place = await typed(house, anna, "Другой")
    assert isinstance(place, AskName)
    assert place.problem is None
    assert (await child_of(house, anna)).name == "Михаил"

    with effect_of(2):
        await typed(house, anna, "Миша")
    with effect_of(2):
        assert isinstance(await typed(house, anna, "Миша"), Home)
    assert (await child_of(house, anna)).name == "Миша"


async def test_a_wrong_answer_replayed_is_asked_again(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R45: what took no effect the first time shows the open question the second time."""
    await ask(house, anna, clinic, NewBirthDateOf)
    for _ in range(2):
        with effect_of(1):
            assert isinstance(await typed(house, anna, "вчера"), AskBirthDate)


@pytest.mark.usefixtures("districts")
async def test_a_first_child_is_named_born_and_placed(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R41: name, birth date, address, home; each answer asks what is next."""
    parent = await house.parent(101, clinic)
    families = house.services.families
    assert isinstance(await families.start(parent, clinic.code), AskName)
    assert isinstance(await families.answer(parent, "Миша"), AskBirthDate)
    place = await families.answer(parent, "12.03.2024")
    assert isinstance(place, AskAddress)
    assert place.child.name == "Миша"
    home = await families.answer(parent, "Садовая 7")
    assert isinstance(home, Home)
    assert home.children[0].own
    assert home.children[0].own.doctor == petrova


@pytest.mark.usefixtures("districts")
async def test_an_address_may_be_left_out(house: House, clinic: Clinic) -> None:
    """R41: the child is there all the same, without a district."""
    parent = await house.parent(101, clinic)
    families = house.services.families
    for words in ("", "Миша", "12.03.2024"):
        await families.answer(parent, words)
    home = await families.stop_typing(parent, clinic.id)

    assert isinstance(home, Home)
    assert home.children[0].own is None
    assert await house.count("conversations") == 0


async def test_without_districts_no_address_is_asked(house: House, clinic: Clinic) -> None:
    """R41: as little as possible is learnt about a child."""
    parent = await house.parent(101, clinic)
    families = house.services.families
    for words in ("", "Миша"):
        await families.answer(parent, words)

    assert isinstance(await families.answer(parent, "12.03.2024"), Home)


async def test_a_child_who_is_known_is_not_added_twice(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R08: the same name and birth date are the same child; another date is another one."""
    children, families = house.services.children, house.services.families
    for born, count in (("12.03.2024", 1), ("13.03.2024", 2)):
        await children.ask_one_more(anna.parent, clinic.id)
        await families.answer(anna.parent, "МИША")
        assert isinstance(await families.answer(anna.parent, born), Home)
        assert await house.count("children") == count


async def test_the_last_child_that_fits_is_the_last(house: House) -> None:
    """R51: two questions that were opened before the limit was reached add one child."""
    clinic = await open_clinic(house, limits=Limits(children=1))
    parent = await house.parent(101, clinic)
    families = house.services.families
    await families.answer(parent, "Миша")
    await house.child(parent, "Соня")
    place = await families.answer(parent, "12.03.2024")

    assert isinstance(place, AskBirthDate)
    assert isinstance(place.problem, TooManyChildren)
    assert await house.count("children") == 1


async def test_typing_is_stopped_without_a_clinic(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R12: an old button that names no clinic leads to where the person stands."""
    families = house.services.families
    await ask(house, anna, clinic, NewNameOf)
    assert isinstance(await families.stop_typing(anna.parent), Home)
    assert await open_question(house, anna) is None
    nobody = await house.parent(104, clinic)  # who has no child to go home to
    assert isinstance(await families.stop_typing(nobody), ChooseClinic)
    assert isinstance(await families.stop_typing(nobody, clinic.id), ChooseClinic)
    assert await house.count("conversations") == 0


async def test_a_replayed_stop_does_not_close_a_later_question(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R45: the question that was asked since stays open."""
    families = house.services.families
    with effect_of(1):
        await families.stop_typing(anna.parent)
    await ask(house, anna, clinic, NewBirthDateOf)
    with effect_of(1):
        assert isinstance(await families.stop_typing(anna.parent), AskBirthDate)
    assert await open_question(house, anna)


async def test_what_was_asked_before_a_withdrawal_is_not_taken(
    house: House, anna: Family, clinic: Clinic
) -> None:
    """R40, R41: without consent no typed word is kept."""
    await ask(house, anna, clinic, NewNameOf)
    await run_sql(house, "UPDATE consents SET withdrawn_at = given_at")
    with pytest.raises(NoConsent):
        await typed(house, anna, "Михаил")

    assert await house.count("children", "name = 'Миша'") == 1
