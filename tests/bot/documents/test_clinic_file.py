"""A clinic's file: what is wrong is named by its key, and what is written is read the same."""

import re
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.documents.clinic_file import BadClinicFile, Problem, Trouble, read
from bot.documents.clinic_writing import template, write
from bot.documents.streets import read_street, write_street
from bot.flows.clinic.profiles import views as profiles_views
from bot.flows.families.onboarding import views as onboarding_views
from bot.flows.families.settings import views as settings_views
from services.clinic.opening import NewDistrict
from services.clinic.profiles import ClinicEntry, DoctorEntry
from services.clinic.settings import TEXTS
from services.families.consents import Agreement
from services.families.places import AskConsent
from services.model.clinic import (
    LONGEST_CONSENT,
    LONGEST_NAME,
    SETTINGS,
    Addresses,
    Clinic,
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
from services.model.consents import ConsentText, Purpose
from services.model.ids import ClinicId
from services.model.people import Language
from services.model.refusals import typed
from services.model.refusals.typed import BadValue
from services.model.settings.kinds import Part
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind, Whom, key_of
from tests.conftest import CONSENTS, ROMASHKA

STREETS = (
    Addresses("ул. Садовая", Side.ODD),
    Addresses("пр. Мира", last=40),
    Addresses("пр. Мира", Side.EVEN, 42),
    Addresses("ул. Новая", Side.ODD, 5, 21),
    Addresses("Лесной пер.", first=3, last=3),
)
WHOLE = ClinicEntry(
    replace(
        ROMASHKA,
        zone=ZoneInfo("Asia/Omsk"),
        directions="Вход со двора.\nКоляски — слева.",
        duty='Каб. "5"',
        position=Position(54.98, 73.0),
        notice=timedelta(0),
        horizon_days=21,
        opens_at=time(8, 30),
        one_visit_per_doctor=False,
        hold=timedelta(minutes=5),
        offer=timedelta(hours=3),
        limits=Limits(3, 4),
        reminding=Reminding(time(19), timedelta(hours=3)),
        quiet=Hours(time(22), time(6, 30)),
        preparation={Reason.CHECK_UP: "Полотенце."},
        urgent_phone="+7 3812 000-03",
        doctors_confirm=True,
        confirming=Confirming(timedelta(hours=8), timedelta(0), Unanswered.GIVEN_BACK),
        cancellation="Отмените, пожалуйста, за два часа.",
        legal_basis=LegalBasis.SECRECY,
        doctors_answer=True,
        answer_within=timedelta(hours=2),
    ),
    CONSENTS,
    [DoctorEntry("Ким О. В.", "14"), DoctorEntry("Орлова И. П.", "15", [])],
)
WITH_STREETS = replace(
    WHOLE, doctors=[DoctorEntry("Ким О. В.", "14", [NewDistrict("участок 1", STREETS)])]
)


def same(entry: ClinicEntry) -> ClinicEntry:
    """The entry in a form that can be compared."""
    doctors = [DoctorEntry(each.name, each.room, list(each.districts)) for each in entry.doctors]
    return replace(entry, doctors=doctors)


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(BadClinicFile) as refused:
        read(text.encode())
    return list(refused.value.problems)


@pytest.mark.parametrize("entry", [WHOLE, WITH_STREETS, ClinicEntry(ROMASHKA, CONSENTS, [])])
def test_what_is_written_is_read_the_same(entry: ClinicEntry) -> None:
    """Every value survives, with a mark before the text and Windows' ends of lines too."""
    written = write(entry)

    assert same(read(written.encode())) == same(entry)
    assert same(read(written.replace("\n", "\r\n").encode("utf-8-sig"))) == same(entry)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n\t"\\')))
def test_any_text_survives(text: str) -> None:
    """Quotes and backslashes, wherever they stand."""
    told = "x" + text[:100] + "x"
    entry = replace(WHOLE, profile=replace(WHOLE.profile, ill_words=told))

    assert read(write(entry).encode()).profile.ill_words == told


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=18)
"""Up to twice as long as they are counted: a letter beyond the first plane counts for two."""


@st.composite
def any_kind(draw: st.DrawFn, key: KindKey) -> VisitKind:
    """A kind of visit as a clinic may arrange it."""
    since = draw(st.integers(0, 17 * 12))
    until = draw(st.none() | st.integers(since + 1, 18 * 12 - 1))
    minutes = draw(st.none() | st.integers(5, 240))
    own = not VisitKind(key).is_everywhere
    return VisitKind(
        key,
        name=f"{draw(WORDS)} {key.number}" if own or draw(st.booleans()) else "",
        name_en=draw(st.just("") | WORDS),
        since=since,
        until=until,
        whom=Whom.ILL if key == Reason.ILLNESS else draw(st.sampled_from(Whom)),
        length=None if minutes is None else timedelta(minutes=minutes),
        price=draw(st.sampled_from(["", "2 400 ₽", 'по "ДМС"'])),
        bring=draw(st.sampled_from(["", "Шапочку.\nПолотенце."])) if own else "",
        named_only=draw(st.booleans()),
        at_desk=draw(st.booleans()),
        hidden=draw(st.booleans()),
    )


