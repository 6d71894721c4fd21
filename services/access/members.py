"""The clinic's people: invited, listed, dismissed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.model.access import Post
from services.model.clinic import Doctor

INVITED_FOR = timedelta(hours=72)
TOKEN_BYTES = 24
"""Of an invitation: 192 bits, which nobody guesses (R32)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that makes whoever opens it first a member of staff."""

    post: Post
    """The role and clinic it is bound to; nobody's yet."""
    token: str
    """Said once, and kept nowhere: the database knows its hash."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Who works at a clinic."""

    post: Post
    staff: Sequence[Post]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of them, as an administrator sees them."""

    post: Post
    colleague: Post


@dataclass(frozen=True, slots=True)
class WhomToInvite:
    """The roles and doctors that somebody can be invited for."""

    post: Post
    doctors: Sequence[Doctor]
