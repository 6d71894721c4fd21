"""`python -m bot invite`: a link that makes somebody one of a clinic's staff."""

from argparse import Namespace
from collections.abc import Sequence
from io import StringIO

import segno

from bot.app import Services
from bot.commands.line import House, Line
from bot.commands.terminal import CannotDo, no_such_clinic, username_of
from bot.settings import Settings
from bot.telegram.links import INVITATION, link_to
from bot.watch import logs
from services.model.access import Role
from services.model.clinic import Doctor
from services.model.ids import DoctorId
from services.model.refusals.base import NotFound
from services.model.refusals.schedule import DoctorUnclear, SeveralDoctors
from services.rules.names import is_same
from services.schedule.doctors_meant import Written, doctors_meant


def add(line: Line) -> None:
    """`invite`."""
    parser = line.add("invite", invite)
    parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's code")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument(
        "--doctor", metavar="NAME", help="with --role doctor: their name, or number in the list"
    )
    parser.add_argument("--bot", metavar="NAME", help="the bot's name; by default Telegram says it")


async def invite(house: House, settings: Settings, options: Namespace) -> None:
    """Make a link by which one person becomes a clinic's administrator, registrar or doctor."""
    logs.set_up(settings.log_level)
    role = Role(options.role)
    if options.doctor and role is not Role.DOCTOR:
        raise CannotDo(f"--doctor goes with --role doctor; {role.value}s need none.")
    username = options.bot or await username_of(settings)
    async with house.opened(settings, options.name) as services:
        token = await _appoint(services, options.clinic, role, options.doctor or "")
    print(_printed(link_to(username, INVITATION + token)))


async def _appoint(services: Services, code: str, role: Role, doctor: str) -> str:
    """The token of a new invitation.

    Raises:
        CannotDo: there is no such clinic, or it is not clear which doctor is meant.
    """
    try:
        doctors = await services.members.doctors(code)
        meant = _meant(doctor, doctors) if role is Role.DOCTOR else None
        return (await services.members.appoint(code, role, meant)).token
    except NotFound:
        raise no_such_clinic(code) from None


def _meant(typed: str, doctors: Sequence[Doctor]) -> DoctorId:
    """The doctor whose number or name was typed.

    Raises:
        CannotDo: there is none, or several; it lists whom there is to choose from.
    """
    if not doctors:
        raise CannotDo(
            "The clinic has no doctors yet: they come with their hours, `schedule import`."
        )
    if not typed:
        raise _which("--role doctor needs to know which.", doctors)
    if typed.isdecimal():
        if found := [each.id for each in doctors if each.id == int(typed)]:
            return found[0]
        raise _which(f"--doctor: nobody has the number {typed}.", doctors)
    try:
        [meant] = doctors_meant([Written(typed)], doctors)
    except DoctorUnclear as unclear:
        alike = [each for each in doctors if each.name in unclear.perhaps]
        raise _which(f"--doctor: it is not clear who {typed} is.", alike or doctors) from None
    except SeveralDoctors:
        alike = [each for each in doctors if is_same(each.name, typed)]
        raise _which(f"--doctor: several are called {typed}.", alike) from None
    if meant.known is None:
        raise _which(f"--doctor: nobody is called {typed}.", doctors)
    return meant.known.id


def _which(trouble: str, doctors: Sequence[Doctor]) -> CannotDo:
    rooms = {each.id: f", {each.room}" if each.room else "" for each in doctors}
    listed = [f"{each.id:>6}  {each.name}{rooms[each.id]}" for each in doctors]
    return CannotDo("\n".join([f"{trouble} Say --doctor with a number of these:", *listed]))


def _printed(link: str) -> str:
    """A link with its QR code, as a terminal shows it."""
    return f"{_qr(link)}\n{link}\n\nIt works once, for 72 hours. Pass it on to one person."


def _qr(link: str) -> str:
    drawn = StringIO()
    segno.make(link, error="m").terminal(drawn, compact=True)
    return drawn.getvalue()