@given(st.data(), st.permutations([*map(key_of, range(1, 12))]))
def test_kinds_of_visit_survive_in_their_order(data: st.DataObject, keys: list[KindKey]) -> None:
    """Whatever a clinic arranged in the chat comes out of its file, and in again."""
    kinds = tuple(data.draw(any_kind(key)) for key in keys)
    entry = replace(WHOLE, profile=replace(WHOLE.profile, kinds=kinds))

    assert read(write(entry).encode()).profile.kinds == kinds


def test_a_new_kind_needs_a_name_alone() -> None:
    """What its section is silent about is as usual; a file without sections says nothing."""
    written = write(WHOLE)
    pool = '[[kind]]\nname = "Справка в бассейн"\nages = "с 3 лет"\nminutes = 10'
    found = read(written.replace("\n[[kind]]", f"\n{pool}\n\n[[kind]]", 1).encode()).profile.kinds

    new = VisitKind(KindKey(), "Справка в бассейн", since=36, length=timedelta(minutes=10))
    assert found == (new, *USUAL_KINDS)
    without = re.sub(r"^\[\[kind\]\]\n(?:\w.*\n)+", "", written, flags=re.MULTILINE)
    assert read(without.encode()).profile.kinds == ()


def test_the_template_names_what_is_to_be_filled_in() -> None:
    """Nothing else is wrong with it: the rest has values that can stay."""
    found = problems_of(template())

    assert {type(each.trouble) for each in found} == {typed.TextMissing}
    assert [each.key for each in found] == [
        "code",
        "name",
        "phone",
        "address",
        "home_call.phone",
        "home_call.hours",
        "consents.processing",
    ]


@pytest.mark.parametrize(
    ("old", "new", "trouble", "key"),
    [
        ('code = "romashka"', 'code = "Ромашка"', typed.NotACode, "code"),
        ('code = "romashka"', 'code = "r"', typed.NotACode, "code"),
        ('code = "romashka"', "code = 5", typed.NotAText, "code"),
        ('zone = "Asia/Omsk"', 'zone = "Asia/Nowhere"', typed.NotAZone, "zone"),
        ('zone = "Asia/Omsk"', 'zone = "../Omsk"', typed.NotAZone, "zone"),
        ('phone = "+7 495 000-00-01"', 'phone = "по городу"', typed.NotAPhone, "phone"),
        ('phone = "+7 495 000-00-01"', 'phone = "12-34"', typed.NotAPhone, "phone"),
        ('phone = "+7 495 000-00-01"', 'phone = "кв. 12345"', typed.NotAPhone, "phone"),
        ('legal_basis = "secrecy"', 'legal_basis = "law"', typed.NotOneOf, "legal_basis"),
        (
            'unanswered = "given-back"',
            'unanswered = "never"',
            typed.NotOneOf,
            "booking.unanswered",
        ),
        (
            "confirm_within_minutes = 480",
            "confirm_within_minutes = 5",
            typed.SpanOutOfRange,
            "minutes",
        ),
        ('address = "ул. Садовая, 7"', 'address = "а\\nб"', typed.NotOneLine, "address"),
        (
            'address = "ул. Садовая, 7"',
            'address = "а\\u0000"',
            typed.UnseenCharacter,
            "address",
        ),
        ("horizon_days = 21", "horizon_days = 0", typed.NumberOutOfRange, "booking.horizon_days"),
        (
            "horizon_days = 21",
            "horizon_days = true",
            typed.NumberOutOfRange,
            "booking.horizon_days",
        ),
        ("horizon_days = 21", "horizon_days = 2.5", typed.NumberOutOfRange, "booking.horizon_days"),
        ("horizon_days = 21", "", typed.TextMissing, "booking.horizon_days"),
        ("horizon_days = 21", "horizn = 21\nhorizon_days = 21", Trouble.UNKNOWN, "booking.horizn"),
        ('opens_at = "08:30"', 'opens_at = "25:00"', typed.NotATime, "booking.opens_at"),
        (
            "one_visit_per_doctor = false",
            'one_visit_per_doctor = "no"',
            typed.NotYesOrNo,
            "booking.one_visit_per_doctor",
        ),
        ("latitude = 54.98", "latitude = 91", typed.NotADegree, "map.latitude"),
        ("latitude = 54.98", "latitude = nan", typed.NotADegree, "map.latitude"),
        ("latitude = 54.98", "", typed.TextMissing, "map.latitude"),
        ('room = "14"', 'room = ""', typed.TextMissing, "doctor[1].room"),
        ('key = "repeat"', 'key = "again"', typed.NotOneOf, "kind[3].key"),
        ('key = "repeat"', 'key = "illness"', Trouble.TWICE, "kind[3].key"),
        ('key = "repeat"\nname = ""', 'key = "k9"', typed.TextMissing, "kind[3].name"),
        (
            'key = "repeat"\nname = ""',
            'key = "k9"\nname = "Справка, ещё"',
            typed.KindNameUnclear,
            "name",
        ),
        ('key = "repeat"', 'key = "repeat"\nages = "до 40 лет"', typed.AgesUnclear, "kind[3].ages"),
        ('key = "illness"', 'key = "illness"\nwhom = "any"', typed.NotOneOf, "kind[1].whom"),
        ('key = "repeat"', 'key = "repeat"\nminutes = 3', typed.SpanOutOfRange, "kind[3].minutes"),
        ('key = "repeat"', 'key = "repeat"\nbring = "X"', Trouble.UNKNOWN, "kind[3].bring"),
        ('"Лесной пер., 3"', '"Лесной пер., к 3"', Trouble.BAD_STREET, "streets[5]"),
        ('"Лесной пер., 3"', '"Лесной пер., 9–3"', Trouble.BAD_STREET, "streets[5]"),
        ('"Лесной пер., 3"', '""', typed.TextMissing, "doctor[1].district[1].streets[5]"),
    ],
)
def test_a_bad_value_is_named_by_its_key(
    old: str, new: str, trouble: Trouble | type[BadValue], key: str
) -> None:
    """And nothing else is."""
    written = write(WITH_STREETS)
    assert old in written
    [found] = problems_of(written.replace(old, new, 1))

    assert trouble in (found.trouble, type(found.trouble))
    assert found.key.endswith(key)


