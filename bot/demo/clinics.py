"""Clinics, doctors and families that never were: what `make demo` begins with."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.app import Services
from bot.sandbox.systems import demo_clinic as own_system
from services.clinic.opening import NewDistrict, NewDoctor
from services.families.home import Home
from services.families.places import AskConsent
from services.model.access import Post, Role
from services.model.clinic import Addresses, Clinic, ClinicProfile, Hours, Position, Reason, Side
from services.model.consents import Purpose
from services.model.ids import DoctorId, PersonId
from services.model.people import Language
from services.model.refusals.base import NotFound
from services.model.reserved.times import Reserving
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind
from services.model.systems.values import PatientRule, SystemKind, SystemSettings
from services.model.visits import Need

TOKEN = "4200000:demo-token-of-the-sandbox-no-secret"  # noqa: S105 - opens nothing but the sandbox

PEOPLE = [
    (101, "Анна", "мама Миши"),
    (102, "Борис", "папа Сони"),
    (103, "Вера", "пришла впервые"),
    (201, "Ирина", "заведует «Ромашкой»"),
    (202, "Тамара", "регистратор «Ромашки»"),
    (203, "Петрова", "врач «Ромашки»"),
    (204, "Ольга", "регистратор «Лесной»"),
    (104, "Галина", "Лёва записан к Петровой"),
    (105, "Денис", "Нина записана к Петровой"),
    (106, "Елена", "Тимур записан; бот не открыт"),
]
"""Telegram id, name, and a hint for the chat page."""
WROTE = (104, 105)
"""Who wrote to the bot before the demo begins: it may write to them."""

_FAMILIES = [
    (101, "Миша", "12.03.2024", "Садовая, 15"),
    (102, "Соня", "5 мая 2021", "Лесной переулок, 3"),
]

_BOOKED = [
    (104, "Лёва", "2 февраля 2023", "Садовая, 11"),
    (105, "Нина", "19.07.2022", "Садовая, 21"),
    (106, "Тимур", "30.09.2021", "Садовая, 3"),
]
"""Families who have visits already, so that a doctor's absence is somebody's."""

_STAFF = [
    (201, "Ирина", Role.ADMINISTRATOR),
    (202, "Тамара", Role.REGISTRAR),
    (203, "Петрова", Role.DOCTOR),
]
_ITS_REGISTRAR = (204, "Ольга", Role.REGISTRAR)
"""Of the clinic that has a system of its own."""

_CONSENT = """\
Оператор: {clinic}, {address}.

Я даю согласие на обработку моих данных и данных моего ребёнка: имени, даты рождения, участка \
(по адресу, сам адрес не хранится) и сведений о записях — чтобы записывать ребёнка к врачу и \
сообщать о его визитах.

Данные хранятся только у клиники. Согласие можно отозвать в любой момент в регистратуре: {phone}.

