"""What a deadline follows: its declared phase, follow-up, record list or task, and what these have in common."""

from __future__ import annotations

from engine.case import Deadline
from engine.declared import FollowUp, Phase, RecordList, Task, Version

Rule = Phase | FollowUp | RecordList | Task


def rule_of(version: Version, deadline: Deadline) -> Rule:
    """Return the declaration behind a deadline."""
    match deadline.kind:
        case "phase":
            return version.phases[deadline.rule]
        case "followup":
            return version.followups[deadline.rule]
        case "record":
            return version.records[deadline.rule]
        case _:
            return version.tasks[deadline.rule]


def reviewer_of(version: Version, deadline: Deadline) -> str:
    """Return the role that accepts or returns what is submitted; empty where submitting is enough."""
    rule = rule_of(version, deadline)
    return "" if isinstance(rule, Phase) else rule.reviewer
