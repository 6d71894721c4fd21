"""Why a child comes: which slots are for that, and up to which age."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.families.home import USUAL
from services.model.clinic import Reason
from services.model.ids import DoctorId, PersonId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.visits import NotForThisAge, NotForThisReason
from services.model.settings.visit_kinds import KindKey
from services.rules import booking
from services.rules.ages import age_on
from services.rules.booking import check_bookable
from services.rules.eligibility.kinds import kinds_for_family
from tests.conftest import MONDAY_7_AM
from tests.values import MISHA, a_clinic, a_doctor, a_slot, a_visit, born, on_wall, refusal_of

NOW = MONDAY_7_AM
TOMORROW_9 = on_wall("2026-11-24 09:00")
INFANTS = frozenset({Reason.INFANT_DAY})
SHORT = frozenset({Reason.CERTIFICATE, Reason.VACCINATION})


@pytest.mark.parametrize(
    ("reasons", "reason", "expected"),
    [
        (frozenset(), Reason.CERTIFICATE, None),
        (SHORT, Reason.CERTIFICATE, None),
        (SHORT, Reason.VACCINATION, None),
        (SHORT, Reason.CONSULTATION, NotForThisReason),
        (INFANTS, Reason.ILLNESS, NotForThisReason),
        (frozenset(), Reason.INFANT_DAY, NotForThisReason),  # ill children come at those hours
    ],
)
def test_a_slot_is_for_its_reasons_or_for_any(
    reasons: frozenset[Reason], reason: Reason, expected: type[Refusal] | None
) -> None:
    """R10: a time kept for other visits is refused; one without a purpose is for all but one."""
    slot = a_slot(TOMORROW_9, reasons=reasons)
    infant = born("2026-06-01")

    assert refusal_of(lambda: check_bookable(slot, infant, reason, [], NOW)) is expected


@pytest.mark.parametrize(
    ("birthday", "wall", "expected"),
    [
        ("2025-11-25", "2026-11-24 23:45", None),  # one tomorrow
        ("2025-11-24", "2026-11-24 00:00", NotForThisAge),  # one today
        ("2025-11-24", "2026-11-23 23:45", None),
        ("2026-11-23", "2026-11-24 09:00", None),
        ("2024-03-12", "2026-11-24 09:00", NotForThisAge),
        ("2024-02-29", "2025-02-28 12:00", None),  # one on 1 March
        ("2024-02-29", "2025-03-01 00:00", NotForThisAge),
    ],
)
def test_infant_day_is_for_those_under_one_on_the_day_of_the_visit(
    birthday: str, wall: str, expected: type[Refusal] | None
) -> None:
    """R10: the age that counts is the child's at the visit, by the clinic's calendar."""
    slot = a_slot(on_wall(wall), reasons=INFANTS)
    now = slot.starts_at - timedelta(days=1)
    child = born(birthday)

    def book() -> None:
        check_bookable(slot, child, Reason.INFANT_DAY, [], now)

    assert refusal_of(book) is expected


def test_a_time_for_infants_is_of_no_use_without_the_reason() -> None:
    """R10: the reason is told before the age, and an infant may come for something else."""
    infant = born("2026-06-01")
    kept, common = a_slot(TOMORROW_9, reasons=INFANTS), a_slot(TOMORROW_9)

    assert refusal_of(lambda: check_bookable(kept, MISHA, USUAL, [], NOW)) is NotForThisReason
    assert refusal_of(lambda: check_bookable(kept, infant, USUAL, [], NOW)) is NotForThisReason
    assert refusal_of(lambda: check_bookable(common, infant, USUAL, [], NOW)) is None


@pytest.mark.parametrize(("day", "expected"), [("2026-11-24", None), ("2026-11-25", NotForThisAge)])
def test_who_is_eighteen_by_then_is_no_child_any_more(
    day: str, expected: type[Refusal] | None
) -> None:
    """R10: a visit on the 18th birthday is refused, one on its eve is not."""
    child = born("2008-11-25")
    slot = a_slot(on_wall(f"{day} 09:00"))

    assert refusal_of(lambda: check_bookable(slot, child, USUAL, [], NOW)) is expected


def reasons_for(child: Child, at: datetime) -> list[KindKey]:
    return [kind.key for kind in kinds_for_family(child, a_clinic(), at)]


def test_all_reasons_are_for_an_infant_and_all_but_one_for_others() -> None:
    """R10: what nobody of this age can come for is not offered; the order is always the same."""
    today = on_wall("2026-11-24 12:00")
    others = [reason for reason in Reason if reason is not Reason.INFANT_DAY]

    assert reasons_for(born("2026-06-01"), today) == list(Reason)
    assert reasons_for(born("2025-11-25"), today) == list(Reason)
    assert reasons_for(born("2025-11-24"), today) == others
    assert reasons_for(MISHA, today) == others
    assert reasons_for(born("2008-11-24"), today) == []


def test_who_was_born_on_the_29th_of_february_is_one_in_march() -> None:
    """R10: on the 28th the day for infants is still offered."""
    child = born("2024-02-29")

    assert Reason.INFANT_DAY in reasons_for(child, on_wall("2025-02-28 23:59"))
    assert Reason.INFANT_DAY not in reasons_for(child, on_wall("2025-03-01 00:00"))


DAYS = st.dates(date(2007, 1, 1), date(2026, 11, 23))


@given(DAYS, st.integers(0, 14), st.sampled_from(Reason))
def test_a_reason_is_offered_for_a_day_just_when_it_can_be_booked(
    birthday: date, days: int, reason: Reason
) -> None:
    """R10: the ages of the list and those of the booking are the same, leap days and all."""
    child = born(birthday.isoformat())
    start = on_wall("2026-11-23 12:00") + timedelta(days=days)
    slot = a_slot(start, reasons=frozenset({reason}))
    refusal = refusal_of(lambda: check_bookable(slot, child, reason, [], NOW))
    wish = booking.wish_of(PersonId(1), child, reason, a_clinic(), [], NOW)

    assert (reason in reasons_for(child, start)) == (refusal is None)
    assert (start < wish.latest) == (refusal is None)
    assert refusal in (None, NotForThisAge)
    assert (
        reason is Reason.INFANT_DAY
        or age_on(child.birth_date, start.date()).years >= 18
        or (refusal is None)
    )


def test_a_wish_knows_who_asks_for_what_and_when() -> None:
    """R10: the notice, the horizon, the other visits and their doctors are in it."""
    clinic = a_clinic()
    visit = a_visit(a_slot(TOMORROW_9, doctor=a_doctor(2, clinic)))
    wish = booking.wish_of(PersonId(7), MISHA, Reason.REPEAT, clinic, iter([visit]), NOW)

    assert (wish.person, wish.now, wish.kind.key) == (7, NOW, Reason.REPEAT)
    assert (wish.earliest, wish.latest) == (NOW + clinic.notice, on_wall("2026-12-08 00:00"))
    assert list(wish.busy) == [visit.slot.stretch]
    assert wish.seen_by == frozenset({DoctorId(2)})
    lenient = a_clinic(one_visit_per_doctor=False)
    assert not booking.wish_of(PersonId(7), MISHA, USUAL, lenient, [visit], NOW).seen_by
