"""Who changes what a clinic tells of itself, and a family whom that concerns."""

from collections.abc import Callable

from services.model.access import Role
from tests.chat.conftest import Chat, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    """An administrator."""
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


@played
async def booked(anna: Chat, house: House) -> Chat:
    """Анна's visit to Петрова is on Tuesday, 10:30."""
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра", "10:30")
    await anna.tap("Не болеет — записать")
    house.clock.forward(minutes=1)
    return anna
