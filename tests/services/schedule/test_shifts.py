"""Many times are moved, and no two clash on the way."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.model.slots import Stretch
from services.schedule.shifts import Shift, clashing, in_order

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)


def quarter(number: int) -> Stretch:
    starts_at = NINE + timedelta(minutes=15 * number)
    return Stretch(starts_at, starts_at + timedelta(minutes=15))


def shift(number: int, by: int, owner: int = 1) -> Shift:
    return Shift(number, owner, quarter(number), quarter(number + by))


@given(st.dictionaries(st.integers(0, 30), st.integers(-5, 5), max_size=20))
def test_at_no_step_do_two_overlap(moves: dict[int, int]) -> None:
    """R02, R57: whatever is to be moved by how much, and whatever stays in between."""
    shifts = [shift(number, by) for number, by in moves.items() if by]
    standing = [quarter(number) for number, by in moves.items() if not by]
    clash = clashing(shifts, [(1, each) for each in standing])
    moved = [each for each in shifts if each.id not in clash]
    where = {each.id: each.before for each in moved}

    for step in in_order(moved):
        where[step.id] = step.after
        others = [*standing, *(there for number, there in where.items() if number != step.id)]
        assert not any(step.after.overlaps(other) for other in others)
    assert where == {each.id: each.after for each in moved}


@given(st.sets(st.integers(0, 30)), st.sampled_from([-4, 4]))
def test_what_moves_alike_never_clashes(numbers: set[int], by: int) -> None:
    """R57: an hour either way, adjacent times included, is carried out whole."""
    assert not clashing([shift(number, by) for number in numbers], [])


def test_what_stays_is_in_nobody_s_way_but_its_owner_s() -> None:
    """R57: another doctor's hour that has begun hinders none."""
    move = shift(4, -4)
    assert clashing([move], [(1, quarter(2))]) == {4}
    assert clashing([move], [(2, quarter(2))]) == frozenset()
