"""What operators are told. Kinds, places in the code and minutes; nothing of a person (R34)."""

from bot.words import Markup, _, say


def dead_letter(kind: str, error: str) -> Markup:
    words = _(
        "⚠️ An update could not be handled and was set aside ({kind}): {error}.\n"
        "The person was asked to try again or to call. Please report this place."
    )
    return say(words, kind=kind, error=error)


def given_up(kind: str) -> Markup:
    words = _(
        "⚠️ A message ({kind}) could not be sent and was given up. Whom the clinic has to phone "
        "instead stands on its list; if this happens often: python -m bot doctor."
    )
    return say(words, kind=kind)


def database_away(minutes: int) -> Markup:
    words = _(
        "⚠️ The database has not answered for {minutes} min. Taps wait, and are answered when it is "
        "back. python -m bot doctor says what is wrong."
    )
    return say(words, minutes=minutes)


def database_back(minutes: int) -> Markup:
    return say(_("✅ The database is back; it was away for {minutes} min."), minutes=minutes)


def telegram_back(minutes: int) -> Markup:
    words = _(
        "⚠️ Telegram could not be reached for {minutes} min; now it answers again. "
        "If that happens often: python -m bot doctor."
    )
    return say(words, minutes=minutes)


def webhook_broken(pending: int, error: str) -> Markup:
    words = _(
        "⚠️ Telegram cannot bring its updates, {pending} are waiting: {error}. Look at the proxy "
        "and its certificate; python -m bot doctor says more."
    )
    return say(words, pending=pending, error=error)


def late(minutes: int) -> Markup:
    words = _(
        "⚠️ Reminders and notices are late: the oldest has been due for {minutes} min and nobody "
        "sends it. Is a process running, and can it reach Telegram?"
    )
    return say(words, minutes=minutes)


def system_unwell(clinic: str, minutes: int, waiting: int, stuck: int) -> Markup:
    words = _(
        "⚠️ The own system of clinic {clinic}: times read {minutes} min ago, {waiting} visits "
        "wait, {stuck} only people can settle. python -m bot system check --clinic {clinic} says "
        "more."
    )
    return say(words, clinic=clinic, minutes=minutes, waiting=waiting, stuck=stuck)


def freed_stay(minutes: int, count: int) -> Markup:
    words = _(
        "⚠️ Freed times have not been passed on to those who wait for {minutes} min ({n} on their "
        "way). Look whether a process runs its jobs."
    )
    return say(words, minutes=minutes, n=count)


def job_failed(job: str, error: str) -> Markup:
    words = _("⚠️ The scheduled job {job} failed: {error}. It is tried again at its next time.")
    return say(words, job=job, error=error)


def repeated(words: Markup, more: int) -> Markup:
    """The same, when it happened more often than it was told."""
    if not more:
        return words
    times = say(_("(And {n} time more.)", "(And {n} times more.)", more), n=more)
    return words + Markup("\n") + times
