"""How often what goes by chance is tried: a little in each run of the suite, more where there is
time for it (LONG=1 make test)."""

import os

LONG = "LONG" in os.environ


def so_often(times: int) -> int:
    """This often where there is time, a fifth of it in the suite; by other chances each time."""
    return times if LONG else max(2, times // 5)
