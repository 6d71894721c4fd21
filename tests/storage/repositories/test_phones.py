"""Phone numbers in a database that does not tell them, under keys that change."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.families import phones as phones_of
from services.model.clinic import Clinic
from services.model.ids import ChildId, PersonId
from services.model.people import PhoneNumber
from services.model.refusals.families import PhonesNotKept
from services.ports.families import PhoneRepository
from storage.care.ciphers import Ciphers, Sealed
from storage.families.phones import StoredPhones
from tests.conftest import CIPHERS, KEY, House, house_over
from tests.services.interleaving import meetings

NUMBER, OTHER = PhoneNumber("+79161234567"), PhoneNumber("+4915112345678")
NEXT = bytes(32)
FIRST, BOTH, NEXT_ALONE = CIPHERS, Ciphers([NEXT, KEY]), Ciphers([NEXT])

Open = Callable[[Ciphers | None], AbstractAsyncContextManager[House]]


@pytest.fixture
def under(house: House) -> Open:
    """The same database under other keys."""

    @asynccontextmanager
    async def other(ciphers: Ciphers | None) -> AsyncIterator[House]:
        async with house_over(house.database, house.clock, ciphers) as other:
            yield other

    return other


async def ask(house: House, question: Callable[[PhoneRepository], Any]) -> Any:
    async with house.transactions.reads() as tx:
        return await question(tx.phones)


async def do(house: House, change: Callable[[PhoneRepository], Any]) -> Any:
    async with house.transactions.writes() as tx:
        return await change(tx.phones)


async def keep(house: House, person: PersonId, number: PhoneNumber = NUMBER) -> None:
    await do(house, lambda phones: phones.keep_for_person(person, number, house.clock()))


async def numbered(house: House, clinic: Clinic, count: int) -> list[PersonId]:
    """So many people, each with a number of their own."""
    people = [await house.parent(500 + each, clinic) for each in range(count)]
    for each, person in enumerate(people):
        await keep(house, person, PhoneNumber(f"+7916000{each:04}"))
    return people


async def numbers(house: House, people: list[PersonId]) -> list[str | None]:
    async with house.transactions.reads() as tx:
        found = [await tx.phones.of_person(person) for person in people]
    return [phone.number if phone else None for phone in found]


async def test_a_number_is_kept_found_changed_and_forgotten(house: House, clinic: Clinic) -> None:
    """Of a person and of a child, each by itself; the person's is verified, the child's is not."""
    anna = await house.parent(101, clinic)
    misha = (await house.child(anna)).id
    await keep(house, anna)
    await do(house, lambda phones: phones.keep_for_child(misha, clinic.id, OTHER, house.clock()))
    own = await ask(house, lambda phones: phones.of_person(anna))
    theirs = await ask(house, lambda phones: phones.of_family(misha, clinic.id))

    assert (own.number, own.given_at, own.verified_at) == (NUMBER, house.clock(), house.clock())
    assert theirs == [OTHER, NUMBER]
    assert await house.count("phones", "verified_at IS NULL") == 1
    assert await ask(house, lambda phones: phones.persons_with(NUMBER, clinic.id)) == [anna]
    assert await ask(house, lambda phones: phones.children_with(OTHER, clinic.id)) == [misha]
    assert await ask(house, lambda phones: phones.persons_with(OTHER, clinic.id)) == []
    assert await ask(house, lambda phones: phones.children_with(NUMBER, clinic.id)) == []

    await keep(house, anna, OTHER)
    assert await ask(house, lambda phones: phones.persons_with(NUMBER, clinic.id)) == []
    assert await ask(house, lambda phones: phones.persons_with(OTHER, clinic.id)) == [anna]
    assert await house.count("phones") == 2

    await do(house, lambda phones: phones.forget_of_person(anna))
    assert await ask(house, lambda phones: phones.of_person(anna)) is None
    await do(house, lambda phones: phones.forget_of_child(misha))
    await do(house, lambda phones: phones.forget_of_child(misha))
    assert await house.count("phones") == 0


async def test_a_number_of_two_is_first_of_whoever_gave_it_last(
    house: House, clinic: Clinic
) -> None:
    """A mother and a father with one phone are both found, and so is its former owner."""
    anna, boris = await house.parent(101, clinic), await house.parent(102, clinic)
    await keep(house, anna)
    house.clock.forward(days=1)
    await keep(house, boris)

    assert await ask(house, lambda phones: phones.persons_with(NUMBER, clinic.id)) == [boris, anna]


async def test_the_database_tells_no_number(house: House, clinic: Clinic) -> None:
    """R35: whoever has the file alone finds no part of it that could be called."""
    await keep(house, await house.parent(101, clinic))

    assert not [row for row in await house.database.dump() if "1234567" in row]
    assert await house.count("phones") == 1


async def test_a_row_has_one_owner(house: House, clinic: Clinic) -> None:
    """The database refuses a number of nobody, and one of a person and a child at once."""
    anna = await house.parent(101, clinic)
    misha = await house.child(anna)
    row = "INSERT INTO phones (person_id, child_id, ciphertext, blind_index, given_at) VALUES"
    for owners in ("NULL, NULL", f"{anna}, {misha.id}"):
        with pytest.raises(IntegrityError):
            await house.database.run(f"{row} ({owners}, 'x', 'x', '2026-11-23')")


async def test_a_token_in_another_row_does_not_open(house: House, clinic: Clinic) -> None:
    """R35: a hand in the database cannot make one person's number another's."""
    anna, boris = await numbered(house, clinic, 2)
    await house.database.run(
        "UPDATE phones SET ciphertext ="
        " (SELECT ciphertext FROM phones WHERE person_id = :boris) WHERE person_id = :anna",
        anna=anna,
        boris=boris,
    )

    with pytest.raises(Sealed, match=f"phones/person/{anna} "):
        await ask(house, lambda phones: phones.of_person(anna))


async def test_the_child_s_number_goes_with_the_child(house: House, clinic: Clinic) -> None:
    """Who is forgotten leaves no number behind; who had a visit is kept, and the number too."""
    anna = await house.parent(101, clinic)
    known, forgotten = await house.child(anna), await house.child(anna, "Соня")
    [petrova, *_] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(anna, known.id, petrova)
    await house.book(anna, known.id, slot)
    for child in (known, forgotten):
        async with house.transactions.writes() as tx:
            await tx.phones.keep_for_child(child.id, clinic.id, NUMBER, house.clock())
        async with house.transactions.writes() as tx:
            await tx.families.end_care(child.id, anna)

    assert await house.count("children") == 1
    assert await ask(house, lambda phones: phones.children_with(NUMBER, clinic.id)) == [known.id]


# Keys that change


async def test_a_new_key_is_put_in_front_and_the_old_one_dropped(
    house: House, clinic: Clinic, under: Open
) -> None:
    """R35: read and found before, during and after, whichever of the keys it was kept with."""
    anna, boris = await numbered(house, clinic, 2)
    async with under(BOTH) as both:
        await keep(both, anna, OTHER)  # with the new key; Борис is under the old one still
        assert await numbers(both, [anna, boris]) == [OTHER, "+79160000001"]
        assert await ask(both, lambda phones: phones.persons_with(OTHER, clinic.id)) == [anna]
        found = await ask(
            both, lambda phones: phones.persons_with(PhoneNumber("+79160000001"), clinic.id)
        )
        assert found == [boris]
        assert await both.services.phones.encrypt_anew() == 1
        assert await both.services.phones.encrypt_anew() == 0
    async with under(NEXT_ALONE) as after:
        assert await after.services.phones.locked() == 0
        assert await numbers(after, [anna, boris]) == [OTHER, "+79160000001"]
        found = await ask(
            after, lambda phones: phones.persons_with(PhoneNumber("+79160000001"), clinic.id)
        )
        assert found == [boris]


async def test_a_rotation_that_was_interrupted_goes_on(
    house: House, clinic: Clinic, under: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R35: what a batch did stays, nothing is half-done, every number can be read meanwhile."""
    people = await numbered(house, clinic, 5)
    before = await numbers(house, people)
    monkeypatch.setattr(phones_of, "AT_ONCE", 2)
    batches = 0
    encrypt = StoredPhones.encrypt_anew

    async def broken_in_the_second(self: StoredPhones, most: int) -> int:
        nonlocal batches
        batches += 1
        done = await encrypt(self, most)
        if batches == 2:
            raise RuntimeError
        return done

    monkeypatch.setattr(StoredPhones, "encrypt_anew", broken_in_the_second)
    async with under(BOTH) as both:
        with pytest.raises(RuntimeError):
            await both.services.phones.encrypt_anew()
        assert await house.count("phones", f"ciphertext LIKE '{BOTH.current}.%'") == 2
        assert await numbers(both, people) == before
        assert await both.services.phones.encrypt_anew() == 3
        assert batches == 2 + 3  # of two, of one, and of none
    async with under(NEXT_ALONE) as after:
        assert await numbers(after, people) == before


