"""Whose typed words are, decided in one place: the open question's, else of who types.

Behind all commands and all taps, and behind whatever says by itself what it is for: a reply to a
question about a visit, a contact, a place, a file.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, get_args

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.flows.broadcasts import handlers as broadcasts
from bot.flows.clinic.doctors import handlers as doctors
from bot.flows.clinic.editing import handlers as editing
from bot.flows.clinic.visit_kinds import handlers as visit_kinds
from bot.flows.desk.absences import handlers as absences
from bot.flows.desk.attendance import handlers as attendance
from bot.flows.desk.codes import handlers as codes
from bot.flows.desk.day import views as day_views
from bot.flows.desk.joining import handlers as joining
from bot.flows.desk.mistakes import handlers as mistakes
from bot.flows.desk.search import handlers as search
from bot.flows.families.onboarding import views as onboarding_views
from bot.flows.families.people import handlers as people
from bot.flows.schedule.hours import handlers as hours
from bot.flows.typed.rest import SERVICE
from bot.flows.typed.unasked import Heard, heard
from bot.flows.visits.questions import handlers as questions
from bot.telegram.screen import Screen, saying, show
from bot.words import _, say
from services.desk.day import Workday
from services.desk.typing import Typing
from services.families.onboarding import Families
from services.model.access import Role
from services.model.conversations import (
    AboutVisit,
    AbsenceDays,
    Answering,
    AtWork,
    CallingHelper,
    ClinicFact,
    Correcting,
    DoctorFact,
    FamilyPhone,
    HoursDraft,
    KindFact,
    NewsDraft,
    OfFamily,
    Searching,
    SecondCard,
    SheetWaiting,
    StaffNote,
    Topic,
)
from services.model.ids import PersonId

Whose: TypeAlias = type[Topic] | Role | None
"""What was asked; a role, of staff who were asked for nothing; None: a parent who was not."""
Handler = Callable[..., Awaitable[None]]


# Who was asked for nothing, or sends what nobody can read


async def answer(message: Message, person: PersonId, families: Families) -> None:
    place = await families.answer(person, message.text or "")
    await show(message, onboarding_views.place(place))


async def unasked(message: Message, person: PersonId, families: Families) -> None:
    place = await families.here(person)
    what = heard(message.text or "")
    if what is Heard.ILL:
        await show(message, onboarding_views.unwell(place))
    else:
        with saying(onboarding_views.nobody_reads(thanked=what is Heard.THANKS)):
            await show(message, onboarding_views.place(place))


async def edited(message: Message) -> None:
    await show(message, onboarding_views.not_read_again())


async def unread(message: Message, person: PersonId, workday: Workday) -> None:
    with saying(_("Nothing was asked here, so I did not read these words.")):
        await show(message, day_views.desk(await workday.desk(person)))


async def wordless(message: Message, person: PersonId, families: Families) -> None:
    with saying(_("I understand words and buttons only.")):
        await show(message, onboarding_views.place(await families.here(person)))


async def wordless_unasked(message: Message, person: PersonId, families: Families) -> None:
    with saying(_("Nobody reads along here: I understand words and buttons only.")):
        await show(message, onboarding_views.place(await families.here(person)))


async def wordless_at_desk(message: Message, person: PersonId, workday: Workday) -> None:
    with saying(_("I understand words and buttons only.")):
        await show(message, day_views.desk(await workday.desk(person)))


async def wordless_at_work(message: Message) -> None:
    """What was asked stays asked, a long draft included."""
    await show(message, Screen(say(_("I understand words and buttons only."))))


# Whose they are

ASKED: Sequence[Whose] = get_args(OfFamily)
PARENT: Sequence[Whose] = (*ASKED, None)
SAYS_A_CODE: Sequence[Whose] = (*PARENT, AboutVisit, Role.DOCTOR, Role.ADMINISTRATOR)
"""Whose nine digits are a code: a parent's, and of staff who may be one; a registrar searches."""
WORDS: Sequence[tuple[Handler, Sequence[Whose]]] = (
    (answer, ASKED),
    (unasked, [None]),
    (questions.ask, [AboutVisit]),
    (people.typed, [CallingHelper]),
    # A sheet wants no words: they are of somebody who called meanwhile.
    (search.search, [Searching, SheetWaiting, Role.REGISTRAR]),
    (unread, [Role.DOCTOR, Role.ADMINISTRATOR]),
    (search.note_phone, [FamilyPhone]),
    (mistakes.typed, [Correcting]),
    (joining.find, [SecondCard]),
    (questions.answer, [Answering]),
    (attendance.note, [StaffNote]),
    (editing.typed, [ClinicFact]),
    (visit_kinds.typed, [KindFact]),
    (doctors.typed, [DoctorFact]),
    (hours.typed, [HoursDraft]),
    (absences.typed, [AbsenceDays]),
    (broadcasts.typed, [NewsDraft]),
)
"""Who takes the words that somebody types."""
WORDLESS: Sequence[tuple[Handler, Sequence[Whose]]] = (
    (wordless, ASKED),
    (wordless_unasked, [None]),
    (questions.ask, [AboutVisit]),
    (people.typed, [CallingHelper]),
    (questions.answer, [Answering]),
    (wordless_at_desk, [Role.REGISTRAR, Role.DOCTOR, Role.ADMINISTRATOR]),
    (wordless_at_work, [kind for kind in get_args(AtWork) if kind is not Answering]),
)
"""Who answers what has no words: a sticker, a photo."""


class Of(Filter):
    """Whether what came is of one of these."""

    def __init__(self, *those: Whose) -> None:
        self._those = frozenset(those)

    async def __call__(self, _message: Message, whose: Whose) -> bool:
        return whose in self._those


async def is_said(message: Message, person: PersonId, typing: Typing) -> bool | dict[str, Any]:
    """Whether somebody says something here that is no command; with whose it is."""
    if message.content_type in SERVICE or questions.is_command(message):
        return False
    found = await typing.whose(person)
    return {"whose": found if found is None or isinstance(found, Role) else type(found)}


async def has_words(message: Message) -> bool:
    return message.text is not None


def build_router() -> Router:
    """One table for words, one for what has none."""
    router = Router(name="typed")
    router.message.filter(is_said)
    router.edited_message.register(edited)
    router.message.register(codes.claim, codes.is_code, Of(*SAYS_A_CODE))
    for handler, those in WORDS:
        router.message.register(handler, has_words, Of(*those))
    for handler, those in WORDLESS:
        router.message.register(handler, Of(*those))
    return router
