"""What a clinic says of missed visits and of how much one person can have, before anybody books."""

from collections.abc import Iterator

from bot.words import Markup, _, say
from services.model.clinic import Clinic
from services.model.settings.no_shows import Missed, NoShows


def counted(missed: Missed, clinic: Clinic) -> Markup:
    """How often a child did not come, the clinic's rule, and what that means now."""
    lines = [say("⚠️ {count}", count=_count(missed)), say("{rule}", rule=_rule(missed.by, clinic))]
    if missed.by_phone_alone:
        lines.append(
            say(
                _(
                    "So the registry books now: {phone}. What is booked stays, and can be moved "
                    "here; an ill child is booked here, too."
                ),
                phone=clinic.phone,
            )
        )
    elif missed.asks_to_phone:
        lines.append(
            say(_("Please call: {phone}. You can book here all the same."), phone=clinic.phone)
        )
    return Markup("\n").join(lines)


def refused(missed: Missed, phone: str) -> str:
    """The same in an alert."""
    words = _("{count} The clinic books by phone now: {phone}. What is booked stays.")
    return words.format(count=_count(missed), phone=phone)


def limits(clinic: Clinic) -> Iterator[Markup]:
    """For the clinic's card: what holds for everybody."""
    yield say(
        _("Of one adult here: children, {children} at most; visits ahead, {visits} at most."),
        children=clinic.limits.children,
        visits=clinic.limits.visits,
    )
    if clinic.no_shows.after:
        yield say("{rule}", rule=_rule(clinic.no_shows, clinic))


def nearly_full(count: int, most: int) -> bool:
    """Whether it is worth saying how much there may be: at the last one, and when there is none
    left."""
    return 0 < count >= most - 1


def _count(missed: Missed) -> str:
    n = missed.count
    words = _("Did not come {n} time in {months}.", "Did not come {n} times in {months}.", n)
    return words.format(n=n, months=_months(missed.by.months))


def _rule(rule: NoShows, clinic: Clinic) -> str:
    if rule.rule:
        return rule.rule
    visits = _("{n} missed visit", "{n} missed visits", rule.after).format(n=rule.after)
    return _("After {visits} in {months} the clinic asks for a call: {phone}.").format(
        visits=visits, months=_months(rule.months), phone=clinic.phone
    )


def _months(months: int) -> str:
    return _("{n} month", "{n} months", months).format(n=months)
