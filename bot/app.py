"""The bot, put together: services, dispatcher, commands."""

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import Response
from aiogram.types import BotCommand, File, Message
from aiogram.utils.i18n import I18n

from bot.documents.typed.dates import read_date
from bot.documents.typed.hour_lines import TypedHours
from bot.documents.typed.kind_words import named_kind
from bot.documents.typed.phones import read_phone
from bot.documents.typed.zones import read_zone
from bot.flows.routing import build_router
from bot.settings import Settings
from bot.systems.known import KnownSystems
from bot.telegram.errors import Courtesy, describe
from bot.telegram.middlewares import Introduction, Noting, OneAtATime, Patience
from bot.telegram.pacing import Pace, Paced
from bot.telegram.session import ProxiedSession
from bot.watch.watching import Stopwatch, Watch
from bot.words import _, speaking
from services.access.audit import Journal
from services.access.members import Members
from services.broadcasts.carrying_out import Broadcasts
from services.clinic.doctors import ClinicDoctors
from services.clinic.editing import ClinicDesk
from services.clinic.opening import Clinics
from services.clinic.profiles import Profiles
from services.clinic.visit_kinds import VisitKinds
from services.desk.absences.absences import Absences
from services.desk.attendance import Attendance
from services.desk.booking import Desk
from services.desk.call_list import Calls
from services.desk.codes import Codes
from services.desk.day import Workday
from services.desk.joining.joining import Joining
from services.desk.kept.figures import PriorityFigures
from services.desk.kept.groups import Groups
from services.desk.kept.times import KeptTimes
from services.desk.mistakes import Mistakes
from services.desk.month import Months
from services.desk.occupancy import Loads
from services.desk.people import Relatives
from services.desk.search import Registry
from services.desk.to_see import FamiliesToSee
from services.desk.typing import Typing
from services.desk.waiting.history import FreedHistory
from services.desk.waiting.places import ListAtDesk
from services.families.check_ups import CheckUps
from services.families.children import Children
from services.families.consents import Consents
from services.families.groups import ChildGroups
from services.families.onboarding import Families
from services.families.people import AroundChild
from services.families.phones import Phones
from services.families.reminder_wishes import Wishes
from services.messages.correcting import Corrections
from services.messages.owing import Owing
from services.messages.retelling import Retelling
from services.messages.sending import Notices, Tell
from services.model.people import Language
from services.model.privacy.retention import USUAL, Lives
from services.ports.readers import Clock
from services.ports.systems.clinic_system import ClinicSystems
from services.ports.transaction import Transactions
from services.privacy.erasing import Erasing
from services.privacy.handing_out import HandingOut
from services.privacy.leaving import Leaving
from services.privacy.own_data import OwnData
from services.schedule.changes import OpeningHours
from services.schedule.imports import Imports
from services.schedule.overview import HoursOverview
from services.schedule.timetables import Timetables
from services.schedule.wall_times import WallTimes
from services.systems.carrying_out import SystemErrands
from services.systems.mirroring import SystemMirror
from services.systems.operating import OwnSystems
from services.systems.outages import Outages
from services.upkeep.records import Upkeep
from services.upkeep.retention import Retention
from services.visits.booking import Booking
from services.visits.confirming import DoctorsWord
from services.visits.ill_children import IllChildren
from services.visits.mine import MyVisits
from services.visits.questions import Questions
from services.visits.search import Times
from services.visits.siblings.booking import SiblingVisits
from services.visits.siblings.search import SiblingTimes
from services.waitlist.answering import Answers
from services.waitlist.looking import Looking
from services.waitlist.passing import Passing
from services.waitlist.refining import Refining
from services.waitlist.waiting import Waitlist

log = structlog.get_logger()

ANSWERS = (Response[Message], Response[Message | bool], Response[bool], Response[File])
"""What aiogram takes Telegram's answers for. Pydantic forgets a generic class that nobody holds:
without this each message that was sent had its class built anew, for some 4 ms of a core."""


