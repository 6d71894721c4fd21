"""What another system says of a doctor's times, against what is stored: the plan, by itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.model.clinic import Reason
from services.model.ids import SlotId
from services.model.settings.visit_kinds import KindKey
from services.model.slot_sync import Conflict, ConflictKind, Given, Known, Plan, Source, There, Told
from services.model.slots import Stretch, Taker, Taking
from services.rules.slot_sync import reconcile
from tests.chances import so_often

DAY = date(2026, 11, 26)
MORNING = datetime(2026, 11, 26, 6, tzinfo=UTC)
"""9:00 on the wall in Moscow."""
CALLER = Taking(Taker.CALLER)
INFANTS = frozenset({Reason.INFANT_DAY})
ANYTHING = frozenset[KindKey]()


def at(minute: int, length: int = 15) -> Stretch:
    """A stretch so many minutes after nine."""
    starts_at = MORNING + timedelta(minutes=minute)
    return Stretch(starts_at, starts_at + timedelta(minutes=length))


def elsewhere(reference: str = "") -> Taking:
    return Taking(Taker.ELSEWHERE, reference)


def stored(
    number: int,
    stretch: Stretch,
    source: Source = Source.IMPORT,
    *,
    is_open: bool | None = None,
    withdrawn: bool = False,
    visit: str | None = None,
    held: bool = False,
    taking: Taking | None = None,
    reasons: frozenset[KindKey] = ANYTHING,
) -> Known:
    """Open, unless somebody has it or it rests."""
    opened = taking is None and not withdrawn if is_open is None else is_open
    return Known(
        SlotId(number), stretch, DAY, reasons, source, opened, withdrawn, visit, held, taking
    )


def free(stretch: Stretch, reasons: frozenset[KindKey] | None = None) -> Told:
    return Told(stretch, There.FREE, reasons=reasons)


def taken(stretch: Stretch, reference: str = "") -> Told:
    return Told(stretch, There.TAKEN, reference)


def closed(stretch: Stretch) -> Told:
    return Told(stretch, There.CLOSED)


def rules(*stretches: Stretch) -> Given:
    return dict.fromkeys(stretches, ANYTHING)


def carried_out(slots: Sequence[Known], plan: Plan) -> list[Known]:
    """What is stored afterwards, as `storage.schedule.imports` writes it."""
    after = {slot.id: slot for slot in slots}
    for slot_id in plan.withdraw:
        after[slot_id] = replace(after[slot_id], open=False, withdrawn=True, taking=None)
    for slot_id, taking in plan.take:
        after[slot_id] = replace(after[slot_id], open=False, withdrawn=False, taking=taking)
    for slot_id, taking in plan.refer:
        after[slot_id] = replace(after[slot_id], taking=taking)
    for slot_id, reasons in plan.relabel:
        after[slot_id] = replace(after[slot_id], reasons=reasons)
    for each in plan.open:
        after[each.id] = replace(
            after[each.id],
            open=True,
            withdrawn=False,
            taking=None,
            source=each.source,
            reasons=each.reasons,
        )
    for number, new in enumerate(plan.add, max(after, default=0) + 1):
        is_open = new.taking is None
        after[SlotId(number)] = stored(
            number,
            new.stretch,
            new.source,
            is_open=is_open,
            taking=new.taking,
            reasons=new.reasons,
        )
    return list(after.values())


def counts(plan: Plan) -> tuple[int, int, int, int]:
    return plan.created, plan.taken, plan.released, plan.closed


def test_the_first_import() -> None:
    """Nothing is stored: what is free there comes, what is taken or closed there is closed here."""
    plan = reconcile(
        [], [free(at(0), INFANTS), taken(at(15), "A-1"), closed(at(30)), free(at(45))], {}
    )
    after = carried_out([], plan)

    assert counts(plan) == (2, 1, 0, 1)
    assert [(slot.stretch, slot.reasons) for slot in after if slot.open] == [
        (at(0), INFANTS),
        (at(45), ANYTHING),
    ]
    assert {slot.stretch: slot.taking for slot in after if not slot.open} == {
        at(15): elsewhere("A-1"),
        at(30): elsewhere(),
    }
    assert {slot.source for slot in after} == {Source.IMPORT}


def test_what_became_of_a_time_there() -> None:
    """Taken there: closed here; given back there: open here; gone there: withdrawn; back again:
    the same slot, so that old buttons work."""
    before = [
        stored(1, at(0)),
        stored(2, at(15), taking=elsewhere("A-1")),
        stored(3, at(30)),
        stored(4, at(45), withdrawn=True),
        stored(5, at(60), taking=elsewhere("A-2")),
        stored(6, at(75), taking=elsewhere("A-3")),
        stored(7, at(90), withdrawn=True),
    ]
    told = [
        taken(at(0), "A-9"),
        free(at(15)),
        free(at(45)),
        taken(at(60), "B-2"),
        taken(at(90), "A-7"),
    ]
    plan = reconcile(before, told, {})

    assert plan.take == [(1, elsewhere("A-9")), (7, elsewhere("A-7"))]
    assert [each.id for each in plan.open] == [2, 4]
    assert plan.withdraw == [3, 6]
    assert plan.refer == [(5, elsewhere("B-2"))]
    assert plan.add == []
    assert counts(plan) == (1, 2, 1, 2)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ([taken(at(0), "A-1")], ConflictKind.TAKEN_THERE),
        ([taken(at(0))], ConflictKind.TAKEN_THERE),
        ([taken(at(0), "№ 1002")], ConflictKind.TAKEN_THERE),
        ([taken(at(-5, 30))], ConflictKind.TAKEN_THERE),
        ([closed(at(0))], ConflictKind.CLOSED_THERE),
        ([taken(at(60))], ConflictKind.NOT_THERE),
        ([taken(at(0), "№ 1001")], None),
        ([taken(at(0), "1001")], None),
        ([taken(at(-5, 30), "№ 1001")], None),
        ([free(at(0))], None),
    ],
)
def test_a_family_s_time(told: list[Told], kind: ConflictKind | None) -> None:
    """R52: whatever they say there, it stays the family's; where that is not as it is there, the
    clinic is told, with the visit's number. A row that names our own visit is no disagreement."""
    plan = reconcile([stored(1, at(0), visit="1001")], told, {})

    assert plan.conflicts == ([Conflict(kind, at(0), "1001")] if kind else [])
    assert not [*plan.withdraw, *plan.take, *plan.refer, *plan.relabel, *plan.open]
    assert not [each for each in plan.add if each.stretch.overlaps(at(0)) and not each.taking]


