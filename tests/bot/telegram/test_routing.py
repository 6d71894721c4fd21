"""A tap finds its handler by its prefix; whatever nobody knows is left to the last router."""

import pytest
from aiogram import Router
from aiogram.types import CallbackQuery, User

from bot.flows.common.taps import STAYS, Here, Start
from bot.flows.routing import House


def tapped(data: str) -> CallbackQuery:
    user = User(id=101, is_bot=False, first_name="Анна")
    return CallbackQuery(id="1", from_user=user, chat_instance="1", data=data)


@pytest.fixture
def house() -> House:
    """Two flows, and who answers for whatever is left."""
    house = House()
    for name, tap in (("here", Here), ("start", Start)):
        flow = Router(name=name)

        async def answer(_query: CallbackQuery, event_router: Router) -> str:
            return event_router.name

        flow.callback_query.register(answer, tap.filter())
        house.include_flow(flow)
    rest = Router(name="rest")

    async def left(_query: CallbackQuery) -> str:
        return "left"

    rest.callback_query.register(left)
    house.include_flow(rest)
    return house


@pytest.mark.parametrize("stays", ["", STAYS])
async def test_nobody_else_is_asked(
    house: House, monkeypatch: pytest.MonkeyPatch, stays: str
) -> None:
    """Two hundred kinds of buttons cost a tap no more than two."""

    def asked(data: str) -> Here:
        raise AssertionError(f"asked whether {data} is its own")

    monkeypatch.setattr(Here, "unpack", asked)
    answer = await house.propagate_event("callback_query", tapped(stays + Start().pack()))
    assert answer == "start"


@pytest.mark.parametrize("data", ["nobody:1", "", "start:1:2:3", STAYS, ":"])
async def test_what_nobody_knows_is_left(house: House, data: str) -> None:
    """R30: an unknown button, or one that says too much, is answered by the last."""
    assert await house.propagate_event("callback_query", tapped(data)) == "left"
