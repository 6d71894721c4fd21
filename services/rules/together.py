"""Which times lie together, so that a family comes once (R72)."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from services.model.refusals.visits import SlotClosed
from services.model.slots import Slot, TimesTogether
from services.model.visits import FEWEST_TOGETHER, MOST_TOGETHER, Appointment


def lie_together(times: TimesTogether) -> bool:
    """Whether the times are one after another with one doctor, or at once with two doctors."""
    if (
        len(times) < FEWEST_TOGETHER
        or len(times) > MOST_TOGETHER
        or any(slot.extra for slot in times)
    ):
        return False
    return _adjoin(times) or _at_once(times)


def _adjoin(times: TimesTogether) -> bool:
    return len({slot.doctor.id for slot in times}) == 1 and all(
        first.stretch.ends_at == second.starts_at for first, second in pairwise(times)
    )


def _at_once(times: TimesTogether) -> bool:
    return (
        len(times) == FEWEST_TOGETHER
        and len({slot.doctor.id for slot in times}) == FEWEST_TOGETHER
        and len({slot.doctor.clinic.id for slot in times}) == 1
        and len({slot.starts_at for slot in times}) == 1
    )


def check_together(times: TimesTogether) -> None:
    """Raises `SlotClosed`: these are no times for several children, or not any more."""
    if not lie_together(times):
        raise SlotClosed


def come_together(visits: Iterable[Appointment]) -> list[list[Appointment]]:
    """Those visits that a family comes to in one go, in order of time; what stands alone is left
    out, and what is told from the facts is stored nowhere: each visit has its own life."""
    groups: list[list[Appointment]] = []
    for visit in sorted(visits, key=lambda each: (each.slot.starts_at, each.id)):
        group = next((each for each in groups if _joins(each, visit)), None)
        if group is None:
            groups.append([visit])
        else:
            group.append(visit)
    return [group for group in groups if len(group) >= FEWEST_TOGETHER]


def _joins(group: Sequence[Appointment], visit: Appointment) -> bool:
    children = {each.child.id for each in group}
    times: list[Slot] = [*(each.slot for each in group), visit.slot]
    return visit.child.id not in children and lie_together(times)
