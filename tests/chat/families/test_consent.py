"""No consent, no data about a family."""

from dataclasses import replace

from services.model.consents import Purpose
from storage.tables.base import Base
from tests.chat.conftest import Chat, register
from tests.conftest import House

KNOWN_BEFORE_CONSENT = {"persons", "handled_updates"}
"""The Telegram id and the language; and the ids of updates, which say nothing about anybody."""


async def rows(house: House) -> dict[str, int]:
    return {table: await house.count(table) for table in Base.metadata.tables}


async def test_before_consent_nothing_about_a_family_is_kept(vera: Chat, house: House) -> None:
    """Coming, reading, declining and typing leave an id and a language, and no more (R41)."""
    before = await rows(house)
    await vera.say("/start cromashka")
    await vera.say("Миша")
    await vera.say("12.03.2024")
    await vera.tap("Не сейчас")
    assert "+7 495 000-00-01" in vera.screen.text
    await vera.tap("Вернуться к согласию")
    await vera.say("/visits")
    await vera.say("/language")

    after = await rows(house)
    assert {table for table in after if after[table] != before[table]} == KNOWN_BEFORE_CONSENT
    assert await house.count("persons", "clinic_id IS NULL") == 1


async def test_without_consent_nothing_can_be_booked_by_a_forged_tap(
    vera: Chat, anna: Chat, house: House
) -> None:
    """The service asks for the consent itself, whatever the buttons say (R41)."""
    await vera.say("/start cromashka")
    for data in ("home:1", "child:1", "add-child:1", "doctors:1:1", "times:1:1:0", "book:1:1"):
        await vera.tap_data(data)

    assert await house.count("appointments") == 0
    assert await house.count("conversations") == 0
    assert "Согласие" in vera.screen.text


async def test_an_old_not_now_after_consent_changes_nothing(vera: Chat, house: House) -> None:
    """Withdrawing is another thing than an old button: the bot does not pretend it was one."""
    await vera.say("/start cromashka")
    _, not_now = vera.find("Не сейчас")
    await vera.tap("Даю согласие")
    await vera.say("Миша")
    await vera.say("12.03.2024")
    await vera.tap_data(not_now)

    assert "Миша, 2 года" in vera.screen.text
    assert await house.count("consents", "withdrawn_at IS NULL") == 1


async def test_consent_records_what_was_read(vera: Chat, house: House) -> None:
    """The version and a hash of the text are kept with the moment (R41)."""
    await register(vera)

    assert await house.count("consents", "version = 1 AND length(text_sha256) = 64") == 1


async def test_a_double_tap_consents_once(vera: Chat, house: House) -> None:
    """Two taps at once give one consent and one question (R08)."""
    await vera.say("/start cromashka")
    _, data = vera.find("Даю согласие")
    vera.press(data)
    vera.press(data)
    await vera.world.deliver()

    assert await house.count("consents") == 1
    assert "Как зовут ребёнка?" in vera.screen.text


async def test_an_old_text_is_not_agreed_to(vera: Chat, house: House) -> None:
    """A consent to a version that the clinic has replaced is refused; the new text is shown."""
    await vera.say("/start cromashka")
    _, data = vera.find("Даю согласие")
    async with house.transactions.writes() as tx:
        clinic = (await tx.clinics.all())[0]
        text = await tx.consents.text(clinic.id, Purpose.PROCESSING)
        await tx.consents.publish(replace(text, version=2, text="Новый текст."))
    await vera.tap_data(data)

    assert vera.alert == "Клиника изменила этот текст. Прочитайте, пожалуйста, новый."
    assert "Новый текст." in vera.screen.text
    assert await house.count("consents") == 0
