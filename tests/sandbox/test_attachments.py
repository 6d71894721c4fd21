"""Places, photos and contacts, from the bot and from people, through both doors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from struct import pack
from typing import Any

import pytest
from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BufferedInputFile, Contact, KeyboardButton, Message, ReplyKeyboardMarkup

from bot.sandbox import Telegram
from bot.sandbox.model import Location, Venue
from bot.sandbox.pictures import Picture, picture
from tests.sandbox.world import ANNA, BORIS, GROUP, Api, keyboard, png

CLINIC = (55.7558, 37.6173, "Детская клиника «Ромашка»", "Москва, ул. Садовая, 7")
QR = BufferedInputFile(png(40, 30), "qr.png")
JPEG = b"\xff\xd8\xff\xe0" + pack(">H", 6) + b"JFIF" + b"\xff\xc2" + pack(">HBHH", 11, 8, 480, 640)

Send = Callable[[Bot], Awaitable[Message]]
YES = keyboard(("Да", "yes"))
SENDINGS: dict[str, Send] = {
    "venue": lambda bot: bot.send_venue(ANNA, *CLINIC, reply_markup=YES),
    "location": lambda bot: bot.send_location(ANNA, 55.7558, 37.6173, reply_markup=YES),
    "photo": lambda bot: bot.send_photo(ANNA, QR, caption="Талон", reply_markup=YES),
}
TOO_BIG = "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"


def _reason(caught: pytest.ExceptionInfo[TelegramBadRequest]) -> str:
    return caught.value.message.removeprefix("Bad Request: ")


# --- From the bot -----------------------------------------------------------------------------


async def test_a_venue(bot: Bot, telegram: Telegram) -> None:
    """A place comes with its name and address, and for old bots as a mere location, too."""
    sent = await bot.send_venue(ANNA, *CLINIC)

    assert sent.content_type == ContentType.VENUE
    assert sent.venue
    assert (sent.venue.title, sent.venue.address) == CLINIC[2:]
    assert sent.location == sent.venue.location
    assert (sent.location.latitude, sent.location.longitude, sent.text) == (55.7558, 37.6173, None)
    assert telegram.chat(ANNA)[-1].venue == Venue(Location(*CLINIC[:2]), *CLINIC[2:])


async def test_a_location(bot: Bot, telegram: Telegram) -> None:
    """A point may stand at the very edge of the map, and at its middle."""
    for point in ((0, 0), (-90, 180)):
        sent = await bot.send_location(ANNA, *point)
        assert sent.content_type == ContentType.LOCATION
        assert telegram.chat(ANNA)[-1].location == Location(*point)


async def test_a_photo(bot: Bot, telegram: Telegram) -> None:
    """A photo has its true size and a caption, and can be downloaded and sent again by its id."""
    sent = await bot.send_photo(ANNA, QR, caption="<b>Талон</b>", parse_mode="HTML")

    assert sent.content_type == ContentType.PHOTO
    assert sent.photo
    assert (sent.photo[0].width, sent.photo[0].height) == (40, 30)
    assert (sent.caption, sent.text) == ("Талон", None)
    assert sent.caption_entities
    shown = telegram.chat(ANNA)[-1].photo
    assert shown
    assert (shown.mime_type, shown.size) == ("image/png", len(QR.data))

    again = await bot.send_photo(BORIS, sent.photo[0].file_id)
    assert again.photo == sent.photo
    content = await bot.download(again.photo[0])
    assert content
    assert content.read() == QR.data


@pytest.mark.parametrize("kind", SENDINGS)
async def test_buttons_below_it(bot: Bot, telegram: Telegram, kind: str) -> None:
    """An inline keyboard works below any kind of message."""
    sent = await SENDINGS[kind](bot)
    telegram.tap(ANNA, sent.message_id, "yes")

    (update,) = await bot.get_updates()
    assert update.callback_query
    assert isinstance(update.callback_query.message, Message)
    assert update.callback_query.message.content_type == kind
    assert update.callback_query.message.reply_markup
    assert update.callback_query.message.reply_markup.model_dump() == YES.model_dump()


@pytest.mark.parametrize("kind", SENDINGS)
async def test_there_is_no_text_to_edit(bot: Bot, telegram: Telegram, kind: str) -> None:
    """It cannot become a text, but its keyboard can be taken away, and the rest stays."""
    sent = await SENDINGS[kind](bot)
    before = telegram.chat(ANNA)[-1].content_json()
    with pytest.raises(TelegramBadRequest) as caught:
        await sent.edit_text("текст")
    assert _reason(caught) == "there is no text in the message to edit"

    edited = await sent.edit_reply_markup()
    assert isinstance(edited, Message)
    assert (edited.content_type, edited.caption) == (kind, sent.caption)
    assert telegram.chat(ANNA)[-1].buttons == []
    assert telegram.chat(ANNA)[-1].content_json() == before


@pytest.mark.parametrize("kind", SENDINGS)
async def test_a_blocked_bot_sends_none(bot: Bot, telegram: Telegram, kind: str) -> None:
    """Whoever blocks the bot gets neither places nor photos."""
    telegram.block(ANNA)
    with pytest.raises(TelegramForbiddenError):
        await SENDINGS[kind](bot)


# --- What Telegram refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1), (float("nan"), 0), (0, float("inf"))],
)
async def test_a_point_is_on_the_map(
    bot: Bot, telegram: Telegram, latitude: float, longitude: float
) -> None:
    """Degrees out of range are refused, and so is what is no number."""
    before = telegram.chat(ANNA)
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_location(ANNA, latitude, longitude)
    assert _reason(caught) == "invalid location specified"
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_venue(ANNA, latitude, longitude, *CLINIC[2:])
    assert _reason(caught) == "wrong venue location specified"
    assert telegram.chat(ANNA) == before


@pytest.mark.parametrize(
    ("method", "request_body", "reason"),
    [
        ("sendLocation", {"latitude": 1}, "longitude is empty"),
        ("sendLocation", {"latitude": "север", "longitude": 1}, "wrong parameter latitude"),
        ("sendVenue", {"latitude": 1, "longitude": 1, "address": "x"}, "title is empty"),
        (
            "sendVenue",
            {"latitude": 1, "longitude": 1, "title": " ", "address": "x"},
            "title is empty",
        ),
        (
            "sendVenue",
            {"latitude": 1, "longitude": 1, "title": "x", "address": ""},
            "address is empty",
        ),
        ("sendPhoto", {"photo": "odd"}, "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_malformed_requests(
    api: Api, method: str, request_body: dict[str, Any], reason: str
) -> None:
    """Whatever is missing or empty is named."""
    status, body = await api.call(method, json={"chat_id": ANNA, **request_body})
    assert (status, body["description"]) == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"text", "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG\r\n\x1a\n", "IMAGE_PROCESS_FAILED"),
        (b"\xff\xd8\xff\xd9", "IMAGE_PROCESS_FAILED"),
        (png(21, 1), "PHOTO_INVALID_DIMENSIONS"),
        (png(4000, 6001), "PHOTO_INVALID_DIMENSIONS"),
        (bytes(10 * 1024 * 1024 + 1), TOO_BIG),
    ],
    ids=["empty", "text", "half a PNG", "JPEG without a frame", "long", "large", "heavy"],
)
async def test_a_photo_is_a_picture(bot: Bot, content: bytes, reason: str) -> None:
    """Only a picture of a reasonable size can be sent as a photo."""
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_photo(ANNA, BufferedInputFile(content, "photo.png"))
    assert _reason(caught) == reason


async def test_a_photo_has_a_short_caption(bot: Bot) -> None:
    """The limit of a photo's caption is that of any caption."""
    assert (await bot.send_photo(ANNA, QR, caption="я" * 1024)).caption == "я" * 1024
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(ANNA, QR, caption="я" * 1025)


