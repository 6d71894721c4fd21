"""Ids, each of a type of its own: a doctor's never stands where a child's is meant."""

from typing import NewType

PersonId = NewType("PersonId", int)
ChildId = NewType("ChildId", int)
ClinicId = NewType("ClinicId", int)
DoctorId = NewType("DoctorId", int)
DistrictId = NewType("DistrictId", int)
SlotId = NewType("SlotId", int)
AppointmentId = NewType("AppointmentId", int)
QuestionId = NewType("QuestionId", int)
AbsenceId = NewType("AbsenceId", int)
BroadcastId = NewType("BroadcastId", int)


PostId = NewType("PostId", int)
InvitationId = NewType("InvitationId", int)
HelperInvitationId = NewType("HelperInvitationId", int)
CheckUpId = NewType("CheckUpId", int)
WaitId = NewType("WaitId", int)
ChildGroupId = NewType("ChildGroupId", int)
FreedTimeId = NewType("FreedTimeId", int)
TimeOfferId = NewType("TimeOfferId", int)


DeviationId = NewType("DeviationId", int)


NotificationId = NewType("NotificationId", int)
