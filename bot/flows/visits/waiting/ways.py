"""The ways to the list of those who wait, wherever a time is not to be had."""

from collections.abc import Sequence
from datetime import timedelta

from bot.flows.visits.siblings.taps import OF_VISITS, write_ids
from bot.flows.visits.waiting import taps
from bot.telegram.screen import Button
from bot.words import _
from services.model.clinic import Clinic
from services.model.ids import DoctorId
from services.model.settings.visit_kinds import KindKey, Whom
from services.model.slots import TimesTogether
from services.model.visits import Appointment
from services.visits.search import Search
from services.visits.siblings.search import SearchTogether

NEAR = timedelta(days=3)
"""Where nobody has a time within this, a family is asked whether to wait for one."""


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


def to_list_together(
    search: SearchTogether, times: Sequence[TimesTogether] = ()
) -> list[list[Button]]:
    """The same for brothers and sisters, all or none of whom come (R72), where none of the times
    is near."""
    is_near = any(first.starts_at < search.now + NEAR for first, *_ in times)
    if is_near or search.moving or not _may_wait(search.clinic, search.need.reason):
        return []
    tap = taps.AskWait(
        clinic_id=search.clinic.id,
        who=write_ids(search.need.children),
        reason=search.need.reason,
        doctor=search.doctor.id if search.doctor else 0,
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
