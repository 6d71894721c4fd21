"""Times that are kept for families whose visits need one."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, SlotId
from services.model.visits import Offered
from storage.clinic.rows import to_clinic, to_doctor
from storage.schedule.conditions import to_slot, with_doctor
from storage.tables.slots import SlotRow
from storage.tables.visits import OfferRow


class StoredOffers:
    """Implements `services.ports.visits.OfferRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, visit_id: AppointmentId, offers: Sequence[Offered], now: datetime) -> None:
        slots = [offer.slot.id for offer in offers]
        if not slots:
            return
        expired = delete(OfferRow).where(OfferRow.slot_id.in_(slots), OfferRow.until <= now)
        await self._session.execute(expired)
        rows = [
            {"slot_id": offer.slot.id, "appointment_id": visit_id, "until": offer.until}
            for offer in offers
        ]
        await self._session.execute(insert(OfferRow), rows)

    async def until(self, visit_id: AppointmentId, slot_id: SlotId) -> datetime | None:
        query = select(OfferRow.until).where(
            OfferRow.appointment_id == visit_id, OfferRow.slot_id == slot_id
        )
        until: datetime | None = await self._session.scalar(query)
        return until

    async def of(self, visit_id: AppointmentId, now: datetime) -> list[Offered]:
        return (await self.of_all([visit_id], now)).get(visit_id, [])

    async def of_all(
        self, visit_ids: Collection[AppointmentId], now: datetime
    ) -> dict[AppointmentId, list[Offered]]:
        rows = await self._session.execute(
            with_doctor()
            .join(OfferRow, OfferRow.slot_id == SlotRow.id)
            .add_columns(OfferRow.appointment_id, OfferRow.until)
            .where(
                OfferRow.appointment_id.in_(visit_ids),
                OfferRow.until > now,
                SlotRow.open,  # the doctor may turn out not to receive then, either
                not_(SlotRow.withdrawn),
            )
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        found: dict[AppointmentId, list[Offered]] = {}
        for slot, doctor, clinic, visit_id, until in rows:
            free = to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=False)
            found.setdefault(AppointmentId(visit_id), []).append(Offered(free, until))
        return found
