"""The world in a file, so that ids go on and old chats are there after a restart, or a crash.

Beside the file stands a journal: whatever changes is written there before anybody is answered, as a
line with what the changed things are like now. So a killed sandbox has lost nothing that a person,
or the bot, was told was done. (What is written is the system's, whatever becomes of the process; a
power cut may cost the last seconds.) From time to time, and in the end, the whole world is saved,
and the journal begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.sandbox.model import File, Message, World

_GAP = 1_000_000
"""Ids to leave out after a crash: more than can have been handed out without being written."""
LONGEST_JOURNAL = 4 * 1024 * 1024
"""Bytes after which the whole world is saved."""

_LARGE = ("chats", "files", "contents")
"""What is written piece by piece."""
_LITTLE = tuple(each.name for each in fields(World) if each.name not in _LARGE)
"""What is written as a whole."""


@dataclass(slots=True)
class Change:
    """A line of the journal: all that is little, and what is new of the rest."""

    # Bytes are written in base64.
    __pydantic_config__ = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    little: World
    messages: list[tuple[int, int, Message | None]] = field(default_factory=list)
    """The chat, the id, and the message unless it was deleted."""
    files: dict[str, File] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)


_WORLD = TypeAdapter(World)
_CHANGE = TypeAdapter(Change)


class Memory:
    """Keeps one world in a file, or nothing without one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._messages: set[tuple[int, int]] = set()
        self._files: set[str] = set()
        self._little = b""
        """What the last line said of what is little."""

    def load(self, seconds: float) -> World:
        """The world as it was, or a new one; from now on the file counts as in use.

        A new one numbers its updates from the present second on: a bot remembers the ids of updates
        that took effect, and must not meet those of an earlier world again.

        Raises:
            ValueError: the file holds something else.
        """
        if self._path is None:
            return World(last_update_id=int(seconds))
        if self._path.exists():
            world = self._read(self._path)
        else:
            world = World(last_update_id=int(seconds))
        self._save(self._path, world, closed=False)
        return world

    def note_message(self, chat_id: int, message_id: int) -> None:
        """Note that a message came, changed or went."""
        if self._path is not None:
            self._messages.add((chat_id, message_id))

    def note_file(self, file_id: str) -> None:
        """Note a file that is new."""
        if self._path is not None:
            self._files.add(file_id)

    def write(self, world: World) -> None:
        """Write what changed; from then on no crash can lose it."""
        if self._path is None:
            return
        little = World(**{name: getattr(world, name) for name in _LITTLE})
        told = _WORLD.dump_json(little)
        if told == self._little and not self._messages and not self._files:
            return  # asking for updates, say, changes nothing
        line = _CHANGE.dump_json(self._change_of(world, little)) + b"\n"
        self._messages.clear()
        self._files.clear()
        self._little = told
        with self._beside(self._path).open("ab", buffering=0) as journal:
            journal.write(line)
            size = journal.tell()
        if size > LONGEST_JOURNAL:
            self._save(self._path, world, closed=False)

    def close(self, world: World) -> None:
        """Save the world in good order."""
        if self._path is not None:
            self._save(self._path, world, closed=True)

    # Inside

    @staticmethod
    def _beside(path: Path) -> Path:
        return path.with_suffix(".journal")

    def _change_of(self, world: World, little: World) -> Change:
        return Change(
            little,
            [
                (chat_id, message_id, world.chats.get(chat_id, {}).get(message_id))
                for chat_id, message_id in sorted(self._messages)
            ],
            {file_id: world.files[file_id] for file_id in self._files},
            {file_id: world.contents[file_id] for file_id in self._files},
        )

    def _read(self, path: Path) -> World:
        try:
            world = _WORLD.validate_json(path.read_bytes())
        except ValidationError as error:
            raise ValueError(f"{path} does not hold a sandbox; remove it to begin anew") from error
        journal = self._beside(path)
        # The last line has no end if the process was killed while it wrote: nobody was answered.
        lines = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
        for line in lines:
            _apply(_CHANGE.validate_json(line), world)
        if not world.closed:
            world.last_update_id += _GAP
            world.last_message_id += _GAP
        return world

    def _save(self, path: Path, world: World, *, closed: bool) -> None:
        """Write the world; a reader finds the old file or the new one, never a half. The journal
        goes after it: what it says, the new file says as well."""
        world.closed = closed
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(_WORLD.dump_json(world))
        fresh.replace(path)
        self._beside(path).unlink(missing_ok=True)
        self._messages.clear()
        self._files.clear()
        self._little = b""


def _apply(change: Change, world: World) -> None:
    for name in _LITTLE:
        setattr(world, name, getattr(change.little, name))
    for chat_id in (*world.users, *world.groups):
        world.chats.setdefault(chat_id, {})
    for chat_id, message_id, message in change.messages:
        chat = world.chats.setdefault(chat_id, {})
        if message is None:
            chat.pop(message_id, None)
        else:
            chat[message_id] = message
    world.files |= change.files
    world.contents |= change.contents
