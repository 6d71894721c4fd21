"""The clinic's people: invited once, seeing what is theirs, taken down whenever they look."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.access.members import INVITED_FOR
from services.model.access import BEGINNING, Chain, Head, Record, Role, digest
from services.model.clinic import Clinic, Doctor
from services.model.ids import ClinicId
from services.model.refusals.access import (
    AnotherDoctorsPost,
    InvitationInvalid,
    LastAdministrator,
)
from services.model.refusals.base import NotFound, Refusal
from services.model.visits import Appointment
from storage.access.staff import StoredStaff
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ
from tests.services.waiting import begin, done_or_waiting

MONDAY = date(2026, 11, 23)


@played
async def visit(house: House, anna: Family, petrova: Doctor) -> Appointment:
    """Миша with Петрова, today at 9:00."""
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    return await house.book(anna.parent, anna.child.id, slot)


# Coming and going


async def test_an_invitation_works_once(house: House, tamara: Employee, anna: Family) -> None:
    """R32: bound to one role in one clinic; whoever comes second gets nothing by it."""
    workday = house.services.workday
    members = house.services.members
    invitation = await members.appoint("romashka", Role.REGISTRAR)
    assert len(invitation.token) >= 32
    await workday.accept(anna.parent, invitation.token, "Анна")
    desk = await workday.desk(anna.parent)
    assert (desk.post.role, desk.post.clinic.code) == (Role.REGISTRAR, "romashka")

    with pytest.raises(InvitationInvalid):
        await workday.accept(tamara.person, invitation.token, "Тамара")
    assert await house.count("invitations", f"token_sha256 = '{invitation.token}'") == 0


@pytest.mark.parametrize("token", ["", "forged", "x" * 60])
async def test_a_guessed_or_old_invitation_gives_nothing(
    house: House, clinic: Clinic, anna: Family, token: str
) -> None:
    """R32: told alike, whether it was never given or is three days old."""
    workday = house.services.workday
    members = house.services.members
    old = await members.appoint("romashka", Role.REGISTRAR)
    house.clock.now += INVITED_FOR
    for each in (token, old.token):
        with pytest.raises(InvitationInvalid):
            await workday.accept(anna.parent, each, "Анна")
    with pytest.raises(NotFound):
        await workday.desk(anna.parent)


async def test_a_second_invitation_to_the_same_post_changes_nothing(
    house: House, tamara: Employee
) -> None:
    """R32: the post is theirs already."""
    again = await employ(house, Role.REGISTRAR, 202)
    assert again == tamara
    assert await house.count("staff") == 1


async def test_a_doctor_s_post_is_not_given_for_another_s(
    house: House, irina: Employee, doctor_kim: Employee, kim: Doctor, petrova: Doctor
) -> None:
    """R32: Ким, who opens the link that was meant for Петрова, is told so, and it goes on working:
    for her, or for Ким once his own post has ended."""
    members, workday = house.services.members, house.services.workday
    for_kim, for_petrova = [
        await members.invite(irina.person, irina.post, Role.DOCTOR, each.id)
        for each in (kim, petrova)
    ]
    with pytest.raises(AnotherDoctorsPost) as refused:
        await workday.accept(doctor_kim.person, for_petrova.token, "Ким")
    assert refused.value.doctor.id == kim.id
    again = await workday.accept(doctor_kim.person, for_kim.token, "Ким")
    assert again.post.id == doctor_kim.post
    left = await members.colleagues(irina.person, irina.post)
    assert [each.post.doctor and each.post.doctor.id for each in left.invited] == [petrova.id]

    await members.dismiss(irina.person, irina.post, doctor_kim.post)
    desk = await workday.accept(doctor_kim.person, for_petrova.token, "Ким")
    assert desk.post.doctor
    assert desk.post.doctor.id == petrova.id


async def test_a_doctor_s_post_is_a_doctor_s(house: House, kim: Doctor, stranger: Employee) -> None:
    """R32: a doctor is named for that role, for no other one, and of the same clinic."""
    members = house.services.members
    for code, role, doctor_id in [
        ("romashka", Role.DOCTOR, None),
        ("romashka", Role.REGISTRAR, kim.id),
        ("severyanka", Role.DOCTOR, kim.id),
        ("nowhere", Role.REGISTRAR, None),
    ]:
        with pytest.raises(NotFound):
            await members.appoint(code, role, doctor_id)
    assert await house.count("invitations", "used_at IS NULL") == 0


async def test_dismissal_holds_from_the_next_tap(
    house: House, irina: Employee, tamara: Employee
) -> None:
    """R39: what was theirs is nobody's; doing it again changes nothing."""
    workday = house.services.workday
    members = house.services.members
    for _ in range(2):
        left = await members.dismiss(irina.person, irina.post, tamara.post)
        assert [each.id for each in left.staff] == [irina.post]
    with pytest.raises(NotFound):
        await workday.day(tamara.person, tamara.post)
    with pytest.raises(NotFound):
        await workday.desk(tamara.person)


