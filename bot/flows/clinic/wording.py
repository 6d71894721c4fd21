"""What each setting of a clinic is called, and what it is for: here, and nowhere else.

The chat's screens show it, and the clinic's file explains itself by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.flows.common.kinds import usual_name
from bot.words import _, language
from services.model.clinic import SETTINGS, LegalBasis, Unanswered
from services.model.reserved.times import MOST_TOGETHER
from services.model.settings.ages import Ages
from services.model.settings.kinds import Days, Number, OneOf, Percent, Phone, YesOrNo
from services.model.settings.moments import QuietHours, Span, TimeOfDay
from services.model.settings.places import Place, Zone
from services.model.settings.setting import Group, Setting


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a setting, in the language that is spoken."""

    label: str
    """What it is called, on its button too: up to 25 characters."""
    about: str
    """What it is for, in a sentence or two."""
    ask: str = ""
    """How to answer, where the kind does not say it well enough."""


def wording(key: str) -> Wording:
    """What is said of the setting with this key."""
    return _all(language())[key]


@cache
def _all(_language: str) -> dict[str, Wording]:
    """Of every setting, in the language that is spoken."""
    return {
        **_contacts(),
        **_booking(),
        **_reserved(),
        **_rest(),
        **_texts(),
        **_check_ups(),
        **_no_shows(),
        **_waitlist(),
    }


def _contacts() -> dict[str, Wording]:
    return {
        "code": Wording(
            _("Code"),
            _(
                "Names the clinic in the link of its poster: 2 to 40 of a–z, 0–9 and the hyphen. "
                "It never changes: another code is another clinic."
            ),
        ),
        "name": Wording(_("Clinic's name"), _("As parents know it.")),
        "address": Wording(_("Address"), _("Families see it with every visit.")),
        "way": Wording(_("How to get in"), _("Which entrance, where prams stay.")),
        "map": Wording(_("Point on the map"), _("Families open it in their maps.")),
        "zone": Wording(_("Time zone"), _("It cannot be changed while there are visits ahead.")),
        "phone": Wording(
            _("Registry's phone"),
            _("Families see it with every visit, and where nothing is free."),
        ),
        "home-phone": Wording(
            _("Phone for home calls"), _("Where a doctor is called to the home.")
        ),
        "home-hours": Wording(
            _("Hours of home calls"), _("When calls are taken, in your own words.")
        ),
        "home-terms": Wording(
            _("Home call: where, price"),
            _("Where the doctor comes to and what it costs, in one line."),
        ),
        "urgent": Wording(
            _("Urgent phone"),
            _("Whom to call at the clinic when it cannot wait, beside 103 and 112."),
        ),
        "duty": Wording(_("Duty doctor"), _("Who sees a child today when every time is taken.")),
    }


def _booking() -> dict[str, Wording]:
    return {
        "horizon": Wording(
            _("Open ahead"), _("How many days ahead can be booked, today not counted.")
        ),
        "opens": Wording(_("A new day opens at"), _("The last of these days opens at this hour.")),
        "notice": Wording(
            _("Booking closes before"),
            _("How long before its start a visit can be booked at the latest."),
            _("Write how long: 30 minutes, 2 h"),
        ),
        "hold": Wording(
            _("A time is kept for"),
            _("While a family reads before it books."),
            _("Write how long: 3 minutes; 0 is not at all"),
        ),
        "offer": Wording(
            _("Other times are kept"),
            _("When a doctor is absent: how long a family has to choose."),
            _("Write how long: 2 hours"),
        ),
        "one-visit": Wording(
            _("One visit per doctor"),
            _("Whether a child has only one visit ahead to the same doctor."),
        ),
        "confirm": Wording(
            _("Doctor confirms"),
            _(
                "Whether what a family books waits for the doctor's word. What the registry books "
                "does not; neither does a visit so near that there is no time to ask."
            ),
        ),
        "confirm-in": Wording(
            _("Time to confirm"),
            _("How long the doctor has to answer. Quiet hours do not count."),
        ),
        "confirm-by": Wording(
            _("Confirm ahead by"), _("The answer comes at least so long before the visit.")
        ),
        "unanswered": Wording(
            _("Without an answer"),
            _("What follows if nobody answers in time. The family is told."),
        ),
        "children": Wording(_("Most children"), _("In the care of one adult.")),
        "visits": Wording(_("Most visits ahead"), _("Of all the children of one adult together.")),
        "cancelling": Wording(_("When cancelling"), _("What you ask of who cancels, in one line.")),
    }


