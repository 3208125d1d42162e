"""The state machine: one `transitions` machine per version, asked with throw-away tokens. The only file that imports it.

The machine is shared by all cases of a version and by all threads; it holds no case (a flat `Machine` with no models is
safe for that, its hierarchical and queued variants are not).

Guards are asked by the engine beforehand, because `transitions` says only
False where people need reasons.
"""

from __future__ import annotations

from typing import Any

from transitions import Machine, MachineError

from engine.declared import Transition, Version
from engine.errors import MoveNotAllowed


class Token:
    """What the machine moves instead of a case: it has a state and nothing else."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Kernel:
    """The declared moves of one version."""

    def __init__(self, version: Version) -> None:
        self._version = version
        moves: list[Any] = [
            {"trigger": t.key, "source": list(t.sources), "dest": t.target} for t in version.transitions.values()
        ]
        self._machine: Any = Machine(
            model=None,
            states=list(version.phases),
            transitions=moves,
            initial=version.start,
            auto_transitions=False,
            send_event=True,
        )

    def fire(self, phase: str, transition: str) -> str:
        """Return the phase that a move leads to.

        Raises: MoveNotAllowed where the method has no such move from here.
        """
        token = Token(phase)
        event = self._machine.events.get(transition)
        try:
            if event is None or not event.trigger(token):
                raise self._refusal(phase, transition)
        except MachineError as error:
            raise self._refusal(phase, transition) from error
        return token.state

    def moves_from(self, phase: str) -> tuple[Transition, ...]:
        """Return every declared move out of a phase, in the order of the declaration."""
        return tuple(self._version.transitions[key] for key in self._machine.get_triggers(phase))

    def _refusal(self, phase: str, transition: str) -> MoveNotAllowed:
        allowed = [t.key for t in self.moves_from(phase)]
        return MoveNotAllowed(
            f"cannot {transition!r} in phase {phase!r}; moves from here: {', '.join(allowed) or 'none, the case is closed'}",
            transition=transition,
            phase=phase,
            allowed=allowed,
        )


_KERNELS: dict[tuple[str, str], Kernel] = {}


def kernel_of(version: Version) -> Kernel:
    """Return the one kernel of a version, made at first use (two threads may both make it; they are alike)."""
    key = (version.name, version.hash)
    kernel = _KERNELS.get(key)
    return kernel if kernel is not None else _KERNELS.setdefault(key, Kernel(version))
