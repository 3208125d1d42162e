"""The one layout of every mail, and the only module that imports mjml: a `Page` of words becomes HTML and text.

MJML turns the layout into HTML once a process, with the marks for the words still in it; a mail only fills them in. So
MJML never sees a word that a city or a company wrote.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mjml import mjml2html

from engine.errors import EnvironmentFault
from notifications.environment import linked, trusted_environment

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
        words = " ".join(" ".join(self.sections[0].paragraphs).split())
        # What lies behind twice the length cannot change what is kept, and cutting it off first saves most of the work.
        return textwrap.shorten(words[: 2 * PREVIEW], PREVIEW, placeholder=" …")


def to_html(page: Page) -> str:
    """Return the HTML part; every value is escaped, nothing is fetched from elsewhere when it is shown."""
    return _html_template()(page=page)


def to_text(page: Page) -> str:
    """Return the plain-text part, wrapped at 72 characters; addresses of pages stand bare and unbroken."""
    return BLANK_LINES.sub("\n\n", _text_template()(page=page)).strip() + "\n"


def wrapped(text: str) -> str:
    """Wrap each line of a text at 72 characters and keep its line breaks and long addresses."""
    return "\n".join(_wrapped_line(line) for line in text.splitlines())


def _wrapped_line(line: str) -> str:
    """Do what `textwrap` does without breaking words, at a tenth of its cost."""
    if len(line) <= WIDTH and "\t" not in line:
        return line.rstrip(" ")
    kept: list[str] = []
    rest = line.expandtabs()
    while len(rest) > WIDTH:
        cut = rest.rfind(" ", 0, WIDTH + 1)
        if cut < 0:
            cut = rest.find(" ", WIDTH)
        if cut < 0:
            break
        kept.append(rest[:cut].rstrip(" "))
        rest = rest[cut:].lstrip(" ")
    kept.append(rest.rstrip(" "))
    return "\n".join(part for part in kept if part)


@cache
def _html_template() -> Callable[..., str]:
    try:
        source = mjml2html((TEMPLATES / "mail.mjml.j2").read_text(encoding="utf-8"))
    except ValueError as error:
        raise EnvironmentFault(f"the mail layout is broken: {error}") from error
    return trusted_environment(TEMPLATES, {"linked": linked}).from_string(source).render


@cache
def _text_template() -> Callable[..., str]:
    return trusted_environment(TEMPLATES, {"wrapped": wrapped}).get_template("mail.txt.j2").render
