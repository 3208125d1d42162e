"""Every check of a method, in one place: what runs once the shape of the file is right."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflows.checks_agreement import agreement_findings
from workflows.checks_guards import guard_findings
from workflows.checks_labels import label_findings
from workflows.checks_ladders import ladder_findings
from workflows.checks_moves import move_findings
from workflows.checks_names import name_findings
from workflows.checks_owed import owed_findings
from workflows.checks_phases import phase_findings
from workflows.finding import Finding
from workflows.model_method import WorkflowShape
from workflows.notes import hard_to_act_on, unused


def findings(flow: WorkflowShape, mails: Collection[str]) -> Iterator[Finding]:
    """Yield every fault of a method whose file has the right shape; mails: the codes that have files."""
    yield from name_findings(flow, mails)
    yield from label_findings(flow)
    yield from phase_findings(flow)
    yield from move_findings(flow)
    yield from ladder_findings(flow)
    yield from owed_findings(flow)
    yield from agreement_findings(flow)
    yield from guard_findings(flow)


def notes(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield what is no fault but worth knowing."""
    yield from unused(flow)
    yield from hard_to_act_on(flow)
