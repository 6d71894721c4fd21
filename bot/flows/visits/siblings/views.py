"""Brothers and sisters together: who, why, when; and what is asked before they are booked."""

from collections.abc import Sequence

from bot.flows.common import taps as common_taps
from bot.flows.common.apart import children_apart, kinds_apart, told_apart
from bot.flows.common.kinds import kind_name
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    as_of,
    child_with_age,
    dated_briefly,
    doctor_and_room,
    family_name,
    go_home,
    in_list,
    kind_with_facts,
    needed_today,
    with_initials,
)
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.siblings import taps
from bot.flows.visits.siblings.standing import line, somebody_is_ill, time_and_doctor
from bot.flows.visits.waiting.ways import to_list_together
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, day, long_day, say, shorten
from services.model.ids import ChildId
from services.model.people import Child
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot, TimesTogether
from services.model.visits import FEWEST_TOGETHER, MOST_TOGETHER
from services.rules.visit_states import together_as_shown
from services.visits.siblings.booking import OfferTogether
from services.visits.siblings.search import (
    DaysTogether,
    DoctorsTogether,
    FreeTogether,
    ReasonsTogether,
    SearchTogether,
    WhoTogether,
)

CHOICES = 12
"""On a page."""
CHOSEN, FREE = "☑️", "▫️"


def begin(found: WhoTogether | ReasonsTogether, page: int = 0) -> Screen:
    return reasons(found) if isinstance(found, ReasonsTogether) else choose(found, page)


def choose(found: WhoTogether, page: int = 0) -> Screen:
    """Which of three children or more."""
    part = page_of(found.children, page)
    room = LONGEST_BUTTON - len(CHOSEN) - 1
    called = children_apart(found.children, {}, found.now, room)
    rows = [[_toggle(found, child, called[child.id], part.number)] for child in part.shown]
    turn = turning(part, lambda to: _several(found, found.chosen, to))
    on = []
    if found.is_enough:
        chosen = taps.write_ids(found.chosen)
        why = taps.SeveralReasons(clinic_id=found.clinic.id, chosen=chosen)
        on = [[Button(_("Go on"), why, Style.PRIMARY)]]
    text = say(_("Who comes together? Tap two or three."))
    return Screen(text, [*rows, *turn, *on, [go_home(found.clinic.id)]])


def _toggle(found: WhoTogether, child: Child, called: str, page: int) -> Button:
    is_chosen = child.id in found.chosen
    others = [each for each in found.chosen if each != child.id]
    then = others if is_chosen or len(others) == MOST_TOGETHER else [*others, child.id]
    mark = CHOSEN if is_chosen else FREE
    return Button(f"{mark} {called}", _several(found, then, page))


def _several(found: WhoTogether, chosen: Sequence[ChildId], page: int) -> taps.Several:
    return taps.Several(clinic_id=found.clinic.id, chosen=taps.write_ids(chosen), page=page)


def reasons(found: ReasonsTogether) -> Screen:
    ids = taps.write_ids(child.id for child in found.children)

    def times(why: KindKey) -> taps.TimesOfAll:
        return taps.TimesOfAll(who=ids, reason=why, clinic_id=found.clinic.id)

    called = kinds_apart(found.kinds)
    rows = [[Button(called[kind.key], times(kind.key))] for kind in found.kinds]
    text = say(
        _("{children}\n\nWhat do they come for? If somebody is ill, book that child alone."),
        children=_children(found.children),
    )
    return Screen(text, [*rows, [go_home(found.clinic.id)]])


def times(found: FreeTogether, page: int = 0) -> Screen:
    """Times that lie together: the nearest, or those of a day."""
    search = found.search
    part = page_of(found.times, page, CHOICES)
    lines = [_about(search), say("{words}", words=_which(found))]
    called = [_label(each, found) for each in found.times]
    labels = told_apart(
        list(zip(called, found.times, strict=True)),
        lambda pair: pair[0],
        lambda pair: f"{pair[0]}, {with_initials(pair[1][0].doctor.name)}",
    )
    by_times = dict(zip(map(_ids, found.times), labels, strict=True))
    rows = [
        [Button(by_times[_ids(each)], taps.HoldAll(**_need(search), slots=_ids(each)))]
        for each in part.shown
    ]
    rows += turning(part, lambda to: _times_tap(search, found, to))
    rows += to_list_together(search, [] if found.day else found.times)
    return Screen(Markup("\n\n").join(lines), [*rows, *_other(found), *_out(search)])


