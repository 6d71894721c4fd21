"""`python -m bot kept`: how long each kind of thing is kept, and what was forgotten."""

from argparse import Namespace
from collections.abc import Iterator, Mapping

from bot.commands.line import House, Line
from bot.settings import Settings, life_of
from bot.watch import logs
from services.model.privacy.retention import Forgotten, Kept, Lives


def add(line: Line) -> None:
    """`kept`."""
    line.add("kept", kept)


async def kept(house: House, settings: Settings, _options: Namespace) -> None:
    """Show how long each kind is kept, and how much of it was forgotten; the bot may go on."""
    logs.set_up(settings.log_level)
    async with house.looked_at(settings) as services:
        known = await services.retention.forgotten()
    print(*_lines(settings.lives, known), sep="\n")


def _lines(lives: Lives, known: Mapping[Kept, Forgotten]) -> Iterator[str]:
    for kind in Kept:
        life, done = lives[kind], known.get(kind)
        days = f"{life.days} days" if life else "for good"
        went = (
            f"{done.last} went on {done.at:%Y-%m-%d %H:%M} UTC, {done.ever} ever"
            if done
            else "nothing went yet"
        )
        yield f"{life_of(kind).upper():<26} {days:<10} {went}"
