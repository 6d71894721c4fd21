"""Telegram's HTML: a text with tags becomes a plain text and its entities.

Positions inside entities count UTF-16 code units and positions inside error texts count bytes of
UTF-8, both as Telegram does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.sandbox.model import Entity, bad_request

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LINKED_SCHEMES = {"http", "https", "tg", "ton", "tonsite"}

_PLAIN = re.compile(r"[^<&]+")
_REFERENCE = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<dec>[0-9]{1,7})|(?P<name>[a-zA-Z]+));?"
)
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACES = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»]")
_PHONE = re.compile(r"(?<![\w+])\+\d(?:[ \u00a0()\-\u2011–]{0,2}\d){9,14}(?!\w)")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Read Telegram's HTML.

    Raises:
        ApiError: with Telegram's own words for what is wrong with the markup.
    """
    return _Parser(html).parse()


def tidy(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Trim a text as Telegram does, and move its entities along.

    Entities that have nothing but whitespace left are dropped.
    """
    text = text.replace("\r", "")
    start = utf16_length(text[: len(text) - len(text.lstrip())])
    trimmed = text.strip()
    length = utf16_length(trimmed)
    kept = []
    for entity in entities:
        begin = max(0, entity.offset - start)
        end = min(length, entity.offset + entity.length - start)
        if begin < end and utf16_slice(trimmed, begin, end).strip():
            kept.append(replace(entity, offset=begin, length=end - begin))
    return trimmed, kept


def find_entities(text: str) -> list[Entity]:
    """The links, phone numbers and commands which Telegram finds in a plain text by itself."""
    return [
        Entity(kind, utf16_length(text[: match.start()]), utf16_length(match.group()))
        for kind, pattern in (("url", _URL), ("phone_number", _PHONE), ("bot_command", _COMMAND))
        for match in pattern.finditer(text)
    ]


def with_found(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """Add what `find_entities` finds, except inside links and code, and put all in order."""
    opaque = [e for e in entities if e.type in ("text_link", "code", "pre")]
    found = [new for new in find_entities(text) if not any(_overlap(new, old) for old in opaque)]
    return sorted([*entities, *found], key=lambda entity: (entity.offset, -entity.length))


def checked_link(url: str) -> str | None:
    """The address that Telegram makes of a link's href, or None when it refuses to link there."""
    if "://" not in url:
        url = f"http://{url}"
    return url if link_problem(url) is None else None


def link_problem(url: str) -> str | None:
    """Why Telegram refuses to link to an address; None when it does not."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme not in _LINKED_SCHEMES:
        return "Unsupported URL protocol"
    # A host without a dot, such as localhost, is no address to Telegram.
    if parts.scheme.startswith("http") and "." not in (parts.hostname or "").strip("."):
        return "Wrong HTTP URL"
    return None


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units: characters beyond the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, begin: int, end: int) -> str:
    """The part between two positions that count UTF-16 code units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * begin : 2 * end].decode("utf-16-le", "replace")


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length


@dataclass(slots=True)
class _OpenTag:
    name: str
    argument: str
    """An address, a language, or "spoiler"."""
    offset: int
    position: int
    """Where the text stood when the tag was opened, in characters."""
    order: int