def test_a_time_that_a_family_looks_at() -> None:
    """R06: it stays theirs while they look, and is told about without a number."""
    plan = reconcile([stored(1, at(0), held=True)], [taken(at(0), "A-1")], {})

    assert plan.size == 0
    assert plan.conflicts == [Conflict(ConflictKind.TAKEN_THERE, at(0))]


def test_what_the_clinic_closed_by_hand_stays_closed() -> None:
    """Free there: the clinic is asked to settle it; taken without a name here: nothing to say."""
    by_hand = stored(1, at(0), is_open=False)
    by_call = stored(2, at(15), taking=CALLER)
    plan = reconcile([by_hand, by_call], [free(at(0)), free(at(15))], {})
    nothing = reconcile([by_hand, by_call], [taken(at(0)), closed(at(15))], {})

    assert (plan.size, nothing.size) == (0, 0)
    assert plan.conflicts == [Conflict(ConflictKind.CLOSED_HERE, at(0))]
    assert nothing.conflicts == []


def test_rules_go_on_deciding_about_what_they_give() -> None:
    """A sheet of taken times only, for a doctor with rules: the free ones stay, and what was given
    up there comes back. What no rule gives any more goes, as it does every hour."""
    before = [
        stored(1, at(0), Source.SCHEDULE),
        stored(2, at(15), Source.SCHEDULE),
        stored(3, at(30), Source.SCHEDULE, taking=elsewhere("A-1")),
        stored(4, at(45), Source.SCHEDULE),
    ]
    plan = reconcile(before, [taken(at(15))], rules(at(0), at(15), at(30)))
    after = {slot.id: slot for slot in carried_out(before, plan)}

    assert [slot_id for slot_id, slot in sorted(after.items()) if slot.open] == [1, 3]
    assert after[SlotId(3)].source is Source.SCHEDULE
    assert plan.withdraw == [4]


def test_a_family_s_time_that_the_rules_give() -> None:
    """A sheet of times taken there alone need not name our visits."""
    plan = reconcile([stored(1, at(0), Source.SCHEDULE, visit="1001")], [], rules(at(0)))

    assert (plan.size, plan.conflicts) == (0, [])


def test_what_is_open_goes_first() -> None:
    """Nothing that can be had is closed for the sake of what cannot; where something closed by hand
    is in its way it goes, as the rules would have it."""
    before = [
        stored(1, at(0, 30), Source.SCHEDULE, taking=elsewhere()),
        stored(2, at(15), Source.SCHEDULE),
        stored(3, at(60), Source.SCHEDULE),
        stored(4, at(60, 30), is_open=False),
    ]
    plan = reconcile(before, [free(at(15)), free(at(60)), free(at(70))], rules(at(0, 30)))

    assert [(each.id, each.source) for each in plan.open] == [(2, Source.IMPORT)]
    assert plan.withdraw == [3]
    assert [each.stretch for each in plan.conflicts] == [at(60), at(70)]