def _which(found: FreeTogether) -> str:
    if not found.times:
        return _(
            "There are no times beside each other now. Book each of them alone, or call the "
            "registry: {phone}"
        ).format(phone=found.search.clinic.phone)
    if found.day:
        return capital(long_day(found.day))
    if found.search.doctor:
        return _("The nearest times, one after another:")
    return _("The nearest times: one after another, or at once with two doctors.")


def _label(times: TimesTogether, found: FreeTogether) -> str:
    """ "9:00 и 9:15"; with whom, where any doctor will do: "чт 26, 9:00 · Петрова"."""
    first = times[0]
    if found.search.doctor is None:
        one = len({slot.doctor.id for slot in times}) == 1
        who = family_name(first.doctor) if one else _("two doctors")
        when = _clocks(times) if found.day else dated_briefly(first, found.search.now)
        return f"{when} · {who}"
    if found.day:
        return _clocks(times)
    when = dated_briefly(first, found.search.now)
    with_all = when + _clocks(times).removeprefix(clock(first.local_start))
    return with_all if len(with_all) <= LONGEST_BUTTON else when


def _clocks(times: Sequence[Slot]) -> str:
    """ "9:00 и 9:15"; of two doctors at once, "9:00"."""
    clocks = list(dict.fromkeys(clock(slot.local_start) for slot in times))
    return in_words(clocks)


def in_words(parts: Sequence[str]) -> str:
    """ "9:00, 9:15 и 9:30"."""
    if len(parts) == 1:
        return parts[0]
    return _(" and ").join([", ".join(parts[:-1]), parts[-1]])


def days(found: DaysTogether, page: int = 0) -> Screen:
    search = found.search
    part = page_of(found.days, page)
    today = search.clinic.wall(search.now)
    rows = [
        [
            Button(
                capital(day(each, today)),
                _to_times(search, each.toordinal()),
            )
        ]
        for each in part.shown
    ]
    rows += turning(part, lambda to: _days_tap(search, to))
    words = say(_("Choose a day")) if found.days else say("{words}", words=_none(search))
    if not found.days:
        rows += to_list_together(search)
    return Screen(Markup("\n\n").join([_about(search), words]), [*rows, *_out(search)])


def doctors(found: DoctorsTogether, page: int = 0) -> Screen:
    search = found.search
    part = page_of(found.firsts, page)
    firsts = list(found.firsts)
    labels = told_apart(
        firsts,
        lambda each: _with_time(family_name(each[0].doctor), each, search),
        lambda each: _with_time(with_initials(each[0].doctor.name), each, search),
        lambda each: each[0].doctor.name,
    )
    called = dict(zip((each[0].doctor.id for each in firsts), labels, strict=True))
    rows = [
        [
            Button(
                called[each[0].doctor.id],
                taps.TimesWith(**_need(search), doctor_id=each[0].doctor.id),
            )
        ]
        for each in part.shown
    ]
    ids = {**_need(search), "clinic_id": search.clinic.id}
    rows += turning(part, lambda to: taps.DoctorsOfAll(**ids, page=to))
    words = say(_("Choose a doctor")) if firsts else say("{words}", words=_none(search))
    if not firsts:
        rows += to_list_together(search)
    return Screen(Markup("\n\n").join([_about(search), words]), [*rows, *_out(search)])


def _with_time(name: str, times: TimesTogether, search: SearchTogether) -> str:
    return f"{shorten(name, 10)} · {dated_briefly(times[0], search.now)}"


def _none(search: SearchTogether) -> str:
    return _("No free times now. The registry: {phone}").format(phone=search.clinic.phone)


def offer(found: OfferTogether) -> Screen:
    """The times, held meanwhile: book them, or move the visits to them."""
    search = found.search
    if search.moving:
        return _offer_to_move(found)
    lines = [
        say(
            "👶 {child}: <b>{at}</b>", child=child_with_age(child, search.now, search.clinic), at=at
        )
        for child, at in zip(search.children, _whens(found.times), strict=True)
    ]
    text = say(
        _(
            "<b>Shall I book them?</b>\n\n{children}\n{reason} · {day}\n{doctors}\n"
            "📍 {clinic}, {address}"
        ),
        children=Markup("\n").join(lines),
        reason=kind_with_facts(search.clinic.kind(search.need.reason)),
        day=long_day(found.times[0].local_start),
        doctors=_doctors(found.times),
        clinic=search.clinic.name,
        address=search.clinic.address,
    )
    chosen = {**_need(search), "slots": _ids(found.times)}
    yes = (
        _("All are well: book")
        if len(search.children) > FEWEST_TOGETHER
        else _("Both are well: book")
    )
    return Screen(
        _held(text, found),
        [
            [Button(yes, taps.BookAll(**chosen), Style.SUCCESS)],
            [somebody_is_ill(search.clinic.id)],
            [_another(search), go_home(search.clinic.id)],
        ],
    )


