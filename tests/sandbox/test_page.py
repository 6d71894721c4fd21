"""The chat page in a real Chromium, as wide as a phone, before a sandbox without a bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile, KeyboardButton, ReplyKeyboardMarkup
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from bot.sandbox import SandboxSession, Telegram
from tests.browser.demo import DESK, PHONE, browser_page
from tests.sandbox.world import ANNA, TOKEN, Clock, keyboard, png

pytestmark = pytest.mark.browser


@pytest.fixture
def bot(telegram: Telegram) -> Bot:
    return Bot(TOKEN, session=SandboxSession(telegram))


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    """Anna's chat; nothing is ever wider than her phone."""
    async with browser_page() as page:
        await page.goto(f"{url}/?user={ANNA}")
        yield page
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def _clock(page: Page) -> Locator:
    return page.get_by_test_id("clock")


async def _forward(page: Page, choice: str) -> None:
    await _clock(page).click()
    await page.get_by_test_id(f"forward-{choice}").click()


async def test_one_tap_shares_the_number(page: Page, bot: Bot, telegram: Telegram) -> None:
    """A button that asks for the phone number shares it, and asks nothing more."""
    ask = KeyboardButton(text="Поделиться номером", request_contact=True)
    markup = ReplyKeyboardMarkup(keyboard=[[ask]], one_time_keyboard=True)
    await bot.send_message(ANNA, "Ваш телефон?", reply_markup=markup)
    await page.get_by_test_id("reply-button").click()

    await expect(page.get_by_test_id("contact")).to_have_text("👤Анна+7 900 000-00-01")
    await expect(page.get_by_test_id("reply-button")).to_be_hidden()
    (update,) = telegram.take()
    assert update["message"]["contact"]["phone_number"] == "+79000000001"


async def test_the_composer_is_whole_once_the_chat_began(
    page: Page, url: str, telegram: Telegram
) -> None:
    """Where one types comes in place of the start button, as high as a line, whoever it was."""
    telegram.add_user(55, "Вера")
    telegram.add_user(56, "Олег")
    await page.goto(f"{url}/?user=55")
    await page.get_by_test_id("person").filter(has_text="Олег").click()
    await page.get_by_test_id("start").click()

    box = await page.get_by_test_id("composer").bounding_box()
    assert box
    assert box["height"] > 30


async def test_many_tabs_of_one_browser_stay_alive(
    page: Page, url: str, telegram: Telegram
) -> None:
    """R55: a browser has six connections to a place; eight tabs hear what happens, and can act."""
    tabs = [await page.context.new_page() for _ in range(8)]
    for tab in tabs:
        await tab.goto(f"{url}/?user={ANNA}")
    await tabs[-1].get_by_test_id("composer").fill("с восьмой вкладки")
    await tabs[-1].get_by_test_id("composer").press("Enter")
    for tab in (page, *tabs):
        await tab.get_by_text("с восьмой вкладки").last.wait_for()


async def test_what_was_said_while_the_line_was_down_is_seen(
    page: Page, bot: Bot, telegram: Telegram
) -> None:
    """R12: the page says that it is cut off, comes back by itself, and shows what it missed; what
    was being written is still there."""
    sent = await bot.send_message(ANNA, "Время свободно", reply_markup=keyboard(("Взять", "take")))
    await page.get_by_test_id("composer").fill("недописанное")
    telegram.end_waiting()
    await page.locator("#offline").wait_for()
    await sent.edit_text("Время заняли")
    await bot.send_message(ANNA, "Есть другое")

    await page.get_by_text("Есть другое").wait_for()
    await expect(page.get_by_text("Время заняли")).to_be_visible()
    await expect(page.locator("#offline")).to_be_hidden()
    await expect(page.get_by_test_id("composer")).to_have_value("недописанное")
    await bot.send_message(ANNA, "и снова слышно")
    await page.get_by_text("и снова слышно").wait_for()


async def test_no_answer_to_what_was_missed_leaves_the_page_cut_off(
    page: Page, bot: Bot, telegram: Telegram
) -> None:
    """R12: as long as what was missed cannot be loaded, the page says so and goes on trying."""
    failing = [True, False]

    async def answer(route: Route) -> None:
        await (route.abort() if failing.pop(0) else route.continue_())

    await page.route("**/sim/state", answer, times=2)
    telegram.end_waiting()
    await bot.send_message(ANNA, "Есть другое")
    await page.get_by_text("Есть другое").wait_for()
    await expect(page.locator("#offline")).to_be_hidden()
    assert failing == []


