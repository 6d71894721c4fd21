"""Every screen there is, rendered in both languages with the worst names that fit."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, time, timedelta
from itertools import product
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiogram.utils.i18n import I18n

from bot import words
from bot.documents.sheets.slot_rows import Reading
from bot.flows.access.members import views as members_views
from bot.flows.broadcasts import views as broadcasts_views
from bot.flows.clinic.card import views as card_views
from bot.flows.clinic.editing import views as editing_views
from bot.flows.common import parts
from bot.flows.common import taps as common_taps
from bot.flows.desk.absences import views as absences_views
from bot.flows.desk.attendance import views as attendance_views
from bot.flows.desk.booking import views as desk_booking_views
from bot.flows.desk.calls import views as calls_views
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.day import views as day_views
from bot.flows.desk.occupancy import taps as occupancy_taps
from bot.flows.desk.occupancy import views as occupancy_views
from bot.flows.desk.search import views as desk_search_views
from bot.flows.families.children import views as children_views
from bot.flows.families.onboarding import views as onboarding_views
from bot.flows.families.settings import views as settings_views
from bot.flows.families.who_looked import views as who_looked_views
from bot.flows.messages import letters
from bot.flows.routing import build_router
from bot.flows.schedule.hours import asking, previews
from bot.flows.schedule.hours import views as hours_views
from bot.flows.schedule.sheets import time_views
from bot.flows.schedule.sheets import views as sheets_views
from bot.flows.visits.booking import views as booking_views
from bot.flows.visits.confirming import views as confirming_views
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.mine import views as mine_views
from bot.flows.visits.questions import views as questions_views
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.search import views as search_views
from bot.sandbox.markup import parse_html
from bot.telegram.screen import Document, Screen, keyboard
from services.access.audit import SHOWN, Seen, WhoLooked
from services.access.members import Colleague, Colleagues, Invitation, WhomToInvite
from services.broadcasts.progress import (
    BroadcastsPage,
    NewsPreview,
    NewsQuestion,
    Progress,
    WhomToTell,
)
from services.broadcasts.writing import LONGEST_NEWS
from services.clinic.editing import ClinicPage as AdministratorsPage
from services.clinic.editing import FactQuestion, Proposal
from services.clinic.profiles import Change, ClinicEntry
from services.clinic.settings import (
    CONSENTS,
    LONGEST_CONSENT,
    LONGEST_ILL_WORDS,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_NOTE,
    Fact,
    Group,
)
from services.clinic.value_kinds import LONGEST_PHONE
from services.desk.absence_report import (
    AbsenceReport,
    Absent,
    Concerned,
    Fate,
    Help,
    Plans,
    WhenAbsent,
    WhoIsAbsent,
)
from services.desk.attendance import LONGEST_STAFF_NOTE, AskNote, Lateness
from services.desk.call_list import CallList, ToPhone
from services.desk.day import Day as StaffDay
from services.desk.day import DayList, Workplace
from services.desk.errands import (
    Aim,
    Call,
    DeskDay,
    DeskDays,
    DeskDoctors,
    DeskOffer,
    DeskReasons,
    Errand,
    MovedAtDesk,
    TakenTime,
)
from services.desk.occupancy import Asked, Load
from services.desk.search import AskPhone, AtDesk, Code, Found, Nobody, WrongCode
from services.families import consents as agreements_of
from services.families import home, onboarding
from services.families.children import ChildrenPage, Removal
from services.families.consents import Agreement, Settings
from services.families.onboarding import ClinicPage
from services.families.phones import PhonePage
from services.families.reminder_wishes import ReminderQuestion
from services.messages.questions import LONGEST_QUESTION
from services.model.access import Access, Post, Role
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Whom
from services.model.clinic import (
    Clinic,
    ClinicProfile,
    District,
    Hours,
    LegalBasis,
    Position,
    Reason,
    Side,
    Unanswered,
)
from services.model.consents import ConsentText, Purpose
from services.model.ids import (
    AbsenceId,
    AppointmentId,
    BroadcastId,
    ChildId,
    DeviationId,
    DistrictId,
    PersonId,
    PostId,
    QuestionId,
    SlotId,
)
from services.model.letters import (
    ClinicAnswered,
    ClinicCancelled,
    ClinicMoved,
    ClinicNews,
    Confirmed,
    DoctorLate,
    Letter,
    NeedsTime,
    NotConfirmed,
    QuestionsWait,
    Reminder,
    StandsAgain,
    StillBooked,
    Substituted,
    ToConfirm,
)
from services.model.messages import NotificationState
from services.model.people import Child, Language, Person, Phone, PhoneNumber, ReminderWishes
from services.model.questions import Answer, Question
from services.model.refusals.base import NotFound
from services.model.refusals.broadcasts import NumberDiffers
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.desk import SearchUnclear
from services.model.refusals.families import DateUnclear, HouseNeeded, NameUnclear, PhoneUnclear
from services.model.refusals.questions import TextOnly
from services.model.refusals.schedule import HoursUnclear
from services.model.refusals.typed import TextTooLong
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    NotForThisAge,
    NotForThisReason,
    TooFar,
    TooLate,
)
from services.model.schedule import (
    Delay,
    Deviation,
    DeviationKind,
    Holiday,
    Leave,
    Reception,
    ScheduleException,
    ScheduleRule,
)
from services.model.slot_sync import Conflict, ConflictKind, Plan
from services.model.slots import DayLoad, DayTimes, FreeTimes, GridTime, Stretch, Taker, Taking
from services.model.visits import (
    Absence,
    AppointmentState,
    Closure,
    Deadline,
    Need,
    Offered,
    PhoneCall,
    Word,
)
from services.rules import horizon, names
from services.rules.typed_lines import ByBirth, ByPhone
from services.schedule.changes import Asking, Covering, Effect, Outcome, Preview
from services.schedule.drafts import About, Closed, NewHours, OnLeave, OtherHours, Sheet, Undone
from services.schedule.drafts import Change as ChangeOfHours
from services.schedule.drafts import Question as QuestionOfHours
from services.schedule.listed_times import DoctorImport, Imported, SheetPreview, SheetTaken
from services.schedule.overview import Ahead, ClinicDay, DayHours, SheetDesk, Week
from services.visits.booking import Coming, Moved, Offer, Visit, Visits
from services.visits.confirming import Waiting
from services.visits.question_views import AskAbout, AskAnswer, Doubt, OpenQuestion, Sent, Unsent
from services.visits.question_views import Waiting as WaitingQuestions
from services.visits.questions import SHOWN as SHOWN_QUESTIONS
from services.visits.search import Day, Days, DoctorRow, Doctors, Near, Reasons, Search, WhichChild
from services.visits.staff_view import StaffVisit
from tests.conftest import MONDAY_7_AM
from tests.rules.values import a_clinic, a_doctor, a_slot, a_visit

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_BUTTON = 4096, 1024, 25

NASTY = '<b>Анна & "Ко" <Ёлка> {name}'
NAME = NASTY + "я" * (names.LONGEST_NAME - len(NASTY))


def longest(begins: str, most: int) -> str:
    """A text as long as a clinic's may be."""
    return begins + "ж" * (most - len(begins))


