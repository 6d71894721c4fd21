"""A booking bot as it is usually written with aiogram: `python -m tests.bench.usual`.

FSM in memory, SQLAlchemy's asynchronous ORM with a session for each update, APScheduler for
reminders, and a booking that looks whether the time is free and then inserts. It promises little:
of two parents who tap on one time at once both may get it, and a reminder dies with the process.

It finds Telegram, its token and its database where ours does, and makes its tables at start.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    TelegramObject,
    User,
)
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import BigInteger, ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

DOCTORS, DAYS, TIMES = 8, 10, 12
OPENS, VISIT = time(9), timedelta(minutes=15)


# Models


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    name: Mapped[str]


class Doctor(Base):
    __tablename__ = "doctors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    room: Mapped[str]


class Slot(Base):
    __tablename__ = "slots"
    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[datetime]
    doctor: Mapped[Doctor] = relationship()


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"), index=True)
    cancelled: Mapped[bool] = mapped_column(default=False)
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    slot: Mapped[Slot] = relationship()


def still_free() -> Any:
    """Of a query for slots."""
    taken = select(Booking.id).where(Booking.slot_id == Slot.id, Booking.cancelled.is_(False))
    return ~taken.exists()


# Middleware


class WithSession(BaseMiddleware):
    """A session and the parent for each update."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        user: User = data["event_from_user"]
        async with self._sessions() as session:
            query = select(Parent).where(Parent.telegram_id == user.id)
            parent = await session.scalar(query)
            if parent is None:
                parent = Parent(telegram_id=user.id, name=user.full_name)
                session.add(parent)
                await session.commit()
            return await handler(event, data | {"session": session, "parent": parent})


# Handlers


class Choosing(StatesGroup):
    doctor = State()
    day = State()
    time = State()
    confirming = State()


router = Router()
MENU = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Записаться", callback_data="menu:book")]]
)


