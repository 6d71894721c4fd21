"""Reason, doctor, day, time."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import groupby

from bot.flows.common import reserved
from bot.flows.common import taps as common_taps
from bot.flows.common.apart import children_apart, doctors_with_times, kinds_apart
from bot.flows.common.kinds import kind_fact, kind_name
from bot.flows.common.months import BLANK, weeks_of
from bot.flows.common.no_shows import counted
from bot.flows.common.pages import Page, page_of, turning
from bot.flows.common.parts import (
    as_of,
    child_with_age,
    doctor_and_room,
    from_to,
    go_home,
    in_list,
    moment,
    needed_today,
    soon,
    with_initials,
)
from bot.flows.common.refusals import words_of
from bot.flows.families.groups import taps as groups_taps
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.search import taps
from bot.flows.visits.siblings import taps as siblings_taps
from bot.flows.visits.waiting.ways import NEAR, to_list
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, day, long_day, month, say, weekdays
from services.families.home import OwnDoctor
from services.model.clinic import Doctor
from services.model.ids import DoctorId
from services.model.settings.visit_kinds import VisitKind, Whom
from services.model.slots import Slot
from services.visits.search import Day, Days, DoctorRow, Doctors, Near, Reasons, Search, WhichChild

TIMES_IN_A_ROW = 4
MOST_TIMES = 40
"""That one screen offers."""
MOST_NEAR = 10
MOST_LATER = 5
"""Kinds of visit of which a family reads that the child is too young."""
NEAREST_DAYS = 5
MANY = 50
"""Free times of a doctor that are not counted for a family any more."""
NOON, EVENING = 12, 17
"""The hours at which the day and the evening begin."""
FULL, CLOSED = "✕", "·"


def begin(found: WhichChild | Reasons, page: int = 0) -> Screen:
    return reasons(found) if isinstance(found, Reasons) else choose_child(found, page)


def choose_child(found: WhichChild, page: int = 0) -> Screen:
    clinic_id = found.clinic.id
    part = page_of(found.children, page)
    called = children_apart(found.children, found.ahead, found.now)
    rows = [
        [Button(called[child.id], taps.Reasons(clinic_id=clinic_id, child_id=child.id))]
        for child in part.shown
    ]
    turn = turning(part, lambda to: taps.ChooseChild(clinic_id=clinic_id, page=to))
    together = [Button(_("Two or three at once"), siblings_taps.Several(clinic_id=clinic_id))]
    return Screen(
        say(_("Who is going to the doctor?")), [*rows, *turn, together, [go_home(clinic_id)]]
    )


def reasons(found: Reasons) -> Screen:
    if found.is_grown_up:
        return _grown_up(found)
    clinic_id, child_id = found.clinic.id, found.child.id

    def tap(kind: VisitKind) -> common_taps.Tap:
        if kind.whom is Whom.ILL:
            return taps.Ill(clinic_id=clinic_id, child_id=child_id, reason=kind.key)
        return taps.Doctors(clinic_id=clinic_id, child_id=child_id, reason=kind.key)

    text = say(
        _("👶 {child}\n\nWhat is the visit for?"),
        child=child_with_age(found.child, found.now, found.clinic),
    )
    if found.missed:
        text = say("{counted}\n\n{text}", counted=counted(found.missed, found.clinic), text=text)
    if found.later:
        later = [say("{when}", when=words_of(each)) for each in found.later[:MOST_LATER]]
        text = Markup("\n\n").join([text, Markup("\n").join(later)])
    if found.too_long:
        text = Markup("\n\n").join([text, _too_long(found)])
    called = kinds_apart(found.bookable)
    rows = [[Button(called[kind.key], tap(kind))] for kind in found.bookable]
    return Screen(text, [*rows, [go_home(clinic_id)]])


def _too_long(found: Reasons) -> Markup:
    """What the clinic does, and has no time for in which it has room."""
    names = [say("{kind}", kind=kind_name(kind)) for kind in found.too_long[:MOST_LATER]]
    return say(
        _("{kinds}: no time for it in the chat now. The registry: {phone}"),
        kinds=Markup(", ").join(names),
        phone=found.clinic.phone,
    )


def _grown_up(found: Reasons) -> Screen:
    text = say(
        _("👤 {child}\n\nA pediatrician sees children under 18. The registry: {phone}"),
        child=child_with_age(found.child, found.now, found.clinic),
        phone=found.clinic.phone,
    )
    return Screen(text, [[go_home(found.clinic.id)]])


def doctors(found: Doctors, page: int = 0) -> Screen:
    search = found.search
    part = page_of(found.doctors, page)
    lines = [
        _about(search),
        *([away(found.own)] if found.own and found.own.instead_of else []),
        say(_("Choose a doctor")) if found.any_free else _nothing(search),
        *_later(found),
        *(_doctor_line(row, found) for row in part.shown),
    ]
    called = _doctor_labels(found)
    rows = [
        [
            Button(
                called[row.doctor.id],
                taps.Days(**_need(search), doctor_id=row.doctor.id),
            )
        ]
        for row in part.shown
        if row.free
    ]
    ids = {**_need(search), "clinic_id": search.clinic.id}
    rows += turning(part, lambda to: taps.Doctors(**ids, page=to))
    if sum(row.free is not None for row in found.doctors) > 1:
        rows.append([Button(_("Any doctor, earliest"), taps.AnyDoctor(**ids))])
    if not found.any_today:
        rows.append([needed_today(search.clinic.id)])
    if not _is_near(found):
        rows += to_list(search)
    if found.later or not _is_near(found):
        rows += _to_groups(search)
    return Screen(Markup("\n\n").join(lines), [*rows, *_out(search, *_to_reasons(search))])


def _is_near(found: Doctors) -> bool:
    """Whether anybody has a time in the next days."""
    near = found.search.now + NEAR
    return any(row.free and row.free.earliest.starts_at < near for row in found.doctors)


def _later(found: Doctors) -> list[Markup]:
    """What opens of today, where nobody has anything."""
    if not found.later:
        return []
    wall = found.search.clinic.wall(found.search.now)
    return [say("🕗 {words}", words=reserved.opening(found.later, wall))]


def _doctor_labels(found: Doctors) -> dict[DoctorId, str]:
    free = [(row.doctor, row.free.earliest) for row in found.doctors if row.free]
    labels = doctors_with_times(free, found.search.now)
    return {doctor.id: label for (doctor, _slot), label in zip(free, labels, strict=True)}


def days(found: Days) -> Screen:
    search = found.search
    free = found.free[:NEAREST_DAYS]
    lines = [
        _with(search, found.doctor),
        say(_("Choose a day")) if free else _nothing(search),
        say(_opening(found)),
    ]
    rows = [[_day_button(found, free_day)] for free_day in free]
    if len(found.days) > len(free):
        whole = taps.Month(**_need(search), doctor_id=found.doctor.id)
        rows.append([Button(_("The whole month"), whole)])
    if not free:
        rows.append([needed_today(search.clinic.id)])
    if not free or any(not each.free for each in found.days):
        rows += [*to_list(search, found.doctor.id), *_to_groups(search)]
    return Screen(Markup("\n\n").join(lines), [*rows, *_out(search, _others(search))])


def month_of(found: Days, first: date | None) -> Screen:
    """A month as a grid, without the weeks that nobody can book: the given one, or that of the
    first free day."""
    search = found.search
    today = search.clinic.today(search.now)
    shown = (found.free or [today])[0].replace(day=1)
    if first and today.replace(day=1) <= first <= found.last_open:
        shown = first
    lines = [
        _with(search, found.doctor),
        say(_("<b>{month}</b>"), month=capital(month(shown))),
        say(_("Numbers are days with free times, ✕ all taken, · no reception.")),
        say(_opening(found)),
    ]
    labels = [Button(name, taps.Explain(topic=taps.Topic.GRID)) for name in weekdays()]
    weeks = [
        [_cell(found, each, shown) for each in week]
        for week in weeks_of(shown)
        if week[-1] >= today and week[0] <= found.last_open
    ]
    nearest = Button(_("Nearest days"), taps.Days(**_need(search), doctor_id=found.doctor.id))
    months = _months_beside(found, shown, today)
    waiting = to_list(search, found.doctor.id)
    groups = _to_groups(search)
    rows = [labels, *weeks, months, *waiting, *groups, *_out(search, nearest)]
    return Screen(Markup("\n\n").join(lines), rows)


def times(found: Day, page: int = 0) -> Screen:
    search = found.search
    part = page_of(found.slots, page, MOST_TIMES, abreast=TIMES_IN_A_ROW)
    lines = [
        _with(search, found.doctor),
        say("<b>{day}</b>", day=capital(long_day(found.day))),
    ]
    other = Button(_("Another day"), taps.Days(**_need(search), doctor_id=found.doctor.id))
    ids = {**_need(search), "doctor_id": found.doctor.id, "day": found.day.toordinal()}
    rows = [
        *_parts_of_day(search, part),
        *turning(part, lambda to: taps.Times(**ids, page=to), from_to),
        *_out(search, other),
    ]
    return Screen(Markup("\n\n").join(lines), rows)


def near(found: Near) -> Screen:
    search = found.search
    lines = [
        _with(search, found.doctor),
        say(_("The nearest free times:")) if found.slots else _nothing(search),
    ]
    rows = [
        [Button(capital(soon(slot, search.now)), _choose(search, slot))]
        for slot in found.slots[:MOST_NEAR]
    ]
    if not rows:
        rows.append([needed_today(search.clinic.id)])
        rows += to_list(search, found.doctor.id)
    rows += _to_groups(search)
    other = Button(_("Another day"), taps.Days(**_need(search), doctor_id=found.doctor.id))
    return Screen(Markup("\n\n").join(lines), [*rows, *_out(search, other)])


def explained(topic: taps.Topic) -> str:
    """What a label among the buttons means, as an alert."""
    return {
        taps.Topic.GRID: _("Numbers are days with free times, ✕ all taken, · no reception."),
        taps.Topic.MORNING: _("Morning: times before {hour}:00.").format(hour=NOON),
        taps.Topic.DAY: _("Day: times from {first}:00 to {last}:00.").format(
            first=NOON, last=EVENING
        ),
        taps.Topic.EVENING: _("Evening: times from {hour}:00 on.").format(hour=EVENING),
    }[topic]


# What the screens are made of


def _need(search: Search) -> dict[str, object]:
    need = search.need
    return {"child_id": need.child_id, "reason": need.reason, "moves": need.moves or 0}


def _choose(search: Search, slot: Slot) -> common_taps.Tap:
    return booking_taps.ChooseTime(**_need(search), slot_id=slot.id)


def _to_groups(search: Search) -> list[list[Button]]:
    """The way to times that are kept for groups, where the child may be of one."""
    if not search.may_claim:
        return []
    ids = {"clinic_id": search.clinic.id, "child_id": search.child.id}
    return [[Button(_("🏷 Any priority?"), groups_taps.ChildGroups(**ids))]]


def _about(search: Search) -> Markup:
    """Who comes and why; while a visit is being moved, that its old time is still there."""
    who = say(
        "👶 {child} · {reason}",
        child=search.child.name,
        reason=kind_fact(search.clinic.kind(search.need.reason)),
    )
    if search.read_at:
        who = say("{who}\n{old}", who=who, old=as_of(search.clinic, search.read_at))
    if search.moving is None:
        return who
    if search.moving.needs_time:
        return say(_("⏳ Instead of {moment}\n\n{who}"), who=who, moment=moment(search.moving.slot))
    return say(
        _("↪️ The old time is yours until you choose a new one: {moment}\n\n{who}"),
        who=who,
        moment=moment(search.moving.slot),
    )


def _with(search: Search, doctor: Doctor) -> Markup:
    """Who comes, why, and to whom."""
    about, who = _about(search), doctor_and_room(doctor, briefly=True)
    return say("{about}\n🩺 {doctor}", about=about, doctor=who)


def _nothing(search: Search) -> Markup:
    return say(_("No free times now. The registry: {phone}"), phone=search.clinic.phone)


def away(own: OwnDoctor) -> Markup:
    """That the district's doctor is not there, and who is."""
    absent = own.instead_of.name if own.instead_of else ""
    return say(
        _("{absent} does not receive until {day}; instead: {doctor}"),
        absent=with_initials(absent),
        day=day(own.until) if own.until else "",
        doctor=with_initials(own.doctor.name),
    )


