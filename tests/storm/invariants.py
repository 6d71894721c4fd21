"""What must hold at every moment, whoever did what. Each says what it found wrong, in a line."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from services.messages.planning import plan_reminders
from services.model.ids import AppointmentId
from services.model.messages import CHANGES, REMINDERS
from services.model.people import Scope
from storage.families.care import care_at
from storage.messages.notifications import StoredNotifications
from storage.tables.access import StaffRow
from storage.tables.messages import NotificationRow
from storage.tables.slots import SlotRow, TakenSlotRow
from storage.tables.visits import AbsenceRow, AppointmentRow, CallRow, ChangeRow
from tests.conftest import House

Check: TypeAlias = Callable[[House], Awaitable[list[str]]]
ACTIVE = AppointmentRow.state.in_(("pending", "booked"))


async def _found(house: House, query: Select[*tuple[Any, ...]], what: str) -> list[str]:
    async with house.engines.reading.connect() as connection:
        return [f"{what}: {tuple(row)}" for row in await connection.execute(query)]


def _overlap(one: Any, other: Any) -> Any:
    return (one.starts_at < other.ends_at) & (other.starts_at < one.ends_at)


async def one_child_a_time(house: House) -> list[str]:
    """R01: no two visits have one time, and none another than its time's."""
    one, other = aliased(AppointmentRow), aliased(AppointmentRow)
    doubled = select(one.id, other.id).where(
        one.slot_id == other.slot_id,
        one.id < other.id,
        one.state.in_(("pending", "booked")),
        other.state.in_(("pending", "booked")),
    )
    shifted = select(AppointmentRow.id).join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
    shifted = shifted.where(
        ACTIVE,
        (SlotRow.starts_at != AppointmentRow.starts_at)
        | (SlotRow.ends_at != AppointmentRow.ends_at),
    )
    return [
        *await _found(house, doubled, "two visits at one time"),
        *await _found(house, shifted, "a visit beside its time"),
    ]


async def one_time_a_child(house: House) -> list[str]:
    """R02: no child is to be at two places."""
    one, other = aliased(AppointmentRow), aliased(AppointmentRow)
    query = select(one.id, other.id).where(
        one.child_id == other.child_id,
        one.id < other.id,
        one.state.in_(("pending", "booked")),
        other.state.in_(("pending", "booked")),
        _overlap(one, other),
    )
    return await _found(house, query, "one child at two places")


async def nobody_at_an_absent_doctor_s(house: House) -> list[str]:
    """R52: no visit stands, and no time is free, on a day on which its doctor does not receive."""
    away = (
        exists()
        .where(
            AbsenceRow.doctor_id == SlotRow.doctor_id,
            AbsenceRow.undone_at.is_(None),
            AbsenceRow.first_day <= SlotRow.day,
            AbsenceRow.last_day >= SlotRow.day,
            AbsenceRow.made_at < SlotRow.starts_at,
        )
        .correlate(SlotRow)
    )
    visits = (
        select(AppointmentRow.id, SlotRow.id)
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .where(ACTIVE, away)
    )
    free = select(SlotRow.id).where(SlotRow.open, ~SlotRow.withdrawn, away)
    return [
        *await _found(house, visits, "a visit with an absent doctor"),
        *await _found(house, free, "a free time of an absent doctor"),
    ]


async def taken_by_one(house: House) -> list[str]:
    """R04: what somebody without a name has is no family's, too."""
    query = (
        select(AppointmentRow.id)
        .join(TakenSlotRow, TakenSlotRow.slot_id == AppointmentRow.slot_id)
        .where(ACTIVE)
    )
    return await _found(house, query, "a visit at a time that a caller has")


async def reminders_follow_the_facts(house: House) -> list[str]:
    """R21: to plan all reminders anew changes none of them."""
    now = house.clock()
    planned = (
        select(
            NotificationRow.appointment_id,
            NotificationRow.person_id,
            NotificationRow.kind,
            NotificationRow.occasion,
            NotificationRow.due_at,
        )
        .where(NotificationRow.kind.in_(REMINDERS), NotificationRow.state == "planned")
        .where(NotificationRow.due_at > now)
        .order_by(NotificationRow.id)
    )
    async with house.transactions.trial() as tx:
        assert isinstance(tx.notifications, StoredNotifications)
        session = tx.notifications._session
        before = {tuple(row) for row in await session.execute(planned)}
        for visit_id in (await session.scalars(select(AppointmentRow.id))).all():
            visit = await tx.appointments.get(AppointmentId(visit_id), cared_for_by=None)
            await plan_reminders(tx, visit, now)
        after = {tuple(row) for row in await session.execute(planned)}
    needless = [f"a reminder that the facts do not ask for: {row}" for row in before - after]
    return needless + [f"a reminder that is missing: {row}" for row in after - before]


async def the_clinic_s_changes_are_told(house: House) -> list[str]:
    """R17, R52: of what the clinic changed last the family hears, or somebody is to phone it."""
    now = house.clock()
    care = care_at(now, Scope.SEE)
    told = (
        exists()
        .where(
            NotificationRow.appointment_id == AppointmentRow.id,
            NotificationRow.kind.in_(CHANGES),
        )
        .correlate(AppointmentRow)
    )
    listed = (
        exists()
        .where(
            CallRow.appointment_id == AppointmentRow.id,
            CallRow.sequence == AppointmentRow.sequence,
        )
        .correlate(AppointmentRow)
    )
    earlier = aliased(ChangeRow)
    taken_back = (  # and nobody heard of what was between
        exists()
        .where(
            earlier.appointment_id == ChangeRow.appointment_id,
            earlier.sequence < ChangeRow.sequence,
            earlier.slot_id == ChangeRow.slot_id,
            earlier.state == ChangeRow.state,
        )
        .correlate(ChangeRow)
    )
    cared_for = exists().where(care.c.child_id == AppointmentRow.child_id)
    query = (
        select(AppointmentRow.id, AppointmentRow.state, AppointmentRow.sequence)
        .join(
            ChangeRow,
            (ChangeRow.appointment_id == AppointmentRow.id)
            & (ChangeRow.sequence == AppointmentRow.sequence),
        )
        .join(StaffRow, StaffRow.person_id == ChangeRow.changed_by)
        .where(
            AppointmentRow.ends_at > now,
            AppointmentRow.state.in_(("pending", "booked", "cancelled")),
            ChangeRow.sequence > 0,
            cared_for.correlate(AppointmentRow),
            ~told,
            ~listed,
            ~taken_back,
        )
    )
    return await _found(house, query, "a change of the clinic's of which nobody hears")


async def the_journal_is_whole(house: House) -> list[str]:
    """R39: whoever wrote it at once."""
    verdicts = await house.services.journal.verify()
    return [f"the journal is broken at {each.broken_at}" for each in verdicts if each.broken_at]


CHECKS: list[Check] = [
    one_child_a_time,
    one_time_a_child,
    nobody_at_an_absent_doctor_s,
    taken_by_one,
    reminders_follow_the_facts,
    the_clinic_s_changes_are_told,
    the_journal_is_whole,
]


async def broken(house: House) -> list[str]:
    """Everything that does not hold just now, once the job has run that comes each half minute."""
    await house.services.word.settle()
    return [line for check in CHECKS for line in await check(house)]
