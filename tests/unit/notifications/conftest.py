"""The cast of the mail tests: a city's text, a letter made of it, and a message as the outbox holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.declared import Mail, MailText
from engine.letters import Item, Letter, Message, Recipient
from notifications.rendering import LetterRenderer
from notifications.words import Words

PULSE = Mail(
    code="M08",
    asks=True,
    texts={
        "en": MailText(
            subject="Due on {{ due | date }}: {{ item }}",
            paragraphs=("Dear {{ recipient }},", "{{ company }} owes {{ item }} by {{ due | date }}."),
        ),
        "da": MailText(
            subject="Frist den {{ due | date }}: {{ item }}",
            paragraphs=("Kære {{ recipient }}", "{{ company }} skal sende {{ item }} senest {{ due | date }}."),
        ),
    },
)
CONTEXT: Mapping[str, Any] = {
    "recipient": "Alice",
    "company": "Nordhavn Tømmer ApS",
    "item": {"en": "Quarterly pulse", "da": "Kvartalspuls", "nl": "Kwartaalpeiling"},
    "due": date(2026, 5, 31),
    "fact": {"tonnes": "12345.6", "note": None},
}
LETTER = Letter(
    recipient=Recipient(key="contact:1", name="Alice", email="alice@example.org", language="en", side="company"),
    items=(Item(case="AAL-2026-0017", promise=1, mail=PULSE, fallback="en", context=CONTEXT),),
    programme={"en": "Climate partnerships", "da": "Klimapartnerskaber"},
    sender_name="Climate coordinator, Aalborg",
    reply_to="klima@aalborg.example",
    zone="Europe/Copenhagen",
)
MESSAGE = Message(
    id="0197f0aa-1111-7abc-8def-0123456789ab",
    programme="aalborg",
    recipient="contact:1",
    address="alice@example.org",
    language="da",
    subject="Frist den 31. maj 2026: Kvartalspuls på række [AAL-2026-0017]",
    text="Kære Alice\n\nHusk jeres kvartalspuls.\n",
    html="<!doctype html><html lang='da'><body><p>Kære Alice</p></body></html>",
    day=date(2026, 5, 11),
    code="M08",
    thread="AAL-2026-0017",
    not_before=datetime(2026, 5, 11, 6, tzinfo=UTC),
    created_at=datetime(2026, 5, 11, 5, 30, tzinfo=UTC),
    sender="klima@aalborg.example",
    sender_name="Klimakoordinator, Aalborg",
    reply_to="svar@aalborg.example",
)

MakeLetter = Callable[..., Letter]


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
def render(words: Words) -> LetterRenderer:
    return LetterRenderer(words)


@pytest.fixture
def message() -> Message:
    return MESSAGE


@pytest.fixture
def make_letter() -> MakeLetter:
    """A letter in a language, with other paragraphs or context, about one case or several."""

    def make(
        language: str = "en",
        *,
        paragraphs: tuple[str, ...] = (),
        subject: str = "",
        cases: tuple[str, ...] = ("AAL-2026-0017",),
        **context: Any,
    ) -> Letter:
        mail = PULSE
        if paragraphs or subject:
            text = MailText(subject=subject or "About {{ item }}", paragraphs=paragraphs)
            mail = replace(PULSE, texts={"en": text})
        items = tuple(
            Item(case=case, promise=no, mail=mail, fallback="en", context={**CONTEXT, **context})
            for no, case in enumerate(cases, start=1)
        )
        return replace(LETTER, recipient=replace(LETTER.recipient, language=language), items=items)

    return make
