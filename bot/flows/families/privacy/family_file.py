"""The file that a family takes along: a page that opens on a phone, with the same as JSON inside.

The JSON is `FamilyData` field by field, see `docs/export.md`.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from pydantic import TypeAdapter

from bot.flows.common.kinds import kind_fact
from bot.flows.common.parts import role
from bot.flows.families.privacy import file_words as words
from bot.flows.families.settings.views import purpose_name
from bot.flows.families.who_looked.views import done
from bot.telegram.screen import Document
from bot.words import OWN_NAMES, Markup, _, language, long_date, say
from services.model.access import Access
from services.model.privacy.family_data import Agreed, ChildData, FamilyData, Look, Visit, You
from services.model.settings.visit_kinds import VisitKind

NAME = "my-data.html"
DATA = "family-data"
"""The id of the element that holds the JSON."""
STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:42em;padding:1em;color:#222;
background:#fff}
h1,h2,summary{overflow-wrap:anywhere}
h1{font-size:1.4em}h2{font-size:1.2em;margin-top:1.6em}h3{font-size:1em;margin:1.2em 0 .3em}
ul{padding-left:1.2em;margin:.3em 0}li{margin:.25em 0;overflow-wrap:anywhere}
details{margin:.6em 0;border:1px solid #ddd;border-radius:8px;padding:.5em .8em}
summary{cursor:pointer;font-weight:600}p.note{color:#555}
pre{white-space:pre-wrap;font:inherit}
@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#eee}details{border-color:#444}
p.note{color:#aaa}}
"""


@cache
def adapter() -> TypeAdapter[FamilyData]:
    """How the data become JSON, and how they are read from it."""
    return TypeAdapter(FamilyData)


def document(found: FamilyData) -> Document:
    """The file, as it is sent."""
    caption = say(_("📄 All that is kept about your family. Do not pass it on."))
    return Document(NAME, page(found).encode(), caption)


def page(found: FamilyData) -> str:
    """The whole page, in the language that is spoken. It asks nothing of the network."""
    data = adapter().dump_json(found, indent=1).decode()
    parts = [
        _text("h1", _("All that is kept about your family")),
        _text("p", words.moment(found.made_at), "note"),
        _you(found.you) if found.you else Markup(),
        *(_child(each) for each in found.children),
        _section(_("Consents"), [_agreed(each) for each in found.consents]),
        _section(_("Not agreed to"), [words.refused(each) for each in found.refusals]),
        _section(_("With whom you help"), map(words.helping, found.helping)),
        _section(_("Messages of the bot"), [words.notice(each) for each in found.notices]),
        _section(_("Times kept while you choose"), map(words.kept, found.times_kept)),
    ]
    return Markup(
        '<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><title>{title}</title><style>{style}</style></head>'
        '<body>{body}<script type="application/json" id="{id}">{data}</script></body></html>'
    ).format(
        lang=language(),
        title=_("My data"),
        style=Markup(STYLE),
        body=Markup("").join(parts),
        id=DATA,
        data=Markup(_inside_script(data)),
    )


def _inside_script(data: str) -> str:
    """JSON that ends no element, whatever a name is."""
    return data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _you(you: You) -> Markup:
    lines = [
        _("Telegram number: {id}").format(id=you.telegram_id),
        _("Language: {language}").format(language=OWN_NAMES[you.language]),
    ]
    if you.came_last_to:
        lines.append(_("Came last to: {clinic}").format(clinic=you.came_last_to))
    if you.unreachable_since:
        since = words.moment(you.unreachable_since)
        lines.append(_("Could not be written to since {date}").format(date=since))
    if you.asked_now:
        lines.append(
            _("A question waits for your typing; typed so far: {words}").format(
                words=you.typed or "—"
            )
        )
    if you.phone:
        given = long_date(you.phone.given_at)
        lines.append(_("Phone: {number}, given {date}").format(number=you.phone.number, date=given))
    if you.reminders:
        lines.append(words.reminders(you.reminders))
    lines += [words.post(each) for each in you.posts]
    return _text("h2", _("You")) + _list(lines)


def _child(child: ChildData) -> Markup:
    born = _("born {date}").format(date=long_date(child.birth_date))
    heading = _text("h2", f"{child.name}, {born}")
    facts = [words.adult(each) for each in child.adults]
    if child.district:
        facts.insert(0, _("District: {district}").format(district=child.district))
    facts += [words.noted_phone(each) for each in child.phones]
    if child.uninvited_since:
        since = words.moment(child.uninvited_since)
        facts.append(_("No invitations to check-ups since {date}").format(date=since))
    facts += [words.in_group(each) for each in child.groups]
    parts = [
        heading,
        _list(facts),
        *(_visit(each) for each in child.visits),
        _section(_("Consents on paper"), [_agreed(each) for each in child.consents_on_paper]),
        _section(_("When a time was looked for"), map(words.search, child.searches)),
        _section(_("Waiting for a time"), map(words.wait, child.waits)),
        _section(_("Invitations to check-ups"), map(words.check_up, child.check_ups)),
        _section(_("Who looked"), [_look(each) for each in child.looks]),
    ]
    return Markup("").join(parts)


def _visit(visit: Visit) -> Markup:
    heading = _("№ {number} · {moment} · {state}").format(
        number=visit.number,
        moment=words.visit_moment(visit.starts_at),
        state=words.state(visit.state),
    )
    place = _("{doctor}, room\u00a0{room}")
    doctor_in_room = place.format(doctor=visit.doctor, room=visit.room)
    facts = [
        f"{visit.clinic}, {doctor_in_room}",
        kind_fact(VisitKind(visit.reason, visit.reason_words, visit.reason_words)),
        _("Booked {date}: {who}").format(
            date=words.moment(visit.booked_at), who=words.who(visit.booked_by)
        ),
        *words.facts(visit),
        *(words.change(each) for each in visit.changes),
        *(words.offered(each) for each in visit.offers),
        *(words.phoned(each) for each in visit.calls),
        *(line for each in visit.questions for line in words.asked(each)),
    ]
    return _details(heading, _list(facts))


def _look(each: Look) -> str:
    what = done(each.access) if isinstance(each.access, Access) else each.access
    return f"{words.moment(each.at)}: {each.clinic}, {role(each.role)}, {what}"


def _agreed(each: Agreed) -> Markup:
    given = _("{purpose}, {clinic}, version {version}, {channel}, given {date}").format(
        purpose=purpose_name(each.purpose),
        clinic=each.clinic,
        version=each.version,
        channel=words.channel(each.channel),
        date=words.moment(each.given_at),
    )
    if each.withdrawn_at:
        given += ", " + _("withdrawn {date}").format(date=words.moment(each.withdrawn_at))
    return Markup("{}<pre>{}</pre>").format(given, each.text)


# Elements


def _text(element: str, text: str, kind: str = "") -> Markup:
    name = Markup(f'{element} class="{kind}"' if kind else element)
    return Markup("<{}>{}</{}>").format(name, text, Markup(element))


def _list(lines: Iterable[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("<ul>{}</ul>").format(items) if items else Markup("")


def _section(heading: str, lines: Iterable[str]) -> Markup:
    listed: Sequence[str] = list(lines)
    if not listed:
        return Markup("")
    return _details(f"{heading}: {len(listed)}", _list(listed))


def _details(heading: str, body: Markup) -> Markup:
    return Markup("<details><summary>{}</summary>{}</details>").format(heading, body)
