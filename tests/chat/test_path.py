"""The way from /start to a booked visit, and back."""

from tests.chat.conftest import Chat
from tests.conftest import SEVERYANKA, CONSENT, PETROVA, House


async def test_a_new_parent_books_by_the_poster_link(vera: Chat) -> None:
    """A poster link leads through consent and child to a booked visit."""
    await vera.say("/start cromashka")
    assert "Согласие" in vera.screen.text
    await vera.tap("Даю согласие")
    await vera.say("Миша")
    await vera.say("12 марта 2024")
    assert "Миша, 2 года 8 месяцев" in vera.screen.text
    await vera.tap("Сегодня, 9:00")
    assert "понедельник, 23 ноября, 9:00".capitalize() in vera.screen.text
    await vera.tap("Не болеет — записать")

    assert vera.screen.text.startswith("✅ Вы записаны: Миша, пн 23 ноября, 9:00, каб. 12, № 1001")