@pytest.mark.parametrize(
    ("old", "new", "key", "meant"),
    [
        ("horizon_days = 21", "horizon_days = 21\nopen_at = 8", "booking.open_at", "opens_at"),
        ("phone = ", "phne = 1\nphone = ", "phne", "phone"),
        ("[map]", "horizon_days = 1\n[map]", "horizon_days", "booking.horizon_days"),
        ("[booking]", "[boking]\n[booking]", "boking", "booking"),
        ("[booking]", "[xyz]\n[booking]", "xyz", ""),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_one(
    old: str, new: str, key: str, meant: str
) -> None:
    """A slip of the pen, and a value under another heading; nothing is guessed in the end."""
    [found] = problems_of(write(WHOLE).replace(old, new, 1))

    assert (found.trouble, found.key, found.meant) == (Trouble.UNKNOWN, key, meant)
    with words.speaking(words.load(), Language.RUSSIAN):
        assert (f"«{meant}»" in profiles_views.problem(found)) == bool(meant)


def test_a_file_from_before_there_were_more_keys_can_be_entered() -> None:
    """What it does not know of is as it is for a new clinic."""
    lines = write(WHOLE).splitlines()
    new = (
        "urgent_phone",
        "doctors_confirm",
        "confirm_within_minutes",
        "confirm_before_minutes",
        "unanswered",
        "cancellation",
        "legal_basis",
        "ill_words_signed_by",
        "[questions]",
        "doctors_answer",
        "answer_within_minutes",
    )
    old = "\n".join(line for line in lines if not line.startswith(new))
    profile = read(old.encode()).profile

    assert (profile.urgent_phone, profile.doctors_confirm, profile.cancellation) == ("", False, "")
    assert profile.confirming == Confirming()
    assert (profile.legal_basis, profile.signed_ill_words) == (LegalBasis.CONSENT, "")
    assert (profile.doctors_answer, profile.answer_within) == (False, timedelta(hours=4))


def test_all_problems_are_named_at_once() -> None:
    """Nobody has to try again for each."""
    written = write(WITH_STREETS).replace("horizon_days = 21", "horizon_days = 500")
    found = problems_of(written.replace('"romashka"', '"Р"').replace('"14"', f'"{"1" * 21}"'))

    assert [each.key for each in found] == ["code", "booking.horizon_days", "doctor[1].room"]
    assert repr(found[1].trouble) == repr(typed.NumberOutOfRange(1, 180))


def test_a_doctor_and_a_district_are_there_once() -> None:
    """However the doctor is spelled."""
    twice = [DoctorEntry("Ким О. В.", "1"), DoctorEntry("КИМ О.В.", "2")]
    district = NewDistrict("участок 1", STREETS)
    shared = [DoctorEntry("А", "1", [district]), DoctorEntry("Б", "2", [district])]

    for doctors, key in ((twice, "doctor[2].name"), (shared, "doctor[2].district[1].name")):
        [found] = problems_of(write(replace(WHOLE, doctors=doctors)))
        assert (found.trouble, found.key) == (Trouble.TWICE, key)


@pytest.mark.parametrize(
    ("data", "trouble", "line"),
    [
        ("Код".encode("cp1251"), Trouble.NOT_UTF8, None),
        (b'code = "a"\nname = "b\n', Trouble.NOT_TOML, 2),
        (b"a = " + b"[" * 50_000, Trouble.NOT_TOML, None),
        (b"#" * 1_000_001, Trouble.TOO_LARGE, None),
    ],
)
def test_what_is_no_such_file(data: bytes, trouble: Trouble, line: int | None) -> None:
    """It is refused at once, with the line where that is known."""
    with pytest.raises(BadClinicFile) as refused:
        read(data)

    [found] = refused.value.problems
    assert (found.trouble, found.line) == (trouble, line)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("пр. Мира, до 40", Addresses("пр. Мира", last=40)),
        ("пр. Мира, с 41, Чётные", Addresses("пр. Мира", Side.EVEN, 41)),
        ("пр. Мира, нечетные, 5-21", Addresses("пр. Мира", Side.ODD, 5, 21)),
        ("пр. Мира, с 5 по 21", Addresses("пр. Мира", Side.ALL, 5, 21)),
        ("Mira, from 5 to 21, odd", Addresses("Mira", Side.ODD, 5, 21)),
        ("пр. Мира, дом 5", Addresses("пр. Мира", Side.ALL, 5, 5)),
        ("пр. Мира, чётные, нечётные", None),
        ("пр. Мира, 5, 7", None),
        ("пр. Мира, 0–7", None),
        ("—", None),
    ],
)
def test_streets_as_people_write_them(text: str, meant: Addresses | None) -> None:
    """A word that is not understood is never taken for a part of the street's name."""
    assert read_street(text) == meant
    assert meant is None or read_street(write_street(meant)) == meant


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("purpose", Purpose)
def test_the_longest_consent_fits_a_message(language: Language, purpose: Purpose) -> None:
    """With its heading and the clinic's name: 4096 characters at most; one more is refused."""
    profile = replace(ROMASHKA, name="Ш" * LONGEST_NAME)
    clinic = Clinic(
        id=ClinicId(1), **{name: getattr(profile, name) for name in profile.__dataclass_fields__}
    )
    text = ConsentText(clinic.id, purpose, 1, "я" * LONGEST_CONSENT)
    with words.speaking(words.load(), language):
        shown = [
            settings_views.agreement(Agreement(clinic, text)).text,
            onboarding_views.consent(AskConsent(clinic, text)).text,
        ]
    assert all(LONGEST_CONSENT < len(each) <= 4096 for each in shown)

    consents = {**CONSENTS, purpose: text.text + "я"}
    [found] = problems_of(write(ClinicEntry(ROMASHKA, consents)))
    assert (type(found.trouble), found.key) == (typed.TextTooLong, f"consents.{purpose}")


