"""The parts of `workflow.yaml` that phases and moves refer to: roles, facts, records, rungs, guards and tasks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from workflows.shapes import FieldName, Labels, Name, Names, Shape, SpanOfTime, Text, kind_of_value

FactKind = Literal["text", "date", "number", "yes_no", "choice", "registration", "document", "person"]


class RoleShape(Shape):
    """A part somebody plays."""

    side: Literal["municipality", "company", "network"]
    title: Labels
    signs: bool = Field(default=False, description="Its seats are named signatories; each signs for itself")
    required: bool = Field(default=True, description="false: a case may do without")


class FactShape(Shape):
    """One typed value that a case carries."""

    type: FactKind
    title: Labels
    unit: str = Field(default="", description="Of a number, e.g. 't CO2e'")
    choices: dict[Name, Labels] = Field(default_factory=dict, description="Of a choice: value -> label")
    register_: Literal["", "CVR", "KVK"] = Field(default="", alias="register", description="Of a registration")
    confidential: bool = Field(default=False, description="Masked in exports and on public pages")


class FieldShape(FactShape):
    """One typed value of a record."""

    required: bool = Field(default=False, description="A record cannot be written without it")


class RungShape(Shape):
    """One step of a ladder."""

    at: SpanOfTime = Field(description="From the due date (0 or before), or from the end of grace (after it)")
    mail: str = ""
    to: Names = Field(default_factory=lambda: ["owner"], description="Seat specs")
    task: str = Field(default="", description="A task to open")
    escalates: bool = Field(default=False, description="The item enters the manager's list")


Ladder = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[RungShape], Tag("list")],
    Discriminator(kind_of_value),
    Field(description="The name of a ladder, or its rungs in place"),
]


class OwedShape(Shape):
    """What every owed thing may say about its deadline."""

    grace: SpanOfTime | None = Field(default=None, description="How long after the due date it counts as missed")
    ladder: Ladder | None = None
    reviewer: str = Field(default="", description="Role that accepts or returns; left out: submitting is enough")
    answer_within: SpanOfTime | None = Field(default=None, description="Term to answer questions")
    extend_by: SpanOfTime | None = Field(default=None, description="May be extended once, by this")


class RecordsShape(OwedShape):
    """A list of records; each is a row and may own a deadline."""

    title: Labels
    fields: dict[FieldName, FieldShape]
    side: Literal["", "municipality", "company", "network"] = Field(default="", description="Whose commitment it is")
    owner: str = Field(default="", description="Seat spec, or `field:<name of a person field>`")
    due: str = Field(default="", description="Date field that gives each record a deadline")
    done: str = Field(default="", description="Field that, once set, means that what the record owes is met")
    during: Names = Field(default_factory=list, description="Phases in which the deadline runs")


class GuardShape(Shape):
    """A named question about a case: a shipped function with parameters, or a CEL expression."""

    function: str = ""
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    cel: str = ""
    can: Names = Field(default_factory=list, description="Roles that can change the answer")
    needs: Labels | None = Field(default=None, description="What is needed; overrides the function's own sentence")


class TaskShape(Shape):
    """A thing to be done, opened by a phase, a move or a rung."""

    title: Labels
    owner: str = ""
    within: SpanOfTime | None = Field(default=None, description="Left out: due with the phase")
    for_each: str = Field(default="", description="`seats:<role>,<role>` or `records:<list>`")
    closes_by: Literal["confirm", "sign", "submit"] = "confirm"
    marks: str = Field(default="", description="Record field that gets the day on which it was done")
    reviewer: str = ""
    ladder: Ladder | None = None
    extend_by: SpanOfTime | None = None


class MailRuleShape(Shape):
    """A mail of a move."""

    code: Text
    to: Names
