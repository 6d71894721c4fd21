"""A clinic as a TOML file that its people fill in: read as a whole, and written with its comments.

What was written can be read again, and is the same clinic.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from difflib import get_close_matches
from enum import StrEnum, auto
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from services.clinic.opening import NewDistrict
from services.clinic.profiles import ClinicEntry, DoctorEntry
from services.clinic.settings import (
    ANSWER_WITHIN,
    BEFORE,
    CHILDREN,
    CONFIRM_BEFORE,
    CONFIRM_WITHIN,
    HOLD,
    HORIZON,
    LONGEST_CONSENT,
    LONGEST_ILL_WORDS,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_NOTE,
    NOTICE,
    OFFER,
    VISITS,
)
from services.clinic.value_kinds import LONGEST_PHONE
from services.model.clinic import (
    Addresses,
    ClinicProfile,
    Confirming,
    Hours,
    LegalBasis,
    Limits,
    Position,
    Reason,
    Reminding,
    Side,
    Unanswered,
)
from services.model.consents import Purpose
from services.rules.names import name_key
from services.rules.typed_texts import has_unseen, is_phone, length

MOST_BYTES = 1_000_000
_LONGEST_ROOM = 20

_TEMPLATE = Path(__file__).with_name("clinic.template.toml")
_PLACE = re.compile(r"^\{([a-z_.-]+)\}$", re.MULTILINE)
_CODE = re.compile(r"[a-z0-9-]{2,40}")
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_MINUTE = timedelta(minutes=1)


class Trouble(StrEnum):
    """What is wrong with the file, or with a value."""

    TOO_LARGE = auto()
    NOT_UTF8 = auto()
    NOT_TOML = auto()
    UNKNOWN = auto()
    """A key that means nothing here."""
    MISSING = auto()
    NOT_A_SECTION = auto()
    NOT_SECTIONS = auto()
    """`[[doctor]]`, as many as there are, is wanted."""
    NOT_TEXT = auto()
    NOT_TEXTS = auto()
    TOO_LONG = auto()
    SEVERAL_LINES = auto()
    BAD_CHARACTER = auto()
    BAD_NUMBER = auto()
    BAD_DEGREES = auto()
    NOT_YES_OR_NO = auto()
    BAD_TIME = auto()
    BAD_ZONE = auto()
    BAD_CODE = auto()
    BAD_PHONE = auto()
    BAD_BASIS = auto()
    BAD_SILENCE = auto()
    BAD_STREET = auto()
    TWICE = auto()
    """A doctor or a district that was there before."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that has to be mended in the file, and where."""

    trouble: Trouble
    key: str = ""
    """As "booking.horizon_days", or "doctor[2].room" of the second doctor."""
    value: str = ""
    """What stands there."""
    least: int = 0
    most: int = 0
    line: int | None = None
    """Where the file could not be read any further."""
    meant: str = ""
    """The key that an unknown one is nearest to."""


