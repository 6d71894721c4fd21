"""The way from /start to a booked visit, and back; the taps are counted."""

from collections.abc import Callable

import pytest

from tests.chat.conftest import Chat, register
from tests.conftest import CONSENT, PETROVA, SEVERYANKA, House


async def test_a_new_parent_books_by_the_poster_link(vera: Chat) -> None:
    """A poster link leads through consent and child to a booked visit."""
    await vera.say("/start cromashka")
    assert "Согласие" in vera.screen.text
    await vera.tap("Даю согласие")
    await vera.say("Миша")
    await vera.say("12 марта 2024")
    assert "Миша, 2 года 8 месяцев" in vera.screen.text
    await vera.tap("🕘 Сегодня, 9:00")
    assert "Понедельник, 23 ноября, 9:00" in vera.screen.text
    await vera.tap("Не болеет — записать")

    assert vera.screen.text.startswith("✅ Вы записаны: Миша, пн 23 ноября, 9:00, каб. 12, № 1001")


async def test_a_returning_parent_books_in_two_taps(anna: Chat) -> None:
    """From home: the nearest time, then "Не болеет — записать"."""
    await anna.tap("🕘 Сегодня, 9:00")
    await anna.tap("Не болеет — записать")

    assert "Вы записаны" in anna.screen.text


async def test_a_time_is_chosen_by_doctor_and_day(anna: Chat) -> None:
    """The full path is four taps: book, doctor, time, confirm; other days are a tap each."""
    await anna.tap("Записаться")
    assert "Петрова Анна Сергеевна, каб. 12" in anna.screen.text
    await anna.tap("Ким · сегодня, 9:10")
    assert anna.labels[:4] == ["9:10", "9:30", "9:50", "10:10"]
    await anna.tap("вт 24 ноября ›")
    assert "Вторник, 24 ноября" in anna.screen.text
    await anna.tap("9:30")
    await anna.tap("Не болеет — записать")

    assert "Вы записаны: Миша, вт 24 ноября, 9:30, каб. 14" in anna.screen.text


async def test_an_ill_child_gets_the_clinic_s_words_and_phones(anna: Chat) -> None:
    """ "Ребёнок болеет" books nothing and says whom to call."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Ребёнок болеет")
    assert "Вызовите врача на дом." in anna.screen.text
    assert "Вызвать врача на дом, 7:30–12:00:\n+7 495 000-00-02" in anna.screen.text

    await anna.tap("Назад")
    assert "Записать?" in anna.screen.text
    await anna.say("/visits")
    assert "Предстоящих записей нет" in anna.screen.text


async def test_the_booked_message_stays(anna: Chat) -> None:
    """What says "Вы записаны" is never edited into a menu, whatever is tapped on it."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    booked = anna.screen
    for button in [button for row in booked.buttons for button in row]:
        await anna.tap_data(button.data or "", booked.id)

    assert [message.text for message in anna.messages if message.id == booked.id] == [booked.text]
    assert len([message for message in anna.messages if message.id > booked.id]) == 3


async def test_a_visit_is_cancelled_after_one_question(anna: Chat, house: House) -> None:
    """Cancelling asks once; the time is free again for everybody (R11 in part)."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("Мои записи")
    await anna.tap("Миша · сегодня, 9:00")
    await anna.tap("Отменить запись")
    assert "Отменить эту запись?" in anna.screen.text
    await anna.tap("Отменить запись")
    assert "Запись отменена: Миша, пн 23 ноября, 9:00, № 1001" in anna.screen.text

    await anna.say("/start")
    assert "🕘 Сегодня, 9:00" in anna.labels
    assert await house.count("appointments", "state = 'cancelled'") == 1


async def test_a_visit_is_kept(anna: Chat, house: House) -> None:
    """ "Оставить как есть" shows the visit as it stands."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("Отменить запись")
    await anna.tap("Оставить как есть")

    assert "Вы записаны" in anna.screen.text
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_a_second_clinic_is_chosen_from_the_list(vera: Chat, house: House) -> None:
    """Without a poster link the clinic is asked for; each has its own wall time."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    await vera.say("/start")
    assert "В какую клинику" in vera.screen.text
    await vera.tap("Северянка")
    await vera.tap("Даю согласие")
    await vera.say("Соня")
    await vera.say("05.05.2021")
    # 7:00 in Moscow is 9:00 in Yekaterinburg: 9:00 and 9:15 are too near.
    assert "🕘 Сегодня, 9:30" in vera.labels

    await vera.tap("Другая клиника")
    await vera.tap("Ромашка")
    assert "Согласие" in vera.screen.text


async def test_home_is_the_clinic_that_was_entered_last(anna: Chat, house: House) -> None:
    """Trying another clinic once does not move the family there for good."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    await anna.say("/start")
    await anna.tap("Другая клиника")
    await anna.tap("Северянка")
    await anna.say("/start")
    assert "Клиника «Ромашка»" in anna.screen.text  # not consented to, not entered

    await anna.tap("Другая клиника")
    await anna.tap("Северянка")
    await anna.tap("Даю согласие")
    await anna.say("/start")
    assert "Клиника «Северянка»" in anna.screen.text
    await anna.tap("Другая клиника")
    await anna.tap("Ромашка")
    await anna.say("/start")
    assert "Клиника «Ромашка»" in anna.screen.text


