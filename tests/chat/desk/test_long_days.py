"""Days that are longer than a screen, as parents, the desk and the doctor walk through them."""

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta

from services.model.access import Role
from services.model.clinic import Clinic, Doctor, Hours
from services.model.schedule import Reception, ScheduleException
from services.model.slots import Slot
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
from tests.conftest import House, need
from tests.playing import played

TUESDAY = date(2026, 11, 24)


@played
async def petrova(house: House, clinic: Clinic) -> Doctor:
    """She receives every five minutes on Tuesday: 120 times."""
    found = next(each for each in await house.doctors(clinic) if each.name.startswith("Петрова"))
    reception = Reception(Hours(time(8), time(18)), timedelta(minutes=5))
    await house.services.clinics.add_exception(
        found, ScheduleException(TUESDAY, TUESDAY, [reception])
    )
    return found


async def fill(house: House, clinic: Clinic, doctor: Doctor, visits: int) -> None:
    """As many children with long names have the first times."""
    times: Sequence[Slot] = []
    for number in range(visits):
        parent = await house.parent(1000 + number, clinic)
        child = await house.child(parent, f"Константин-Александр 👶 {number} " + "Щ" * 30)
        if not times:
            day = await house.services.times.day(parent, need(child.id), doctor.id, TUESDAY)
            times = day.slots
        await house.book(parent, child.id, times[number])


async def test_a_parent_turns_the_pages_of_a_long_day(anna: Chat, petrova: Doctor) -> None:
    """R54: 120 times are three pages, the first is opened, and any time of them can be had."""
    for label in ("Записаться", "Консультация", "Петрова", "Завтра · 120 мест"):
        await anna.tap(label)
    assert "8:00" in anna.labels
    assert "11:20–14:35 ›" in anna.labels
    await anna.tap("11:20–14:35 ›")
    assert "14:40–17:55 ›" in anna.labels
    assert "‹ 8:00–11:15" in anna.labels
    await anna.tap("14:40–17:55 ›")
    await anna.tap("17:55")

    assert "Вторник, 24 ноября, 17:55" in anna.screen.text


async def test_the_desk_and_the_doctor_walk_through_many_visits(
    enter: Callable[..., Chat], house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R54: the list opens where the day is, and comes back to the visit that was looked at; the
    times of a caller come back to the time that was. R55: the sheet is printed."""
    await fill(house, clinic, petrova, 44)
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    house.clock.now = house.clock.now.replace(day=24, hour=7, minute=30)  # 10:30 at the clinic
    await tamara.say("/clinic")
    await tamara.tap("Приём сегодня")
    await tamara.tap("Петрова А. С. · 44")
    assert "10:00" in tamara.labels
    assert "8:00" not in tamara.labels
    await tamara.tap("‹ 8:00–9:15")
    await tamara.tap("8:40")
    await tamara.tap("Назад")
    assert "8:40" in tamara.labels
    await tamara.tap("Лист для печати")
    assert tamara.screen.document

    for label in ("9:20–10:35 ›", "10:40–11:35 ›", "11:00", "Перенести"):
        await tamara.tap(label)
    assert tamara.find("11:40")  # the first that is free
    for label in ("13:10–15:45 ›", "–17:55 ›", "16:00", "Другое время"):
        await tamara.tap(label)
    assert tamara.find("16:00")
