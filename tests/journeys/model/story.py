"""What the model believes without asking: facts, records, seats, parties, waits and phases, read from the entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from engine.programme import ProgrammeFile
from tests.journeys.model.days import Days, Pause
from tests.journeys.model.method import Method

Entry = Mapping[str, Any]
Values = dict[str, Any]


class Story:
    """A case as its entries tell it; promises and dates of what is owed are not read, only their names."""

    def __init__(self, method: Method, file: ProgrammeFile) -> None:
        self.method, self.file, self.days = method, file, Days(file)
        self.case: Values = {}
        self.facts: Values = {}
        self.rows: dict[str, dict[int, Values]] = {kind: {} for kind in ("party", "seat", "record", "wait")}
        self.now, self.today = datetime.min.replace(tzinfo=UTC), date.min

    def hear(self, entry: Entry) -> None:
        """Take in what an entry says was given, not what follows from it."""
        self.now = datetime.fromisoformat(entry["recorded_at"])
        self.today = self.days.local(self.now)
        for change in entry["changes"]:
            new = change["new"] or {}
            if change["kind"] == "case":
                self.case.update(new)
            elif change["kind"] == "fact":
                self.facts.update(new)
            elif change["kind"] in self.rows:
                self.rows[change["kind"]].setdefault(change["no"], {}).update(new)

    @property
    def phase(self) -> str:
        """Where the case stands."""
        return str(self.case["phase"])

    @property
    def period(self) -> int:
        """Which agreement it is about."""
        return int(self.case.get("period", 1))

    def in_phase(self, key: str) -> Any:
        """What the present phase declares under a key."""
        return self.method["phases"][self.phase].get(key)

    def pauses(self) -> tuple[Pause, ...]:
        """The waits, as days that do not count."""
        return tuple((date.fromisoformat(w["first"]), date.fromisoformat(w["until"])) for w in self.rows["wait"].values())

    def records(self, name: str) -> dict[int, Values]:
        """The records of a list that stand."""
        return {no: r["values"] for no, r in self.rows["record"].items() if r["list"] == name and not r.get("void_on")}

    def seats(self, role: str) -> dict[int, Values]:
        """The seats of a role that hold today."""
        return {
            no: s for no, s in self.rows["seat"].items()
            if s["role"] == role and (not s.get("ended_on") or date.fromisoformat(s["ended_on"]) > self.today)
        }  # fmt: skip

    def people_in(self, role: str) -> bool:
        """Whether the programme itself has somebody in a role."""
        return any(role in person.roles for person in self.file.people)

    # from words of the declaration to seats

    def side(self, seat: str) -> str:
        """Whose side a seat is on."""
        kind, _, no = seat.partition("#")
        if kind == "party":
            return "company"
        if kind == "record":
            return str(self.method["records"][self.rows["record"][int(no)]["list"]].get("side") or "municipality")
        if ":" in seat:
            return "municipality"
        return str(self.method["roles"][kind]["side"])

    def meant(self, spec: str, owner: str = "") -> list[str]:
        """The seats that a word of the declaration means."""
        name, _, argument = spec.partition(":")
        if name == "owner":
            return [owner]
        if name == "deputy":
            return self._role("deputy_contact" if self.side(owner) == "company" else "deputy")
        if name == "record_owners":
            return [f"record#{no}" for no in self.records(argument)]
        if name == "parties":
            return [f"party#{no}" for no, p in self.rows["party"].items() if not p.get("left_on")]
        if name == "unsigned":
            frozen = self.facts.get("frozen_hash")
            signed = {r["seat"] for r in self.records("signatures").values() if frozen and r["document_hash"] == frozen}
            roles = [k for k, r in self.method["roles"].items() if r.get("signs")]
            return [f"{role}#{no}" for role in roles for no in self.seats(role) if f"{role}#{no}" not in signed]
        return [spec] if "#" in spec else self._role(spec)

    def _role(self, role: str) -> list[str]:
        declared, held = self.method["roles"].get(role), self.seats(role)
        if declared is None:
            return []
        if declared.get("signs") or len(held) > 1:
            return [f"{role}#{no}" for no in held]
        return [role] if held or declared.get("required", True) or self.people_in(role) else []

    def owners(self, spec: str) -> list[str]:
        """Like `meant`, but one for each person where records name persons."""
        if not spec.startswith("record_owners:"):
            return self.meant(spec)
        name = spec.partition(":")[2]
        field = str(self.method["records"][name].get("owner", "")).partition("field:")[2]
        people = {p.key for p in self.file.people}
        named = [(no, str(values.get(field) or "")) for no, values in self.records(name).items()]
        return list(dict.fromkeys(f"person:{who}" if who in people else f"record#{no}" for no, who in named))

    def identity(self, seat: str) -> str:
        """Who holds a seat of a role today: a person's key or a contact's number, else the seat itself."""
        kind, _, no = seat.partition("#")
        held = self.seats(kind)
        row = held.get(int(no)) if no.isdigit() else list(held.values())[-1] if held else None
        return f"{row.get('person') or row.get('contact')}" if row else seat

    def holder(self, seat: str) -> str:
        """`company` or `municipality` for whoever holds a seat today, empty where nobody does."""
        kind, _, no = seat.partition("#")
        if ":" in seat:
            return "municipality"
        if kind == "party":
            return "company"
        if kind == "record":
            record = self.rows["record"][int(no)]
            owner = str(self.method["records"][record["list"]].get("owner", ""))
            field = owner.partition("field:")[2]
            who = str(record["values"].get(field) or "") if field else owner
            if who in {p.key for p in self.file.people}:
                return "municipality"
            return self.holder(who) if who in self.method["roles"] else ""
        held = self.seats(kind)
        if no:
            held = {int(no): held[int(no)]} if int(no) in held else {}
        elif not held and self.people_in(kind):
            return "municipality"
        return "" if not held else "municipality" if list(held.values())[-1].get("person") else "company"
