"""Names as people type them: tidied, compared, told apart. Who somebody is, is never a spelling."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum, auto
from functools import lru_cache
from unicodedata import category, normalize

from services.model.people import Child
from services.model.refusals.families import NameTooLong, NameUnclear

LONGEST_NAME = 60
_HYPHENS = "-‐‑‒–—―−⁃﹣－"
_APOSTROPHES = "'’‘‛ʼʻʽʹ′`´＇"
_PLAIN = str.maketrans(
    {**dict.fromkeys(_HYPHENS, "-"), **dict.fromkeys(_APOSTROPHES, "'"), "\xa0": " "}
)
_CYRILLIC_OF = dict(zip("abcehikmoptxy", "авсенікмортху", strict=True))
"""Small letters of which the capital or the small one looks the same in both scripts."""
_LATIN_OF = {theirs: ours for ours, theirs in _CYRILLIC_OF.items()}
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_CYRILLIC_OF), str.maketrans(_LATIN_OF)
_JOINERS = "\u200c\u200d"
"""Unseen, but they make one emoji of several, and are needed to write Hindi or Persian."""


class Likeness(StrEnum):
    """How one name stands to another."""

    SAME = auto()
    """Two spellings of it: Unicode forms, case, ё, hyphens, apostrophes, blanks, look-alikes."""
    INITIALS = auto()
    """One of them has initials where the other has names: "Петрова А. С."."""
    NEARLY = auto()
    """So alike that somebody has to be asked: less is said, in another order, otherwise parted."""
    OTHER = auto()


def tidy_name(typed: str) -> str:
    """The name as it will be kept: composed, one line, single spaces, nothing unseen.

    Raises:
        NameUnclear: there is no letter in it.
        NameTooLong: more than `LONGEST_NAME` characters.
    """
    name = " ".join("".join(map(_seen, normalize("NFC", typed))).split())
    if not any(character.isalpha() for character in name):
        raise NameUnclear
    if len(name) > LONGEST_NAME:
        raise NameTooLong(LONGEST_NAME)
    return name


def _seen(character: str) -> str:
    """The character as it is kept; what only steers the text goes without leaving a gap."""
    if character.isprintable() or character in _JOINERS:
        return character
    return "" if category(character) == "Cf" else " "


def likeness(one: str, other: str) -> Likeness:
    """How two names stand to each other; in either order the same."""
    mine, theirs = words_of(one), words_of(other)
    if mine == theirs or _only_lacks_blanks(mine, theirs):
        return Likeness.SAME
    if not (mine and theirs):
        return Likeness.OTHER
    if _is_by_initials(mine, theirs):
        return Likeness.INITIALS
    return Likeness.NEARLY if _is_nearly(mine, theirs) else Likeness.OTHER


def is_same(one: str, other: str) -> bool:
    """Whether these are two spellings of one name."""
    return likeness(one, other) is Likeness.SAME


def may_be(one: str, other: str) -> bool:
    """Whether one of the names is the other with initials: "Петрова А. С."."""
    return likeness(one, other) is Likeness.INITIALS


def is_put_alike(one: str, other: str) -> bool:
    """Whether the names are the same letters in the same order, however they are parted."""
    return is_same(one, other) or _letters(words_of(one)) == _letters(words_of(other))


def name_key(name: str) -> str:
    """What two spellings of one name have in common, unless one of them lacks a blank.

    Equal keys are one name; where names are told apart by it alone, `likeness` has the last word.
    """
    return " ".join(words_of(name)) or name.strip()


def named(name: str, children: Iterable[Child]) -> list[Child]:
    """Those whose name has every typed word, or begins with one that is in the typed name.

    A parent may have typed "Миша" where the registry hears "Миша Иванов".
    """
    wanted = _searched(name)
    return [
        child
        for child in children
        if all(any(part.startswith(word) for part in _searched(child.name)) for word in wanted)
        or all(any(word.startswith(part) for word in wanted) for part in _searched(child.name))
    ]


def not_in(name: str, child: Child) -> str:
    """The words of a searched name of which the child's says nothing, as they were typed."""
    known = _searched(child.name)

    def is_known(word: str) -> bool:
        parts = _searched(word)
        return all(
            any(one.startswith(each) or each.startswith(one) for one in known) for each in parts
        )

    return " ".join(word for word in name.split() if not is_known(word))


def may_be_one_child(one: str, other: str) -> bool:
    """Whether two names that go with one birth date may be one child's: spellings of one name, or
    one of them says less: "Миша" beside "Миша Иванов"."""
    mine, theirs = set(words_of(one)), set(words_of(other))
    if not (mine and theirs):
        return False
    return mine <= theirs or theirs <= mine or likeness(one, other) is not Likeness.OTHER


def likely_same(child: Child, others: Iterable[Child]) -> list[Child]:
    """Those who may be this child, entered once more."""
    return [
        other
        for other in others
        if other.id != child.id
        and other.birth_date == child.birth_date
        and may_be_one_child(child.name, other.name)
    ]


def _searched(name: str) -> list[str]:
    """Words as they are looked up: "О'Коннор" is heard as "оконнор", "Анна-Мария" as two."""
    return [part for word in words_of(name) for part in word.replace("'", "").split("-")]


# A name as words


