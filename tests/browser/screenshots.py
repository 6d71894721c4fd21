"""`make screenshots`: the pictures in the README and in the staff's guide, from the real demo."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.demo import DESK, PHONE, ROOT, Phone, browser_page, demo

PICTURES = ROOT / "docs" / "images"


async def main() -> None:
    """Walk the paths of a parent, a registrar and an administrator, and take their pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as address:
            await _desk(address)
            await _phone(address)
            await _registry(address)
            await _administrator(address)
            await _broadcast(address)
    with tempfile.TemporaryDirectory() as folder:  # few enough that each answer is seen
        async with demo(Path(folder), "--empty") as address:
            await _book(address)
            await _question(address)
            await _absence(address)
            await _priorities(address)
            await _kinds(address)


@asynccontextmanager
async def _begun(
    address: str, user: int, size: dict[str, int], *, dark: bool = False
) -> AsyncIterator[Phone]:
    """Somebody's chat, in which /start was said."""
    async with browser_page(size, dark=dark) as page:
        await page.goto(f"{address}/?user={user}")
        await page.get_by_test_id("start").click()
        yield Phone(page)


@asynccontextmanager
async def _back(address: str, user: int, command: str) -> AsyncIterator[Phone]:
    """The chat of somebody who said /start before."""
    async with browser_page(PHONE) as page:
        await page.goto(f"{address}/?user={user}")
        phone = Phone(page)
        await phone.say(command)
        yield phone


async def _book(address: str) -> None:
    async with _begun(address, 101, DESK) as phone:
        await phone.tap("🕘")
        await phone.tap("Не болеет — записать")
        await phone.sees("Вы записаны")
    async with _begun(address, 202, PHONE) as phone:
        await phone.sees("Кто звонит?")


async def _desk(address: str) -> None:
    async with _begun(address, 101, DESK) as phone:
        await phone.tap("🕘")
        await phone.tap("Не болеет — записать")
        booked = await phone.sees("✅ Вы записаны")
        await expect(phone.page.get_by_text("Напоминать о визите?")).to_be_visible()
        await booked.evaluate("message => message.scrollIntoView({ block: 'start' })")
        await _picture(phone.page, "demo.png")


async def _phone(address: str) -> None:
    async with _begun(address, 102, PHONE, dark=True) as phone:
        await phone.tap("Записаться")
        await phone.tap("Осмотр перед прививкой")
        await phone.tap("Петрова")
        await phone.tap("Весь месяц")
        await phone.sees("Число — есть время")
        await _picture(phone.page, "month.png")


async def _registry(address: str) -> None:
    async with _begun(address, 202, PHONE) as phone:
        await phone.sees("Кто звонит?")
        await _picture(phone.page, "clinic-desk.png")
        await phone.say("Миша 12.03.2024")
        await phone.sees("Дата рождения")
        await _picture(phone.page, "clinic-card.png")
        for label in ("Записать", "Консультация", "Ким"):
            await phone.tap(label)
        await phone.sees("Ким О. В., каб. 14")
        await _picture(phone.page, "clinic-times.png")


async def _administrator(address: str) -> None:
    async with _begun(address, 201, PHONE) as phone:
        await phone.tap("Расписание")
        await phone.tap("Петрова А. С.")
        await phone.sees("Нажмите день, чтобы изменить его часы.")
        await _picture(phone.page, "clinic-week.png")
        await phone.tap("Рабочее место")
        await phone.tap("Загрузка")
        await phone.sees("Занято:")
        await _picture(phone.page, "clinic-load.png")


async def _question(address: str) -> None:
    """Анна's visit was booked for the first picture."""
    async with _back(address, 101, "/visits") as phone:
        await phone.sees("Мои записи")
        await phone.tap("Миша")
        await phone.tap("Спросить")
        await phone.sees("Только о том, как всё устроено")
        await phone.say("Можно прийти с коляской?")
        await phone.sees("Вопрос отправлен")
    async with _back(address, 202, "/clinic") as phone:
        await phone.tap("Вопросы: 1")
        await phone.tap("Миша")
        await phone.tap("Ответить")
        await phone.say("Да, коляску можно оставить в тамбуре слева.")
        await phone.sees("Ответ отправлен")
        await _picture(phone.page, "clinic-question.png")