def _reserved() -> dict[str, Wording]:
    share = _(
        "How many of each doctor's times nobody else sees until they open. 0: none; families then "
        "hear nothing of it."
    )
    together = _("All shares together keep at most {share} of a day.")
    share += " " + together.format(share=f"{MOST_TOGETHER} %")
    document = _("The registry puts the group down on the child's card, on a document.")
    evening = _("From this hour of the day before, what is left is everybody's.")
    return {
        "r-urgent": Wording(
            _("Urgent today, %"),
            _(
                "How many of each doctor's times nobody can book before the day itself; the "
                "registry can. 0: none."
            ),
        ),
        "r-urgent-at": Wording(
            _("Urgent ones kept until"), _("From this hour of the day itself they are everybody's.")
        ),
        "r-infants": Wording(_("Babies under 1, %"), share),
        "r-infants-at": Wording(_("For babies until"), evening),
        "r-distr": Wording(
            _("Own district, %"),
            share + " " + _("Only of doctors who have a district."),
        ),
        "r-distr-at": Wording(_("For the district until"), evening),
        "r-observ": Wording(_("Observed, %"), share + " " + document),
        "r-observ-at": Wording(_("For observed until"), evening),
        "r-disab": Wording(_("Disabled, %"), share + " " + document),
        "r-disab-at": Wording(_("For disabled until"), evening),
    }


def _rest() -> dict[str, Wording]:
    return {
        "evening": Wording(
            _("On the evening before"),
            _("When families are reminded, unless they wish otherwise."),
        ),
        "before": Wording(
            _("Before the visit"), _("How long before the visit they are reminded once more.")
        ),
        "quiet": Wording(
            _("Quiet hours"), _("The bot writes nothing then, unless it cannot wait.")
        ),
        "answers": Wording(
            _("Doctors answer"),
            _(
                "Whether a parent's question about a visit goes to its doctor, who has to be in "
                "the bot. The registry sees and answers all of them in any case."
            ),
        ),
        "waits": Wording(
            _("Remind to answer after"),
            _("Who can answer is reminded once, outside quiet hours."),
        ),
    }


def _texts() -> dict[str, Wording]:
    document = _("A document of its own. The bot asks for it only where there is a text.")
    prepare = _("How to prepare for this visit. Without your words the bot says the usual ones.")
    return {
        "ill-words": Wording(
            _("If the child is ill"),
            _(
                "What to do then: call, wait, come. 103 and 112, home call and registry stand "
                "beside by themselves. A few sentences are read, a wall of text is not."
            ),
        ),
        "ill-en": Wording(
            _("The same in English"),
            _("“If the child is ill” for who reads English; without it they read the Russian."),
        ),
        "ill-danger": Wording(
            _("Danger signs"),
            _("When to call 103 or 112 at once. Without your list the bot has its own."),
        ),
        "danger-en": Wording(
            _("Danger signs in English"), _("If you have a list of your own: the same in English.")
        ),
        "signed-by": Wording(
            _("Signed by"),
            _(
                "The doctor who approved the words for an ill child and the danger signs. Without "
                "a name families do not see them: the bot asks them to call. Other words are to be "
                "signed anew, and each year the same ones."
            ),
            _("Write the doctor's full name."),
        ),
        "basis": Wording(
            _("Legal basis"),
            _("Why the clinic may keep data (152-FZ, art. 10). Your lawyer knows."),
        ),
        "erase-wait": Wording(
            _("Time to change one's mind"),
            _(
                "After a family asked to be erased; its visits are cancelled at once. Whoever "
                "comes to several clinics has the longest of them."
            ),
            _("Write how long: 24 h; at most 72 h, 0 is not at all"),
        ),
        "processing": Wording(
            _("Text about data"), _("Every family sees it first; without it nobody can book.")
        ),
        "reminders": Wording(_("Text about reminders"), document),
        "news": Wording(_("Text about news"), document),
        "check-ups": Wording(_("Text about check-ups"), document),
        "phone-to-clinic": Wording(_("Text: phone sent on"), document),
        **{
            each.key: Wording(usual_name(each.path[1]), prepare)
            for each in SETTINGS
            if each.group is Group.PREPARATION
        },
    }


def _check_ups() -> dict[str, Wording]:
    return {
        "cu-ages": Wording(
            _("Ages of check-ups"),
            _(
                "At these ages the home screen says that a check-up is possible. Without any, the "
                "bot speaks of none."
            ),
        ),
        "cu-depth": Wording(
            _("In-depth at"), _("At which of these ages other doctors see the child, too.")
        ),
        "cu-source": Wording(
            _("Source of the ages"), _("By which order, and since when: families can read it.")
        ),
        "cu-invites": Wording(
            _("Invite to check-ups"),
            _(
                "Whether families who agreed to that are invited, once at each age. They are asked "
                "where there is a text about check-ups."
            ),
        ),
    }