def _doctor_line(row: DoctorRow, found: Doctors) -> Markup:
    name = in_list(row.doctor.name)
    about = say(_("<b>{name}</b>, room\u00a0{room}"), name=name, room=row.doctor.room)
    if found.own and found.own.doctor.id == row.doctor.id:
        yours = _("Your district doctor") if found.own.of_district else _("Your doctor")
        about = say("{doctor}\n⭐ {yours}", doctor=about, yours=yours)
    if row.visit:
        return say(_("{doctor}\n✅ booked: {moment}"), doctor=about, moment=moment(row.visit.slot))
    if row.free is None:
        return say(_("{doctor}\nno free times"), doctor=about)
    return say("{doctor}\n{free}", doctor=about, free=_free(row.free.count))


def _free(count: int) -> str:
    """How many times there are, as somebody would say it: nobody counts three hundred."""
    if count >= MANY:
        return _("many free times")
    return _("{n} free time", "{n} free times", count).format(n=count)


def _day_button(found: Days, free_day: date) -> Button:
    search = found.search
    count = next(each.free for each in found.days if each.day == free_day)
    today = search.clinic.wall(search.now)
    label = _("{day} · {n} free", "{day} · {n} free", count).format(
        day=capital(day(free_day, today)), n=count
    )
    return Button(label, _to_day(found, free_day))


