"""The one layout of every mail, and the only module that imports mjml: a `Page` of words becomes HTML and text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mjml import mjml2html

from engine.errors import EnvironmentFault
from notifications.environment import trusted_environment

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 72
PREVIEW = 90
BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one promise says: heading (used only beside others), paragraphs of plain words, and their language."""

    case: str
    heading: str
    subject: str
    paragraphs: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All the words of a mail. summary: the line on top of several sections, empty for one; labels: `todo`, `case`.

    action: the one thing to do, empty for none; answer: where a reply goes; sender: programme's function and address.
    """

    language: str
    programme: str
    subject: str
    summary: str
    sections: tuple[Section, ...]
    action: str
    answer: str
    why: str
    cases: tuple[str, ...]
    sender: str
    labels: Mapping[str, str]

    @property
    def preview(self) -> str:
        """The first words, which mail programs show beside the subject."""
        return textwrap.shorten(" ".join(self.sections[0].paragraphs), PREVIEW, placeholder=" …")


def to_html(page: Page) -> str:
    """Return the HTML part; every value is escaped, nothing is fetched from elsewhere when it is shown."""
    source = _template("mail.mjml.j2")(page=page)
    try:
        return mjml2html(source)
    except ValueError as error:
        raise EnvironmentFault(f"the mail layout is broken: {error}") from error


def to_text(page: Page) -> str:
    """Return the plain-text part, wrapped at 72 characters; addresses of pages stand bare and unbroken."""
    return BLANK_LINES.sub("\n\n", _template("mail.txt.j2")(page=page)).strip() + "\n"


def wrapped(text: str) -> str:
    """Wrap each line of a text at 72 characters and keep its line breaks and long addresses."""
    lines = (textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in text.splitlines() or [""])
    return "\n".join(lines)


@cache
def _template(name: str) -> Callable[..., str]:
    return trusted_environment(TEMPLATES, {"wrapped": wrapped}).get_template(name).render
