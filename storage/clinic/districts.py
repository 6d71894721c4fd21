"""Districts and the addresses that belong to them."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.clinic import Addresses, District, Doctor, Side
from services.model.ids import ClinicId, DistrictId
from services.model.refusals.base import NotFound
from storage.clinic.rows import to_clinic, to_doctor
from storage.tables.clinic import AddressesRow, ClinicRow, DistrictRow, DoctorRow


def _whole() -> Select[DistrictRow, DoctorRow, ClinicRow]:
    return (
        select(DistrictRow, DoctorRow, ClinicRow)
        .join(DoctorRow, DoctorRow.id == DistrictRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def _to_district(found: Row[DistrictRow, DoctorRow, ClinicRow]) -> District:
    row, doctor, clinic = found
    return District(DistrictId(row.id), to_doctor(doctor, to_clinic(clinic)), row.name)


class StoredDistricts:
    """Implements `services.ports.clinic.DistrictRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, district_id: DistrictId) -> District:
        found = (
            await self._session.execute(_whole().where(DistrictRow.id == district_id))
        ).one_or_none()
        if found is None:
            raise NotFound
        return _to_district(found)

    async def of_clinic(self, clinic_id: ClinicId) -> list[District]:
        query = (
            _whole()
            .where(DoctorRow.clinic_id == clinic_id)
            .order_by(DistrictRow.name, DistrictRow.id)
        )
        return [_to_district(found) for found in await self._session.execute(query)]

    async def addresses(self, clinic_id: ClinicId) -> list[tuple[District, Addresses]]:
        districts = {district.id: district for district in await self.of_clinic(clinic_id)}
        rows = await self._session.scalars(
            select(AddressesRow)
            .where(AddressesRow.district_id.in_(districts))
            .order_by(AddressesRow.id)
        )
        return [
            (
                districts[DistrictId(row.district_id)],
                Addresses(row.street, Side(row.side), row.first_house, row.last_house),
            )
            for row in rows
        ]

    async def add(self, doctor: Doctor, name: str, addresses: Sequence[Addresses]) -> District:
        row = DistrictRow(doctor_id=doctor.id, name=name)
        self._session.add(row)
        await self._session.flush()
        await self._add_addresses(row, addresses)
        return District(DistrictId(row.id), doctor, name)

    async def change(
        self, district_id: DistrictId, doctor: Doctor, addresses: Sequence[Addresses]
    ) -> None:
        row = await self._session.get_one(DistrictRow, district_id)
        row.doctor_id = doctor.id
        gone = delete(AddressesRow).where(AddressesRow.district_id == district_id)
        await self._session.execute(gone)
        await self._add_addresses(row, addresses)

    async def _add_addresses(self, row: DistrictRow, addresses: Sequence[Addresses]) -> None:
        self._session.add_all(
            AddressesRow(
                district_id=row.id,
                street=part.street,
                side=part.side,
                first_house=part.first,
                last_house=part.last,
            )
            for part in addresses
        )
        await self._session.flush()
