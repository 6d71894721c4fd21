"""How a clinic offers freed times to those who wait for them."""

from dataclasses import dataclass, field
from datetime import timedelta

from services.model.settings.kinds import Number, YesOrNo
from services.model.settings.moments import Span
from services.model.settings.setting import Group, setting


@dataclass(frozen=True, slots=True)
class Waitlisting:
    """To how many at once, for how long, and in which order."""

    on: bool = field(default=True, metadata=setting(YesOrNo(), Group.WAITLIST, key="wl-on"))
    """Whether families can wait for a time, and freed ones are offered to them."""
    alone: timedelta = field(
        default=timedelta(hours=2),
        metadata=setting(
            Span(5, 24 * 60), Group.WAITLIST, key="wl-alone", at="waitlist.alone_minutes"
        ),
    )
    """How long a time that is far ahead is kept for one family."""
    near: timedelta = field(
        default=timedelta(hours=24),
        metadata=setting(
            Span(0, 7 * 24 * 60), Group.WAITLIST, key="wl-near", at="waitlist.near_minutes"
        ),
    )
    """Times that begin within this are offered to several families at once."""
    families: int = field(
        default=3, metadata=setting(Number(1, 10), Group.WAITLIST, key="wl-families")
    )
    """To how many."""
    together: timedelta = field(
        default=timedelta(minutes=20),
        metadata=setting(
            Span(5, 24 * 60), Group.WAITLIST, key="wl-together", at="waitlist.together_minutes"
        ),
    )
    """For how long."""
    notice: timedelta = field(
        default=timedelta(hours=3),
        metadata=setting(
            Span(0, 7 * 24 * 60), Group.WAITLIST, key="wl-notice", at="waitlist.notice_minutes"
        ),
    )
    """How long before a time somebody who waits has to know of it, where they did not say."""
    unanswered: int = field(
        default=3, metadata=setting(Number(1, 20), Group.WAITLIST, key="wl-unanswered")
    )
    """After so many unanswered offers in a row nothing is offered until the family says so."""
    group_days: int = field(
        default=14, metadata=setting(Number(0, 365), Group.WAITLIST, key="wl-group")
    )
    """By how many days of waiting children of the clinic's groups are ahead; none: not at all."""
    resident_days: int = field(
        default=7, metadata=setting(Number(0, 365), Group.WAITLIST, key="wl-resident")
    )
    """The same of children of the doctor's own district."""