@pytest.mark.parametrize("width", [320, 390])
async def test_the_title_is_whole(page: Page, width: int) -> None:
    """R55: nothing of the bot's name is cut off on the smallest phones."""
    await page.set_viewport_size({"width": width, "height": 640})
    title = page.locator("#chat-name")
    await expect(title).to_have_text("Запись к педиатру")
    assert await title.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert await title.evaluate("it => it.scrollHeight <= it.clientHeight")
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})


@pytest.mark.parametrize(("size", "kind"), [(PHONE, "name"), (DESK, "name"), (DESK, "hint")])
async def test_who_writes_is_read_whole(
    page: Page, telegram: Telegram, size: dict[str, int], kind: str
) -> None:
    """R55: names on a phone and at a desk, and there also what is said of a person."""
    hint = "Тимур записан; бот не открыт"
    for number in range(9):
        telegram.add_user(60 + number, f"Александра {number}", hint=hint)
    await page.set_viewport_size({"width": size["width"], "height": size["height"]})
    person = page.get_by_test_id("person").filter(has_text="Александра 8")
    told = person.locator(f".person-{kind}")
    await expect(told).to_have_text("Александра 8" if kind == "name" else hint)
    assert await told.evaluate("it => it.scrollWidth <= it.clientWidth")
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})


async def test_phone_numbers_can_be_tapped(page: Page, bot: Bot, telegram: Telegram) -> None:
    """R55: in a message and in a contact, as in Telegram."""
    await bot.send_message(ANNA, "Звоните: <b>+7 495 000-00-02</b>, 7:30–12:00", parse_mode="HTML")
    link = page.get_by_role("link", name="+7 495 000-00-02")
    await expect(link).to_have_attribute("href", "tel:+74950000002")
    telegram.share_contact(ANNA)
    card = page.get_by_test_id("contact").get_by_role("link")
    await expect(card).to_have_attribute("href", "tel:+79000000001")


@pytest.mark.parametrize("text", ["Да", "Время свободно у любого врача, много мест"])
async def test_the_way_to_reply_covers_no_words(page: Page, bot: Bot, text: str) -> None:
    """R59: however short the message is, whatever its last line ends with."""
    await bot.send_message(ANNA, text)
    bubble = page.get_by_test_id("message").last
    await bubble.hover()
    arrow = await bubble.get_by_test_id("reply").bounding_box()
    words = await bubble.locator(".text").bounding_box()
    assert arrow
    assert words
    beside = arrow["x"] >= words["x"] + words["width"]
    assert beside or arrow["y"] >= words["y"] + words["height"]
    assert arrow["x"] + arrow["width"] <= PHONE["width"]


async def test_a_message_is_replied_to(page: Page, bot: Bot, telegram: Telegram) -> None:
    """R18, R55: chosen at the message, seen above what is typed, quoted in the reply; the bot is
    told to what. A second thought is taken back."""
    sent = await bot.send_message(ANNA, "Вопрос: можно с коляской?")
    bubble = page.get_by_test_id("message").last
    await bubble.hover()
    await bubble.get_by_test_id("reply").click()
    await expect(page.get_by_test_id("replying")).to_contain_text("можно с коляской?")
    await page.get_by_label("Не отвечать на это сообщение").click()
    await expect(page.get_by_test_id("replying")).to_be_hidden()
    await bubble.hover()
    await bubble.get_by_test_id("reply").click()
    await page.get_by_test_id("composer").press("Escape")
    await expect(page.get_by_test_id("replying")).to_be_hidden()

    await bubble.hover()
    await bubble.get_by_test_id("reply").click()
    await page.get_by_test_id("composer").fill("Да, конечно")
    await page.get_by_test_id("composer").press("Enter")
    quote = page.get_by_test_id("message").last.get_by_test_id("quote")
    await expect(quote).to_contain_text("Вопрос: можно с коляской?")
    await expect(page.get_by_test_id("replying")).to_be_hidden()
    update = telegram.take()[-1]
    assert update["message"]["reply_to_message"]["message_id"] == sent.message_id


