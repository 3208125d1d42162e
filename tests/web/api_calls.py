"""Every call of the API, found in its own description, with a body that would be right. A new call needs a line in BODIES if it
takes a body, and one in OPEN if it belongs to nobody in particular; else the tests of strangers fail.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from handslag.web.api.mounting import describe
from tests.web.conftest import Web

CASE = "AAL-2026-0003"
REASON = {"reason": "a test"}
# By the name of its function; a call that is not here takes no JSON.
BODIES: dict[str, Any] = {
    "open_case": {"programme": "aalborg", "organisation": 1},
    "make_move": {}, "correct": {"phase": "candidate", **REASON}, "wait": {}, "undo": {"entry": 1},
    "settle": {"text": "a test"},
    "set_facts": {"facts": {"sector": "Metal"}}, "add_record": {"values": {"held_on": "2026-03-01"}},
    "change_record": {"values": {"held_on": "2026-03-02"}}, "void_record": REASON, "say": {"text": "a test"},
    "give_seat": {"role": "coordinator", "person": "bo"}, "end_seat": REASON, "sign": {},
    "join": {"organisation": 1}, "leave": REASON, "suppress": REASON, "hold": {"until": "2026-12-01T08:00:00Z", **REASON},
    "add_one": {"name": "New", "kind": "company"}, "change_one": {"name": "Renamed"},
    "add_contact_to": {"name": "Ada", "email": "ada@x.example.org"}, "change_contact_of": {"name": "Renamed"},
    "resend": REASON,
}  # fmt: skip
# What each person has of its own, and what is the same for everybody.
OPEN = {"show_me", "search_cases", "list_programmes", "list_versions", "show_version"}
# Where the programme is asked for beside the path.
IN_PROGRAMME = {"list_cases", "list_due", "list_messages", "list_organisations", "add_one"}
THERE = {
    "number": CASE, "key": "aalborg-climate-partnership", "what": "submit", "no": "1", "list_key": "visits",
    "fact": "agreement", "digest": "0" * 64, "programme": "aalborg", "message_id": "MESSAGE", "version": "0",
}  # fmt: skip
NOWHERE = {**THERE, "number": "AAL-2026-9999", "no": "999999", "programme": "nowhere", "message_id": "0" * 36}


class Call(NamedTuple):
    """A call. name: of its function."""

    name: str
    method: str
    path: str

    @property
    def changes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    def to(self, values: dict[str, str]) -> str:
        """Return its address, filled."""
        query = {"list_due": "?until=2027-01-01", "lay_document": "?name=a.txt", "search_cases": "?words=x"}.get(self.name, "")
        if self.name in IN_PROGRAMME:
            query += f"{'&' if query else '?'}programme={values['programme']}"
        path = self.path.replace("{what}", "pause") if self.name == "wait" else self.path
        return path.format(**values) + query

    def given(self, values: dict[str, str]) -> dict[str, Any]:
        """Return what is sent with it."""
        if self.name == "lay_document":
            return {"content": b"words"}
        if self.name not in BODIES:
            return {}
        body = dict(BODIES[self.name])
        return {"json": {**body, "programme": values["programme"]} if "programme" in body else body}


@cache
def calls() -> tuple[Call, ...]:
    """Every call."""
    paths = describe()["paths"]
    return tuple(Call(told["operationId"], method.upper(), path) for path, way in paths.items() for method, told in way.items())


def there(web: Web) -> dict[str, str]:
    """Return values of paths that lead to things of the first programme."""
    return {**THERE, "message_id": next(m.id for m in web.world.messages() if m.programme == "aalborg")}
