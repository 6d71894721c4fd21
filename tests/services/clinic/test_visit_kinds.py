"""Kinds of visit arranged by two at one moment, and by a tap that no screen has."""

from dataclasses import replace

import pytest

from services.clinic.editing import Proposal
from services.clinic.settings import SIGNED_BY
from services.clinic.visit_kinds import KindChange
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.conversations import KindPart
from services.model.refusals.base import NotFound
from services.model.refusals.typed import KindNameUnclear
from services.model.settings.kind_lines import read_kind, read_name
from services.model.settings.visit_kinds import KindKey, Reason, VisitKind, Whom
from tests.conftest import House
from tests.databases import BOTH
from tests.services.conftest import employ
from tests.services.interleaving import meetings
from tests.services.scenes import refused


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_two_administrators_add_a_kind_at_once(house: House, clinic: Clinic) -> None:
    """R10: each has a number of its own, as it is the bit on times, and none is lost."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    oleg = await employ(house, Role.ADMINISTRATOR, 202)
    kinds, number = house.services.visit_kinds, 0
    async for meet in meetings(house):
        for who in (irina, oleg):
            await kinds.ask(who.person, who.post, None, KindPart.LINE)
        became = await meet(
            kinds.typed(irina.person, f"Бассейн {number}, с 3 лет"),
            kinds.typed(oleg.person, f"Лагерь {number}, с 6 лет"),
        )
        assert not any(map(refused, became))
        number += 1
        there = (await kinds.all(irina.person, irina.post)).kinds
        assert len({each.key for each in there}) == len(there) == len(Reason) + 2 * number


async def test_two_kinds_are_changed_at_once(house: House, clinic: Clinic) -> None:
    """R10: all of them are one text of the clinic's row, and neither change undoes the other."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    oleg = await employ(house, Role.ADMINISTRATOR, 202)
    kinds, hidden = house.services.visit_kinds, True
    async for meet in meetings(house):
        change = KindChange.HIDE if hidden else KindChange.SHOW
        became = await meet(
            kinds.change(irina.person, irina.post, KindKey(Reason.REPEAT), change),
            kinds.change(oleg.person, oleg.post, KindKey(Reason.CERTIFICATE), change),
        )
        assert not any(map(refused, became))
        there = {each.key: each for each in (await kinds.all(irina.person, irina.post)).kinds}
        assert [there[key].hidden for key in (Reason.REPEAT, Reason.CERTIFICATE)] == [hidden] * 2
        hidden = not hidden


async def test_a_kind_is_added_while_the_ill_child_s_words_are_signed(
    house: House, clinic: Clinic
) -> None:
    """R10, R71: both are of one row, and both stand afterwards."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    oleg = await employ(house, Role.ADMINISTRATOR, 202)
    kinds, editing, number = house.services.visit_kinds, house.services.clinic_desk, 0
    async for meet in meetings(house):
        await kinds.ask(irina.person, irina.post, None, KindPart.LINE)
        words = f"д-р Ким {number}"
        await editing.ask(oleg.person, oleg.post, SIGNED_BY)
        shown = await editing.typed(oleg.person, words)
        assert isinstance(shown, Proposal)
        became = await meet(
            kinds.typed(irina.person, f"Бассейн {number}"),
            editing.save(oleg.person, oleg.post, SIGNED_BY, shown.before, shown.after),
        )
        assert not any(map(refused, became))
        number += 1
        found = await kinds.all(irina.person, irina.post)
        assert len(found.kinds) == len(Reason) + number
        assert found.post.clinic.ill_words_signed_by == words
        assert found.post.clinic.ill_words_version == number


def test_a_name_is_one_that_sheets_know_again() -> None:
    """R10: what a clinic's own export says comes back as the same."""
    own = VisitKind(KindKey("k9"))
    for name in ("🏊", "Справка, бассейн", "a;b", "—·—"):
        with pytest.raises(KindNameUnclear):
            read_name(name)
    assert read_name("-", needed=False) == ""
    assert read_name("026/у 🏊") == "026/у 🏊"
    assert read_kind("Бассейн, 1 500,50 ₽, с 3 лет", own) == replace(
        own, name="Бассейн", price="1 500,50 ₽", since=36
    )
    assert read_kind("Бассейн,10 мин,50 ₽", own).price == "50 ₽"


async def test_the_ill_child_s_own_door_stays_one(house: House, clinic: Clinic) -> None:
    """R71: no screen has a button that makes it another's, and no forged one does, by a tap or by
    a line that is asked for; all else of it is the clinic's."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    kinds, ill = house.services.visit_kinds, KindKey(Reason.ILLNESS)
    for change in (KindChange.ANYBODY, KindChange.HEALTHY):
        with pytest.raises(NotFound):
            await kinds.change(irina.person, irina.post, ill, change)
    with pytest.raises(NotFound):
        await kinds.ask(irina.person, irina.post, ill, KindPart.LINE)
    assert (await kinds.card(irina.person, irina.post, ill)).kind.whom is Whom.ILL
    saved = await kinds.change(irina.person, irina.post, ill, KindChange.NAMED)
    assert saved.kind.named_only