Это учебный текст для показа бота."""

_REMINDERS = """\
Оператор: {clinic}, {address}. Я даю согласие присылать мне в Telegram напоминания о визитах моего \
ребёнка. Отозвать его можно в любой момент в настройках."""

_NEWS = """\
Оператор: {clinic}, {address}. Я даю согласие присылать мне в Telegram новости клиники: изменения \
в расписании, новых врачей, праздничные часы. Отозвать его можно в любой момент в настройках."""

_CHECK_UPS = """\
Оператор: {clinic}, {address}. Я даю согласие использовать дату рождения моего ребёнка, чтобы \
приглашать на профилактические осмотры. Отозвать его можно в любой момент в настройках."""

_CONSENTS = {
    Purpose.PROCESSING: _CONSENT,
    Purpose.REMINDERS: _REMINDERS,
    Purpose.NEWS: _NEWS,
    Purpose.CHECK_UPS: _CHECK_UPS,
}

_ILL_WORDS = """\
Если ребёнок просто заболел, не ведите его к здоровым: вызовите врача на дом. Не уверены — \
позвоните, скажем, что делать."""

_ILL_WORDS_EN = """\
If the child is simply ill, please do not bring it among the healthy ones: call the doctor home. \
Not sure? Call, and we shall tell you what to do."""

_VACCINATION = """\
Прививочный сертификат, полис и паспорт взрослого. Утром измерьте температуру: с температурой выше \
37,2 прививку отложим."""

_KINDS = (
    *(
        replace(kind, price="2 400 ₽") if kind.key == Reason.VACCINATION else kind
        for kind in USUAL_KINDS
    ),
    VisitKind(
        KindKey("k9"),
        name="Справка в бассейн",
        name_en="Pool certificate",
        since=36,
        price="500 ₽",
        bring="Результаты анализов, если их уже сдали.",
    ),
)
_ROMASHKA = ClinicProfile(
    code="romashka",
    name="Детская клиника «Ромашка»",
    zone=ZoneInfo("Europe/Moscow"),
    address="Москва, ул. Садовая, 7",
    phone="+7 495 000-00-01",
    home_call_phone="+7 495 000-00-02",
    home_call_hours="7:30–12:00",
    home_call_terms="В пределах МКАД, 3 500 ₽; до года — 3 000 ₽.",
    ill_words=_ILL_WORDS,
    ill_words_en=_ILL_WORDS_EN,
    urgent_phone="+7 495 000-00-03",
    cancellation="Отмените, пожалуйста, хотя бы за два часа: время нужно другим детям.",
    directions="Вход со двора, под козырьком. Коляски — в тамбуре слева.",
    position=Position(55.7668, 37.6107),
    duty="Дежурный врач: каб. 5, ежедневно 8:00–20:00, без записи.",
    horizon_days=21,
    opens_at=time(8),
    preparation={Reason.VACCINATION: _VACCINATION},
    kinds=_KINDS,
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
    position=Position(56.8389, 60.6057),
    horizon_days=28,
    reserved=Reserving(urgent=10, infants=20),
)

_LESNAYA = ClinicProfile(
    code="lesnaya",
    name=own_system.NAME,
    zone=own_system.ZONE,
    address="Москва, Лесной проезд, 3",
    phone="+7 495 000-00-05",
    home_call_phone="+7 495 000-00-06",
    home_call_hours="8:00–12:00",
    ill_words=_ILL_WORDS,
    horizon_days=14,
)
"""Its times are those of its own system."""

_SIGNED_BY = {
    "romashka": "Петрова Анна Сергеевна",
    "severyanka": "Лебедев Пётр Ильич",
    "lesnaya": own_system.DOCTORS["PractitionerRole/sokolova"],
}

_BEGUN = date(2026, 1, 1)
_WEEKDAYS = frozenset(range(5))
_INFANTS = frozenset({Reason.INFANT_DAY})


def _receives(starts: time, ends: time, minutes: int, *breaks: Hours) -> Reception:
    return Reception(Hours(starts, ends), timedelta(minutes=minutes), breaks)


_PETROVA = [
    # Even days in the morning, odd days in the afternoon, with a tea break.
    ScheduleRule(
        _receives(time(8), time(14), 15, Hours(time(11), time(11, 20))),
        _BEGUN,
        weekdays=_WEEKDAYS,
        days=Side.EVEN,
    ),
    ScheduleRule(
        _receives(time(14), time(20), 15, Hours(time(17), time(17, 20))),
        _BEGUN,
        weekdays=_WEEKDAYS,
        days=Side.ODD,
    ),
]
_KIM = [
    ScheduleRule(_receives(time(14), time(19), 20), _BEGUN, weekdays=frozenset({0, 2, 3, 4})),
    # Tuesday morning is for healthy infants only.
    ScheduleRule(
        Reception(Hours(time(9), time(12)), timedelta(minutes=20), reasons=_INFANTS),
        _BEGUN,
        weekdays=frozenset({1}),
    ),
]
_ORLOVA = [ScheduleRule(_receives(time(9), time(13), 15), _BEGUN, weekdays=frozenset({0, 2, 4, 5}))]
_LEBEDEV = [ScheduleRule(_receives(time(9), time(14), 15), _BEGUN, weekdays=_WEEKDAYS)]
_YUSUPOVA = [ScheduleRule(_receives(time(15), time(20), 20), _BEGUN, weekdays=frozenset({1, 3, 5}))]

_FIRST = NewDistrict(
    "участок 1", [Addresses("ул. Садовая", Side.ODD), Addresses("пр. Мира", last=40)]
)
_SECOND = NewDistrict("участок 2", [Addresses("ул. Садовая", Side.EVEN), Addresses("Лесной пер.")])

_DOCTORS = {
    "romashka": [
        NewDoctor("Петрова Анна Сергеевна", "12", _PETROVA, [_FIRST]),
        NewDoctor("Ким Олег Викторович", "14", _KIM, [_SECOND]),
        NewDoctor("Орлова Инна Павловна", "15", _ORLOVA),
    ],
    "severyanka": [
        NewDoctor("Лебедев Пётр Ильич", "3", _LEBEDEV),
        NewDoctor("Юсупова Дина Маратовна", "5", _YUSUPOVA),
    ],
    "lesnaya": [
        NewDoctor(name, str(room), [])
        for room, name in enumerate(own_system.DOCTORS.values(), start=1)
    ],
}


async def seed(services: Services) -> None:
    """Open the demo's clinics and let its families in; what is there already stays as it is."""
    for profile in (_ROMASHKA, _SEVERYANKA):
        await _open(services, profile)
    await services.clinics.refresh_schedules()
    for telegram_id, *typed in _FAMILIES:
        await _let_in(services, telegram_id, typed)
    for telegram_id, *typed in _BOOKED:
        if person := await _let_in(services, telegram_id, typed):
            await _book_ahead(services, person)
    for telegram_id, name, role in _STAFF:
        await _employ(services, _ROMASHKA.code, telegram_id, name, role)


