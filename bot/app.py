"""The bot, put together: services, dispatcher, commands."""

from dataclasses import dataclass

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import BotCommand
from aiogram.utils.i18n import I18n

from bot.dates import read_date
from bot.documents.typed_hours import TypedHours
from bot.errors import Courtesy
from bot.handlers import build_router
from bot.middlewares import Introduction, OneAtATime, Patience
from bot.pacing import Pace, Paced
from bot.phones import read_phone
from bot.proxy import ProxiedSession
from bot.settings import Settings
from bot.watching import Stopwatch, Watch
from bot.words import _, speaking
from services.access.audit import Journal
from services.broadcasts.carrying_out import Broadcasts
from services.clinic.editing import ClinicDesk
from services.clinic.opening import Clinics
from services.clinic.profiles import Profiles
from services.desk.absences import Absences
from services.desk.attendance import Reception
from services.desk.booking import Desk
from services.desk.call_list import Calls
from services.desk.day import Staff
from services.desk.occupancy import Loads
from services.desk.search import Registry
from services.families.children import Children
from services.families.consents import Agreements
from services.families.onboarding import Families
from services.families.phones import Phones
from services.messages.sending import Notices, Tell
from services.model.people import Language
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.schedule.changes import OpeningHours
from services.schedule.imports import Imports
from services.schedule.timetables import Timetables
from services.upkeep import Upkeep
from services.visits.booking import Booking
from services.visits.confirming import DoctorsWord
from services.visits.questions import Questions
from services.visits.search import Times


@dataclass(frozen=True, slots=True)
class Services:
    """What the clinic does, ready to be asked."""

    families: Families
    children: Children
    times: Times
    booking: Booking
    agreements: Agreements
    phones: Phones
    clinics: Clinics
    profiles: Profiles
    clinic_desk: ClinicDesk
    timetables: Timetables
    imports: Imports
    hours: OpeningHours
    word: DoctorsWord
    reception: Reception
    absences: Absences
    desk: Desk
    registry: Registry
    questions: Questions
    staff: Staff
    journal: Journal
    calls: Calls
    loads: Loads
    broadcasts: Broadcasts
    notices: Notices
    upkeep: Upkeep


def build_services(
    transactions: Transactions, clock: Clock, tell: Tell = lambda _kind, _state: None
) -> Services:
    """The services over a database and a clock; `tell` hears what became of notifications."""
    return Services(
        families=Families(transactions, clock, read_date),
        children=Children(transactions, clock),
        times=Times(transactions, clock),
        booking=Booking(transactions, clock),
        agreements=Agreements(transactions, clock),
        phones=Phones(transactions, clock, read_phone),
        clinics=Clinics(transactions, clock),
        profiles=Profiles(transactions, clock),
        clinic_desk=ClinicDesk(transactions, clock),
        timetables=Timetables(transactions, clock),
        imports=Imports(transactions, clock),
        hours=OpeningHours(transactions, clock, TypedHours()),
        word=DoctorsWord(transactions, clock),
        reception=Reception(transactions, clock),
        absences=Absences(transactions, clock, TypedHours()),
        desk=Desk(transactions, clock),
        registry=Registry(transactions, clock, read_date, read_phone),
        questions=Questions(transactions, clock, read_date, read_phone),
        staff=Staff(transactions, clock),
        journal=Journal(transactions, clock),
        calls=Calls(transactions, clock),
        loads=Loads(transactions, clock),
        broadcasts=Broadcasts(transactions, clock),
        notices=Notices(transactions, clock, tell),
        upkeep=Upkeep(transactions, clock),
    )


def build_dispatcher(
    services: Services,
    i18n: I18n,
    default: Language,
    patience: Patience,
    watch: Watch | None = None,
) -> Dispatcher:
    """A dispatcher of its own, at every call: routers are tied to one for life."""
    watch = watch or Watch()
    dispatcher = Dispatcher(
        disable_fsm=True,
        families=services.families,
        children=services.children,
        times=services.times,
        booking=services.booking,
        agreements=services.agreements,
        phones=services.phones,
        word=services.word,
        reception=services.reception,
        absences=services.absences,
        desk=services.desk,
        registry=services.registry,
        questions=services.questions,
        staff=services.staff,
        clinic_desk=services.clinic_desk,
        hours=services.hours,
        imports=services.imports,
        journal=services.journal,
        calls=services.calls,
        loads=services.loads,
        broadcasts=services.broadcasts,
    )
    dispatcher.update.outer_middleware(OneAtATime())
    dispatcher.update.outer_middleware(Introduction(services.families, i18n, default))
    dispatcher.update.outer_middleware(patience)
    dispatcher.update.outer_middleware(Courtesy(watch))
    for observer in (dispatcher.message, dispatcher.callback_query):
        observer.middleware(Stopwatch(watch))
    dispatcher.include_router(build_router())
    return dispatcher


def build_session(settings: Settings) -> AiohttpSession:
    """The way to Telegram, or to whatever speaks like it."""
    return ProxiedSession(
        api=TelegramAPIServer.from_base(settings.telegram_api_base),
        proxy=settings.telegram_proxy,
    )


def build_bot(token: str, session: BaseSession, pace: Pace | None = None) -> Bot:
    """The bot whose texts are HTML; its pace knows all that it sends.

    Raises aiogram's `TokenValidationError`."""
    if pace:
        session.middleware(Paced(pace))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))


async def announce_commands(bot: Bot, i18n: I18n, default: Language) -> None:
    """Fill the "Menu" button, in every language that the bot speaks."""
    for language in [None, *Language]:
        with speaking(i18n, language or default):
            commands = [
                BotCommand(command="menu", description=_("Home")),
                BotCommand(command="visits", description=_("My visits")),
                BotCommand(command="settings", description=_("Settings")),
                BotCommand(command="language", description=_("Language")),
                BotCommand(command="cancel", description=_("Leave the question")),
                BotCommand(command="help", description=_("What I can do")),
            ]
        await bot.set_my_commands(commands, language_code=language)