def _to_day(found: Days, that: date) -> common_taps.Tap:
    return taps.Times(**_need(found.search), doctor_id=found.doctor.id, day=that.toordinal())


def _opening(found: Days) -> str:
    """When one more day can be booked."""
    now = found.search.clinic.wall(found.search.now)
    when = day(found.opening, now)
    if found.opening.time() == time.min:
        return _("New days open {day} at midnight.").format(day=when)
    return _("New days open {day} at {time}.").format(day=when, time=clock(found.opening))


def _cell(found: Days, that: date, shown: date) -> Button:
    grid = taps.Explain(topic=taps.Topic.GRID)
    today = found.search.clinic.today(found.search.now)
    if that.month != shown.month or not today <= that <= found.last_open:
        return Button(BLANK, grid)
    free = {each.day: each.free for each in found.days}
    if that not in free:
        return Button(CLOSED, grid)
    if not free[that]:
        return Button(FULL, _to_day(found, that))
    return Button(str(that.day), _to_day(found, that), Style.SUCCESS)


def _months_beside(found: Days, shown: date, today: date) -> list[Button]:
    def to(label: str, other: date) -> Button:
        tap = taps.Month(
            **_need(found.search), doctor_id=found.doctor.id, month=common_taps.number_of(other)
        )
        return Button(label.format(month=month(other)), tap)

    before = (shown - timedelta(days=1)).replace(day=1)
    after = (shown + timedelta(days=31)).replace(day=1)
    return [
        *([to("‹ {month}", before)] if before >= today.replace(day=1) else []),
        *([to("{month} ›", after)] if after <= found.last_open else []),
    ]


