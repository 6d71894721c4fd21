"""Phone numbers as people write them, and as Telegram brings them."""

from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Contact, Message, User

from bot.documents.typed.phones import in_words, read_contact, read_phone
from services.model.people import PhoneNumber
from services.model.refusals.families import PhoneUnclear

ANNA = User(id=101, is_bot=False, first_name="Анна")


@pytest.mark.parametrize(
    "written",
    [
        "+79161234567",
        "89161234567",
        "8 (916) 123-45-67",
        "8-916-123-45-67",
        "9161234567",
        "79161234567",
        " +7 916 123 45 67 ",
        "тел. 8 916 123-45-67",
    ],
)
def test_a_number_is_read_in_any_usual_form(written: str) -> None:
    """A registrar types it as the caller says it."""
    assert read_phone(written) == "+79161234567"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+79161234567", "+7 916 123-45-67"),
        ("+4915112345678", "+49 1511 2345678"),
        ("none of ours", "none of ours"),
    ],
)
def test_a_number_is_shown_as_it_is_read_out(number: str, words: str) -> None:
    """R59: eleven digits on end are dialled wrong; and no number is lost for its form."""
    assert in_words(PhoneNumber(number)) == words


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+49 1511 2345678", "+4915112345678"),
        ("+7 701 123-45-67", "+77011234567"),
        ("8 (495) 123-45-67", "+74951234567"),
    ],
)
def test_a_number_of_elsewhere_says_so(written: str, number: str) -> None:
    """Russia's is meant where no country is said."""
    assert read_phone(written) == number


@pytest.mark.parametrize(
    "written",
    ["", "Миша", "12.03.2024", "4821", "123-45-67", "8 916 123-45-6", "+7 999", "1" * 300],
)
def test_what_is_no_number_is_unclear(written: str) -> None:
    """Names, birth dates and visit numbers, which the desk types in the same line, are none."""
    with pytest.raises(PhoneUnclear) as unclear:
        read_phone(written)

    assert unclear.value.args == ()
    assert unclear.value.__cause__ is None


@pytest.mark.parametrize("brought", ["4915112345678", "+4915112345678"])
@pytest.mark.parametrize(("owner", "own"), [(101, True), (102, False), (None, False)])
def test_a_contact_is_the_sender_s_own_or_not(brought: str, owner: int | None, own: bool) -> None:
    """R31: by the id in it alone; Telegram's numbers have a country, with or without the plus."""
    contact = Contact(phone_number=brought, first_name="Анна", user_id=owner)
    chat = Chat(id=101, type="private")
    message = Message(
        message_id=1, date=datetime.now(UTC), chat=chat, from_user=ANNA, contact=contact
    )
    number, found = read_contact(message)

    assert (read_phone(number), found) == ("+4915112345678", own)
