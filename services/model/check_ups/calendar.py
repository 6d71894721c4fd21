"""At which ages a clinic has check-ups, and whether it invites to them."""

from dataclasses import dataclass, field

from services.model.settings.ages import Ages
from services.model.settings.kinds import Words, YesOrNo
from services.model.settings.setting import Group, setting

YEAR = 12
USUAL = (*range(1, YEAR + 1), 15, 18, *range(2 * YEAR, 18 * YEAR, YEAR))
"""By Order 211н of the ministry: monthly in the first year, then at 1 year 3 months, 1 year 6
months, 2 years, and each year."""
IN_DEPTH = tuple(years * YEAR for years in (1, 3, 6, 7, 10, 13, 14, 15, 16, 17))
"""When other doctors see the child, too, by the same order."""


@dataclass(frozen=True, slots=True)
class CheckUpCalendar:
    """A clinic's calendar of check-ups."""

    ages: tuple[int, ...] = field(
        default=USUAL, metadata=setting(Ages(), Group.CHECK_UPS, key="cu-ages")
    )
    """In months; none: the clinic speaks of no check-ups."""
    in_depth: tuple[int, ...] = field(
        default=IN_DEPTH, metadata=setting(Ages(), Group.CHECK_UPS, key="cu-depth")
    )
    """Those of them at which other doctors see the child, too."""
    source: str = field(
        default="Приказ Минздрава России № 211н, действует с 01.09.2025",
        metadata=setting(Words(200), Group.CHECK_UPS, key="cu-source"),
    )
    """Where these ages are from, and since when they hold, in the clinic's words."""
    invites: bool = field(
        default=True, metadata=setting(YesOrNo(), Group.CHECK_UPS, key="cu-invites")
    )
    """Whether families who agreed to that are invited."""
