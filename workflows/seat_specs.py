"""Whether a seat spec of a file means anybody: roles, and the words of `engine.seats`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.finding import Finding, unknown
from workflows.model_method import WorkflowShape
from workflows.nearest import instead
from workflows.yaml_text import Path

WORDS = ("owner", "deputy", "parties", "unsigned")
RESERVED = (*WORDS, "system", "record", "party", "person", "record_owners")
DEPUTIES = ("deputy", "deputy_contact")


def recipients_faults(flow: WorkflowShape, path: Path, specs: Sequence[str], *, of_a_move: bool) -> Iterator[Finding]:
    """Yield what is wrong with the recipients of a mail."""
    if not specs:
        yield Finding(path=path, code="mail_to_nobody", sentence="the mail goes to nobody; name at least one seat")
    for index, spec in enumerate(specs):
        yield from _recipient(flow, (*path, index), spec, of_a_move=of_a_move)
        if spec in specs[:index]:
            yield Finding(path=(*path, index), code="listed_twice", sentence=f"{spec!r} stands in this list twice; keep one")


def _recipient(flow: WorkflowShape, path: Path, spec: str, *, of_a_move: bool) -> Iterator[Finding]:
    if spec == "owner" and of_a_move:
        sentence = "a move has no deadline at hand, so 'owner' means nobody here; name a role"
        yield Finding(path=path, code="owner_of_nothing", sentence=sentence)
    elif spec == "deputy" and not any(role in flow.roles for role in DEPUTIES):
        sentence = "'deputy' means nobody here; declare the role 'deputy' (municipality) or 'deputy_contact' (company)"
        yield Finding(path=path, code="unknown_role", sentence=sentence)
    elif spec == "unsigned" and not any(role.signs for role in flow.roles.values()):
        sentence = "'unsigned' means nobody here: no role signs; declare one with 'signs: true'"
        yield Finding(path=path, code="unknown_role", sentence=sentence)
    elif spec.startswith("record_owners:"):
        yield from _record_owners(flow, path, spec)
    elif spec not in WORDS:
        yield from _role(flow, path, spec)


def owner_faults(flow: WorkflowShape, path: Path, spec: str, *, many: bool) -> Iterator[Finding]:
    """Yield what is wrong with who owes something. many: it may be several (a follow-up is then owed by each)."""
    if many and spec.startswith("record_owners:"):
        yield from _record_owners(flow, path, spec)
    elif not (many and spec == "parties"):
        yield from _role(flow, path, spec, owes=True)


def _record_owners(flow: WorkflowShape, path: Path, spec: str) -> Iterator[Finding]:
    name = spec.partition(":")[2]
    yield from unknown(path, name or spec, flow.records, "list")
    if name in flow.records and not flow.records[name].owner:
        sentence = f"the records of {name!r} have no owner; give the list an 'owner'"
        yield Finding(path=path, code="no_owner", sentence=sentence)


def _role(flow: WorkflowShape, path: Path, spec: str, *, owes: bool = False) -> Iterator[Finding]:
    if spec in flow.roles:
        return
    known = list(flow.roles) if owes else [*flow.roles, *WORDS, *(f"record_owners:{name}" for name in flow.records)]
    yield Finding(
        path=path,
        code="unknown_role",
        sentence=f"{spec!r} is not a declared role{'' if owes else ' or seat spec'}; {instead(spec, known)}",
    )