def _part(slot: Slot) -> taps.Topic:
    hour = slot.local_start.hour
    if hour < NOON:
        return taps.Topic.MORNING
    return taps.Topic.DAY if hour < EVENING else taps.Topic.EVENING


def _parts_of_day(search: Search, page: Page[Slot]) -> Iterator[list[Button]]:
    """Rows of times, under headings where the day has more than one part."""
    names = {
        taps.Topic.MORNING: _("Morning"),
        taps.Topic.DAY: _("Day"),
        taps.Topic.EVENING: _("Evening"),
    }
    several = len(set(map(_part, page.everything))) > 1
    for part, each in groupby(page.shown, key=_part):
        if several:
            yield [Button(f"— {names[part]} —", taps.Explain(topic=part))]
        buttons = [Button(clock(slot.local_start), _choose(search, slot)) for slot in each]
        for at in range(0, len(buttons), TIMES_IN_A_ROW):
            yield buttons[at : at + TIMES_IN_A_ROW]


def _to_reasons(search: Search) -> list[Button]:
    if search.moving:
        return []
    back = taps.Reasons(clinic_id=search.clinic.id, child_id=search.child.id)
    return [Button(_("Back"), back)]


def _others(search: Search) -> Button:
    tap = taps.Doctors(**_need(search), clinic_id=search.clinic.id)
    return Button(_("Other doctors"), tap)


def _out(search: Search, *before: Button) -> list[list[Button]]:
    """The lowest rows: a step back, and home; or back to the visit that is not moved after all."""
    if search.moving is None:
        return [[*before, go_home(search.clinic.id)]]
    label = _("Back") if search.moving.needs_time else _("Keep it")
    keep = Button(label, mine_taps.Visit(appointment_id=search.moving.id))
    return [list(before), [keep]]
