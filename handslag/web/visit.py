"""A visit: one request of a signed-in person, with the installation, the time, the person's programmes and language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData, UploadFile

from engine.errors import NotFound
from engine.policy import ACTS, may_see, roles_on
from engine.programme import Programme
from handslag.clock import DemoClock
from handslag.web.labels import Labels
from handslag.web.rendering import page
from handslag.web.sessions import signed_in
from handslag.wiring import House
from notifications.dates import LANGUAGES
from storage import account_rows
from storage.account_rows import Signed

MOST_FIELDS = 300


class SignInNeeded(Exception):
    """Nobody is signed in; the answer is the sign-in page, whatever was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks, and when. programmes: those in which the person is active, by key; now: aware UTC.

    surface: web or api; token: number of the token behind it, 0 for a signed-in browser; may_write: false for a reading token.
    """

    house: House
    request: Request
    signed: Signed
    programmes: Mapping[str, Programme]
    now: datetime
    surface: str = "web"
    token: int = 0
    may_write: bool = True

    @property
    def person(self) -> str:
        """The key of the person."""
        return self.signed.person

    @property
    def language(self) -> str:
        """The person's language, English where we do not speak it."""
        return self.signed.language if self.signed.language in LANGUAGES else "en"

    @property
    def labels(self) -> Labels:
        """The words of pages in the person's language, for what is said outside a case."""
        return Labels(self.language)

    @property
    def programme(self) -> Programme:
        """The programme asked for by `?programme=`, else the first one. Raises: NotFound where it is not the person's."""
        asked = self.request.query_params.get("programme", "")
        mine = [p for p in self.programmes.values() if self.sees(p)]
        found = next((p for p in mine if p.key == asked or not asked), None)
        if found is None:
            raise NotFound(f"there is no programme {asked}", programme=asked)
        return found

    @property
    def own_programme(self) -> Programme:
        """The programme asked for, else the first one, also where the person sees only its own cases in it.

        Raises: NotFound where it is not the person's. What such a page shows is narrowed by `only`.
        """
        asked = self.request.query_params.get("programme", "")
        found = next((p for p in self.programmes.values() if p.key == asked or not asked), None)
        if found is None:
            raise NotFound(f"there is no programme {asked}", programme=asked)
        return found

    def only(self, programme: Programme) -> str:
        """Return the key of the person where it sees only the cases in which it sits, empty where it sees all."""
        return "" if self.sees(programme) else self.person

    @property
    def sees_whole(self) -> bool:
        """Whether the person sees all of any programme; an intermediary does not."""
        return any(self.sees(programme) for programme in self.programmes.values())

    def sees(self, programme: Programme) -> bool:
        """Tell whether the person may see what is in a programme."""
        return may_see(programme.people[self.person])

    def roles(self, programme: Programme) -> tuple[str, ...]:
        """Return the roles the person holds in a whole programme."""
        day = programme.calendar.local_day(self.now)
        return roles_on(programme.people[self.person], programme, None, day)

    def may(self, act: str, programme: Programme) -> bool:
        """Tell whether the person may do an act anywhere in a programme."""
        return bool(set(self.roles(programme)) & set(ACTS[act]))

    @property
    def may_audit(self) -> bool:
        """Whether the person may search the histories of one of its programmes."""
        return any(self.may("audit", programme) for programme in self.programmes.values())

    @property
    def administers(self) -> str:
        """The first page of the administration that the person may open, empty for none."""
        pages = (("people", "programme"), ("absences", "assign"))
        return next((key for key, act in pages if any(self.may(act, p) for p in self.programmes.values())), "")

    @property
    def overview_of(self) -> str:
        """The key of the first programme whose overview the person may see, empty for none."""
        return next((key for key, programme in self.programmes.items() if self.may("overview", programme)), "")

    @property
    def demo_clock(self) -> datetime | None:
        """Where the clock of a demonstration stands, None where time is real."""
        return self.now if isinstance(self.house.clock, DemoClock) else None

    def page(self, template: str, status: int = 200, /, *, zone: str = "", **context: Any) -> HTMLResponse:
        """Return a page in the person's language. zone: of its instants, else of the first programme."""
        first = next(iter(self.programmes.values()), None)
        zone = zone or (first.calendar.zone if first else "UTC")
        labels = Labels(self.language, zone)
        return page(template, status, labels=labels, zone=zone, visit=self, **{"path": self.path, **context})

    @property
    def path(self) -> str:
        """The path asked for."""
        return self.request.url.path


def house_of(request: Request) -> House:
    """Return the installation that the application serves."""
    house: House = request.app.state.house
    return house


def visit_of(request: Request) -> Visit:
    """Return the visit of a signed-in person. Raises: SignInNeeded."""
    house = house_of(request)
    now = house.clock.now()
    signed = signed_in(house, request, now)
    if signed is None:
        raise SignInNeeded
    request.state.person = signed.person
    keys = house.store.read(lambda tx: {key: tx.programme(key) for key in account_rows.memberships(tx, signed.person)})
    return Visit(house=house, request=request, signed=signed, programmes=keys, now=now)


class Posted:
    """The fields of a posted form, as text; files apart."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str) -> str:
        """Return a field, stripped; empty where it was not sent."""
        value = self._form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a field as a whole number, 0 where it is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return tuple(v for v in self._form.getlist(name) if isinstance(v, str))

    def starting(self, prefix: str) -> dict[str, str]:
        """Return the fields whose names start with a prefix, without it."""
        return {name[len(prefix) :]: self.text(name) for name in self._form if name.startswith(prefix)}

    def has(self, name: str) -> bool:
        """Tell whether a field was sent at all."""
        return name in self._form

    def file(self, name: str) -> UploadFile | None:
        """Return an uploaded file, None where none was chosen."""
        value = self._form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


async def posted(request: Request) -> AsyncIterator[Posted]:
    """Read a posted form; its files are closed after the answer."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        yield Posted(form)


Visiting = Annotated[Visit, Depends(visit_of)]
Form = Annotated[Posted, Depends(posted)]


def see_other(url: str) -> RedirectResponse:
    """Return the answer to a done form: go and look at a page."""
    return RedirectResponse(url, status_code=303)
