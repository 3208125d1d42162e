"""The shape of a programme file: what may stand where."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from workflows.model_method import MonthDay
from workflows.shapes import Key, Language, Name, Names, Shape, Text

EMAIL_PATTERN = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+$"
Email = Annotated[str, StringConstraints(pattern=EMAIL_PATTERN, max_length=254)]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
DayOrMonthDay = Annotated[str, StringConstraints(pattern=r"^(\d{4}-)?\d{2}-\d{2}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,5}$")]


class CalendarShape(Shape):
    """The programme's own changes to its country's holidays."""

    include: list[DayOrMonthDay] = Field(default_factory=list, description="Further free days: MM-DD or YYYY-MM-DD")
    exclude: list[Text] = Field(default_factory=list, description="Ordinary working days: MM-DD, YYYY-MM-DD, or a name")
    years: Annotated[int, Field(ge=1, le=30)] = 12


class HoursShape(Shape):
    """When mails to companies may leave, local time."""

    opens: TimeOfDay = "08:00"
    closes: TimeOfDay = "16:00"


class WindowShape(Shape):
    """A quiet window: ISO weeks, or two days of the year; both ends included."""

    name: Text
    weeks: Annotated[list[Annotated[int, Field(ge=1, le=52)]], Field(min_length=2, max_length=2)] | None = None
    from_: MonthDay = Field(default="", alias="from")
    to: MonthDay = ""


class TargetShape(Shape):
    """So many agreements in force between two days, both included."""

    title: Text
    count: Annotated[int, Field(ge=1)]
    first: Day
    last: Day
    roll: Text = Field(
        default="none", description="next: a last day that is no working day moves to the next one; none: it stays"
    )


class PersonShape(Shape):
    """An account with its roles in this programme."""

    name: Text
    email: Email
    language: Language
    roles: Names
    function: str = ""
    department: str = ""
    deputy: str = Field(default="", description="Key of the person who stands in")


class ProgrammeShape(Shape):
    """The whole of a programme file."""

    programme: Key
    code: Code = Field(description="Prefix of case numbers")
    name: dict[Language, Text] | Text
    country: Text
    calendar: CalendarShape = CalendarShape()
    zone: Text
    languages: Annotated[list[Language], Field(min_length=1)]
    sender: Email
    sender_name: dict[Language, Text] | Text
    reply_to: Email
    sending_hours: HoursShape = HoursShape()
    quiet_windows: list[WindowShape] = Field(default_factory=list)
    events: dict[Name, list[Day]] = Field(default_factory=dict)
    targets: list[TargetShape] = Field(default_factory=list)
    people: dict[Name, PersonShape]
