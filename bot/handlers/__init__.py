"""One file per flow: unpack the update, call a service, show a view."""

from aiogram import Router

from bot.handlers import (
    absences,
    agreements,
    booking,
    broadcasts,
    calls,
    children,
    clinic_desk,
    clinics,
    codes,
    confirming,
    desk,
    families,
    hours,
    load,
    other,
    questions,
    reception,
    staff,
    times,
    typed_questions,
    visits,
    work,
)


def build_router() -> Router:
    """All handlers, in routers made fresh: aiogram ties a router to one dispatcher for life."""
    router = Router(name="house")
    for flow in (
        booking,
        times,
        staff,
        desk,
        calls,
        confirming,
        reception,
        absences,
        load,
        clinic_desk,
        broadcasts,
        hours,
        families,
        children,
        clinics,
        visits,
        questions,
        agreements,
        work,
        codes,
        typed_questions,
        other,
    ):
        router.include_router(flow.build_router())
    return router
