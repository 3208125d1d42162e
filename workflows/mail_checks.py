"""Checks of mail files against the workflow that sends them: languages, attachments, and whether anything sends them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.errors import Fault
from workflows.mails import MailFile
from workflows.model_method import WorkflowShape
from workflows.nearest import instead
from workflows.walk import mail_uses


def mail_file_faults(flow: WorkflowShape, mails: Sequence[MailFile]) -> Iterator[Fault]:
    """Yield undeclared and missing languages, and attachments that are no document."""
    documents = [key for key, fact in flow.facts.items() if fact.type == "document"]
    for mail in mails:
        if mail.language not in flow.languages:
            sentence = f"language {mail.language!r} is not declared; declared: {', '.join(flow.languages)}"
            yield Fault(place=f"{mail.file}:1:1", code="undeclared_language", sentence=sentence)
        attached = str(mail.head.get("attaches", ""))
        if attached and attached not in documents:
            sentence = f"attaches: {attached!r} is not a document fact of the workflow; {instead(attached, documents)}"
            yield Fault(place=f"{mail.file}:1:1", code="unknown_fact", sentence=sentence)
    for code in dict.fromkeys(mail.code for mail in mails):
        same = {mail.language: mail for mail in mails if mail.code == code}
        file = next(iter(same.values())).file.rpartition(".")[0]
        for language in flow.languages:
            if language not in same:
                sentence = f"mail {code} has no text in {language!r}; write this file"
                yield Fault(place=f"{file}.{language}:1:1", code="mail_language_missing", sentence=sentence)


def unused_mails(flow: WorkflowShape, mails: Sequence[MailFile]) -> Iterator[Fault]:
    """Yield a note for each mail that nothing sends."""
    named = {code for _, code in mail_uses(flow)}
    for code in dict.fromkeys(mail.code for mail in mails):
        if code not in named:
            file = next(mail.file for mail in mails if mail.code == code)
            sentence = f"mail {code} is never sent; no rung and no move names it"
            yield Fault(place=f"{file}:1:1", code="mail_unused", sentence=sentence)