def _offer_to_move(found: OfferTogether) -> Screen:
    search = found.search
    lines = [
        say(
            _("👶 {child}\nNow: {before}\nThen: <b>{after}</b>"),
            child=visit.child.name,
            before=time_and_doctor(visit.slot),
            after=time_and_doctor(slot),
        )
        for visit, slot in zip(search.moving, found.times, strict=True)
    ]
    text = say(_("<b>Move all of them?</b>\n\n{children}"), children=Markup("\n\n").join(lines))
    move = taps.MoveAll(
        visits=taps.write_ids(visit.id for visit in search.moving),
        seen=together_as_shown(search.moving),
        slots=_ids(found.times),
    )
    return Screen(
        _held(text, found),
        [
            [Button(_("Move"), move, Style.SUCCESS)],
            [somebody_is_ill(search.clinic.id)],
            [_another(search)],
            [Button(_("Keep it"), mine_taps.Visits())],
        ],
    )


# What the screens are made of


def _need(search: SearchTogether) -> dict[str, object]:
    return {"who": taps.who(search.need), "reason": search.need.reason}


def _ids(times: TimesTogether) -> str:
    return taps.write_ids(slot.id for slot in times)


def _children(children: Sequence[Child]) -> str:
    return f"👶 {in_words([in_list(child.name) for child in children])}"


def _about(search: SearchTogether) -> Markup:
    """Who comes and why; and what is theirs meanwhile."""
    if not search.moving:
        why = kind_name(search.clinic.kind(search.need.reason))
        about = say("{children} · {reason}", children=_children(search.children), reason=why)
    else:
        lines = Markup("\n").join(line(visit) for visit in search.moving)
        words = _("↪️ The old times are yours until you choose new ones:\n{visits}")
        about = say(words, visits=lines)
    if search.read_at:
        about = say("{about}\n{old}", about=about, old=as_of(search.clinic, search.read_at))
    if search.doctor is None:
        return about
    who = doctor_and_room(search.doctor, briefly=True)
    return say("{about}\n🩺 {doctor}", about=about, doctor=who)


def _whens(times: TimesTogether) -> list[str]:
    """The clock of each; with the doctor, where there are two."""
    if len({slot.doctor.id for slot in times}) == 1:
        return [clock(slot.local_start) for slot in times]
    return [f"{clock(slot.local_start)}, {with_initials(slot.doctor.name)}" for slot in times]


def _doctors(times: TimesTogether) -> Markup:
    doctors = {slot.doctor.id: slot.doctor for slot in times}.values()
    return Markup("\n").join(say("🩺 {who}", who=doctor_and_room(each)) for each in doctors)


def _held(text: Markup, found: OfferTogether) -> Markup:
    if found.waits:
        words = _("{text}\n\nThe doctor confirms these times: until then it is no booking yet.")
        text = say(words, text=text)
    if found.held_until is None:
        return text
    until = clock(found.search.clinic.wall(found.held_until))
    return say(_("{text}\n\n⏳ These times are kept for you until {until}"), text=text, until=until)


def _another(search: SearchTogether) -> Button:
    return Button(_("Another time"), _to_times(search, 0))


def _to_times(search: SearchTogether, on: int, page: int = 0) -> common_taps.Tap:
    if search.doctor is not None:
        return taps.TimesWith(**_need(search), doctor_id=search.doctor.id, day=on, page=page)
    return taps.TimesOfAll(**_need(search), clinic_id=search.clinic.id, day=on, page=page)


def _times_tap(search: SearchTogether, found: FreeTogether, page: int) -> common_taps.Tap:
    return _to_times(search, found.day.toordinal() if found.day else 0, page)


def _days_tap(search: SearchTogether, page: int = 0) -> common_taps.Tap:
    if search.doctor is not None:
        return taps.DaysWith(**_need(search), doctor_id=search.doctor.id, page=page)
    return taps.DaysOfAll(**_need(search), clinic_id=search.clinic.id, page=page)


def _other(found: FreeTogether) -> list[list[Button]]:
    """Another day, or one doctor."""
    search = found.search
    if not found.times:
        return [[needed_today(search.clinic.id)]]
    doctors = taps.DoctorsOfAll(**_need(search), clinic_id=search.clinic.id)
    return [[Button(_("Another day"), _days_tap(search)), Button(_("Which doctor"), doctors)]]


def _out(search: SearchTogether) -> list[list[Button]]:
    if search.moving:
        return [[Button(_("Keep it"), mine_taps.Visits())]]
    return [[go_home(search.clinic.id)]]