CLINIC = a_clinic(
    name=longest("Государственная <детская> & поликлиника № 12, филиал на Садовой", LONGEST_NAME),
    address=longest("Москва, Садовая-Кудринская улица, владение 7, строение 2", LONGEST_LINE),
    phone="8" * LONGEST_PHONE,
    home_call_phone="8" * LONGEST_PHONE,
    home_call_hours=longest("7:30 <до> 12:00", LONGEST_NAME),
    urgent_phone="8" * LONGEST_PHONE,
    directions=longest("Вход <со двора> & направо.", LONGEST_NOTE),
    duty=longest("Каб. <5> & 6.", LONGEST_NOTE),
    ill_words=longest("Если <болеет>,\nпозвоните.", LONGEST_ILL_WORDS),
    ill_words_signed_by=longest("Константинопольская", LONGEST_NAME),
    cancellation=longest("Отмените <раньше> & спасибо.", LONGEST_LINE),
    position=Position(55.7668, 37.6107),
    preparation={
        reason: longest(f"Возьмите <полис> & {reason}.", LONGEST_NOTE) for reason in Reason
    },
)
ASKING = replace(CLINIC, doctors_confirm=True)
BY_SECRECY = replace(CLINIC, legal_basis=LegalBasis.SECRECY, ill_words_signed_by="")
LONGEST_CONSENT_TEXT = longest("Я <согласна> & подписываю.", LONGEST_CONSENT)
DOCTOR = replace(
    a_doctor(1, CLINIC), name="Константинопольская-Задунайская Александра Константиновна"
)
KIM = a_doctor(2, CLINIC)
CHILD = Child(ChildId(1), NAME, date(2026, 2, 1), DistrictId(1))
SOON = a_slot(MONDAY_7_AM + timedelta(hours=2), doctor=DOCTOR)
LATER = a_slot(MONDAY_7_AM + timedelta(days=13, hours=9, minutes=45), doctor=DOCTOR)
VISIT = replace(a_visit(LATER), child=CHILD, reason=Reason.INFANT_DAY)
CANCELLED = replace(VISIT, state=AppointmentState.CANCELLED)
NEEDS_TIME = replace(CANCELLED, needs_time=True)
OFFERS = [Offered(slot, MONDAY_7_AM + timedelta(hours=2)) for slot in (SOON, LATER, LATER)]
PAST = replace(VISIT, slot=a_slot(MONDAY_7_AM - timedelta(days=1), doctor=DOCTOR))
SEARCH = Search(Need(CHILD.id, Reason.VACCINATION), CHILD, CLINIC, None, MONDAY_7_AM)
MOVING = replace(SEARCH, need=Need(CHILD.id, VISIT.reason, VISIT.id), moving=VISIT)
INSTEAD = replace(MOVING, moving=NEEDS_TIME)
ILL = replace(SEARCH, need=Need(CHILD.id, Reason.ILLNESS))
DISTRICT = District(DistrictId(1), DOCTOR, "участок <1>")
OWN = home.OwnDoctor(KIM, of_district=True, instead_of=DOCTOR, until=date(2026, 12, 6))
HOME = home.ChildAtHome(CHILD, OWN, SOON, [VISIT])
MONTH = [DayTimes(date(2026, 11, 23) + timedelta(days=n), n % 3) for n in range(15)]


def days(search: Search, found: list[DayTimes]) -> Days:
    opening = horizon.next_opening(CLINIC, MONDAY_7_AM)
    return Days(search, DOCTOR, found, opening, horizon.last_open_day(CLINIC, MONDAY_7_AM))


def doctors(search: Search, free: FreeTimes | None) -> Doctors:
    rows = [DoctorRow(DOCTOR, free, None), DoctorRow(KIM, free, VISIT), DoctorRow(KIM, free, None)]
    return Doctors(search, OWN, rows)


def every_place() -> Iterator[onboarding.Place]:
    yield onboarding.ChooseClinic([CLINIC, CLINIC], NoSuchClinic())
    yield onboarding.ChooseClinic([CLINIC])
    yield onboarding.AskConsent(
        CLINIC, ConsentText(CLINIC.id, Purpose.PROCESSING, 1, LONGEST_CONSENT_TEXT)
    )
    yield onboarding.AskConsent(
        BY_SECRECY, ConsentText(CLINIC.id, Purpose.PROCESSING, 1, LONGEST_CONSENT_TEXT)
    )
    yield onboarding.Declined(CLINIC)
    yield onboarding.Declined(BY_SECRECY)
    yield onboarding.AskName(CLINIC)
    yield onboarding.AskName(CLINIC, CHILD, NameUnclear())
    yield onboarding.AskBirthDate(CLINIC, NAME)
    yield onboarding.AskAddress(CLINIC, CHILD, [DISTRICT, DISTRICT], HouseNeeded())
    yield onboarding.ChildCard(CLINIC, CHILD, DISTRICT, has_districts=True, now=MONDAY_7_AM)
    yield onboarding.ChildCard(CLINIC, CHILD, None, has_districts=True, now=MONDAY_7_AM)
    yield home.Home(CLINIC, [HOME] * 8, MONDAY_7_AM)
    yield home.Home(CLINIC, [home.ChildAtHome(CHILD, None, None, [])], MONDAY_7_AM)
    owed = home.ChildAtHome(CHILD, OWN, None, [], [NEEDS_TIME] * 2)
    yield home.Home(CLINIC, [owed] * 3, MONDAY_7_AM)
    own = home.OwnDoctor(DOCTOR, of_district=True)
    yield home.Home(CLINIC, [home.ChildAtHome(CHILD, own, SOON, [])], MONDAY_7_AM)


BEGUN = Stretch(MONDAY_7_AM, MONDAY_7_AM + timedelta(minutes=15))
TODAY_S = replace(VISIT, slot=replace(VISIT.slot, stretch=BEGUN))
PENDING = [
    replace(
        VISIT, state=AppointmentState.PENDING, deadline=Deadline(MONDAY_7_AM, then), reason=reason
    )
    for then in Unanswered
    for reason in (Reason.CERTIFICATE, Reason.VACCINATION)
]
WORDS = longest("Можно <с коляской> & вдвоём?", LONGEST_QUESTION)
WAITS = Question(QuestionId(2), VISIT.id, PersonId(1), True, WORDS, MONDAY_7_AM)
SAID = [Answer(role, WORDS, MONDAY_7_AM) for role in Role]
ANSWERED = replace(WAITS, id=QuestionId(1), answers=SAID)
THREAD = [ANSWERED, WAITS]
LONGEST_TEXT_OF_NEWS = longest("Не будет <воды> и света.", LONGEST_NEWS)


