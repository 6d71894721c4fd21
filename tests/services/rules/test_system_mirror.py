"""R02, R76: the stored times of a doctor come to agree with what the clinic's own system says."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import SlotId
from services.model.slots import Stretch
from services.model.systems.mirror import Mirrored, MirrorPlan
from services.model.systems.values import ForeignRef, ForeignSlot, TimeState
from services.rules.systems.mirror import plan

NINE = datetime(2026, 11, 23, 6, tzinfo=UTC)


def stretch(begins: int, lasts: int) -> Stretch:
    return Stretch(
        NINE + timedelta(minutes=5 * begins), NINE + timedelta(minutes=5 * (begins + lasts))
    )


stretches = st.builds(stretch, st.integers(0, 12), st.integers(1, 4))
told = st.lists(
    st.builds(
        ForeignSlot,
        st.builds(ForeignRef, st.just("slots"), st.text("ab12", min_size=1, max_size=3)),
        st.just("dr-1"),
        stretches,
        st.sampled_from(TimeState),
    ),
    max_size=12,
)


@st.composite
def stored(draw: st.DrawFn) -> list[Mirrored]:
    """Times of which no two that are open or ours overlap, as the database has it."""
    known: list[Mirrored] = []
    for number, each in enumerate(draw(st.lists(stretches, max_size=8, unique=True))):
        stands = not any(each.overlaps(other.stretch) for other in known if _stands(other))
        opened = stands and draw(st.booleans())
        ours = stands and not opened and draw(st.booleans())
        fixed = not ours and draw(st.booleans())
        known.append(Mirrored(SlotId(number + 1), each, opened, ours, fixed, None))
    return known


def _stands(each: Mirrored) -> bool:
    return each.open or each.ours


def after(known: list[Mirrored], todo: MirrorPlan) -> list[Mirrored]:
    opened, closed = {slot_id for slot_id, _ in todo.open}, set(todo.close)
    kept = [
        Mirrored(
            each.id,
            each.stretch,
            (each.open or each.id in opened) and each.id not in closed,
            each.ours,
            each.fixed,
            each.there,
        )
        for each in known
    ]
    new = [
        Mirrored(SlotId(100 + at), slot.stretch, True, False, False, slot)
        for at, slot in enumerate(todo.add)
    ]
    return [*kept, *new]


@given(stored(), told, st.booleans())
def test_the_mirror_agrees_with_the_system(
    known: list[Mirrored], said: list[ForeignSlot], whole: bool
) -> None:
    """No two that stand overlap; what is taken there is had by nobody here; what is ours, or closed
    by hand, stays; and the second time nothing is left to do."""
    todo = plan(known, said, whole=whole)
    now = after(known, todo)

    for one, other in combinations([each for each in now if _stands(each)], 2):
        assert not one.stretch.overlaps(other.stretch)
    taken = [slot.stretch for slot in said if slot.state is TimeState.TAKEN]
    for each in now:
        if each.open and not each.fixed:
            assert not any(each.stretch.overlaps(other) for other in taken)
            told_free = any(
                slot.stretch == each.stretch and slot.state is TimeState.FREE for slot in said
            )
            assert told_free or not whole
    before = {each.id: each for each in known}
    for each in now:
        if each.id in before and (each.ours or each.fixed):
            assert each.open == before[each.id].open
    again = plan(now, said, whole=whole)
    assert (again.close, again.open, again.add) == ([], [], [])
