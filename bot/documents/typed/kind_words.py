"""Kinds of visit by their names: the clinic's own, and what the usual ones are commonly called."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.documents.sheets.tables import letters, vocabulary
from bot.documents.typed.dates import is_month
from bot.documents.typed.hours import fold, without_hours
from bot.documents.typed.weekdays import WEEKDAYS
from services.model.settings.visit_kinds import KindKey, Reason, VisitKind
from services.rules import names

_COMMONLY: dict[KindKey, str] = {
    Reason.ILLNESS: "болезнь, ребёнок болеет, больные дети, child is ill, illness",
    Reason.CONSULTATION: "консультация, consultation",
    Reason.REPEAT: "повторный приём, повторный, repeat visit",
    Reason.AFTER_ILLNESS: "после болезни, выписка, after an illness",
    Reason.CHECK_UP: "осмотр по возрасту, профосмотр, осмотр, медосмотр, check-up",
    Reason.VACCINATION: "осмотр перед прививкой, перед прививкой, before a vaccination",
    Reason.INFANT_DAY: "день здорового малыша, день грудничка, грудничковый день, грудной день, "
    "грудничковый приём, грудные дети, грудничковый, малыши, малышей, грудничков, "
    "healthy infants' day, infants",
    Reason.CERTIFICATE: "справка или направление, справка, справки, certificate or referral",
}
_KEY_OF = vocabulary(_COMMONLY)


def named_kind(kinds: Iterable[VisitKind], name: str) -> KindKey | None:
    """Which of a clinic's kinds somebody means by a name, however it is spelled.

    The clinic's own names come first, and digits count in them: "Справка 026/у".
    """
    kinds = tuple(kinds)
    written = _spelled(name)
    for kind in kinds:
        if written and written in {_spelled(kind.name), _spelled(kind.name_en)}:
            return kind.key
    found = _KEY_OF.get(letters(name))
    return found if found in {kind.key for kind in kinds} else None


def _spelled(name: str) -> str:
    return "".join(each for each in names.fold(name) if each.isalnum())


SHORTEST_WORD = 4
"""Letters that a word of a clinic's own name has at least to stand for it: "бассейн"."""
_OF_HOURS = re.compile(
    r"(?:минут\w*|кажд\w+|дн(?:и|ям|ей)|числа\w*|обед\w*|перерыв\w*|приема|принимает|рабочие|только"
    r"|сегодня|завтра|послезавтра|min(?:utes?)?|every|days?|from|since|till|only|today|tomorrow"
    r"|without|closed)"
)
"""Words that mean something in a line of hours, beside weekdays, breaks and months."""


@dataclass(frozen=True, slots=True)
class KindNames:
    """What a line of hours may call a clinic's kinds of visit, folded as the line is."""

    keys: dict[str, KindKey]
    pattern: re.Pattern[str]
    """One or several of them: "(малыши)", "для малышей и справок"."""
    lengths: dict[KindKey, timedelta]
    """How long visits take, where the clinic says so."""

    def keys_in(self, said: str) -> frozenset[KindKey]:
        """Those that are named in what `pattern` found."""
        words = "|".join(map(re.escape, _longest_first(self.keys)))
        return frozenset(self.keys[each] for each in re.findall(rf"\b(?:{words})(?!\w)", said))


def names_of(kinds: Iterable[VisitKind]) -> KindNames | None:
    """The names of those that are booked; what would name two names none. None: there are none."""
    kinds = tuple(kinds)
    meant: dict[str, set[KindKey]] = {}
    for kind in kinds:
        for name in () if kind.hidden else _called(kind):
            meant.setdefault(name, set()).add(kind.key)
    keys = {name: next(iter(found)) for name, found in meant.items() if len(found) == 1}
    if not keys:
        return None
    one = rf"(?:{'|'.join(map(re.escape, _longest_first(keys)))})(?!\w)"
    several = rf"\b{one}(?:\s*(?:,|\+|\bи\b|\band\b)\s*{one})*"
    before = r"(?<![\s,(])[\s,(]*(?:\b(?:только|для|на|for|only)\s+)?"
    lengths = {kind.key: kind.length for kind in kinds if kind.length}
    return KindNames(keys, re.compile(rf"{before}{several}\)?"), lengths)


def _called(kind: VisitKind) -> Iterator[str]:
    """Its own names and the words of them, and what it is commonly called."""
    for name in (kind.name, kind.name_en):
        written = fold(name).strip()
        if not _says_hours(written):
            yield written
            yield from (
                word
                for word in re.findall(r"[^\W\d_]+", written)
                if len(word) >= SHORTEST_WORD and word != written and not _says_hours(word)
            )
    yield from map(fold, _COMMONLY.get(kind.key, "").split(", ") if kind.is_everywhere else ())


def _says_hours(written: str) -> bool:
    """Whether folded words are of hours and of nothing else, and so can name no kind in their line:
    of "Осмотр за 15 минут" it is "минут", of "Приём в субботу" the day."""
    left = WEEKDAYS.sub(" ", without_hours(written, " "))
    words = (word for word in re.findall(r"[^\s\d.,:;/()+-]+", left))
    return all(_OF_HOURS.fullmatch(word) or is_month(word) for word in words)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
