"""Pieces of text that several screens share."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.documents.typed.home_calls import home_calls
from bot.flows.clinic.card.taps import NeededToday
from bot.flows.common.kinds import kind_fact, kind_of
from bot.flows.common.taps import Tap
from bot.flows.desk.calls.taps import Calls
from bot.flows.desk.day.taps import Desk
from bot.flows.families.onboarding.taps import Home
from bot.telegram.screen import Button
from bot.words import Markup, _, age, city, clock, day, long_day, say, short_day, shorten
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.ids import ClinicId, PostId
from services.model.people import Child, PhoneNumber
from services.model.settings.visit_kinds import VisitKind, Whom, usual
from services.model.slots import Slot
from services.model.visits import Appointment, Word
from services.rules.ages import age_of

LONGEST_BUTTON = 25
"""Characters that a button shows on a narrow phone."""
LONGEST_IN_LIST = 60
"""Of a name in a list, counted as Telegram counts: a page of them fits into a message."""


def moment(slot: Slot) -> str:
    """ "чт 26 ноября, 9:15" on the clinic's wall; it is not broken over lines."""
    return f"{day(slot.local_start)},\u00a0{clock(slot.local_start)}"


def soon(slot: Slot, now: datetime) -> str:
    """The same with "сегодня" and "завтра" where they are true at the clinic."""
    today = slot.doctor.clinic.wall(now)
    return f"{day(slot.local_start, today)},\u00a0{clock(slot.local_start)}"


def dated_day(slot: Slot, now: datetime) -> str:
    """ "завтра, вт 24 ноября": for what stays in the chat, and is read the day after, too."""
    near, absolute = day(slot.local_start, slot.doctor.clinic.wall(now)), day(slot.local_start)
    return absolute if near == absolute else f"{near}, {absolute}"


def dated(slot: Slot, now: datetime) -> str:
    """The same with the time."""
    return f"{dated_day(slot, now)},\u00a0{clock(slot.local_start)}"


def long_moment(slot: Slot) -> str:
    """ "четверг, 26 ноября, 9:15"."""
    return f"{long_day(slot.local_start)}, {clock(slot.local_start)}"


def until(at: datetime, clinic: Clinic, now: datetime | None = None) -> str:
    """ "пн 23 ноября, 18:00" on the clinic's wall; with `now`, "сегодня, 18:00"."""
    wall = clinic.wall(at)
    today = clinic.wall(now) if now else None
    return f"{day(wall, today)},\u00a0{clock(wall)}"


def whose_time(
    visits: Sequence[Appointment], here: Clinic | None = None
) -> Callable[[Appointment], str]:
    """ " (Екатеринбург)" behind the time of each visit; nothing where all of their clinics have the
    same clocks.

    Args:
        here: the clinic whose other times stand beside.
    """
    clinics = [*(visit.slot.doctor.clinic for visit in visits), *([here] if here else [])]
    zones = {clinic.zone for clinic in clinics}
    clocks = (
        {visit.slot.starts_at.astimezone(zone).utcoffset() for zone in zones} for visit in visits
    )
    if all(len(each) == 1 for each in clocks):
        return lambda _visit: ""
    return lambda visit: f" ({city(visit.slot.doctor.clinic.zone)})"


def its_word(visit: Appointment) -> str:
    """Who confirmed a visit; nothing where nobody had to."""
    return {
        None: "",
        Word.DOCTOR: _("Confirmed by the doctor"),
        Word.REGISTRY: _("Confirmed by the registry"),
        Word.SILENCE: _("Confirmed: the doctor did not object in time"),
    }[visit.word]


def child_with_age(child: Child, now: datetime, clinic: Clinic) -> str:
    """ "Миша, 2 года 8 месяцев"."""
    return f"{child.name}, {age(age_of(child, now, clinic))}"


def brief(name: str, slot: Slot, now: datetime, most: int = LONGEST_BUTTON) -> str:
    """ "Петрова · чт 26, 9:15": somebody and a time, in what fits on a button."""
    when = dated_briefly(slot, now)
    return f"{shorten(name, most - 3 - len(when))} · {when}"


def dated_briefly(slot: Slot, now: datetime) -> str:
    """ "чт 26, 9:15"."""
    today = slot.doctor.clinic.wall(now)
    return f"{short_day(slot.local_start, today)}, {clock(slot.local_start)}"


def with_initials(name: str) -> str:
    """ "Петрова А. С." from "Петрова Анна Сергеевна"; it is not broken over lines."""
    family, *given = name.split()
    return "\u00a0".join([family, *(f"{part[0]}." for part in given)])


def family_name(doctor: Doctor) -> str:
    """ "Петрова"."""
    return doctor.name.split()[0]


def in_list(name: str, most: int = LONGEST_IN_LIST) -> str:
    """A name where many stand in one message."""
    return shorten(name, most)


def from_to(slots: Sequence[Slot]) -> str:
    """ "8:00–9:55": the times that stand on a page."""
    return f"{clock(slots[0].local_start)}–{clock(slots[-1].local_start)}"


def doctor_and_room(doctor: Doctor, *, briefly: bool = False) -> Markup:
    """ "Петрова Анна Сергеевна, каб. 12"; briefly, "Петрова А. С., каб. 12"."""
    name = with_initials(doctor.name) if briefly else doctor.name
    return say(_("{doctor}, room\u00a0{room}"), doctor=name, room=doctor.room)


