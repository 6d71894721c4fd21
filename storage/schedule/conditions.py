"""Which times are free, held, or for a child's wish: the rules of booking, in SQL."""

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, not_, or_, select

from services.model.clinic import Doctor
from services.model.ids import AppointmentId, ChildId, PersonId, SlotId
from services.model.people import Scope
from services.model.settings.visit_kinds import VisitKind
from services.model.slots import Slot, Stretch, Wish
from services.model.visits import AppointmentState
from storage.database.spans import seconds_between
from storage.families.care import Moment, care_at
from storage.schedule.reasons import from_bits, to_bits
from storage.schedule.reserved import open_to, reservation_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.slots import HoldRow, SlotRow, TakenSlotRow
from storage.tables.visits import AppointmentRow, OfferRow
from storage.visits.standing import stands
from storage.waitlist.keeping import kept_for_list

EXTRA = "extra"
"""Of those that the registry squeezed in: never open, so that they may overlap the others."""
SYSTEM = "system"
"""Of those that the clinic's own system names, see `storage.systems.mirror`."""


def has_visit(now: Moment) -> ColumnElement[bool]:
    """A visit stands on it at this moment, as `standing.stands` says; or its child has come,
    and the time is not over."""
    has_come = and_(
        AppointmentRow.state == AppointmentState.FULFILLED, AppointmentRow.ends_at > now
    )
    return exists().where(AppointmentRow.slot_id == SlotRow.id, or_(stands(now), has_come))


IS_NAMELESS: ColumnElement[bool] = exists().where(TakenSlotRow.slot_id == SlotRow.id)
"""Such a slot is closed: only who looks at closed ones, too, has to ask."""


def kept_from(
    now: Moment,
    person: PersonId | BindParameter[int] | None = None,
    visit: AppointmentId | BindParameter[int] | None = None,
    child: ChildId | BindParameter[int] | None = None,
) -> ColumnElement[bool]:
    """Kept for a family at this moment, other than for this person or this visit; or for those who
    wait, other than for this child."""
    return or_(promised(now, person, visit), kept_for_list(now, child))


def promised(
    now: Moment,
    person: PersonId | BindParameter[int] | None = None,
    visit: AppointmentId | BindParameter[int] | None = None,
) -> ColumnElement[bool]:
    """Held by a family at this moment, or kept for one that is owed a time: other than this."""
    hold = exists().where(HoldRow.slot_id == SlotRow.id, HoldRow.until > now)
    offer = exists().where(OfferRow.slot_id == SlotRow.id, OfferRow.until > now)
    if person is not None:
        hold = hold.where(HoldRow.person_id != person)
        care = care_at(now, Scope.BOOK)
        theirs = exists().where(
            AppointmentRow.id == OfferRow.appointment_id,
            care.c.child_id == AppointmentRow.child_id,
            care.c.person_id == person,
        )
        offer = offer.where(not_(theirs))
    if visit is not None:
        offer = offer.where(OfferRow.appointment_id != visit)
    return or_(hold, offer)


def accepts(kind: VisitKind) -> ColumnElement[bool]:
    """The same as `rules.eligibility.grounds.accepts`, in SQL."""
    named = SlotRow.reasons.bitwise_and(to_bits([kind.key])) != 0
    hours = named if kind.named_only else or_(SlotRow.reasons == 0, named)
    if kind.length is None:
        return hours
    lasts = seconds_between(SlotRow.starts_at, SlotRow.ends_at)
    return and_(hours, lasts >= int(kind.length.total_seconds()))


def suits(wish: Wish) -> ColumnElement[bool]:
    """Open, and by all grounds for such a child; somebody may have it. A child's age is in
    `earliest` and `latest`: further grounds of `rules.eligibility` stand here."""
    return and_(
        SlotRow.open,
        not_(SlotRow.withdrawn),
        SlotRow.starts_at >= wish.earliest,
        SlotRow.starts_at < wish.latest,
        accepts(wish.kind),
    )


def is_free(wish: Wish) -> ColumnElement[bool]:
    """Nobody else has it, nor is it kept for others, and the child is not somewhere else."""
    return and_(open_to(wish), is_nobodys(wish))


def is_nobodys(wish: Wish) -> ColumnElement[bool]:
    """Nobody else has it, and the child is not somewhere else."""
    kept = promised(wish.now, wish.person, wish.moves)
    if not wish.for_list:
        kept = or_(kept, kept_for_list(wish.now, wish.child))
    return and_(
        not_(has_visit(wish.now)),
        not_(kept),
        *(
            not_(and_(SlotRow.starts_at < busy.ends_at, SlotRow.ends_at > busy.starts_at))
            for busy in wish.busy
        ),
    )


def fits(wish: Wish) -> ColumnElement[bool]:
    """The same wish as `rules.booking.check_bookable`, in SQL."""
    return and_(
        suits(wish),
        is_free(wish),
        *(SlotRow.doctor_id != doctor_id for doctor_id in sorted(wish.seen_by)),
    )


def with_doctor() -> Select[SlotRow, DoctorRow, ClinicRow]:
    return (
        select(SlotRow, DoctorRow, ClinicRow)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def to_slot(row: SlotRow, doctor: Doctor, *, taken: bool, held: bool = False) -> Slot:
    return Slot(
        SlotId(row.id),
        doctor,
        Stretch(row.starts_at, row.ends_at),
        open=row.open and not row.withdrawn,
        taken=taken,
        held=held,
        reasons=from_bits(row.reasons),
        extra=row.source == EXTRA,
        reservation=reservation_of(row.reserved_for, row.released_at),
        foreign=row.source == SYSTEM,
    )
