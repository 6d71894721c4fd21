"""A code that the registry said over the phone brings a child's visits into the bot."""

import re

from aiogram.types import Message

from bot.flows.families.onboarding import views as onboarding_views
from bot.telegram.screen import show
from services.desk.codes import CODE_DIGITS, Codes
from services.model.ids import PersonId

CODE = re.compile(rf"(?:\d[ -]?){{{CODE_DIGITS}}}")
"""However it is spaced."""


async def is_code(message: Message) -> bool:
    return CODE.fullmatch((message.text or "").strip()) is not None


async def claim(message: Message, person: PersonId, codes: Codes) -> None:
    digits = "".join(filter(str.isdigit, message.text or ""))
    await show(message, onboarding_views.claimed(await codes.claim(person, digits)))