async def test_a_fingertip_for_replies_covers_nothing_else(page: Page, url: str, bot: Bot) -> None:
    """R55: by touch each key, and a link in the last line, is tapped where it is seen."""
    text = "Как пройти:\nhttps://example.org/" + "a" * 60
    await bot.send_message(ANNA, text, reply_markup=keyboard(("Перенести", "a"), ("Отменить", "b")))
    assert page.context.browser
    touched = await page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    phone = await touched.new_page()
    await phone.goto(f"{url}/?user={ANNA}")
    await phone.get_by_test_id("reply").last.wait_for()
    covered = await phone.evaluate(
        """() => [...document.querySelectorAll(".key, .text a")].filter((each) =>
          [...each.getClientRects()].some(({ left, right, top, bottom }) => {
            const tips = [];
            for (let x = left + 1; x < right; x += 4) tips.push([x, top + 2], [x, bottom - 2]);
            return tips.some(([x, y]) => document.elementFromPoint(x, y)?.closest(".reply"));
          })).map((each) => each.textContent)"""
    )
    assert covered == []
    await phone.get_by_test_id("reply").last.tap()
    await expect(phone.get_by_test_id("replying")).to_be_visible()


async def test_the_way_down_hides_no_button(page: Page, bot: Bot) -> None:
    """The arrow to the last message stays above the reply keyboard, however high that is."""
    rows = [[KeyboardButton(text=str(number))] for number in range(4)]
    await bot.send_message(ANNA, "строка\n" * 60, reply_markup=ReplyKeyboardMarkup(keyboard=rows))
    await expect(page.get_by_test_id("reply-button")).to_have_count(4)
    await page.locator("#scroller").evaluate("box => { box.scrollTop = 0; }")

    arrow = page.get_by_label("К последнему сообщению")
    await arrow.wait_for()
    arrow_box, keys_box = await arrow.bounding_box(), await page.locator("footer").bounding_box()
    assert arrow_box
    assert keys_box
    assert arrow_box["y"] + arrow_box["height"] < keys_box["y"]


async def test_nothing_is_lost_while_a_chat_opens(page: Page, bot: Bot) -> None:
    """A message that comes while the history is on its way stands below it."""
    anna, boris = (
        page.get_by_test_id("person").filter(has_text=name) for name in ("Анна", "Борис")
    )
    note = page.get_by_text("только что")
    await boris.click()
    await expect(boris).to_have_attribute("aria-current", "true")

    async def hold_up(route: Route) -> None:
        history = await route.fetch()
        if not await note.is_visible():
            await bot.send_message(ANNA, "только что")
            await note.wait_for()
        await route.fulfill(response=history)

    await page.route(f"**/sim/chats/{ANNA}", hold_up)
    await anna.click()
    await expect(anna).to_have_attribute("aria-current", "true")
    await expect(note).to_be_visible()


async def test_a_place_on_the_page(page: Page, bot: Bot, telegram: Telegram) -> None:
    """A venue is a card with a link to a map, and the buttons below it work."""
    venue = (55.7558, 37.6173, "Детская клиника «Ромашка»", "Москва, ул. Садовая, 7")
    sent = await bot.send_venue(ANNA, *venue, reply_markup=keyboard(("Отменить", "cancel")))

    card = page.get_by_test_id("venue")
    await expect(card).to_contain_text(venue[2])
    await expect(card).to_contain_text(venue[3])
    link = card.get_by_role("link", name="55.75580, 37.61730")
    address = "https://www.openstreetmap.org/?mlat=55.7558&mlon=37.6173"
    await expect(link).to_have_attribute("href", address)
    await expect(link).to_have_attribute("target", "_blank")
    assert "noopener" in (await link.get_attribute("rel") or "")

    await page.get_by_test_id("button").click()
    await expect(page.locator(".is-waiting")).to_have_count(1)
    (update,) = telegram.take()
    assert update["callback_query"]["message"]["message_id"] == sent.message_id


async def test_a_photo_on_the_page(page: Page, bot: Bot) -> None:
    """A photo is drawn, and a large one is scaled down to the chat."""
    await bot.send_photo(ANNA, BufferedInputFile(png(800, 400), "qr.png"), caption="Талон")

    photo = page.get_by_test_id("photo")
    await expect(photo).to_have_js_property("complete", value=True)
    await expect(photo).to_have_js_property("naturalWidth", 800)
    await expect(photo).to_have_js_property("clientWidth", 286)
    await expect(photo).to_have_js_property("clientHeight", 143)

    await photo.click()
    whole = page.get_by_test_id("photo-whole")
    await expect(whole.get_by_role("img")).to_have_js_property("clientHeight", 187)
    await page.keyboard.press("Escape")
    await expect(whole).to_be_hidden()


