"""A clinic entered as a whole, and changed as a whole."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.clinic.opening import NewDistrict
from services.clinic.profiles import ClinicEntry, DoctorEntry
from services.desk.absences.report import Absent
from services.model.clinic import NOTED, Addresses, Clinic, Doctor, Hours, Reminding, Side
from services.model.consents import Purpose
from services.model.ids import ClinicId
from services.model.refusals.clinic import KindIsThere, NoSuchClinic, TooManyKinds, ZoneInUse
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind
from tests.conftest import CONSENTS, ROMASHKA, House, need
from tests.databases import BOTH
from tests.services.conftest import Employee, Family
from tests.services.interleaving import meetings

FIRST = NewDistrict("участок 1", (Addresses("ул. Садовая", Side.ODD),))
SECOND = NewDistrict("участок 2", (Addresses("Лесной пер."),))
NEW = ClinicEntry(
    replace(ROMASHKA, code="vasilek", name="Клиника «Василёк»"),
    CONSENTS,
    [DoctorEntry("Орлова И. П.", "15", [FIRST, SECOND]), DoctorEntry("Лебедев П. И.", "3")],
)


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def entry_of(house: House, **other: Any) -> ClinicEntry:
    """Ромашка as it is, but for what its profile is to say now."""
    entry = await house.services.profiles.entered("romashka")
    return replace(entry, profile=replace(entry.profile, **other))


async def remembered(house: House) -> list[tuple[object, ...]]:
    """Every reminder that is planned, by when it is due."""
    query = "SELECT due_at FROM notifications WHERE kind IN ('evening', 'soon') ORDER BY 1"
    return [tuple(row) for row in await house.database.rows(query)]


async def test_a_new_clinic_is_entered(house: House) -> None:
    """With its texts, doctors and districts; the preview says so, and writes nothing."""
    profiles = house.services.profiles
    planned = await profiles.preview(NEW)
    assert await house.count("clinics") == 0

    assert await profiles.enter(NEW) == planned
    assert planned.before is None
    assert planned.versions == dict.fromkeys(Purpose, 1)
    stored = await profiles.entered("vasilek")
    assert stored == planned.after
    signed = {each.path[0]: getattr(stored.profile, each.path[0]) for each in NOTED}
    assert stored.profile == replace(NEW.profile, **signed)
    assert [clinic.name for clinic in await profiles.all()] == ["Клиника «Василёк»"]
    assert await house.count("consent_texts") == len(Purpose)


async def test_what_was_entered_changes_nothing_when_it_is_entered_again(
    house: House, clinic: Clinic
) -> None:
    """Whatever the clinic has, however it came about."""
    profiles = house.services.profiles
    for entry in (NEW, await entry_of(house)):
        await profiles.enter(entry)
        assert (await profiles.preview(entry)).is_nothing
        assert (await profiles.enter(await profiles.entered(entry.profile.code))).is_nothing


async def test_a_clinic_that_is_not_there(house: House) -> None:
    """It is refused in words."""
    with pytest.raises(NoSuchClinic):
        await house.services.profiles.entered("nobody")
    with pytest.raises(NoSuchClinic):
        await house.services.profiles.clinic("nobody")


async def test_a_preview_of_a_change_writes_nothing(house: House, clinic: Clinic) -> None:
    """It says what would be otherwise, and that is all."""
    profiles = house.services.profiles
    before = await profiles.entered("romashka")
    changed = replace(await entry_of(house, phone="103"), consents=CONSENTS, doctors=NEW.doctors)
    planned = await profiles.preview(changed)

    assert planned.after.profile.phone == "103"
    assert not planned.is_nothing
    assert await profiles.entered("romashka") == before


async def test_a_change_is_made_as_a_whole(house: House, clinic: Clinic) -> None:
    """The room, a new doctor, a phone; doctors who are not named stay, with their times."""
    profiles = house.services.profiles
    slots = await house.count("slots")
    doctors = [DoctorEntry("петрова  анна сергеевна", "21", [FIRST]), NEW.doctors[1]]
    await profiles.enter(replace(await entry_of(house, phone="103"), doctors=doctors))

    stored = await profiles.entered("romashka")
    assert stored.profile.phone == "103"
    assert [(doctor.name, doctor.room, list(doctor.districts)) for doctor in stored.doctors] == [
        ("Ким Олег Викторович", "14", []),
        ("Лебедев П. И.", "3", []),
        ("Петрова Анна Сергеевна", "21", [FIRST]),
    ]
    assert await house.count("slots") == slots


async def test_a_district_goes_to_another_doctor_or_loses_its_streets(house: House) -> None:
    """The row is the same: the district's children are in it still."""
    profiles = house.services.profiles
    await profiles.enter(NEW)
    ids = await house.database.rows("SELECT id, name FROM districts ORDER BY id")
    doctors = [DoctorEntry("Орлова И. П.", "15"), DoctorEntry("Лебедев П. И.", "3", [FIRST])]
    await profiles.enter(replace(NEW, doctors=doctors))

    stored = {each.name: each.districts for each in (await profiles.entered("vasilek")).doctors}
    assert stored == {
        "Лебедев П. И.": (FIRST,),
        "Орлова И. П.": (NewDistrict("участок 2", ()),),
    }
    assert await house.database.rows("SELECT id, name FROM districts ORDER BY id") == ids


