"""Work that is done for one after another, none of whom waits for what fails for the others."""

from collections.abc import Iterator
from contextlib import contextmanager


class OneByOne:
    """Keeps a mistake until everybody had their turn: whoever fails each time would else stand
    before all who come behind."""

    def __init__(self) -> None:
        self._first: Exception | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Of one of them: what fails within it is kept."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is raised once the others are through
            self._first = self._first or error

    def end(self) -> None:
        """Raise the first mistake, if there was one: somebody has to hear of it."""
        if self._first is not None:
            raise self._first