@lru_cache(maxsize=1024)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in the one form in which they are compared; the family name first.

    "О.В.КИМ" and "Ким О. В." are both "ким", "о", "в".
    """
    text = " ".join("".join(map(_part, _initials_parted(_composed(name)))).split())
    text = text.replace(" -", "-").replace("- ", "-")
    text = normalize("NFC", text.casefold()).replace("ё", "е")
    words = [word for each in text.split() if (word := each.strip("-'"))]
    words = _in_one_script(words)
    while len(words) > 1 and _is_initial(words[0]) and not _is_initial(words[-1]):
        before = next(at for at, word in enumerate(words) if not _is_initial(word))
        if before < len(words) - 1:
            break  # a family name of two words, or a given name: the order is not said
        words = [*words[before:], *words[:before]]
    return tuple(words)


def fold(text: str) -> str:
    """Any text without what its spelling leaves open: composed, small letters, no ё, one kind of
    hyphen and of apostrophe, no look-alike letter in a Cyrillic word."""
    folded = _composed(text).casefold().replace("ё", "е")
    parts = re.split(r"([^\W\d_]+)", folded)
    parts[1::2] = _in_one_script(parts[1::2])
    return "".join(parts)


def _composed(name: str) -> str:
    """Composed, without accents that only say how a Russian name is stressed."""
    kept: list[str] = []
    for character in normalize("NFKC", name.translate(_PLAIN)).translate(_PLAIN):
        kind = category(character)
        is_stress = kind == "Mn" and bool(kept) and _is_cyrillic(kept[-1])
        if kind != "Cf" and not is_stress and not "\ufe00" <= character <= "\ufe0f":
            kept.append(character)
    return "".join(kept)


def _initials_parted(text: str) -> Iterable[str]:
    """With the blank that is missing in "КимО.В."."""
    for at, character in enumerate(text):
        is_joined = at and character.isupper() and text[at - 1].islower()
        if is_joined and text[at + 1 : at + 2] == ".":
            yield " "
        yield character


def _part(character: str) -> str:
    """The character, or a blank for what only parts words."""
    parts = category(character)[0] in "ZPC" and character not in "-'"
    return " " if parts else character


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def _is_initial(word: str) -> bool:
    """A letter of a script that has capitals: 王 is a name."""
    return len(word) == 1 and word.upper() != word.lower()


def _in_one_script(words: Sequence[str]) -> list[str]:
    """With each word in the letters of one script, where it can be.

    A letter that looks the same in both is of the script of its word, or else of the name's.
    """
    scripts = [_script(word) for word in words]
    of_name = {script for script in scripts if script}
    found = []
    for word, script in zip(words, scripts, strict=True):
        wanted = script or (next(iter(of_name)) if len(of_name) == 1 else "")
        if not wanted and any(map(_is_cyrillic, word)):
            wanted = "Cyrillic"
        table = {"Cyrillic": _TO_CYRILLIC, "Latin": _TO_LATIN}.get(wanted)
        found.append(word.translate(table) if table else word)
    return found


def _script(word: str) -> str:
    """The script of the letters that exist in one alone; empty: there is none such, or both."""
    cyrillic = any(_is_cyrillic(each) and each not in _LATIN_OF for each in word)
    latin = any("a" <= each <= "z" and each not in _CYRILLIC_OF for each in word)
    if cyrillic == latin:
        return ""
    return "Cyrillic" if cyrillic else "Latin"


# Words against words

_Words = Sequence[str]


def _only_lacks_blanks(mine: _Words, theirs: _Words) -> bool:
    """ "ПетроваАнна Сергеевна": all blanks that one of them has, the other has, too."""
    if "".join(mine) != "".join(theirs) or any(map(_is_initial, [*mine, *theirs])):
        return False
    here, there = _gaps(mine), _gaps(theirs)
    return here <= there or there <= here


def _gaps(words: _Words) -> set[int]:
    return {sum(map(len, words[:count])) for count in range(1, len(words))}


def _is_by_initials(mine: _Words, theirs: _Words) -> bool:
    pairs = list(zip(mine[1:], theirs[1:], strict=False))
    return (
        mine[0] == theirs[0]
        and any(one != other for one, other in pairs)
        and all(one == other or _shortens(one, other) for one, other in pairs)
    )


def _shortens(one: str, other: str) -> bool:
    short, full = sorted((one, other), key=len)
    return _is_initial(short) and len(full) > 1 and full[0] == short


def _is_nearly(mine: _Words, theirs: _Words) -> bool:
    if any(character.isdigit() for word in {*mine} ^ {*theirs} for character in word):
        return False  # "Врач 1" and "Врач 2" are two
    shorter, longer = sorted((tuple(mine), tuple(theirs)), key=len)
    turned = (*mine[-1:], *mine[:-1]), (*theirs[-1:], *theirs[:-1])
    return (
        longer[: len(shorter)] == shorter
        or sorted(mine) == sorted(theirs)
        or _is_by_initials(turned[0], theirs)
        or _is_by_initials(mine, turned[1])
        or _letters(mine) == _letters(theirs)
        or _letters(mine) == _shortened(theirs)
        or _shortened(mine) == _letters(theirs)
    )


def _letters(words: _Words) -> str:
    """All letters as they look, in a row."""
    return "".join(words).replace("-", "").replace("'", "").translate(_TO_CYRILLIC)


def _shortened(words: _Words) -> str:
    """ "КИМОВ": the family name with the initials, in a row."""
    return _letters([words[0], *(word[0] for word in words[1:])])
