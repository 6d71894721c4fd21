"""What somebody says whom nobody asked, as far as it changes the answer. Nothing of it is kept, and
nothing is concluded from it: who reads complaints decides about them, and that is a doctor's."""

import re
from enum import Enum, auto


class Heard(Enum):
    """How to answer words that nobody asked for."""

    ILL = auto()
    """They may be about an illness: where to call comes first."""
    THANKS = auto()
    OTHER = auto()


_ILL = re.compile(
    r"\b(?:температур|болит|боли\b|боль\b|болел|болеет|забол|плохо|рвот|рвет|тошн|сып|кашл|кашел|насморк"
    r"|сопл|понос|горло|ухо|ушк|живот|жар\b|озноб|судорог|задых|дыш|аллерг|отек|отрав"
    r"|проглот|подав|упал|удар|ожог|обжег|кровь|кров[ио]|вял|температ|простуд|грипп|орви|ветрянк|корь"
    r"|fever|temperature|sick|ill\b|vomit|rash|cough|throat|pain|hurts?\b|bleed|swallow|allerg)"
)
_THANKS = re.compile(r"\b(?:спасибо|спс|благодар|пасиб|thanks?\b|thank you|thx)")
_LONGEST = 500
"""Characters that are looked at."""


def heard(typed: str) -> Heard:
    """Of thanks and of an illness it is the illness."""
    text = typed[:_LONGEST].casefold().replace("ё", "е")
    if _ILL.search(text):
        return Heard.ILL
    return Heard.THANKS if _THANKS.search(text) else Heard.OTHER