async def test_the_last_administrator_stays(house: House, irina: Employee) -> None:
    """Nobody could invite anybody any more; with a second one it is possible."""
    members = house.services.members
    with pytest.raises(LastAdministrator):
        await members.dismiss(irina.person, irina.post, irina.post)
    second = await employ(house, Role.ADMINISTRATOR, 204)
    await members.dismiss(second.person, second.post, irina.post)


async def test_an_invitation_stands_while_its_author_does(
    house: House, irina: Employee, anna: Family
) -> None:
    """R32: nobody who was dismissed comes back by a link that they made before, for whomever; what
    whoever runs the bot made stands."""
    members, workday = house.services.members, house.services.workday
    second = await employ(house, Role.ADMINISTRATOR, 204)
    made = [
        await members.invite(second.person, second.post, role)
        for role in (Role.ADMINISTRATOR, Role.REGISTRAR)
    ]
    s_own = await members.invite(irina.person, irina.post, Role.REGISTRAR)
    run = await members.appoint("romashka", Role.ADMINISTRATOR)
    left = await members.dismiss(irina.person, irina.post, second.post)
    assert [each.post.role for each in left.invited] == [Role.REGISTRAR, Role.ADMINISTRATOR]

    for invitation, who in zip(made, (second.person, anna.parent), strict=True):
        with pytest.raises(InvitationInvalid):
            await workday.accept(who, invitation.token, "Снова я")
    for invitation in (s_own, run):
        await workday.accept(anna.parent, invitation.token, "Анна")


async def test_unused_invitations_are_seen_and_withdrawn(
    house: House, irina: Employee, tamara: Employee, stranger: Employee, anna: Family
) -> None:
    """R32: by an administrator of the clinic alone; what was taken up is not listed, nor undone."""
    members, workday = house.services.members, house.services.workday
    kept, lost = [
        await members.invite(irina.person, irina.post, role)
        for role in (Role.REGISTRAR, Role.ADMINISTRATOR)
    ]
    seen = (await members.colleagues(irina.person, irina.post)).invited
    assert [(each.post.role, each.expires_at) for each in seen] == [
        (Role.REGISTRAR, kept.expires_at),
        (Role.ADMINISTRATOR, lost.expires_at),
    ]
    with pytest.raises(NotFound):
        await members.withdraw(tamara.person, tamara.post, seen[0].id)
    boss = await employ(house, Role.ADMINISTRATOR, 205, "severyanka")
    await members.withdraw(boss.person, boss.post, seen[0].id)
    await workday.accept(anna.parent, kept.token, "Анна")
    for _ in range(2):
        left = await members.withdraw(irina.person, irina.post, seen[1].id)
        assert left.invited == []
    await members.withdraw(irina.person, irina.post, seen[0].id)
    with pytest.raises(InvitationInvalid):
        await workday.accept(anna.parent, lost.token, "Анна")
    assert (await workday.desk(anna.parent)).post.role is Role.REGISTRAR


async def test_an_invitation_that_is_over_is_not_listed(house: House, irina: Employee) -> None:
    """R32: after three days nothing is left to be withdrawn."""
    await house.services.members.invite(irina.person, irina.post, Role.REGISTRAR)
    house.clock.now += INVITED_FOR
    assert (await house.services.members.colleagues(irina.person, irina.post)).invited == []


