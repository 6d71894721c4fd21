"""Why something is not to be had at the registry's desk."""

from services.model.refusals.base import Refusal


class NotesNotKept(Refusal):
    """There is no key to encrypt a note with."""


class RulesBent(Refusal):
    """The registry has to say that it bends the clinic's rules here, and which it sees bent."""


class SearchUnclear(Refusal):
    """What was typed at the desk is neither a name with a birth date nor a visit's number."""


class TooManyTries(Refusal):
    """So many wrong codes were typed that no more are looked at today."""


class PlanChanged(Refusal):
    """An absence would do something else by now than was shown."""


class TakenAnew(Refusal):
    """A time without a name is somebody else's than was shown."""


class StillAbsent(Refusal):
    """The doctor does not receive on these days for another reason, too."""


class NotDecided(Refusal):
    """Two cards of a child say different things, and nobody has said yet which is right."""


class CardsChanged(Refusal):
    """Two cards of a child are not as they were shown."""


class VisitsClash(Refusal):
    """Two cards of a child have visits at one time: one has to be moved or cancelled first."""


class SameCard(Refusal):
    """What was to be joined with a card is that very card."""


class ToBeErased(Refusal):
    """A family has asked that everything about it be erased: nothing is joined with it."""


class SomebodyAnswered(Refusal):
    """A family has chosen already: an absence cannot be taken back as a whole any more."""


class KeptElsewhere(Refusal):
    """The time is one of the clinic's own system: who has no name is entered there."""
