"""A refusal becomes words and a fresh screen; a surprise becomes an apology and a log line."""

import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bot.flows.common import taps as common_taps
from bot.flows.common.refusals import words_of
from bot.flows.desk.day.taps import AtWork
from bot.flows.families.onboarding.taps import Home
from bot.flows.visits.mine import taps as mine_taps
from bot.telegram.screen import Button, Screen, answer, saying, show
from bot.watch.watching import Watch
from bot.words import _, say
from services.model.refusals.base import Refusal
from services.model.refusals.visits import AlreadyWithDoctor, SystemAway, TooManyVisits
from services.ports.transaction import StorageUnavailable
from services.runtime.acquaintance import NotAsKnown

log = structlog.get_logger()

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

_HOUSE = Path(__file__).parents[2]


class Courtesy(BaseMiddleware):
    """Answers every refusal with words and a screen, and every surprise with an apology."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        update = cast("Update", event)  # registered for updates, and for nothing else
        try:
            return await self._or_lead_on(handler, update, data)
        except TelegramForbiddenError:
            log.info("the person has blocked the bot")
        except Exception as error:
            if not is_transient(error):
                await _apologise(update)
            raise

    async def _or_lead_on(self, handler: Handler, update: Update, data: dict[str, Any]) -> Any:
        try:
            return await handler(update, data)
        except Refusal as refusal:
            log.info("refused", kind=type(refusal).__name__)
            self._watch.refused(refusal)
            await _lead_on(refusal, handler, update, data)


async def _lead_on(
    refusal: Refusal, handler: Handler, update: Update, data: dict[str, Any]
) -> None:
    """Show what the refusal or the refused tap leads to, with the words."""
    at_work = _is_at_work(update)
    words = words_of(refusal, at_work=at_work)
    for following in _fallbacks(update, refusal, at_work=at_work):
        try:
            with saying(words):
                await handler(following, data)
                return
        except Refusal:
            continue
    if event := update.message or update.callback_query:
        await show(event, _way_out(words))


def _is_at_work(update: Update) -> bool:
    query = update.callback_query
    if query is None:
        return False
    try:
        return isinstance(common_taps.read(query.data or ""), AtWork)
    except common_taps.UnknownTap:
        return False


def _fallbacks(update: Update, refusal: Refusal, *, at_work: bool) -> Iterator[Update]:
    query = update.callback_query
    if query is None:
        return
    mark = common_taps.STAYS if (query.data or "").startswith(common_taps.STAYS) else ""
    on = None if at_work else leads_to(refusal)
    tap = on or _fallback_of(query.data or "")
    while tap:
        following = query.model_copy(update={"data": mark + tap.pack()})
        yield update.model_copy(update={"callback_query": following})
        tap = tap.fallback()


def leads_to(refusal: Refusal) -> common_taps.Tap | None:
    """Where the way on is, if it is not the refused tap's."""
    if isinstance(refusal, SystemAway):
        return Home(clinic_id=refusal.clinic.id)
    if isinstance(refusal, AlreadyWithDoctor):
        return mine_taps.Visit(appointment_id=refusal.appointment.id)
    return mine_taps.Visits() if isinstance(refusal, TooManyVisits) else None


def _fallback_of(data: str) -> common_taps.Tap | None:
    try:
        return common_taps.read(data).fallback()
    except common_taps.UnknownTap:
        return common_taps.Here()


def _way_out(words: str) -> Screen:
    return Screen(say("{words}", words=words), [[Button(_("To the start"), common_taps.Start())]])


async def _apologise(update: Update) -> None:
    words = _("Something broke on our side. Please try again, or call the registry.")
    event = update.message or update.callback_query
    try:
        if isinstance(event, CallbackQuery) and not await answer(event, words):
            event = event.message if isinstance(event.message, Message) else None
        if isinstance(event, Message):
            await show(event, _way_out(words))
    except AiogramError:
        log.warning("could not apologise")


def is_transient(error: BaseException) -> bool:
    """Whether handling the same update again may go better: the outside failed, not we."""
    return isinstance(
        error,
        StorageUnavailable
        | NotAsKnown
        | TelegramNetworkError
        | TelegramRetryAfter
        | TelegramServerError
        | ClientDecodeError  # a proxy's page instead of Telegram's answer
        | TimeoutError,
    )


def describe(error: BaseException) -> str:
    """An error's kind and place. Its message is left out: it may quote what a person typed."""
    kind = type(error).__name__
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_HOUSE) and ".venv" not in path.parts:
            return f"{kind} in {path.relative_to(_HOUSE)}:{frame.lineno} ({frame.name})"
    return kind
