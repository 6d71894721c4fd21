"""Buttons. A clinic's doctors, as its administrators keep them."""

from typing import Annotated

from bot.flows.clinic.editing.taps import ClinicDesk
from bot.flows.common.taps import DraftMark, Id, IdOrNone, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork
from services.model.conversations import DoctorPart
from services.model.ids import DoctorId


class ClinicDoctors(AtWork, prefix="drs"):
    """All of them."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return ClinicDesk(post_id=self.post_id)


class DoctorCard(AtWork, prefix="dr"):
    """One of them."""

    doctor_id: Annotated[DoctorId, Id]

    def fallback(self) -> Tap:
        return ClinicDoctors(post_id=self.post_id)


class OfDoctor(AtWork, prefix="-of-doctor"):
    """What all taps carry that change a doctor or add one."""

    doctor_id: Annotated[int, IdOrNone]
    part: DoctorPart

    @property
    def doctor(self) -> DoctorId | None:
        """None: a new one."""
        return DoctorId(self.doctor_id) if self.doctor_id else None

    def fallback(self) -> Tap:
        if self.doctor is None:
            return ClinicDoctors(post_id=self.post_id)
        return DoctorCard(post_id=self.post_id, doctor_id=self.doctor)


class AskDoctor(OfDoctor, prefix="dr-ask"):
    """Type a name or a room."""


class LeaveDoctor(OfDoctor, prefix="dr-leave"):
    """Leave all as it is."""


class ProposedDoctor(OfDoctor, prefix="dr-new"):
    """What was typed last, to be saved or not."""


class SaveDoctor(OfDoctor, prefix="dr-save"):
    """Save what was typed, if it and what it replaces are still those that were shown."""

    before: Annotated[int, DraftMark]
    after: Annotated[int, DraftMark]

    def fallback(self) -> Tap:
        return ProposedDoctor(post_id=self.post_id, doctor_id=self.doctor_id, part=self.part)


class CorrectDoctor(SaveDoctor, prefix="dr-spell"):
    """The same, where it is only written otherwise: no family is told."""
