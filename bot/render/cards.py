"""The row of buttons under a paper, and what they show to who pressed: abstract, comment, menu.

The first button's custom_id is the message's mark; the others name what they do and the entry, as
`bot.cards` reads it.
"""

from __future__ import annotations

from bot.messages import say
from bot.render.limits import EMBED_DESCRIPTION, EMBED_TITLE, cut, length, split
from bot.render.links import find_paper
from bot.render.markdown import Markup, escape, escape_line
from bot.render.message import Attachment, Button, Message
from bot.render.parts import button_label, make_embed
from storage.models import Entry, Language

# Ten messages; a digest may say a book's worth, up to a file's 8 MiB.
_LONGEST_TEXT = 40_000
_OTHER = {Language.KO: Language.EN, Language.EN: Language.KO, Language.BOTH: Language.BOTH}


def card_id(action: str, entry_id: int) -> str:
    """Return a card's custom_id: `card:ACTION:ENTRY_ID`."""
    return f"card:{action}:{entry_id}"


def card_buttons(entry: Entry, language: Language, mark: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a paper, labelled in the channel's language."""
    actions = [("save", "button.save"), ("discuss", "button.discuss"), ("more", "button.more")]
    first = "button.abstract" if entry.paper.abstract else "button.full"
    row = [Button(label=button_label(language, first), custom_id=mark)]
    if entry.ko or entry.en:
        other = _OTHER[language]
        spoken = ("ko", "en") if other is Language.BOTH else (str(other),)
        name = "·".join(say(each, f"label.{each}") for each in spoken)
        row.append(Button(label=name, custom_id=card_id(other, entry.id)))
    row += [
        Button(label=button_label(language, key), custom_id=card_id(action, entry.id))
        for action, key in actions
    ]
    return (tuple(row),)


def render_comment(entry: Entry, *, spoken: str, language: str) -> tuple[Message, ...]:
    """Return the whole comment in `spoken` (`ko` or `en`), over as many messages as it takes.

    Where it was never written, the other one, and a sentence in the reader's `language` about it.
    """
    comments = {"ko": entry.ko, "en": entry.en}
    other = "en" if spoken == "ko" else "ko"
    shown, missing = (spoken, other) if comments[spoken] else (other, spoken)
    pages = render_pages(entry, Markup("\n\n".join(escape(text) for text in comments[shown])))
    if shown != spoken:
        return (_with_notice(pages[0], say(language, f"card.no_{missing}")), *pages[1:])
    if not comments[other]:
        return pages
    turn = Button(label=say(other, f"label.{other}"), custom_id=card_id(f"to{other}", entry.id))
    return (*pages[:-1], Message(embeds=pages[-1].embeds, buttons=((turn,),)))


def render_more(entry: Entry, *, language: str) -> Message:
    """Return the menu of what else there is to do with a paper."""
    title = cut(escape_line(entry.paper.title), EMBED_TITLE)
    row = tuple(
        Button(label=say(language, f"button.{action}"), custom_id=card_id(action, entry.id))
        for action in ("related", "cite")
    )
    return Message(
        embeds=(make_embed(title=title, url=find_paper(entry.paper)),),
        buttons=(row,),
    )


def render_pages(entry: Entry, text: str) -> tuple[Message, ...]:
    """Return a long text under the paper's title, over as many messages as it takes.

    What nobody would read in messages comes as a file with all that the digest says.
    """
    pages = split(cut(text, _LONGEST_TEXT), EMBED_DESCRIPTION)
    files = (_as_file(entry),) if length(text) > _LONGEST_TEXT else ()
    title = escape_line(entry.paper.title)
    return tuple(
        Message(
            embeds=(
                make_embed(
                    title=cut(title, EMBED_TITLE) if page == 1 else "",
                    url=find_paper(entry.paper) if page == 1 else None,
                    description=part,
                    footer=f"{page}/{len(pages)}" if len(pages) > 1 else "",
                ),
            ),
            attachments=files if page == len(pages) else (),
        )
        for page, part in enumerate(pages, start=1)
    )


def _as_file(entry: Entry) -> Attachment:
    """Return everything that a digest says of a paper as a plain text file."""
    paper = entry.paper
    parts = (paper.title, ", ".join(paper.authors), paper.abstract or "", *entry.ko, *entry.en)
    text = "\n\n".join((*filter(None, parts), " ".join(f"#{tag}" for tag in entry.tags)))
    return Attachment(name="paper.txt", content=text.encode("utf-8", "replace"))


def _with_notice(message: Message, notice: str) -> Message:
    return Message(content=notice, embeds=message.embeds)
