"""Why the clinic says no, in words: the one table of them."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.flows.common import no_shows, reserved
from bot.flows.common.kinds import from_age, kind_name
from bot.flows.common.parts import moment, span
from bot.flows.common.taps import UnknownTap
from bot.words import Markup, _, capital, day, long_date, say, shorten
from services.model.refusals import (
    access,
    base,
    broadcasts,
    clinic,
    desk,
    families,
    questions,
    schedule,
    typed,
    visits,
    waitlist,
)
from services.model.refusals.base import Refusal


def words_of(refusal: Refusal, *, at_work: bool = False) -> str:
    """What to say to a person whose request was refused. At most 200 characters: an alert.

    Args:
        at_work: one of the clinic's people, whom nobody books for (R66).
    """
    for kind in type(refusal).__mro__:
        if at_work and kind in _AT_WORK:
            return _AT_WORK[kind](refusal)
        if kind in _WORDS:
            return _WORDS[kind](refusal)
    raise LookupError(f"no words for {type(refusal).__name__}")


def _taken(refusal: visits.SlotTaken) -> str:
    if refusal.kept is None:
        return _(
            "This time has just been taken. You are not booked yet: please choose another one."
        )
    words = _("This time has just been taken. Your visit stays as it was: {moment}.")
    return words.format(moment=moment(refusal.kept.slot))


def _held(refusal: visits.SlotHeld) -> str:
    if refusal.kept is None:
        return _(
            "Another family is looking at this time now. You are not booked yet: "
            "please choose another one, or come back in a few minutes."
        )
    words = _("Another family is looking at this time now. Your visit stays as it was: {moment}.")
    return words.format(moment=moment(refusal.kept.slot))


def _in_row(rows: Sequence[int], words: str) -> str:
    """The words, after where in a sheet it is, if it is in one."""
    if not rows:
        return capital(words)
    return _("Row {row}: {words}").format(row=rows[0], words=words)


def _who_is_meant(refusal: schedule.DoctorUnclear) -> str:
    if not refusal.perhaps:
        words = _("“{name}” does not look like a doctor's name.")
        return _in_row(refusal.rows, words.format(name=shorten(refusal.name, 80)))
    words = _("is “{name}” {perhaps}? Write the name in full, as the clinic has it.").format(
        name=shorten(refusal.name, 40),
        perhaps=_(" or ").join(shorten(each, 40) for each in refusal.perhaps[:2]),
    )
    return _in_row(refusal.rows, words)


def _two_rooms(refusal: schedule.RoomsDiffer) -> str:
    words = _("{name} is one doctor, but has two rooms.").format(name=shorten(refusal.name, 80))
    return _in_row(refusal.rows, words)


def _too_long(refusal: typed.TextTooLong) -> str:
    over = refusal.over
    words = _(
        "{n} character too many: up to {most}.", "{n} characters too many: up to {most}.", over
    )
    return words.format(n=over, most=refusal.most)


def _already_with_doctor(refusal: visits.AlreadyWithDoctor) -> str:
    if refusal.appointment.hidden:  # who asks may be one from whom it is; a parent sees it next
        return _(
            "There is a visit to this doctor already. It is hidden from helpers; parents see it."
        )
    return _(
        "There is a visit to this doctor already: {moment}. To have another time, move it."
    ).format(moment=moment(refusal.appointment.slot))


def _day_full(refusal: visits.DayFull) -> str:
    full = capital(day(refusal.day))
    if not (refusal.later and refusal.wall):
        words = _("{day}: all times are taken. Please choose another day.")
        return words.format(day=full)
    words = _("{day}: nothing is free now. {later}")
    return words.format(day=full, later=reserved.opening(refusal.later[:2], refusal.wall))


def _not_yet(refusal: visits.NotYetThisAge) -> str:
    return _("{kind}: from {age} on. {child}: from {day} on.").format(
        kind=shorten(kind_name(refusal.kind), 60),
        age=from_age(refusal.kind.since),
        child=shorten(refusal.child, 40),
        day=long_date(refusal.day),
    )


_WORDS: dict[type, Callable[[Any], str]] = {
    UnknownTap: lambda _r: _("This button no longer works. Here is a fresh one."),
    base.NotFound: lambda _r: _("This is no longer here."),
    access.InvitationInvalid: lambda _r: _(
        "This invitation does not work any more. Please ask for a new one."
    ),
    access.AnotherDoctorsPost: lambda r: _(
        "You are a doctor here already: {doctor}. Ask an administrator to take that access back, "
        "then open the link again."
    ).format(doctor=shorten(r.doctor.name, 60)),
    access.LastAdministrator: lambda _r: _(
        "This is the only administrator. Invite another one first."
    ),
    questions.TooLateToAsk: lambda _r: _(
        "This visit was more than a week ago. Please call the registry."
    ),
    questions.TooManyQuestions: lambda r: _(
        "Questions of yours that wait for an answer: {most}. Please wait for one, or call the "
        "registry."
    ).format(most=r.most),
    questions.AlreadyAnswered: lambda _r: _("A colleague was quicker. Your answer was not sent."),
    questions.TextOnly: lambda _r: _(
        "Only words arrive here: photos, voice messages and files are not passed on. "
        "Please write it."
    ),
    desk.PlanChanged: lambda _r: _(
        "Visits changed while you were looking. Nothing was done: please look at the plan again."
    ),
    desk.TakenAnew: lambda _r: _(
        "A colleague has given this time to somebody else meanwhile. Nothing was done: please look "
        "again."
    ),
    desk.NotDecided: lambda _r: _("Please tap first what is right: the two cards differ."),
    desk.CardsChanged: lambda _r: _(
        "The cards have changed while you were looking. Nothing was done: please look again."
    ),
    desk.VisitsClash: lambda _r: _(
        "The child would have two visits at one time. Move or cancel one of them first."
    ),
    desk.SameCard: lambda _r: _("This is the same card."),
    desk.ToBeErased: lambda _r: _(
        "A family has asked for its data to be erased: cards cannot be joined with these now."
    ),
    desk.RulesBent: lambda _r: _("This bends the clinic's rules. Look once more, please."),
    desk.SearchUnclear: lambda _r: _("I see no birth date, visit's number or phone in there."),
    desk.TooManyTries: lambda _r: _(
        "Too many wrong codes for today. Please call the registry: it books as well."
    ),
    clinic.NoSuchClinic: lambda _r: _(
        "This link does not lead to a clinic. Please choose a clinic from the list."
    ),
    schedule.SeveralDoctors: lambda refusal: _in_row(
        refusal.rows,
        _("The clinic has several doctors called {name}: a sheet cannot tell them apart.").format(
            name=shorten(refusal.name, 80)
        ),
    ),
    schedule.DoctorUnclear: _who_is_meant,
    schedule.RoomsDiffer: _two_rooms,
    schedule.RoomNeeded: lambda refusal: _(
        "{name} is new here: please name the room in the sheet."
    ).format(name=shorten(refusal.name, 80)),
    clinic.ZoneInUse: lambda _r: _(
        "The time zone cannot be changed while somebody was told an hour: there are visits ahead,"
        " times of callers, or times kept for families."
    ),
    base.AlreadyDone: lambda _r: _("This was done already. Here is how things stand now."),
    families.NoConsent: lambda _r: _("The clinic needs your consent first."),
    families.ConsentChanged: lambda _r: _(
        "The clinic has changed this text meanwhile. Please read the new one."
    ),
    families.NoChild: lambda _r: _("Please tell us about your child first."),
    visits.SlotTaken: _taken,
    visits.SlotHeld: _held,
    visits.SlotPassed: lambda _r: _("This time has passed. Please choose another one."),
    visits.SlotClosed: lambda _r: _(
        "The doctor no longer receives at this time. Please choose another one."
    ),
    visits.TooLate: lambda _r: _(
        "It is too late to book this time here. Please choose a later one or call the registry."
    ),
    visits.TooFar: lambda _r: _("This day is not open for booking yet."),
    visits.NotForThisReason: lambda _r: _(
        "The doctor keeps this time for visits of another kind. Please choose another one."
    ),
    visits.NotForThisAge: lambda _r: _("Visits of this kind are for younger children."),
    visits.CallNow: lambda _r: _(
        "A baby under three months who is ill is not booked here: please call the clinic now. "
        "Danger to life: 103 or 112."
    ),
    visits.NotYetThisAge: _not_yet,
    visits.TimeTooShort: lambda r: _(
        "Visits of this kind take {span}: this time is shorter. Please choose another one."
    ).format(span=span(r.length)),
    visits.KindNotHere: lambda _r: _(
        "The clinic books no visits of this kind any more. Please choose what the visit is for."
    ),
    visits.KindAtDesk: lambda r: _("The registry books visits of this kind: {phone}").format(
        phone=r.phone
    ),
    visits.TimeReserved: lambda r: reserved.until_then(r.kept, r.wall),
    visits.DayFull: _day_full,
    visits.DayClosed: lambda r: _("{day}: no reception. Please choose another day.").format(
        day=capital(day(r.day))
    ),
    visits.NoFreeTimes: lambda _r: _("No doctor has a free time now."),
    visits.SystemAway: lambda r: _(
        "The clinic's system does not answer: I cannot book now. Please call: {phone}"
    ).format(phone=r.clinic.phone),
    visits.ChildIsBusy: lambda _r: _(
        "The child already has a visit at this time. Please choose another one."
    ),
    visits.AlreadyWithDoctor: _already_with_doctor,
    visits.TooManyVisits: lambda r: _(
        "Your children have {most} visits ahead here; the clinic allows no more at once. "
        "The registry can help."
    ).format(most=r.most),
    visits.MissedTooOften: lambda r: no_shows.refused(r.missed, r.phone),
    families.TooManyChildren: lambda r: _(
        "There are {most} children here already; no more can be added. The registry can help."
    ).format(most=r.most),
    visits.VisitPassed: lambda _r: _(
        "This visit has begun or is over; it can no longer be changed."
    ),
    desk.NotesNotKept: lambda _r: _("Notes are not kept here."),
    visits.NotBegun: lambda _r: _("This visit has not begun yet."),
    visits.MovedMeanwhile: lambda _r: _(
        "The family has moved this visit meanwhile. Nothing was said to it: please look again."
    ),
    visits.VisitChanged: lambda _r: _(
        "This visit has changed meanwhile. Nothing was done: please look again."
    ),
    visits.NotOffered: lambda _r: _(
        "This time is not kept for you any more. Please choose another one."
    ),
    visits.AlreadyConfirmed: lambda _r: _(
        "This visit was confirmed already. The registry can cancel it."
    ),
    visits.VisitCancelled: lambda _r: _("This visit was cancelled. You can book again."),
    waitlist.OfferOver: lambda _r: _(
        "This time is not kept for you any more. You keep your place in the list."
    ),
    waitlist.OfferLost: lambda _r: _(
        "Another family was quicker. You lost nothing: you keep your place in the list."
    ),
    waitlist.WaitOver: lambda _r: _("You do not wait for this any more."),
    waitlist.IllNeverWait: lambda _r: _(
        "An ill child should not wait for a time: please see what to do now, or call the clinic."
    ),
    waitlist.NoList: lambda _r: _("This clinic has no list of those who wait. Please call it."),
    waitlist.NoDaysToWaitFor: lambda _r: _("These days are over. Please choose other ones."),
    waitlist.TooManyWaits: lambda r: _(
        "Your children wait for {most} times here; the clinic allows no more at once. The "
        "registry can help."
    ).format(most=r.most),
    families.NameUnclear: lambda _r: _(
        "The name in letters, please: the clinic will know the child by it."
    ),
    clinic.DoctorNameUnclear: lambda _r: _(
        "The name in letters, please: families will know the doctor by it."
    ),
    families.NameHasNumber: lambda _r: _(
        "There are digits like those of a phone in it. Please write it without them."
    ),
    families.NameHasDate: lambda _r: _("There is a date too many in it. Please write the name."),
    families.NameTooLong: lambda r: _(
        "This name is too long: up to {longest} characters, please."
    ).format(longest=r.longest),
    families.DateUnclear: lambda _r: _("I could not read this as a date."),
    families.YearNeeded: lambda r: _("And the year? For example: {typed} 2024").format(
        typed=shorten(r.typed, 40)
    ),
    families.DayNeeded: lambda r: _("And the day? For example: 12 {typed}").format(
        typed=shorten(r.typed, 40)
    ),
    families.NoSuchDay: lambda _r: _("There is no such day in the calendar."),
    families.BornInFuture: lambda _r: _("This day has not come yet."),
    families.AlreadySaid: lambda _r: _(
        "This was answered already. The district doctor can be changed on the child's card."
    ),
    families.StreetUnknown: lambda _r: _(
        "I did not find this address among the clinic's districts. Please check it, "
        "choose the doctor, or skip."
    ),
    families.HouseNeeded: lambda _r: _(
        "Who the district doctor is depends on the house. Please write its number too."
    ),
    families.PhoneUnclear: lambda _r: _("I could not read this as a phone number."),
    families.MoreThanAPhone: lambda _r: _(
        "There is more in it than one number, and I would lose it. One number alone, please."
    ),
    families.NotOwnPhone: lambda _r: _(
        "This is somebody else's number. Please send your own, by the button below."
    ),
    families.HelperLinkInvalid: lambda _r: _(
        "This link does not work any more. Please ask who sent it for a new one."
    ),
    families.TooManyPeople: lambda r: _(
        "So many help with the child already: {most}. End somebody's help, or withdraw a link."
    ).format(most=r.most),
    families.OnlyAtRegistry: lambda _r: _(
        "No parent removes another. The registry decides, by documents."
    ),
    families.NotEntrusted: lambda _r: _(
        "You may look here. A parent of the child can do this, or let you."
    ),
    families.GroupsNotKept: lambda _r: _(
        "Groups of children are not kept here: there is no key to encrypt them."
    ),
    families.PhonesNotKept: lambda _r: _("Phone numbers are not kept here."),
    families.PhonesLocked: lambda _r: _(
        "A phone number cannot be read here, as its key is missing. Whoever runs the bot can help."
    ),
    families.ChildJoined: lambda _r: _(
        "There were two cards of this child; the clinic has made one of them."
    ),
    families.NoLongerAChild: lambda _r: _(
        "A pediatrician sees children under 18. Please check the year."
    ),
    families.FamilyDecides: lambda _r: _(
        "A family has this child in the bot, or another clinic knows the child: "
        "only the family changes it now."
    ),
    families.HadVisits: lambda _r: _(
        "There are visits of this child, and they stay in the records. Correct the name or the "
        "birth date instead."
    ),
    families.ChildChanged: lambda _r: _(
        "The child's name or birth date was corrected meanwhile. Nothing was done: please look "
        "again."
    ),
    families.FarewellChanged: lambda _r: _(
        "What this would change is not as it was shown. Nothing was done: please look again."
    ),
    families.KnownAlready: lambda _r: _("There is a child of this name and birth date already."),
    typed.TextMissing: lambda _r: _("Something has to stand here."),
    typed.TextTooLong: _too_long,
    typed.NotOneLine: lambda _r: _("There is room for one line here."),
    typed.UnseenCharacter: lambda _r: _("There is a character in it that cannot be shown."),
    typed.NotAPhone: lambda _r: _(
        "This does not look like a phone number: at least five digits, please."
    ),
    typed.NotANumber: lambda _r: _("I could not read this as a whole number."),
    typed.NumberOutOfRange: lambda r: _("A number from {least} to {most} is wanted.").format(
        least=r.least, most=r.most
    ),
    typed.NotASpan: lambda _r: _("I could not read how long. Write “30 minutes” or “2 h”."),
    typed.SpanOutOfRange: lambda r: _("From {least} to {most} minutes are wanted.").format(
        least=r.least, most=r.most
    ),
    typed.NotATime: lambda _r: _("I could not read this as a time. Write “8” or “8:30”."),
    typed.NotADay: lambda _r: _("There is no such day."),
    typed.QuietUnclear: lambda _r: _(
        "I could not read this as two times. Write “21-7” or “22:00-6:30”."
    ),
    typed.NotADegree: lambda _r: _(
        "I could not read this as a point. Send a location, or write “55.77, 37.61”."
    ),
    typed.NotAZone: lambda _r: _(
        "I do not know this time zone. Choose one, or write a big city that has its time, e.g. "
        "“Yekaterinburg”."
    ),
    typed.NotAges: lambda _r: _(
        "I could not read this as ages up to 17 years. Write “1-12 months, 1 year 3 months, "
        "2-17 years”."
    ),
    typed.NotYesOrNo: lambda _r: _("Please choose by a button."),
    clinic.SameAsBefore: lambda _r: _("That is how it is already."),
    clinic.NothingToSign: lambda _r: _(
        "There are no words to be signed yet: write “If the child is ill” first."
    ),
    clinic.DoctorIsThere: lambda _r: _("The clinic has a doctor with this name already."),
    clinic.KindIsThere: lambda _r: _(
        "The clinic has a kind of visit of this name already; it may be hidden."
    ),
    clinic.TooManyKinds: lambda _r: _(
        "There is room for 30 kinds of visit, hidden ones included. Please change one of those."
    ),
    typed.AgesUnclear: lambda _r: _(
        "I could not read these ages. Write “from 3 years”, “up to 1 year” or “everybody”."
    ),
    typed.KindNameUnclear: lambda _r: _(
        "A name needs letters, and has no commas: sheets part by them."
    ),
    typed.KindUnclear: lambda r: _(
        "I could not read “{part}”. After the name: ages, how long, a price, “healthy”."
    ).format(part=shorten(r.part, 60)),
    typed.BadValue: lambda _r: _("This will not do here."),
    clinic.TypedAnew: lambda _r: _(
        "This button is for an earlier answer. Nothing was saved; here is how things stand."
    ),
    clinic.ChangedMeanwhile: lambda _r: _(
        "Another administrator has changed this meanwhile. Nothing was saved: please look again."
    ),
    schedule.DaysApart: lambda _r: _(
        "These days do not follow each other. Type them one after the other, please."
    ),
    schedule.DayOver: lambda _r: _("This day is over already."),
    schedule.HoursUnclear: lambda r: (
        _("I could not read “{part}” as hours.").format(part=r.part)
        if r.part
        else _("I could not read this as hours.")
    ),
    schedule.HoursBackwards: lambda _r: _(
        "These hours end before they begin, or a day has no such time."
    ),
    schedule.BreakOutside: lambda _r: _("The doctor does not receive at the time of this break."),
    schedule.HoursTooShort: lambda _r: _("These hours are shorter than one visit."),
    desk.KeptElsewhere: lambda _r: _(
        "This time is in the clinic's own system: enter somebody without a name there."
    ),
    desk.StillAbsent: lambda _r: _(
        "The doctor does not receive then for another reason, too: take that back first."
    ),
    desk.SomebodyAnswered: lambda _r: _(
        "A family has answered already: it cannot all be taken back. Change the visits one by one."
    ),
    schedule.DraftReplaced: lambda _r: _(
        "This change was made already, or dropped, or another one has taken its place. "
        "Here is how the hours stand now."
    ),
    schedule.SheetGone: lambda _r: _(
        "I cannot get the sheet that you looked at any more. Nothing was changed: "
        "please send it again."
    ),
    broadcasts.NumberDiffers: lambda _r: _(
        "This is not how many families would get it. Nothing was sent."
    ),
    broadcasts.NobodyToTell: lambda _r: _("Nobody would get it. Nothing was sent."),
    broadcasts.BroadcastOver: lambda _r: _("This broadcast is over: nothing more of it is sent."),
}


def _taken_at_work(refusal: visits.SlotTaken) -> str:
    if refusal.kept is None:
        return _("This time has just been taken. Please choose another one.")
    words = _("This time has just been taken. The visit stays as it was: {moment}.")
    return words.format(moment=moment(refusal.kept.slot))


def _held_at_work(refusal: visits.SlotHeld) -> str:
    if refusal.kept is None:
        return _(
            "A family is looking at this time now. Please choose another one, or come back in a "
            "few minutes."
        )
    words = _("A family is looking at this time now. The visit stays as it was: {moment}.")
    return words.format(moment=moment(refusal.kept.slot))


_AT_WORK: dict[type, Callable[[Any], str]] = {
    visits.SlotTaken: _taken_at_work,
    visits.SlotHeld: _held_at_work,
    visits.VisitCancelled: lambda _r: _("This visit was cancelled meanwhile."),
    visits.SystemAway: lambda _r: _(
        "The clinic's system does not answer: its times cannot be given now. Note who calls, and "
        "call back. If the system opens for you, enter the visit there."
    ),
}
"""Where the others speak to a family."""


def again(problem: Refusal | None, question: Markup) -> Markup:
    """The question, after the reason why it is asked once more."""
    return (
        say("{why}\n\n{question}", why=words_of(problem), question=question)
        if problem
        else question
    )