class BadClinicFile(Exception):
    """The file cannot be entered; all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


# Reading


def read(data: bytes) -> ClinicEntry:
    """The clinic in a file.

    Raises:
        BadClinicFile: something in it is wrong; nothing of it is to be used.
    """
    problems: list[Problem] = []
    file = _Table(_parsed(data), problems)
    entry = ClinicEntry(_profile(file), _consents(file.table("consents")), _doctors(file))
    file.finish(file.known)
    if problems:
        raise BadClinicFile(problems)
    return entry


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise BadClinicFile([Problem(Trouble.TOO_LARGE)])
    try:
        return tomllib.loads(data.decode("utf-8-sig"))  # Notepad puts a mark before the text
    except UnicodeDecodeError:
        raise BadClinicFile([Problem(Trouble.NOT_UTF8)]) from None
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise BadClinicFile([Problem(Trouble.NOT_TOML, line=line)]) from None


class _Table:
    """A section of the file. What is asked for is taken out of it; what is left is unknown."""

    def __init__(self, rest: dict[str, Any], problems: list[Problem], path: str = "") -> None:
        self._rest = rest
        self._problems = problems
        self._path = path
        self._asked: list[str] = []
        self._parts: list[_Table] = []

    def __contains__(self, key: str) -> bool:
        return key in self._rest

    @property
    def known(self) -> list[str]:
        """Every key that was asked for, here and within."""
        here = [self._path + key for key in self._asked]
        return [*here, *(key for part in self._parts for key in part.known)]

    def finish(self, known: Sequence[str]) -> None:
        """Name every key that nobody asked for, and what may have been meant."""
        for key in self._rest:
            meant = _nearest(key, self._asked) or _elsewhere(key, known)
            self._problems.append(Problem(Trouble.UNKNOWN, self._path + key[:60], meant=meant))
        for part in self._parts:
            part.finish(known)

    def _take(self, key: str, otherwise: Any) -> Any:
        """What stands there, and is not unknown from now on."""
        self._asked.append(key)
        return self._rest.pop(key, otherwise)

    def wrong(
        self, trouble: Trouble, key: str, value: object = "", least: int = 0, most: int = 0
    ) -> None:
        self._problems.append(Problem(trouble, self._path + key, _shown(value), least, most))

    def table(self, key: str) -> "_Table":
        """A section within; one that is missing is empty, so that each key of it is named."""
        found = self._take(key, {})
        if not isinstance(found, dict):
            self.wrong(Trouble.NOT_A_SECTION, key)
            found = {}
        return self._part(found, f"{key}.")

    def tables(self, key: str) -> list["_Table"]:
        found = self._take(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.wrong(Trouble.NOT_SECTIONS, key)
            found = []
        return [self._part(each, f"{key}[{at}].") for at, each in enumerate(found, 1)]

    def _part(self, found: dict[str, Any], name: str) -> "_Table":
        part = _Table(found, self._problems, self._path + name)
        self._parts.append(part)
        return part

    def text(self, key: str, most: int, *, needed: bool = True, lines: bool = False) -> str:
        """A text without what surrounds it; in one line, unless several are allowed."""
        found = self._take(key, "")
        if not isinstance(found, str):
            self.wrong(Trouble.NOT_TEXT, key, found)
            return ""
        text = found.strip()
        if needed and not text:
            self.wrong(Trouble.MISSING, key)
        elif length(text) > most:
            self.wrong(Trouble.TOO_LONG, key, length(text), most=most)
        elif "\n" in text and not lines:
            self.wrong(Trouble.SEVERAL_LINES, key)
        elif has_unseen(text):
            self.wrong(Trouble.BAD_CHARACTER, key)
        return text

    def like(self, key: str, pattern: re.Pattern[str], trouble: Trouble, most: int) -> str:
        """A text of a certain form."""
        text = self.text(key, most)
        if text and not pattern.fullmatch(text):
            self.wrong(trouble, key, text)
        return text

    def phone(self, key: str, *, needed: bool = True) -> str:
        text = self.text(key, LONGEST_PHONE, needed=needed)
        if text and not is_phone(text):
            self.wrong(Trouble.BAD_PHONE, key, text)
        return text

    def one_of(self, key: str, known: Collection[str], trouble: Trouble) -> str:
        text = self.text(key, LONGEST_LINE)
        if text and text not in known:
            self.wrong(trouble, key, text)
        return text

    def texts(self, key: str, most: int) -> list[str]:
        """The texts of a list, each up to so long."""
        found = self._take(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self.wrong(Trouble.NOT_TEXTS, key)
            return []
        return [
            self._part({name: each}, "").text(name, most)
            for name, each in ((f"{key}[{at}]", each) for at, each in enumerate(found, 1))
        ]

    def _given(self, key: str) -> Any:
        """What stands there; None, and that is said, where nothing does."""
        if key not in self._rest:
            self.wrong(Trouble.MISSING, key)
        return self._take(key, None)

    def number(self, key: str, least: int, most: int, *, otherwise: int | None = None) -> int:
        """A whole number; it may be missing where it is known what counts otherwise."""
        found = self._given(key) if otherwise is None else self._take(key, otherwise)
        if isinstance(found, int) and not isinstance(found, bool) and least <= found <= most:
            return found
        if found is not None:
            self.wrong(Trouble.BAD_NUMBER, key, found, least=least, most=most)
        return least

    def degrees(self, key: str, most: int) -> float:
        found = self._given(key)
        if (
            isinstance(found, int | float)
            and not isinstance(found, bool)
            and -most <= found <= most  # which "not a number" is not
        ):
            return float(found)
        if found is not None:
            self.wrong(Trouble.BAD_DEGREES, key, found, least=-most, most=most)
        return 0

    def yes_or_no(self, key: str, *, otherwise: bool | None = None) -> bool:
        """Yes or no; it may be missing where it is known what counts otherwise."""
        found = self._given(key) if otherwise is None else self._take(key, otherwise)
        if found is not None and not isinstance(found, bool):
            self.wrong(Trouble.NOT_YES_OR_NO, key, found)
        return found is True

    def time(self, key: str) -> time:
        """A time in quotes, or as TOML has it."""
        found = self._given(key)
        if isinstance(found, time) and found == found.replace(second=0, microsecond=0):
            return found
        if isinstance(found, str) and (match := _TIME.fullmatch(found.strip())):
            return time(int(match[1]), int(match[2]))
        if found is not None:
            self.wrong(Trouble.BAD_TIME, key, found)
        return time.min


def _shown(value: object) -> str:
    """A value in a problem: one short line."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _nearest(key: str, known: Sequence[str]) -> str:
    """The one of the section's keys that looks like it; empty if none does."""
    return next(iter(get_close_matches(key, known, n=1)), "")


