"""What the home screen shows of a child."""

from services.families.home import ChildAtHome, OwnDoctor
from tests.values import MISHA, a_slot, a_visit, on_wall


def test_only_a_child_without_anything_ahead_lacks_a_time() -> None:
    """Not who has a free time or a visit with the own doctor, is owed one, or is grown up."""
    slot = a_slot(on_wall("2026-11-24 09:00"))
    own = OwnDoctor(slot.doctor, of_district=True)
    assert ChildAtHome(MISHA, own, None, []).lacks_a_time
    assert not ChildAtHome(MISHA, own, slot, []).lacks_a_time
    assert not ChildAtHome(MISHA, own, None, [a_visit(slot)]).lacks_a_time
    assert ChildAtHome(MISHA, None, None, [a_visit(slot)]).lacks_a_time
    assert not ChildAtHome(MISHA, own, None, [], owed=[a_visit(slot)]).lacks_a_time
    assert not ChildAtHome(MISHA, own, None, [], is_grown_up=True).lacks_a_time
    assert not ChildAtHome(MISHA, own, None, [], may_book=False).lacks_a_time
