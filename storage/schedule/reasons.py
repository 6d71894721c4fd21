"""Sets of reasons as bits, so that one index scan can ask for them."""

from collections.abc import Iterable

from services.model.clinic import Reason

_BITS = {
    Reason.ILLNESS: 1,
    Reason.CONSULTATION: 2,
    Reason.REPEAT: 4,
    Reason.AFTER_ILLNESS: 8,
    Reason.CHECK_UP: 16,
    Reason.VACCINATION: 32,
    Reason.INFANT_DAY: 64,
    Reason.CERTIFICATE: 128,
}
"""They stand in databases: a new reason gets a new bit, and none ever changes."""


def to_bits(reasons: Iterable[Reason]) -> int:
    """The bits of all reasons together; 0 of none, which means any."""
    return sum({_BITS[reason] for reason in reasons})


def from_bits(bits: int) -> frozenset[Reason]:
    return frozenset(reason for reason, bit in _BITS.items() if bits & bit)
