"""The ways to the list of those who wait, wherever a time is not to be had."""

from bot.flows.visits.siblings.taps import OF_VISITS, write_ids
from bot.flows.visits.waiting import taps
from bot.telegram.screen import Button
from bot.words import _
from services.model.clinic import Clinic
from services.model.ids import DoctorId
from services.model.settings.visit_kinds import KindKey, Whom
from services.model.visits import Appointment
from services.visits.search import Search


def to_list(search: Search, doctor_id: DoctorId | None = None) -> list[list[Button]]:
    """Be told when a time becomes free, with a doctor or anybody. An ill child has another way, and
    who is owed a time is on the list already."""
    moving = search.moving
    if moving is not None:
        return [] if moving.needs_time else earlier(moving)
    if not _may_wait(search.clinic, search.need.reason):
        return []
    tap = taps.AskWait(
        clinic_id=search.clinic.id,
        who=write_ids([search.child.id]),
        reason=search.need.reason,
        doctor=doctor_id or 0,
    )
    return [[Button(_("🔔 Tell me if it is free"), tap)]]


def earlier(visit: Appointment) -> list[list[Button]]:
    """Be told when an earlier time becomes free with the visit's doctor."""
    doctor = visit.slot.doctor
    if not _may_wait(doctor.clinic, visit.reason):
        return []
    tap = taps.AskWait(
        clinic_id=doctor.clinic.id,
        who=OF_VISITS + write_ids([visit.id]),
        reason=visit.reason,
        doctor=doctor.id,
    )
    return [[Button(_("🔔 Tell me if earlier"), tap)]]


def _may_wait(clinic: Clinic, kind: KindKey) -> bool:
    return clinic.waitlist.on and clinic.kind(kind).whom is not Whom.ILL
