"""Posts at a clinic: whose one is, and what may be seen from it."""

from collections.abc import Sequence
from hashlib import sha256

from services.model.access import EVERYBODY, Post, Role
from services.model.clinic import Doctor
from services.model.ids import AppointmentId, DoctorId, PersonId, PostId
from services.model.refusals.base import NotFound
from services.model.visits import Appointment
from services.ports.transaction import Transaction


async def post_of(
    tx: Transaction,
    person: PersonId,
    post_id: PostId | None,
    roles: frozenset[Role] = EVERYBODY,
) -> Post:
    """The person's own post, if it stands and has one of these roles; None is no post.

    Raises:
        NotFound: there is none, it is another's, or it was ended: all are told alike.
    """
    if post_id is None:
        raise NotFound
    post = await tx.staff.get(post_id)
    if post.person != person or post.role not in roles:
        raise NotFound
    return post


async def posts_at_work(tx: Transaction, person: PersonId) -> Sequence[Post]:
    """The posts of who is here for their work alone; of who has a child here, none."""
    posts = await tx.staff.of_person(person)
    return [] if posts and await tx.families.children(cared_for_by=person) else posts


def hash_of(token: str) -> str:
    """What is kept of an invitation's token."""
    return sha256(token.encode()).hexdigest()


async def doctor_at(tx: Transaction, post: Post, doctor_id: DoctorId) -> Doctor:
    """A doctor whom the post may see: at its clinic; a doctor, themselves. Raises `NotFound`."""
    doctor = await tx.clinics.doctor(doctor_id)
    if doctor.clinic.id != post.clinic.id or (post.doctor and post.doctor.id != doctor.id):
        raise NotFound
    return doctor


async def visit_at(tx: Transaction, post: Post, appointment_id: AppointmentId) -> Appointment:
    """A visit that the post may see: at its clinic, and a doctor's own.

    Raises:
        NotFound: there is none, or it is not for this post.
    """
    visit = await tx.appointments.get(appointment_id, cared_for_by=None)
    doctor = visit.slot.doctor
    if doctor.clinic.id != post.clinic.id or (post.doctor and post.doctor.id != doctor.id):
        raise NotFound
    return visit