def purpose(visit: Appointment) -> str:
    """What a visit is for, as it stands in a list of facts."""
    return kind_fact(kind_of(visit))


def kind_with_facts(kind: VisitKind) -> str:
    """ "Осмотр перед прививкой: 15 минут, 2 400 ₽, только здоровым": as much as the clinic said."""
    facts = [*_said_of(kind)]
    return f"{kind_fact(kind)}: {', '.join(facts)}" if facts else kind_fact(kind)


def _said_of(kind: VisitKind) -> Iterator[str]:
    if kind.length:
        yield span(kind.length)
    if kind.price:
        yield kind.price
    if kind.whom != usual(kind.key).whom and kind.whom is Whom.HEALTHY:
        yield _("healthy children only")


def masked(number: PhoneNumber) -> str:
    """ "+7 ··· ··-45": enough for whoever knows it."""
    country = "+7 " if number.startswith("+7") else ""
    return f"{country}··· ··-{number[-2:]}"


def urgent(clinic: Clinic) -> list[Markup]:
    """The clinic's phone for what cannot wait, where it has one."""
    if not clinic.urgent_phone:
        return []
    return [say(_("🚨 Urgent:\n{phone}"), phone=clinic.urgent_phone)]


def home_call(clinic: Clinic, now: datetime) -> Markup:
    """How to call the doctor home: whether it can be done now and until when, or when again;
    whither the doctor comes, and at what price."""
    words = _("🏠 Home call, {hours}:\n{phone}")
    hours, wall = home_calls(clinic), clinic.wall(now)
    if hours:
        words = _("🏠 Home call, {hours}. Not taken yet: from {first} on.\n{phone}")
        if hours.are_taken(wall):
            words = _("🏠 Home call, {hours}. Taken now, until {last}.\n{phone}")
        elif hours.are_over(wall):
            words = _("🏠 Home call, {hours}. Over for today; again from {first} on.\n{phone}")
    return say(
        words,
        hours=clinic.home_call_hours,
        first=clock(datetime.combine(wall, hours.first, wall.tzinfo)) if hours else "",
        last=clock(datetime.combine(wall, hours.last, wall.tzinfo)) if hours else "",
        phone="\n".join(filter(None, [clinic.home_call_terms, clinic.home_call_phone])),
    )


def ill_label() -> str:
    """What leads to all that is said of an ill child, wherever it stands."""
    return _("Ill, or was in contact")


def danger_signs() -> str:
    """When to call an ambulance, where a clinic has no list of its own."""
    return _(
        "• seizures, cannot be woken\n"
        "• trouble breathing, blue lips\n"
        "• will not drink at all, no urine for long\n"
        "• a rash that does not fade when pressed\n"
        "• a bulging soft spot on a baby's head\n"
        "• green or bloody vomit\n"
        "• poisoning, a blow to the head\n"
        "• anything else that threatens life"
    )


def in_rows(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    """As many of them beside each other, the last row as long as it comes."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def around(on: date, by: timedelta, to: Callable[[int], Tap]) -> list[Button]:
    """The ways to what comes before and after; `to` takes a day's ordinal."""
    before, after = on - by, on + by
    return [
        Button(f"‹ {day(before)}", to(before.toordinal())),
        Button(f"{day(after)} ›", to(after.toordinal())),
    ]


def to_desk(post_id: PostId) -> Button:
    """The way back to where typing looks for somebody."""
    return Button(_("Desk"), Desk(post_id=post_id))


def as_of(clinic: Clinic, read_at: datetime) -> Markup:
    """How old the times of a clinic's own system are, where nobody has read them lately."""
    return say(_("🕓 The clinic's times as of {at}"), at=clock(clinic.wall(read_at)))


def go_home(clinic_id: ClinicId) -> Button:
    """The way home."""
    return Button(_("Home"), Home(clinic_id=clinic_id))


def needed_today(clinic_id: ClinicId) -> Button:
    """The way on where nothing is free."""
    return Button(_("Needed today"), NeededToday(clinic_id=clinic_id))


def to_phone(post_id: PostId, count: int) -> Button:
    """The way to the list of families to phone."""
    return Button(_("📞 To phone: {n}").format(n=count), Calls(post_id=post_id))


def role(value: Role) -> str:
    """Who it was, as a family says it."""
    return {
        Role.ADMINISTRATOR: _("Head of the clinic"),
        Role.REGISTRAR: _("Registry"),
        Role.DOCTOR: _("Doctor"),
    }[value]


def told_of(count: int) -> str:
    """Of how many visits ahead families are told that they are elsewhere."""
    visits = _("{n} visit ahead", "{n} visits ahead", count).format(n=count)
    return _("Families are told of the other place: {visits}.").format(visits=visits)


def times_follow(*, closed: bool) -> str:
    """What comes of the doctors' times when the clinic looks further ahead, or has other clocks."""
    if closed:
        return _("The doctors' times follow within minutes; until then nobody can book.")
    return _("The doctors' times follow within minutes.")


def span(value: timedelta) -> str:
    """ "2 часа", "45 минут"."""
    minutes = value // timedelta(minutes=1)
    if minutes % 60 or not minutes:
        return _("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return _("{n} hour", "{n} hours", minutes // 60).format(n=minutes // 60)
