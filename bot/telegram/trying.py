"""Whether an update is being handled for the first time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_before: ContextVar[bool] = ContextVar("this update was tried before", default=False)


@contextmanager
def trying(*, again: bool) -> Iterator[None]:
    """Within it an update is tried, for the first time or again."""
    token = _before.set(again)
    try:
        yield
    finally:
        _before.reset(token)


def tried_before() -> bool:
    """Whether this is no first try: the person did it once, and was let in then. To send them away
    now would lose what they did."""
    return _before.get()
