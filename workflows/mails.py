"""Reads mail files (`mails/M08.en`: an optional head, a subject, paragraphs) into the engine's mails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.declared import Mail, MailText
from engine.errors import Fault
from workflows.nearest import instead

MAIL_NAME = re.compile(r"^mails/([A-Za-z][A-Za-z0-9_-]*)\.([a-z]{2})$")
HEAD_KEYS = ("action", "asks", "urgent", "attaches")
MAX_SUBJECT = 150
_FENCE = "---"
_BLOCK = re.compile(r"\{%-?\s*(if|for|endif|endfor)\b")
_BOOLEANS = {"true": True, "false": False}


@dataclass(slots=True)
class MailFile:
    """One mail file as read. lines: where subject and paragraphs begin, by the names the renderer uses for them."""

    code: str
    language: str
    file: str
    head: dict[str, str | bool] = field(default_factory=dict)
    subject: str = ""
    paragraphs: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, code: str, sentence: str) -> None:
        """Note a fault at a line."""
        self.faults.append(Fault(place=f"{self.file}:{line}:1", code=code, sentence=sentence))


def read_mail(name: str, text: str, place: str) -> MailFile:
    """Read one file, named `mails/<code>.<language>`; what is wrong is in its `faults`."""
    named = MAIL_NAME.match(name)
    code, language = (named[1], named[2]) if named else (name, "")
    mail = MailFile(code, language, f"{place}/{name}")
    lines = text.splitlines()
    start = _read_head(mail, lines)
    body = _paragraphs(lines, start)
    if not body:
        mail.fault(start + 1, "mail_subject_missing", "the first line after the head must be the subject")
        return mail
    _read_body(mail, body)
    return mail


def _read_head(mail: MailFile, lines: list[str]) -> int:
    """Read the head, if there is one, and return the index of the line after it."""
    if not lines or lines[0].strip() != _FENCE:
        return 0
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE), None)
    if end is None:
        mail.fault(1, "mail_head_open", "the head begins with '---' and must end with a line '---'")
        return len(lines)
    for number in range(1, end):
        line = lines[number].partition(" #")[0].strip()
        if line and not line.startswith("#"):
            _read_head_line(mail, line, number + 1)
    return end + 1


def _read_head_line(mail: MailFile, line: str, number: int) -> None:
    key, colon, value = (part.strip() for part in line.partition(":"))
    if not colon or key not in HEAD_KEYS:
        mail.fault(number, "unknown_key", f"{key!r} is not a key of a mail's head; {instead(key, HEAD_KEYS)}")
    elif key in mail.head:
        mail.fault(number, "duplicate_key", f"{key!r} stands in the head twice; keep one")
    elif key in ("asks", "urgent") and value not in _BOOLEANS:
        mail.fault(number, "wrong_value", f"{key}: expected true or false, got {value!r}")
    elif key == "action" and value not in ("reply", "none"):
        mail.fault(number, "unknown_value", f"action: {value!r} is not one of 'reply' or 'none'")
    else:
        mail.head[key] = _BOOLEANS[value] if key in ("asks", "urgent") else value.strip("'\"")


def _paragraphs(lines: list[str], start: int) -> list[tuple[int, str]]:
    """Return the runs of lines that are not empty, each with the number of its first line; the first line stands alone."""
    runs: list[tuple[int, str]] = []
    fresh = True
    for number, line in enumerate(lines[start:], start=start + 1):
        if not line.strip():
            fresh = True
        elif fresh or len(runs) == 1:
            runs.append((number, line.strip()))
            fresh = False
        else:
            runs[-1] = (runs[-1][0], f"{runs[-1][1]}\n{line.strip()}")
    return runs


def _read_body(mail: MailFile, runs: list[tuple[int, str]]) -> None:
    number, mail.subject = runs[0]
    mail.lines["subject"] = number
    if len(mail.subject) > MAX_SUBJECT:
        sentence = f"the subject has {len(mail.subject)} characters, at most {MAX_SUBJECT} are allowed"
        mail.fault(number, "mail_subject_long", sentence)
    if len(runs) == 1:
        mail.fault(number + 1, "mail_empty", "there is a subject, but no paragraph after it")
    for index, (line, text) in enumerate(runs[1:], start=1):
        mail.paragraphs.append(text)
        mail.lines[f"paragraph {index}"] = line
    for line, text in runs:
        words = [found[1] for found in _BLOCK.finditer(text)]
        if words.count("if") != words.count("endif") or words.count("for") != words.count("endfor"):
            sentence = "{% if %} and {% endif %} must stand in the same paragraph: each is rendered by itself"
            mail.fault(line, "mail_block_split", sentence)


def read_mails(files: Mapping[str, str], place: str) -> list[MailFile]:
    """Read every mail file of a folder, in the order of their names."""
    return [read_mail(name, files[name], place) for name in sorted(files) if MAIL_NAME.match(name)]


def head_faults(mails: list[MailFile]) -> Iterator[Fault]:
    """Yield a fault for each file whose head differs from that of the same mail in another language."""
    first: dict[str, MailFile] = {}
    for mail in mails:
        other = first.setdefault(mail.code, mail)
        if other.head != mail.head:
            sentence = f"the head differs from that of {other.file.rpartition('/')[2]}; it must be the same in every language"
            yield Fault(place=f"{mail.file}:1:1", code="mail_heads_differ", sentence=sentence)


def as_mails(files: list[MailFile]) -> dict[str, Mail]:
    """Return the engine's mails by code."""
    mails: dict[str, Mail] = {}
    for code in dict.fromkeys(file.code for file in files):
        same = [file for file in files if file.code == code]
        head = same[0].head
        mails[code] = Mail(
            code=code,
            texts={f.language: MailText(subject=f.subject, paragraphs=tuple(f.paragraphs)) for f in same},
            action=str(head.get("action", "reply")),
            asks=bool(head.get("asks", False)),
            urgent=bool(head.get("urgent", False)),
            attaches=str(head.get("attaches", "")),
        )
    return mails