async def test_what_a_tap_brings_stays_in_sight(page: Page, bot: Bot, telegram: Telegram) -> None:
    """R55: when the button has stopped turning, the page does not go back up to it."""
    await bot.send_message(ANNA, "Меню", reply_markup=keyboard(("Загрузка", "load")))
    await page.get_by_test_id("button").last.click()
    await bot.send_message(ANNA, "строка\n" * 60, reply_markup=keyboard(("Дальше", "on")))
    await page.get_by_text("Дальше").wait_for()
    await bot.answer_callback_query(telegram.take()[-1]["callback_query"]["id"])
    await expect(page.locator(".is-waiting")).to_have_count(0)
    await expect(page.get_by_text("Дальше")).to_be_in_viewport()


async def test_an_attached_picture_is_a_photo(page: Page, telegram: Telegram) -> None:
    """A picture from the paper clip goes as a photo, any other file as a document."""
    picker = page.get_by_label("Приложить файл")
    await picker.set_input_files(FilePayload(name="a.png", mimeType="image/png", buffer=png(4, 3)))
    await expect(page.get_by_test_id("photo")).to_be_visible()
    await picker.set_input_files(FilePayload(name="a.csv", mimeType="text/csv", buffer=b"a;b"))
    await expect(page.get_by_test_id("document")).to_be_visible()
    picture, table = telegram.take()
    assert picture["message"]["photo"]
    assert table["message"]["document"]["file_name"] == "a.csv"


async def test_a_download(page: Page, bot: Bot, tmp_path: Path) -> None:
    """A tap on a document saves it under its own name."""
    event = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    await bot.send_document(ANNA, BufferedInputFile(event, "visit-1001.ics"))
    async with page.expect_download() as downloading:
        await page.get_by_test_id("document").click()

    download = await downloading.value
    assert download.suggested_filename == "visit-1001.ics"
    await download.save_as(tmp_path / "visit.ics")
    assert (tmp_path / "visit.ics").read_bytes() == event


async def test_the_clock(page: Page, telegram: Telegram) -> None:
    """The head of the chat shows the day and the time, which three buttons move forward."""
    await expect(_clock(page)).to_have_text("пн 23 ноября, 12:00")
    await _forward(page, "hour")
    await expect(_clock(page)).to_have_text("пн 23 ноября, 13:00")
    await _forward(page, "morning")
    await expect(_clock(page)).to_have_text("вт 24 ноября, 7:00")
    await _forward(page, "week")
    await expect(_clock(page)).to_have_text("вт 1 декабря, 7:00")
    await expect(page.locator(".day")).to_have_text(["23 ноября"])

    week_later = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
    assert 0 <= (telegram.now() - week_later).total_seconds() < 30


async def test_to_the_next_event(page: Page, telegram: Telegram, clock: Clock) -> None:
    """The first choice says when the next thing is due, goes there, and waits for another."""
    due: list[datetime | None] = [clock() + timedelta(days=1, hours=6)]

    async def upcoming() -> datetime | None:
        return due[-1]

    choice = page.get_by_test_id("forward-next")
    await _clock(page).click()
    await expect(page.get_by_test_id("forward-hour")).to_be_focused()
    await expect(choice).to_be_hidden()
    await page.keyboard.press("Escape")

    telegram.upcoming = upcoming
    await _clock(page).click()
    await expect(choice).to_have_text("К следующему событию вт 24 ноября, 18:00")
    await choice.click()
    await expect(_clock(page)).to_have_text("вт 24 ноября, 18:00")
    assert telegram.now() == clock() + timedelta(days=1, hours=6, seconds=1)

    await _clock(page).click()
    await expect(choice).to_have_text("К следующему событию вот-вот наступит")
    await expect(choice).to_be_disabled()
    await page.keyboard.press("Escape")
    due.append(None)
    await _clock(page).click()
    await expect(choice).to_have_text("К следующему событию пока ничего не запланировано")
    await expect(choice).to_be_disabled()
    menu = await page.locator("#clock-menu").bounding_box()
    assert menu
    assert menu["x"] + menu["width"] <= PHONE["width"]


async def test_the_menu_of_the_clock_closes(page: Page, telegram: Telegram) -> None:
    """Escape and a tap elsewhere leave the time as it is."""
    menu = page.locator("#clock-menu")
    await _clock(page).click()
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(_clock(page)).to_be_focused()
    await _clock(page).click()
    await page.get_by_test_id("composer").click()
    await expect(menu).to_be_hidden()
    assert telegram.world.offset == 0
