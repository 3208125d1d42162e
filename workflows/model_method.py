"""The shape of `workflow.yaml`: what may stand where. What the names mean together is checked in `workflows.checks`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from workflows.model_parts import (
    FactShape,
    GuardShape,
    Ladder,
    MailRuleShape,
    OwedShape,
    RecordsShape,
    RoleShape,
    RungShape,
    TaskShape,
)
from workflows.shapes import FieldName, Key, Labels, Language, Name, Names, Shape, SpanOfTime, Text, kind_of_value

MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
ShortCode = Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9_-]{0,11})?$")]
GuardUse = Annotated[
    Annotated[Text, Tag("text")] | Annotated[dict[str, dict[str, Any]], Tag("map")],
    Discriminator(kind_of_value),
    Field(description="The name of a guard, or a name with parameters that override"),
]


class PhaseShape(Shape):
    """Where a case may stand."""

    title: Labels
    public_title: Labels | None = None
    owner: str = ""
    stay: SpanOfTime | None = Field(default=None, description="Longest stay")
    until: str = Field(default="", description="Date fact at which it is due, instead of `stay`")
    grace: SpanOfTime | None = None
    waits_for: Literal["municipality", "company"] = Field(default="municipality", description="Who has to act")
    ladder: Ladder | None = None
    tasks: Names = Field(default_factory=list, description="Opened on entering")
    stops_clocks: bool = Field(default=False, description="Working-day terms do not run here")
    ending: str = Field(default="", description="Outcome; such a phase has no way out and no deadline")
    signed: bool = Field(default=False, description="The agreement is in force here; counts towards targets")
    extend_by: SpanOfTime | None = None


class AutomaticShape(Shape):
    """When the system makes a move by itself."""

    on: str = Field(default="", description="An event: signed")
    date: str = Field(default="", description="A date fact")
    offset: SpanOfTime | None = Field(default=None, description="From that date")


class TransitionShape(Shape):
    """A declared move."""

    title: Labels
    code: ShortCode = Field(default="", description="Short code in lists; the move's own name where left out")
    from_: Names = Field(alias="from")
    to: Text
    by: Names = Field(description="Roles, or `system` with `automatic`")
    guards: list[GuardUse] = Field(default_factory=list)
    reason_required: bool = False
    asks: Names = Field(default_factory=list, description="Facts that may be given with the move")
    requires: Names = Field(default_factory=list, description="Facts that must be given, or stand already")
    mails: list[MailRuleShape] = Field(default_factory=list)
    tasks: Names = Field(default_factory=list, description="Opened by the move")
    effects: Names = Field(default_factory=list)
    automatic: AutomaticShape | None = None
    clears: Names = Field(default_factory=list, description="Facts that the move takes away")
    completes: bool = Field(default=True, description="false: the phase's deadline is cancelled instead of met")
    reopens: bool = Field(default=False, description="May start in an ending: the case is open again")
    pauses: Literal["", "pause", "resume"] = ""


class AnchorShape(Shape):
    """What a follow-up hangs on: exactly one of these."""

    fact: str = ""
    calendar: list[MonthDay] = Field(default_factory=list, description="MM-DD; a day 31 means the month's last")
    financial_year: str = Field(default="", description="Text fact holding the MM-DD of the year's last day")
    events: str = Field(default="", description="A list of dates in the programme")
    after: str = Field(default="", description="Follow-up whose acceptance starts this one")
    halfway: list[Text] = Field(default_factory=list, description="Start and end fact", max_length=2)


class FollowUpShape(OwedShape):
    """A repeating or single thing owed while the agreement runs."""

    title: Labels
    anchor: AnchorShape
    owner: str = ""
    offset: SpanOfTime | None = None
    first: str = Field(default="next", description="next, full_period, or a term such as '6 months'")
    repeat: SpanOfTime | None = None
    during: Names = Field(default_factory=list)


class PeriodShape(Shape):
    """The agreement's term; the end is the first day without it."""

    length: SpanOfTime
    starts: Text = "signed_on"
    ends: Text = "ends_on"


class WorkflowShape(Shape):
    """The whole of `workflow.yaml`."""

    workflow: Key
    number: Annotated[int, Field(ge=1)]
    languages: Annotated[list[Language], Field(min_length=1)]
    fallback: Language
    title: Labels
    public_title: Labels | None = None
    legal_nature: str = ""
    start: Text
    document: str = Field(default="", description="The document fact that is frozen and signed")
    period: PeriodShape | None = None
    returned_mail: str = ""
    accepted_mail: str = ""
    handover_mail: str = ""
    roles: dict[Name, RoleShape]
    facts: dict[FieldName, FactShape] = Field(default_factory=dict)
    records: dict[FieldName, RecordsShape] = Field(default_factory=dict)
    ladders: dict[Name, list[RungShape]] = Field(default_factory=dict)
    guards: dict[Name, GuardShape] = Field(default_factory=dict)
    tasks: dict[Name, TaskShape] = Field(default_factory=dict)
    phases: dict[Name, PhaseShape]
    transitions: dict[Name, TransitionShape]
    followups: dict[Name, FollowUpShape] = Field(default_factory=dict)
    outcomes: dict[Name, Labels] = Field(default_factory=dict)
    retention: dict[Name, Text] = Field(default_factory=dict)

    def rungs(self, ladder: str | list[RungShape] | None) -> list[RungShape]:
        """Return the rungs of a ladder written by name or in place; none for an unknown name."""
        return self.ladders.get(ladder, []) if isinstance(ladder, str) else ladder or []
