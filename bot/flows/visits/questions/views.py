"""Questions about a visit, as the family and the staff see them. Nobody of the staff is named."""

from collections.abc import Sequence
from datetime import datetime

from bot.flows.common.discreet import show_visit
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    brief,
    child_with_age,
    doctor_and_room,
    go_home,
    ill_label,
    moment,
    to_desk,
    urgent,
    with_initials,
)
from bot.flows.common.refusals import again
from bot.flows.desk.day import taps as day_taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.questions import taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, clock, day, say, shorten
from services.messages.questions import LONGEST_QUESTION
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import PostId
from services.model.letters import ClinicAnswered, QuestionsWait
from services.model.questions import Answer, Question
from services.model.visits import Appointment
from services.visits.question_views import (
    Answered,
    AskAbout,
    AskAnswer,
    Doubt,
    OpenQuestion,
    Sent,
    Unsent,
    Waiting,
)

THREAD_SHOWN = 4
"""Questions and answers that are shown with a visit, the latest."""
SNIPPET = 80
"""Characters of a question in a list."""
QUOTED = 150
"""Of a question above its answer, in the message that brings it."""
VISITS_NAMED = 5
"""In the message that tells the staff of questions."""


def thread(questions: Sequence[Question], clinic: Clinic) -> list[Markup]:
    """What was asked and answered, the latest last; how much came before is said."""
    entries: list[Question | Answer] = []
    for question in questions:
        entries += [question, *question.answers]
    entries.sort(key=lambda each: each.asked_at if isinstance(each, Question) else each.at)
    lines = [_entry_line(entry, clinic) for entry in entries[-THREAD_SHOWN:]]
    earlier = len(entries) - THREAD_SHOWN
    if earlier <= 0:
        return lines
    words = _("… and {n} message before", "… and {n} messages before", earlier)
    return [say(words, n=earlier), *lines]


def _entry_line(entry: Question | Answer, clinic: Clinic) -> Markup:
    if isinstance(entry, Question):
        return _asked_line(entry, clinic)
    return say(
        _("↳ <b>{who}</b>, {when}\n{text}"),
        who=_who(entry.role),
        when=_when(entry.at, clinic),
        text=entry.text,
    )


def _asked_line(question: Question, clinic: Clinic) -> Markup:
    when = _when(question.asked_at, clinic)
    return say(_("❓ <b>Question</b>, {when}\n{text}"), when=when, text=question.text)


def _when(at: datetime, clinic: Clinic) -> str:
    wall = clinic.wall(at)
    return f"{day(wall)}, {clock(wall)}"


def _who(role: Role) -> str:
    """Who answered, to the family: a role, and no name."""
    return _("Doctor") if role is Role.DOCTOR else _("Registry")


# The family


def ask_button(visit: Appointment) -> Button:
    """The way to ask about a visit."""
    return Button(_("Ask the clinic"), taps.AskAbout(appointment_id=visit.id))


def ask(found: AskAbout) -> Screen:
    """What may be asked and what may not, before anything is typed."""
    visit = found.visit
    clinic = visit.slot.doctor.clinic
    lines = [
        say(
            _("💬 <b>Question about the visit: {child}, {moment}</b>"),
            child=visit.child.name,
            moment=moment(visit.slot),
        ),
        say(_about_answers(found)),
        say(
            _(
                "Not about how the child feels, and not for advice: nobody reads it at once. If "
                "the child is ill, tap the button below.\n❗ Danger to life: 103 or 112"
            )
        ),
        *urgent(clinic),
        say(_("Type the question in one message, up to {n} characters."), n=LONGEST_QUESTION),
    ]
    ids = {"appointment_id": visit.id}
    return Screen(
        again(found.problem, Markup("\n\n").join(lines)),
        [
            [Button(ill_label(), taps.LeaveAsking(**ids, ill=True))],
            [Button(_("Not now"), taps.LeaveAsking(**ids))],
        ],
    )