def every_letter() -> Iterator[Letter]:
    mother = Person(PersonId(1), 101, Language.RUSSIAN)
    confirmed = replace(VISIT, coming_at=MONDAY_7_AM)
    ill = replace(VISIT, slot=SOON, reason=Reason.ILLNESS)
    yield StillBooked(mother, VISIT)
    yield from _letters_of_the_word(mother)
    for discreet in (False, True):
        for seen in ([VISIT], [confirmed], [VISIT] * 8, [ill, VISIT, confirmed]):
            yield Reminder(mother, seen, MONDAY_7_AM, discreet)
        yield ClinicMoved(mother, VISIT, SOON, MONDAY_7_AM, discreet)
        yield ClinicCancelled(mother, CANCELLED, MONDAY_7_AM, discreet)
        yield ClinicCancelled(mother, CANCELLED, MONDAY_7_AM, discreet, as_asked=True)
        yield Substituted(mother, VISIT, SOON, MONDAY_7_AM, discreet)
        yield StandsAgain(mother, VISIT, MONDAY_7_AM, discreet)
        for kept in (OFFERS, []):
            yield NeedsTime(mother, NEEDS_TIME, kept, MONDAY_7_AM, discreet)
        yield ClinicAnswered(mother, VISIT, ANSWERED, SAID[0], discreet)
    for about_visit in (False, True):
        yield ClinicNews(mother, CLINIC, LONGEST_TEXT_OF_NEWS, about_visit)
    for visits_asked_about in ([VISIT], [VISIT] * 30):
        for again in (False, True):
            yield QuestionsWait(
                mother, IRINA, visits_asked_about, WAITS.id, MONDAY_7_AM, again=again
            )


def _letters_of_the_word(mother: Person) -> Iterator[Letter]:
    for waiting in PENDING:
        yield StillBooked(mother, waiting)
        yield ToConfirm(mother, PostId(1), [waiting] * 30, MONDAY_7_AM)
    for word in Word:
        yield Confirmed(mother, replace(VISIT, word=word), MONDAY_7_AM)
    yield Confirmed(mother, VISIT, MONDAY_7_AM, discreet=True)
    for discreet, said in product((False, True), (False, True)):
        for late in (VISIT, TODAY_S):
            yield DoctorLate(mother, late, 20 * said, MONDAY_7_AM, discreet)
        for others in ([], [SOON, LATER]):
            yield NotConfirmed(mother, CANCELLED, others, MONDAY_7_AM, discreet, lapsed=said)


CONSENT_TO_NEWS = ConsentText(CLINIC.id, Purpose.NEWS, 1, LONGEST_CONSENT_TEXT)
ALL_OFF = Settings(CLINIC, frozenset(agreements_of.OPTIONAL), frozenset(), ReminderWishes())
ALL_ON = replace(
    ALL_OFF,
    given=frozenset(Purpose),
    wishes=ReminderWishes(before=timedelta(minutes=90), discreet=True),
)
PHONE = Phone(PhoneNumber("+79161234545"), MONDAY_7_AM, MONDAY_7_AM)
ABROAD = replace(PHONE, number=PhoneNumber("+4915112345678"))
WITH_PHONE = replace(ALL_ON, asks_phone=True, phone=PHONE)
NEVER = replace(ALL_ON, wishes=ReminderWishes(evening=False, soon=False))
COME = mine_taps.Coming(appointment_id=VISIT.id)

IRINA = Post(PostId(1), CLINIC, PersonId(9), Role.ADMINISTRATOR, None, NAME)
COLLEAGUES = [
    IRINA,
    Post(PostId(2), CLINIC, PersonId(8), Role.REGISTRAR, None, ""),
    Post(PostId(3), CLINIC, PersonId(7), Role.DOCTOR, DOCTOR, NAME),
]
CONFIRMED = replace(VISIT, coming_at=MONDAY_7_AM)
NOTE = longest("Зайти <первыми> & без очереди", LONGEST_STAFF_NOTE)
FULL_DAY = DayList(IRINA, DOCTOR, date(2026, 12, 6), [CONFIRMED, VISIT] * 20, [], MONDAY_7_AM)
NOTED_DAY = replace(
    FULL_DAY,
    visits=[replace(VISIT, id=AppointmentId(number)) for number in range(1, 41)],
    notes={AppointmentId(number): NOTE for number in range(1, 41)},
)
SEEN = [
    Seen(CLINIC, role, access, MONDAY_7_AM - timedelta(days=day))
    for day in range(3)
    for role in Role
    for access in Access
][:SHOWN]

TO_BOOK = Call(IRINA, Errand(Aim.BOOK, CHILD.id), CHILD, None, MONDAY_7_AM)
CALLS = [
    TO_BOOK,
    Call(IRINA, Errand(Aim.MOVE, VISIT.id, VISIT.reason), CHILD, VISIT, MONDAY_7_AM),
    Call(IRINA, Errand(Aim.TAKE), None, None, MONDAY_7_AM),
    *(
        Call(each, Errand(Aim.NEXT, VISIT.id, Reason.REPEAT), CHILD, None, MONDAY_7_AM, VISIT)
        for each in (IRINA, COLLEAGUES[2])
    ),
]
GRID = [
    GridTime(SOON),
    GridTime(replace(LATER, taken=True)),
    GridTime(replace(LATER, taken=True), Taking(Taker.ELSEWHERE)),
    GridTime(replace(LATER, held=True)),
]
PHONES = [PhoneNumber("+79161234567"), PhoneNumber("+491761234567")]
BORN = ByBirth(NAME, CHILD.birth_date)

WHOLE = ClinicEntry(
    ClinicProfile(**{each.name: getattr(CLINIC, each.name) for each in fields(ClinicProfile)}),
    dict.fromkeys(Purpose, LONGEST_CONSENT_TEXT),
)
EMPTY = replace(
    WHOLE,
    profile=replace(
        WHOLE.profile,
        ill_words_signed_by="",
        urgent_phone="",
        directions="",
        duty="",
        cancellation="",
        preparation={},
        position=None,
        quiet=Hours(time(21), time(21)),
        doctors_confirm=True,
        zone=ZoneInfo("America/Argentina/ComodRivadavia"),
    ),
    consents={Purpose.PROCESSING: LONGEST_CONSENT_TEXT},
)
ADMINISTRATORS = [AdministratorsPage(IRINA, entry) for entry in (WHOLE, EMPTY)]


def every_proposal() -> Iterator[Proposal]:
    """From much to little, and from little to much, as far as a value can be empty."""
    for before, after in ((WHOLE, EMPTY), (EMPTY, WHOLE)):
        for fact in Fact:
            published = {CONSENTS[fact]: 12} if fact in CONSENTS else {}
            change = Change(before, after, published, 1234)
            yield Proposal(IRINA, fact, change, 2**32 - 1, 2**32 - 1)


