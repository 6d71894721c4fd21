"""Links of an hour to a family's file."""

import asyncio
from datetime import timedelta

from services.access.posts import hash_of
from services.model.people import Language
from tests.conftest import House
from tests.services.conftest import Family


async def test_of_two_downloads_at_once_one_gets_the_file(house: House, anna: Family) -> None:
    """R74, R34: and it is hers; the database keeps nothing that opens it."""
    own_data = house.services.own_data
    link = await own_data.make_link(anna.parent)
    assert link
    assert link.token not in "".join(await house.database.dump())
    assert link.token not in repr(link)
    assert await own_data.whose_link(link.token) is Language.RUSSIAN

    got = await asyncio.gather(*(own_data.take_by_link(link.token) for _ in range(5)))

    [found] = [each for each in got if each]
    assert found.you
    assert found.you.telegram_id == 101
    assert await own_data.whose_link(link.token) is None
    assert await own_data.take_by_link(link.token) is None


async def test_a_link_ends_after_an_hour_with_the_next_one_and_with_its_asker(
    house: House, anna: Family, boris: Family
) -> None:
    """R74, R40: another family's stays."""
    own_data = house.services.own_data
    first, theirs = await own_data.make_link(anna.parent), await own_data.make_link(boris.parent)
    second = await own_data.make_link(anna.parent)
    assert first and second and theirs  # noqa: PT018
    assert await own_data.take_by_link(first.token) is None
    shown = await house.services.erasing.look(anna.parent)
    await house.services.erasing.ask(anna.parent, shown.as_shown)
    house.clock.forward(hours=24)
    third, fourth = await own_data.make_link(anna.parent), await own_data.make_link(boris.parent)
    assert third and fourth  # noqa: PT018
    assert await house.services.erasing.carry_out(anna.parent)
    assert await own_data.take_by_link(third.token) is None
    house.clock.now += timedelta(hours=1)
    assert await own_data.whose_link(fourth.token) is None
    assert await own_data.take_by_link(fourth.token) is None
    async with house.transactions.writes() as tx:  # whoever asked first may come a moment late
        assert await tx.file_links.use(hash_of(fourth.token)) is None
    house.clock.now += timedelta(days=2)
    await house.services.upkeep.forget_codes()
    assert await house.count("export_links") == 0
