"""Names as people type them: tidied, compared, told apart."""

import re
from collections.abc import Iterable

from services.model.people import Child
from services.model.refusals.families import NameTooLong, NameUnclear

LONGEST_NAME = 60


def tidy_name(typed: str) -> str:
    """The name as it will be kept: one line, single spaces.

    Raises:
        NameUnclear: there is no letter in it.
        NameTooLong: more than `LONGEST_NAME` characters.
    """
    name = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
    if not any(character.isalpha() for character in name):
        raise NameUnclear
    if len(name) > LONGEST_NAME:
        raise NameTooLong(LONGEST_NAME)
    return name


def name_key(name: str) -> str:
    """What two spellings of one name have in common: no case, no ё, no spaces."""
    return "".join(name.split()).casefold().replace("ё", "е")


def named(name: str, children: Iterable[Child]) -> list[Child]:
    """Those whose name has every typed word, or begins with one that is in the typed name.

    A parent may have typed "Миша" where the registry hears "Миша Иванов".
    """
    wanted = _words(name)
    return [
        child
        for child in children
        if all(any(part.startswith(word) for part in _words(child.name)) for word in wanted)
        or all(any(word.startswith(part) for word in wanted) for part in _words(child.name))
    ]


def _words(name: str) -> list[str]:
    return name.casefold().replace("ё", "е").split()


def may_be(one: str, other: str) -> bool:
    """Whether one of the names is the other with initials: "Петрова А. С."."""
    (family, *given), (other_family, *other_given) = _words_of(one), _words_of(other)
    pairs = list(zip(given, other_given, strict=False))
    return (
        family == other_family
        and any(len(mine) != len(theirs) for mine, theirs in pairs)
        and all(
            mine == theirs or (1 in (len(mine), len(theirs)) and mine[0] == theirs[0])
            for mine, theirs in pairs
        )
    )


def _words_of(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.casefold().replace("ё", "е")) or [""]