def _about_answers(found: AskAbout) -> str:
    if found.to_doctor:
        return _(
            "Only about how things are organised: time, documents, how to get in. The doctor or "
            "the registry answers in working hours."
        )
    return _(
        "Only about how things are organised: time, documents, how to get in. The registry "
        "answers in working hours."
    )


def asked(found: Sent | AskAbout) -> Screen:
    """The question is on its way, or asked for again."""
    return ask(found) if isinstance(found, AskAbout) else sent(found)


def sent(found: Sent) -> Screen:
    """What was asked, and what comes next."""
    visit = found.visit
    clinic = visit.slot.doctor.clinic
    text = say(
        _("✅ <b>The question is sent</b>\n\n{text}\n\nThe answer comes here. Urgent: {phone}"),
        text=found.question.text,
        phone=clinic.urgent_phone or clinic.phone,
    )
    return Screen(text, [[_open_visit(visit), go_home(clinic.id)]])


def _open_visit(visit: Appointment) -> Button:
    return Button(_("The visit"), mine_taps.Visit(appointment_id=visit.id))


def answer_letter(what: ClinicAnswered) -> Screen:
    """The clinic's answer, as it comes by itself."""
    visit = what.visit
    if what.discreet:
        text = say(_("💬 <b>The clinic answered your question</b>"))
        return Screen(text, [show_visit(visit)], stays=True)
    text = say(
        _("💬 <b>Answer: {child}, {moment}</b>\n❓ {question}\n\n<b>{who}:</b>\n{answer}"),
        child=visit.child.name,
        moment=moment(visit.slot),
        question=shorten(what.question.text, QUOTED),
        who=_who(what.answer.role),
        answer=what.answer.text,
    )
    return Screen(text, [[_open_visit(visit)]], stays=True)


# The staff


def to_questions(post_id: PostId, count: int) -> Button:
    """The way to what waits."""
    words = _("Questions: {n}").format(n=count)
    return Button(words, taps.Questions(post_id=post_id))


def wait_letter(what: QuestionsWait) -> Screen:
    """That families ask: neither who nor what, which is taken down once it is opened."""
    count = len(what.visits)
    heading = _("❓ <b>{n} new question</b>", "❓ <b>{n} new questions</b>", count)
    if what.again:
        heading = _("⏳ <b>{n} question waits</b>", "⏳ <b>{n} questions wait</b>", count)
    lines = [
        say(
            "№ {number}: {moment}, {doctor}",
            number=visit.number,
            moment=moment(visit.slot),
            doctor=with_initials(visit.slot.doctor.name),
        )
        for visit in what.visits[:VISITS_NAMED]
    ]
    text = say("{heading}\n{lines}", heading=say(heading, n=count), lines=_lines(lines))
    if count > 1:
        return Screen(text, [[Button(_("Open"), taps.Questions(post_id=what.post.id))]], stays=True)
    tap = taps.Question(post_id=what.post.id, question_id=what.question_id)
    return Screen(text, [[Button(_("Open"), tap)]], stays=True)


def waiting(found: Waiting, page: int = 0) -> Screen:
    """What waits, the longest first."""
    post_id, clinic = found.post.id, found.post.clinic
    part = page_of(found.questions, page)
    heading = say(_("❓ <b>Questions: {n}</b>"), n=found.count)
    lines = [
        say(
            _("<b>{child}</b>, {moment}\n{when}: {text}"),
            child=visit.child.name,
            moment=moment(visit.slot),
            when=_when(question.asked_at, clinic),
            text=shorten(" ".join(question.text.split()), SNIPPET),
        )
        for question, visit in part.shown
    ]
    rows = [
        [
            Button(
                brief(visit.child.name, visit.slot, found.now),
                taps.Question(post_id=post_id, question_id=question.id),
            )
        ]
        for question, visit in part.shown
    ]
    rows += turning(part, lambda to: taps.Questions(post_id=post_id, page=to))
    empty = [say(_("Nobody is waiting for an answer."))]
    return Screen(Markup("\n\n").join([heading, *(lines or empty)]), [*rows, [to_desk(post_id)]])


