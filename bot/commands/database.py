"""`python -m bot migrate`, `backup` and `restore`: the database as a whole."""

from argparse import Namespace
from pathlib import Path

from bot.commands.line import Command, House, Line
from bot.commands.terminal import CannotDo
from bot.settings import Settings
from bot.watch import logs
from bot.watch.erasing import BadList, erase_again, read_list
from services.runtime.health import Contents


def add_migrate(line: Line) -> None:
    """`migrate`."""
    line.add("migrate", migrate)


def add_backups(line: Line) -> None:
    """`backup` and `restore`."""
    commands: dict[str, Command] = {"backup": back_up, "restore": restore}
    for name, command in commands.items():
        added = line.add(name, command)
        added.add_argument("file", type=Path, metavar="FILE", help="where the backup is kept")
        if command is restore:
            added.add_argument(
                "--nobody-erased",
                action="store_true",
                help="there is no list of the erased, since nobody ever was",
            )


async def migrate(house: House, settings: Settings, _options: Namespace) -> None:
    """Bring the database up to date, and nothing else."""
    logs.set_up(settings.log_level)
    await house.migrate(settings)
    print("The database is up to date.")


async def back_up(house: House, settings: Settings, options: Namespace) -> None:
    """Put a copy of the database into a new file; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    contents = await house.back_up(settings, options.file)
    print(
        f"The backup is in {options.file}.",
        _told(contents),
        f"Who had everything erased is named by {settings.erased_list}: keep that, too.",
        sep="\n",
    )


async def restore(house: House, settings: Settings, options: Namespace) -> None:
    """Fill an empty database from a backup."""
    logs.set_up(settings.log_level)
    erased = _list_of_the_erased(settings, anew=options.nobody_erased)
    contents = await house.restore(settings, options.file)
    async with house.opened(settings, "restore", unlocked=False) as services:
        again = await erase_again(services.erasing, erased)
    print(
        "The database is restored.",
        _told(contents),
        f"Erased again, as they had asked: {again}.",
        "What happened after that is not in it. Telegram may deliver once more what it still "
        "holds, for at most 24 hours: harmless.",
        sep="\n",
    )


def _list_of_the_erased(settings: Settings, *, anew: bool) -> Path:
    """Without it, a backup would bring back whom nobody may keep (R74). Raises `CannotDo`."""
    file = settings.erased_list
    if not file.exists() and not anew:
        raise CannotDo(
            f"ERASED_LIST: {file} is not there. It says who had everything erased since the "
            "backup: bring it here from where the bot ran; if nobody ever was, say --nobody-erased."
        )
    try:
        read_list(file)
    except BadList as trouble:
        raise CannotDo(str(trouble)) from None
    return file


def _told(contents: Contents) -> str:
    """How much there is, and of when; nobody's name."""
    of = f"{contents.taken_at:%Y-%m-%d %H:%M:%S} UTC" if contents.taken_at else "unknown"
    return (
        f"As of: {of}. Clinics: {contents.clinics}, doctors: {contents.doctors}, "
        f"children: {contents.children}, visits ahead: {contents.visits_ahead}."
    )
