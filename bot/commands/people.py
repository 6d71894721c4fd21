"""The clinic's people by the command line: invitations, and whether the journal is whole."""

from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

import segno
from aiogram.exceptions import AiogramError

from bot.app import Services, build_bot, build_session
from bot.settings import Settings
from bot.telegram.links import INVITATION, link_to
from services.access.audit import Verdict
from services.model.access import Head, Role
from services.model.ids import ClinicId, DoctorId
from services.model.refusals.base import NotFound


class BadAnchor(Exception):
    """A file does not hold heads of journals; the message is one line for the operator."""


class CannotInvite(Exception):
    """The invitation cannot be made; the message is one line for the operator."""


async def username_of(settings: Settings) -> str:
    """The bot's name, as Telegram knows it.

    Raises:
        CannotInvite: Telegram could not be asked.
    """
    bot = build_bot(settings.bot_token.get_secret_value(), build_session(settings))
    try:
        async with bot.session:
            return (await bot.me()).username or ""
    except AiogramError:
        raise CannotInvite(
            "Telegram cannot be asked for the bot's name: give it by --bot"
        ) from None


async def invite(
    services: Services, username: str, clinic: str, role: Role, doctor: int | None
) -> str:
    """The link of a new invitation.

    Raises:
        CannotInvite: there is no such clinic or doctor, or a doctor was named for another role.
    """
    try:
        made = await services.staff.appoint(clinic, role, DoctorId(doctor) if doctor else None)
    except NotFound:
        raise CannotInvite(
            f"there is no clinic {clinic}, or no such doctor there; "
            "--doctor ID goes with --role doctor, and only with it"
        ) from None
    return link_to(username, INVITATION + made.token)


def printed(link: str) -> str:
    """A link with its QR code, as a terminal shows it."""
    return f"{_qr(link)}\n{link}\n\nIt works once, for 72 hours. Pass it on to one person."


def _qr(link: str) -> str:
    drawn = StringIO()
    segno.make(link, error="m").terminal(drawn, compact=True)
    return drawn.getvalue()


# The journal


def read_anchors(files: Iterable[Path]) -> list[Head]:
    """Heads that were kept in files, as `journal heads` prints them: clinic, number, hash.

    Raises:
        BadAnchor: a file cannot be read, or a line is none.
    """
    try:
        return [_read_head(line) for file in files for line in file.read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise BadAnchor(
            f"--anchor: a file of lines as `journal heads` prints them is wanted ({error})"
        ) from None


def _read_head(line: str) -> Head:
    clinic, number, digest = line.split()
    return Head(ClinicId(int(clinic)), int(number), digest)


def head_line(head: Head) -> str:
    """A head as a file keeps it."""
    return f"{head.clinic_id} {head.number} {head.hash}"


def verdict_lines(verdicts: Sequence[Verdict]) -> list[str]:
    """What became of each journal, for the operator."""
    return [f"{each.clinic.code}: {_state(each)}" for each in verdicts]


def _state(verdict: Verdict) -> str:
    if verdict.broken_at:
        return f"BROKEN at record {verdict.broken_at}: changed, missing or cut off"
    if verdict.head is None:
        return "empty"
    return f"whole, {verdict.head.number} records"
