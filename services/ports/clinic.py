"""Clinics, their doctors and districts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.model.clinic import Addresses, Clinic, ClinicProfile, District, Doctor
from services.model.ids import ClinicId, DistrictId, DoctorId, PersonId


class ClinicRepository(Protocol):
    """Clinics and their doctors."""

    async def all(self) -> list[Clinic]: ...

    async def count(self) -> int: ...

    async def get(self, clinic_id: ClinicId) -> Clinic:
        """Raises `NotFound`."""
        ...

    async def of_person(self, person: PersonId) -> Clinic | None:
        """The clinic that the person came to last."""
        ...

    async def by_code(self, code: str, *, lock: bool = False) -> Clinic | None: ...

    async def add(self, profile: ClinicProfile) -> Clinic: ...

    async def change(self, clinic_id: ClinicId, profile: ClinicProfile) -> Clinic:
        """Let the clinic say this of itself from now on."""
        ...

    async def make_times_anew(self, clinic_id: ClinicId, *, apart: bool) -> None:
        """Let the stored times of its doctors follow what the clinic is by now, one after the
        other, beginning with the first.

        Args:
            apart: they are at other hours until then, and nobody gets one.
        """
        ...

    async def making_times_anew(self) -> list[ClinicId]:
        """Where that is not done yet."""
        ...

    async def whose_times_next(self, clinic_id: ClinicId) -> Doctor | None:
        """Whose times are not, the first of them, with the clinic locked."""
        ...

    async def times_are_made(self, clinic_id: ClinicId, through: DoctorId | None) -> None:
        """Of the doctors up to this one they follow now; None: of all."""
        ...

    async def doctor(self, doctor_id: DoctorId, *, lock: bool = False) -> Doctor:
        """With the lock, nobody else can lock the doctor. Raises `NotFound`."""
        ...

    async def doctors_of(self, clinic: Clinic) -> list[Doctor]:
        """By name."""
        ...

    async def doctors(self, clinic_id: ClinicId, *, lock: bool = False) -> list[Doctor]:
        """By name; with the lock, nobody else can lock them, or add others this way."""
        ...

    async def add_doctor(self, clinic: Clinic, name: str, room: str) -> Doctor: ...

    async def set_room(self, doctor_id: DoctorId, room: str) -> None: ...

    async def rename_doctor(self, doctor_id: DoctorId, name: str) -> None: ...

    async def tell_otherwise(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None, at: datetime
    ) -> None:
        """From now on families are told something else of visits to a doctor, or to all of a
        clinic: who heard of a visit before has to hear it."""
        ...

    async def is_told_otherwise(self) -> bool:
        """Whether families may still have to hear such news."""
        ...

    async def all_told(self, before: datetime) -> None:
        """Everybody has heard what changed before a moment."""
        ...


class DistrictRepository(Protocol):
    """Districts, and the addresses that belong to them."""

    async def get(self, district_id: DistrictId) -> District:
        """Raises `NotFound`."""
        ...

    async def of_clinic(self, clinic_id: ClinicId) -> list[District]: ...

    async def addresses(self, clinic_id: ClinicId) -> list[tuple[District, Addresses]]:
        """Which addresses belong to which of the clinic's districts."""
        ...

    async def add(self, doctor: Doctor, name: str, addresses: Sequence[Addresses]) -> District: ...

    async def change(
        self, district_id: DistrictId, doctor: Doctor, addresses: Sequence[Addresses]
    ) -> None:
        """Let a doctor look after these addresses; the district's children stay in it."""
        ...
