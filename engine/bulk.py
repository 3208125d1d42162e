"""One act for many cases: who can and who cannot, and at most one mail for one person.

Every case is decided for itself and gets its own entry; one that is refused does not stop the others. Only the mails know of
each other: those of one person are one message, except where each carries a document of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from engine.acts import Act
from engine.draft import Call, Scene
from engine.errors import CaseConflict, HandslagError, NotFound
from engine.letters import Message
from engine.outgoing import fingerprint, post_together, together
from engine.ports import Ids, Tx
from engine.use_cases import Outcome, Tools, conflict, consider, scene_of, write

_MAILS = UUID("5f0c7a52-8d0e-4a3f-9f57-6f0d6e0b7a11")
CallOf = Callable[[Tx, str], Call]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A case that is asked for the act. revision: the one that was looked at, 0 for any."""

    number: str
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the act does to one case: its outcome, or the error that keeps it from it; never both."""

    number: str
    scene: Scene | None = None
    call: Call | None = None
    outcome: Outcome | None = None
    error: HandslagError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What an act does to many cases. answers: in the order asked; messages: at most one for a person and document."""

    answers: tuple[Answered, ...]
    messages: tuple[Message, ...]

    @property
    def able(self) -> tuple[Answered, ...]:
        """The cases that it is done to."""
        return tuple(answer for answer in self.answers if answer.outcome is not None)

    @property
    def digest(self) -> str:
        """The digest of the whole plan, for confirming it."""
        done = (f"{a.number} {a.outcome.digest}" if a.outcome else f"{a.number} -" for a in self.answers)
        return fingerprint(done)


def look(tx: Tx, tools: Tools, asked: Sequence[Asked], act: Act, call_of: CallOf, *, run: str = "") -> Together:
    """Return what an act would do to many cases; leaves no trace.

    run: names the bulk move, so that mails of its later parts join those of the earlier ones; empty for a look beforehand.
    """
    ids = _Shared(tx, run)
    answers = tuple(_answer(tx, tools, one, act, call_of, ids) for one in asked)
    messages = [message for answer in answers if answer.outcome for message in answer.outcome.messages]
    return Together(answers=answers, messages=together(messages, tools.render))


def carry_out(tx: Tx, tools: Tools, asked: Sequence[Asked], act: Act, call_of: CallOf, *, run: str) -> Together:
    """Do an act to every case that lets it, in this transaction; the others are answered with their error."""
    plan = look(tx, tools, asked, act, call_of, run=run)
    for answer in plan.able:
        assert answer.scene is not None and answer.call is not None and answer.outcome is not None
        write(tx, tools, answer.scene, replace(answer.outcome, messages=()), answer.call)
    for message in plan.messages:
        post_together(tx, message, tools.render)
    return plan


def _answer(tx: Tx, tools: Tools, asked: Asked, act: Act, call_of: CallOf, ids: _Shared) -> Answered:
    try:
        call = replace(call_of(tx, asked.number), ids=ids.beside(tools.ids))
        scene = scene_of(tx, tx.case(asked.number))
        if asked.revision and scene.case.revision != asked.revision:
            raise conflict(tx, asked.number, asked.revision)
        return Answered(number=asked.number, scene=scene, call=call, outcome=consider(tx, tools, scene, act, call))
    except HandslagError as error:  # reported; one case that cannot must not stop the others
        return Answered(number=asked.number, error=error)


class _Shared:
    """Ids that give the mails of one bulk move to one person and document the same message."""

    def __init__(self, tx: Tx, run: str) -> None:
        self._tx, self._run = tx, run
        self._known: dict[tuple[str, str], str] = {}
        self._ids: Ids | None = None

    def beside(self, ids: Ids) -> Ids:
        """Return these ids, with salts from others."""
        self._ids = ids
        return self

    def message(self, recipient: str = "", document: str = "") -> str:
        key = (recipient, document)
        if key not in self._known:
            self._known[key] = self._free(recipient, document)
        return self._known[key]

    def _free(self, recipient: str, document: str) -> str:
        """Return an id under which nothing stands, or a message that has not left yet."""
        part = 0
        while True:
            found = str(uuid5(_MAILS, f"{self._run}\n{recipient}\n{document}\n{part}"))
            if not self._run:
                return found
            try:
                standing = self._tx.message(found)
            except NotFound:
                return found
            if standing.state == "queued":
                return found
            part += 1

    def salt(self) -> str:
        assert self._ids is not None
        return self._ids.salt()

    def join(self, recipient: str, programme: str, day: date) -> str:
        assert self._ids is not None
        return self._ids.join(recipient, programme, day)


def is_conflict(error: HandslagError | None) -> bool:
    """Tell whether a case was left alone because somebody had changed it since it was looked at."""
    return isinstance(error, CaseConflict)
