"""That a family gets everything that is kept about it, and nothing of others (R74)."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.flows.families.privacy.family_file import adapter
from services.model.clinic import Clinic
from services.model.people import PhoneNumber
from storage.tables.base import Base
from tests.conftest import House, StillClock

ABOUT_NOBODY = {
    "zones",
    "house",
    "forgotten",
    "clinics",
    "doctors",
    "districts",
    "addresses",
    "schedule_rules",
    "schedule_exceptions",
    "holidays",
    "ill_counts",
    "freed_times",
    "leaves",
    "delays",
    "slots",
    "taken_slots",
    "released_times",
    "consent_texts",
    "broadcasts",
    "replannings",
    "invitations",
    "leases",
    "handled_updates",
    "dead_letters",
    "absences",
    "clinic_systems",
    "system_slots",
}
"""Tables without a word about a family."""
LEFT_OUT = {
    "code_tries": "that a wrong code was typed, kept for an hour",
    "visit_codes": "the hash of a code that was said over the phone, kept for days",
    "care_invitations": "whom a parent wanted to let help, kept for days; who helps is said",
    "export_links": "the hash of a link to this very file, kept for an hour",
    "spoken": "which message of the asker's own chat speaks of which visit",
    "joined_children": "under which other id the journal speaks of a child: what it says is there",
    "absent_visits": "what the visit's own history says as well",
    "journal_subjects": "which numbers in the journal mean the child: what they say is told",
    "system_patients": "how a clinic's own system calls the child: the clinic says it itself",
    "system_bookings": "what the visit's own history says; what was sent is in the bot's list",
    "wait_doctors": "with whom a time would do; what was offered says the doctor",
    "wait_seen": "what stood free when the asker began to wait: nothing of theirs",
    "owed_answers": "an answer on its way to the asker's chat, kept for minutes",
}
"""What nobody learns anything from, and why it is left out."""
SAID = {
    "persons",
    "reminder_wishes",
    "children",
    "check_ups",
    "uninvited_children",
    "waits",
    "wait_children",
    "wait_offers",
    "wait_offer_times",
    "care",
    "phones",
    "child_groups",
    "consents",
    "declined_consents",
    "paper_consents",
    "consent_events",
    "staff",
    "appointments",
    "appointment_changes",
    "calendar_files",
    "offers",
    "staff_notes",
    "questions",
    "answers",
    "calls",
    "notifications",
    "conversations",
    "holds",
    "first_asks",
    "access_records",
    "erasures",
}


def test_every_table_is_said_or_left_out_for_a_reason() -> None:
    """Whoever adds a table says here whether a family gets what is in it."""
    assert ABOUT_NOBODY | SAID | LEFT_OUT.keys() == Base.metadata.tables.keys()


async def test_nothing_of_the_family_is_missing(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """A canary in each table that speaks of the family is in what it gets (R74)."""
    mother = await house.parent(77001, clinic)
    child = await house.child(mother, "Канарейка")
    doctor = (await house.doctors(clinic))[0]
    slot, offered, held = (await house.free_times(mother, child.id, doctor))[:3]
    visit = await house.book(mother, child.id, slot)
    now = clock()
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_person(mother, PhoneNumber("+79160000001"), now)
        await tx.phones.keep_for_child(child.id, clinic.id, PhoneNumber("+79160000002"), now)
        await tx.notes.keep(visit.id, "заметка-канарейка", now)
        await tx.questions.add(visit.id, mother, "вопрос-канарейка", now, to_doctor=False)
    rows: dict[str, dict[str, Any]] = {
        "staff": {
            "clinic_id": clinic.id,
            "person_id": mother,
            "role": "registrar",
            "name": "имя-на-работе",
            "since": now,
        },
        "declined_consents": {
            "person_id": mother,
            "clinic_id": clinic.id,
            "purpose": "news",
            "version": 1,
            "declined_at": now,
        },
        "offers": {
            "slot_id": offered.id,
            "appointment_id": visit.id,
            "until": now + timedelta(hours=2),
        },
        "holds": {"slot_id": held.id, "person_id": mother, "until": now + timedelta(minutes=3)},
        "first_asks": {
            "clinic_id": clinic.id,
            "day": date(2026, 11, 1),
            "child_id": child.id,
            "asked_at": now,
            "earliest": now,
        },
        "calls": {
            "appointment_id": visit.id,
            "sequence": 0,
            "clinic_id": clinic.id,
            "wanted_at": now,
        },
        "reminder_wishes": {
            "person_id": mother,
            "evening": True,
            "evening_at": None,
            "soon": True,
            "before_minutes": 95,
            "discreet": False,
        },
    }
    async with house.engines.writing.begin() as connection:
        for table, row in rows.items():
            await connection.execute(insert(Base.metadata.tables[table]).values(row))
        post = (await connection.execute(select(Base.metadata.tables["staff"].c.id))).scalar_one()
        more: dict[str, dict[str, Any]] = {
            "paper_consents": {
                "clinic_id": clinic.id,
                "child_id": child.id,
                "version": 1,
                "text_sha256": "0" * 64,
                "recorded_by": post,
                "recorded_at": now,
            },
            "answers": {
                "question_id": 1,
                "number": 1,
                "post_id": post,
                "text": "ответ-канарейка",
                "at": now,
            },
            "calendar_files": {"person_id": mother, "appointment_id": visit.id},
            "access_records": {
                "clinic_id": clinic.id,
                "number": 1,
                "post_id": post,
                "role": "registrar",
                "access": "card",
                "child_id": child.id,
                "at": now,
                "hash": "0" * 64,
            },
        }
        for table, row in more.items():
            await connection.execute(insert(Base.metadata.tables[table]).values(row))

    found = await house.services.own_data.all(mother)

    (misha,) = found.children
    (told,) = misha.visits
    text = adapter().dump_json(found).decode()
    for canary in (
        "Канарейка",
        "77001",
        "+79160000001",
        "вопрос-канарейка",
        "ответ-канарейка",
        "имя-на-работе",
    ):
        assert canary in text
    assert "заметка-канарейка" not in text  # colleagues' words: that there are some is said
    assert told.note_since
    assert told.in_your_calendar
    assert "+79160000002" not in text  # it may be another adult's: its end is said
    assert [each.ends_in for each in misha.phones] == ["02"]
    assert [len(each) for each in (told.changes, told.offers, told.calls)] == [1, 1, 1]
    assert [len(each) for each in (misha.looks, misha.searches, misha.consents_on_paper)] == [
        1,
        1,
        1,
    ]
    assert (len(found.refusals), len(found.times_kept)) == (1, 1)
    assert found.you
    assert found.you.reminders
    assert found.you.reminders.minutes_before == 95


async def test_what_a_newer_version_sent_is_in_it_too(house: House, clinic: Clinic) -> None:
    """R78: a message of a kind that this one does not know is told of all the same."""
    mother = await house.parent(77001, clinic)
    child = await house.child(mother)
    [slot, *_] = await house.free_times(mother, child.id, (await house.doctors(clinic))[0])
    await house.book(mother, child.id, slot)
    await house.database.run("UPDATE notifications SET kind = 'of-tomorrow' WHERE kind = 'booked'")
    notices = (await house.services.own_data.all(mother)).notices
    assert "of-tomorrow" in [each.kind for each in notices]


async def test_nothing_of_others_is_in_it(house: House, clinic: Clinic) -> None:
    """Another family at the same doctor, and the other adult's own, are left out (R74)."""
    mother, stranger = await house.parent(77001, clinic), await house.parent(77002, clinic)
    await house.child(mother)
    other = await house.child(stranger, "Чужой")
    doctor = (await house.doctors(clinic))[0]
    slot = (await house.free_times(stranger, other.id, doctor))[0]
    await house.book(stranger, other.id, slot)
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_person(stranger, PhoneNumber("+79160000003"), house.clock())

    text = adapter().dump_json(await house.services.own_data.all(mother)).decode()

    for canary in ("Чужой", "77002", "+79160000003"):
        assert canary not in text
