"""Letters to JSON text and back, so that an unsent message can be rendered again without what no longer applies.

Only the recipient's language (and the fallback) of the city-written texts is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.declared import Mail, MailText
from engine.letters import Item, Letter, Recipient

_DATE, _NUMBER = "§date", "§number"


def letter_to_json(letter: Letter) -> str:
    """Return a letter as JSON text."""
    language = letter.recipient.language
    recipient = letter.recipient
    return json.dumps(
        {
            "recipient": {name: getattr(recipient, name) for name in Recipient.__slots__},
            "items": [_item(item, language) for item in letter.items],
            "programme": dict(letter.programme),
            "sender_name": letter.sender_name,
            "reply_to": letter.reply_to,
            "zone": letter.zone,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _item(item: Item, language: str) -> dict[str, Any]:
    texts = {
        lang: [text.subject, list(text.paragraphs)]
        for lang, text in item.mail.texts.items()
        if lang in {language, item.fallback}
    }
    mail = item.mail
    return {
        "case": item.case,
        "promise": item.promise,
        "also": list(item.also),
        "fallback": item.fallback,
        "mail": [mail.code, mail.action, mail.asks, mail.urgent, mail.attaches, texts],
        "context": _pack(item.context),
    }


def _pack(value: Any) -> Any:
    match value:
        case str() | int() | None:  # first, because they are most
            return value
        case date():
            return {_DATE: value.isoformat()}
        case Decimal():
            return {_NUMBER: str(value)}
        case Mapping():
            return {key: _pack(item) for key, item in value.items()}
        case list() | tuple():
            return [_pack(item) for item in value]
        case _:
            return value


def _unpack(value: Any) -> Any:
    match value:
        case {"§date": text}:
            return date.fromisoformat(text)
        case {"§number": text}:
            return Decimal(text)
        case dict():
            return {key: _unpack(item) for key, item in value.items()}
        case list():
            return [_unpack(item) for item in value]
        case _:
            return value


def letter_from_json(text: str) -> Letter:
    """Read a letter as `letter_to_json` wrote it."""
    data = json.loads(text)
    return Letter(
        recipient=Recipient(**data["recipient"]),
        items=tuple(_item_from(item) for item in data["items"]),
        programme=data["programme"],
        sender_name=data["sender_name"],
        reply_to=data["reply_to"],
        zone=data["zone"],
    )


def _item_from(data: Mapping[str, Any]) -> Item:
    code, action, asks, urgent, attaches, texts = data["mail"]
    mail_texts = {
        lang: MailText(subject=subject, paragraphs=tuple(paragraphs)) for lang, (subject, paragraphs) in texts.items()
    }
    return Item(
        case=data["case"],
        promise=data["promise"],
        also=tuple(data["also"]),
        fallback=data["fallback"],
        mail=_mail(code, action, asks, urgent, attaches, mail_texts),
        context=_unpack(data["context"]),
    )


def _mail(code: str, action: str, asks: bool, urgent: bool, attaches: str, texts: Mapping[str, MailText]) -> Mail:
    return Mail(code=code, texts=texts, action=action, asks=asks, urgent=urgent, attaches=attaches)
