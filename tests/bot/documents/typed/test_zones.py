"""A time zone is called by its city."""

from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.documents.typed.zones import read_zone
from bot.words import city, load, speaking
from services.model.people import Language
from services.model.settings.places import ZONES


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Екатеринбург", "Asia/Yekaterinburg"),
        (" екатеринбург ", "Asia/Yekaterinburg"),
        ("Москва", "Europe/Moscow"),
        ("Петропавловск-Камчатский", "Asia/Kamchatka"),
        ("Нью-Йорк", "America/New_York"),
        ("new york", "America/New_York"),
        ("Yekaterinburg", "Asia/Yekaterinburg"),
        ("Europe/Samara", "Europe/Samara"),
        ("Урюпинск", "Урюпинск"),
        ("GMT+3", "GMT+3"),
        ("gmt-3", "gmt-3"),
        ("UTC", "UTC"),
        ("east", "east"),
        ("West", "West"),
        ("central", "central"),
        ("general", "general"),
        ("Pacific", "Pacific"),
        ("South", "South"),
        ("Buenos Aires", "America/Buenos_Aires"),
        ("", ""),
    ],
)
def test_a_city_is_its_zone(written: str, key: str) -> None:
    """R60: in either language; what is none stays what it is, and is asked about."""
    assert read_zone(written) == key


@pytest.mark.parametrize("language", Language)
def test_every_zone_that_is_offered_is_read_by_the_name_it_is_shown_with(
    language: Language,
) -> None:
    """R60: whoever types what stands on the buttons is understood."""
    with speaking(load(), language):
        assert {read_zone(city(ZoneInfo(key))) for key in ZONES} == set(ZONES)
    assert {read_zone(key) for key in ZONES} <= available_timezones()
