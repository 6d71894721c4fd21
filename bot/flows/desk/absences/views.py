"""The absent doctor: who, when, what can be done; how families answered."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.flows.common import taps as common_taps
from bot.flows.common.apart import colleagues_apart
from bot.flows.common.pages import ROWS, page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    doctor_and_room,
    in_list,
    moment,
    span,
    to_desk,
    to_phone,
    with_initials,
)
from bot.flows.common.refusals import again
from bot.flows.desk.absences import taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, dated, say, shorten
from bot.words import day as day_words
from services.desk.absences.report import (
    AbsenceReport,
    Absent,
    Concerned,
    Fate,
    Help,
    Plans,
    WhenAbsent,
    WhoIsAbsent,
)
from services.desk.absences.substitutes import DaysHours
from services.model.clinic import Hours
from services.model.ids import DoctorId, PostId
from services.model.visits import Absence

LONGEST_NAME = 30
"""Characters of a child's name in a list."""
MOST_LINES = 20
"""Families that a page of the report names."""
MOST_DAYS = 3
MOST_SPANS = 3
"""Days of which a colleague's hours are named."""


def who(found: WhoIsAbsent, page: int = 0) -> Screen:
    """Whom it is about; absences that are not over lead to how families answered."""
    post_id = found.post.id
    made = [
        [
            Button(
                shorten(f"📋 {_named(each, found.today)}", LONGEST_BUTTON),
                taps.AbsenceReport(post_id=post_id, absence_id=each.id),
            )
        ]
        for each in found.absences
    ]
    labels = colleagues_apart(found.doctors)
    doctors = [
        [Button(label, taps.WhenAbsent(post_id=post_id, doctor_id=doctor.id))]
        for doctor, label in zip(found.doctors, labels, strict=True)
    ]
    lines = [say(_("🚫 <b>Which doctor is absent?</b>"))]
    if made:
        lines.append(say(_("📋 is how families answered.")))
    part = page_of([*made, *doctors], page)
    turn = turning(part, lambda to: taps.WhoIsAbsent(post_id=post_id, page=to))
    return Screen(Markup("\n\n").join(lines), [*part.shown, *turn, [to_desk(post_id)]])


def _named(absence: Absence, today: date) -> str:
    return f"{_when(absence.first, absence.last, today)} · {with_initials(absence.doctor.name)}"


def when(found: WhenAbsent) -> Screen:
    """Today, tomorrow, or a typed line."""
    question = say(
        _(
            "🚫 <b>{doctor}</b>\n\nWhen? Choose, or write the days: <code>{one}</code> or "
            "<code>{first}–{last}</code>"
        ),
        doctor=doctor_and_room(found.doctor, briefly=True),
        one=f"{found.today + timedelta(days=2):%d.%m}",
        first=f"{found.today + timedelta(days=2):%d.%m}",
        last=f"{found.today + timedelta(days=4):%d.%m}",
    )
    ids = {"post_id": found.post.id, "doctor_id": found.doctor.id, "days": 1}
    today = found.today.toordinal()
    return Screen(
        again(found.problem, question),
        [
            [
                Button(_("Today only"), taps.AbsencePlans(**ids, day=today)),
                Button(_("Tomorrow only"), taps.AbsencePlans(**ids, day=today + 1)),
            ],
            [Button(_("Back"), taps.WhoIsAbsent(post_id=found.post.id)), to_desk(found.post.id)],
        ],
    )


def answered(found: WhenAbsent | Plans) -> Screen:
    """What was typed: what can be done then, or asked again."""
    return plans(found) if isinstance(found, Plans) else when(found)


def plans(found: Plans) -> Screen:
    """Whom it concerns, and who could see them at the same time."""
    lines = [
        say(
            _("🚫 <b>{doctor}</b>\n{days}: {visits}"),
            doctor=doctor_and_room(found.doctor, briefly=True),
            days=capital(_when(found.absent.first, found.absent.last, found.today)),
            visits=_visits(found.visits),
        ),
        *_nameless(found.nameless),
    ]
    helpers = [row for each in found.helpers[:ROWS] for row in _helping(each, found)]
    if helpers:
        lines.append(say(_("Who sees them at the same time? The others choose another one.")))
        lines += _beside(found)
    elif found.visits:
        lines.append(say(_("No colleague is free at these times.")))
    label = _("Other times for all") if found.visits else _("Close these hours")
    other = Button(label, _look(found.post.id, found.absent, None))
    again_ = taps.WhenAbsent(post_id=found.post.id, doctor_id=found.doctor.id)
    return Screen(
        Markup("\n\n").join(lines),
        [
            *([each] for each in helpers),
            [other],
            [Button(_("Back"), again_), to_desk(found.post.id)],
        ],
    )


