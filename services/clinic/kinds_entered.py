"""Kinds of visit as a file tells of them, beside those that a clinic has."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from services.model.refusals.clinic import KindIsThere, TooManyKinds
from services.model.settings.visit_kinds import KindKey, VisitKind, next_key

NamesKind: TypeAlias = Callable[[Iterable[VisitKind], str], KindKey | None]
"""Which of the kinds somebody means by a name, however it is spelled."""


def kinds_entered(
    named: NamesKind, stored: Sequence[VisitKind], told: Sequence[VisitKind]
) -> tuple[VisitKind, ...]:
    """A clinic's kinds of visit once a file was entered: as it says, and in its order.

    What has no key yet is the one that is called so, or else a new one. What the file does not name
    stays as it was, behind: visits were booked for it.

    Raises:
        TooManyKinds: there is no room for so many.
        KindIsThere: one that the file does not name is called the same.
    """
    kinds: list[VisitKind] = []
    keyed = {kind.key for kind in told if kind.key}
    for kind in told:
        if not kind.key:
            # The key of a kind that is called so, unless the file calls that one otherwise by now.
            others = [each for each in stored if each.key not in keyed]
            key = named(others, kind.name) or next_key([*stored, *told, *kinds])
            if key is None:
                raise TooManyKinds
            kind = replace(kind, key=key)
            keyed.add(key)
        kinds.append(kind)
    kinds += [kind for kind in stored if kind.key not in keyed]
    for kind in kinds:
        if kind not in stored:
            check_apart(named, kinds, kind)
    return tuple(kinds)


def check_apart(named: NamesKind, kinds: Iterable[VisitKind], kind: VisitKind) -> None:
    """Raises `KindIsThere`: another of a clinic's kinds is called so."""
    others = [each for each in kinds if each.key != kind.key]
    if any(named(others, name) for name in {kind.name, kind.name_en} - {""}):
        raise KindIsThere
