"""What each person was last asked to type."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.model.ids import ChildId, ClinicId, PostId


class Asked(StrEnum):
    """What the bot last asked a person to type."""

    CHILD_NAME = "child-name"
    BIRTH_DATE = "birth-date"
    ADDRESS = "address"
    """By which the district of a child is found."""
    NEW_NAME = "new-name"
    """Of a child who has one."""
    NEW_BIRTH_DATE = "new-birth-date"
    CLINIC_FACT = "clinic-fact"
    """What the clinic says of itself; the topic names what, and holds what was typed."""
    FAMILY_PHONE = "family-phone"
    """Of a child whom the registry knows, by which the family can be called."""
    WHOM = "whom"
    """Whom somebody at the desk looks for: whatever is typed there."""
    SCHEDULE = "schedule"
    """Hours, or days, of a schedule; the topic is a draft (see `drafts`)."""
    ABSENCE = "absence"
    """The days of a doctor's absence; the topic is the doctor's id."""
    STAFF_NOTE = "staff-note"
    """For colleagues, at a visit: the topic is its id."""
    TIMES = "times"
    """Nothing but a "yes" to a sheet of times; the topic says which (see `imports`)."""
    ABOUT_VISIT = "about-visit"
    """A parent's question to the clinic; the topic is the visit."""
    ANSWER = "answer"
    """The staff's answer to it; see `questions`."""
    NEWS = "news"
    """The text of a broadcast, and then how many get it; the topic is a draft (see `news`)."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked of a person, and for what."""

    asked: Asked
    clinic_id: ClinicId
    asked_at: datetime
    child_name: str = ""
    """Of a child who is being added, once it was typed."""
    child_id: ChildId | None = None
    """Of a child who is there already."""
    post_id: PostId | None = None
    """In which of their posts the person was asked; None: as a parent."""
    topic: str = ""
    """What else the answer is for, in the words of whoever asked."""
