"""Labels of alike things, told apart by what differs: nobody has to open one to find out (R59)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import TypeAlias, TypeVar

from bot.flows.common.kinds import kind_name
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    brief,
    dated_briefly,
    family_name,
    with_initials,
)
from bot.words import _, clock, short_date, shorten, squeeze
from services.model.clinic import Clinic, District, Doctor
from services.model.ids import ChildId
from services.model.people import Child
from services.model.settings.texts import length
from services.model.settings.visit_kinds import KindKey, VisitKind
from services.model.slots import Slot
from services.model.visits import Appointment

T = TypeVar("T")
Way: TypeAlias = Callable[[T], str]
"""How to call a thing, in what fits."""

LONGEST_TAIL = 14
"""Characters for what tells a thing apart, behind its name."""
LEAST_OF_NAME = 4
"""Characters of a family name that are left before initials."""


def told_apart(things: Sequence[T], *ways: Way[T], most: int = LONGEST_BUTTON) -> list[str]:
    """A label for each thing, no two alike; in order of the things.

    What is called alike by the first way is called by the next one that tells all of it apart; what
    no way tells apart is numbered. So a thing that nothing resembles keeps its simple name.

    Args:
        ways: the simplest first; what they give is cut.
    """
    labels = [shorten(ways[0](thing), most) for thing in things]
    shown = Counter(map(_key, labels))
    for group in _alike(labels):
        for way in ways[1:]:
            said = [shorten(way(things[at]), most) for at in group]
            keys = set(map(_key, said))
            if len(keys) == len(group) and not keys & shown.keys():
                for at, label in zip(group, said, strict=True):
                    labels[at] = label
                shown.update(keys)
                break
    return _numbered(labels, most)


def _alike(labels: Sequence[str]) -> list[list[int]]:
    """Where labels stand that look like others."""
    groups: dict[str, list[int]] = {}
    for at, label in enumerate(labels):
        groups.setdefault(_key(label), []).append(at)
    return [group for group in groups.values() if len(group) > 1]


def _places_of_alike(labels: Sequence[str]) -> set[int]:
    return {at for group in _alike(labels) for at in group}


def _numbered(labels: Sequence[str], most: int) -> list[str]:
    counts = Counter(map(_key, labels))
    taken, numbered = set(counts), []
    numbers: dict[str, Iterator[int]] = {}
    for label in labels:
        said = label
        while counts[_key(label)] > 1 and _key(said) in taken:
            number = next(numbers.setdefault(_key(label), count(1)))
            said = tailed(label, str(number), most)
        taken.add(_key(said))
        numbered.append(said)
    return numbered


def _key(label: str) -> str:
    """What an eye takes for the same."""
    return label.casefold()


def tailed(name: str, tail: str, most: int = LONGEST_BUTTON) -> str:
    """ "Миша · 12.03.2024": the name is cut, what tells it apart is not."""
    return f"{shorten(name, most - 3 - len(tail))} · {tail}"


def children_apart(
    children: Sequence[Child],
    ahead: Mapping[ChildId, Sequence[Appointment]],
    now: datetime,
    most: int = LONGEST_BUTTON,
) -> dict[ChildId, str]:
    """Each child's name; of one name, with the birth date, or with the next visit."""

    def born(child: Child) -> str:
        return tailed(child.name, short_date(child.birth_date), most)

    def expected(child: Child) -> str:
        visits = ahead.get(child.id)
        return tailed(
            child.name, dated_briefly(visits[0].slot, now) if visits else _("no visit"), most
        )

    labels = told_apart(children, lambda child: child.name, born, expected, most=most)
    return {child.id: label for child, label in zip(children, labels, strict=True)}


def doctors_apart(
    doctors: Sequence[Doctor], most: int = LONGEST_BUTTON, name: Way[Doctor] = family_name
) -> list[str]:
    """Each doctor's family name; with initials, in full or with the room where that is needed.

    Args:
        name: what a doctor is called, if not by the family name.
    """

    def initials(doctor: Doctor) -> str:
        return _initialled(doctor, most)

    def in_room(doctor: Doctor) -> str:
        return tailed(with_initials(doctor.name), _room(doctor), most)

    return told_apart(doctors, name, initials, lambda doctor: doctor.name, in_room, most=most)


def colleagues_apart(doctors: Sequence[Doctor], most: int = LONGEST_BUTTON) -> list[str]:
    """ "Петрова А. С.": as `doctors_apart`, with initials in any case."""
    return doctors_apart(doctors, most, lambda doctor: with_initials(doctor.name))