async def test_a_changed_text_is_the_next_version_and_consents_stand(
    house: House, anna: Family
) -> None:
    """Who consented may book as before; the text that they saw is kept (R31)."""
    profiles = house.services.profiles
    entry = await entry_of(house)
    spaced = replace(
        entry, consents={Purpose.PROCESSING: f"\n{entry.consents[Purpose.PROCESSING]}\n"}
    )
    assert (await profiles.preview(spaced)).is_nothing

    changed = replace(entry, consents={Purpose.PROCESSING: "Новый текст.", Purpose.NEWS: "Новости"})
    change = await profiles.enter(changed)

    assert change.versions == {Purpose.PROCESSING: 2, Purpose.NEWS: 1}
    assert (await profiles.entered("romashka")).consents == changed.consents
    assert await house.count("consent_texts") == 3
    assert await house.count("consents", "version = 1 AND withdrawn_at IS NULL") == 1
    [petrova] = [
        d for d in await house.doctors(await profiles.clinic("romashka")) if d.room == "12"
    ]
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    visit = await house.book(anna.parent, anna.child.id, slot)
    assert visit.slot.id == slot.id


@pytest.mark.parametrize(
    ("other", "shift"),
    [
        ({"reminding": Reminding(time(19), timedelta(hours=2))}, timedelta(hours=1)),
        ({"quiet": Hours(time(17), time(7))}, None),
    ],
)
async def test_reminders_follow_the_clinic_s_hours(
    house: House,
    clinic: Clinic,
    anna: Family,
    petrova: Doctor,
    other: dict[str, Any],
    shift: timedelta | None,
) -> None:
    """Of visits that are booked already, when reminder times or quiet hours change (R18)."""
    profiles = house.services.profiles
    await profiles.enter(replace(await entry_of(house), consents=CONSENTS))
    await house.services.consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1)
    days = await house.services.times.days(anna.parent, need(anna.child.id), petrova.id)
    times = await house.services.times.day(
        anna.parent, need(anna.child.id), petrova.id, days.free[2]
    )
    await house.book(anna.parent, anna.child.id, times.slots[-1])
    before = await remembered(house)
    assert before

    changed = await entry_of(house, **other)
    assert (await profiles.preview(changed)).reminded_anew == 1
    assert await remembered(house) == before
    assert (await profiles.enter(changed)).reminded_anew == 1
    assert await profiles.remind_anew() == 1
    after = await remembered(house)
    assert after != before

    assert (await profiles.enter(await entry_of(house, phone="103"))).reminded_anew == 0
    assert await profiles.remind_anew() == 0
    assert await remembered(house) == after


