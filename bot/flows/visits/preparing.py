"""What to bring and how to prepare: the clinic's words, or the bot's where it has none."""

from bot.words import Markup, _, say
from services.model.clinic import Reason
from services.model.settings.visit_kinds import KindKey
from services.model.visits import Appointment
from services.rules.ages import age_on


def what_to_bring(visit: Appointment) -> Markup:
    """How to prepare for a visit, under a heading."""
    return say(_("<b>What to bring</b>\n{words}"), words=preparation(visit))


def preparation(visit: Appointment) -> str:
    """How to prepare for a visit, by its reason and the child's age on its day; plain text."""
    clinic = visit.slot.doctor.clinic
    own = clinic.kind(visit.reason).bring or clinic.preparation.get(visit.reason)
    return own or _usual(visit)


def _usual(visit: Appointment) -> str:
    """What clinics commonly ask for; nothing here is required where there is none to show."""
    lines = [
        _("Insurance policy, SNILS and birth certificate, if there is one to show; your passport."),
        _("Shoe covers."),
    ]
    if age_on(visit.child.birth_date, visit.slot.local_start.date()).years < 1:
        lines.append(_("Two swaddles, a nappy, a change of clothes, food and a favourite toy."))
    if particular := _particular(visit.reason):
        lines.append(particular)
    return "\n".join(lines)


def _particular(reason: KindKey) -> str | None:
    words: dict[KindKey, str] = {
        Reason.CHECK_UP: _("The signed consent to the check-up."),
        Reason.VACCINATION: _("The vaccination card. Come only without fever."),
        Reason.CERTIFICATE: _("The form that you were asked for."),
    }
    return words.get(reason)


def proxy() -> str:
    """What whoever comes without a parent has to think of."""
    return _(
        "If you come without a parent, the doctor may ask for a proxy and for the consent that a "
        "parent signed: take both along."
    )
