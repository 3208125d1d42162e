"""From the shapes of a file to the engine's values: roles, facts, records, ladders and tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.declared import FactType, RecordList, Role, Rung, Task
from workflows.model_method import WorkflowShape
from workflows.model_parts import FactShape, FieldShape, RungShape


def roles(flow: WorkflowShape) -> dict[str, Role]:
    """Return the roles."""
    return {
        key: Role(key=key, side=role.side, title=role.title, signs=role.signs, required=role.required)
        for key, role in flow.roles.items()
    }


def facts(shapes: Mapping[str, FactShape]) -> dict[str, FactType]:
    """Return the types of facts, or of a list's fields."""
    return {key: _fact(key, shape) for key, shape in shapes.items()}


def _fact(key: str, shape: FactShape) -> FactType:
    return FactType(
        key=key,
        kind=shape.type,
        title=shape.title,
        unit=shape.unit,
        choices=shape.choices,
        register=shape.register_,
        required=isinstance(shape, FieldShape) and shape.required,
        confidential=shape.confidential,
    )


def ladder(flow: WorkflowShape, written: str | list[RungShape] | None) -> tuple[Rung, ...]:
    """Return the rungs of a ladder written by name or in place."""
    return tuple(
        Rung(at=rung.at, mail=rung.mail, to=tuple(rung.to), task=rung.task, escalates=rung.escalates)
        for rung in flow.rungs(written)
    )


def phases_while(flow: WorkflowShape, during: Sequence[str]) -> tuple[str, ...]:
    """Return the phases in which something is owed: those named, else those in which the agreement is in force."""
    return tuple(during) or tuple(key for key, phase in flow.phases.items() if phase.signed)


def records(flow: WorkflowShape) -> dict[str, RecordList]:
    """Return the record lists."""
    return {
        key: RecordList(
            key=key,
            title=shape.title,
            fields=facts(shape.fields),
            side=shape.side,
            owner=shape.owner,
            due=shape.due,
            done=shape.done,
            grace=shape.grace,
            ladder=ladder(flow, shape.ladder),
            during=phases_while(flow, shape.during),
            reviewer=shape.reviewer,
            answer_within=shape.answer_within,
            extend_by=shape.extend_by,
        )
        for key, shape in flow.records.items()
    }


def tasks(flow: WorkflowShape) -> dict[str, Task]:
    """Return the tasks."""
    return {
        key: Task(
            key=key,
            title=shape.title,
            owner=shape.owner,
            within=shape.within,
            for_each=shape.for_each.replace(" ", ""),
            closes_by=shape.closes_by,
            marks=shape.marks,
            reviewer=shape.reviewer,
            ladder=ladder(flow, shape.ladder),
            extend_by=shape.extend_by,
        )
        for key, shape in flow.tasks.items()
    }
