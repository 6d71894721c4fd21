"""`python -m bot invite`: a link that makes somebody one of a clinic's staff."""

from argparse import Namespace
from io import StringIO

import segno

from bot.app import Services
from bot.commands.line import House, Line
from bot.commands.terminal import CannotDo, username_of
from bot.settings import Settings
from bot.telegram.links import INVITATION, link_to
from bot.watch import logs
from services.model.access import Role
from services.model.ids import DoctorId
from services.model.refusals.base import NotFound


def add(line: Line) -> None:
    """`invite`."""
    parser = line.add("invite", invite)
    parser.add_argument("--clinic", required=True, metavar="CODE")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--doctor", type=int, metavar="ID", help="with --role doctor")
    parser.add_argument("--bot", metavar="NAME", help="the bot's name; by default Telegram says it")


async def invite(house: House, settings: Settings, options: Namespace) -> None:
    """Make a link by which one person becomes a clinic's administrator, registrar or doctor."""
    logs.set_up(settings.log_level)
    username = options.bot or await username_of(settings)
    async with house.opened(settings, options.name) as services:
        token = await _appoint(services, options)
    print(_printed(link_to(username, INVITATION + token)))


async def _appoint(services: Services, options: Namespace) -> str:
    """The token of a new invitation.

    Raises:
        CannotDo: there is no such clinic or doctor, or a doctor was named for another role.
    """
    doctor = DoctorId(options.doctor) if options.doctor else None
    try:
        return (await services.members.appoint(options.clinic, Role(options.role), doctor)).token
    except NotFound:
        raise CannotDo(
            f"there is no clinic {options.clinic}, or no such doctor there; "
            "--doctor ID goes with --role doctor, and only with it"
        ) from None


def _printed(link: str) -> str:
    """A link with its QR code, as a terminal shows it."""
    return f"{_qr(link)}\n{link}\n\nIt works once, for 72 hours. Pass it on to one person."


def _qr(link: str) -> str:
    drawn = StringIO()
    segno.make(link, error="m").terminal(drawn, compact=True)
    return drawn.getvalue()
