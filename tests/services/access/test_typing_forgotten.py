"""What people began to type and never ended is not kept for ever."""

from datetime import timedelta

from services.desk.search import Found
from services.model.clinic import Clinic
from services.model.privacy.retention import USUAL_DAYS, Kept
from services.upkeep.records import TYPING_AT_WORK_KEPT
from tests.conftest import House
from tests.services.conftest import Employee

MOMENT = timedelta(seconds=1)


async def test_a_caller_s_name_is_gone_after_a_day(house: House, tamara: Employee) -> None:
    """R31: whom the desk looked for yesterday is nobody's to read; the desk itself goes on."""
    registry, upkeep = house.services.registry, house.services.upkeep
    await registry.search(tamara.person, "Костя Зорин 08.05.2022")
    house.clock.now += TYPING_AT_WORK_KEPT
    assert await upkeep.forget_typing() == 0
    house.clock.now += MOMENT
    assert await upkeep.forget_typing() == 1
    assert await house.count("conversations") == 0
    again = await registry.search(tamara.person, "Костя Зорин 08.05.2022")
    assert isinstance(again, Found)


async def test_a_child_that_was_never_added_is_forgotten_after_a_month(
    house: House, clinic: Clinic
) -> None:
    """R31: a parent may come back to the question for days, and not for ever."""
    parent = await house.parent(101, clinic)
    await house.services.children.ask_one_more(parent, clinic.id)
    await house.services.families.answer(parent, "Соня")
    house.clock.now += timedelta(days=USUAL_DAYS[Kept.TYPING])
    assert await house.services.retention.forget(Kept.TYPING) == 0
    house.clock.now += MOMENT
    assert await house.services.retention.forget(Kept.TYPING) == 1
