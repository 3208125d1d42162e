"""Ways through a workflow's shape that several checks take: every ladder, every mail, every label, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from engine.terms import Term
from workflows.model_method import FollowUpShape, PhaseShape, WorkflowShape
from workflows.model_parts import RecordsShape, RungShape, TaskShape
from workflows.yaml_text import Path

Owing = PhaseShape | TaskShape | FollowUpShape | RecordsShape
WORKING_DAYS = {"wd": Fraction(1), "days": Fraction(5, 7), "weeks": Fraction(5), "months": Fraction(21), "years": Fraction(252)}


def working_days(term: Term) -> Fraction:
    """Return about how many working days a term is: a week is 5, a month 21, a year 252."""
    return term.count * WORKING_DAYS[term.unit]


def owing(flow: WorkflowShape) -> Iterator[tuple[Path, Owing]]:
    """Yield everything that may have a deadline with a ladder."""
    sections: tuple[tuple[str, Mapping[str, Owing]], ...] = (
        ("phases", flow.phases),
        ("tasks", flow.tasks),
        ("followups", flow.followups),
        ("records", flow.records),
    )
    for section, shapes in sections:
        for key, shape in shapes.items():
            yield (section, key), shape


def written_ladders(flow: WorkflowShape) -> Iterator[tuple[Path, Sequence[RungShape]]]:
    """Yield every ladder where it is written, named or in place, once."""
    for name, rungs in flow.ladders.items():
        yield ("ladders", name), rungs
    for path, shape in owing(flow):
        if isinstance(shape.ladder, list):
            yield (*path, "ladder"), shape.ladder


def written_rungs(flow: WorkflowShape) -> Iterator[tuple[Path, RungShape]]:
    """Yield every rung where it is written, once."""
    for path, rungs in written_ladders(flow):
        for index, rung in enumerate(rungs):
            yield (*path, index), rung


def mail_uses(flow: WorkflowShape) -> Iterator[tuple[Path, str]]:
    """Yield every mail code that is named anywhere."""
    for path, rung in written_rungs(flow):
        if rung.mail:
            yield (*path, "mail"), rung.mail
    for key, move in flow.transitions.items():
        for index, mail in enumerate(move.mails):
            yield ("transitions", key, "mails", index, "code"), mail.code
    for name in ("returned_mail", "accepted_mail", "handover_mail"):
        if code := getattr(flow, name):
            yield (name,), code


def labels(flow: WorkflowShape) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Yield every text that must exist in each declared language."""
    yield ("title",), flow.title
    if flow.public_title is not None:
        yield ("public_title",), flow.public_title
    for section in ("roles", "facts", "records", "tasks", "phases", "transitions", "followups"):
        for key, shape in getattr(flow, section).items():
            yield (section, key, "title"), shape.title
    for key, phase in flow.phases.items():
        if phase.public_title is not None:
            yield ("phases", key, "public_title"), phase.public_title
    for key, guard in flow.guards.items():
        if guard.needs is not None:
            yield ("guards", key, "needs"), guard.needs
    for key, texts in flow.outcomes.items():
        yield ("outcomes", key), texts
    yield from _fact_labels(flow)


def _fact_labels(flow: WorkflowShape) -> Iterator[tuple[Path, Mapping[str, str]]]:
    for key, fact in flow.facts.items():
        for value, texts in fact.choices.items():
            yield ("facts", key, "choices", value), texts
    for name, records in flow.records.items():
        for key, field in records.fields.items():
            yield ("records", name, "fields", key, "title"), field.title
            for value, texts in field.choices.items():
                yield ("records", name, "fields", key, "choices", value), texts