def test_a_time_beside_the_rules_is_the_other_system_s() -> None:
    """Free there and in no rule: open as an imported one, so that no rule closes it again."""
    before = [stored(1, at(0), Source.SCHEDULE, withdrawn=True)]
    plan = reconcile(before, [free(at(0)), free(at(15))], rules(at(15)))

    assert [(each.id, each.source) for each in plan.open] == [(1, Source.IMPORT)]
    assert [(each.stretch, each.source) for each in plan.add] == [(at(15), Source.SCHEDULE)]


def test_a_time_that_stands_twice() -> None:
    """An imported one beside one of the rules that was taken there: once neither is there any more,
    the rules' comes back at once, and not only with the next import."""
    before = [
        stored(1, at(0)),
        stored(2, at(0), Source.SCHEDULE, taking=elsewhere("A-1")),
        stored(3, at(15)),
        stored(4, at(15), Source.SCHEDULE, is_open=False, withdrawn=True),
    ]
    plan = reconcile(before, [], rules(at(0)))

    assert plan.withdraw == [1, 3]
    assert [(each.id, each.source) for each in plan.open] == [(2, Source.SCHEDULE)]
    assert reconcile(carried_out(before, plan), [], rules(at(0))).size == 0


def test_a_day_that_is_cut_otherwise_there() -> None:
    """R02: half an hour taken there closes both quarters here; half an hour that is free there
    overlaps what stays, and is listed."""
    before = [stored(number, at(15 * number), Source.SCHEDULE) for number in range(4)]
    plan = reconcile(
        before,
        [taken(at(0, 30), "A-1"), free(at(30, 30))],
        rules(*(slot.stretch for slot in before)),
    )

    assert plan.take == [(0, elsewhere("A-1")), (1, elsewhere("A-1"))]
    assert [(each.stretch, each.taking) for each in plan.add] == [(at(0, 30), elsewhere("A-1"))]
    assert plan.conflicts == [Conflict(ConflictKind.OVERLAPS, at(30, 30))]
    again = carried_out(before, plan)
    back = reconcile(again, [free(at(0)), free(at(15))], rules(at(0), at(15)))
    assert {slot.stretch for slot in carried_out(again, back) if slot.open} >= {at(0), at(15)}


def test_rows_that_overlap_each_other() -> None:
    """R02: one time twice in the sheet is taken if any row says so; of two free times that overlap
    the first counts, and the other is listed."""
    told = [free(at(0)), taken(at(0), "A-1"), free(at(20)), free(at(25)), free(at(40))]
    plan = reconcile([], told, {})
    backwards = reconcile([], reversed(told), {})

    assert (backwards.add, backwards.conflicts) == (plan.add, plan.conflicts)
    assert [(each.stretch, each.taking) for each in plan.add] == [
        (at(20), None),
        (at(40), None),
        (at(0), elsewhere("A-1")),
    ]
    assert plan.conflicts == [Conflict(ConflictKind.OVERLAPS, at(25))]


def test_a_family_s_visit_is_named_whatever_else_is_in_the_way() -> None:
    """R05: told twice, what cannot be is listed alike, though the first time opened another one."""
    before = [stored(1, at(10, 5), visit="1001")]
    told = [free(at(0)), free(at(5, 5))]
    plan = reconcile(before, told, {})
    assert [each.stretch for each in plan.add] == [at(5, 5)]
    assert plan.conflicts == [Conflict(ConflictKind.OVERLAPS, at(0), "1001")]
    assert reconcile(carried_out(before, plan), told, {}).conflicts == plan.conflicts


def test_what_stands_around() -> None:
    """R02: what has begun, or belongs to another day, is in the way where it is open or a family's,
    and stays as it is."""
    begun = [stored(1, at(0)), stored(2, at(60), is_open=False, visit="1001")]
    rests = stored(3, at(120), withdrawn=True)
    told = [free(at(10)), free(at(65)), free(at(125))]
    plan = reconcile([], told, {}, [*begun, rests])

    assert [each.stretch for each in plan.add] == [at(125)]
    assert [each.stretch for each in plan.conflicts] == [at(10), at(65)]


def test_a_visit_squeezed_in_beside() -> None:
    """R02: an extra visit of the registry is neither touched nor complained of."""
    before = [
        stored(1, at(0), taking=elsewhere("A-1")),
        stored(2, at(0), Source.OTHER, is_open=False, visit="1005"),
    ]
    plan = reconcile(before, [taken(at(0), "A-1"), taken(at(0), "№ 1005")], {})
    unknown_there = reconcile(before, [taken(at(0), "A-1")], {})
    beside_a_free_one = reconcile(
        [stored(1, at(0)), before[1]], [free(at(0)), taken(at(0), "№ 1005")], {}
    )

    for each in (plan, unknown_there, beside_a_free_one):
        assert (each.size, each.conflicts) == (0, [])


