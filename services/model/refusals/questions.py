"""Why a question about a visit is not taken."""

from services.model.refusals.base import Refusal


class TooLateToAsk(Refusal):
    """The visit was so long ago that nothing is asked about it here any more."""


class TooManyQuestions(Refusal):
    """As many of the person's questions wait for an answer as the clinic can be asked at once."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class AlreadyAnswered(Refusal):
    """A colleague was quicker."""


class TextOnly(Refusal):
    """A photo, a voice message or a file was sent where words are wanted."""
