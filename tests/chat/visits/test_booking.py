"""From home to a booked visit by every way there is; the taps are counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.flows.common.months import BLANK
from services.clinic.opening import NewDoctor
from services.model.clinic import Hours, Reason
from services.model.schedule import Reception, ScheduleException, ScheduleRule
from services.model.settings.visit_kinds import KindKey
from tests.chat.conftest import Chat, register
from tests.conftest import CONSENT, KIM, PETROVA, ROMASHKA, House

TUESDAY = date(2026, 11, 24)


async def test_the_full_path_is_six_taps(anna: Chat) -> None:
    """Book, reason, doctor, day, time, confirm; the only child is not asked for."""
    taps = 0
    for label, words in [
        ("Записаться", "С чем идёте к врачу?"),
        ("Осмотр перед прививкой", "Выберите врача"),
        ("Петрова · сегодня, 9:00", "Выберите день"),
        ("Завтра · 12 мест", "Вторник, 24 ноября"),
        ("10:15", "Записать?"),
        ("Не болеет — записать", "Вы записаны"),
    ]:
        await anna.tap(label)
        taps += 1
        assert words in anna.screen.text

    assert taps == 6
    assert "Вы записаны: Миша, вт 24 ноября, 10:15, каб. 12, № 1001" in anna.screen.text
    assert "Осмотр перед прививкой" in anna.screen.text


async def test_any_doctor_is_four_taps(anna: Chat) -> None:
    """ "Любой врач, раньше всех" leads straight to the first time there is."""
    await anna.tap("Записаться")
    await anna.tap("Повторный приём")
    await anna.tap("Любой врач, раньше всех")
    assert "Понедельник, 23 ноября, 9:00" in anna.screen.text
    await anna.tap("Не болеет — записать")

    assert "Вы записаны: Миша, пн 23 ноября, 9:00, каб. 12" in anna.screen.text


async def test_the_doctors_are_listed_with_what_they_have_left(anna: Chat) -> None:
    """Each with the nearest time on the button and the number of free ones in the text."""
    await anna.tap("Записаться")
    await anna.tap("Консультация")

    # Eleven working days of 12 times in the horizon; of Ким, eight.
    assert "Петрова Анна Сергеевна, каб. 12\nмного свободных мест" in anna.screen.text
    assert "Ким Олег Викторович, каб. 14\nмного свободных мест" in anna.screen.text
    assert anna.labels[:3] == [
        "Ким · сегодня, 9:10",
        "Петрова · сегодня, 9:00",
        "Любой врач, раньше всех",
    ]


async def test_five_days_and_behind_them_the_month(anna: Chat, house: House) -> None:
    """A grid tells free, full and closed days apart; what its signs mean is told at a tap."""
    [_, petrova] = await house.doctors(await house.services.clinics.open(ROMASHKA, CONSENT, []))
    await house.services.clinics.add_exception(petrova, _only(TUESDAY, time(9), time(9, 15)))
    await anna.tap("Записаться")
    await anna.tap("Консультация")
    await anna.tap("Петрова")
    assert anna.labels[:6] == [
        *("Сегодня · 12 мест", "Завтра · 1 место", "Ср 25 ноября · 12 мест"),
        *("Чт 26 ноября · 12 мест", "Пт 27 ноября · 12 мест", "Весь месяц"),
    ]
    await anna.tap("Завтра")
    await anna.tap("9:00")
    await anna.tap("Не болеет — записать")

    await anna.say("/menu")
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Соня")
    await anna.say("05.05.2021")
    await anna.tap_data(f"days:2:consultation:0:{petrova.id}")
    await anna.tap("Весь месяц")
    assert "Ноябрь 2026" in anna.screen.text
    assert anna.labels[:7] == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
    assert anna.labels[7:14] == ["23", "✕", "25", "26", "27", "·", "·"]  # no week that is over
    assert anna.labels[14] == "30"
    assert anna.labels[15:21] == [BLANK] * 6

    await anna.tap("✕")
    assert anna.alert == "Вт 24 ноября: всё время занято. Выберите другой день."
    await anna.tap("Весь месяц")
    await anna.tap("пн")
    assert anna.alert == "Число — есть время, ✕ — занято, точка — приёма нет."
    await anna.tap("декабрь 2026 ›")
    assert anna.labels[7:14] == [BLANK, "1", "2", "3", "4", "·", "·"]
    assert anna.labels[14:21] == ["7", *[BLANK] * 6]  # the horizon's last day
    assert anna.labels[21] == "‹ ноябрь 2026"
    assert "декабрь 2026 ›" not in anna.labels


async def test_new_days_open_at_the_clinic_s_hour(enter: Callable[..., Chat], house: House) -> None:
    """Before the hour the last day is not there yet, and it is said when it opens."""
    profile = replace(ROMASHKA, code="eight", horizon_days=1, opens_at=time(8))
    await house.services.clinics.open(profile, CONSENT, [PETROVA])
    anna = await register(enter(101), clinic="eight")
    await anna.tap("Записаться")
    await anna.tap("Консультация")
    await anna.tap("Петрова")
    assert "Новые дни откроются сегодня в 8:00." in anna.screen.text
    assert anna.labels[0].startswith("Сегодня")
    assert not [label for label in anna.labels if label.startswith("Завтра")]

    house.clock.forward(hours=1)
    await anna.tap_data(anna.find("Сегодня ·")[1].replace("times", "days").rsplit(":", 1)[0])
    assert "Новые дни откроются завтра в 8:00." in anna.screen.text
    assert "Завтра · 12 мест" in anna.labels


async def test_times_stand_under_headings(enter: Callable[..., Chat], house: House) -> None:
    """Morning, day and evening where there is more than one of them."""
    visit = timedelta(hours=2)
    rule = ScheduleRule(Reception(Hours(time(10), time(20)), visit), date(2026, 1, 1))
    profile = replace(ROMASHKA, code="long")
    await house.services.clinics.open(profile, CONSENT, [NewDoctor("Долгих Ян", "1", [rule])])
    anna = await register(enter(101), clinic="long")
    await anna.tap("Записаться")
    await anna.tap("Консультация")
    await anna.tap("Долгих")
    await anna.tap("Сегодня")

    assert anna.labels[:8] == [
        *("— Утро —", "10:00", "— День —", "12:00", "14:00", "16:00"),
        *("— Вечер —", "18:00"),
    ]
    await anna.tap("— Вечер —")
    assert anna.alert == "Вечер: время с 17:00."


async def test_a_time_is_kept_while_the_family_looks_at_it(
    anna: Chat, boris: Chat, house: House
) -> None:
    """Three minutes, said on the screen; others are offered the next ones (R05, R06)."""
    await anna.tap("Сегодня, 9:00")
    assert "Держим это время для вас до 7:03" in anna.screen.text
    await boris.tap("Сегодня, 9:00")
    assert boris.alert == (
        "Это время сейчас выбирает другая семья. Вы пока не записаны — выберите другое или "
        "вернитесь через несколько минут."
    )
    assert boris.labels[:3] == ["Сегодня, 9:15", "Сегодня, 9:30", "Сегодня, 9:45"]
    await boris.say("/menu")
    assert "🕘 Сегодня, 9:10" in boris.labels  # of Ким: Петрова's first is kept

    house.clock.forward(minutes=3)
    await boris.say("/menu")
    await boris.tap("Сегодня, 9:00")
    await boris.tap("Не болеет — записать")
    assert "Вы записаны" in boris.screen.text
    await anna.tap("Не болеет — записать")
    assert "Вы пока не записаны" in (anna.alert or "")


async def test_one_time_is_kept_for_one_person(anna: Chat, boris: Chat, house: House) -> None:
    """Looking at another time lets the first one go at once (R51)."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Другое время")
    await anna.tap("Сегодня")
    await anna.tap("9:15")
    await boris.tap("Сегодня, 9:00")

    assert "Записать?" in boris.screen.text
    assert await house.count("holds") == 2