def _elsewhere(key: str, known: Sequence[str]) -> str:
    """The key of this name in another section, written out; empty if there is none."""
    return next((each for each in known if each.rpartition(".")[2] == key), "")


def _profile(file: _Table) -> ClinicProfile:
    home_call, booking = file.table("home_call"), file.table("booking")
    reminders, preparation = file.table("reminders"), file.table("preparation")
    questions = file.table("questions")
    return ClinicProfile(
        code=file.like("code", _CODE, Trouble.BAD_CODE, LONGEST_LINE),
        name=file.text("name", LONGEST_NAME),
        zone=_zone(file),
        address=file.text("address", LONGEST_LINE),
        directions=file.text("directions", LONGEST_NOTE, needed=False, lines=True),
        phone=file.phone("phone"),
        urgent_phone=file.phone("urgent_phone", needed=False),
        duty=file.text("duty", LONGEST_NOTE, needed=False, lines=True),
        ill_words=file.text("ill_words", LONGEST_ILL_WORDS, needed=False, lines=True),
        ill_words_signed_by=file.text("ill_words_signed_by", LONGEST_NAME, needed=False),
        legal_basis=_basis(file),
        position=_position(file.table("map")),
        home_call_phone=home_call.phone("phone"),
        home_call_hours=home_call.text("hours", LONGEST_NAME),
        horizon_days=booking.number("horizon_days", *HORIZON),
        opens_at=booking.time("opens_at"),
        notice=booking.number("notice_minutes", *NOTICE) * _MINUTE,
        hold=booking.number("hold_minutes", *HOLD) * _MINUTE,
        offer=booking.number("offer_minutes", *OFFER) * _MINUTE,
        one_visit_per_doctor=booking.yes_or_no("one_visit_per_doctor"),
        doctors_confirm=booking.yes_or_no("doctors_confirm", otherwise=False),
        confirming=_confirming(booking),
        cancellation=booking.text("cancellation", LONGEST_LINE, needed=False),
        limits=Limits(
            booking.number("most_children", *CHILDREN), booking.number("most_visits", *VISITS)
        ),
        reminding=Reminding(
            reminders.time("evening"), reminders.number("before_minutes", *BEFORE) * _MINUTE
        ),
        quiet=Hours(reminders.time("quiet_from"), reminders.time("quiet_until")),
        doctors_answer=questions.yes_or_no("doctors_answer", otherwise=False),
        answer_within=questions.number("answer_within_minutes", *ANSWER_WITHIN, otherwise=240)
        * _MINUTE,
        preparation={
            reason: words
            for reason in Reason
            if (words := preparation.text(reason, LONGEST_NOTE, needed=False, lines=True))
        },
    )


def _zone(file: _Table) -> ZoneInfo:
    known = available_timezones()
    key = file.one_of("zone", known, Trouble.BAD_ZONE)
    return ZoneInfo(key if key in known else "UTC")


def _basis(file: _Table) -> LegalBasis:
    found = file.text("legal_basis", LONGEST_LINE, needed=False) or LegalBasis.CONSENT
    if found in list(LegalBasis):
        return LegalBasis(found)
    file.wrong(Trouble.BAD_BASIS, "legal_basis", found)
    return LegalBasis.CONSENT