def test_what_it_is_for_follows_the_sheet() -> None:
    """Where the sheet says so; without such a column nothing changes."""
    before = [stored(1, at(0), reasons=INFANTS), stored(2, at(15))]
    silent = reconcile(before, [free(at(0)), free(at(15))], {})
    said = reconcile(before, [free(at(0), ANYTHING), free(at(15), INFANTS)], {})

    assert silent.size == 0
    assert said.relabel == [(1, ANYTHING), (2, INFANTS)]


def test_a_plan_in_pieces_is_the_same_plan() -> None:
    """In the order in which it can be done: what goes, before what comes."""
    before = [stored(number, at(15 * number)) for number in range(5)]
    told = [taken(at(0)), *(free(at(20 + 15 * number)) for number in range(5))]
    plan = reconcile(before, told, {})
    slots: list[Known] = list(before)
    for part in plan.parts(2):
        assert 0 < part.size <= 2
        slots = carried_out(slots, part)
        assert not overlapping(slots)

    assert slots == carried_out(before, plan)


# Anything at all


def overlapping(slots: Iterable[Known]) -> list[tuple[Stretch, Stretch]]:
    opened = [slot.stretch for slot in slots if slot.open]
    return [(one, other) for one, other in combinations(opened, 2) if one.overlaps(other)]


STRETCHES = st.builds(at, st.integers(0, 20).map(lambda n: n * 5), st.sampled_from([5, 15, 30]))
REFERENCES = st.sampled_from(["", "A-1", "A-2", "№ 1001", "1002"])
REASONS = st.sampled_from([ANYTHING, INFANTS])


@dataclass(frozen=True)
class Situation:
    """What there is, and what is told."""

    before: list[Known]
    around: list[Known]
    told: list[Told]
    given: dict[Stretch, frozenset[KindKey]]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A few stretches, which all that there is shares: so that things meet."""
    some = st.sampled_from(draw(st.lists(STRETCHES, min_size=1, max_size=6, unique_by=str)))
    numbers = count(1)
    before = stores(draw, some, numbers, draw(st.integers(0, 7)), [])
    states = st.sampled_from([*There, There.FREE])
    told = st.lists(st.builds(Told, some, states, REFERENCES, st.none() | REASONS), max_size=7)
    return Situation(
        before,
        stores(draw, some, numbers, draw(st.integers(0, 2)), before),
        draw(told),
        draw(st.dictionaries(some, REASONS, max_size=4)),
    )


def stores(
    draw: st.DrawFn,
    some: st.SearchStrategy[Stretch],
    numbers: Iterator[int],
    how_many: int,
    beside: Sequence[Known],
) -> list[Known]:
    """Slots such as a database may hold: no two open ones overlap, a time has one visit."""
    found: list[Known] = []
    for number in islice(numbers, how_many):
        state = draw(st.sampled_from(["open", "leaving", "rests", "by hand", "caller", "taken"]))
        visit, held = draw(st.sampled_from([(False, False)] * 4 + [(True, False), (False, True)]))
        taking = {"caller": CALLER, "taken": elsewhere(draw(REFERENCES))}.get(state)
        slot = stored(
            number,
            draw(some),
            draw(st.sampled_from([*Source, Source.SCHEDULE, Source.IMPORT])),
            is_open=state in ("open", "leaving"),
            withdrawn=state in ("leaving", "rests"),
            visit=f"{1000 + number}" if visit else None,
            held=held,
            taking=taking,
            reasons=draw(REASONS),
        )
        clash = overlapping([*beside, *found, slot])
        found.append(replace(slot, open=False) if clash else slot)
    return found


@settings(max_examples=so_often(500))
@given(now=situations())
def test_whatever_is_told(now: Situation) -> None:
    """R02, R05: no family's time is touched, nor what the clinic closed by hand; open times never
    overlap; what is taken there cannot be had here; a second import changes nothing."""
    plan = reconcile(now.before, now.told, now.given, now.around)
    after = carried_out(now.before, plan)
    by_id = {slot.id: slot for slot in after}

    for slot in now.before:
        by_hand = not slot.open and not slot.withdrawn and slot.taking is None
        if slot.claimed or by_hand or slot.taking == CALLER or slot.source is Source.OTHER:
            assert by_id[slot.id] == slot
    assert not overlapping([*after, *now.around])
    ours = {(slot.stretch, slot.visit) for slot in now.before if slot.visit}
    for row in now.told:
        is_ours = (row.stretch, row.reference.removeprefix("№ ")) in ours
        if row.there is There.TAKEN and not is_ours:
            had = [slot for slot in after if slot.open and slot.stretch.overlaps(row.stretch)]
            assert all(slot.claimed or slot.source is Source.OTHER for slot in had)
    again = reconcile(after, now.told, now.given, now.around)
    assert again.size == 0
    assert again.conflicts == plan.conflicts
