"""Why a typed value would not do."""

from collections.abc import Sequence

from services.model.refusals.base import Refusal


class BadValue(Refusal):
    """What was typed cannot be the value that was asked for."""


class TextMissing(BadValue):
    """Here the clinic has to say something."""


class TextTooLong(BadValue):
    """The text would not fit on the screens that show it."""

    def __init__(self, over: int, most: int) -> None:
        super().__init__(over, most)
        self.over = over
        """Characters too many."""
        self.most = most


class NotOneLine(BadValue):
    """There is room for one line."""


class UnseenCharacter(BadValue):
    """There is a character that no screen shows."""


class NotAPhone(BadValue):
    """No number to be dialled."""


class NotANumber(BadValue):
    """No whole number."""


class NumberOutOfRange(BadValue):
    """Fewer or more than make sense."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class NotASpan(BadValue):
    """Neither minutes nor hours."""


class SpanOutOfRange(BadValue):
    """Shorter or longer than makes sense."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        """Minutes, as `most`."""
        self.most = most


class NotATime(BadValue):
    """No time on a clock."""


class NotADay(BadValue):
    """No day that a calendar has."""


class QuietUnclear(BadValue):
    """Not two times."""


class NotADegree(BadValue):
    """No place on the map."""

    def __init__(self, most: int = 180) -> None:
        super().__init__(most)
        self.most = most
        """Degrees, to either side of zero."""


class NotAZone(BadValue):
    """No time zone that is known."""


class NotAges(BadValue):
    """No ages of a child, or more than make sense."""


class NotYesOrNo(BadValue):
    """None of what there is to choose from."""


class NotOneOf(NotYesOrNo):
    """None of several that have names."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__(choices)
        self.choices = choices


class NotAText(BadValue):
    """A number, or true, where words are wanted."""


class NotACode(BadValue):
    """Nothing that could name a clinic in a link."""


class AgesUnclear(BadValue):
    """No ages, or the first is not before the last."""


class KindNameUnclear(BadValue):
    """What a kind of visit is to be called has a comma, or neither a letter nor a digit."""


class KindUnclear(BadValue):
    """A part of what was typed says nothing of a kind of visit."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part