def keyboard(buttons: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def edit(tap: CallbackQuery, text: str, markup: InlineKeyboardMarkup) -> None:
    assert isinstance(tap.message, Message)
    await tap.message.edit_text(text, reply_markup=markup)
    await tap.answer()


def chosen(tap: CallbackQuery) -> str:
    return (tap.data or "").partition(":")[2]


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.clear()
    await message.answer("Здравствуйте! Я помогу записаться к педиатру.", reply_markup=MENU)


@router.callback_query(F.data == "menu:book")
async def choose_doctor(tap: CallbackQuery, state: FSMContext, session: AsyncSession) -> None:
    doctors = (await session.scalars(select(Doctor).order_by(Doctor.name))).all()
    await state.set_state(Choosing.doctor)
    buttons = [(f"{doctor.name}, каб. {doctor.room}", f"doctor:{doctor.id}") for doctor in doctors]
    await edit(tap, "Выберите врача:", keyboard(buttons))


@router.callback_query(Choosing.doctor, F.data.startswith("doctor:"))
async def choose_day(tap: CallbackQuery, state: FSMContext, session: AsyncSession) -> None:
    doctor = await session.get_one(Doctor, int(chosen(tap)))
    query = (
        select(Slot.day, func.count())
        .where(Slot.doctor_id == doctor.id, Slot.starts_at > _now(), still_free())
        .group_by(Slot.day)
        .order_by(Slot.day)
    )
    days = (await session.execute(query)).all()
    await state.update_data(doctor_id=doctor.id)
    await state.set_state(Choosing.day)
    buttons = [(f"{day:%d.%m} ({count})", f"day:{day}") for day, count in days]
    await edit(tap, f"{doctor.name}. Выберите день:", keyboard(buttons))


@router.callback_query(Choosing.day, F.data.startswith("day:"))
async def choose_time(tap: CallbackQuery, state: FSMContext, session: AsyncSession) -> None:
    day = date.fromisoformat(chosen(tap))
    data = await state.get_data()
    query = (
        select(Slot)
        .where(Slot.doctor_id == data["doctor_id"], Slot.day == day, still_free())
        .order_by(Slot.starts_at)
    )
    slots = (await session.scalars(query)).all()
    await state.update_data(day=str(day))
    await state.set_state(Choosing.time)
    buttons = [(f"{slot.starts_at:%H:%M}", f"time:{slot.id}") for slot in slots]
    await edit(tap, f"{day:%d.%m}. Выберите время:", keyboard(buttons))


@router.callback_query(Choosing.time, F.data.startswith("time:"))
async def confirm(tap: CallbackQuery, state: FSMContext, session: AsyncSession) -> None:
    slot = await session.get_one(Slot, int(chosen(tap)), options=[joinedload(Slot.doctor)])
    await state.update_data(slot_id=slot.id)
    await state.set_state(Choosing.confirming)
    text = f"{slot.doctor.name}, каб. {slot.doctor.room}\n{slot.starts_at:%d.%m %H:%M}\nЗаписать?"
    await edit(tap, text, keyboard([("Да", "confirm:yes"), ("Нет", "menu:book")]))


@router.callback_query(Choosing.confirming, F.data == "confirm:yes")
async def book(
    tap: CallbackQuery,
    state: FSMContext,
    session: AsyncSession,
    parent: Parent,
    scheduler: AsyncIOScheduler,
    bot: Bot,
) -> None:
    data = await state.get_data()
    query = select(Booking).where(Booking.slot_id == data["slot_id"], Booking.cancelled.is_(False))
    if await session.scalar(query):
        await edit(tap, "Это время уже заняли.", MENU)
        return
    booking = Booking(parent_id=parent.id, slot_id=data["slot_id"])
    session.add(booking)
    await session.commit()
    await session.refresh(booking, ["slot"])
    slot = booking.slot
    await session.refresh(slot, ["doctor"])
    await state.clear()
    scheduler.add_job(
        remind,
        "date",
        run_date=slot.starts_at.replace(tzinfo=UTC) - timedelta(hours=2),
        args=[bot, tap.from_user.id, f"Напоминаем: {slot.starts_at:%d.%m %H:%M}"],
        id=f"remind-{booking.id}",
    )
    text = f"Вы записаны: {slot.doctor.name}, {slot.starts_at:%d.%m %H:%M}"
    await edit(tap, text, keyboard([("Отменить", f"cancel:{booking.id}")]))


@router.callback_query(F.data.startswith("cancel:"))
async def cancel(
    tap: CallbackQuery, session: AsyncSession, parent: Parent, scheduler: AsyncIOScheduler
) -> None:
    booking = await session.get_one(Booking, int(chosen(tap)))
    if booking.parent_id == parent.id:
        booking.cancelled = True
        await session.commit()
        with suppress(JobLookupError):
            scheduler.remove_job(f"remind-{booking.id}")
    await edit(tap, "Запись отменена.", MENU)


async def remind(bot: Bot, telegram_id: int, text: str) -> None:
    await bot.send_message(telegram_id, text)


# Start


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


async def seed(sessions: async_sessionmaker[AsyncSession]) -> None:
    """Doctors who receive on the next weekdays."""
    ahead = (_now().date() + timedelta(days=number) for number in range(1, 2 * DAYS))
    days = [day for day in ahead if day.weekday() < 5][:DAYS]
    async with sessions() as session:
        for number in range(1, DOCTORS + 1):
            doctor = Doctor(name=f"Врач {number}", room=str(number))
            session.add(doctor)
            for day in days:
                opens = datetime.combine(day, OPENS)
                for place in range(TIMES):
                    session.add(Slot(doctor=doctor, day=day, starts_at=opens + place * VISIT))
        await session.commit()


async def main() -> None:
    engine = create_async_engine(os.environ["DATABASE_URL"])
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await seed(sessions)
    scheduler = AsyncIOScheduler()
    scheduler.start()
    dispatcher = Dispatcher(storage=MemoryStorage(), scheduler=scheduler)
    dispatcher.message.middleware(WithSession(sessions))
    dispatcher.callback_query.middleware(WithSession(sessions))
    dispatcher.include_router(router)
    telegram = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_BASE"])
    bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=telegram))
    await dispatcher.start_polling(bot)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