def _no_shows() -> dict[str, Wording]:
    return {
        "ns-after": Wording(
            _("Missed visits: limit"),
            _(
                "After how many visits to which a child did not come the bot asks the family to "
                "phone. It is said before they book; 0: nothing is counted or said."
            ),
        ),
        "ns-months": Wording(_("Counted over, months"), _("Older ones are not counted.")),
        "ns-rule": Wording(
            _("Your rule in words"),
            _("Families read it beside the count. Without your words the bot says the rule."),
        ),
        "ns-chat": Wording(
            _("The chat goes on booking"),
            _(
                "Whether families can book in the chat then, too. Otherwise they read why not, and "
                "whom to phone; visits that stand are never cancelled by it."
            ),
        ),
    }


def _waitlist() -> dict[str, Wording]:
    return {
        "wl-on": Wording(
            _("Waiting for a time"),
            _(
                "Whether families can wait for a time that becomes free. Such times are offered to "
                "them in turn before anybody else sees them."
            ),
        ),
        "wl-alone": Wording(
            _("Kept for one family"),
            _("How long a time that is far ahead is kept for the family whose turn it is."),
        ),
        "wl-near": Wording(
            _("To several at once"),
            _("Times that begin within this are offered to several families at once."),
        ),
        "wl-families": Wording(
            _("How many families"),
            _("To how many such a time is offered at once: whoever answers first gets it."),
        ),
        "wl-together": Wording(
            _("Kept for several"), _("How long it is kept for these families alone.")
        ),
        "wl-notice": Wording(
            _("Time to get there"),
            _("Nobody is offered a time that begins sooner than this: everybody can book it."),
        ),
        "wl-unanswered": Wording(
            _("Without an answer"),
            _("After so many offers in a row without an answer the family is asked if it waits."),
        ),
        "wl-group": Wording(
            _("Ahead: groups, days"),
            _(
                "Children of the groups for whom you keep times come before those who wait up to "
                "so many days longer; 0: not at all."
            ),
        ),
        "wl-resident": Wording(
            _("Ahead: district, days"),
            _("The same for children of the doctor's own district."),
        ),
    }


def name_of(group: Group) -> str:
    """What the settings of a screen are about."""
    return {
        Group.CONTACTS: _("Contacts"),
        Group.BOOKING: _("Booking"),
        Group.RESERVED: _("Kept times"),
        Group.CONFIRMING: _("The doctor's word"),
        Group.REMINDERS: _("Reminders"),
        Group.QUESTIONS: _("Questions"),
        Group.TEXTS: _("Texts"),
        Group.PREPARATION: _("What to bring"),
        Group.CHECK_UPS: _("Check-ups by age"),
        Group.NO_SHOWS: _("Missed visits"),
        Group.WAITLIST: _("Waiting for a time"),
    }[group]


def choice(value: StrEnum) -> str:
    """What one of several that have names is called."""
    return {
        LegalBasis.CONSENT: _("The parent's consent"),
        LegalBasis.SECRECY: _("Medical secrecy"),
        Unanswered.BOOKED: _("The visit is booked"),
        Unanswered.GIVEN_BACK: _("The time is given back"),
    }[value]


def how_to_answer(setting: Setting) -> str:
    """What to do so that it has another value."""
    return wording(setting.key).ask or _usual(setting)


def _usual(setting: Setting) -> str:
    words = _ANSWERS.get(type(setting.kind))
    return words() if words else _("Write it as it shall be.")


_ANSWERS: dict[type, Callable[[], str]] = {
    Place: lambda: _("Send a location, or write latitude and longitude: 55.77, 37.61"),
    Zone: lambda: _("Choose one, or write a city: Yekaterinburg"),
    Phone: lambda: _("Write the number: +7 495 000-00-01"),
    Number: lambda: _("Write a number."),
    Days: lambda: _("Write a number."),
    Percent: lambda: _("Write how many percent: 10"),
    Span: lambda: _("Write how long: 90 minutes, 2 h"),
    TimeOfDay: lambda: _("Write a time: 8 or 8:30"),
    QuietHours: lambda: _("Write from when until when: 21-7"),
    Ages: lambda: _("Write the ages: 1-12 months, 1 year 3 months, 2-17 years"),
    YesOrNo: lambda: _("Choose:"),
    OneOf: lambda: _("Choose:"),
}
