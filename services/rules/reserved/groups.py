"""Which groups a clinic asks for, and until when one lasts."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.model.clinic import Clinic
from services.model.people import Child
from services.model.reserved.groups import GROUPS, ChildGroup, GroupClaim, GroupLasts
from services.model.reserved.times import ReservedFor
from services.rules.ages import ADULT_AT, birthday


def groups_asked_for(clinic: Clinic) -> list[ReservedFor]:
    """For whom the clinic keeps times at all: it need not know of any other group."""
    kept_for = {share.whom for share in clinic.reserved.shares}
    return [group for group in GROUPS if group in kept_for]


def groups_at(child: Child, clinic: Clinic, today: date) -> list[ChildGroup]:
    """Of which groups the child is there on a day."""
    return [each for each in child.groups if each.clinic_id == clinic.id and each.until >= today]


def groups_left(child: Child, clinic: Clinic, today: date) -> list[ReservedFor]:
    """Which of these the child is not, as far as the registry put down."""
    has = {each.group for each in groups_at(child, clinic, today)}
    return [group for group in groups_asked_for(clinic) if group not in has]


def unsettled(claims: Iterable[GroupClaim], groups: Iterable[ChildGroup]) -> list[GroupClaim]:
    """What parents say of groups that are not put down: two cards of a child may have had both."""
    has = {each.group for each in groups}
    return [each for each in claims if each.group not in has]


def last_day(lasts: GroupLasts, child: Child, today: date) -> date:
    """Until when, from today on; never longer than somebody is a child."""
    grown_up = birthday(child.birth_date, ADULT_AT) - timedelta(days=1)
    days = {GroupLasts.HALF_A_YEAR: 182, GroupLasts.A_YEAR: 365}
    return min(today + timedelta(days=days[lasts]), grown_up) if lasts in days else grown_up
