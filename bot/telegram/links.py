"""Links into the bot: what stands behind `t.me/<bot>?start=`."""

from aiogram import Bot

POSTER = "c"
"""Stands before a clinic's code on its poster."""
INVITATION = "i"
"""Stands before the token of an invitation to the staff."""
HELPER = "h"
"""Stands before the token of a helper's link."""


def link_to(username: str, start: str) -> str:
    """The link that opens a bot and says this to it; up to 64 characters of A-Z, a-z, 0-9, _, -."""
    return f"https://t.me/{username}?start={start}"


async def link_into(bot: Bot, start: str) -> str:
    """The same for the bot itself, whose name Telegram knows."""
    return link_to((await bot.me()).username or "", start)