async def _absence(address: str) -> None:
    async with _back(address, 202, "/clinic") as phone:
        await phone.tap("Врача не будет")
        await phone.tap("Петрова")
        await phone.sees("Когда не будет?")
        await phone.tap("Завтра")
        await phone.sees("Кто примет в то же время?")
        await _picture(phone.page, "clinic-absence.png")
        await phone.tap("Другое время всем")
        await phone.tap("Сделать и сообщить")
        await phone.become("Галина")
        await phone.sees("Врача не будет: визит")
        await _picture(phone.page, "offered.png")
        await phone.tap(":")
        await phone.sees("Запись перенесена")
        await phone.become("Тамара")
        await phone.tap("Обновить")
        await phone.sees("Ответили: 1 из")
        await _picture(phone.page, "clinic-answers.png")


async def _priorities(address: str) -> None:
    """Two shares are set, a time is opened early, and what a parent says is looked at."""
    async with _begun(address, 201, PHONE) as phone:
        for label in ("Клиника", "Время в резерве"):
            await phone.tap(label)
        for share, percent in (("Диспансерный учёт, %", "10"), ("Малыши до года, %", "20")):
            await phone.tap(share)
            await phone.sees("Напишите, сколько процентов")
            await phone.say(percent)
            await phone.tap("Сохранить")
            await phone.sees(f"Сохранено: {share}")
        await _picture(phone.page, "clinic-shares.png")
    async with _begun(address, 103, PHONE) as phone:
        for label in ("Ромашка", "Даю согласие"):
            await phone.tap(label)
        await phone.sees("Как зовут ребёнка?")
        await phone.say("Ира 12.03.2021")
        await phone.tap("Пропустить")
        await phone.sees("Ближайшее время")
        for label in ("Дети", "Ира", "Приоритет при записи", "Диспансерный учёт"):
            await phone.tap(label)
        await phone.tap("Сказать регистратуре")
        await phone.sees("ждёт регистратуры")
    async with _back(address, 202, "Ира 12.03.2021") as phone:
        await phone.tap("Приоритет при записи")
        await phone.sees("говорит семья")
        await _picture(phone.page, "clinic-priority.png")
    await asyncio.sleep(10)  # times follow what is set
    async with _back(address, 201, "/clinic") as phone:
        await phone.tap("Приём сегодня")
        await phone.tap("›")
        await phone.buttons("‹ вт").wait_for()
        await phone.tap("Орлова И. П.")
        await phone.tap("🔒 Время в резерве")
        await phone.sees("для малышей до года")
        await _picture(phone.page, "clinic-reserve.png")


async def _kinds(address: str) -> None:
    async with _back(address, 201, "/clinic") as phone:
        await phone.sees("Кто звонит?")
        for label in ("Клиника", "Виды приёма", "Добавить вид приёма"):
            await phone.tap(label)
        await phone.sees("Напишите, как он называется")
        await phone.say("Справка в лагерь, с 6 лет, 10 мин, 700 ₽")
        await phone.sees("Длительность: 10 минут")
        await _picture(phone.page, "clinic-kind.png")


async def _broadcast(address: str) -> None:
    async with _back(address, 201, "/clinic") as phone:
        await phone.tap("Рассылка")
        await phone.tap("Всем семьям")
        await phone.sees("Получат:")
        await phone.say("Со вторника вход в клинику — с улицы Садовой: у крыльца чинят пандус.")
        await phone.sees("Так придёт сообщение")
        await _picture(phone.page, "clinic-broadcast.png")


async def _picture(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    await expect(page.locator(".is-waiting")).to_have_count(0)  # no button is spinning
    await page.screenshot(path=PICTURES / name, animations="disabled")


if __name__ == "__main__":
    asyncio.run(main())
