"""A phone given, shown and taken back: who may, and where."""

import pytest

from services.model.clinic import Clinic
from services.model.refusals.families import NoConsent, NotOwnPhone, PhonesNotKept, PhoneUnclear
from tests.conftest import House, house_over
from tests.services.conftest import Family, open_clinic

OWN = "+79161234567"


async def test_an_own_number_is_kept_until_it_is_removed(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """Kept as Telegram vouched for it, shown in the settings, removed at once and for good."""
    phones, consents = house.services.phones, house.services.consents
    before = await consents.settings(anna.parent, clinic.id)
    assert (before.asks_phone, before.phone) == (True, None)

    given = await phones.give(anna.parent, "8 916 123-45-67", own=True)
    assert given.phone
    assert (given.phone.number, given.phone.verified_at) == (OWN, house.clock())
    assert (await consents.settings(anna.parent, clinic.id)).phone == given.phone

    assert (await phones.remove(anna.parent, clinic.id)).phone is None
    assert (await phones.remove(anna.parent, clinic.id)).phone is None
    assert await house.count("phones") == 0


async def test_somebody_else_s_number_is_nobody_s(house: House, anna: Family) -> None:
    """R31: what Telegram does not vouch for changes nothing, an earlier number least of all."""
    await house.services.phones.give(anna.parent, OWN, own=True)
    with pytest.raises(NotOwnPhone):
        await house.services.phones.give(anna.parent, "+79160000000", own=False)
    with pytest.raises(PhoneUnclear):
        await house.services.phones.give(anna.parent, "+123", own=True)

    async with house.transactions.reads() as tx:
        phone = await tx.phones.of_person(anna.parent)
    assert phone
    assert phone.number == OWN


async def test_without_consent_there_is_no_place_for_a_number(house: House, clinic: Clinic) -> None:
    """R41: nothing is kept of a stranger, nor shown at a clinic that was not consented to."""
    stranger, phones = await house.parent(666), house.services.phones
    with pytest.raises(NoConsent):
        await phones.give(stranger, OWN, own=True)
    for use in (phones.page, phones.remove):
        with pytest.raises(NoConsent):
            await use(stranger, clinic.id)
    assert await house.count("phones") == 0

    other = await open_clinic(house)
    mother = await house.parent(101, clinic)
    with pytest.raises(NoConsent):
        await phones.page(mother, other.id)


async def test_without_a_key_nobody_is_asked(house: House, clinic: Clinic, anna: Family) -> None:
    """R35: the settings have no place for it, and a forged tap finds none."""
    async with house_over(house.database, house.clock, None) as keyless:
        phones = keyless.services.phones
        settings = await keyless.services.consents.settings(anna.parent, clinic.id)
        assert (settings.asks_phone, settings.phone) == (False, None)
        with pytest.raises(PhonesNotKept):
            await phones.give(anna.parent, OWN, own=True)
        for use in (phones.page, phones.remove):
            with pytest.raises(PhonesNotKept):
                await use(anna.parent, clinic.id)
    assert await house.count("phones") == 0
