"""What everybody does, each once: by chance, with what was to be seen a moment ago."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from services.desk.absences.report import Absent
from services.desk.errands import Aim, Errand
from services.families.home import USUAL
from services.model.consents import Purpose
from services.model.conversations import NewNameOf
from services.model.ids import SlotId
from services.model.slot_sync import There
from services.model.visits import Need, SiblingsNeed
from services.schedule.listed_times import ListedDoctor, ListedTime
from storage.tables.visits import OfferRow
from tests.storm.world import Deed, World

# What families do


async def book(here: World) -> None:
    parent, child = here.family()
    await here.house.services.booking.book(parent, Need(child, USUAL), here.slot())


async def hold(here: World) -> None:
    parent, child = here.family()
    await here.house.services.booking.offer(parent, Need(child, USUAL), here.slot())


async def book_the_earliest(here: World) -> None:
    parent, child = here.family()
    need = Need(child, USUAL)
    offer = await here.house.services.booking.earliest(parent, need, here.clinic.id)
    await here.house.services.booking.book(parent, need, offer.slot.id)


async def move(here: World) -> None:
    await here.house.services.booking.move(*here.own_visit(), here.slot())


async def take(here: World) -> None:
    """A time that is kept for a visit whose doctor is absent; or any, by a forged button."""
    parent, visit = here.own_visit()
    kept = select(OfferRow.slot_id).where(OfferRow.appointment_id == visit)
    async with here.house.engines.reading.connect() as connection:
        slots = (await connection.scalars(kept)).all()
    slot = SlotId(here.chance.choice(slots)) if slots else here.slot()
    await here.house.services.booking.take(parent, visit, slot)


async def cancel(here: World) -> None:
    await here.house.services.mine.cancel(*here.own_visit())


async def book_together(here: World) -> None:
    """Two children at once; by times that were listed, or any."""
    parent, children = here.two_children()
    need = SiblingsNeed(children, USUAL)
    listed = await here.house.services.sibling_times.times(parent, need, clinic_id=here.clinic.id)
    some = [slot.id for slot in here.one(listed.times)]
    times = [here.slot(), here.slot()] if here.forges() else some
    await here.house.services.sibling_visits.book(parent, need, times)


async def move_together(here: World) -> None:
    parent, visits = here.two_visits()
    need = SiblingsNeed([], USUAL, visits)
    listed = await here.house.services.sibling_times.times(parent, need, clinic_id=here.clinic.id)
    times = [slot.id for slot in here.one(listed.times)]
    await here.house.services.sibling_visits.move(parent, visits, times)


async def cancel_together(here: World) -> None:
    await here.house.services.sibling_visits.cancel(*here.two_visits())


async def come(here: World) -> None:
    await here.house.services.mine.come(*here.own_visit(), all_day=True)


async def agree(here: World) -> None:
    consents, parent = here.house.services.consents, here.parent()
    await consents.agree(parent, here.clinic.id, Purpose.REMINDERS, version=1)


async def withdraw(here: World) -> None:
    await here.house.services.consents.withdraw(here.parent(), here.clinic.id, Purpose.REMINDERS)


async def wish(here: World) -> None:
    wishes = here.house.services.wishes
    hour = here.chance.choice([None, time(17), time(20)])
    await wishes.remind_in_the_evening(here.parent(), here.clinic.id, hour)


async def rename(here: World) -> None:
    families = here.house.services.families
    parent, child = here.family()
    topic = NewNameOf(child)
    await here.house.services.children.ask_about(parent, here.clinic.id, topic)
    await families.answer(parent, here.chance.choice(["Миша", "Соня", "Аня"]))


async def remove(here: World) -> None:
    parent, child = here.family()
    await here.house.services.children.remove(parent, here.clinic.id, child)


async def block(here: World) -> None:
    here.post.blocked ^= {here.parent()}


# What staff do


async def desk_books(here: World) -> None:
    who, errand, slot = here.employee(), Errand(Aim.BOOK, here.child()), here.slot()
    bending, extra = here.chance.random() < 0.5, here.chance.random() < 0.4
    desk = here.house.services.desk
    await desk.book(who.person, who.post, errand, slot, bending=bending, extra=extra)


async def desk_moves(here: World) -> None:
    who = here.employee()
    visit, slot = here.visit(), here.slot()
    await here.house.services.desk.move(who.person, who.post, visit, slot, bending=True)


async def desk_cancels(here: World) -> None:
    who, asked = here.employee(), here.chance.random() < 0.5
    desk = here.house.services.desk
    await desk.cancel(who.person, who.post, here.visit(), as_asked=asked)


async def desk_takes(here: World) -> None:
    who = here.employee()
    bending = here.chance.random() < 0.5
    await here.house.services.desk.take(who.person, who.post, here.slot(), bending=bending)


async def desk_gives_back(here: World) -> None:
    who = here.employee()
    slot = here.one(here.seen.taken)
    await here.house.services.desk.give_back(who.person, who.post, slot)


async def desk_releases(here: World) -> None:
    """A time that is kept for some is everybody's from now on."""
    who = here.employee()
    await here.house.services.kept_times.release(who.person, who.post, here.slot())


