"""What people are being asked, as it is kept: by this version, the one before and the next one."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import get_args

import pytest

from services.model.access import Role
from services.model.broadcasts import Audience, Whom
from services.model.clinic import Clinic, Hours, Reason, Side
from services.model.conversations import (
    AboutVisit,
    AbsenceDays,
    AddressOf,
    Answering,
    BirthDateOf,
    CallingHelper,
    ClinicFact,
    Conversation,
    Correcting,
    DoctorFact,
    DoctorPart,
    FamilyPhone,
    HoursDraft,
    KindFact,
    KindPart,
    MaybeKnown,
    NamingChild,
    NewBirthDateOf,
    NewNameOf,
    NewsDraft,
    Searching,
    SecondCard,
    SheetWaiting,
    StaffNote,
    Topic,
)
from services.model.ids import AppointmentId, ChildId, DeviationId, DoctorId, QuestionId
from services.model.schedule import (
    About,
    Closed,
    DeviationKind,
    Holiday,
    HoursChange,
    HoursQuestion,
    Leave,
    NewHours,
    OnLeave,
    OtherHours,
    Reception,
    ScheduleException,
    ScheduleRule,
    Sheet,
    Timetable,
    Undone,
)
from services.rules.typed.texts import draft_mark
from storage.runtime.conversations import KINDS
from tests.conftest import MONDAY_7_AM, House
from tests.services.conftest import Employee, employ

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
PETROVA, KIM = DoctorId(1), DoctorId(2)
VISIT = AppointmentId(7)
MORNING = Reception(
    Hours(time(8), time(14)),
    timedelta(minutes=15),
    (Hours(time(11), time(11, 20)),),
    frozenset({Reason.INFANT_DAY, Reason.CHECK_UP}),
)
EVENING = Reception(Hours(time(18), time.min), timedelta(minutes=20))
RULES = (
    ScheduleRule(MORNING, MONDAY, None, frozenset({0, 2}), Side.EVEN),
    ScheduleRule(EVENING, MONDAY, FRIDAY),
)
CHANGES: list[HoursChange | None] = [
    None,
    OtherHours(PETROVA, ScheduleException(MONDAY, FRIDAY, (MORNING, EVENING))),
    OtherHours(PETROVA, ScheduleException(MONDAY, MONDAY, ())),
    NewHours(PETROVA, MONDAY, RULES),
    NewHours(PETROVA, MONDAY, ()),
    OnLeave(PETROVA, Leave(MONDAY, FRIDAY)),
    OnLeave(PETROVA, Leave(MONDAY, FRIDAY, KIM, in_their_hours=True)),
    Closed(Holiday(MONDAY, FRIDAY)),
    Undone(DeviationKind.LEAVE, DeviationId(7)),
    Sheet((Timetable('Петрова "А"', "12", MONDAY, RULES), Timetable("Ким", "", FRIDAY, ()))),
]
QUESTIONS = [
    None,
    HoursQuestion(About.DAY, PETROVA, MONDAY),
    HoursQuestion(About.RULES, PETROVA),
    HoursQuestion(About.HOLIDAY),
]
TWO_LINES = 'Роза\n"А" 👶'
NO_CHILD = ChildId(0)
"""Stands for a child who is there."""
TOPICS: list[Topic] = [
    NamingChild(),
    BirthDateOf(TWO_LINES),
    MaybeKnown(TWO_LINES, date(2024, 3, 12), NO_CHILD),
    NewNameOf(NO_CHILD),
    NewBirthDateOf(NO_CHILD),
    AddressOf(NO_CHILD),
    AboutVisit(VISIT, NO_CHILD),
    CallingHelper(NO_CHILD),
    CallingHelper(NO_CHILD, "тётя Оля"),
    Searching(),
    Searching(TWO_LINES),
    FamilyPhone(NO_CHILD),
    Correcting(NO_CHILD),
    Correcting(NO_CHILD, TWO_LINES),
    SecondCard(NO_CHILD),
    ClinicFact("name"),
    ClinicFact("name", ""),
    ClinicFact("name", TWO_LINES),
    KindFact(KindPart.LINE),
    KindFact(KindPart.AGES, "k9"),
    DoctorFact(DoctorPart.NAME),
    DoctorFact(DoctorPart.ROOM, None, TWO_LINES),
    DoctorFact(DoctorPart.ROOM, PETROVA, words=TWO_LINES),
    *(HoursDraft(question, change) for question in QUESTIONS for change in CHANGES),
    SheetWaiting("BQAC-1", "a1"),
    AbsenceDays(PETROVA),
    StaffNote(VISIT),
    Answering(QuestionId(3), 1),
    Answering(QuestionId(3), 1, TWO_LINES),
    NewsDraft(Audience(Whom.FAMILIES)),
    NewsDraft(Audience(Whom.DAYS, 0, MONDAY, FRIDAY), TWO_LINES, 9_998),
]


@pytest.fixture
async def tamara(house: House, clinic: Clinic) -> Employee:
    return await employ(house, Role.REGISTRAR, 202, clinic.code)


def of_child(topic: Topic, child_id: ChildId) -> Topic:
    match topic:
        case AboutVisit(visit_id, _):
            return AboutVisit(visit_id, child_id)
        case Correcting() | MaybeKnown():
            return replace(topic, child_id=child_id)
        case CallingHelper(_, words):
            return CallingHelper(child_id, words)
        case NewNameOf() | NewBirthDateOf() | AddressOf() | FamilyPhone() | SecondCard():
            return type(topic)(child_id)
    return topic


async def test_what_is_asked_comes_back_as_it_was(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """R12: after a restart the draft is the same, and so is the mark that its buttons carry."""
    child = await house.child(tamara.person)
    for each in TOPICS:
        topic = of_child(each, child.id)
        asked = Conversation(topic, clinic.id, MONDAY_7_AM, tamara.post)
        async with house.transactions.writes() as tx:
            await tx.conversations.ask(tamara.person, asked)
        async with house.transactions.reads() as tx:
            again = await tx.conversations.of(tamara.person)
        assert again == asked
        assert draft_mark(again.topic) == draft_mark(topic)


def test_everything_that_can_be_asked_has_a_name() -> None:
    """What one forgot here could not be kept."""
    assert set(KINDS.values()) == set(get_args(Topic)) == {type(each) for each in TOPICS}


# Other versions at the same table


async def put(
    house: House,
    who: Employee,
    asked: str,
    topic: str,
    child_id: ChildId | None = None,
    child_name: str = "",
) -> None:
    """A row as another version of the house wrote it."""
    async with house.transactions.writes() as tx:
        await tx.conversations.close(who.person)
    await house.database.run(
        "INSERT INTO conversations (person_id, asked, clinic_id, child_name, child_id, asked_at,"
        " post_id, topic) VALUES (:person, :asked, 1, :child_name, :child_id,"
        " '2026-11-23 04:00:00', :post, :topic)",
        person=who.person,
        asked=asked,
        child_name=child_name,
        child_id=child_id,
        post=who.post,
        topic=topic,
    )


async def kept(house: House, who: Employee) -> Topic | None:
    async with house.transactions.reads() as tx:
        found = await tx.conversations.of(who.person)
    return found.topic if found else None


async def test_questions_of_the_version_before_are_read(house: House, tamara: Employee) -> None:
    """Whatever has no topic, or one that is a column: who names a child just then goes on."""
    child = await house.child(tamara.person)
    written: list[tuple[str, Topic]] = [
        ("new-name", NewNameOf(child.id)),
        ("new-birth-date", NewBirthDateOf(child.id)),
        ("address", AddressOf(child.id)),
        ("family-phone", FamilyPhone(child.id)),
        ("child-name", NamingChild()),
        ("birth-date", BirthDateOf("Соня")),
        ("whom", Searching()),
    ]
    for asked, topic in written:
        await put(house, tamara, asked, "", child.id, "Соня")
        assert await kept(house, tamara) == topic


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("about-visit", "7"),
        ("whom", "Костя 01.02.2024"),
        ("whom", "1001"),
        ("clinic-fact", "name"),
        ("clinic-fact", "name\nРоза"),
        ("schedule", '[["day",1,"2026-11-23"],["other",1,"2026-11-23","2026-11-23",[]]]'),
        ("schedule", '[null,["undone","leave",7]]'),
        ("times", '["BQAC-1", "a1"]'),
        ("absence", "1"),
        ("staff-note", "7"),
        ("answer", "3 1\n"),
        ("answer", "3 1\nМожно."),
        ("news", '[["families", 0, null, null], "Завтра", 2]'),
        ("new-name", ""),  # of no child
        ("birth-date", "null"),
        ("schedule", '{"question":null,"change":{"moved":1}}'),
        ("schedule", '{"question":{"about":"evening"},"change":null}'),
        ("news", "{"),
        ("ask-the-moon", "{}"),
    ],
)
async def test_what_cannot_be_read_is_forgotten(
    house: House, tamara: Employee, asked: str, topic: str
) -> None:
    """As if nothing had been asked: no error, and the next question takes its place."""
    await put(house, tamara, asked, topic)
    assert await kept(house, tamara) is None
    assert await house.services.typing.whose(tamara.person) is Role.REGISTRAR

    await house.services.workday.desk(tamara.person)
    assert await kept(house, tamara) == Searching()