async def test_what_a_dismissed_colleague_typed_is_forgotten_at_once(
    house: House, irina: Employee, tamara: Employee, anna: Family
) -> None:
    """R31: a caller's name does not stay with somebody who works here no more."""
    registry, members = house.services.registry, house.services.members
    await registry.search(tamara.person, "Костя Зорин 08.05.2022")
    await registry.search(irina.person, "Лена Зорина 08.05.2022")
    await members.dismiss(irina.person, irina.post, tamara.post)
    assert await house.count("conversations", "topic LIKE '%Костя%'") == 0
    assert await house.count("conversations", "topic LIKE '%Лена%'") == 1


async def test_two_administrators_dismiss_each_other(
    house: House, irina: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R32: at one moment, and one of them stays: somebody has to be able to invite others."""
    second = await employ(house, Role.ADMINISTRATOR, 204)
    members, of_clinic = house.services.members, StoredStaff.of_clinic
    other: list[asyncio.Task[Any]] = []

    async def meanwhile(*args: Any) -> Any:
        if not other:
            other.append(begin(members.dismiss(second.person, second.post, irina.post)))
            await done_or_waiting(house, other[0])
        return await of_clinic(*args)

    monkeypatch.setattr(StoredStaff, "of_clinic", meanwhile)
    await members.dismiss(irina.person, irina.post, second.post)
    with pytest.raises(Refusal):
        await other[0]
    assert await house.count("staff", "until IS NULL") == 1


# Whose is what


async def test_nobody_acts_in_another_s_post_or_beyond_their_own(
    house: House,
    irina: Employee,
    tamara: Employee,
    doctor_kim: Employee,
    stranger: Employee,
    anna: Family,
    petrova: Doctor,
    visit: Appointment,
) -> None:
    """R30: role and clinic are checked at every call; what is not theirs is not there."""
    workday, desk = house.services.workday, house.services.desk
    members = house.services.members
    forbidden = [
        workday.day(anna.parent, tamara.post),
        workday.day(tamara.person, irina.post),
        workday.day_list(anna.parent, tamara.post, petrova.id, MONDAY),
        workday.day_list(doctor_kim.person, doctor_kim.post, petrova.id, MONDAY),
        workday.day_list(stranger.person, stranger.post, petrova.id, MONDAY),
        workday.visit(doctor_kim.person, doctor_kim.post, visit.id),
        workday.visit(stranger.person, stranger.post, visit.id),
        workday.visit(anna.parent, tamara.post, visit.id),
        members.colleagues(tamara.person, tamara.post),
        members.colleague(tamara.person, tamara.post, irina.post),
        members.colleague(irina.person, irina.post, stranger.post),
        members.whom_to_invite(tamara.person, tamara.post),
        members.invite(tamara.person, tamara.post, Role.ADMINISTRATOR),
        members.dismiss(tamara.person, tamara.post, irina.post),
        members.dismiss(doctor_kim.person, doctor_kim.post, tamara.post),
        desk.cancel(doctor_kim.person, doctor_kim.post, visit.id),
        desk.cancel(stranger.person, stranger.post, visit.id),
        desk.cancel(anna.parent, tamara.post, visit.id),
        desk.move(stranger.person, stranger.post, visit.id, visit.slot.id),
        desk.move(doctor_kim.person, doctor_kim.post, visit.id, visit.slot.id),
    ]
    for call in forbidden:
        with pytest.raises(NotFound):
            await call
    await members.dismiss(
        irina.person, irina.post, stranger.post
    )  # not a colleague: nothing happens

    assert await house.count("staff", "until IS NULL") == 4
    assert await house.count("access_records") == 0
    assert await house.count("appointments", "state = 'booked'") == 1


async def test_the_day_names_no_child_and_the_list_names_all(
    house: House, tamara: Employee, petrova: Doctor, kim: Doctor, anna: Family, visit: Appointment
) -> None:
    """R39: the number of visits is nobody's data; each child of a list is taken down."""
    workday = house.services.workday
    found = await workday.day(tamara.person, tamara.post)
    assert [(doctor.id, count) for doctor, count in found.doctors] == [(kim.id, 0), (petrova.id, 1)]
    assert await house.count("access_records") == 0

    listed = await workday.day_list(tamara.person, tamara.post, petrova.id, MONDAY)
    assert [each.id for each in listed.visits] == [visit.id]
    await workday.visit(tamara.person, tamara.post, visit.id)
    await house.services.desk.cancel(tamara.person, tamara.post, visit.id)
    seen = (
        await house.services.journal.who_looked(anna.parent, petrova.clinic.id, anna.child.id)
    ).seen
    assert [(each.role, each.access) for each in seen] == [
        (Role.REGISTRAR, "cancelled"),
        (Role.REGISTRAR, "visit"),
        (Role.REGISTRAR, "day-list"),
    ]
    assert (await workday.day_list(tamara.person, tamara.post, petrova.id, MONDAY)).visits == []


async def test_a_doctor_sees_their_own_day(
    house: House, doctor_kim: Employee, kim: Doctor, visit: Appointment
) -> None:
    """R30: and nobody else's."""
    found = await house.services.workday.day(doctor_kim.person, doctor_kim.post)
    assert [doctor.id for doctor, _ in found.doctors] == [kim.id]


async def test_who_looked_is_for_whoever_cares_for_the_child(
    house: House, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """R30, R39: another family's child is not there."""
    with pytest.raises(NotFound):
        await house.services.journal.who_looked(boris.parent, petrova.clinic.id, anna.child.id)


# The journal


def first_broken(records: Sequence[Record], *anchors: Head) -> int | None:
    """Where a journal is wrong, which is followed to where it is."""
    chain = Chain(ClinicId(1), anchors)
    chain.follow(records)
    return chain.broken_at


async def test_a_journal_is_read_in_pieces(
    house: House,
    tamara: Employee,
    petrova: Doctor,
    visit: Appointment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R39: as many records as may be in memory at once; what is wrong behind is found, too."""
    monkeypatch.setattr("services.access.audit.AT_ONCE", 2)
    for _ in range(5):
        await house.services.workday.day_list(tamara.person, tamara.post, petrova.id, MONDAY)
    [verdict] = await house.services.journal.verify()
    assert (verdict.broken_at, verdict.head and verdict.head.number) == (None, 5)

    [head] = await house.services.journal.heads()
    late = replace(head, number=6)
    assert (await house.services.journal.verify([late, head]))[0].broken_at == 6
    assert (await house.services.journal.verify([head, replace(head, number=4)]))[0].broken_at == 4


async def test_a_changed_missing_or_cut_off_record_is_found(
    house: House, tamara: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """R39: by the hashes of the chain, and at its end by a head that was kept elsewhere."""
    for _ in range(3):
        await house.services.workday.day_list(tamara.person, tamara.post, petrova.id, MONDAY)
    journal = house.services.journal
    [verdict] = await journal.verify()
    [head] = await journal.heads()
    assert (verdict.broken_at, verdict.head, head.number) == (None, head, 3)

    async with house.transactions.reads() as tx:
        records = await tx.journal.following(petrova.clinic.id, 0, 10)
    changed = replace(records[1], entry=replace(records[1].entry, role=Role.DOCTOR))
    assert first_broken([records[0], changed, records[2]]) == 2
    assert first_broken([records[0], records[2]]) == 2
    assert first_broken(records[1:]) == 1
    assert first_broken(records[:2]) is None
    assert first_broken(records[:2], head) == 3
    assert first_broken([], head) == 1
    other = Head(head.clinic_id, 2, "0" * 64)
    for anchors in [[other], [other, head], [head, other]]:
        assert first_broken(records, *anchors) == 2
    second = Head(head.clinic_id, 2, records[1].hash)
    assert first_broken(records, second, head, second) is None
    assert first_broken(records, second, other) == 2
    assert first_broken(records, replace(other, clinic_id=ClinicId(999))) is None
    rewritten = digest(head.clinic_id, 1, records[0].entry, BEGINNING)
    assert records[0].hash == rewritten


async def test_clinics_have_journals_of_their_own(
    house: House, tamara: Employee, stranger: Employee, petrova: Doctor, visit: Appointment
) -> None:
    """R39: each counts from one."""
    await house.services.workday.day_list(tamara.person, tamara.post, petrova.id, MONDAY)
    verdicts = await house.services.journal.verify()
    assert [(each.clinic.code, each.head and each.head.number) for each in verdicts] == [
        ("romashka", 1),
        ("severyanka", None),
    ]
    house.clock.now += timedelta(hours=1)
    assert [head.number for head in await house.services.journal.heads()] == [1]