def _initialled(doctor: Doctor, most: int) -> str:
    """ "Петрова А. С.", and "Пет… А. С." where there is little room."""
    family, full = family_name(doctor), with_initials(doctor.name)
    initials = full.removeprefix(family)
    return shorten(family, max(LEAST_OF_NAME, most - length(initials))) + initials


def doctors_with_times(
    rows: Sequence[tuple[Doctor, Slot | None]], now: datetime, most: int = LONGEST_BUTTON
) -> list[str]:
    """ "Петрова · чт 26, 9:15": each with the first time, "—" for none. Who is not told apart
    in the room that the time leaves is called without it (R59)."""
    doctors = [doctor for doctor, _slot in rows]
    named = doctors_apart(doctors, most)
    whens = [dated_briefly(slot, now) if slot else "—" for _doctor, slot in rows]
    least = most - 3 - max(map(length, whens), default=0)
    same_family = _places_of_alike([shorten(family_name(doctor), least) for doctor in doctors])
    lost = _places_of_alike([shorten(_initialled(each, least), least) for each in doctors])
    labels = []
    for at, (doctor, when) in enumerate(zip(doctors, whens, strict=True)):
        room = most - 3 - length(when)
        name = _initialled(doctor, room) if at in same_family else family_name(doctor)
        labels.append(named[at] if at in same_family & lost else tailed(name, when, most))
    return _numbered(labels, most)


def times_apart(slots: Sequence[Slot], now: datetime, name: Way[Doctor] = family_name) -> list[str]:
    """ "Петрова · чт 26, 9:15" of each; with initials, or the room, where two times look alike.

    Args:
        name: what a doctor is called, if not by the family name.
    """

    def initials(slot: Slot) -> str:
        return brief(with_initials(slot.doctor.name), slot, now)

    def room(slot: Slot) -> str:
        return tailed(dated_briefly(slot, now), _room(slot.doctor))

    if name is not family_name:
        return told_apart(slots, lambda slot: brief(name(slot.doctor), slot, now), room)
    return told_apart(
        slots, lambda slot: brief(family_name(slot.doctor), slot, now), initials, _in_full, room
    )


def _in_full(slot: Slot) -> str:
    """The doctor's name has more room without the day."""
    return f"{clock(slot.local_start)} · {slot.doctor.name}"


def named_districts_apart(districts: Sequence[District]) -> list[str]:
    """Each district by its own name; with its doctor where two look alike."""
    return told_apart(
        districts,
        lambda district: district.name,
        lambda district: tailed(
            squeeze(district.name, LONGEST_TAIL - 3), family_name(district.doctor)
        ),
    )


def districts_apart(districts: Sequence[District]) -> list[str]:
    """Each district by its doctor; where that one has several, or another is called alike, also by
    its own name."""
    return told_apart(
        districts,
        lambda district: with_initials(district.doctor.name),
        lambda district: district.doctor.name,
        lambda district: tailed(
            with_initials(district.doctor.name), squeeze(district.name, LONGEST_TAIL)
        ),
    )


def kinds_apart(kinds: Sequence[VisitKind]) -> dict[KindKey, str]:
    """Each kind of visit by its name, in what a button shows."""
    return {
        kind.key: label for kind, label in zip(kinds, told_apart(kinds, kind_name), strict=True)
    }


def clinics_apart(clinics: Sequence[Clinic]) -> list[str]:
    """Each clinic's name; with the address where two look alike."""
    return told_apart(
        clinics,
        lambda clinic: squeeze(clinic.name, LONGEST_BUTTON),
        lambda clinic: tailed(clinic.name, squeeze(clinic.address, LONGEST_TAIL)),
        lambda clinic: squeeze(clinic.address, LONGEST_BUTTON),
    )


def visits_apart(
    visits: Sequence[Appointment], label: Way[Appointment], now: datetime
) -> list[str]:
    """Each visit as `label` calls it; with its time or its number where two look alike."""
    return told_apart(
        visits,
        label,
        lambda visit: tailed(label(visit), dated_briefly(visit.slot, now)),
        lambda visit: tailed(label(visit), f"№\u00a0{visit.number}"),
    )


def _room(doctor: Doctor) -> str:
    return shorten(_("room\u00a0{room}").format(room=doctor.room), LONGEST_TAIL)
