"""What a specification leaves open and a clinic's system has decided: an adapter's own switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from services.model.systems.values import Refused

Value = str | int | bool
_V = TypeVar("_V", str, int, bool)

SAYS = "says "
"""What begins the name of a switch that gives words of the system a meaning."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The switches of one system."""

    said: Mapping[str, Value]

    def text(self, name: str, usual: Mapping[str, Value]) -> str:
        """A switch that is a text, or what it usually is. All of these raise `ValueError` where it
        is of another kind."""
        return self._switch(name, usual, str, "a text")

    def number(self, name: str, usual: Mapping[str, Value]) -> int:
        value = self._switch(name, usual, int, "a number")
        if value < 0:
            raise ValueError(f"dialect: {name!r} has to be 0 or more")
        return value

    def flag(self, name: str, usual: Mapping[str, Value]) -> bool:
        return self._switch(name, usual, bool, "true or false")

    def _switch(self, name: str, usual: Mapping[str, Value], kind: type[_V], words: str) -> _V:
        value = self.said.get(name, usual[name])
        if type(value) is not kind:
            raise ValueError(f"dialect: {name!r} has to be {words}")
        return value

    def meaning(self, words: str) -> Refused | None:
        """What words of the system mean where the clinic says so: `"says возраст" = "wrong-age"`;
        None: nothing is said of them."""
        folded = words.casefold()
        for name, value in self.said.items():
            if name.startswith(SAYS) and name.removeprefix(SAYS).casefold() in folded:
                return Refused(str(value))
        return None

    def check(self, known: Mapping[str, Value], beginnings: tuple[str, ...] = ()) -> None:
        """Raises `ValueError`, in one line, where a switch is unknown, or words mean nothing."""
        for name, value in self.said.items():
            if name.startswith(SAYS):
                _refusal(name, value)
            elif name not in known and not name.startswith(beginnings):
                names = ", ".join(sorted(known))
                raise ValueError(f"dialect: {name!r} is unknown here; known are {names}")


def _refusal(name: str, value: Value) -> None:
    meanings = [each.value for each in Refused]
    if value not in meanings or not name.removeprefix(SAYS).strip():
        raise ValueError(f"dialect: {name!r} has to be one of {', '.join(meanings)}")