TODAY = date(2026, 11, 23)
NEW_YEAR = date(2027, 1, 1)
LARGEST = 2**31 - 1
DOCTORS = {DOCTOR.id: DOCTOR, KIM.id: KIM}
MANY_HOURS = [
    ScheduleRule(
        Reception(
            Hours(time(8), time(20)),
            timedelta(minutes=minutes),
            (Hours(time(11), time(11, 20)), Hours(time(15), time(15, 20))),
            frozenset(Reason),
        ),
        TODAY,
        NEW_YEAR,
        frozenset({0, 2, 4, 5}),
        side,
    )
    for minutes in range(5, 20)
    for side in Side
]
AWAY = Leave(TODAY, NEW_YEAR, KIM.id, in_their_hours=True)
BUSY_DAY = DayHours(
    TODAY,
    [rule.reception for rule in MANY_HOURS[:2]],
    DayLoad(40, 12),
    exception=True,
    leave=AWAY,
    holiday=Holiday(TODAY, NEW_YEAR),
    covers=True,
)
BUSY_WEEK = [
    replace(BUSY_DAY, day=date(2026, 11, 20) + timedelta(days=number)) for number in range(7)
]
ODD_DAYS = ScheduleException(TODAY, TODAY, BUSY_DAY.receptions)
DEVIATIONS = [
    Deviation(DeviationId(1), DeviationKind.HOURS, CLINIC.id, DOCTOR.id, ODD_DAYS),
    Deviation(DeviationId(1), DeviationKind.LEAVE, CLINIC.id, DOCTOR.id, AWAY),
    Deviation(DeviationId(2), DeviationKind.LEAVE, CLINIC.id, KIM.id, Leave(TODAY, TODAY)),
    Deviation(DeviationId(1), DeviationKind.HOLIDAY, CLINIC.id, None, Holiday(TODAY, NEW_YEAR)),
]
ASKED_HOURS = [
    Asking(IRINA, QuestionOfHours(About.DAY, DOCTOR.id, TODAY), DOCTOR, MANY_HOURS, BUSY_DAY),
    Asking(
        IRINA, QuestionOfHours(About.RULES, DOCTOR.id), DOCTOR, MANY_HOURS, None, HoursUnclear()
    ),
    Asking(IRINA, QuestionOfHours(About.RULES, DOCTOR.id), DOCTOR, [], None),
    Asking(IRINA, QuestionOfHours(About.LEAVE, DOCTOR.id), DOCTOR, MANY_HOURS, None, DateUnclear()),
    Asking(IRINA, QuestionOfHours(About.HOLIDAY), None, [], None),
]
EFFECTS = [
    Effect(DOCTOR, 1234, 567, {TODAY + timedelta(days=day): 12 for day in range(9)}),
    Effect(KIM, 240, 12, {}, new=True),
    Effect(KIM, 0, 0, {}, room_before="123"),
    Effect(KIM, 0, 0, {}),
]
CHANGES_OF_HOURS: list[ChangeOfHours] = [
    OtherHours(DOCTOR.id, ODD_DAYS),
    OtherHours(DOCTOR.id, ScheduleException(TODAY, TODAY)),
    NewHours(DOCTOR.id, NEW_YEAR, MANY_HOURS),
    NewHours(DOCTOR.id, TODAY, []),
    OnLeave(DOCTOR.id, AWAY),
    OnLeave(DOCTOR.id, replace(AWAY, in_their_hours=False)),
    OnLeave(DOCTOR.id, Leave(TODAY, TODAY)),
    Closed(Holiday(TODAY, NEW_YEAR)),
    Undone(DeviationKind.LEAVE, DeviationId(1)),
    Sheet([]),
]
PREVIEWS = [
    Preview(
        Outcome(
            IRINA,
            change,
            effects,
            [KIM] * 30 if isinstance(change, Sheet) else [],
            DOCTORS,
            DEVIATIONS[1] if isinstance(change, Undone) else None,
            date(2026, 12, 8),
            TODAY,
        ),
        None,
        LARGEST,
    )
    for change in CHANGES_OF_HOURS
    for effects in (EFFECTS * 9, EFFECTS[:1], EFFECTS[3:])
]

DISAGREEMENTS = [
    Conflict(
        ConflictKind.TAKEN_THERE,
        Stretch(LATER.starts_at, LATER.starts_at + timedelta(minutes=15)),
        "1001",
    )
] * 30
BUSY_IMPORT = DoctorImport(
    DOCTOR.name,
    "<b>12345678901234567",
    Plan(withdraw=[SlotId(1)] * 1234, conflicts=DISAGREEMENTS),
    room_before="<i>12345678901234567",
    rooms=["12345678901234567890"] * 9,
    written=[DOCTOR.name] * 2,
)
EVERY_IMPORT = [
    (
        Imported(CLINIC, [BUSY_IMPORT] * 30, [DOCTOR] * 30, TODAY, NEW_YEAR, 12),
        Reading([], 1234, ["<b>Ф.И.О. пациента"] * 30),
    ),
    (Imported(CLINIC, [replace(BUSY_IMPORT, new=True)], [], TODAY, TODAY, 0), Reading([], 0, [])),
    (Imported(CLINIC, [DoctorImport(NAME, "1", Plan())], [], TODAY, TODAY, 0), Reading([], 0, [])),
    (Imported(CLINIC, [], [], None, None, 9), Reading([], 9, [])),
]

ABSENCE = Absence(
    AbsenceId(1),
    DOCTOR,
    TODAY,
    NEW_YEAR,
    KIM,
    Closure([], []),
    MONDAY_7_AM,
    None,
)
CONCERNED = [Concerned(VISIT, SOON, fate, to_call) for fate in Fate for to_call in (True, False)]
REPORT = AbsenceReport(IRINA, ABSENCE, CONCERNED * 4, 1234, may_undo=True, today=TODAY)
SHORT_REPORT = replace(
    REPORT,
    absence=replace(ABSENCE, last=TODAY, substitute=None, undone_at=MONDAY_7_AM),
    concerned=CONCERNED[:1],
    may_undo=False,
)
NO_REPORT = replace(REPORT, concerned=[], nameless=0, may_undo=False)
ABSENT = Absent(DOCTOR.id, TODAY, NEW_YEAR)
PLANS = Plans(IRINA, DOCTOR, ABSENT, 123, 12, [Help(DOCTOR, 100, 99), Help(KIM, 1, 0)], TODAY)
AUDIENCES = [
    (Audience(Whom.FAMILIES), None),
    (Audience(Whom.DISTRICT, 1), replace(DISTRICT, name=longest("участок <1>", LONGEST_LINE))),
    (Audience(Whom.PATIENTS, 1), DOCTOR),
    (Audience(Whom.DAYS, first=TODAY, last=TODAY), None),
    (Audience(Whom.VISITS, first=TODAY, last=NEW_YEAR), None),
]
REACHES = [Reach(9998, 1234, 567), Reach(0, 0, 0)]
BROADCASTS = [
    Broadcast(
        BroadcastId(1),
        CLINIC,
        Person(PersonId(9), 201, Language.RUSSIAN),
        AUDIENCES[0][0],
        LONGEST_TEXT_OF_NEWS,
        state,
        9998,
        MONDAY_7_AM,
        PersonId(0),
        all_planned=False,
        message_id=1,
        settled_at=settled_at,
    )
    for state in BroadcastState
    for settled_at in (None, MONDAY_7_AM)
]
PROGRESSES = [
    Progress(replace(each, audience=audience), IRINA.id, subject, counts, now)
    for each in BROADCASTS
    for audience, subject in AUDIENCES
    for counts in (dict.fromkeys(NotificationState, 1234), {})
    for now in (MONDAY_7_AM, MONDAY_7_AM - timedelta(hours=3))
]

FROM_THE_LIST = search_taps.Ill(clinic_id=CLINIC.id, child_id=CHILD.id, reason=Reason.ILLNESS)
FROM_A_TIME = FROM_THE_LIST.model_copy(update={"slot_id": 7})

