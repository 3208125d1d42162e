"""A mail's subject as a name for the mail: what each case fills in reads `…`, what only some cases say is left out."""

from __future__ import annotations

import re

_SOMETIMES = re.compile(r"\{%-?\s*if\b.*?\{%-?\s*endif\s*-?%\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FILLED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_BLANKS = re.compile(r"\s+")
LEAST_LETTERS = 4


def outline(subject: str) -> str:
    """Return the outline of a subject's source, empty where there is hardly a word of its own in it.

    What only some cases say is taken in where nothing else would name the mail.

    >>> outline("Due on {{ due | date }}: {{ item }}")
    'Due on …: …'
    >>> outline("Send your baseline{% if due %} by {{ due | date }}{% endif %}")
    'Send your baseline'
    >>> outline("{{ company }}: {{ item }}{% if days %} – {{ days }} days late{% endif %}")
    '…: … – … days late'
    >>> outline("{{ company }}: {{ item }}")
    ''
    """
    return _named(_SOMETIMES.sub("", subject)) or _named(subject)


def _named(source: str) -> str:
    text = _BLANKS.sub(" ", _FILLED.sub("…", _TAG.sub("", source))).strip()
    return text if sum(letter.isalpha() for letter in text) >= LEAST_LETTERS else ""