UNFIT = (
    typed.TextMissing(),
    typed.TextTooLong(3, 100),
    typed.NumberOutOfRange(1, 2),
    typed.NotADegree(90),
    typed.NotOneOf(("a", "b")),
    *(each() for each in profiles_views.FORMS if each is not typed.TextMissing),
)


@pytest.mark.parametrize("language", Language)
def test_every_trouble_has_words(language: Language) -> None:
    """Different ones, with the key in front and no place left unfilled."""
    troubles: list[Trouble | BadValue] = [*Trouble, *UNFIT]
    with words.speaking(words.load(), language):
        said = {profiles_views.problem(Problem(each, "some.key", "x")) for each in troubles}

    assert len(said) == len(troubles)
    assert all(text.startswith("some.key: ") and "{" not in text for text in said)


def refused(part: Part, plain: object) -> BadValue | None:
    """Why a file may not say this there."""
    try:
        part.check(part.kept(plain))
    except BadValue as problem:
        return problem
    return None


def test_why_a_setting_will_not_do_can_be_told() -> None:
    """Whatever stands at its key, of whatever type."""
    odd: list[object] = ["", "\x00", "?", "?" * 5000, 10**9, -1.5, [], {}, False, float("nan")]
    parts = [part for each in (*SETTINGS, *TEXTS) for part in each.kind.parts]
    problems = [refused(part, plain) for part in parts for plain in odd]
    with words.speaking(words.load(), Language.RUSSIAN):
        assert all(profiles_views.problem(Problem(each)) for each in problems if each)
