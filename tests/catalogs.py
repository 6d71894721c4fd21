"""Whether the words are whole in every language; run by `make check`.

Every message of the code is translated, no other one is left over, and each translation has the
placeholders and the HTML tags of what it translates. None is translated twice: the first would be
shown for both. English is the code's own, and has no catalog:
of its messages those for one and for many have to agree.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from bot.words import LOCALES, TRANSLATED

KEYWORDS = ["_:1,1t", "_:1,2,3t"]
"""As in `make words`: `_("text")` and `_("one", "many", n)`, and nothing else."""

Id = str | tuple[str, ...]


def ids_in(code: Path) -> set[Id]:
    """Every message that the code under a folder says."""
    keywords = parse_keywords(KEYWORDS)  # type: ignore[no-untyped-call]
    found = extract_from_dir(code, keywords=keywords)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, *_ in found}


def problems(locales: Path, wanted: set[Id]) -> Iterator[str]:
    """What is wrong with the code's own words and with the catalogs, a line each."""
    yield from (f"the code: {problem}" for problem in _problems_of_code(wanted))
    # A folder alone is no catalog: Git leaves what was compiled of one behind.
    catalogs = locales.glob("*/LC_MESSAGES/bot.po")
    for language in sorted({*TRANSLATED, *(path.parts[-3] for path in catalogs)}):
        path = locales / language / "LC_MESSAGES" / "bot.po"
        if not path.exists():
            yield f"{language}: there is no catalog"
            continue
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        yield from (f"{language}: {problem}" for problem in _twice(path.read_text("utf-8")))
        yield from (f"{language}: {problem}" for problem in _problems_of(catalog, wanted))


def _problems_of_code(wanted: set[Id]) -> Iterator[str]:
    for id_ in sorted(wanted, key=str):
        if isinstance(id_, tuple):
            yield from _differences(id_, id_)


def _twice(catalog: str) -> Iterator[str]:
    """What stands there more than once: whoever reads a catalog silently makes one of them."""
    entries = re.findall(r'^msgid ((?:".*"\n)+)', catalog, re.MULTILINE)
    counted = Counter("".join(re.findall(r'"(.*)"\n', entry)) for entry in entries)
    yield from (f"{id_!r} is translated twice" for id_, times in counted.items() if times > 1)


def _problems_of(catalog: Catalog, wanted: set[Id]) -> Iterator[str]:
    messages = {_id_of(message): message for message in catalog if message.id}
    for missing in sorted(wanted - messages.keys(), key=str):
        yield f"{_quoted(missing)} is not in the catalog"
    for superfluous in sorted(messages.keys() - wanted, key=str):
        yield f"{_quoted(superfluous)} is not in the code"
    for obsolete in catalog.obsolete.values():
        yield f"{_quoted(_id_of(obsolete))} is obsolete"
    for message in messages.values():
        if message.fuzzy:
            yield f"{_quoted(_id_of(message))} is fuzzy"
        yield from _problems_in(message, catalog.num_plurals)


def _problems_in(message: Message, plurals: int) -> Iterator[str]:
    id_ = _id_of(message)
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    if len(forms) != (1 if isinstance(id_, str) else plurals) or not all(forms):
        yield f"{_quoted(id_)} is not translated"
    else:
        yield from _differences(id_, forms)


def _differences(id_: Id, forms: Iterable[str]) -> Iterator[str]:
    """Where these forms of a message have not what it has itself."""
    original = id_ if isinstance(id_, str) else id_[-1]
    for form in forms:
        if _placeholders(form) != _placeholders(original):
            yield f"{_quoted(id_)} has other placeholders in {form!r}"
        if _tags(form) != _tags(original):
            yield f"{_quoted(id_)} has other tags in {form!r}"


def _placeholders(text: str) -> Counter[str] | None:
    """How often each `{name}` stands in a text; None if its braces do not pair."""
    try:
        return Counter(name for _, name, *_ in Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def _tags(text: str) -> Counter[str]:
    return Counter(re.findall(r"</?[a-z][^>]*>", text))


def _id_of(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _quoted(text: Id) -> str:
    return repr(text if isinstance(text, str) else text[0])


def main(locales: Path = LOCALES) -> int:
    """Say each problem in a line; 1 if there is any."""
    found = list(problems(locales, ids_in(LOCALES.parent)))
    sys.stdout.writelines(f"{line}\n" for line in found or ["The words are whole."])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
