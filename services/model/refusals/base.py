"""What every refusal is, and the two that belong to no subject."""


class Refusal(Exception):
    """A request that the rules of the house do not allow, in the clinic's language."""


class NotFound(Refusal):
    """There is no such thing, or it is not this person's: the two are told alike."""


class AlreadyDone(Refusal):
    """This very update took effect before; what it asked for no longer stands."""
