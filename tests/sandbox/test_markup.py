"""Telegram's HTML: texts, entities in UTF-16 units, and the errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.api.markup import find_entities, parse_html, tidy, utf16_length, utf16_slice
from bot.sandbox.model import ApiError, Entity


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<EM>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "blockquote"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<b>x</>", "bold"),
    ],
)
def test_every_tag(html: str, kind: str) -> None:
    """Each tag becomes its entity."""
    assert parse_html(html) == ("x", [Entity(kind, 0, 1)])


def test_offsets_count_utf16_units() -> None:
    """An emoji beyond the basic plane counts twice, as Telegram and JavaScript count."""
    text, entities = parse_html("👶 ё <b>Миша 👨‍👩‍👦</b>!")
    assert text == "👶 ё Миша 👨‍👩‍👦!"
    assert entities == [Entity("bold", 5, 13)]
    assert utf16_slice(text, 5, 18) == "Миша 👨‍👩‍👦"


def test_nested_tags() -> None:
    """Outer entities come before inner ones, also when both cover the same text."""
    _, entities = parse_html("<b>a<i>b</i></b><u><s>c</s></u>")
    assert entities == [
        Entity("bold", 0, 2),
        Entity("italic", 1, 1),
        Entity("underline", 2, 1),
        Entity("strikethrough", 2, 1),
    ]


def test_references() -> None:
    """Telegram knows four named references and all numeric ones; anything else stays a text."""
    text, _ = parse_html("&lt;b&gt; &amp;amp; &quot; &#1071; &#x42F; &nbsp; &copy; &; &#0; A&B")
    assert text == '<b> &amp; " Я Я &nbsp; &copy; &; &#0; A&B'


def test_code_with_a_language() -> None:
    """A code inside a pre is one block with a language; alone it is plain code."""
    html = '<pre><code class="language-python">x</code></pre>'
    assert parse_html(html)[1] == [Entity("pre", 0, 1, language="python")]
    alone = '<code class="language-python">x</code>'
    assert parse_html(alone)[1] == [Entity("code", 0, 1)]


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "https://example.org/?a=1&b=2"),
        ("<a href='http://example.org'>x</a>", "http://example.org"),
        ('<a href="example.org">x</a>', "http://example.org"),
        ("<a>example.org</a>", "http://example.org"),
        ('<a href="tg://user?id=1">x</a>', "tg://user?id=1"),
    ],
)
def test_links(html: str, url: str) -> None:
    """A link needs an address, in its href or as its words."""
    assert [entity.url for entity in parse_html(html)[1]] == [url]


@pytest.mark.parametrize(
    "href", ["tel:+74951234567", "javascript:alert(1)", "http://localhost", ""]
)
def test_links_that_are_none(href: str) -> None:
    """Where Telegram would not link to, the words stay and the link is gone."""
    assert parse_html(f'<a href="{href}">тут</a>') == ("тут", [])


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("ё<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<a href=x", 'Unclosed start tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<b>ё</i>",
            'Unmatched end tag at byte offset 5, expected "</b>", found "</i>"',
        ),
        ("<i><b>x</b>", 'Can\'t find end tag corresponding to start tag "i"'),
        (
            "&#xD800;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_errors(html: str, reason: str) -> None:
    """Broken markup is refused in Telegram's words, with positions in bytes."""
    with pytest.raises(ApiError) as caught:
        parse_html(html)
    assert caught.value.status == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def test_trimming_moves_entities() -> None:
    """Outer blanks go, and entities shrink, move or vanish with them."""
    entities = [
        Entity("underline", 0, 2),
        Entity("bold", 0, 5),
        Entity("italic", 4, 4),
        Entity("code", 5, 3),
    ]
    assert tidy(" \nабв \r\n ", entities) == ("абв", [Entity("bold", 0, 3), Entity("italic", 2, 1)])


def test_blank_entities_vanish() -> None:
    """Nothing is formatted where there is nothing to see."""
    assert tidy("а  б", [Entity("bold", 1, 2)]) == ("а  б", [])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Звоните: +7 495 000-00-02, 7:30–12:00", ["+7 495 000-00-02"]),
        ("+7\u00a0(495)\u00a0000\u201100\u201102.", ["+7\u00a0(495)\u00a0000\u201100\u201102"]),
        ("103 или 112; № 1004; 1+79001234567; 30.11.2026", []),
    ],
)
def test_phone_numbers_are_found(text: str, numbers: list[str]) -> None:
    """Whole international numbers, also with blanks and hyphens that do not break."""
    found = [e for e in find_entities(text) if e.type == "phone_number"]
    assert [utf16_slice(text, e.offset, e.offset + e.length) for e in found] == numbers


def test_links_and_commands_are_found() -> None:
    """Telegram makes links and commands of plain texts by itself."""
    text = "👶 /start@pediatr_bot, см. https://example.org/a?b=1. и/или a/b </b> /help"
    found = [
        (e.type, utf16_slice(text, e.offset, e.offset + e.length)) for e in find_entities(text)
    ]
    assert found == [
        ("url", "https://example.org/a?b=1"),
        ("bot_command", "/start@pediatr_bot"),
        ("bot_command", "/help"),
    ]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back(text: str) -> None:
    """Whatever a person typed survives escaping, and becomes no markup (R36)."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(f"<b>{escaped}</b>")[0] == text


@given(st.text(alphabet="<>/abi &;\"'= ё👶#x1"))
def test_no_markup_breaks_the_parser(html: str) -> None:
    """Any markup is read or refused, and entities lie inside the text."""
    try:
        text, entities = parse_html(html)
    except ApiError:
        return
    assert all(0 <= e.offset < e.offset + e.length <= utf16_length(text) for e in entities)
