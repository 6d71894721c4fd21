"""`python -m bot export`: all that is kept about a family, for whoever asks at the registry."""

import asyncio
import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.app import Services
from bot.commands.line import House, Line
from bot.commands.terminal import (
    CannotDo,
    agreed,
    in_clinics_language,
    no_such_clinic,
    write_new_file,
)
from bot.flows.common.refusals import words_of
from bot.flows.families.privacy import family_file
from bot.settings import Settings
from bot.watch import logs
from services.model.access import Post
from services.model.ids import PersonId
from services.model.people import CareLink
from services.model.privacy.family_data import FamilyData
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import NoSuchClinic
from services.privacy.handing_out import Asked
from services.rules.names import is_same


def add(line: Line) -> None:
    """`export`."""
    parser = line.add("export", export)
    parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's code")
    parser.add_argument(
        "--by", required=True, metavar="NAME", help="who of the registry hands it out"
    )
    parser.add_argument(
        "--child",
        required=True,
        metavar="LINE",
        help='as at the desk: "Name 12.03.2024", a phone, or the number of a visit',
    )
    parser.add_argument(
        "--adult", type=int, metavar="NUMBER", help="which adult asks, where several may"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("file", type=Path, metavar="FILE", help="a new .html")


async def export(house: House, settings: Settings, options: Namespace) -> None:
    """Write all that is kept about a family into a new file; the journal says who did."""
    logs.set_up(settings.log_level)
    with in_clinics_language(settings):
        async with house.opened(settings, options.name) as services:
            post = await _registrar(services, options.clinic, options.by)
            asked = await _asked(services, post, options.child)
            adult = _adult(asked.adults, options.adult)
            if not options.yes and not agreed(_question(asked, adult, options.file)):
                print("Nothing was written.")
                return
            _is_new(options.file)  # before the journal says that it was handed out
            found = await services.handing_out.hand_out(post.id, asked.child.id, adult)
            await asyncio.to_thread(_write, options.file, found)
    print(f"It is in {options.file}, which only you can read. Delete it once it is handed over.")


async def _registrar(services: Services, code: str, name: str) -> Post:
    try:
        posts = await services.handing_out.registry(code)
    except NoSuchClinic:
        raise no_such_clinic(code) from None
    fitting = [post for post in posts if is_same(post.name, name) or str(post.id) == name]
    if len(fitting) == 1:
        return fitting[0]
    listed = [f"{post.id:>6}  {post.name}, {post.role}" for post in fitting or posts]
    trouble = "several are called so" if fitting else "nobody of the registry is called so"
    raise CannotDo("\n".join([f"--by: {trouble}. Say a name or number of these:", *listed]))


async def _asked(services: Services, post: Post, typed: str) -> Asked:
    try:
        found = await services.handing_out.look(post.id, typed)
    except NotFound:
        found = []
    except Refusal as refusal:
        raise CannotDo(f"--child: {words_of(refusal)}") from None
    if not found:
        raise CannotDo("--child: the clinic knows nobody of whom this is said.")
    if len(found) > 1:
        raise CannotDo(f"--child: {len(found)} fit. Say the whole name, or a visit's number.")
    return found[0]


def _adult(adults: Sequence[CareLink], number: int | None) -> PersonId | None:
    """Who asks; None: nobody of the family has the bot."""
    if number is None and len(adults) <= 1:
        return adults[0].person if adults else None
    for link in adults:
        if link.person == number:
            return link.person
    listed = [f"{link.person:>6}  {link.role}, since {link.since:%Y-%m-%d}" for link in adults]
    raise CannotDo("\n".join(["--adult: say which of these asks:", *listed]))


def _question(asked: Asked, adult: PersonId | None, file: Path) -> str:
    whose = (
        f"all of adult {adult}, and of those of their children whom the clinic knows"
        if adult
        else "nobody of the family has the bot"
    )
    return (
        f"{asked.child.name}, {asked.child.birth_date:%d.%m.%Y}; {whose}. Did whoever asks show "
        f"their documents, and is it to be written to {file}? [y/N]"
    )


def _is_new(file: Path) -> None:
    if file.exists():
        raise CannotDo(f"{file} is there already, and is not written over.")


def _write(file: Path, found: FamilyData) -> None:
    """For the eyes of who runs it alone, from its first byte on."""
    before = os.umask(0o177)
    try:
        write_new_file(file, family_file.page(found).encode())
    finally:
        os.umask(before)
