"""Who and what the samples are made of, in every flow: the worst names and texts that fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.telegram.screen import Document, Picture, Screen
from services.broadcasts.writing import LONGEST_NEWS
from services.desk.attendance import LONGEST_STAFF_NOTE
from services.families import home
from services.messages.questions import LONGEST_QUESTION
from services.model.access import Post, Role
from services.model.clinic import (
    LONGEST_CONSENT,
    LONGEST_DANGER,
    LONGEST_ILL_WORDS,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_NOTE,
    District,
    LegalBasis,
    Position,
    Reason,
    Unanswered,
)
from services.model.consents import ConsentText, Purpose
from services.model.ids import ChildId, DistrictId, PersonId, PostId, QuestionId
from services.model.people import Child, PhoneNumber
from services.model.questions import Answer, Question
from services.model.settings.kind_lines import NAME as NAME_OF_KIND
from services.model.settings.kind_lines import PRICE
from services.model.settings.kinds import LONGEST_PHONE
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind, Whom
from services.model.slots import DayTimes, Stretch
from services.model.visits import AppointmentState, Deadline, Need, Offered
from services.rules import names
from services.visits.search import Search
from tests.conftest import MONDAY_7_AM
from tests.values import a_clinic, a_doctor, a_slot, a_visit

View = Callable[..., Screen | Document | Picture]
Samples = Mapping[View, Sequence[tuple[Any, ...]]]
"""What each view is rendered with; nothing: another view's samples render it."""

NASTY = '<b>Анна & "Ко" <Ёлка> {name}'
NAME = NASTY + "я" * (names.LONGEST_NAME - len(NASTY))


def longest(begins: str, most: int) -> str:
    """A text as long as a clinic's may be."""
    return begins + "ж" * (most - len(begins))


# The clinic

LONG_KIND = VisitKind(
    KindKey("k30"),
    name=longest("Осмотр <перед> & прививкой", NAME_OF_KIND.most),
    since=7,
    until=11,
    whom=Whom.HEALTHY,
    length=timedelta(minutes=15),
    price="8" * PRICE.most,
    bring=longest("Форма <026/у> & сменка", LONGEST_NOTE),
    named_only=True,
)

CLINIC = a_clinic(
    kinds=(*USUAL_KINDS, LONG_KIND),
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
    ill_words_en=longest("If <ill>,\ncall & wait.", LONGEST_ILL_WORDS),
    ill_danger=longest("• судороги <и> & другое\n", LONGEST_DANGER),
    ill_danger_en=longest("• seizures <and> & others\n", LONGEST_DANGER),
    ill_words_version=99_999,
    ill_words_signed_on=date(2026, 11, 20),
    home_call_terms=longest("В <районе> & рядом, 3 500 ₽.", LONGEST_LINE),
    cancellation=longest("Отмените <раньше> & спасибо.", LONGEST_LINE),
    position=Position(55.7668, 37.6107),
    preparation={
        reason: longest(f"Возьмите <полис> & {reason}.", LONGEST_NOTE) for reason in Reason
    },
)
BY_SECRECY = replace(CLINIC, legal_basis=LegalBasis.SECRECY, ill_words_signed_by="")
LONGEST_CONSENT_TEXT = longest("Я <согласна> & подписываю.", LONGEST_CONSENT)
DOCTOR = replace(
    a_doctor(1, CLINIC), name="Константинопольская-Задунайская Александра Константиновна"
)
KIM = a_doctor(2, CLINIC)
DISTRICT = District(DistrictId(1), DOCTOR, "участок <1>")


# A child, and its visits

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
OWN = home.OwnDoctor(KIM, of_district=True, instead_of=DOCTOR, until=date(2026, 12, 6))
BEGUN = Stretch(MONDAY_7_AM, MONDAY_7_AM + timedelta(minutes=15))
TODAY_S = replace(VISIT, slot=replace(VISIT.slot, stretch=BEGUN))
PENDING = [
    replace(
        VISIT, state=AppointmentState.PENDING, deadline=Deadline(MONDAY_7_AM, then), reason=reason
    )
    for then in Unanswered
    for reason in (Reason.CERTIFICATE, Reason.VACCINATION)
]

# What is asked and told

WORDS = longest("Можно <с коляской> & вдвоём?", LONGEST_QUESTION)
WAITS = Question(QuestionId(2), VISIT.id, PersonId(1), True, WORDS, MONDAY_7_AM)
SAID = [Answer(role, WORDS, MONDAY_7_AM) for role in Role]
ANSWERED = replace(WAITS, id=QuestionId(1), answers=SAID)
THREAD = [ANSWERED, WAITS]
LONGEST_TEXT_OF_NEWS = longest("Не будет <воды> и света.", LONGEST_NEWS)
CONSENT_TO_NEWS = ConsentText(CLINIC.id, Purpose.NEWS, 1, LONGEST_CONSENT_TEXT)

# Those who work there, and whom they phone

IRINA = Post(PostId(1), CLINIC, PersonId(9), Role.ADMINISTRATOR, None, NAME)
COLLEAGUES = [
    IRINA,
    Post(PostId(2), CLINIC, PersonId(8), Role.REGISTRAR, None, ""),
    Post(PostId(3), CLINIC, PersonId(7), Role.DOCTOR, DOCTOR, NAME),
]
NOTE = longest("Зайти <первыми> & без очереди", LONGEST_STAFF_NOTE)
PHONES = [PhoneNumber("+79161234567"), PhoneNumber("+491761234567")]

# Days and marks

TODAY = date(2026, 11, 23)
NEW_YEAR = date(2027, 1, 1)
MONTH = [DayTimes(TODAY + timedelta(days=n), n % 3) for n in range(15)]
LARGEST = 2**31 - 1
"""No mark on a button is larger."""
