"""Shapes that many calls share: texts and numbers that can stand in a row, what is given with a change, and pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictBool

from engine.acts import MailChoice

T = TypeVar("T")
MOST_TEXT = 20_000
MOST_NO = 2**31 - 1
PAGE, MOST_PAGE = 50, 200
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _readable(text: str) -> str:
    if any((c < " " and c not in "\n\r\t") or c == "\x7f" for c in text):
        raise ValueError("a text cannot hold control characters")
    return text


def _near(instant: datetime) -> datetime:
    if not EARLIEST <= instant < LATEST:
        raise ValueError("an instant lies between 1970 and 2200")
    return instant.astimezone(UTC)


Text = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(_readable)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_readable)]
Key = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_.@-]*$")]
Instant = Annotated[AwareDatetime, AfterValidator(_near)]
Number = Annotated[int, Field(ge=1, le=MOST_NO)]
Scalar = StrictBool | int | float | Text | None
Facts = Annotated[
    dict[Key, Scalar], Field(max_length=200, description="Values by key, as the workflow declares them; null takes away.")
]

CaseNumber = Annotated[
    str, Path(description="Number of the case.", max_length=40, pattern=r"^[A-Za-z0-9_-]+$", examples=["AAL-2026-0017"])
]
RowNumber = Annotated[int, Path(description="Number of the row in its case.", ge=1, le=MOST_NO)]
ProgrammeKey = Annotated[
    str, Path(description="Key of a programme.", max_length=100, pattern=r"^[A-Za-z0-9_.@-]+$", examples=["aalborg"])
]
InProgramme = Annotated[
    Key, Query(description="Key of a programme; may be left out by somebody who has only one.", examples=["aalborg"])
]
Limit = Annotated[int, Query(description="At most so many.", ge=1, le=MOST_PAGE)]
Next = Annotated[str, Query(alias="next", description="`next` of the page before; empty for the first page.", max_length=300)]


class Shown(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Given(BaseModel):
    """Something that is given; a field that is not known is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Changing(Given):
    """What may be said with every change of a case."""

    for_whom: Name = Field("", description="Acting for whom.", examples=["Company X, by phone"])
    happened_at: Instant | None = Field(None, description="When it happened, if it is noted later.")


class MailDecided(Given):
    """What is decided about a mail that the change would send at once, as the dry run shows it."""

    code: Key = Field(description="Code of the mail.", examples=["dialogue_invited"])
    seat: Name = Field("", description="The seat it goes to; empty for every one that gets it.")
    what: Literal["hold", "suppress"]
    until: Instant | None = Field(None, description="For hold: when it may leave.")
    reason: Text = Field("", description="For suppress: why, for history.")


class Sending(Changing):
    """What may be said with a change that sends mails at once."""

    decided: list[MailDecided] = Field(
        [], max_length=50, description="Mails that shall not simply leave; for whoever may hold and suppress promises."
    )

    @property
    def choices(self) -> tuple[MailChoice, ...]:
        """What goes into the call."""
        return tuple(
            MailChoice(code=one.code, seat=one.seat, what=one.what, until=one.until, reason=one.reason) for one in self.decided
        )


class Page(Shown, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = Field(description="Hand it back as `?next=` for the page after this one; null on the last page.")


def data(row: Any, **more: Any) -> Mapping[str, Any]:
    """Return the fields of a named tuple, with others beside them."""
    return {**row._asdict(), **more}