SAMPLES: dict[Callable[..., Screen], list[tuple[Any, ...]]] = {
    onboarding_views.place: [(place,) for place in every_place()],
    onboarding_views.choose_clinic: [([CLINIC], None)],
    onboarding_views.consent: [],
    onboarding_views.declined: [(CLINIC,)],
    onboarding_views.ask_name: [],
    onboarding_views.ask_birth_date: [],
    onboarding_views.home: [],
    onboarding_views.help_words: [()],
    onboarding_views.choose_language: [()],
    children_views.children: [(ChildrenPage(CLINIC, [CHILD] * 8, MONDAY_7_AM),)],
    children_views.card: [],
    children_views.ask_address: [],
    children_views.ask_remove: [
        (Removal(CLINIC, CHILD, [VISIT] * 8),),
        (Removal(CLINIC, CHILD, []),),
    ],
    children_views.removed: [(Removal(CLINIC, CHILD, [VISIT] * 8),), (Removal(CLINIC, CHILD, []),)],
    card_views.card: [(ClinicPage(CLINIC, has_others=True),), (ClinicPage(a_clinic(), False),)],
    card_views.needed_today: [(CLINIC,)],
    editing_views.page: [(each,) for each in ADMINISTRATORS],
    editing_views.group: [
        (each, group, saved)
        for each in ADMINISTRATORS
        for group in Group
        for saved in (None, Fact.NAME)
    ],
    editing_views.saved: [(replace(ADMINISTRATORS[0], saved=Change(WHOLE, EMPTY)), Fact.NAME)],
    editing_views.answered: [],
    editing_views.question: [
        (FactQuestion(IRINA, fact, each.entry, problem),)
        for each in ADMINISTRATORS
        for fact in Fact
        for problem in (None, TextTooLong(1234, 3500))
    ],
    editing_views.proposal: [(each,) for each in every_proposal()],
    absences_views.who: [
        (WhoIsAbsent(IRINA, [DOCTOR, KIM], [ABSENCE, SHORT_REPORT.absence], TODAY),),
        (WhoIsAbsent(IRINA, [DOCTOR], [], TODAY),),
    ],
    absences_views.when: [
        (WhenAbsent(IRINA, DOCTOR, TODAY, each),) for each in (None, DateUnclear())
    ],
    absences_views.answered: [],
    absences_views.plans: [
        (PLANS,),
        (replace(PLANS, helpers=[]),),
        (replace(PLANS, visits=0, nameless=0, helpers=[]),),
    ],
    absences_views.preview: [
        (replace(each, made=made),)
        for each in (REPORT, SHORT_REPORT, NO_REPORT)
        for made in (True, False)
    ],
    absences_views.report: [(REPORT,), (SHORT_REPORT,), (NO_REPORT,)],
    search_views.begin: [
        (WhichChild(CLINIC, [CHILD] * 8),),
        (Reasons(CLINIC, CHILD, list(Reason), MONDAY_7_AM),),
        (Reasons(CLINIC, CHILD, [], MONDAY_7_AM),),
    ],
    search_views.choose_child: [],
    search_views.reasons: [],
    search_views.doctors: [
        (doctors(SEARCH, FreeTimes(LATER, 1234)),),
        (doctors(MOVING, FreeTimes(LATER, 1)),),
        (doctors(INSTEAD, FreeTimes(LATER, 1)),),
        (doctors(SEARCH, None),),
    ],
    search_views.days: [(days(SEARCH, MONTH),), (days(MOVING, MONTH),), (days(SEARCH, []),)],
    search_views.month_of: [
        (days(SEARCH, MONTH), None),
        (days(MOVING, MONTH), date(2026, 12, 1)),
        (days(SEARCH, []), date(9999, 12, 1)),
    ],
    search_views.times: [
        (Day(SEARCH, DOCTOR, date(2026, 12, 6), [SOON, LATER] * 20),),
        (Day(MOVING, DOCTOR, date(2026, 12, 6), [SOON]),),
    ],
    search_views.near: [(Near(SEARCH, DOCTOR, [SOON, LATER]),), (Near(MOVING, DOCTOR, []),)],
    booking_views.offer: [
        (Offer(SEARCH, LATER, MONDAY_7_AM),),
        (Offer(ILL, LATER, None),),
        (Offer(MOVING, SOON, MONDAY_7_AM),),
        (Offer(replace(SEARCH, clinic=ASKING), LATER, MONDAY_7_AM),),
        (Offer(INSTEAD, SOON, MONDAY_7_AM),),
    ],
    booking_views.ill: [
        (CLINIC, FROM_THE_LIST),
        (CLINIC, FROM_THE_LIST.model_copy(update={"slot_id": 7})),
        (BY_SECRECY, FROM_THE_LIST),
    ],
    booking_views.booked: [
        *((each,) for each in (VISIT, *PENDING)),
        *((replace(VISIT, reason=reason),) for reason in Reason),
    ],
    booking_views.moved: [*((Moved(each, SOON),) for each in (VISIT, *PENDING))],
    settings_views.settings: [
        *((each,) for each in (ALL_OFF, ALL_ON, NEVER, WITH_PHONE)),
        (replace(WITH_PHONE, phone=None),),
        (replace(WITH_PHONE, phone=ABROAD),),
    ],
    settings_views.agreement: [(Agreement(CLINIC, CONSENT_TO_NEWS),)],
    settings_views.ask_reminders: [(ReminderQuestion(CLINIC, CONSENT_TO_NEWS, CHILD.id),)],
    settings_views.reminders_on: [(ALL_ON,), (NEVER,)],
    settings_views.reminders_off: [(ALL_OFF,)],
    settings_views.no_news: [(ALL_ON,), (ALL_OFF,)],
    settings_views.phone: [(PhonePage(CLINIC, PHONE),), (PhonePage(CLINIC, None),)],
    settings_views.phone_removed: [(PhonePage(CLINIC, None),)],
    settings_views.evening_hours: [(ALL_ON,)],
    settings_views.hours_before: [(ALL_ON,)],
    day_views.welcome: [
        (Workplace(each, COLLEAGUES, 0, 0, 0, MONDAY_7_AM),) for each in COLLEAGUES
    ],
    day_views.desk: [
        (Workplace(each, COLLEAGUES, 99, 12, 7, MONDAY_7_AM),)
        for each in [*COLLEAGUES, replace(IRINA, clinic=BY_SECRECY)]
    ],
    day_views.day: [
        (StaffDay(IRINA, date(2026, 12, 6), [(DOCTOR, 42), (KIM, 0)], MONDAY_7_AM),),
        (StaffDay(IRINA, date(2026, 12, 6), [], MONDAY_7_AM),),
    ],
    day_views.day_list: [
        (FULL_DAY,),
        (replace(FULL_DAY, visits=[]),),
        (replace(FULL_DAY, visits=PENDING),),
        (replace(FULL_DAY, notes={VISIT.id: NOTE}, visits=[VISIT]),),
        (replace(NOTED_DAY, post=COLLEAGUES[2]),),
        (replace(FULL_DAY, day=date(2026, 11, 23), visits=[TODAY_S]),),
        (replace(FULL_DAY, nameless=[GridTime(SOON, Taking(taker)) for taker in Taker]),),
    ],
    day_views.visit: [
        (StaffVisit(IRINA, CONFIRMED, MONDAY_7_AM),),
        (StaffVisit(COLLEAGUES[2], PAST, MONDAY_7_AM),),
        (StaffVisit(IRINA, VISIT, MONDAY_7_AM, note=NOTE, keeps_notes=True),),
        *((StaffVisit(each, PENDING[0], MONDAY_7_AM),) for each in COLLEAGUES),
        *(
            (StaffVisit(each, replace(TODAY_S, state=state), MONDAY_7_AM, following=VISIT),)
            for each in COLLEAGUES
            for state in (
                AppointmentState.BOOKED,
                AppointmentState.FULFILLED,
                AppointmentState.NO_SHOW,
            )
        ),
        (StaffVisit(IRINA, CANCELLED, MONDAY_7_AM),),
        (StaffVisit(IRINA, CONFIRMED, MONDAY_7_AM, thread=THREAD * 9),),
        (StaffVisit(COLLEAGUES[2], PAST, MONDAY_7_AM, thread=THREAD),),
        (StaffVisit(IRINA, NEEDS_TIME, MONDAY_7_AM),),
    ],
    day_views.ask_cancel: [(StaffVisit(IRINA, VISIT, MONDAY_7_AM),)],
    members_views.colleagues: [(Colleagues(IRINA, COLLEAGUES * 8),)],
    members_views.colleague: [(Colleague(IRINA, each),) for each in COLLEAGUES],
    hours_views.day: [
        (ClinicDay(IRINA, TODAY, [(DOCTOR, each) for each in BUSY_WEEK], TODAY),),
        (ClinicDay(COLLEAGUES[2], TODAY, [(DOCTOR, BUSY_WEEK[0])], TODAY),),
    ],
    hours_views.week: [(Week(each, DOCTOR, BUSY_WEEK, TODAY),) for each in COLLEAGUES],
    hours_views.ahead: [
        (Ahead(IRINA, None, DEVIATIONS * 12, DOCTORS, TODAY),),
        (Ahead(COLLEAGUES[1], DOCTOR, DEVIATIONS, DOCTORS, TODAY),),
        (Ahead(IRINA, DOCTOR, [], DOCTORS, TODAY),),
    ],
    asking.ask: [(each,) for each in ASKED_HOURS],
    previews.answered: [(ASKED_HOURS[0],), (PREVIEWS[0],)],
    previews.preview: [(each, ["Строки 3, 4 — один врач: " + NAME] * 9) for each in PREVIEWS],
    previews.who_covers: [(Covering(IRINA, DOCTOR, AWAY, [KIM, DOCTOR], LARGEST, TODAY),)],
    previews.done: [(each.outcome,) for each in PREVIEWS],
    sheets_views.by_sheet: [(SheetDesk(IRINA, TODAY),)],
    time_views.preview: [
        (SheetPreview(IRINA, imported, LARGEST), rows) for imported, rows in EVERY_IMPORT
    ],
    time_views.done: [(SheetTaken(IRINA, imported),) for imported, _ in EVERY_IMPORT],
    sheets_views.unreadable: [(SheetDesk(IRINA, TODAY), ["Строка 2: <b>дд</b> " * 20] * 99)],
    members_views.whom_to_invite: [(WhomToInvite(IRINA, [DOCTOR, KIM]),)],
    members_views.invitation: [
        (Invitation(each, "x" * 32, MONDAY_7_AM), IRINA.id, "https://t.me/bot?start=i" + "x" * 32)
        for each in COLLEAGUES
    ],
    desk_search_views.nobody: [(Nobody(IRINA, each),) for each in (SearchUnclear(), NotFound())],
    desk_search_views.found: [
        (Found(IRINA, BORN, children_views, by_name, "Анна 12.03.2024", MONDAY_7_AM),)
        for children_views, by_name in (([CHILD] * 8, True), ([CHILD] * 2, False), ([], False))
    ]
    + [(Found(IRINA, replace(BORN, name=""), [], by_name=True, line="1", now=MONDAY_7_AM),)]
    + [
        (Found(IRINA, ByPhone(PHONES[0]), children_views, by_name=True, line="", now=MONDAY_7_AM),)
        for children_views in ([CHILD] * 2, [])
    ],
    desk_search_views.card: [
        (AtDesk(IRINA, CHILD, [VISIT] * 8, in_bot, PHONES, True, MONDAY_7_AM),)
        for in_bot in (True, False)
    ],
    desk_search_views.ask_phone: [
        (AskPhone(IRINA, CHILD, each),) for each in (None, PhoneUnclear())
    ],
    desk_search_views.code: [(Code(IRINA, CHILD, "123456789", MONDAY_7_AM),)],
    desk_booking_views.reasons: [(DeskReasons(TO_BOOK, list(Reason)),)],
    desk_booking_views.doctors: [
        (DeskDoctors(call, [(DOCTOR, FreeTimes(LATER, 7)), (KIM, None)]),) for call in CALLS
    ],
    desk_booking_views.days: [(DeskDays(call, DOCTOR, MONTH),) for call in CALLS]
    + [(DeskDays(TO_BOOK, DOCTOR, []),)],
    desk_booking_views.times: [
        (DeskDay(call, DOCTOR, date(2026, 12, 6), GRID * 13),) for call in CALLS
    ]
    + [(DeskDay(TO_BOOK, DOCTOR, date(2026, 12, 6), []),)],
    desk_booking_views.offer: [
        (DeskOffer(call, slot, bent),)
        for call in CALLS
        for slot in (LATER, replace(LATER, taken=True))
        for bent in (
            [],
            [TooLate(), TooFar(), NotForThisReason(), NotForThisAge(), AlreadyWithDoctor(VISIT)],
        )
    ],
    desk_booking_views.booked: [
        (StaffVisit(post, VISIT, MONDAY_7_AM, each),)
        for post in (IRINA, COLLEAGUES[2])
        for each in (True, False)
    ],
    desk_booking_views.moved: [
        (MovedAtDesk(IRINA, VISIT, SOON, in_bot=each),) for each in (True, False)
    ],
    desk_booking_views.taken: [
        (TakenTime(IRINA, SOON, Taking(Taker.CALLER)),),
        (TakenTime(IRINA, SOON, None),),
        (TakenTime(IRINA, replace(SOON, open=False), None),),
    ],
    calls_views.to_make: [
        (CallList(IRINA, some, MONDAY_7_AM),)
        for some in (
            [],
            [ToPhone(PhoneCall(VISIT, SOON, None), PHONES)] * 20,
            [ToPhone(PhoneCall(NEEDS_TIME, None, None), PHONES)] * 20,
            [
                ToPhone(PhoneCall(CANCELLED, None, MONDAY_7_AM), []),
                ToPhone(PhoneCall(VISIT, None, None), []),
                ToPhone(PhoneCall(VISIT, replace(SOON, doctor=KIM), None), []),
                ToPhone(PhoneCall(VISIT, SOON, None), PHONES),
            ],
        )
    ],
    onboarding_views.claimed: [
        (WrongCode(4),),
        (onboarding.AskConsent(CLINIC, CONSENT_TO_NEWS),),
        (home.Home(CLINIC, [HOME], MONDAY_7_AM),),
    ],
    broadcasts_views.page: [
        (BroadcastsPage(IRINA, BROADCASTS),),
        (BroadcastsPage(IRINA, []),),
    ],
    broadcasts_views.whom_to_tell: [
        (WhomToTell(IRINA, whom, districts, [DOCTOR, KIM], MONDAY_7_AM.astimezone(CLINIC.zone)),)
        for whom in Whom
        for districts in ([DISTRICT], [])
    ],
    broadcasts_views.question: [
        (NewsQuestion(IRINA, audience, subject, reach, problem),)
        for audience, subject in AUDIENCES
        for reach in REACHES
        for problem in (None, TextTooLong(12, LONGEST_NEWS))
    ],
    broadcasts_views.preview: [
        (
            NewsPreview(
                IRINA, audience, subject, LONGEST_TEXT_OF_NEWS, reach, begins, MONDAY_7_AM, problem
            ),
        )
        for audience, subject in AUDIENCES
        for reach in REACHES
        for begins in (MONDAY_7_AM, MONDAY_7_AM + timedelta(hours=2))
        for problem in (None, NumberDiffers())
    ],
    broadcasts_views.told: [],
    broadcasts_views.progress: [(each,) for each in PROGRESSES if not each.broadcast.settled_at],
    broadcasts_views.report: [(each,) for each in PROGRESSES if each.broadcast.settled_at],
    who_looked_views.who_looked: [
        (WhoLooked(CLINIC, CHILD, SEEN),),
        (WhoLooked(CLINIC, CHILD, []),),
    ],
    letters.letter: [(letter,) for letter in every_letter()],
    letters.reminder: [],
    letters.news: [],
    letters.coming: [
        (Coming([VISIT] * count, MONDAY_7_AM), COME.model_copy(update={"discreet": discreet}))
        for count in (1, 8)
        for discreet in (False, True)
    ],
    confirming_views.waiting: [
        (Waiting(each, (PENDING * 4)[:15], 7, MONDAY_7_AM),) for each in COLLEAGUES
    ]
    + [(Waiting(IRINA, [], 0, MONDAY_7_AM),)],
    confirming_views.to_confirm: [],
    confirming_views.ask_decline: [(StaffVisit(IRINA, each, MONDAY_7_AM),) for each in PENDING],
    confirming_views.answered: [
        (StaffVisit(each, visit, MONDAY_7_AM, in_bot),)
        for each in COLLEAGUES
        for visit in (VISIT, CANCELLED)
        for in_bot in (True, False)
    ],
    attendance_views.ask_note: [
        (AskNote(replace(StaffVisit(IRINA, VISIT, MONDAY_7_AM), note=note), problem),)
        for note in ("", NOTE)
        for problem in (None, TextTooLong(12, LONGEST_STAFF_NOTE))
    ],
    attendance_views.ask_late: [
        (Lateness(each, DOCTOR, delay, 3, 1, MONDAY_7_AM),)
        for each in COLLEAGUES
        for delay in (None, Delay(20, 1), Delay(0, 2))
    ],
    attendance_views.late: [
        (Lateness(each, DOCTOR, delay, 3, missed, MONDAY_7_AM),)
        for each in COLLEAGUES
        for delay in (Delay(20, 1), Delay(0, 2))
        for missed in (0, 1)
    ],
    attendance_views.doctor_late: [],
    mine_views.visits: [
        (Visits([VISIT, *PENDING, VISIT, *PENDING[:2]], MONDAY_7_AM),),
        (Visits([VISIT] * 8, MONDAY_7_AM),),
        (Visits([], MONDAY_7_AM),),
        (Visits([], MONDAY_7_AM, [NEEDS_TIME] * 2),),
    ],
    mine_views.decline: [(Visit(VISIT, MONDAY_7_AM),), (Visit(PAST, MONDAY_7_AM),)],
    mine_views.past: [(Visits([PAST, CANCELLED] * 5, MONDAY_7_AM),), (Visits([], MONDAY_7_AM),)],
    mine_views.visit: [
        (Visit(VISIT, MONDAY_7_AM),),
        *((Visit(each, MONDAY_7_AM),) for each in PENDING),
        (Visit(PAST, MONDAY_7_AM),),
        (Visit(replace(PAST, state=AppointmentState.NO_SHOW), MONDAY_7_AM),),
        (Visit(CANCELLED, MONDAY_7_AM),),
        *((Visit(each, MONDAY_7_AM, THREAD * 9),) for each in (VISIT, PAST, CANCELLED)),
        (Visit(NEEDS_TIME, MONDAY_7_AM, offers=OFFERS),),
        (Visit(NEEDS_TIME, MONDAY_7_AM),),
    ],
    mine_views.ask_cancel: [(Visit(each, MONDAY_7_AM),) for each in (VISIT, CANCELLED, NEEDS_TIME)],
    mine_views.cancelled: [(CANCELLED,)],
    questions_views.ask: [
        (AskAbout(VISIT, to_doctor, problem),)
        for to_doctor in (True, False)
        for problem in (None, TextTooLong(1234, LONGEST_QUESTION))
    ],
    questions_views.asked: [],
    questions_views.sent: [(Sent(VISIT, WAITS),)],
    questions_views.answer_letter: [],
    questions_views.wait_letter: [],
    questions_views.waiting: [
        (WaitingQuestions(IRINA, [(WAITS, VISIT)] * SHOWN_QUESTIONS, 123, MONDAY_7_AM),),
        (WaitingQuestions(IRINA, [], 0, MONDAY_7_AM),),
    ],
    questions_views.question: [
        (OpenQuestion(post, VISIT, each, THREAD * 9, in_bot, MONDAY_7_AM, sent=in_bot),)
        for post in COLLEAGUES
        for each in THREAD
        for in_bot in (True, False)
    ],
    questions_views.answered: [],
    questions_views.ask_answer: [
        (AskAnswer(post, VISIT, WAITS, MONDAY_7_AM, problem),)
        for post in COLLEAGUES
        for problem in (None, TextOnly())
    ],
    questions_views.unsent: [
        (Unsent(IRINA, VISIT, ANSWERED, WORDS, doubt, MONDAY_7_AM),) for doubt in Doubt
    ],
}
"""What each screen is rendered with; an empty list: another one renders it."""