async def test_a_visit_at_another_clinic_says_where(anna: Chat, house: House) -> None:
    """On a clinic's home screen the visits of another one carry its name."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.say("/start cseveryanka")
    await anna.tap("Даю согласие")

    assert "пн 23 ноября, 9:00, Петрова А. С., Клиника «Ромашка»" in anna.screen.text


async def test_the_only_clinic_is_not_asked_for(vera: Chat) -> None:
    """Where there is one clinic, /start goes straight to its consent."""
    await vera.say("/start")

    assert "Согласие" in vera.screen.text
    assert "Другая клиника" not in (await register(vera)).labels


async def test_several_children_have_a_button_each(anna: Chat) -> None:
    """A second child is added from home; from then on it is asked who goes to the doctor."""
    await anna.tap("Добавить ребёнка")
    await anna.say("Соня")
    await anna.say("05.05.2021")
    assert anna.labels[:2] == ["Миша · сегодня, 9:00", "Соня · сегодня, 9:00"]

    await anna.tap("Записаться")
    await anna.tap("Соня")
    assert "Соня, 5 лет" in anna.screen.text


async def test_after_a_visit_is_booked_the_doctor_is_not_offered_again(anna: Chat) -> None:
    """One visit ahead with one doctor (R07): home offers another one, the list says why."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("На главную")
    assert "✅ Вы записаны: пн 23 ноября, 9:00, Петрова А. С." in anna.screen.text
    assert "🕘 Сегодня, 9:30" in anna.labels  # Ким, and not while Миша is with Петрова

    await anna.tap("Записаться")
    assert "✅ вы записаны: пн 23 ноября, 9:00" in anna.screen.text
    assert [label for label in anna.labels if "Петрова" in label] == []


async def test_no_free_times_end_with_the_registry_s_phone(anna: Chat, house: House) -> None:
    """Nothing free is an answer with a way on, not an error."""
    house.clock.forward(days=30)
    await anna.say("/start")
    assert "Свободного времени сейчас нет. Регистратура: +7 495 000-00-01" in anna.screen.text

    await anna.tap("Записаться")
    assert "Регистратура: +7 495 000-00-01" in anna.screen.text


@pytest.mark.parametrize(
    ("language_code", "hello"),
    [("ru", "Согласие на"), ("en", "Consent"), ("en-GB", "Consent"), ("uz", "Согласие на")],
)
async def test_the_bot_speaks_russian_and_english(
    enter: Callable[..., Chat], language_code: str, hello: str
) -> None:
    """The language is that of the person's Telegram where the bot speaks it, or Russian."""
    guest = enter(200, "Guest", language_code)
    await guest.say("/start")

    assert guest.screen.text.startswith(hello)


async def test_the_language_can_be_changed(anna: Chat) -> None:
    """ "/language" changes it from the next screen on."""
    await anna.say("/language")
    await anna.tap("English")
    assert "Earliest time: today, 9:00" in anna.screen.text

    await anna.say("/visits")
    assert "There are no visits ahead." in anna.screen.text