def question(found: OpenQuestion) -> Screen:
    """One question with what came before it, and the way to answer it."""
    post_id, visit, clinic = found.post.id, found.visit, found.post.clinic
    done = [say(_("✅ <b>The answer is sent</b>"))] if found.sent else []
    unreachable = say(_("📵 The family is not in the bot: tell it by phone."))
    until = [each for each in found.thread if each.id <= found.question.id]
    lines = [
        *done,
        _about(visit, found.now, clinic),
        *thread(until, clinic),
        *([] if found.in_bot else [unreachable]),
    ]
    answer = taps.AnswerQuestion(
        post_id=post_id, question_id=found.question.id, seen=len(found.question.answers)
    )
    label = _("Answer") if found.question.is_waiting else _("Add to the answer")
    style = Style.PRIMARY if found.question.is_waiting else None
    rows = [[Button(label, answer, style)]] if found.may_answer else []
    at_visit = day_taps.StaffVisit(post_id=post_id, appointment_id=visit.id)
    return Screen(
        Markup("\n\n").join(lines),
        [
            *rows,
            [Button(_("The visit"), at_visit), Button(_("Questions"), _all(post_id))],
            [to_desk(post_id)],
        ],
    )


def _about(visit: Appointment, now: datetime, clinic: Clinic) -> Markup:
    return say(
        _("👶 <b>{child}</b>\n{moment}, № {number}\n{doctor}"),
        child=child_with_age(visit.child, now, clinic),
        moment=moment(visit.slot),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor, briefly=True),
    )


def answered(found: Answered) -> Screen:
    """What became of typed words."""
    if isinstance(found, AskAnswer):
        return ask_answer(found)
    return unsent(found) if isinstance(found, Unsent) else question(found)


def ask_answer(found: AskAnswer) -> Screen:
    """The answer is to be typed; who reads it is said."""
    clinic = found.post.clinic
    text = say(
        _(
            "{about}\n\n{question}\n\nType the answer in one message, up to {n} characters. The "
            "family reads it from “{who}”, without your name. Nothing about treatment, please."
        ),
        about=_about(found.visit, found.now, clinic),
        question=_asked_line(found.question, clinic),
        n=LONGEST_QUESTION,
        who=_who(found.post.role),
    )
    back = taps.Question(post_id=found.post.id, question_id=found.question.id)
    return Screen(
        again(found.problem, text), [[Button(_("Do not answer"), back), to_desk(found.post.id)]]
    )


def unsent(found: Unsent) -> Screen:
    """Why it was not sent yet; one more tap sends it."""
    clinic, question = found.post.clinic, found.question
    why = {
        Doubt.OVERTAKEN: _("⚠️ <b>A colleague has answered already. Yours was not sent.</b>"),
        Doubt.LIKE_A_SEARCH: _(
            "⚠️ <b>This looks like a search for a child. Nothing was sent to the family.</b>"
        ),
        Doubt.LATE: _(
            "⚠️ <b>The question was opened a while ago. Is this the answer? Nothing was sent.</b>"
        ),
    }[found.doubt]
    lines = [
        say(why),
        _about(found.visit, found.now, clinic),
        *thread([question], clinic),
        say(_("<b>Your words</b>\n{words}"), words=found.words),
    ]
    ids = {"post_id": found.post.id, "question_id": question.id}
    send = taps.SendAnswer(**ids, seen=len(question.answers), words=found.mark)
    return Screen(
        Markup("\n\n").join(lines),
        [
            [Button(_("Send to the family"), send)],
            [Button(_("Do not send"), taps.Question(**ids)), to_desk(found.post.id)],
        ],
    )


def _all(post_id: PostId) -> taps.Questions:
    return taps.Questions(post_id=post_id)


def _lines(lines: Sequence[Markup]) -> Markup:
    return Markup("\n").join(lines)