def _helping(each: Help, found: Plans) -> list[Button]:
    """To see whom they can while they receive; and, said expressly, at other times, too."""
    name = with_initials(each.doctor.name)
    buttons = []
    if each.visits:
        label = shorten(name, LONGEST_BUTTON - 13) + _(" · {n} of {all}").format(
            n=each.visits, all=found.visits
        )
        tap = _look(found.post.id, found.absent, each.doctor.id)
        buttons.append(Button(label, tap, Style.PRIMARY))
    if each.beside:
        ids = _ids(found.post.id, found.absent)
        tail = _(" + other hours: {n}").format(n=each.beside)
        label = shorten(name.split()[0], LONGEST_BUTTON - len(tail)) + tail
        buttons.append(Button(label, taps.LookBeside(**ids, substitute=each.doctor.id)))
    return buttons


def _beside(found: Plans) -> list[Markup]:
    """When those receive who would have to see some beside their hours."""
    return [
        say(
            _("⚠️ {doctor} receives {hours}. Outside these hours: {n}"),
            doctor=in_list(with_initials(each.doctor.name)),
            hours=_hours(each.hours),
            n=each.beside,
        )
        for each in found.helpers[:ROWS]
        if each.beside
    ]


def _hours(days: DaysHours) -> str:
    """ "9:00–12:00"; of several days each, as far as there is room."""
    words = [_spans(on, spans) or _("no visits") for on, spans in days]
    if len(days) <= 1 or len(set(words)) == 1:
        return words[0] if words else _("no visits")
    named = [f"{day_words(on)} {said}" for (on, _spans), said in zip(days, words, strict=True)]
    more = "…" if len(named) > MOST_DAYS else ""
    return "; ".join(named[:MOST_DAYS]) + more


def _spans(on: date, spans: Sequence[Hours]) -> str:
    said = ", ".join(_span(on, span) for span in spans[:MOST_SPANS])
    return said + "…" if len(spans) > MOST_SPANS else said


def _span(on: date, span: Hours) -> str:
    return "–".join(clock(datetime.combine(on, at, UTC)) for at in (span.starts, span.ends))


def preview(found: AbsenceReport) -> Screen:
    """What it would do, in numbers, before anything is done."""
    absence, post_id = found.absence, found.post.id
    if found.made:
        made = taps.AbsenceReport(post_id=post_id, absence_id=absence.id)
        text = say(_("{about}\n\nThis is done already."), about=_heading(found))
        return Screen(text, [[Button(_("How families answered"), made)], [to_desk(post_id)]])
    substitute = absence.substitute.id if absence.substitute else None
    absent = Absent(absence.doctor.id, absence.first, absence.last, substitute)
    beside = found.asked is not None and found.asked.beside
    chosen = {**_ids(post_id, absent), "substitute": substitute or 0}
    does = {**chosen, "seen": found.as_shown}
    make = Button(_("Do it"), taps.MakeAbsence(**does), Style.SUCCESS)
    if beside:
        make = Button(_("Receive at these hours"), taps.MakeBeside(**does), Style.SUCCESS)
    plans_ = taps.AbsencePlans(**_ids(post_id, absent))
    return Screen(
        Markup("\n").join([say("{about}\n", about=_heading(found)), *_numbers(found)]),
        [
            [make],
            [Button(_("Another plan"), plans_), to_desk(post_id)],
        ],
    )


def _numbers(found: AbsenceReport) -> Iterator[Markup]:
    if not found.concerned:
        yield say(_("No visits. Only the hours are closed."))
    if (count := found.count(Fate.SUBSTITUTED)) and found.absence.substitute:
        yield say(
            _("• {doctor}, same time: {n}"),
            doctor=doctor_and_room(found.absence.substitute, briefly=True),
            n=count,
        )
        if found.beside:
            yield say(
                _("  ⚠️ receives {hours}; of these outside the hours: {n}"),
                hours=_hours(found.hours),
                n=found.beside,
            )
    if count := found.count(Fate.OFFERED):
        kept = span(found.post.clinic.offer)
        yield say(_("• other times are offered: {n}; kept for {span}"), n=count, span=kept)
    if count := found.count(Fate.OPEN):
        yield say(_("• ⚠️ no free time is left for: {n}; they get the phone"), n=count)
    if count := found.told_by_bot:
        yield say(_("• the bot tells: {n}"), n=count)
    if found.to_call:
        yield say(_("• 📞 you phone: {n}"), n=found.to_call)
    yield from _nameless(found.nameless)


