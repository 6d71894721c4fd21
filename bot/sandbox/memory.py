"""The world in a file, so that ids go on and old chats are there after a restart."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.sandbox.model import World

_GAP = 1_000_000
"""Ids to leave out after a crash: more than can be handed out between two savings."""

_WORLD = TypeAdapter(World)


def load(path: Path | None, seconds: float) -> World:
    """The world as it was saved, or a new one; from now on the file counts as in use.

    A new one numbers its updates from the present second on: a bot remembers the ids of updates
    that took effect, and must not meet those of an earlier world again.

    Raises:
        ValueError: the file holds something else.
    """
    if path is None or not path.exists():
        return World(last_update_id=int(seconds))
    try:
        world = _WORLD.validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{path} does not hold a sandbox; remove it to begin anew") from error
    if not world.closed:
        world.last_update_id += _GAP
        world.last_message_id += _GAP
    save(path, world)
    return world


def save(path: Path | None, world: World, *, closed: bool = False) -> None:
    """Write the world; a reader finds the old file or the new one, never a half."""
    if path is None:
        return
    world.closed = closed
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(_WORLD.dump_json(world))
    fresh.replace(path)