async def test_a_photo_is_no_document(bot: Bot) -> None:
    """The id of a file sent as one thing does not send it as another."""
    photo = (await bot.send_photo(ANNA, QR)).photo
    document = (await bot.send_document(ANNA, QR)).document
    assert photo
    assert document
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_photo(ANNA, document.file_id)
    assert _reason(caught) == "can't use file of type Document as Photo"
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_document(ANNA, photo[0].file_id)
    assert _reason(caught) == "can't use file of type Photo as Document"


def test_sizes_of_pictures() -> None:
    """The size stands in the header of a PNG, and behind other segments in a JPEG."""
    assert picture(png(40, 30)) == Picture("image/png", 40, 30)
    assert picture(JPEG) == Picture("image/jpeg", 640, 480)
    assert picture(JPEG[:-1]) is None
    assert picture(png(0, 30)) is None


# --- From people ------------------------------------------------------------------------------


async def test_a_person_sends_a_photo(bot: Bot, telegram: Telegram) -> None:
    """A photo of a person reaches the bot with its caption, and the bot can download it."""
    telegram.send_photo(ANNA, "сыпь.png", QR.data, "что это?")
    (update,) = await bot.get_updates()

    assert update.message
    assert update.message.photo
    assert (update.message.caption, update.message.photo[-1].width) == ("что это?", 40)
    content = await bot.download(update.message.photo[-1])
    assert content
    assert content.read() == QR.data


