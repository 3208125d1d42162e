"""Organisations and contacts behind every surface: each change is an entry on the open cases it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import use_cases
from engine.acts import ContactChanged
from engine.draft import Call
from engine.errors import BadInput, Fault
from engine.ports import Tx
from engine.programme import Contact, Organisation
from engine.registrations import check_digit_fails, check_registration, clean_registration
from engine.use_cases import Tools
from handslag import lookup
from handslag.acting import Standing
from storage.programme_reads import contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given about an organisation; empty means not given."""

    name: str = ""
    register: str = ""
    number: str = ""
    cvr: str = ""
    kvk: str = ""
    kind: str = ""
    note: str = ""

    def values(self) -> dict[str, str]:
        """Return what was given, by field of `Organisation`. Raises: BadInput for a number that cannot be one."""
        register = "CVR" if self.cvr else "KVK" if self.kvk else self.register.upper()
        number = clean_registration(self.cvr or self.kvk or self.number)
        if bool(register) != bool(number):
            raise _bad("number", "give a register and a number, or neither, such as CVR and 13585628")
        if register and (reason := check_registration(register, number)) is not None:
            raise _bad("number", _registration_sentence(reason.code, register, number))
        given = {"name": self.name, "register": register, "number": number, "kind": self.kind, "note": self.note}
        return {key: value for key, value in given.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change did, or would do. cases: those that get an entry."""

    what: str
    no: int
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    cases: tuple[str, ...]
    done: bool

    def lines(self) -> Iterator[str]:
        """Yield the change in words."""
        if self.new is None or not self.new:
            yield "nothing changes"
            return
        for key, value in self.new.items():
            was = (self.old or {}).get(key)
            if not value and not was:
                continue
            yield f"{key}: {f'{was} -> ' if was else ''}{value}"
        noted = f"noted on {', '.join(self.cases)}" if self.cases else "no open case is touched"
        did = ("changed" if self.old else "added") if self.done else "nothing was changed"
        yield f"{self.what} {self.no or '(new)'}: {did}; {noted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An organisation with its contacts and open cases."""

    organisation: Organisation
    contacts: tuple[Contact, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who changes organisations here, allowed to. call_of: the circumstances of the entry on a case."""

    standing: Standing
    tools: Tools
    call_of: Callable[[Tx, str], Call]

    @property
    def programme(self) -> str:
        """Key of the programme."""
        return self.standing.programme.key


def look_at(tx: Tx, programme: str, which: str) -> Seen:
    """Return an organisation with what hangs on it. Raises: NotFound, BadInput."""
    found = lookup.organisation(tx, programme, which)
    return Seen(organisation=found, contacts=tuple(contacts(tx, found.id)), cases=tuple(tx.cases_with(programme, found.id)))


def add_organisation(tx: Tx, keeper: Keeper, given: Given, *, dry_run: bool) -> tuple[Organisation, str]:
    """Add an organisation; returns it with a warning, empty for none. Raises: BadInput, Refused (number taken)."""
    values = given.values()
    _check_name(values)
    made = Organisation(**{"id": 0, "register": "", "number": "", **values})  # type: ignore[arg-type]
    saved = made if dry_run else tx.save_organisation(keeper.programme, made)
    wrong = check_digit_fails(made.register, made.number) if made.number else False
    return saved, f"the check digit of {made.register} {made.number} is wrong; look it up" if wrong else ""


def change_organisation(tx: Tx, keeper: Keeper, which: str, given: Given, *, dry_run: bool) -> Changed:
    """Change an organisation and note it on its open cases. Raises: NotFound, BadInput, Refused."""
    values = given.values()
    old = lookup.organisation(tx, keeper.programme, which)
    new = _changed(old, values)
    if new and not dry_run:
        tx.save_organisation(keeper.programme, replace(old, **new))
    return _noted(tx, keeper, "organisation", old.id, old.id, _old(old, new), new, dry_run=dry_run)


def add_contact(
    tx: Tx, keeper: Keeper, which: str, name: str, email: str, language: str, function: str, *, dry_run: bool
) -> Changed:
    """Add a contact and note it on the open cases of its organisation. Raises: NotFound, BadInput."""
    company = lookup.organisation(tx, keeper.programme, which)
    speaks = language or keeper.standing.programme.languages[0]
    new = {"name": name, "email": email, "language": speaks, "function": function, "state": "active"}
    _check_name(new)
    _check_contact(new)
    made = Contact(id=0, organisation=company.id, **new)
    saved = made if dry_run else tx.save_contact(made)
    return _noted(tx, keeper, "contact", saved.id, company.id, None, new, dry_run=dry_run)


def change_contact(tx: Tx, keeper: Keeper, which: str, given: Mapping[str, str], *, dry_run: bool) -> Changed:
    """Change a contact and note it on the open cases of its organisation. Raises: NotFound, BadInput."""
    _check_contact(given)
    old = lookup.contact(tx, keeper.programme, which)
    new = _changed(old, given)
    if new and not dry_run:
        tx.save_contact(replace(old, **new))
    return _noted(tx, keeper, "contact", old.id, old.organisation, _old(old, new), new, dry_run=dry_run)


def _noted(
    tx: Tx, keeper: Keeper, kind: str, no: int, organisation: int,
    old: Mapping[str, Any] | None, new: Mapping[str, Any], *, dry_run: bool,
) -> Changed:  # fmt: skip
    """Note a change on every open case of the organisation, in the transaction that makes it."""
    numbers = tuple(tx.cases_with(keeper.programme, organisation)) if new else ()
    if not dry_run:
        act = ContactChanged(kind=kind, no=no, old=old, new=new)
        for number in numbers:
            use_cases.perform(tx, keeper.tools, number, act, keeper.call_of(tx, number))
    return Changed(what=kind, no=no, old=old, new=new, cases=numbers, done=bool(new) and not dry_run)


def _changed(row: Organisation | Contact, given: Mapping[str, str]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value and getattr(row, key) != value}


def _old(row: Organisation | Contact, new: Mapping[str, Any]) -> dict[str, Any]:
    return {key: getattr(row, key) for key in new}


def _check_name(values: Mapping[str, str]) -> None:
    if not values.get("name", "").strip():
        raise BadInput([Fault(place="name", code="missing", sentence="give it a name")], what="what was given")


def _check_contact(values: Mapping[str, str]) -> None:
    from email_validator import EmailNotValidError, validate_email

    if not values.get("email"):
        return
    try:
        validate_email(values["email"], check_deliverability=False)
    except EmailNotValidError as error:
        raise _bad("mail", f"{values['email']!r} is no mail address: {error}") from error


def _bad(place: str, sentence: str) -> BadInput:
    return BadInput([Fault(place=place, code="value", sentence=sentence)], what="what was given")


def _registration_sentence(code: str, register: str, number: str) -> str:
    if code == "registration_unknown_register":
        return f"{register!r} is no register known here; known: CVR, KVK"
    return f"{number!r} is not a {register} number; it has eight digits"
