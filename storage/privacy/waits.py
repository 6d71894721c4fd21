"""What a family's file says of waiting for times."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Clinic
from services.model.privacy import family_data as data
from storage.tables.clinic import DoctorRow
from storage.tables.slots import SlotRow
from storage.tables.waitlist.offers import WaitOfferRow, WaitOfferTimeRow
from storage.tables.waitlist.waits import WaitChildRow, WaitRow


async def waits_of(
    session: AsyncSession, children: Collection[int], clinics: Mapping[int, Clinic]
) -> dict[int, list[data.WaitTold]]:
    """For what each of the children waits or waited, in order; of who never did, nothing."""
    rows = (
        await session.execute(
            select(WaitChildRow.child_id, WaitRow)
            .join(WaitRow, WaitRow.id == WaitChildRow.wait_id)
            .where(WaitChildRow.child_id.in_(children))
            .order_by(WaitRow.id)
        )
    ).all()
    offers = await _offers(session, {row.id for _, row in rows})
    found: dict[int, list[data.WaitTold]] = defaultdict(list)
    for child_id, row in rows:
        clinic = clinics[row.clinic_id]
        told = data.WaitTold(
            clinic.name,
            row.kind,
            row.since,
            row.first_day,
            row.last_day,
            row.state,
            row.ended_at,
            row.ended_as,
            offers[row.id],
        )
        found[child_id].append(told)
    return found


async def _offers(session: AsyncSession, waits: Collection[int]) -> dict[int, list[data.OfferTold]]:
    query = (
        select(WaitOfferRow, SlotRow.starts_at, DoctorRow.name)
        .join(WaitOfferTimeRow, WaitOfferTimeRow.offer_id == WaitOfferRow.id)
        .join(SlotRow, SlotRow.id == WaitOfferTimeRow.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .where(WaitOfferRow.wait_id.in_(waits))
        .order_by(WaitOfferRow.id, WaitOfferTimeRow.place)
    )
    found: dict[int, list[data.OfferTold]] = defaultdict(list)
    for row, starts_at, doctor in await session.execute(query):
        told = data.OfferTold(doctor, starts_at, row.made_at, row.state, row.rank)
        found[row.wait_id].append(told)
    return found