async def test_any_picture_of_a_person_is_a_photo(bot: Bot, telegram: Telegram) -> None:
    """The app makes a JPEG of whatever it shows: its size is a guess here."""
    telegram.send_photo(ANNA, "photo.heic", b"heic")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.photo
    assert (update.message.photo[0].width, update.message.photo[0].height) == (1280, 960)


async def test_a_person_sends_a_location(bot: Bot, telegram: Telegram) -> None:
    """A point on the map comes as it is, from a private chat and from a group."""
    telegram.send_location(ANNA, 56.8389, 60.6057)
    telegram.send_location(BORIS, 0, 0, chat_id=GROUP)
    private, group = await bot.get_updates()

    assert private.message
    assert private.message.location
    assert private.message.location.latitude == 56.8389
    assert private.message.location.longitude == 60.6057
    assert group.message
    assert (group.message.chat.id, group.message.content_type) == (GROUP, ContentType.LOCATION)


# --- Phone numbers ----------------------------------------------------------------------------

SHARE = ReplyKeyboardMarkup(
    keyboard=[[KeyboardButton(text="Поделиться номером", request_contact=True)]]
)


async def _shared(bot: Bot) -> Contact:
    message = (await bot.get_updates(offset=-1))[0].message
    assert message
    assert message.contact
    assert (message.content_type, message.text) == (ContentType.CONTACT, None)
    return message.contact


async def test_a_person_shares_their_number(bot: Bot, telegram: Telegram) -> None:
    """The contact is the person's own, as Telegram's id in it proves; whoever has no number
    gets one made up.
    """
    telegram.add_user(ANNA, "Анна", phone="+7 916 000-00-42")
    telegram.share_contact(ANNA)
    mine = await _shared(bot)
    assert (mine.phone_number, mine.first_name, mine.user_id) == ("+79160000042", "Анна", ANNA)
    assert telegram.chat(ANNA)[-1].contact

    telegram.share_contact(BORIS)
    assert (await _shared(bot)).phone_number == "+79000000002"


async def test_a_person_shares_anothers_number(bot: Bot, telegram: Telegram) -> None:
    """A contact from the address book names its owner, who is not the sender."""
    telegram.share_contact(ANNA, owner_id=BORIS)
    other = await _shared(bot)
    assert (other.phone_number, other.first_name, other.user_id) == ("+79000000002", "Борис", BORIS)


async def test_a_number_without_a_plus(bot: Bot, telegram: Telegram) -> None:
    """Some apps send digits alone, so tests can, too."""
    telegram.share_contact(ANNA, phone="7 (916) 000-00-42")
    assert (await _shared(bot)).phone_number == "79160000042"


async def test_asking_for_a_number(bot: Bot, telegram: Telegram) -> None:
    """A button may ask for the phone number in a private chat, and nowhere else."""
    await bot.send_message(ANNA, "Ваш телефон?", reply_markup=SHARE)
    keyboard_shown = telegram.chat(ANNA)[-1].reply_keyboard
    assert keyboard_shown
    assert keyboard_shown.rows == (("Поделиться номером",),)

    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_message(GROUP, "Ваш телефон?", reply_markup=SHARE)
    assert _reason(caught) == "phone number can be requested in private chats only"
