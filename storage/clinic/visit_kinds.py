"""A clinic's kinds of visit as the text that its row keeps: they are read with it, and whole.

As text and not as JSON of the database, so that a clinic is known again by it without being read.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind, Whom

_MINUTE = timedelta(minutes=1)


def of(text: str | None) -> tuple[VisitKind, ...]:
    """The kinds that the row tells of; the usual ones where it is silent."""
    if text is None:
        return USUAL_KINDS
    return tuple(map(_kind, json.loads(text)))


def to_text(kinds: Iterable[VisitKind], there: str | None) -> str | None:
    """What the row says of them. What a newer version keeps there beside stays."""
    kinds = tuple(kinds)
    if there is None and kinds == USUAL_KINDS:
        return None
    more = {each["key"]: each for each in json.loads(there or "[]")}
    told = [{**more.get(kind.key, {}), **_plain(kind)} for kind in kinds]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _kind(plain: dict[str, Any]) -> VisitKind:
    minutes = plain["minutes"]
    return VisitKind(
        KindKey(plain["key"]),
        name=plain["name"],
        name_en=plain["name_en"],
        since=plain["since"],
        until=plain["until"],
        whom=Whom(plain["whom"]),
        length=None if minutes is None else minutes * _MINUTE,
        price=plain["price"],
        bring=plain["bring"],
        named_only=plain["named_only"],
        at_desk=plain["at_desk"],
        hidden=plain["hidden"],
    )


def _plain(kind: VisitKind) -> dict[str, Any]:
    return {
        "key": str(kind.key),
        "name": kind.name,
        "name_en": kind.name_en,
        "since": kind.since,
        "until": kind.until,
        "whom": str(kind.whom),
        "minutes": None if kind.length is None else kind.length // _MINUTE,
        "price": kind.price,
        "bring": kind.bring,
        "named_only": kind.named_only,
        "at_desk": kind.at_desk,
        "hidden": kind.hidden,
    }
