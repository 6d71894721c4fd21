"""A child whom the registry entered wrongly: what is right, or what goes."""

from bot.flows.common.parts import to_desk
from bot.flows.common.refusals import again
from bot.flows.desk.mistakes import taps
from bot.flows.desk.search import taps as search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, long_date, say
from services.desk.mistakes import AskCorrect, Corrected, Mistaken
from services.model.people import Child
from services.rules.typed.texts import mark


def answered(found: Corrected | AskCorrect) -> Screen:
    """What was typed: kept, or asked again."""
    return corrected(found) if isinstance(found, Corrected) else ask_correct(found)


def ask_correct(found: AskCorrect) -> Screen:
    """The right name, birth date or both; or there is no such child."""
    question = say(
        _("✏️ {child}\n\nWhat is right? Type the name, the birth date, or both."),
        child=_who(found.child),
    )
    if found.doubted:
        question = say(
            _("✏️ “{name}”\n\nIs this the child's name? If not, type it anew."),
            name=found.doubted,
        )
    ids = {"post_id": found.post.id, "child_id": found.child.id}
    yes = taps.NameIsRight(post_id=found.post.id, line=mark(found.line))
    return Screen(
        again(found.problem, question),
        [
            *([[Button(_("Yes, correct it"), yes, Style.PRIMARY)]] if found.doubted else []),
            [Button(_("There is no such child"), taps.AskRemove(**ids))],
            [Button(_("Back"), search_taps.ChildAtDesk(**ids)), to_desk(found.post.id)],
        ],
    )


def corrected(found: Corrected) -> Screen:
    """What it was, and is."""
    text = say(
        _("✅ <b>Corrected</b>\n{child}\n\nWas: {before}"),
        child=_who(found.child),
        before=_who(found.before),
    )
    card = search_taps.ChildAtDesk(post_id=found.post.id, child_id=found.child.id)
    return Screen(text, [[Button(_("The child's card"), card), to_desk(found.post.id)]])


def ask_remove(found: Mistaken) -> Screen:
    """What goes and what stays, said first."""
    text = say(
        _(
            "Remove {child}?\n\nThe name, the birth date, the phone, the code and the note of the "
            "signed consent go for good. That you entered and removed a child stays in the journal "
            "of access, without the name. Keep or destroy the paper as the clinic does."
        ),
        child=_who(found.child),
    )
    ids = {"post_id": found.post.id, "child_id": found.child.id}
    return Screen(
        text,
        [
            [Button(_("Keep the child"), search_taps.ChildAtDesk(**ids), Style.PRIMARY)],
            [
                Button(
                    _("Remove for good"),
                    taps.RemoveChild(**ids, shown=found.as_shown),
                    Style.DANGER,
                )
            ],
        ],
    )


def removed(found: Mistaken) -> Screen:
    """Nothing of them is kept, not here either."""
    text = say(_("🗑 <b>Removed.</b> Nothing of the child is kept but the journal's record."))
    return Screen(text, [[to_desk(found.post.id)]])


def _who(child: Child) -> Markup:
    return say("<b>{child}</b>, {born}", child=child.name, born=long_date(child.birth_date))
