"""What a migration is about to do and how far it is, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from alembic import op
from alembic.script import ScriptDirectory

Tell = Callable[[str], None]


class Step(NamedTuple):
    """One revision. does: what it brings, one sentence."""

    revision: str
    does: str


def silent(_line: str) -> None:
    """Tell nobody."""


def steps_after(scripts: ScriptDirectory, revision: str) -> tuple[Step, ...]:
    """Return the revisions that a database at `revision` (empty: none yet) still lacks, in the order in which they run."""
    found = scripts.iterate_revisions("head", revision or "base")
    return tuple(Step(script.revision, str(script.doc)) for script in reversed(list(found)))


def tell(line: str) -> None:
    """Say how far the running migration is; called by migrations that fill a table."""
    told: Tell = op.get_context().opts.get("tell", silent)
    told(line)