RENDERED = [(view, args) for view, samples in SAMPLES.items() for args in samples]


@pytest.fixture(scope="module")
def i18n() -> I18n:
    return words.load()


@pytest.fixture(params=Language)
def language(request: pytest.FixtureRequest, i18n: I18n) -> Iterator[Language]:
    with words.speaking(i18n, request.param):
        yield request.param


def screens_of(module: ModuleType) -> list[Any]:
    """The module's own public functions that make a screen."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return [
        function
        for name, function in functions
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation is Screen
    ]


@pytest.mark.parametrize(
    "module",
    [
        onboarding_views,
        children_views,
        card_views,
        editing_views,
        search_views,
        booking_views,
        mine_views,
        settings_views,
        letters,
        day_views,
        time_views,
        confirming_views,
        attendance_views,
        desk_booking_views,
        who_looked_views,
        hours_views,
        broadcasts_views,
        questions_views,
        absences_views,
    ],
)
def test_no_screen_is_forgotten(module: ModuleType) -> None:
    """Whoever adds a screen adds a sample of it here."""
    assert [view.__name__ for view in screens_of(module) if view not in SAMPLES] == []


def test_every_place_has_a_screen() -> None:
    """Each kind of place is rendered below."""
    kinds = set(onboarding.Place.__args__)

    assert {type(place) for place in every_place()} == kinds


@pytest.mark.parametrize(("view", "args"), RENDERED)
def test_a_screen_can_be_sent(
    view: Callable[..., Screen], args: tuple[Any, ...], language: Language
) -> None:
    """It fits, its markup is whole, what people typed is text (R36), and it leads somewhere."""
    screen = view(*args)
    text, _ = parse_html(str(screen.text))
    buttons = [button for row in screen.rows for button in row]

    assert 0 < len(text) <= LONGEST_TEXT
    assert not [mark for mark in ("&lt;", "&amp;", "{name}'s", "None") if mark in text]
    assert ("Анна" in text) == (NASTY in text)
    assert f"№ {VISIT.number}" not in text, "its sign may be left alone at the end of a line"
    assert buttons, "a dead end"
    assert all(button.text.strip() for button in buttons)
    assert keyboard(screen) is not None
    assert len(buttons) <= 100
    too_long = [button.text for button in buttons if len(button.text) > LONGEST_BUTTON]
    assert too_long == []


LOAD = Load(
    CLINIC,
    date(2026, 11, 23),
    date(2026, 12, 31),
    [DOCTOR, KIM],
    {(DOCTOR.id, date(2026, 11, 25)): DayLoad(998, 1)},
    [Asked(date(2026, 11, 23), 999, 998)],
    MONDAY_7_AM,
)
NOBODY = replace(LOAD, doctors=[], days={}, asked=[])
LARGE = replace(LOAD, doctors=[DOCTOR] * 201)
MET = replace(LOAD, asked=[Asked(date(2026, 11, 23), 2, 2)])


@pytest.mark.parametrize("found", [LOAD, NOBODY, LARGE, MET])
def test_the_load_can_be_sent(found: Load, language: Language) -> None:
    """Its caption fits and is whole; it says so where not all is drawn; it leads somewhere."""
    chart = occupancy_views.chart(found)
    picture = occupancy_views.picture(found, IRINA.id, b"png")
    text, _ = parse_html(str(picture.caption))
    buttons = [button for row in picture.rows for button in row]

    assert 0 < len(text) <= LONGEST_CAPTION
    assert "{" not in text
    assert [tap.__class__ for tap in (button.tap for button in buttons)] == [
        occupancy_taps.LoadSheet,
        day_taps.Desk,
    ]
    assert all(0 < len(button.text) <= LONGEST_BUTTON for button in buttons)
    whole = len(chart.weeks) * 7 >= len(found.dates) and len(chart.doctors) == len(found.doctors)
    assert (("таблице" in text) or ("sheet" in text)) is not whole
    assert all(len(week.rows) == len(chart.doctors) for week in chart.weeks)
    assert len(occupancy_views.in_words(found)) >= 3
    assert (
        occupancy_views.sheet(found, occupancy_views.workbook(found)).name
        == "load-romashka-2026-11-23.xlsx"
    )


def test_a_sheet_can_be_sent(language: Language) -> None:
    """Its caption fits, and it has a name."""
    for document in (
        sheets_views.template(b"PK"),
        sheets_views.export(SheetDesk(IRINA, TODAY), b"PK"),
    ):
        assert document.name.endswith(".xlsx")
        assert 0 < len(parse_html(str(document.caption))[0]) <= LONGEST_CAPTION


@pytest.mark.parametrize("visit", [VISIT, CANCELLED, PENDING[0]])
def test_a_calendar_file_can_be_sent(visit: Any, language: Language) -> None:
    """Its caption fits, and it has a name."""
    document = mine_views.for_calendar(Visit(visit, MONDAY_7_AM))

    assert isinstance(document, Document)
    assert 0 < len(parse_html(str(document.caption))[0]) <= LONGEST_CAPTION
    assert NASTY in document.content.decode().replace("\r\n ", "")


def test_every_letter_is_written() -> None:
    """Each kind of letter is rendered above."""
    assert {type(letter) for letter in every_letter()} == set(Letter.__args__)


@pytest.mark.parametrize(
    "letter", [each for each in every_letter() if getattr(each, "discreet", 0)]
)
def test_a_discreet_letter_says_nothing_but_the_time(letter: Letter, language: Language) -> None:
    """Neither text nor button nor file names child, doctor, clinic or reason."""
    screen = letters.letter(letter)
    said = " ".join([str(screen.text), *(button.text for row in screen.rows for button in row)])
    secrets = ("Анна", "Константинопольская", "поликлиника", "Садовая", "1001", "грудничк")

    assert [secret for secret in secrets if secret in said] == []
    assert letters.enclosed(letter) is None


def test_the_button_that_sends_a_number_has_words(language: Language) -> None:
    """It fits, and so do the words above it and those that end it."""
    asked = settings_views.ask_phone()

    assert 0 < len(asked.label) <= LONGEST_BUTTON
    assert asked.text
    assert settings_views.phone_given()
    assert settings_views.no_phone_given()


@pytest.mark.parametrize("number", [PHONE.number, ABROAD.number])
def test_a_number_is_shown_by_its_end(number: PhoneNumber) -> None:
    """R34: whoever looks over a shoulder, and the log of a `Phone`, learn nothing to call."""
    assert parts.masked(number).endswith("··· ··-" + number[-2:])
    assert not set(parts.masked(number)[:-2]) & set("012345689")
    assert number not in repr(Phone(number, MONDAY_7_AM, None))


@pytest.mark.parametrize("topic", search_taps.Topic)
def test_every_label_is_explained(topic: search_taps.Topic, language: Language) -> None:
    """A label among the buttons is no dead button: a tap says what it means."""
    assert 0 < len(search_views.explained(topic)) <= 200


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_name(reason: Reason, language: Language) -> None:
    """On a button, and among the facts of a visit."""
    assert 0 < len(parts.reason(reason)) <= LONGEST_BUTTON


def test_every_tap_is_handled() -> None:
    """No button without a handler of its own."""
    handled = {
        filter_.callback.callback_data  # type: ignore[attr-defined]
        for router in build_router().chain_tail
        for handler in router.callback_query.handlers
        for filter_ in handler.filters or []
    }

    assert set(common_taps.BY_PREFIX.values()) - handled == set()


def test_a_clinic_s_map_needs_a_position() -> None:
    """The venue's texts are plain: they are no markup."""
    venue = card_views.on_map(CLINIC)

    assert venue is not None
    assert venue.title == CLINIC.name
    assert card_views.on_map(_without_position(CLINIC)) is None


def _without_position(clinic: Clinic) -> Clinic:
    return replace(clinic, position=None)
