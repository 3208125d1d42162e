"""Errors of Handslag and the machine-readable reasons that edges turn into sentences.

The engine never writes prose for a person: it answers `Reason(code, values)`; a `Words` port (see `engine.ports`) makes the
sentence in the reader's language. The English text of an error class is for logs and for the command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is so: a stable code and the facts the sentence needs (JSON values only)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of an input: where it stands, a stable code, and a sentence that says what would have been right."""

    place: str
    code: str
    sentence: str

    def __str__(self) -> str:
        """Return `place: code: sentence`, the one form in which faults are printed."""
        return f"{self.place}: {self.code}: {self.sentence}" if self.place else f"{self.code}: {self.sentence}"


class HandslagError(Exception):
    """Something Handslag refuses or cannot do; every error of ours derives from this."""

    code = "error"

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    @property
    def reason(self) -> Reason:
        """The error as a reason, for edges that speak another language than English."""
        return Reason(code=self.code, values=self.values)


class Refused(HandslagError):
    """A rule of the method says no; `blocks` carries what is unmet (empty where the rule is not a guard).

    code: names the rule where no class of its own does, so that the reader's language has a sentence for it.
    """

    code = "refused"

    def __init__(self, sentence: str, *, blocks: Sequence[Any] = (), code: str = "", **values: Any) -> None:
        super().__init__(sentence, **values)
        self.blocks = tuple(blocks)
        self.code = code or type(self).code


class MoveNotAllowed(Refused):
    """The transition does not start in the phase where the case stands."""

    code = "move_not_allowed"


class GuardsUnmet(Refused):
    """The transition exists here, but at least one guard answers no."""

    code = "guards_unmet"


class NotPermitted(Refused):
    """The actor holds no role that may do this."""

    code = "not_permitted"


class NotAMove(Refused):
    """The entry cannot be undone by its nature: it is no move, or the system made it by itself."""

    code = "not_a_move"


class UndoTooLate(Refused):
    """The hold time of the move is over, or none is set; `until_at` says when it ended."""

    code = "undo_too_late"


class UndoMailLeft(Refused):
    """A mail of the move has left, or is in a sender's hands."""

    code = "undo_mail_left"


class UndoOvertaken(Refused):
    """Something was done since the move that builds on it; `by`, `did` and `at` say who did what when."""

    code = "undo_overtaken"


class BadInput(HandslagError):
    """The input has faults; all of them are listed, nothing was changed."""

    code = "bad_input"

    def __init__(self, faults: Sequence[Fault], *, what: str = "the input") -> None:
        self.faults = tuple(faults)
        lines = "\n".join(str(fault) for fault in self.faults)
        super().__init__(f"{what} has {len(self.faults)} fault(s), nothing was changed:\n{lines}")


class CaseConflict(HandslagError):
    """Somebody else wrote to the case first; `by`, `did` and `at` say who did what when."""

    code = "case_conflict"


class PlanChanged(HandslagError):
    """What would happen now is not what was confirmed; the new plan must be looked at first."""

    code = "plan_changed"


class NotFound(HandslagError):
    """No such thing, or not for this reader: the two are never told apart."""

    code = "not_found"


class TextFails(HandslagError):
    """A mail text of the version cannot be rendered for this case; the move that needs it does not happen."""

    code = "text_fails"


class EnvironmentFault(HandslagError):
    """The surroundings are not right (database, schema, file, approval); the sentence says what to run."""

    code = "environment"
