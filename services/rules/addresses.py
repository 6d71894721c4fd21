"""From a typed address to the district it belongs to. The address itself is never kept."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from services.model.clinic import Addresses, District, Side
from services.model.refusals.families import HouseNeeded, StreetUnknown

_KINDS = {
    "улица": "ул",
    "проспект": "пр",
    "просп": "пр",
    "переулок": "пер",
    "площадь": "пл",
    "бульвар": "бул",
    "шоссе": "ш",
    "проезд": "прд",
    "набережная": "наб",
    "микрорайон": "мкр",
}
"""Words that say what kind of street it is, and how they are shortened."""
_SHORTHAND = {"пр-кт": "пр", "пр-т": "пр", "пр-д": "прд", "б-р": "бул"}
_SHORT = frozenset(_KINDS.values())
_HOUSE_WORDS = frozenset({"д", "дом", "стр", "строение", "вл", "владение", "г", "город"})


def find_district(typed: str, served: Iterable[tuple[District, Addresses]]) -> District:
    """The district of an address such as "ул. Садовая, д. 12", as people type it.

    Raises:
        StreetUnknown: none of the districts has such a street, or such a house in it.
        HouseNeeded: the district depends on the house, and none was typed.
    """
    matches = _best([_words(part) for part in typed.split(",")], served)
    if not matches:
        raise StreetUnknown
    house = matches[0][0]
    parts = [
        (district, part)
        for _, district, part in matches
        if house is None or _has_house(part, house)
    ]
    if not parts:
        raise StreetUnknown
    districts = {district.id: district for district, _ in parts}
    if len(districts) > 1 or (house is None and not _is_whole(part for _, part in parts)):
        raise HouseNeeded
    return next(iter(districts.values()))


def _best(
    typed: list[list[str]], served: Iterable[tuple[District, Addresses]]
) -> list[tuple[int | None, District, Addresses]]:
    """The parts of streets whose name was typed, and the house: the longest name wins."""
    found = []
    for district, part in served:
        street = _words(part.street)
        rest = _after(street, typed)
        if rest is not None and _same_kind(street, [word for words in typed for word in words]):
            found.append((len(_name(street)), _house(rest), district, part))
    longest = max((length for length, *_ in found), default=0)
    return [(house, district, part) for length, house, district, part in found if length == longest]


def _words(text: str) -> list[str]:
    """Lower-case words; kinds of streets shortened, "дом" and its like left out."""
    plain = normalize("NFC", text).casefold().replace("ё", "е")
    for shorthand, kind in _SHORTHAND.items():
        plain = plain.replace(shorthand, kind)
    words = [_KINDS.get(word, word) for word in re.findall(r"\d+\w*|[^\W\d_]+", plain)]
    return [word for word in words if word not in _HOUSE_WORDS]


def _name(words: list[str]) -> list[str]:
    return [word for word in words if word not in _SHORT]


def _after(street: list[str], typed: list[list[str]]) -> list[str] | None:
    """What was typed after the name of a street; None where its name was not typed.

    A name begins what stands between two commas, or follows a kind: "Москва ул. Садовая". Any other
    word before or after it makes another street of it, such as "Большая Садовая".
    """
    for at, words in enumerate(typed):
        for start in (0, *(place + 1 for place, word in enumerate(words) if word in _SHORT)):
            rest = _rest(street, words[start:])
            if rest is not None:
                return [*rest, *(word for later in typed[at + 1 :] for word in later)]
    return None


def _rest(street: list[str], words: list[str]) -> list[str] | None:
    """What follows the name of a street with which the words begin."""
    name, said = _name(street), _name(words)
    if not name:  # such as "ул. Набережная": the kind is the name, if no other one follows it
        name, said = ([word for word in some if word != "ул"] for some in (street, words))
    rest = said[len(name) :]
    is_meant = said[: len(name)] == name and (not rest or rest[0][0].isdigit())
    return rest if is_meant else None


def _same_kind(street: list[str], typed: list[str]) -> bool:
    """Whether nothing contradicts: a street and an avenue can have one name.

    Where the name is but a number, such as "мкр. 5", the kind has to be said: else it is a house.
    """
    kind, meant = _SHORT.intersection(street), _SHORT.intersection(typed)
    if all(word.isdigit() for word in _name(street)):
        return bool(kind & meant)
    return not kind or not meant or bool(kind & meant)


def _house(rest: list[str]) -> int | None:
    """The number of "12", "12а", "12 к2"; None when none was typed, or an absurd one."""
    found = re.match(r"\d{1,5}(?!\d)", rest[0]) if rest else None
    return int(found[0]) if found else None


def _is_whole(parts: Iterable[Addresses]) -> bool:
    """Whether these parts are the whole street, whatever the house."""
    sides = {part.side for part in parts if part.first <= 2 and part.last is None}
    return Side.ALL in sides or {Side.EVEN, Side.ODD} <= sides


def _has_house(part: Addresses, house: int) -> bool:
    return (
        part.first <= house and (part.last is None or house <= part.last) and part.side.has(house)
    )
