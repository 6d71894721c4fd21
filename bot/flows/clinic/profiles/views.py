"""What the command line says about a clinic's file, and what its poster says.

Plain text, a line each.
"""

from collections.abc import Callable, Iterator

from bot.documents.clinic_file import MOST_BYTES, Problem, Trouble
from bot.documents.clinic_writing import kind_values, values
from bot.documents.pictures.values import Poster
from bot.documents.streets import write_street
from bot.flows.common.parts import times_follow, told_of
from bot.words import _, shorten
from services.clinic.profiles import Change, ClinicEntry, DoctorEntry
from services.model.clinic import ClinicProfile
from services.model.consents import Purpose
from services.model.refusals import typed
from services.model.refusals.typed import BadValue

_LONGEST_VALUE = 60


def planned(change: Change) -> list[str]:
    """What entering the file would do, before anybody agreed to it."""
    profile = change.after.profile
    about = _("{clinic} ({code}):") if change.before else _("{clinic} ({code}), a new clinic:")
    return [about.format(clinic=profile.name, code=profile.code), *map(_indented, _lines(change))]


def _indented(line: str) -> str:
    return f"  {line}"


def _lines(change: Change) -> Iterator[str]:
    if change.before:
        yield from _changed_values(change.before, change.after)
    for purpose, version in change.versions.items():
        words = _("consents.{purpose}: version {version} is published")
        yield words.format(purpose=purpose, version=version)
    if any(version > 1 for version in change.versions.values()):
        yield _("consents that were given stand")
    yield from _changed_doctors(change.before, change.after)
    if change.after.profile.ill_words_are_draft:
        yield _("ill_words: families do not see them until a doctor has signed them")
    if change.told:
        yield told_of(change.told)
    if change.reminded_anew:
        visits = _("{n} visit ahead", "{n} visits ahead", change.reminded_anew)
        yield _("reminders are planned anew: {visits}").format(
            visits=visits.format(n=change.reminded_anew)
        )
    if change.makes_times_anew:
        yield times_follow(closed=change.moves_clocks)


def _changed_values(before: ClinicEntry, after: ClinicEntry) -> Iterator[str]:
    kinds, others = before.profile.kinds, after.profile.kinds
    earlier, later = values(before) | kind_values(kinds), values(after) | kind_values(others)
    consents = {f"consents.{purpose}" for purpose in Purpose}
    for key in sorted(earlier.keys() | later.keys(), key=list({**earlier, **later}).index):
        if key not in consents and earlier.get(key) != later.get(key):
            yield f"{key}: {_brief(earlier.get(key))} → {_brief(later.get(key))}"
    kept = [kind.key for kind in others if kind.key in {each.key for each in kinds}]
    if kept != [kind.key for kind in kinds]:
        yield _("kind: in another order")


def _brief(value: str | None) -> str:
    return "—" if value is None else shorten(" ".join(value.split()), _LONGEST_VALUE)


def _changed_doctors(before: ClinicEntry | None, after: ClinicEntry) -> Iterator[str]:
    known = {doctor.name: doctor for doctor in before.doctors} if before else {}
    for doctor in after.doctors:
        earlier = known.get(doctor.name)
        if earlier is None:
            who = _("{doctor}, room\u00a0{room}").format(doctor=doctor.name, room=doctor.room)
            yield _("{doctor} (new)").format(doctor=who)
        elif earlier.room != doctor.room:
            words = _("{doctor}: room {before} → {room}")
            yield words.format(doctor=doctor.name, before=earlier.room, room=doctor.room)
        yield from _changed_districts(earlier, doctor)


def _changed_districts(before: DoctorEntry | None, after: DoctorEntry) -> Iterator[str]:
    known = {each.name: each for each in before.districts} if before else {}
    for district in after.districts:
        if district != known.get(district.name):
            streets = "; ".join(map(write_street, district.addresses)) or "—"
            words = _("{doctor}, district “{district}”: {streets}")
            yield words.format(doctor=after.name, district=district.name, streets=streets)
    for name in known.keys() - {each.name for each in after.districts}:
        words = _("{doctor}: district “{district}” is another doctor's")
        yield words.format(doctor=after.name, district=name)


def nothing_to_do() -> str:
    return _("The clinic is already as the file says.")


def ask() -> str:
    """What is asked before a clinic is entered or changed."""
    return _("Enter it? [y/N]")


def acceptable() -> str:
    """What is said of a file that could be entered."""
    return _("The file can be entered.")


