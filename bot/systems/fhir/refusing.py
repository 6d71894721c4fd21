"""What a server's refusal means: a table of statuses, and of what a dialect says of its own words.

https://hl7.org/fhir/R4/http.html has the usual meanings; servers differ, see
docs/clinic-systems-adapters.md."""

from datetime import timedelta
from enum import StrEnum

import msgspec

from bot.systems.fhir.resources import Outcome
from bot.systems.talking.dialects import Dialect
from bot.systems.talking.wire import Answer
from services.model.systems.values import Refused
from services.ports.systems.clinic_system import SystemRefused


class Sense(StrEnum):
    """What is to be done about a refusal."""

    TAKEN = "taken"
    """Somebody was quicker: look, and take back what was begun."""
    GONE = "gone"
    """It is no more, or never was."""
    OURS_OR_TAKEN = "ours-or-taken"
    """A rule of the server's own is broken, perhaps by what we ourselves did before: look."""
    AUTHORISE = "authorise"
    THROTTLED = "throttled"
    AWAY = "away"
    """Nothing is known: look it up by our identifier, and say the same again."""
    REFUSED = "refused"


USUAL = {
    401: Sense.AUTHORISE,
    403: Sense.AUTHORISE,
    404: Sense.GONE,
    408: Sense.AWAY,
    409: Sense.TAKEN,
    410: Sense.GONE,
    412: Sense.TAKEN,
    422: Sense.OURS_OR_TAKEN,
    423: Sense.TAKEN,
    425: Sense.AWAY,
    429: Sense.THROTTLED,
}
"""What is not named here is away from 500 on, and refused below."""
STATUS = "status "
"""What begins a dialect's own line of the table: `"status 400" = "taken"`."""

_WHY = {
    Sense.TAKEN: Refused.TAKEN,
    Sense.GONE: Refused.TAKEN,
    Sense.AUTHORISE: Refused.UNAUTHORISED,
    Sense.THROTTLED: Refused.THROTTLED,
    Sense.AWAY: Refused.AWAY,
}


class Said(Exception):
    """The server refused a request."""

    def __init__(self, sense: Sense, refusal: SystemRefused) -> None:
        super().__init__(sense)
        self.sense = sense
        self.refusal = refusal
        """What it is for whoever asked us, unless something is done about it."""

    @property
    def wants_a_look(self) -> bool:
        """Whether reading again tells more than the refusal does."""
        return self.sense in {Sense.TAKEN, Sense.GONE, Sense.OURS_OR_TAKEN}


def check(dialect: Dialect) -> None:
    """Raises `ValueError` where a dialect's own line of the table cannot be."""
    for name, value in dialect.said.items():
        if name.startswith(STATUS):
            status = name.removeprefix(STATUS)
            if not (status.isascii() and status.isdigit() and value in list(Sense)):
                raise ValueError(f"dialect: {name!r} has to be one of {', '.join(Sense)}")


def sense_of(status: int, dialect: Dialect) -> Sense:
    """What a status means on this server."""
    own = dialect.said.get(f"{STATUS}{status}")
    if own is not None:
        return Sense(str(own))
    return USUAL.get(status, Sense.AWAY if status >= 500 else Sense.REFUSED)


def said(
    status: int, outcome: Outcome, dialect: Dialect, *, changes: bool, after: timedelta | None
) -> Said:
    """What a refusal means, by its words where the dialect knows them, and by its status."""
    sense = sense_of(status, dialect)
    meant = dialect.meaning(outcome.words)
    why = meant or _WHY.get(sense, Refused.UNKNOWN)
    if meant and meant is not Refused.TAKEN:
        sense = Sense.REFUSED
    in_doubt = changes and sense is Sense.AWAY
    return Said(sense, SystemRefused(why, in_doubt=in_doubt, after=after))


def outcome_of(answer: Answer) -> Outcome:
    """What the server says about its answer; nothing where it does not say it in FHIR's way."""
    try:
        return msgspec.json.decode(answer.body, type=Outcome, strict=False)
    except msgspec.MsgspecError:
        return Outcome()