async def test_a_clinic_may_keep_no_times(enter: Callable[..., Chat], house: House) -> None:
    """Where holding is off, nothing is promised."""
    profile = replace(ROMASHKA, code="free", hold=timedelta(0))
    await house.services.clinics.open(profile, CONSENT, [PETROVA])
    anna = await register(enter(101), clinic="free")
    await anna.tap("Сегодня, 9:00")
    assert "Держим" not in anna.screen.text
    await anna.tap("Не болеет — записать")

    assert "Вы записаны" in anna.screen.text


async def test_an_ill_child_gets_the_clinic_s_words_and_phones(anna: Chat) -> None:
    """Saying that the child is ill books nothing and says whom to call, in the list and at the
    question."""
    await anna.tap("Записаться")
    await anna.tap("Ребёнок болеет")
    assert "Вызовите врача на дом." in anna.screen.text
    await anna.tap("Другой повод")
    await anna.tap("Консультация")
    await anna.tap("Любой врач, раньше всех")
    await anna.tap("Болеет или был контакт")
    assert (
        "Вызов врача на дом: 7:30–12:00. Пока не принимают, начнут в 7:30.\n+7 495 000-00-02"
        in anna.screen.text
    )
    await anna.tap("Назад")
    assert "Записать?" in anna.screen.text  # the time is still kept

    await anna.say("/visits")
    assert "Предстоящих записей нет" in anna.screen.text


