"""Tries every mail of a version in every use it has, with the renderer that will send it. Rendering itself is handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.declared import Version
from engine.errors import Fault, TextFails
from engine.letters import Item, Letter, Recipient
from engine.ports import Render
from workflows.mails import read_mail
from workflows.sample import MailUse, mail_uses, sample_context


def check_texts(version: Version, files: Mapping[str, str], render: Render, place: str = "workflow") -> list[Fault]:
    """Return a fault for each text that cannot be rendered: with everything given, or with what may be absent absent."""
    found: dict[tuple[str, str], list[str]] = {}
    for use in mail_uses(version):
        error, when = _problem(version, render, use, bare=False), "in its use for"
        if error is None:
            error, when = _problem(version, render, use, bare=True), "where all is absent that may be, in its use for"
        if error is not None:
            key = _place(files, use, place, error), str(error.values.get("problem") or error.sentence)
            found.setdefault(key, []).append(f"{when} {use.about.replace(':', ' ')}")
    return [_fault(where, problem, uses) for (where, problem), uses in sorted(found.items())]


def _fault(where: str, problem: str, uses: Sequence[str]) -> Fault:
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    return Fault(place=where, code="text_fails", sentence=f"{problem} ({uses[0]}{more})")


def _place(files: Mapping[str, str], use: MailUse, place: str, error: TextFails) -> str:
    """Return file and line of the part that fails, as the renderer names it: `subject`, `paragraph 2`."""
    name = f"mails/{use.code}.{use.language}"
    line = read_mail(name, files.get(name, ""), place).lines.get(str(error.values.get("place", "")), 1)
    return f"{place}/{name}:{line}:1"


def _problem(version: Version, render: Render, use: MailUse, *, bare: bool) -> TextFails | None:
    try:
        render(_letter(version, use, bare=bare))
    except TextFails as error:
        return error
    return None


def _letter(version: Version, use: MailUse, *, bare: bool) -> Letter:
    item = Item(
        case="ABC-2026-0001",
        promise=1,
        mail=version.mails[use.code],
        fallback=version.fallback,
        context=sample_context(version, use, bare=bare),
    )
    recipient = Recipient(key="contact:1", name="Karen Friis", email="karen@example.org", language=use.language, side="company")
    return Letter(
        recipient=recipient,
        items=(item,),
        programme=dict.fromkeys(version.languages, "Sample programme"),
        sender_name="Sample programme",
        reply_to="klima@example.org",
        zone="UTC",
    )