class Services:
    """What the clinic does, over a database and a clock; `tell` hears what became of notifications.

    A handler asks for one by its name here.
    """

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        tell: Tell = lambda _kind, _state: None,
        lives: Lives = USUAL,
        systems: ClinicSystems | None = None,
    ) -> None:
        systems = systems or KnownSystems({})
        self.families = Families(transactions, clock, read_date)
        self.children = Children(transactions, clock)
        self.people = AroundChild(transactions, clock)
        self.times = Times(transactions, clock)
        self.booking = Booking(transactions, clock)
        self.system_errands = SystemErrands(transactions, clock, systems)
        self.system_mirror = SystemMirror(transactions, clock, systems)
        self.own_systems = OwnSystems(transactions, clock, systems)
        self.outages = Outages(transactions, clock)
        self.sibling_times = SiblingTimes(transactions, clock)
        self.sibling_visits = SiblingVisits(transactions, clock)
        self.mine = MyVisits(transactions, clock)
        self.ill_children = IllChildren(transactions, clock)
        self.consents = Consents(transactions, clock)
        self.check_ups = CheckUps(transactions, clock)
        self.waitlist = Waitlist(transactions, clock)
        self.refining = Refining(transactions, clock)
        self.answers = Answers(transactions, clock)
        self.passing = Passing(transactions, clock)
        self.looking = Looking(transactions, clock)
        self.wishes = Wishes(transactions, clock)
        self.own_data = OwnData(transactions, clock)
        self.leaving = Leaving(transactions, clock)
        self.erasing = Erasing(transactions, clock)
        self.handing_out = HandingOut(transactions, clock, read_date, read_phone)
        self.phones = Phones(transactions, clock, read_phone)
        self.clinics = Clinics(transactions, clock)
        self.profiles = Profiles(transactions, clock, named_kind)
        self.clinic_desk = ClinicDesk(transactions, clock, read_zone)
        self.visit_kinds = VisitKinds(transactions, clock, named_kind)
        self.clinic_doctors = ClinicDoctors(transactions, clock)
        self.timetables = Timetables(transactions, clock)
        self.imports = Imports(transactions, clock)
        self.overview = HoursOverview(transactions, clock)
        self.wall_times = WallTimes(transactions, clock)
        self.hours = OpeningHours(transactions, clock, TypedHours())
        self.word = DoctorsWord(transactions, clock)
        self.attendance = Attendance(transactions, clock)
        self.absences = Absences(transactions, clock, TypedHours())
        self.desk = Desk(transactions, clock)
        self.mistakes = Mistakes(transactions, clock, read_date)
        self.registry = Registry(transactions, clock, read_date, read_phone)
        self.joining = Joining(transactions, clock, read_date, read_phone)
        self.codes = Codes(transactions, clock)
        self.relatives = Relatives(transactions, clock)
        self.questions = Questions(transactions, clock, read_date, read_phone)
        self.members = Members(transactions, clock)
        self.workday = Workday(transactions, clock)
        self.typing = Typing(transactions, clock)
        self.journal = Journal(transactions, clock)
        self.calls = Calls(transactions, clock)
        self.to_see = FamiliesToSee(transactions, clock)
        self.loads = Loads(transactions, clock)
        self.months = Months(transactions, clock)
        self.list_at_desk = ListAtDesk(transactions, clock)
        self.freed_history = FreedHistory(transactions, clock)
        self.kept_times = KeptTimes(transactions, clock)
        self.groups_at_desk = Groups(transactions, clock)
        self.child_groups = ChildGroups(transactions, clock)
        self.priority_figures = PriorityFigures(transactions, clock)
        self.broadcasts = Broadcasts(transactions, clock)
        self.notices = Notices(transactions, clock, tell)
        self.owing = Owing(transactions, clock)
        self.retelling = Retelling(transactions, clock)
        self.corrections = Corrections(transactions, clock)
        self.upkeep = Upkeep(transactions, clock)
        self.retention = Retention(transactions, clock, lives)


def build_dispatcher(
    services: Services,
    i18n: I18n,
    default: Language,
    patience: Patience,
    watch: Watch | None = None,
    *,
    files_url: str | None = None,
) -> Dispatcher:
    """A dispatcher of its own, at every call: routers are tied to one for life.

    `files_url` is where a file can be fetched by a link; None: nowhere."""
    watch = watch or Watch()
    dispatcher = Dispatcher(disable_fsm=True, files_url=files_url, **vars(services))
    dispatcher.update.outer_middleware(OneAtATime(i18n, default))
    dispatcher.update.outer_middleware(Noting(services.corrections.note))
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
                BotCommand(command="privacy", description=_("My data")),
                BotCommand(command="language", description=_("Language")),
                BotCommand(command="cancel", description=_("Leave the question")),
                BotCommand(command="help", description=_("What I can do")),
            ]
            about = _(
                "Booking a pediatrician at your clinic: free times, moving and cancelling, "
                "reminders. Nobody reads this chat; danger to life: 103 or 112."
            )
            in_short = _("Booking a pediatrician without a call")
        await bot.set_my_commands(commands, language_code=language)
        await _describe(bot, about, in_short, language)


async def _describe(bot: Bot, about: str, in_short: str, language: Language | None) -> None:
    """What Telegram shows of the bot before anybody has written to it. It is set only where it is
    another one, as Telegram lets that be done a few times a day; without it the bot works as well.
    """
    try:
        if (await bot.get_my_description(language_code=language)).description != about:
            await bot.set_my_description(about, language_code=language)
        said = await bot.get_my_short_description(language_code=language)
        if said.short_description != in_short:
            await bot.set_my_short_description(in_short, language_code=language)
    except TelegramAPIError as error:
        log.warning("the bot's description could not be set", error=describe(error))
