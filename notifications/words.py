"""Sentences for people in their language; beside `dates`, the only module that imports babel.

The source is English, in Python; Danish and Dutch stand in `locale/<language>/LC_MESSAGES/handslag.po` and are compiled
in memory at first use, so nothing has to be built or committed beside the text that a translator edits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Set
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from engine.declared import pick
from engine.errors import Reason
from notifications.dates import LANGUAGES, listing, long_date, long_instant, number
from notifications.sentences import BARE, SENTENCES

SOURCE = "en"
NOTHING = "–"
UNKNOWN: tuple[object, ...] = (None, "")
LOCALE_FOLDER = Path(__file__).parent / "locale"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def is_language_map(value: object, languages: Collection[str] = LANGUAGES) -> bool:
    """Tell whether a value is a text in several languages: a mapping whose keys are all language codes."""
    return isinstance(value, Mapping) and bool(value) and all(key in languages for key in value)


@cache
def catalog(language: str) -> NullTranslations:
    """Return the catalog of a language, an empty one for English and for languages that have none."""
    path = LOCALE_FOLDER / language / "LC_MESSAGES" / "handslag.po"
    if language not in LANGUAGES or not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled, domain="handslag")


class Words:
    """Implements `engine.ports.Words`, and speaks the labels of mails, command line and web.

    sentences: English sentence by reason code; zone: of the instants in sentences.
    """

    def __init__(self, *, sentences: Mapping[str, str] = SENTENCES, zone: str = "UTC") -> None:
        self.sentences = sentences
        self.zone = zone

    def sentence(self, reason: Reason, language: str) -> str:
        """Return the sentence of a reason; an unknown code gives the code itself."""
        source = self.sentences.get(reason.code)
        if source is None:
            return reason.code
        if any(reason.values.get(name) in UNKNOWN for name in PLACEHOLDER.findall(source)):
            source = BARE.get(reason.code, source)
        return self._fill(source, language, reason.values)

    def text(self, msgid: str, language: str, **values: Any) -> str:
        """Return a label in a language, filled with values; one without a translation stays English."""
        return self._fill(msgid, language, values)

    def value(self, key: str, value: object, language: str) -> str:
        """Return a value as a sentence shows it; ISO text is a date under a key in `_on`, an instant under `_at`."""
        match value:
            case None | "":
                return NOTHING
            case Mapping() if is_language_map(value) or key.endswith("_title"):
                return pick(value, language, SOURCE) or NOTHING
            case bool():
                return self.text("yes" if value else "no", language)
            case str():
                return self._timed(key, value, language)
            case int() | float() | Decimal():
                return number(value, language)
            case datetime():
                return self._instant(value, language)
            case date():
                return long_date(value, language)
            case Mapping():
                pairs = [f"{name}: {self.value(str(name), part, language)}" for name, part in value.items()]
                return listing(pairs, language)
            case list() | tuple() | Set():
                return listing([self.value(key, part, language) for part in value], language) or NOTHING
        return str(value)

    def _fill(self, msgid: str, language: str, values: Mapping[str, Any]) -> str:
        known = catalog(language.partition("-")[0].lower()).gettext(msgid) if msgid else ""
        if values.get("unit") == "":  # a number that counts nothing in particular
            known = known.replace(" {unit}", "")
        return PLACEHOLDER.sub(lambda found: self.value(found[1], values.get(found[1]), language), known)

    def _timed(self, key: str, value: str, language: str) -> str:
        try:
            if key == "on" or key.endswith("_on"):
                return long_date(date.fromisoformat(value), language)
            if key == "at" or key.endswith("_at"):
                return self._instant(datetime.fromisoformat(value), language)
        except ValueError:
            return value
        return value

    def _instant(self, at: datetime, language: str) -> str:
        told = long_instant(at, language, self.zone)
        return f"{told} UTC" if self.zone == "UTC" else told
