"""A time zone by the name of its city, in the languages that the bot speaks."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from services.model.people import Language

_REGIONS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)
_NO_CITIES = frozenset(
    {"ACT", "LHI", "NSW", "North", "Queensland", "South", "Tasmania", "Victoria", "West"}
)
"""Of Australia's."""


def read_zone(written: str) -> str:
    """The zone's key for a city such as "Екатеринбург"; anything else as it is."""
    return _zones_by_city().get(_folded(written), written)


@cache
def _zones_by_city() -> dict[str, str]:
    """By CLDR's city of a zone, and by the English one in its key.

    Keys that name no city are left out: "Etc/GMT+3" is three hours *behind* UTC, and "US/Central"
    or "Australia/West" are parts of a country."""
    known = available_timezones()
    named = {}
    for key in sorted(known):
        region, _, city = key.partition("/")
        if region in _REGIONS and city not in _NO_CITIES:
            named[_folded(city.rsplit("/", 1)[-1].replace("_", " "))] = key
    for language in Language:
        for key, names in Locale.parse(language).time_zones.items():
            if key in known and "city" in names:
                named[_folded(names["city"])] = key
    return named


def _folded(city: str) -> str:
    return " ".join(city.split()).casefold().replace("ё", "е")
