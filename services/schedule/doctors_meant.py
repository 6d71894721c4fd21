"""Whom the names in a sheet or a file mean: doctors who are known, perhaps written otherwise, or
new ones. The one rule for all ways in; what it cannot decide is asked, with the row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from services.model.refusals.schedule import DoctorUnclear, SeveralDoctors
from services.rules.names import Likeness, likeness, words_of
from services.rules.typed.lines import has_number


class Named(Protocol):
    """A doctor, in whatever form."""

    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=Named)


@dataclass(frozen=True, slots=True)
class Written:
    """A name as it is written, and where."""

    name: str
    rows: Sequence[int] = ()


@dataclass(slots=True)
class Meant(Generic[NamedT]):
    """Somebody whom names mean."""

    name: str
    """As they are known, or else as they are written most fully."""
    known: NamedT | None
    places: list[int] = field(default_factory=list)
    """Of the names that mean them, among all that are written."""
    written: list[Written] = field(default_factory=list)
    """Those names."""

    def add(self, place: int, each: Written) -> None:
        """Let one more name mean them. Raises `DoctorUnclear`: it contradicts an earlier one."""
        for earlier in self.written:
            if likeness(earlier.name, each.name) is Likeness.OTHER:
                raise DoctorUnclear(each.name, each.rows, [earlier.name])
        self.places.append(place)
        self.written.append(each)

    @property
    def otherwise(self) -> list[str]:
        """The names that are not just how the known one is spelled, or a new one's fullest."""
        others = (each.name for each in self.written)
        return [name for name in others if likeness(name, self.name) is not Likeness.SAME]


def doctors_meant(written: Sequence[Written], present: Iterable[NamedT]) -> list[Meant[NamedT]]:
    """Whom these names mean, in the order in which they are written first.

    One who is called so is meant; else the one whom the initials fit, in the clinic or among those
    who are new with the same sheet.

    Raises:
        SeveralDoctors: of a name there are several at the clinic.
        DoctorUnclear: the initials fit several, or the name is nearly that of somebody, or there
            is a number in a new one.
    """
    found: list[Meant[NamedT]] = [Meant(each.name, each) for each in present]
    fullest_first = sorted(enumerate(written), key=lambda each: -_said(each[1].name))
    for place, each in fullest_first:
        meant = _of(each, found)
        if meant is None:
            found.append(meant := Meant(each.name, None))
        meant.add(place, each)
    return sorted((each for each in found if each.places), key=lambda each: min(each.places))


def _said(name: str) -> int:
    return sum(map(len, words_of(name)))


def _of(each: Written, found: Sequence[Meant[NamedT]]) -> Meant[NamedT] | None:
    """Who of those known so far is meant; None: somebody new."""

    def who(stands: Likeness) -> list[Meant[NamedT]]:
        return [one for one in found if likeness(each.name, one.name) is stands]

    if same := who(Likeness.SAME):
        if len(same) > 1:
            raise SeveralDoctors(each.name, each.rows)
        return same[0]
    fitting, nearly = who(Likeness.INITIALS), who(Likeness.NEARLY)
    if len(fitting) == 1:
        return fitting[0]
    if fitting or nearly or has_number(each.name):
        raise DoctorUnclear(each.name, each.rows, [one.name for one in fitting or nearly])
    return None