async def test_numbers_may_change_while_they_are_encrypted_anew(
    house: House, clinic: Clinic, under: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R35: on PostgreSQL the bot goes on meanwhile; whoever gives or removes a number then has it
    their way, under the new key, and is found by it."""
    people = await numbered(house, clinic, 12)
    monkeypatch.setattr(phones_of, "AT_ONCE", 2)
    given = PhoneNumber("+79169999999")

    async def remove(own: House, person: PersonId) -> None:
        async with own.transactions.writes(person) as tx:
            await tx.phones.forget_of_person(person)

    async with under(BOTH) as both:
        await asyncio.gather(
            both.services.phones.encrypt_anew(),
            *(keep(both, person, given) for person in people[:4]),
            *(remove(both, person) for person in people[8:]),
        )
        await both.services.phones.encrypt_anew()
    async with under(NEXT_ALONE) as after:
        kept = [*[given] * 4, *(f"+7916000{each:04}" for each in range(4, 8)), *[None] * 4]
        assert await numbers(after, people) == kept
        assert set(await ask(after, lambda phones: phones.persons_with(given, clinic.id))) == set(
            people[:4]
        )


async def test_a_number_is_given_at_the_moment_in_which_the_old_one_is_encrypted_anew(
    house: House, clinic: Clinic, under: Open
) -> None:
    """R35: in whatever order, the new one is kept; the old one does not come back over it."""
    people, given = count(600), PhoneNumber("+79169999999")
    async with under(BOTH) as both:
        async for meet in meetings(both):
            person = await house.parent(next(people), clinic)
            await keep(house, person)

            async def give(whose: PersonId = person) -> None:
                async with both.transactions.writes(whose) as tx:
                    await tx.phones.keep_for_person(whose, given, both.clock())

            await meet(both.services.phones.encrypt_anew(), give())
            assert await numbers(both, [person]) == [given]


async def test_a_lost_key_is_noticed_and_its_numbers_can_be_given_up(
    house: House, clinic: Clinic, under: Open
) -> None:
    """R35: what no key opens is counted, and dropped on demand; what one opens stays."""
    anna, boris = await numbered(house, clinic, 2)
    async with under(BOTH) as both:
        await keep(both, anna, OTHER)
    async with under(None) as none:
        assert await none.services.phones.locked() == 2
    async with under(NEXT_ALONE) as after:
        assert await after.services.phones.locked() == 1
        assert await after.services.phones.forget_locked() == 1
        assert await after.services.phones.locked() == 0
        assert await numbers(after, [anna, boris]) == [OTHER, None]


async def test_without_a_key_nothing_is_kept(house: House, clinic: Clinic, under: Open) -> None:
    """R35: there is no way past it, for people, children and rotation alike."""
    anna = await house.parent(101, clinic)
    misha = (await house.child(anna)).id
    changes: list[Callable[[PhoneRepository], Any]] = [
        lambda phones: phones.keep_for_person(anna, NUMBER, house.clock()),
        lambda phones: phones.keep_for_child(ChildId(misha), clinic.id, NUMBER, house.clock()),
        lambda phones: phones.encrypt_anew(1),
    ]
    async with under(None) as none:
        assert await ask(none, lambda phones: _kept(phones)) is False
        assert await ask(none, lambda phones: phones.of_person(anna)) is None
        assert await ask(none, lambda phones: phones.persons_with(NUMBER, clinic.id)) == []
        for change in changes:
            with pytest.raises(PhonesNotKept):
                await do(none, change)
    assert await house.count("phones") == 0


async def _kept(phones: PhoneRepository) -> bool:
    return phones.kept
