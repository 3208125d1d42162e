"""Checks of the agreement: its document, its period, who signs, and the effects that need them."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.finding import Finding, unknown
from workflows.model_method import WorkflowShape

SIGNATURES = "signatures"
SIGNATURE_FIELDS = {
    "seat": ("text",),
    "document_hash": ("text",),
    "method": ("choice", "text"),
    "signed_on": ("date",),
}
SET_BY_US = ("agreement_number", "frozen_hash")


def agreement_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield what is missing for what the workflow wants to do with its agreement."""
    if flow.document in flow.facts and flow.facts[flow.document].type != "document":
        sentence = f"{flow.document!r} is a {flow.facts[flow.document].type} fact; name a document fact"
        yield Finding(path=("document",), code="not_a_document", sentence=sentence)
    for key in SET_BY_US:
        if key in flow.facts and flow.facts[key].type != "text":
            sentence = f"{key!r} is set by Handslag and is a text; declare it as 'type: text' or not at all"
            yield Finding(path=("facts", key, "type"), code="not_a_text", sentence=sentence)
    yield from _period(flow)
    yield from _effects(flow)
    yield from _signing(flow)


def _period(flow: WorkflowShape) -> Iterator[Finding]:
    if flow.period is None:
        return
    for name in ("starts", "ends"):
        key = getattr(flow.period, name)
        yield from unknown(("period", name), key, flow.facts, "fact")
        if key in flow.facts and flow.facts[key].type != "date":
            sentence = f"{name}: {key!r} is a {flow.facts[key].type} fact; name a date fact"
            yield Finding(path=("period", name), code="not_a_date", sentence=sentence)
    if flow.period.length.unit == "wd" or flow.period.length.count <= 0:
        sentence = f"a period of {flow.period.length} is no calendar time; write days, weeks, months or years above 0"
        yield Finding(path=("period", "length"), code="bad_period", sentence=sentence)


def _effects(flow: WorkflowShape) -> Iterator[Finding]:
    needs = {
        "start_period": (flow.period, "period"),
        "end_period": (flow.period, "period"),
        "new_period": (flow.period, "period"),
        "freeze": (flow.document, "document"),
    }
    for key, move in flow.transitions.items():
        for index, effect in enumerate(move.effects):
            there, name = needs.get(effect, (True, ""))
            if not there:
                sentence = f"the effect {effect!r} needs {name!r} at the top of the file"
                yield Finding(path=("transitions", key, "effects", index), code=f"no_{name}", sentence=sentence)


def _signing(flow: WorkflowShape) -> Iterator[Finding]:
    signing = [key for key, role in flow.roles.items() if role.signs]
    if not signing:
        return
    first = ("roles", signing[0])
    if not flow.document:
        sentence = f"{signing[0]!r} signs, so there must be a document; name its fact in 'document' at the top of the file"
        yield Finding(path=first, code="no_document", sentence=sentence, at_key=True)
    if not any("freeze" in move.effects for move in flow.transitions.values()):
        sentence = f"{signing[0]!r} signs a frozen document, but no transition has the effect 'freeze'"
        yield Finding(path=first, code="never_frozen", sentence=sentence, at_key=True)
    if SIGNATURES not in flow.records:
        wanted = ", ".join(f"{name} ({' or '.join(kinds)})" for name, kinds in SIGNATURE_FIELDS.items())
        sentence = f"{signing[0]!r} signs, so declare the record list {SIGNATURES!r} with the fields {wanted}"
        yield Finding(path=first, code="no_signatures", sentence=sentence, at_key=True)
        return
    for name, kinds in SIGNATURE_FIELDS.items():
        field = flow.records[SIGNATURES].fields.get(name)
        if field is None or field.type not in kinds:
            sentence = f"signing writes the field {name!r} of type {' or '.join(kinds)}; declare it here"
            yield Finding(path=("records", SIGNATURES, "fields", name), code="signature_field", sentence=sentence)