def done(change: Change) -> str:
    if change.before:
        return _("The clinic is changed.")
    return _("The clinic is entered. Its doctors' hours come by “schedule import”.")


def poster(clinic: ClinicProfile, link: str) -> Poster:
    """What stands on the clinic's poster; the link opens the bot at it."""
    return Poster(
        clinic=clinic.name,
        call=_("Book a pediatrician in Telegram"),
        link=link,
        steps=[
            _("Point your phone's camera at the code."),
            _("Open the bot and press the button below."),
            _("Choose a doctor and a time that suits you."),
        ],
        registry=_("No Telegram? The registry: {phone}").format(phone=clinic.phone),
        note=_("What you tell the bot goes to the clinic."),
    )


def problem(found: Problem) -> str:
    """What is wrong with the file, and where."""
    if isinstance(found.trouble, BadValue):
        reason = _unfit(found.trouble, found.value)
    else:
        words = _("there is no such key here; did you mean “{meant}”?") if found.meant else ""
        reason = (words or _reason_of(found.trouble)).format(
            meant=found.meant, value=found.value, megabytes=MOST_BYTES // 10**6
        )
    if found.line is not None:
        return _("Line {line}: {problem}").format(line=found.line, problem=reason)
    return f"{found.key}: {reason}" if found.key else reason


def _reason_of(trouble: Trouble) -> str:
    return {
        Trouble.TOO_LARGE: _("The file is larger than {megabytes} MB."),
        Trouble.NOT_UTF8: _("The file is not text in UTF-8: please save it in this encoding."),
        Trouble.NOT_TOML: _(
            "this cannot be read: is a quote missing, or is a key there twice? “clinic template” "
            "makes a file that can."
        ),
        Trouble.UNKNOWN: _("there is no such key here."),
        Trouble.NOT_A_SECTION: _("a section with a heading in brackets is wanted."),
        Trouble.NOT_SECTIONS: _("sections with headings in double brackets are wanted."),
        Trouble.NOT_TEXTS: _("a list of texts in quotes is wanted."),
        Trouble.BAD_STREET: _(
            "“{value}”: a street with its houses is wanted, such as “Sadovaya, 5–21, odd”."
        ),
        Trouble.TWICE: _("“{value}” is there twice."),
    }[trouble]


def _unfit(problem: BadValue, value: str) -> str:
    """Why a value will not do, for somebody who types TOML: what the kinds say to who taps would
    speak of buttons."""
    match problem:
        case typed.TextTooLong():
            words = _("has {value} characters; up to {most} are wanted.")
            return words.format(value=problem.most + problem.over, most=problem.most)
        case typed.NumberOutOfRange() | typed.SpanOutOfRange():
            words = _("“{value}”: a whole number from {least} to {most} is wanted.")
            return words.format(value=value, least=problem.least, most=problem.most)
        case typed.NotADegree():
            words = _("“{value}”: degrees from {least} to {most} are wanted.")
            return words.format(value=value, least=-problem.most, most=problem.most)
        case typed.NotOneOf():
            choices = _(" or ").join(f"“{each}”" for each in problem.choices)
            return _("“{value}”: {choices} is wanted.").format(value=value, choices=choices)
    return FORMS[type(problem)]().format(value=value)


FORMS: dict[type[BadValue], Callable[[], str]] = {
    typed.TextMissing: lambda: _("is missing or empty."),
    typed.NotAText: lambda: _("“{value}”: a text in quotes is wanted."),
    typed.NotOneLine: lambda: _("one line is wanted."),
    typed.UnseenCharacter: lambda: _("there is a character that cannot be shown."),
    typed.NotYesOrNo: lambda: _("“{value}”: true or false is wanted, without quotes."),
    typed.NotAges: lambda: _(
        "“{value}”: ages up to 17 years in quotes are wanted, such as “1-12 мес., 2-17 лет”."
    ),
    typed.AgesUnclear: lambda: _(
        "“{value}”: ages in quotes are wanted, such as “с 3 лет”, “до 1 года” or “всем”."
    ),
    typed.KindNameUnclear: lambda: _("“{value}”: a name with letters and no comma is wanted."),
    typed.NotATime: lambda: _("“{value}”: a time in quotes is wanted, such as 08:00."),
    typed.NotAZone: lambda: _("“{value}”: a time zone is wanted, such as Europe/Moscow."),
    typed.NotACode: lambda: _("“{value}”: 2 to 40 of a–z, 0–9 and the hyphen are wanted."),
    typed.NotAPhone: lambda: _("“{value}”: a phone number of at least five digits is wanted."),
}