def report(found: AbsenceReport, page: int = 0) -> Screen:
    """How each family answered."""
    post_id, ids = found.post.id, {"post_id": found.post.id, "absence_id": found.absence.id}
    lines = [_heading(found)]
    if found.absence.undone_at:
        lines.append(say(_("↩️ Taken back: the visits have their times again.")))
    elif found.concerned:
        summary = _("Answered: {n} of {all}")
        lines.append(say(summary, n=found.answered, all=len(found.concerned)))
    else:
        lines.append(say(_("No visits. Only the hours are closed.")))
    part = page_of(found.concerned, page, MOST_LINES)
    if part.shown:
        lines.append(Markup("\n").join(_line(each, found) for each in part.shown))
    lines += _nameless(found.nameless)
    refresh = Button(_("Refresh"), taps.AbsenceReport(**ids, page=page))
    rows = [
        *turning(part, lambda to: taps.AbsenceReport(**ids, page=to)),
        [refresh, to_desk(post_id)],
    ]
    if found.may_undo:
        rows.insert(0, [Button(_("Take it all back"), taps.UndoAbsence(**ids), Style.DANGER)])
    if found.to_call:
        rows.insert(0, [to_phone(post_id, found.to_call)])
    return Screen(Markup("\n\n").join(lines), rows)


def _line(each: Concerned, found: AbsenceReport) -> Markup:
    start = each.before.local_start
    several = found.absence.first != found.absence.last
    return say(
        "{mark} <b>{time}</b> {child}{words}",
        mark="📞" if each.to_call else _MARKS[each.fate],
        time=f"{day_words(start)}, {clock(start)}" if several else clock(start),
        child=shorten(each.visit.child.name, LONGEST_NAME),
        words="" if found.absence.undone_at else _fate(each),
    )


_MARKS = {
    Fate.SUBSTITUTED: "⏳",
    Fate.COMING: "👍",
    Fate.CHOSEN: "✅",
    Fate.OFFERED: "⏳",
    Fate.OPEN: "❗️",
    Fate.GIVEN_UP: "✖️",
    Fate.CAME: "✅",
    Fate.MISSED: "➖",
}


def _fate(each: Concerned) -> str:
    slot = each.visit.slot
    if each.fate is Fate.CHOSEN:
        who_ = in_list(with_initials(slot.doctor.name), LONGEST_NAME)
        return _(" → {moment}, {doctor}").format(moment=moment(slot), doctor=who_)
    return {
        Fate.SUBSTITUTED: _(" — same time, no answer"),
        Fate.COMING: _(" — same time, will come"),
        Fate.OFFERED: _(" — choosing a time"),
        Fate.OPEN: _(" — no time is kept"),
        Fate.GIVEN_UP: _(" — cancelled"),
        Fate.CAME: _(" — came"),
        Fate.MISSED: _(" — did not come"),
    }[each.fate]


# Pieces


def _heading(found: AbsenceReport) -> Markup:
    absence = found.absence
    return say(
        _("🚫 <b>{doctor}</b>\n{days}: {visits}"),
        doctor=doctor_and_room(absence.doctor, briefly=True),
        days=capital(_when(absence.first, absence.last, found.today)),
        visits=_visits(len(found.concerned)),
    )


def _visits(count: int) -> str:
    return _("{n} visit", "{n} visits", count).format(n=count)


def _nameless(count: int) -> list[Markup]:
    if not count:
        return []
    return [
        say(
            _("🔒 Times without a name: {n}. The bot cannot tell these people."),
            n=count,
        )
    ]


def _when(first: date, last: date, today: date) -> str:
    """ "завтра", "вт 24 ноября – чт 26 ноября"; with the year where it is another one."""
    now = datetime.combine(today, time.min, UTC)
    return " – ".join(
        day_words(each, now) if (each - today).days < 2 else dated(each, today)
        for each in sorted({first, last})
    )


def _look(post_id: PostId, absent: Absent, substitute: DoctorId | None) -> common_taps.Tap:
    return taps.LookAtAbsence(**_ids(post_id, absent), substitute=substitute or 0)


def _ids(post_id: PostId, absent: Absent) -> dict[str, object]:
    days = (absent.last - absent.first) // timedelta(days=1) + 1
    return {
        "post_id": post_id,
        "doctor_id": absent.doctor_id,
        "day": absent.first.toordinal(),
        "days": days,
    }
