"""Makes the words of a mail: a `Letter` of promises becomes subject, text and HTML in the recipient's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from engine.declared import Mail, MailText, pick
from engine.errors import Reason, TextFails
from engine.letters import Item, Letter, Recipient, Rendered
from notifications.dates import LANGUAGES
from notifications.environment import LANGUAGE, ZONE, CityTextFails, city_text
from notifications.layout import Page, Section, to_html, to_text
from notifications.words import Words, is_language_map

SIMPLE = (str, int, date, Decimal, type(None))
MOST_TOKENS = 3
MOST_SUBJECT = 150

# What XML, mail headers and terminals cannot carry; tabs and line breaks stay.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufffe\uffff]")


class LetterRenderer:
    """Implements `engine.ports.Render`."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def __call__(self, letter: Letter) -> Rendered:
        """Render a letter. Raises: TextFails, naming mail code, language, place and variable."""
        language = _frame_language(letter)
        sections = _said_once(tuple(_section(item, letter) for item in letter.items))
        subject = self._subject(letter, sections, language)
        page = self._page(letter, sections, subject, language)
        return Rendered(subject=subject, text=to_text(page), html=to_html(page))

    def _subject(self, letter: Letter, sections: tuple[Section, ...], language: str) -> str:
        """Return the first item's subject, how many more there are, and the case numbers, which a reply must keep."""
        words = sections[0].subject
        if len(words) > MOST_SUBJECT:
            words = f"{words[: MOST_SUBJECT - 1].rstrip()}…"
        more = self.words.text("(+{n} more)", language, n=len(sections) - 1) if len(sections) > 1 else ""
        return " ".join(part for part in (words, more, _tokens(letter.items)) if part)

    def _page(self, letter: Letter, sections: tuple[Section, ...], subject: str, language: str) -> Page:
        text, items = self.words.text, letter.items
        token = _tokens([item for item in items if item.mail.action == "reply"])
        label = "{n} things are due" if all(item.mail.asks for item in items) else "{n} messages for you"
        sender = " · ".join(part for part in (letter.sender_name, letter.reply_to) if part)
        return Page(
            language=language,
            programme=_clean(pick(letter.programme, language, items[0].fallback)),
            subject=subject,
            summary=text(label, language, n=len(items)) if len(items) > 1 else "",
            sections=sections,
            action=text("Reply to this mail and keep {token} in the subject.", language, token=token) if token else "",
            answer=text("Your reply goes to {address}.", language, address=letter.reply_to) if letter.reply_to else "",
            why=self.words.sentence(_why(letter.recipient), language),
            cases=_cases(items),
            sender=_clean(sender),
            labels={"todo": text("What to do", language), "case": text("Case", language)},
        )


def _said_once(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Leave out what a merged mail would say again: the greeting of later sections, the closing line of earlier ones."""
    greeting, closing = sections[0].paragraphs[:1], sections[-1].paragraphs[-1:]
    last = len(sections) - 1
    told = []
    for n, section in enumerate(sections):
        words = section.paragraphs
        if n and len(words) > 1 and words[:1] == greeting:
            words = words[1:]
        if n < last and len(words) > 1 and words[-1:] == closing:
            words = words[:-1]
        told.append(replace(section, paragraphs=words))
    return tuple(told)


def _section(item: Item, letter: Letter) -> Section:
    language, texts = _text_of(item.mail, letter.recipient.language, item.fallback)
    codes = {*LANGUAGES, *item.mail.texts, *letter.programme, item.fallback}
    context = {key: _in_language(value, language, item.fallback, codes) for key, value in item.context.items()}
    context |= {LANGUAGE: language, ZONE: letter.zone}
    places = (("subject", texts.subject), *((f"paragraph {n}", p) for n, p in enumerate(texts.paragraphs, start=1)))
    subject, *paragraphs = (_render(item.mail.code, language, place, source, context) for place, source in places)
    subject = " ".join(subject.split())
    heading = [item.case, context.get("company"), context.get("item") or subject]
    return Section(
        case=item.case,
        heading=" - ".join(_clean(str(part)) for part in heading if part),
        subject=subject,
        paragraphs=tuple(words for words in paragraphs if words),
        language=language,
    )


def _text_of(mail: Mail, language: str, fallback: str) -> tuple[str, MailText]:
    """Return the text in the recipient's language, else in the fallback, and which language it is in."""
    for code in (language, fallback):
        if code in mail.texts:
            return code, mail.texts[code]
    there = ", ".join(sorted(mail.texts)) or "none"
    raise TextFails(
        f"mail {mail.code} has no text in {language!r} or {fallback!r}; there are: {there}",
        mail=mail.code, language=language, place="", variable="", problem=f"there are only texts in: {there}",
    )  # fmt: skip


def _render(code: str, language: str, place: str, source: str, context: Mapping[str, Any]) -> str:
    try:
        return _clean(city_text(source, context)).strip()
    except CityTextFails as error:
        problem = f"{place}: {error.sentence}"
        raise TextFails(
            f"mail {code} ({language}), {problem}",
            mail=code, language=language, place=place, variable=error.values["variable"], problem=problem,
        ) from error  # fmt: skip


def _in_language(value: Any, language: str, fallback: str, codes: Collection[str]) -> Any:
    """Return a value with every text in several languages replaced by the one to be read, at any depth."""
    if isinstance(value, SIMPLE):  # most are; asking whether one is a Mapping costs ten times as much
        return value
    if isinstance(value, Mapping):
        if is_language_map(value, codes):
            return pick(value, language, fallback)
        return {key: _in_language(part, language, fallback, codes) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in_language(part, language, fallback, codes) for part in value]
    return value


def _frame_language(letter: Letter) -> str:
    """Return the language of our own words around the city's: the recipient's where we speak it."""
    wanted = (letter.recipient.language, letter.items[0].fallback)
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])


def _why(recipient: Recipient) -> Reason:
    return Reason(code=f"why.{recipient.why.removeprefix('why.')}", values={"for_whom": recipient.for_whom})


def _cases(items: Collection[Item]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.case for item in items if item.case))


def _tokens(items: Collection[Item]) -> str:
    return " ".join(f"[{case}]" for case in _cases(items)[:MOST_TOKENS])


def _clean(text: str) -> str:
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
