"""What can be moved is moved whole, and what cannot is in nobody's way."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import AppointmentId, ChildId, DoctorId, SlotId
from services.model.settings.wall_clocks import WallClock
from services.model.slots import Stretch
from services.ports.zones import Ahead, TimeAhead, VisitAhead
from services.schedule.shifts import Shift, in_order
from services.schedule.wall_times import stuck_times

SEVEN = datetime(2026, 11, 23, 4, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOURS = timedelta(hours=3)
UNTIL = SEVEN + timedelta(days=800)
CHILDREN = st.integers(1, 3) | st.none()
GRID = st.dictionaries(st.tuples(st.integers(1, 3), st.integers(0, 16)), CHILDREN, max_size=20)
CLOCKS = st.lists(st.tuples(st.integers(0, 16), st.integers(-5, 5)), max_size=2)


def stretch(number: int) -> Stretch:
    return Stretch(SEVEN + number * QUARTER, SEVEN + (number + 1) * QUARTER)


def clock(changes: list[tuple[int, int]]) -> WallClock:
    """Moscow's, but for changes by so many quarters after so many."""
    since = {SEVEN - timedelta(days=2): HOURS}
    since |= {SEVEN + at * QUARTER: HOURS + by * QUARTER for at, by in sorted(changes)}
    return WallClock(tuple(since.items()), UNTIL)


@given(GRID, st.integers(0, 8), CLOCKS, CLOCKS)
def test_no_two_overlap_at_any_step_whatever_the_clocks(
    grid: dict[tuple[int, int], int | None],
    begun: int,
    before: list[tuple[int, int]],
    after: list[tuple[int, int]],
) -> None:
    """R02, R57: doctors with times, children with visits on some, some of them over, and clocks
    that were put forward or back anywhere, before and now."""
    noted, current = clock(before), clock(after)
    times, visits, over, elsewhere, busy = [], [], [], [], set()
    for number, ((doctor, at), child) in enumerate(sorted(grid.items()), start=1):
        has_visit = child is not None and (child, at) not in busy
        busy |= {(child, at)} if has_visit else set()
        if at < begun:
            over.append((DoctorId(doctor), stretch(at)))
            elsewhere += [(ChildId(child), stretch(at))] if has_visit and child else []
            continue
        times.append(TimeAhead(SlotId(number), DoctorId(doctor), stretch(at), open=True))
        if has_visit and child:
            mine = AppointmentId(number), ChildId(child), SlotId(number)
            visits.append(VisitAhead(*mine, active=True, confirm_by=None))

    stuck = stuck_times(Ahead(times, visits, over, elsewhere), noted, current)

    child_of = {visit.slot_id: visit.child_id for visit in visits}
    where = {each.id: each.stretch for each in times if each.id not in stuck or each.id in child_of}
    doctor_of = {each.id: each.doctor_id for each in times}
    shifts = [
        Shift(each.id, each.doctor_id, each.stretch, _moved(each.stretch, noted, current))
        for each in times
        if each.id not in stuck
    ]
    for step in in_order(shifts):
        slot = SlotId(step.id)
        where[slot] = step.after
        others = {each: there for each, there in where.items() if each != slot}
        for each, there in others.items():
            alike = doctor_of[each] == doctor_of[slot]
            alike |= each in child_of and child_of[each] == child_of.get(slot)
            assert not (alike and there.overlaps(step.after))
        for owner, there in (*over, *elsewhere):
            whose = doctor_of[slot] if (owner, there) in over else child_of.get(slot)
            assert not (owner == whose and there.overlaps(step.after))
    assert all(where[SlotId(each.id)] == each.after for each in shifts)


def _moved(there: Stretch, noted: WallClock, current: WallClock) -> Stretch:
    begins = noted.kept(there.starts_at, current)
    return Stretch(begins, begins + QUARTER)
