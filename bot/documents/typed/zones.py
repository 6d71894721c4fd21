"""A time zone by the name of its city, in the languages that the bot speaks."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from services.model.people import Language


def read_zone(written: str) -> str:
    """The zone's key for a city such as "Екатеринбург"; anything else as it is."""
    return _zones_by_city().get(_folded(written), written)


@cache
def _zones_by_city() -> dict[str, str]:
    """By CLDR's city of a zone, and by the English one in its key."""
    known = available_timezones()
    named = {_folded(key.rsplit("/", 1)[-1].replace("_", " ")): key for key in known if "/" in key}
    for language in Language:
        for key, names in Locale.parse(language).time_zones.items():
            if key in known and "city" in names:
                named[_folded(names["city"])] = key
    return named


def _folded(city: str) -> str:
    return " ".join(city.split()).casefold().replace("ё", "е")