async def desk_phones(here: World) -> None:
    who, calls = here.employee(), here.house.services.calls
    listed = (await calls.list(who.person, who.post)).families
    visit = here.one(listed).call.visit
    await calls.settle(who.person, who.post, visit.id, visit.sequence, done=True)


async def absence(here: World) -> None:
    who, (doctor, day) = here.employee(), here.day()
    others = [None, *(other.id for other in here.doctors if other.id != doctor.id)]
    absent = Absent(doctor.id, day, day, here.chance.choice(others))
    await here.house.services.absences.make(who.person, who.post, absent)


async def undo_absence(here: World) -> None:
    who = here.employee()
    known = here.one(here.seen.absences)
    await here.house.services.absences.undo(who.person, who.post, known)


async def close_a_day(here: World) -> None:
    """Other hours: the doctor does not receive; visits there are stay (R18)."""
    who, (doctor, day) = here.employee(), here.day()
    hours = here.house.services.hours
    preview = await hours.close_day(who.person, who.post, doctor.id, day)
    await hours.apply(who.person, who.post, preview.mark)


async def import_times(here: World) -> None:
    """The other system has some of a doctor's times taken, and others at other hours."""
    doctor, day = here.day()
    starts = datetime.combine(day, time(9))
    times = [
        ListedTime(
            starts + number * timedelta(minutes=15),
            timedelta(minutes=15),
            here.chance.choice(list(There)),
            f"{day:%d}-{number}",
        )
        for number in here.chance.sample(range(12), 6)
    ]
    await here.house.services.imports.apply(here.clinic.id, [ListedDoctor(doctor.name, (), times)])


async def say_the_word(here: World) -> None:
    who, visit = here.chance.choice([*here.at_work, *here.desk]), here.visit()
    word, sequence = here.house.services.word, here.chance.randrange(3)
    answer = here.chance.choice([word.confirm, word.decline])
    await answer(who.person, who.post, visit, sequence)


async def mark(here: World) -> None:
    who = here.chance.choice([*here.at_work, *here.desk])
    came = here.chance.choice([True, False, None])
    await here.house.services.attendance.mark(who.person, who.post, here.visit(), came)


async def look_around(here: World) -> None:
    """What is only looked at is taken down as well."""
    who, (doctor, day) = here.employee(), here.day()
    await here.house.services.workday.day_list(who.person, who.post, doctor.id, day)


# What happens by itself


async def send(here: World) -> None:
    await here.house.services.notices.tell_due(here.post)


async def go_on(here: World) -> None:
    await here.house.services.word.settle()
    await here.house.services.clinics.refresh_schedules()


DEEDS: dict[Deed, int] = {
    book: 12,
    hold: 6,
    book_the_earliest: 4,
    move: 8,
    take: 6,
    cancel: 4,
    book_together: 5,
    move_together: 3,
    cancel_together: 2,
    come: 1,
    agree: 2,
    withdraw: 1,
    wish: 1,
    rename: 1,
    remove: 1,
    block: 1,
    desk_books: 10,
    desk_moves: 5,
    desk_cancels: 3,
    desk_takes: 3,
    desk_gives_back: 2,
    desk_releases: 2,
    desk_phones: 2,
    absence: 4,
    undo_absence: 3,
    close_a_day: 2,
    import_times: 3,
    say_the_word: 4,
    mark: 2,
    look_around: 1,
    send: 6,
    go_on: 3,
}
"""How often each is begun."""