async def test_an_ill_child_can_be_booked_all_the_same(anna: Chat) -> None:
    """After the clinic's words the parent decides; nobody is asked whether the child is ill."""
    await anna.tap("Записаться")
    await anna.tap("Ребёнок болеет")
    await anna.tap("Время для болеющих")
    await anna.tap("Любой врач, раньше всех")
    assert "Миша, 2 года 8 месяцев · Болезнь" in anna.screen.text
    assert anna.labels[:2] == ["Записать", "Вызвать врача на дом"]
    await anna.tap("Записать")

    assert "Вы записаны" in anna.screen.text
    assert "Болезнь" in anna.screen.text


async def test_infants_have_hours_of_their_own(enter: Callable[..., Chat], house: House) -> None:
    """The infants' day is offered under one year, and its hours to nobody else (R10, R15)."""
    tuesdays = ScheduleRule(
        Reception(
            Hours(time(9), time(10)), timedelta(minutes=20), reasons=frozenset({Reason.INFANT_DAY})
        ),
        date(2026, 1, 1),
        weekdays=frozenset({1}),
    )
    profile = replace(ROMASHKA, code="infants")
    await house.services.clinics.open(
        profile, CONSENT, [NewDoctor("Малых Яна", "1", [tuesdays]), KIM]
    )
    anna = await register(enter(101), "Миша", "12.03.2024", clinic="infants")
    await anna.tap("Записаться")
    assert "Грудничковый день" not in anna.labels  # Миша is two
    await anna.tap("Консультация")
    assert "Малых Яна, каб. 1\nсвободного времени нет" in anna.screen.text

    vera = await register(enter(102), "Даша", "24.11.2025", clinic="infants")  # one tomorrow
    await vera.tap("Записаться")
    await vera.tap("Грудничковый день")
    assert "Свободного времени сейчас нет" in vera.screen.text  # the next one is too late for her

    olga = await register(enter(103), "Лёва", "25.11.2025", clinic="infants")
    await olga.tap("Записаться")
    await olga.tap("Грудничковый день")
    await olga.tap("Малых · завтра, 9:00")
    await olga.tap("Завтра · 3 места")
    await olga.tap("9:20")
    await olga.tap("Не болеет — записать")
    assert "Вы записаны: Лёва, вт 24 ноября, 9:20" in olga.screen.text
    assert "Две пелёнки" in olga.screen.text


async def test_a_clinic_without_infants_hours_does_not_offer_them(
    enter: Callable[..., Chat],
) -> None:
    """Ordinary hours are no infants' hours: ill children come then."""
    olga = await register(enter(103), "Лёва", "25.11.2025")
    await olga.tap("Записаться")

    assert "Консультация" in olga.labels
    assert "Грудничковый день" not in olga.labels


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Осмотр по возрасту", "Подписанное согласие на осмотр."),
        ("Осмотр перед прививкой", "Прививочный сертификат."),
        ("Справка или направление", "Бланк справки, если его дали."),
        ("После болезни", "Бахилы."),
    ],
)
async def test_what_to_bring_depends_on_the_reason(anna: Chat, reason: str, words: str) -> None:
    """The words of the bot, where the clinic has none of its own."""
    await anna.tap("Записаться")
    await anna.tap(reason)
    await anna.tap("Любой врач, раньше всех")
    await anna.tap("Не болеет — записать")

    assert "Что взять с собой" in anna.screen.text
    assert words in anna.screen.text
    assert "пелёнки" not in anna.screen.text