class _Parser:
    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._text = ""
        self._open: list[_OpenTag] = []
        self._opened = 0
        self._found: list[tuple[int, Entity]] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._html):
            if self._html.startswith("</", self._at):
                self._end_tag()
            elif self._html.startswith("<", self._at):
                self._start_tag()
            elif self._html.startswith("&", self._at):
                self._text += self._reference()
            else:
                self._text += self._take(_PLAIN)
        if self._open:
            raise _unparsable(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"'
            )
        return self._text, self._in_order()

    def _in_order(self) -> list[Entity]:
        """Outer entities before inner ones, whatever the order of their end tags."""
        self._found.sort(key=lambda found: (found[1].offset, -found[1].length, found[0]))
        return [entity for _, entity in self._found]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._html, self._at)
        taken = match.group() if match else ""
        self._at += len(taken)
        return taken

    def _next(self) -> str:
        """The character at hand; empty at the end."""
        return self._html[self._at : self._at + 1]

    def _byte(self, position: int) -> int:
        return len(self._html[:position].encode("utf-8", "surrogatepass"))

    def _reference(self) -> str:
        match = _REFERENCE.match(self._html, self._at)
        character = _character(match) if match else None
        if match is None or character is None:
            self._at += 1
            return "&"
        self._at = match.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        where = f"at byte offset {self._byte(begin)}"
        self._at += 1
        name = self._take(_TAG_NAME).lower()
        if not self._next():
            raise _unparsable(f"Unclosed start tag {where}")
        if name not in _TYPES:
            raise _unparsable(f'Unsupported start tag "{name}" {where}')
        argument = self._attributes(name, where)
        if name == "span" and argument != "spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" {where}')
        self._open.append(
            _OpenTag(name, argument, utf16_length(self._text), len(self._text), self._opened)
        )
        self._opened += 1

    def _attributes(self, tag: str, where: str) -> str:
        """Read up to and over the closing ">", and return the one attribute that matters."""
        argument = ""
        while True:
            self._take(_SPACES)
            if not self._next():
                raise _unparsable(f'Unclosed start tag "{tag}" {where}')
            if self._next() == ">":
                self._at += 1
                return argument
            name = self._take(_ATTRIBUTE_NAME).lower()
            if not name:
                raise _unparsable(f'Empty attribute name in the tag "{tag}" {where}')
            value = self._attribute_value(tag, where)
            argument = _argument(tag, name, value) or argument

    def _attribute_value(self, tag: str, where: str) -> str:
        self._take(_SPACES)
        if self._next() != "=":
            return ""
        self._at += 1
        self._take(_SPACES)
        quote = self._next()
        if quote in ("'", '"'):
            return self._quoted(quote, where)
        begin = self._at
        value = self._take(_NAME_TOKEN)
        if not self._next():
            raise _unparsable(f'Unclosed start tag "{tag}" {where}')
        if not self._next().isspace() and self._next() != ">":
            raise _unparsable(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return value.lower()

    def _quoted(self, quote: str, where: str) -> str:
        self._at += 1
        value = ""
        while (character := self._next()) != quote:
            if not character:
                raise _unparsable(f"Unclosed start tag {where}")
            if character == "&":
                value += self._reference()
            else:
                value += character
                self._at += 1
        self._at += 1
        return value

    def _end_tag(self) -> None:
        begin = self._byte(self._at)
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {begin}")
        self._at += 2
        name = self._take(_TAG_NAME).lower()
        self._take(_SPACES)
        if self._next() != ">":
            raise _unparsable(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise _unparsable(
                f"Unmatched end tag at byte offset {begin}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        length = utf16_length(self._text) - tag.offset
        if length == 0:
            return
        entity = Entity(_TYPES[tag.name], tag.offset, length)
        if tag.name == "a":
            link = checked_link(tag.argument or self._text[tag.position :])
            if link is None:
                return
            entity = replace(entity, url=link)
        elif tag.name == "code" and self._is_all_of_pre(tag):
            # <pre><code class="language-x"> is one entity: the pre, with a language.
            self._open[-1].argument = tag.argument
            return
        elif tag.name == "pre" and tag.argument:
            entity = replace(entity, language=tag.argument)
        self._found.append((tag.order, entity))

    def _is_all_of_pre(self, code: _OpenTag) -> bool:
        if not self._open or self._open[-1].name != "pre" or not code.argument:
            return False
        follows = self._html.startswith("</pre", self._at)
        return follows and self._open[-1].offset == code.offset


def _argument(tag: str, name: str, value: str) -> str:
    if tag == "a" and name == "href":
        return value
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value.removeprefix("language-")
    if tag == "span" and name == "class" and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return ""


def _character(match: re.Match[str]) -> str | None:
    """What a reference such as &lt; or &#60; stands for; None when Telegram leaves it alone."""
    if match["name"]:
        return _NAMED.get(match["name"])
    code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
    if code == 0 or code >= 0x10FFFF:
        return None
    if 0xD800 <= code <= 0xDFFF:
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code)


def _unparsable(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