def _confirming(table: _Table) -> Confirming:
    """The usual terms, where a file from before says none."""
    usual = Confirming()
    within, before = (each // _MINUTE for each in (usual.within, usual.before))
    then = table.text("unanswered", LONGEST_LINE, needed=False) or usual.unanswered
    if then not in list(Unanswered):
        table.wrong(Trouble.BAD_SILENCE, "unanswered", then)
        then = usual.unanswered
    return Confirming(
        table.number("confirm_within_minutes", *CONFIRM_WITHIN, otherwise=within) * _MINUTE,
        table.number("confirm_before_minutes", *CONFIRM_BEFORE, otherwise=before) * _MINUTE,
        Unanswered(then),
    )


def _position(table: _Table) -> Position | None:
    if "latitude" not in table and "longitude" not in table:
        return None
    return Position(table.degrees("latitude", 90), table.degrees("longitude", 180))


def _consents(table: _Table) -> dict[Purpose, str]:
    texts = {
        purpose: table.text(
            purpose, LONGEST_CONSENT, needed=purpose is Purpose.PROCESSING, lines=True
        )
        for purpose in Purpose
    }
    return {purpose: text for purpose, text in texts.items() if text}


@dataclass(slots=True)
class _Seen:
    """Names, each of which is there once."""

    keys: set[str] = field(default_factory=set)

    def check(self, table: _Table, name: str, key: str) -> None:
        if name and key in self.keys:
            table.wrong(Trouble.TWICE, "name", name)
        self.keys.add(key)


def _doctors(file: _Table) -> list[DoctorEntry]:
    doctors, names, districts = [], _Seen(), _Seen()
    for table in file.tables("doctor"):
        name = table.text("name", LONGEST_NAME)
        names.check(table, name, name_key(name))
        room = table.text("room", _LONGEST_ROOM)
        theirs = [_district(each, districts) for each in table.tables("district")]
        doctors.append(DoctorEntry(name, room, theirs))
    return doctors


def _district(table: _Table, seen: _Seen) -> NewDistrict:
    name = table.text("name", LONGEST_NAME)
    seen.check(table, name, name)
    streets = []
    for at, text in enumerate(table.texts("streets", LONGEST_LINE), 1):
        if street := read_street(text):
            streets.append(street)
        elif text:
            table.wrong(Trouble.BAD_STREET, f"streets[{at}]", text)
    return NewDistrict(name, tuple(streets))


# Streets

_SIDES = {"четные": Side.EVEN, "нечетные": Side.ODD, "even": Side.EVEN, "odd": Side.ODD}
_HOUSES = re.compile(
    r"(?:дома?\s|д\.)?\s*(?:"
    r"(?P<only>\d{1,5})"
    r"|(?:(?:[сc]|from)\s)?\s*(?P<first>\d{1,5})\s*(?:[-–—]|до|по|to)\s*(?P<last>\d{1,5})"
    r"|(?:до|to)\s*(?P<until>\d{1,5})"
    r"|(?:[сc]|from)\s*(?P<since>\d{1,5}))"
)


def read_street(text: str) -> Addresses | None:
    """The houses that "ул. Садовая, 5–21, нечётные" means; None: it is written in another way."""
    street, *rest = (piece.strip() for piece in text.split(","))
    sides, houses = [], []
    for piece in rest:
        folded = piece.casefold().replace("ё", "е")
        if side := _SIDES.get(folded):
            sides.append(side)
        elif found := _HOUSES.fullmatch(folded):
            houses.append(_span(found))
        else:
            return None
    if not any(each.isalnum() for each in street) or len(sides) > 1 or len(houses) > 1:
        return None
    [side], [(first, last)] = sides or [Side.ALL], houses or [(1, None)]
    if first < 1 or (last is not None and last < first):
        return None
    return Addresses(street, side, first, last)


def _span(found: re.Match[str]) -> tuple[int, int | None]:
    first = found["only"] or found["first"] or found["since"] or "1"
    last = found["only"] or found["last"] or found["until"]
    return int(first), int(last) if last else None


def write_street(part: Addresses) -> str:
    """ "ул. Садовая, 5–21, нечётные"."""
    side = {Side.ALL: "", Side.EVEN: "чётные", Side.ODD: "нечётные"}[part.side]
    return ", ".join(piece for piece in (part.street, _houses(part), side) if piece)


def _houses(part: Addresses) -> str:
    if part.last is None:
        return f"с {part.first}" if part.first > 1 else ""
    if part.first == part.last:
        return str(part.first)
    return f"{part.first}–{part.last}" if part.first > 1 else f"до {part.last}"


# And back

_LONG = {"ill_words", *(f"consents.{purpose}" for purpose in Purpose)}
_NOWHERE = Position(55.7558, 37.6173)
"""Stands commented in the file of a clinic that says no place."""
_EXAMPLE = """\
# [[doctor]]
# name = "Фамилия Имя Отчество"
# room = "12"
#
#   [[doctor.district]]
#   name = "участок 1"
#   streets = [
#     "ул. Садовая, нечётные",
#     "пр. Мира, до 40",
#   ]
"""


def template() -> str:
    """The file to be filled in."""
    nobody = ClinicProfile(
        code="",
        name="",
        zone=ZoneInfo("Europe/Moscow"),
        address="",
        phone="",
        home_call_phone="",
        home_call_hours="",
        ill_words="",
    )
    return write(ClinicEntry(nobody, {}))


def write(entry: ClinicEntry) -> str:
    """The file of a clinic, comments included."""
    said = values(entry)

    def fill(place: re.Match[str]) -> str:
        key = place[1]
        if key == "doctors":
            return _written(entry.doctors)
        sign = "" if key in said else "# "
        return f"{sign}{key.rpartition('.')[2]} = {said.get(key) or _nowhere(key)}"

    return f"{_PLACE.sub(fill, _TEMPLATE.read_text('utf-8')).rstrip()}\n"


def _nowhere(key: str) -> float:
    return _NOWHERE.latitude if key == "map.latitude" else _NOWHERE.longitude


def values(entry: ClinicEntry) -> dict[str, str]:
    """Each key with its value as TOML, but for the doctors."""
    profile = entry.profile
    position = profile.position
    place = {"latitude": position.latitude, "longitude": position.longitude} if position else {}
    sections: dict[str, Mapping[str, object]] = {
        "": {
            "code": profile.code,
            "name": profile.name,
            "zone": profile.zone.key,
            "address": profile.address,
            "directions": profile.directions,
            "phone": profile.phone,
            "urgent_phone": profile.urgent_phone,
            "duty": profile.duty,
            "ill_words": profile.ill_words,
            "ill_words_signed_by": profile.ill_words_signed_by,
            "legal_basis": str(profile.legal_basis),
        },
        "map.": place,
        "home_call.": {"phone": profile.home_call_phone, "hours": profile.home_call_hours},
        "booking.": {
            "horizon_days": profile.horizon_days,
            "opens_at": profile.opens_at,
            "notice_minutes": profile.notice // _MINUTE,
            "hold_minutes": profile.hold // _MINUTE,
            "offer_minutes": profile.offer // _MINUTE,
            "one_visit_per_doctor": profile.one_visit_per_doctor,
            "doctors_confirm": profile.doctors_confirm,
            "confirm_within_minutes": profile.confirming.within // _MINUTE,
            "confirm_before_minutes": profile.confirming.before // _MINUTE,
            "unanswered": str(profile.confirming.unanswered),
            "cancellation": profile.cancellation,
            "most_children": profile.limits.children,
            "most_visits": profile.limits.visits,
        },
        "reminders.": {
            "evening": profile.reminding.evening,
            "before_minutes": profile.reminding.before // _MINUTE,
            "quiet_from": profile.quiet.starts,
            "quiet_until": profile.quiet.ends,
        },
        "questions.": {
            "doctors_answer": profile.doctors_answer,
            "answer_within_minutes": profile.answer_within // _MINUTE,
        },
        "preparation.": {reason: profile.preparation.get(reason, "") for reason in Reason},
        "consents.": {purpose: entry.consents.get(purpose, "") for purpose in Purpose},
    }
    said = {section + key: value for section, of in sections.items() for key, value in of.items()}
    return {key: _literal(value, long=key in _LONG) for key, value in said.items()}


_ESCAPED = {code: f"\\u{code:04x}" for code in (*range(32), 127)} | {
    ord("\n"): "\n",
    ord("\t"): "\t",
    ord("\\"): "\\\\",
    ord('"'): '\\"',
}


def _literal(value: object, *, long: bool = False) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if not isinstance(value, str):
        return repr(value)
    escaped = value.translate(_ESCAPED)
    return f'"""\n{escaped}"""' if long or "\n" in value else f'"{escaped}"'


def _written(doctors: Iterable[DoctorEntry]) -> str:
    return "\n".join(_of(doctor) for doctor in doctors) or _EXAMPLE


def _of(doctor: DoctorEntry) -> str:
    lines = ["[[doctor]]", f"name = {_literal(doctor.name)}", f"room = {_literal(doctor.room)}", ""]
    for district in doctor.districts:
        streets = (f"    {_literal(write_street(part))}," for part in district.addresses)
        named = f"  name = {_literal(district.name)}"
        lines += ["  [[doctor.district]]", named, "  streets = [", *streets, "  ]", ""]
    return "\n".join(lines)