async def test_the_clinic_s_own_words_come_first(enter: Callable[..., Chat], house: House) -> None:
    """What a clinic says about preparing replaces the bot's words, markup shown as typed (R36)."""
    own: dict[KindKey, str] = {Reason.CONSULTATION: "Дневник <наблюдений> & анализы."}
    profile = replace(ROMASHKA, code="own", preparation=own)
    await house.services.clinics.open(profile, CONSENT, [PETROVA])
    anna = await register(enter(101), clinic="own")
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")

    assert "Что взять с собой\nДневник <наблюдений> & анализы." in anna.screen.text
    assert "Бахилы" not in anna.screen.text


async def test_the_booked_message_stays(anna: Chat) -> None:
    """What says "Вы записаны" is never edited into a menu, whatever is tapped on it."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    booked = anna.screen
    buttons = [button for row in booked.buttons for button in row]
    for button in buttons:
        await anna.tap_data(button.data or "", booked.id)

    assert [message.text for message in anna.messages if message.id == booked.id] == [booked.text]
    assert len([message for message in anna.messages if message.id > booked.id]) == len(buttons)


async def test_several_children_have_a_button_each(anna: Chat) -> None:
    """With two children it is asked who goes, and home has a time for each."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Соня")
    await anna.say("05.05.2021")
    assert anna.labels[:2] == ["Миша · сегодня, 9:00", "Соня · сегодня, 9:00"]

    await anna.tap("Записаться")
    await anna.tap("Соня")
    assert "Соня, 5 лет" in anna.screen.text


