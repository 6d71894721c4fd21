"""Which messages in chats speak of which visits."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, PersonId
from services.model.messages import CHANGES, NotificationState, Spoken, Untrue
from services.model.people import Scope
from services.model.visits import Appointment, AppointmentState
from storage.families.care import care_at
from storage.families.families import to_person, to_wishes
from storage.tables.families import PersonRow, ReminderWishesRow
from storage.tables.messages import NotificationRow, SpokenRow
from storage.tables.visits import AppointmentRow
from storage.visits.appointments import StoredAppointments
from storage.visits.standing import given_back, is_shown, stands

_KEY = tuple_(SpokenRow.person_id, SpokenRow.message_id, SpokenRow.appointment_id)


class StoredCorrections:
    """Implements `services.ports.messages.CorrectionRepository`."""

    def __init__(
        self, session: AsyncSession, appointments: StoredAppointments, now: datetime
    ) -> None:
        self._session = session
        self._appointments = appointments
        self._now = now

    async def note(self, said: Sequence[Spoken]) -> None:
        if not said:
            return
        chats = {each.chat for each in said}
        persons = {
            row.telegram_id: row.id
            for row in await self._session.execute(
                select(PersonRow.telegram_id, PersonRow.id).where(PersonRow.telegram_id.in_(chats))
            )
        }
        visits = {each.visit for each in said}
        known = select(AppointmentRow.id).where(AppointmentRow.id.in_(visits))
        there = set(await self._session.scalars(known))
        latest = {
            (persons[each.chat], each.message, int(each.visit)): each.slot
            for each in said
            if each.chat in persons and each.visit in there
        }
        if not latest:
            return
        earlier = delete(SpokenRow).where(_KEY.in_(latest))
        await self._session.execute(earlier.execution_options(synchronize_session=False))
        rows = [
            {"person_id": person, "message_id": message, "appointment_id": visit, "slot_id": slot}
            for (person, message, visit), slot in latest.items()
        ]
        await self._session.execute(insert(SpokenRow), rows)

    async def untrue(self, most: int) -> list[Untrue]:
        query = (
            select(SpokenRow.person_id, SpokenRow.message_id)
            .join(AppointmentRow, AppointmentRow.id == SpokenRow.appointment_id)
            .where(_is_untrue(self._now), not_(_is_to_be_told()))
            .distinct()
            .order_by(SpokenRow.person_id, SpokenRow.message_id)
            .limit(most)
        )
        keys = [(person, message) for person, message in await self._session.execute(query)]
        return await self._read(keys) if keys else []

    async def _read(self, keys: Sequence[tuple[int, int]]) -> list[Untrue]:
        care = care_at(self._now, Scope.SEE)
        still = exists().where(
            care.c.person_id == SpokenRow.person_id,
            care.c.child_id == AppointmentRow.child_id,
            is_shown(care),
        )
        query = (
            select(SpokenRow, PersonRow, ReminderWishesRow, still)
            .join(PersonRow, PersonRow.id == SpokenRow.person_id)
            .join(AppointmentRow, AppointmentRow.id == SpokenRow.appointment_id)
            .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == SpokenRow.person_id)
            .where(tuple_(SpokenRow.person_id, SpokenRow.message_id).in_(keys))
        )
        rows = list(await self._session.execute(query))
        visits = await self._appointments.some([said.appointment_id for said, *_ in rows])
        about: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
        told = {}
        for said, person, wishes, cares in rows:
            key = said.person_id, said.message_id
            told[key] = to_person(person), to_wishes(wishes).discreet
            if cares:  # who does not look after the child any more reads nothing new of it
                about[key].append(visits[said.appointment_id])
        return [
            Untrue(
                told[key][0],
                key[1],
                sorted(about[key], key=lambda visit: visit.slot.starts_at),
                self._now,
                told[key][1],
            )
            for key in keys
        ]

    async def keep(self, corrected: Untrue) -> None:
        for visit in corrected.visits:
            off = visit.state is AppointmentState.CANCELLED
            await self._session.execute(
                update(SpokenRow)
                .where(
                    *_of_message(corrected.person.id, corrected.message),
                    SpokenRow.appointment_id == visit.id,
                )
                .values(slot_id=None if off else visit.slot.id)
            )
        rest = [visit.id for visit in corrected.visits]
        await self._session.execute(  # of children whom somebody else looks after now
            delete(SpokenRow).where(
                *_of_message(corrected.person.id, corrected.message),
                SpokenRow.appointment_id.not_in(rest),
            )
        )

    async def forget_message(self, person: PersonId, message: int) -> None:
        await self._session.execute(delete(SpokenRow).where(*_of_message(person, message)))

    async def forget_of_child(self, child_id: ChildId, person: PersonId) -> None:
        visits = select(AppointmentRow.id).where(AppointmentRow.child_id == child_id)
        await self._session.execute(
            delete(SpokenRow).where(
                SpokenRow.person_id == person, SpokenRow.appointment_id.in_(visits)
            )
        )

    async def forget(self, before: datetime) -> int:
        over = select(AppointmentRow.id).where(AppointmentRow.ends_at < before)
        gone = await self._session.execute(
            delete(SpokenRow)
            .where(SpokenRow.appointment_id.in_(over))
            .returning(SpokenRow.appointment_id)
        )
        return len(gone.all())


def _of_message(person: int, message: int) -> list[ColumnElement[bool]]:
    return [SpokenRow.person_id == person, SpokenRow.message_id == message]


def _is_to_be_told() -> ColumnElement[bool]:
    """A letter about a change of the visit is still to be sent: until then nobody has heard of it,
    and if it is taken back, nobody has."""
    return exists().where(
        NotificationRow.appointment_id == SpokenRow.appointment_id,
        NotificationRow.person_id == SpokenRow.person_id,
        NotificationRow.kind.in_(CHANGES),
        NotificationRow.state == NotificationState.PLANNED,
    )


def _is_untrue(now: datetime) -> ColumnElement[bool]:
    """It says a time of a visit that is off, or that has another one; or that one is off which
    stands again."""
    off = or_(AppointmentRow.state == AppointmentState.CANCELLED, given_back(now))
    elsewhere = or_(SpokenRow.slot_id.is_(None), SpokenRow.slot_id != AppointmentRow.slot_id)
    return or_(and_(off, SpokenRow.slot_id.is_not(None)), and_(stands(now), elsewhere))
