"""Whose group is put down by whom: the registry's own children alone, groups that are asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.watch.metrics import Metrics
from services.model.access import Access
from services.model.clinic import Clinic
from services.model.refusals.base import NotFound
from services.model.refusals.families import NoConsent
from services.model.reserved.groups import GroupLasts
from services.model.reserved.times import ReservedFor, Reserving
from services.model.visits import Matter
from storage.visits.seeing import BEHIND
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Employee, Family, open_clinic
from tests.services.desk.test_desk import journal_of

WHERE = 'clinic="romashka"'
OBSERVED, DISABLED = ReservedFor.OBSERVED, ReservedFor.DISABLED


@played
async def keeping(house: House, clinic: Clinic) -> None:
    """Ромашка keeps times for children under observation."""
    entry = await house.services.profiles.entered(clinic.code)
    profile = replace(entry.profile, reserved=Reserving(urgent=10, observed=10))
    await house.services.profiles.enter(replace(entry, profile=profile))


@pytest.mark.parametrize("group", [group for group in ReservedFor if group is not OBSERVED])
async def test_only_a_group_that_is_asked_for_is_put_down(
    keeping: None, house: House, tamara: Employee, anna: Family, group: ReservedFor
) -> None:
    """R35: a button may be old, or nobody's: who is no group's is not asked about, and what the
    clinic keeps no times for it need not know. Nothing is taken down as done."""
    groups, at = house.services.groups_at_desk, (tamara.person, tamara.post, anna.child.id)
    with pytest.raises(NotFound):
        await groups.to_put_down(*at, group)
    with pytest.raises(NotFound):
        await groups.put_down(*at, group, GroupLasts.A_YEAR)
    assert (await groups.end(*at, group)).groups == []
    assert await house.count("child_groups") == 0
    assert await journal_of(house, anna.child) == [Access.CARD]


async def test_what_was_taken_off_already_is_taken_down_once(
    keeping: None, house: House, tamara: Employee, anna: Family
) -> None:
    """R39: the family reads what was done, and not how often somebody tapped."""
    groups, at = house.services.groups_at_desk, (tamara.person, tamara.post, anna.child.id)
    assert (await groups.to_put_down(*at, OBSERVED)).asked_for == [OBSERVED]
    for _ in range(2):
        done = await groups.put_down(*at, OBSERVED, GroupLasts.A_YEAR)
        assert [each.group for each in done.groups] == [OBSERVED]
    for _ in range(2):
        assert (await groups.end(*at, OBSERVED)).groups == []
    assert await journal_of(house, anna.child) == [
        Access.CARD,
        *[Access.GROUP] * 2,
        Access.GROUP_ENDED,
        Access.CARD,
    ]


async def test_what_a_parent_says_grants_nothing_and_is_said_once(
    keeping: None, house: House, clinic: Clinic, tamara: Employee, anna: Family
) -> None:
    """R35, R39: only a group that is asked for; taken back it is gone, refused it stays so for a
    month whoever taps, and a refusal of what nobody says changes nothing."""
    ours, theirs = house.services.groups_at_desk, house.services.child_groups
    at, here = (tamara.person, tamara.post, anna.child.id), (anna.parent, clinic.id, anna.child.id)
    with pytest.raises(NotFound):
        await theirs.claim(*here, DISABLED)
    for _ in range(2):
        said = await theirs.claim(*here, OBSERVED)
        assert [each.refused for each in said.claims] == [False]
    assert (said.groups, said.to_claim, said.child.groups) == ([], [], ())
    assert await house.count("child_groups", "put_by IS NULL") == 1
    assert not await house.count("child_groups", "ciphertext LIKE '%observed%'")
    gone = await theirs.withdraw(*here, OBSERVED)
    assert (gone.claims, gone.to_claim) == ([], [OBSERVED])

    assert (await ours.refuse(*at, OBSERVED)).claims == []
    await theirs.claim(*here, OBSERVED)
    refused = await ours.refuse(*at, OBSERVED)
    await theirs.withdraw(*here, OBSERVED)
    assert (await theirs.claim(*here, OBSERVED)).claims == refused.claims
    assert await journal_of(house, anna.child) == [Access.CARD, Access.GROUP_REFUSED]

    await ours.put_down(*at, OBSERVED, GroupLasts.A_YEAR)
    assert (await theirs.of_child(*here)).claims == []
    assert await house.count("child_groups") == 1


async def test_another_clinic_knows_nothing_of_it(
    keeping: None, house: House, clinic: Clinic, tamara: Employee, stranger: Employee, anna: Family
) -> None:
    """R55: neither puts it down, nor ends or sees it; nor is it there for the parent's other
    clinic."""
    groups = house.services.groups_at_desk
    await groups.put_down(tamara.person, tamara.post, anna.child.id, OBSERVED, GroupLasts.A_YEAR)
    other = await open_clinic(house, reserved=Reserving(observed=10))
    for post in (stranger.post, tamara.post):  # their own, and one that is not theirs
        at = stranger.person, post, anna.child.id
        for deed in (
            groups.of_child(*at),
            groups.to_put_down(*at, OBSERVED),
            groups.put_down(*at, OBSERVED, GroupLasts.A_YEAR),
            groups.end(*at, OBSERVED),
        ):
            with pytest.raises(NotFound):
                await deed
    home = house.services.child_groups
    with pytest.raises(NoConsent):
        await home.withdraw(anna.parent, other.id, anna.child.id, OBSERVED)
    there = await house.parent(101, other)
    assert there == anna.parent
    assert (await home.withdraw(there, other.id, anna.child.id, OBSERVED)).groups == []
    kept = await home.of_child(anna.parent, clinic.id, anna.child.id)
    assert [each.group for each in kept.groups] == [OBSERVED]


async def test_only_a_parent_takes_it_back(
    keeping: None, house: House, clinic: Clinic, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R75: nobody else's parent does."""
    groups, home = house.services.groups_at_desk, house.services.child_groups
    await groups.put_down(tamara.person, tamara.post, anna.child.id, OBSERVED, GroupLasts.A_YEAR)
    with pytest.raises(NotFound):
        await home.withdraw(boris.parent, clinic.id, anna.child.id, OBSERVED)
    with pytest.raises(NotFound):
        await home.of_child(boris.parent, clinic.id, anna.child.id)
    assert await house.count("child_groups") == 1


