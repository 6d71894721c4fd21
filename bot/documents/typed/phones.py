"""Reading a phone number in any form in which people write one."""

from aiogram.types import Message

from services.model.people import PhoneNumber
from services.model.refusals.families import PhoneUnclear

LONGEST = 100
"""Characters: what is longer is no number, whatever it begins with."""
REGION = "RU"
"""Where a number is from that does not say so."""


def read_phone(written: str) -> PhoneNumber:
    """The number in words such as 8 (916) 123-45-67, 9161234567, +49 176 1234567.

    Raises:
        PhoneUnclear: no such number is given out anywhere, or there is none in it.
    """
    if len(written) > LONGEST:
        raise PhoneUnclear
    import phonenumbers  # most never need it

    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        raise PhoneUnclear from None  # the message quotes what was written
    if not phonenumbers.is_valid_number(number):
        raise PhoneUnclear
    form = phonenumbers.PhoneNumberFormat.E164
    return PhoneNumber(phonenumbers.format_number(number, form))


def in_words(number: PhoneNumber) -> str:
    """ "+7 916 123-45-67": as people read a number out, and as Telegram knows one to be called."""
    import phonenumbers  # most never need it

    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number  # none of ours, and better said than lost
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def read_contact(message: Message) -> tuple[str, bool]:
    """The number of a shared contact, and whether it is the sender's own (R31).

    Telegram's numbers always have the code of their country, and often no plus.
    """
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None:
        return "", False
    return f"+{contact.phone_number.removeprefix('+')}", contact.user_id == sender.id
