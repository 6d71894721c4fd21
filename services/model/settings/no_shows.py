"""What a clinic does where families do not come, and says so before they book."""

from dataclasses import dataclass, field

from services.model.settings.kinds import Number, Words, YesOrNo
from services.model.settings.setting import Group, setting


@dataclass(frozen=True, slots=True)
class NoShows:
    """After how many visits to which a child did not come the clinic asks to be phoned."""

    after: int = field(default=0, metadata=setting(Number(0, 20), Group.NO_SHOWS, key="ns-after"))
    """None: the clinic counts nothing, and says nothing."""
    months: int = field(default=6, metadata=setting(Number(1, 36), Group.NO_SHOWS, key="ns-months"))
    """Over how many it counts."""
    rule: str = field(default="", metadata=setting(Words(200), Group.NO_SHOWS, key="ns-rule"))
    """What families read beside the count, in the clinic's words; without them, in the bot's."""
    chat_books: bool = field(
        default=True, metadata=setting(YesOrNo(), Group.NO_SHOWS, key="ns-chat")
    )
    """Whether the chat goes on booking then; otherwise the registry alone does."""


@dataclass(frozen=True, slots=True)
class Missed:
    """To how many visits a child did not come, as the clinic counts them."""

    count: int
    by: NoShows

    @property
    def asks_to_phone(self) -> bool:
        return 0 < self.by.after <= self.count

    @property
    def by_phone_alone(self) -> bool:
        """Whether the chat does not book for the child."""
        return self.asks_to_phone and not self.by.chat_books
