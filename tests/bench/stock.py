"""A stock aiogram bot that does nothing but answer and edit: `python -m tests.bench.stock`.

It finds Telegram and its token where ours does: in TELEGRAM_API_BASE and BOT_TOKEN.
"""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message


async def greet(message: Message) -> None:
    await message.answer("Tap me")


async def answer_and_edit(tap: CallbackQuery) -> None:
    await tap.answer()
    if isinstance(tap.message, Message):
        await tap.message.edit_text(f"Tapped {tap.id}")


async def main() -> None:
    dispatcher = Dispatcher()
    dispatcher.message.register(greet)
    dispatcher.callback_query.register(answer_and_edit)
    telegram = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_BASE"])
    bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=telegram))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
