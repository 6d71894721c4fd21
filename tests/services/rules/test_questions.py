"""Who may answer what a family asked about a visit."""

from dataclasses import replace

import pytest

from services.model.access import Post, Role
from services.model.clinic import Doctor
from services.model.ids import AppointmentId, ClinicId, PersonId, PostId, QuestionId
from services.model.questions import Question
from services.rules.questions import may_answer
from tests.values import a_clinic, a_doctor, a_slot, a_visit, on_wall

HERE = replace(a_clinic(), id=ClinicId(1))
ELSEWHERE = replace(a_clinic(), id=ClinicId(2))
OWN, COLLEAGUE = a_doctor(1, HERE), a_doctor(2, HERE)


@pytest.mark.parametrize(
    ("role", "doctor", "elsewhere", "to_doctor", "may"),
    [
        (Role.REGISTRAR, None, False, False, True),
        (Role.ADMINISTRATOR, None, False, True, True),
        (Role.REGISTRAR, None, True, False, False),
        (Role.ADMINISTRATOR, None, True, True, False),
        (Role.DOCTOR, OWN, False, True, True),
        (Role.DOCTOR, OWN, False, False, False),
        (Role.DOCTOR, COLLEAGUE, False, True, False),
        (Role.DOCTOR, OWN, True, True, False),
    ],
)
def test_who_may_answer(
    role: Role, doctor: Doctor | None, *, elsewhere: bool, to_doctor: bool, may: bool
) -> None:
    """R30: the registry of the visit's clinic, and its doctor if they are asked."""
    clinic = ELSEWHERE if elsewhere else HERE
    post = Post(PostId(1), clinic, PersonId(1), role, doctor, "")
    asked_at = on_wall("2026-11-23 09:00", HERE)
    visit = a_visit(a_slot(asked_at, doctor=OWN))
    question = Question(
        QuestionId(1), AppointmentId(1), PersonId(2), to_doctor, "Брать ли карту?", asked_at
    )
    assert may_answer(post, question, visit) is may
