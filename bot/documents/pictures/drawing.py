"""The way to have a picture drawn: what draws takes its time to be loaded, and is loaded here."""

import asyncio

from bot.documents.pictures.values import Bars, Chart, Poster


async def drawn(chart: Chart) -> bytes:
    """The picture as a PNG; it is drawn in a thread."""
    return await asyncio.to_thread(_draw, chart)


def _draw(chart: Chart) -> bytes:
    from bot.documents.pictures import heat_map  # matplotlib takes a second to be loaded

    return heat_map.draw(chart)


async def drawn_bars(bars: Bars) -> bytes:
    """The same for bars."""
    return await asyncio.to_thread(_draw_bars, bars)


def _draw_bars(bars: Bars) -> bytes:
    from bot.documents.pictures import month  # matplotlib takes a second to be loaded

    return month.draw(bars)


def draw(poster: Poster, kind: str) -> bytes:
    """The poster as a "pdf" or a "png" file. It takes a second or two, so it is for a thread."""
    from bot.documents.pictures import poster as drawing  # matplotlib takes long to be loaded

    return drawing.draw(poster, kind)