async def test_reminders_are_planned_anew_in_steps(
    house: House,
    clinic: Clinic,
    anna: Family,
    petrova: Doctor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R21: so that whoever books meanwhile does not wait for all of a clinic's; each step is whole,
    and after a crash, or other hours once more, it is gone on with until none is left."""
    monkeypatch.setattr("services.clinic.profiles.STEP", 1)
    profiles = house.services.profiles
    await profiles.enter(
        replace(await entry_of(house, one_visit_per_doctor=False), consents=CONSENTS)
    )
    await house.services.consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1)
    days = await house.services.times.days(anna.parent, need(anna.child.id), petrova.id)
    for day in days.free[1:4]:
        times = await house.services.times.day(anna.parent, need(anna.child.id), petrova.id, day)
        await house.book(anna.parent, anna.child.id, times.slots[-1])
    before = set(await remembered(house))
    usual = (await entry_of(house)).profile.reminding

    await profiles.enter(await entry_of(house, reminding=Reminding(time(19), timedelta(hours=3))))
    steps: list[int] = []
    step = profiles._remind_some_anew
    killed = RuntimeError("killed")

    async def killed_after_one(clinic_id: ClinicId) -> int:
        if steps:
            raise killed
        steps.append(await step(clinic_id))
        return steps[-1]

    monkeypatch.setattr(profiles, "_remind_some_anew", killed_after_one)
    with pytest.raises(RuntimeError, match="killed"):
        await profiles.remind_anew()
    half = set(await remembered(house))
    assert half - before
    assert half & before

    monkeypatch.setattr(profiles, "_remind_some_anew", step)
    assert await profiles.remind_anew() == 2
    after = set(await remembered(house))
    assert not after & before
    assert await house.count("replannings") == 0

    for reminding in (Reminding(time(18), timedelta(hours=4)), usual):
        await profiles.enter(await entry_of(house, reminding=reminding))
    assert await profiles.remind_anew() == 3
    assert set(await remembered(house)) == before


async def test_the_zone_is_kept_while_there_are_visits_ahead(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """Neither previewed nor entered; without visits the doctors receive at the same hours of the
    new zone, and at no others."""
    profiles = house.services.profiles
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    visit = await house.book(anna.parent, anna.child.id, slot)
    moved = await entry_of(house, zone=ZoneInfo("Asia/Omsk"))
    for refused in (profiles.preview, profiles.enter):
        with pytest.raises(ZoneInUse):
            await refused(moved)
    assert (await profiles.clinic("romashka")).zone.key == "Europe/Moscow"

    await house.services.mine.cancel(anna.parent, visit.id)
    await profiles.enter(moved)
    omsk = await profiles.clinic("romashka")
    assert omsk.zone.key == "Asia/Omsk"
    await house.services.clinics.follow()
    times = await house.free_times(anna.parent, anna.child.id, (await house.doctors(omsk))[1])
    assert {slot.local_start.tzinfo for slot in times} == {ZoneInfo("Asia/Omsk")}
    assert all(time(9) <= slot.local_start.time() < time(12) for slot in times)


async def test_the_zone_is_kept_for_whoever_was_told_an_hour_without_a_visit(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor, tamara: Employee
) -> None:
    """R57: a caller whom the registry gave a time, and a family for which times are kept; not
    once these are given back, and over."""
    services = house.services
    moved = await entry_of(house, zone=ZoneInfo("Asia/Omsk"))
    theirs, slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    await services.desk.take(tamara.person, tamara.post, theirs.id)
    for refused in (services.profiles.preview, services.profiles.enter):
        with pytest.raises(ZoneInUse):
            await refused(moved)
    await services.desk.give_back(tamara.person, tamara.post, theirs.id)
    assert (await services.profiles.preview(moved)).moves_clocks

    visit = await house.book(anna.parent, anna.child.id, slot)
    day = slot.local_start.date()
    await services.absences.make(tamara.person, tamara.post, Absent(petrova.id, day, day))
    kept = (await services.mine.visit(anna.parent, visit.id)).offers
    with pytest.raises(ZoneInUse):
        await services.profiles.enter(moved)
    house.clock.now = max(offer.until for offer in kept)
    await services.profiles.enter(moved)
    assert (await services.profiles.clinic("romashka")).zone.key == "Asia/Omsk"


async def test_two_enter_a_clinic_at_once(house: House, clinic: Clinic) -> None:
    """R41: the later of two texts is the version after the earlier one."""
    profiles, numbers = house.services.profiles, count(1)
    async for meet in meetings(house):
        number = next(numbers)
        before = await house.count("consent_texts")
        one, other = [
            replace(await entry_of(house), consents={Purpose.PROCESSING: f"{number}, {which}."})
            for which in ("одно", "другое")
        ]
        await meet(profiles.enter(one), profiles.enter(other))
        assert await house.count("consent_texts") == before + 2


async def test_a_longer_horizon_opens_its_days(house: House, clinic: Clinic) -> None:
    """And the times of a shorter one go with the next look."""
    before = await house.count("slots")
    await house.services.profiles.enter(await entry_of(house, horizon_days=28))
    await house.services.clinics.follow()

    assert await house.count("slots") > before


async def test_a_file_adds_changes_and_orders_kinds_of_visit(house: House, clinic: Clinic) -> None:
    """A new one gets the next key, once; what the file does not name stays, behind; two of one name
    are none."""
    profiles = house.services.profiles
    pool = VisitKind(KindKey(), name="Справка в бассейн", since=36)
    camp = VisitKind(KindKey(), name="Справка в лагерь")
    told = await entry_of(house, kinds=(pool, camp, *reversed(USUAL_KINDS)))
    planned = await profiles.preview(told)
    await profiles.enter(told)

    first, second = (replace(pool, key=KindKey("k9")), replace(camp, key=KindKey("k10")))
    assert planned.after.profile.kinds == (first, second, *reversed(USUAL_KINDS))
    assert (await profiles.enter(told)).is_nothing

    camp_alone = await entry_of(house, kinds=(replace(camp, price="500 ₽"),))
    await profiles.enter(camp_alone)
    kept = (await profiles.clinic(clinic.code)).kinds
    assert kept == (replace(second, price="500 ₽"), first, *reversed(USUAL_KINDS))

    renamed = replace(second, name="справка в БАССЕЙН")
    with pytest.raises(KindIsThere):
        await profiles.enter(await entry_of(house, kinds=(renamed,)))
    many = tuple(replace(camp, name=f"Занятие {n}") for n in range(21))
    with pytest.raises(TooManyKinds):
        await profiles.enter(await entry_of(house, kinds=many))
    assert (await profiles.clinic(clinic.code)).kinds == kept


async def test_a_file_leaves_the_kinds_of_visit_as_the_chat_arranged_them(
    house: House, clinic: Clinic
) -> None:
    """A file from before does not know of them, and takes nothing away."""
    told = await entry_of(house, kinds=())
    pool = VisitKind(KindKey("k9"), name="Справка в бассейн")
    async with house.transactions.writes() as tx:
        await tx.clinics.change(clinic.id, replace(clinic, kinds=(pool, *USUAL_KINDS)))
    other = replace(told, profile=replace(told.profile, cancellation="Звоните."))
    change = await house.services.profiles.enter(other)

    assert change.after.profile.kinds == (pool, *USUAL_KINDS)
    kept = await house.services.profiles.clinic(clinic.code)
    assert (kept.kinds, kept.cancellation) == ((pool, *USUAL_KINDS), "Звоните.")
