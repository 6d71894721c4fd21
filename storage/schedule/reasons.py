"""Sets of kinds of visit as bits, so that one index scan can ask for them."""

from collections.abc import Iterable

from services.model.settings.visit_kinds import MOST_KINDS, KindKey, key_of


def to_bits(reasons: Iterable[KindKey]) -> int:
    """The bits of all of them together; 0 of none, which means any."""
    return sum({1 << reason.number - 1 for reason in reasons if reason.number})


def from_bits(bits: int) -> frozenset[KindKey]:
    return frozenset(key_of(at + 1) for at in range(MOST_KINDS) if bits >> at & 1)