async def test_a_document_is_asked_for_once_at_the_first_of_two_visits(
    keeping: None, house: House, clinic: Clinic, tamara: Employee, anna: Family
) -> None:
    """R64: two visits of one child on one day are one thing to do; at the next one it is asked for
    again, if nobody answered."""
    doctors = (await house.doctors(clinic))[:2]
    first, second = [
        await house.book(anna.parent, anna.child.id, times[at])
        for at, times in [
            (0, await house.free_times(anna.parent, anna.child.id, doctors[0])),
            (-1, await house.free_times(anna.parent, anna.child.id, doctors[1])),
        ]
    ]
    await house.services.child_groups.claim(anna.parent, clinic.id, anna.child.id, OBSERVED)

    async def asked_at() -> list[int]:
        found = await house.services.to_see.list(tamara.person, tamara.post)
        assert found.count == len(found.shown)
        return [each.visit.id for each in found.shown if each.matter is Matter.CLAIM]

    assert await asked_at() == [first.id]
    house.clock.now = first.slot.starts_at + BEHIND + timedelta(minutes=1)
    assert await asked_at() == [second.id]


async def test_operators_see_numbers_alone(
    keeping: None, house: House, clinic: Clinic, tamara: Employee, anna: Family
) -> None:
    """R34, decision 54: what is kept and was opened, what parents said, the ill child's page."""
    await house.services.clinics.follow()
    await house.services.child_groups.claim(anna.parent, clinic.id, anna.child.id, OBSERVED)
    [before] = await house.services.priority_figures.all()
    ahead = "reserved_for <> 0 AND open"
    assert before.kept == await house.count("slots", ahead) > 0
    assert (before.opened, before.claims, before.invited) == (0, 1, 0)

    [[slot]] = await house.database.rows(f"SELECT min(id) FROM slots WHERE {ahead}")  # noqa: S608
    await house.services.kept_times.release(tamara.person, tamara.post, slot)
    await house.services.groups_at_desk.refuse(tamara.person, tamara.post, anna.child.id, OBSERVED)
    [after] = await house.services.priority_figures.all()
    assert (after.kept, after.opened, after.claims) == (before.kept - 1, 1, 0)
    metrics = Metrics()
    metrics.priorities([after])
    said = metrics.exposition().decode()
    assert f"pediatrician_reserved_times{{{WHERE}}} {after.kept}.0" in said
    assert f"pediatrician_ill_page_review_due{{{WHERE}}} {float(after.ill_words_due)}" in said
    assert "observed" not in said
