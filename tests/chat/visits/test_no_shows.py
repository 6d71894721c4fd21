"""Missed visits: counted, said before anybody books, and never silently a reason to refuse."""

from dataclasses import replace

import pytest

from bot.flows.visits.booking import taps
from services.families.home import USUAL
from services.families.no_shows import is_always_booked
from services.model.clinic import Clinic, Limits
from services.model.ids import ChildId, SlotId
from services.model.settings.no_shows import NoShows
from services.model.settings.visit_kinds import KindKey, VisitKind, Whom
from tests.chat.conftest import Chat, tap_all
from tests.conftest import ROMASHKA, House

RULE = NoShows(after=2, months=6)


async def say_of_it(
    house: House,
    clinic: Clinic,
    rule: NoShows,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> None:
    """The clinic sets what it counts."""
    async with house.transactions.writes() as tx:
        await tx.clinics.change(clinic.id, replace(ROMASHKA, no_shows=rule, limits=limits))


@pytest.fixture
async def missed(anna: Chat, house: House) -> Chat:
    """Анна, whose Миша did not come twice: on Monday and on Tuesday."""
    for _day in range(2):
        await anna.say("/menu")
        await tap_all(anna, "Записаться", "Консультация", "Петрова", "Сегодня", "10:00")
        await anna.tap("Не болеет — записать")
        house.clock.forward(hours=24)
        await house.database.run("UPDATE appointments SET state = 'no-show'")
    return anna


async def test_the_count_and_the_rule_are_said_before_booking(
    missed: Chat, house: House, clinic: Clinic
) -> None:
    """R51: where the clinic counts; in its own words, if it has any; and the chat books."""
    await missed.say("/menu")
    await missed.tap("Записаться")
    assert "Не пришли" not in missed.screen.text
    await say_of_it(house, clinic, RULE)
    await tap_all(missed, "На главную", "Записаться")
    assert missed.screen.text.startswith(
        "⚠️ Не пришли 2 раза за 6 месяцев.\n"
        "После 2 неявок за 6 месяцев клиника просит звонить: +7 495 000-00-01.\n"
        "Пожалуйста, позвоните: +7 495 000-00-01. Записаться здесь тоже можно."
    )
    await tap_all(missed, "Консультация", "Петрова", "Завтра", "10:00", "Не болеет — записать")
    assert "✅ Вы записаны" in missed.screen.text

    await say_of_it(house, clinic, replace(RULE, after=3, rule="Ждём звонка накануне."))
    await missed.say("/menu")
    await missed.tap("Записаться")
    assert missed.screen.text.startswith(
        "⚠️ Не пришли 2 раза за 6 месяцев.\nЖдём звонка накануне.\n\n"
    )
    await tap_all(missed, "На главную", "Клиника")
    assert "Ждём звонка накануне." in missed.screen.text


async def test_where_the_registry_alone_books_everybody_reads_why_and_what_to_do(
    missed: Chat, house: House, clinic: Clinic
) -> None:
    """R10, R69: home, list and forged tap agree; what stands is moved as before, and an ill child
    is booked."""
    await missed.say("/menu")
    await tap_all(missed, "Записаться", "Консультация", "Петрова", "Завтра", "10:00")
    forged = missed.find("Не болеет — записать")[1]
    await missed.tap("Не болеет — записать")
    await say_of_it(house, clinic, replace(RULE, chat_books=False))

    await missed.say("/menu")
    assert "Поэтому сейчас записывает регистратура: +7 495 000-00-01" in missed.screen.text
    assert not any(label.startswith("🕘") for label in missed.labels)
    await missed.tap("Записаться")
    assert missed.labels == ["Ребёнок болеет", "На главную"]
    [(child,)] = await house.database.rows("SELECT id FROM children")
    [(slot,)] = await house.database.rows("SELECT max(id) FROM slots")
    free = taps.Confirm(child_id=ChildId(child), reason=USUAL, slot_id=SlotId(slot))
    await missed.tap_data(free.pack())
    assert missed.alert == (
        "Не пришли 2 раза за 6 месяцев. Сейчас клиника записывает по телефону: "
        "+7 495 000-00-01. Что записано, остаётся."
    )
    await missed.tap_data(forged)  # what it booked is there
    assert "✅ Вы записаны" in missed.screen.text
    await tap_all(missed, "Перенести", "Пт 27", "10:15", "Перенести")
    assert "Запись перенесена" in missed.screen.text
    await missed.say("/menu")
    await tap_all(missed, "Записаться", "Ребёнок болеет", "Время для болеющих", "Ким")
    assert "Ким" in missed.screen.text

    house.clock.forward(days=190)
    await missed.say("/menu")
    assert "Не пришли" not in missed.screen.text


async def test_limits_can_be_read_before_they_refuse(
    anna: Chat, house: House, clinic: Clinic
) -> None:
    """R51: on the clinic's card always; where one more would be the last, beside the button."""
    await anna.tap("Клиника")
    assert "детей не больше 8, записей вперёд не больше 8" in anna.screen.text
    await say_of_it(house, clinic, NoShows(), limits=Limits(children=2, visits=2))
    await anna.say("/menu")
    assert "Записей впереди" not in anna.screen.text
    await anna.tap("Дети")
    assert "Детей здесь: 1 из 2" in anna.screen.text
    await tap_all(anna, "На главную", "Записаться", "Консультация", "Петрова", "Завтра", "10:00")
    await tap_all(anna, "Не болеет — записать", "На главную")
    assert "Записей впереди здесь: 1 из 2" in anna.screen.text


def test_a_clinic_s_own_kind_for_ill_children_is_booked_as_well() -> None:
    """R71: what it is for counts, and not its name."""
    own = VisitKind(KindKey("k9"), name="Насморк", whom=Whom.ILL)
    well = VisitKind(KindKey("k10"), name="Справка в бассейн")

    assert is_always_booked(own)
    assert not is_always_booked(well)
