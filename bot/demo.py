"""Two clinics, five doctors and two families that never were: what `make demo` begins with."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.app import Services
from services.clinics import NewDoctor
from services.model import ClinicProfile, Language, ScheduleRule
from services.places import AskConsent

TOKEN = "4200000:demo-token-of-the-sandbox-no-secret"  # noqa: S105 - opens nothing but the sandbox

PEOPLE = [
    (101, "Анна", "мама Миши"),
    (102, "Борис", "папа Сони"),
    (103, "Вера", "пришла впервые"),
]
"""Telegram id, name, and a hint for the chat page."""

_FAMILIES = [(101, "Миша", "12.03.2024"), (102, "Соня", "5 мая 2021")]

_CONSENT = """\
Оператор: {clinic}, {address}.

Я даю согласие на обработку моих данных и данных моего ребёнка: имени, даты рождения и сведений \
о записях — чтобы записывать ребёнка к врачу и сообщать о его визитах.

Данные хранятся только у клиники. Согласие можно отозвать в любой момент в регистратуре: {phone}.

Это учебный текст для показа бота."""

_ILL_WORDS = """\
Если ребёнок заболел, приходить с ним в поликлинику не нужно: вызовите врача на дом.

Если ему трудно дышать, он необычно вялый, отказывается пить, появилась сыпь или судороги — \
сразу звоните 103 или 112."""

_ROMASHKA = ClinicProfile(
    code="romashka",
    name="Детская клиника «Ромашка»",
    zone=ZoneInfo("Europe/Moscow"),
    address="Москва, ул. Садовая, 7",
    phone="+7 495 000-00-01",
    home_call_phone="+7 495 000-00-02",
    home_call_hours="7:30–12:00",
    ill_words=_ILL_WORDS,
    horizon_days=28,
)
_SEVERYANKA = ClinicProfile(
    code="severyanka",
    name="Клиника «Северянка»",
    zone=ZoneInfo("Asia/Yekaterinburg"),
    address="Екатеринбург, пр. Мира, 21",
    phone="+7 343 000-00-01",
    home_call_phone="+7 343 000-00-02",
    home_call_hours="8:00–12:00",
    ill_words=_ILL_WORDS,
    horizon_days=28,
)

_WEEKDAYS = range(5)


def _weekly(days: range | list[int], starts: time, ends: time, minutes: int) -> list[ScheduleRule]:
    visit = timedelta(minutes=minutes)
    return [ScheduleRule(day, starts, ends, visit, valid_from=date(2026, 1, 1)) for day in days]


_DOCTORS = {
    "romashka": [
        NewDoctor("Петрова Анна Сергеевна", "12", _weekly(_WEEKDAYS, time(8), time(12), 15)),
        NewDoctor("Ким Олег Викторович", "14", _weekly(_WEEKDAYS, time(14), time(19), 20)),
        NewDoctor("Орлова Инна Павловна", "15", _weekly([0, 2, 4, 5], time(9), time(13), 15)),
    ],
    "severyanka": [
        NewDoctor("Лебедев Пётр Ильич", "3", _weekly(_WEEKDAYS, time(9), time(14), 15)),
        NewDoctor("Юсупова Дина Маратовна", "5", _weekly([1, 3, 5], time(15), time(20), 20)),
    ],
}


async def seed(services: Services) -> None:
    """Open the demo's clinics and let its families in; what is there already stays as it is."""
    for profile in (_ROMASHKA, _SEVERYANKA):
        consent = _CONSENT.format(clinic=profile.name, address=profile.address, phone=profile.phone)
        await services.clinics.open(profile, consent, _DOCTORS[profile.code])
    await services.clinics.extend_schedules()
    for telegram_id, child, birth_date in _FAMILIES:
        await _let_in(services, telegram_id, child, birth_date)


async def _let_in(services: Services, telegram_id: int, child: str, birth_date: str) -> None:
    """Walk a family's way from /start to home, as the chat would."""
    families = services.families
    person = await families.meet(telegram_id, Language.RUSSIAN)
    place = await families.here(person.id)
    if not isinstance(place, AskConsent):
        place = await families.start(person.id, _ROMASHKA.code)
    if isinstance(place, AskConsent):
        await families.consent(person.id, place.clinic.id, place.text.version)
        await families.answer(person.id, child)
        await families.answer(person.id, birth_date)
