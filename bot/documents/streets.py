"""A part of a street as people write it: "ул. Садовая, 5–21, нечётные"."""

import re

from services.model.clinic import Addresses, Side

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