async def test_after_a_visit_is_booked_the_doctor_is_not_offered_again(anna: Chat) -> None:
    """One visit ahead with one doctor (R07): home offers nothing more, the list says why."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("На главную")
    assert "✅ Вы записаны: сегодня, 9:00, Петрова А. С." in anna.screen.text
    assert not [label for label in anna.labels if label.startswith("🕘")]
    assert "Нужно сегодня" not in anna.labels

    await anna.tap("Записаться")
    await anna.tap("Консультация")
    assert "✅ вы записаны: пн 23 ноября, 9:00" in anna.screen.text
    assert [label for label in anna.labels if "Петрова" in label] == []
    assert "Ким · сегодня, 9:30" in anna.labels  # not while Миша is with Петрова
    await anna.tap_data("days:1:consultation:0:1")
    assert anna.alert == (
        "К этому врачу вы уже записаны: пн 23 ноября, 9:00. Нужно другое время — перенесите запись."
    )
    assert "✅ Вы записаны: Миша, пн 23 ноября, 9:00" in anna.screen.text
    assert "Перенести" in anna.labels


async def test_one_s_own_time_on_an_old_screen_is_not_taken_by_others(anna: Chat) -> None:
    """Who taps it again hears that it is theirs, and not that they have nothing (R08)."""
    await anna.say("/menu")
    old = anna.screen
    _, data = anna.find("🕘 Сегодня, 9:00")
    await anna.say("/menu")
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap_data(data, old.id)

    assert (anna.alert or "").startswith("К этому врачу вы уже записаны: пн 23 ноября, 9:00.")
    assert "✅ Вы записаны" in anna.screen.text


async def test_a_time_is_kept_no_longer_than_it_can_be_booked(anna: Chat, house: House) -> None:
    """Half an hour before it, nobody books any more: that is when the promise ends."""
    house.clock.forward(hours=1, minutes=29)
    await anna.tap("Сегодня, 9:00")

    assert "Держим это время для вас до 8:30" in anna.screen.text


async def test_a_time_that_was_closed_meanwhile_is_not_booked(anna: Chat, house: House) -> None:
    """Kept for the family or not: the doctor is away (R10)."""
    [_, petrova] = await house.doctors(await house.services.clinics.open(ROMASHKA, CONSENT, []))
    await anna.tap("Сегодня, 9:00")
    monday = date(2026, 11, 23)
    await house.services.clinics.add_exception(petrova, ScheduleException(monday, monday))
    await anna.tap("Не болеет — записать")

    assert anna.alert == "В это время врач уже не принимает. Выберите другое."
    assert await house.count("appointments") == 0


async def test_a_grown_up_is_told_where_to_turn(anna: Chat, house: House) -> None:
    """On the 18th birthday there is no reason left to choose, but a phone."""
    await anna.tap("Дети")
    await anna.tap("Миша")
    await anna.tap("Дата рождения")
    await anna.say("24.11.2008")
    house.clock.forward(days=1)
    await anna.say("/menu")
    await anna.tap("Записаться")

    assert "Педиатр принимает детей до 18 лет. Регистратура: +7 495" in anna.screen.text
    await anna.tap("На главную")
    assert "Педиатр принимает детей до 18 лет." in anna.screen.text
    assert "Нужно сегодня" not in anna.labels
    await anna.tap_data("days:1:consultation:0:1")
    assert anna.alert == "Такой приём — для детей помладше."


async def test_a_repeat_visit_is_first_of_all_with_the_same_doctor(anna: Chat) -> None:
    """Who saw the child last stands first, whoever the district doctor is."""
    await anna.tap("Записаться")
    await anna.tap("Консультация")
    await anna.tap("Петрова")
    await anna.tap("Завтра")
    await anna.tap("9:15")
    await anna.tap("Не болеет — записать")
    await anna.tap("На главную")
    await anna.tap("Записаться")
    await anna.tap("Повторный приём")

    assert anna.screen.text.index("Петрова") < anna.screen.text.index("Ким")
    assert "⭐ Ваш врач" in anna.screen.text


async def test_nothing_free_leads_to_what_can_be_done_today(anna: Chat, house: House) -> None:
    """Nothing free is an answer with a way on: the duty doctor, the registry, a home call."""
    house.clock.forward(days=30)
    await anna.say("/start")
    assert "Свободного времени сейчас нет. Регистратура: +7 495 000-00-01" in anna.screen.text
    await anna.tap("Нужно сегодня")
    assert "Регистратура:\n+7 495 000-00-01" in anna.screen.text
    assert (
        "Вызов врача на дом: 7:30–12:00. Пока не принимают, начнут в 7:30.\n+7 495 000-00-02"
        in anna.screen.text
    )
    assert "103 или 112" in anna.screen.text

    await anna.tap("На главную")
    await anna.tap("Записаться")
    await anna.tap("Консультация")
    assert "Свободного времени сейчас нет" in anna.screen.text
    assert anna.labels[0] == "Нужно сегодня"
    await anna.tap_data("any:1:consultation:0:1")
    assert anna.alert == "Свободного времени сейчас нет ни у кого из врачей."
    await anna.tap_data("days:1:consultation:0:1")
    assert anna.labels[0] == "Нужно сегодня"


async def test_a_time_kept_for_others_reasons_cannot_be_forged(anna: Chat, house: House) -> None:
    """A tap that nobody gave out is refused in words (R10)."""
    [_, petrova] = await house.doctors(await house.services.clinics.open(ROMASHKA, CONSENT, []))
    hours = Reception(
        Hours(time(9), time(10)), timedelta(minutes=15), reasons=frozenset({Reason.VACCINATION})
    )
    await house.services.clinics.add_exception(
        petrova, ScheduleException(TUESDAY, TUESDAY, [hours])
    )
    await anna.tap("Записаться")
    await anna.tap("Осмотр перед прививкой")
    await anna.tap("Петрова")
    await anna.tap("Завтра · 4 места")
    data = anna.find("9:30")[1]
    await anna.tap_data(data.replace("vaccination", "check-up"))

    assert (
        anna.alert == "В это время врач принимает по другому поводу. Выберите, пожалуйста, другое."
    )
    await anna.tap_data(data.replace("time:", "book:").replace("vaccination", "infant-day"))
    assert await house.count("appointments") == 0


def _only(day: date, starts: time, ends: time) -> ScheduleException:
    return ScheduleException(day, day, [Reception(Hours(starts, ends), timedelta(minutes=15))])
