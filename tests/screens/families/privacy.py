"""Samples: what is kept about a family, in short and as the file."""

from dataclasses import replace
from datetime import date, time, timedelta

from bot.flows.families.privacy import family_file, views
from services.model.access import Access, Role
from services.model.clinic import LegalBasis, Reason
from services.model.consents import Action, Channel, Purpose
from services.model.ids import PersonId
from services.model.messages import NotificationKind, NotificationState
from services.model.people import Language, Person, Phone, PhoneNumber
from services.model.privacy import family_data as data
from services.model.privacy.erasure import Act, Erasure
from services.model.privacy.family_data import FamilyData, Who
from services.model.privacy.overview import ChildInShort, Overview
from services.model.reserved.groups import GROUPS
from services.model.visits import AppointmentState, Word
from services.privacy.erasing import Erased, Farewell
from services.privacy.leaving import Departure
from services.privacy.own_data import FileLink
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CHILD,
    CLINIC,
    LARGEST,
    LONGEST_CONSENT_TEXT,
    NAME,
    NEEDS_TIME,
    VISIT,
    WORDS,
    Samples,
)

SOMEBODY = Person(PersonId(1), 101, Language.RUSSIAN)
DAY, NO_TIME = timedelta(days=1), timedelta()
LATER = MONDAY_7_AM + timedelta(days=3)
ASKED = Erasure(PersonId(1), MONDAY_7_AM, LATER)
CONSENT = data.Agreed(
    LARGEST,
    CLINIC.id,
    CLINIC.name,
    Purpose.PROCESSING,
    1,
    "0" * 64,
    LONGEST_CONSENT_TEXT,
    Channel.CHAT,
    MONDAY_7_AM,
    None,
    [
        data.ConsentEvent(LARGEST, each, Channel.CHAT, Who.YOU, LegalBasis.SECRECY, MONDAY_7_AM)
        for each in Action
    ],
)
CONSENTS = [replace(CONSENT, purpose=each, withdrawn_at=LATER) for each in Purpose] + [CONSENT]
VISITS = [
    data.Visit(
        "1001",
        CLINIC.id,
        CLINIC.name,
        NAME,
        "12",
        MONDAY_7_AM,
        LATER,
        state,
        Reason.ILLNESS,
        "",
        MONDAY_7_AM,
        Who.YOU,
        LATER,
        LATER,
        word,
        needs_time=True,
        in_your_calendar=True,
        note_since=LATER,
        changes=[data.Change(LATER, state, LATER, NAME, who) for who in Who],
        questions=[
            data.Asked(
                Who.FAMILY, WORDS, True, LATER, [data.AnswerGiven(Role.DOCTOR, WORDS, LATER)]
            )
        ],
        offers=[data.TimeOffered(NAME, LATER, LATER)],
        calls=[data.Phoned(MONDAY_7_AM, None), data.Phoned(MONDAY_7_AM, LATER)],
    )
    for state in AppointmentState
    for word in Word
]
EVERYTHING = FamilyData(
    MONDAY_7_AM,
    data.You(
        LARGEST,
        Language.RUSSIAN,
        CLINIC.name,
        MONDAY_7_AM,
        "birth-date",
        NAME,
        data.YourPhone("+79161234567", MONDAY_7_AM, MONDAY_7_AM),
        data.YourReminders(True, time(18), False, None, True),
        [data.YourPost(CLINIC.name, Role.DOCTOR, NAME, MONDAY_7_AM, LATER)],
        LATER,
    ),
    CONSENTS * 4,
    [data.Refused(CLINIC.name, each, 1, MONDAY_7_AM) for each in Purpose],
    [
        data.ChildData(
            CHILD.id,
            NAME,
            date(2024, 3, 12),
            "участок <1>",
            [data.Adult(Who.FAMILY, "helper", "@gm", False, "ended", MONDAY_7_AM, LATER)],
            [data.NotedPhone(CLINIC.name, "45", MONDAY_7_AM)],
            [replace(CONSENT, id=None, channel=Channel.PAPER)],
            VISITS,
            [data.Search(CLINIC.name, date(2026, 11, 23), MONDAY_7_AM, None)],
            [data.Look(CLINIC.name, Role.REGISTRAR, each, MONDAY_7_AM) for each in Access],
            [
                data.InGroup(CLINIC.name, group, date(2027, 1, 1), MONDAY_7_AM)
                for group in (*GROUPS, "")
            ],
            waits=[
                data.WaitTold(
                    CLINIC.name,
                    "consultation",
                    MONDAY_7_AM,
                    LATER.date(),
                    LATER.date(),
                    "ended",
                    LATER,
                    "met",
                    [data.OfferTold("Петрова", LATER, LATER, "accepted", "waiting")],
                ),
            ],
            check_ups=[data.CheckUpTold(CLINIC.name, 6, MONDAY_7_AM, LATER)],
            uninvited_since=LATER,
        )
    ]
    * 8,
    [
        data.Notice(kind, "1001", WORDS, MONDAY_7_AM, state, LATER)
        for kind in (*NotificationKind, "of-tomorrow")
        for state in NotificationState
    ],
    [data.TimeKept(NAME, LATER, LATER)],
    [
        data.Helping(
            NAME, "@gm", True, MONDAY_7_AM, LATER, [data.Asked(Who.YOU, WORDS, False, LATER, [])]
        )
    ],
)
NOTHING = FamilyData(
    MONDAY_7_AM,
    data.You(1, Language.RUSSIAN, None, None, None, None, None, None, []),
    [],
    [],
    [],
    [],
    [],
)
IN_SHORT = Overview(
    [ChildInShort(CHILD.id, NAME, date(2024, 3, 12), number, number) for number in range(8)],
    Phone(PhoneNumber("+79161234567"), MONDAY_7_AM, MONDAY_7_AM),
    CLINIC.id,
    True,
    LATER,
)
SAMPLES: Samples = {
    views.my_data: [(IN_SHORT,), (Overview([], None, None, False, None),)],
    views.ask_export: [(), (True,)],
    views.file_link: [
        ("https://bot.example.org/files", FileLink("x" * 32, LATER)),
        (None, None),
        ("https://bot.example.org/files", None),
    ],
    views.consents: [(CONSENTS * 4,), ([],)],
    views.consent: [(each,) for each in CONSENTS],
    views.ask_leave: [
        (Departure(CLINIC, [CHILD], [CHILD] * 8, [VISIT] * 40, [NEEDS_TIME], MONDAY_7_AM),),
        (Departure(CLINIC, [], [], [], [], MONDAY_7_AM),),
    ],
    views.left: [
        (Departure(CLINIC, [CHILD], [], [VISIT] * 40, [], MONDAY_7_AM),),
        (Departure(CLINIC, [], [], [], [], MONDAY_7_AM),),
    ],
    views.ask_erase: [
        (Farewell([CHILD] * 8, [CHILD] * 8, [VISIT] * 40, [NEEDS_TIME], True, None, None, DAY),),
        (Farewell([], [], [], [], False, None, None, NO_TIME),),
    ],
    views.erasing: [
        (Farewell([CHILD], [], [VISIT] * 40, [], False, ASKED, LATER, DAY),),
        (Farewell([], [], [], [], False, None, None, NO_TIME),),
    ],
    views.erased: [(Erased(Act(12, PersonId(1), [CHILD.id], LATER), SOMEBODY, LATER),)],
    views.emptied: [()],
    views.kept: [(True,), (False,)],
    family_file.document: [(EVERYTHING,), (NOTHING,)],
}
