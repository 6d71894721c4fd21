"""A doctor's times on their way to agree with those of the clinic's own system."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.model.ids import SlotId
from services.model.slots import Stretch
from services.model.systems.values import ForeignSlot


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A time of a doctor as it is stored."""

    id: SlotId
    stretch: Stretch
    open: bool
    """Families can have it, unless somebody has."""
    ours: bool
    """A visit or a request of ours stands on it, or it is kept for a family."""
    fixed: bool
    """The clinic's hand here closed it, or another source than its system gave it: the system
    does not open it."""
    there: ForeignSlot | None
    """How it was named last."""


@dataclass(frozen=True, slots=True)
class MirrorPlan:
    """What makes a doctor's stored times what the system says. What goes makes room first."""

    close: Sequence[SlotId] = ()
    open: Sequence[tuple[SlotId, ForeignSlot]] = ()
    add: Sequence[ForeignSlot] = ()
    renamed: Sequence[tuple[SlotId, ForeignSlot]] = ()
    """Those that stay as they are, under another name or version."""
    passed_over: int = 0
    """Free there, and not here: they overlap another one that is."""
    to_check: Sequence[SlotId] = ()
    """Free there though a visit stands on them here: it may have been cancelled there."""

    @property
    def count(self) -> int:
        return len(self.close) + len(self.open) + len(self.add) + len(self.renamed)