async def connect(services: Services, url: str) -> None:
    """Open the clinic that has a system of its own, which is reached there, and read its times."""
    clinic = await _open(services, _LESNAYA)
    await services.own_systems.connect(
        _LESNAYA.code,
        SystemSettings(
            kind=SystemKind.FHIR,
            url=url,
            doctors=own_system.DOCTORS,
            patients=PatientRule.CREATE,
            patience_seconds=3,
            poll_seconds=5,
            stale_minutes=1,
            closed_minutes=3,
        ),
    )
    await services.system_mirror.read(clinic.id)
    await _employ(services, _LESNAYA.code, *_ITS_REGISTRAR)


async def read_anew(services: Services) -> None:
    """Look at once how the clinics' own systems are, which is due within some time otherwise."""
    for each in await services.own_systems.health():
        await services.system_mirror.read(each.system.clinic.id)


async def _open(services: Services, profile: ClinicProfile) -> Clinic:
    known = {"clinic": profile.name, "address": profile.address, "phone": profile.phone}
    consents = {purpose: text.format(**known) for purpose, text in _CONSENTS.items()}
    clinic = await services.clinics.open(profile, consents, _DOCTORS[profile.code])
    await _sign(services, profile.code)
    return clinic


async def _sign(services: Services, code: str) -> None:
    """Let the clinic's doctor answer for the words for an ill child, from today on."""
    entry = await services.profiles.entered(code)
    if not entry.profile.ill_words_version:
        signed = replace(entry.profile, ill_words_signed_by=_SIGNED_BY[code])
        await services.profiles.enter(replace(entry, profile=signed))


async def registrar(services: Services) -> Post:
    """The registrar of «Ромашка», by whose hand much of what was there before was done."""
    [telegram_id] = [each for each, _name, role in _STAFF if role is Role.REGISTRAR]
    person = await services.families.meet(telegram_id, Language.RUSSIAN)
    return (await services.workday.desk(person.id)).post


async def _employ(services: Services, code: str, telegram_id: int, name: str, role: Role) -> None:
    """Give somebody a post at a clinic by an invitation, unless they have one."""
    person = await services.families.meet(telegram_id, Language.RUSSIAN)
    try:
        await services.workday.desk(person.id)
    except NotFound:
        doctor_id = await _petrova(services) if role is Role.DOCTOR else None
        invitation = await services.members.appoint(code, role, doctor_id)
        await services.workday.accept(person.id, invitation.token, name)


async def _petrova(services: Services) -> DoctorId:
    doctors = await services.members.doctors(_ROMASHKA.code)
    return next(doctor.id for doctor in doctors if doctor.name == _DOCTORS["romashka"][0].name)


async def _let_in(services: Services, telegram_id: int, typed: list[str]) -> PersonId | None:
    """Walk a family's way from /start to home, as the chat would; None: it had been let in."""
    families = services.families
    person = await families.meet(telegram_id, Language.RUSSIAN)
    place = await families.here(person.id)
    if not isinstance(place, AskConsent):
        place = await families.start(person.id, _ROMASHKA.code)
    if not isinstance(place, AskConsent):
        return None
    await families.consent(person.id, place.clinic.id, place.text.version)
    for words in typed:
        await families.answer(person.id, words)
    return person.id


async def _book_ahead(services: Services, person: PersonId) -> None:
    """Book the first free time that Петрова has on the next day that she receives, and agree to
    the clinic's news."""
    home = await services.families.here(person)
    if not isinstance(home, Home):
        return
    need = Need(home.children[0].child.id, Reason.CONSULTATION)
    petrova = await _petrova(services)
    found = await services.times.days(person, need, petrova)
    today = home.clinic.today(found.search.now)
    day = next(each for each in found.free if each > today)
    times = await services.times.day(person, need, petrova, day)
    booked = await services.booking.book(person, need, times.slots[0].id)
    services.corrections.answered(person, booked.visit)
    await services.corrections.write_down()
    news = await services.consents.text(person, home.clinic.id, Purpose.NEWS)
    await services.consents.agree(person, home.clinic.id, Purpose.NEWS, news.text.version)
