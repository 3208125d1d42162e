"""One person of a programme: added, changed, with roles, seats, the city account, and who changed what of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.declared import VersionRef, pick
from engine.errors import BadInput, Fault, NotFound
from engine.ports import Tx
from engine.programme import Person, Programme
from handslag.administration import people
from handslag.group_rules import managed_roles
from handslag.web.administered import administered, entry_said, framed, office, tried
from handslag.web.entering import rules_of
from handslag.web.fields import Field, fault_said
from handslag.web.labels import Labels
from handslag.web.pages.people import PLACE
from handslag.web.said import ROLES, SPOKEN
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage import account_rows, identity_rows, programme_log, programme_reads

SHOWN = 10
SAID = {
    "shared": "This short name is somebody's who works in a programme that you do not administer. Choose another.",
    "last": "Nobody would be left who may administer the programme. Give somebody else that role first.",
    "value": "This cannot be used here.",
    "taken": "Somebody in this programme has this short name already.",
}
router = APIRouter()


@router.get(f"{PLACE}/new")
def show_new(visit: Visiting) -> HTMLResponse:
    """Show an empty form. Raises: NotFound."""
    return _page(visit, administered(visit), "")


@router.post(f"{PLACE}/new")
def add(visit: Visiting, form: Form) -> Response:
    """Add a person. Raises: NotFound."""
    programme, key = administered(visit), form.text("key").lower()

    def write(tx: Tx) -> Person:
        if key in programme.people:
            raise BadInput([Fault(place="key", code="taken", sentence="taken")])
        return people.save_person(tx, office(visit, tx, programme), key, _given(form))

    made, faults = tried(lambda: visit.house.store.run(write))
    return _page(visit, programme, "", form, faults) if made is None else _done(programme)


@router.get(f"{PLACE}/{{key}}")
def show(visit: Visiting, key: str) -> HTMLResponse:
    """Show a person. Raises: NotFound."""
    return _page(visit, _known(visit, key), key)


@router.post(f"{PLACE}/{{key}}")
def change(visit: Visiting, key: str, form: Form) -> Response:
    """Change a person. Raises: NotFound."""
    programme = _known(visit, key)

    def write(tx: Tx) -> Person:
        return people.save_person(tx, office(visit, tx, programme), key, _given(form))

    made, faults = tried(lambda: visit.house.store.run(write))
    return _page(visit, programme, key, form, faults) if made is None else _done(programme)


@router.post(f"{PLACE}/{{key}}/unlink")
def unlink(visit: Visiting, key: str) -> Response:
    """Let a person's city account in no longer, and sign every browser of it out. Raises: NotFound, NotPermitted."""
    programme = _known(visit, key)

    def write(tx: Tx) -> None:
        acting = office(visit, tx, programme)
        people.require_whole_account(tx, acting, key)
        ended = identity_rows.unlink(tx, key)
        account_rows.end_sessions(tx, account_rows.open_account(tx, key, visit.now))
        if ended:
            acting.note(tx, "unlinked", key, {"accounts": (ended, 0)})

    visit.house.store.run(write)
    return _done(programme)


def _done(programme: Programme) -> Response:
    return see_other(f"{PLACE}?programme={programme.key}&done=1")


def _known(visit: Visit, key: str) -> Programme:
    programme = administered(visit)
    if key not in programme.people:
        raise NotFound("there is no such person", person=key)
    return programme


def _given(form: Posted) -> dict[str, Any]:
    plain = {name: form.text(name) for name in ("name", "email", "language", "function", "department", "deputy")}
    return {**plain, "roles": tuple(dict.fromkeys(form.all("role"))), "active": form.text("active") != "no"}


def _page(
    visit: Visit, programme: Programme, key: str, form: Posted | None = None, faults: Sequence[Fault] = ()
) -> HTMLResponse:  # fmt: skip
    t = Labels(visit.language, programme.calendar.zone)
    old = programme.people.get(key)

    def read(tx: Tx) -> dict[str, Any]:
        seats = programme_reads.seats_held(tx, programme.key, key) if key else []
        lines = programme_log.entries(tx, programme.key, subject=key, limit=SHOWN) if key else []
        roles = {**_of_methods(tx, t), **{role: t(title) for role, title in ROLES.items()}}
        roles |= {role: roles.get(role, role) for role in (old.roles if old else ())}
        return {
            "seats": [(t(ROLES.get(line.role, line.role)), line.cases) for line in seats],
            "gone": sum(line.cases for line in seats) if old and not old.active else 0,
            "entries": [entry_said(line, t) for line in lines],
            "identities": identity_rows.identities(tx, key) if key else [],
            "roles": sorted(roles.items(), key=lambda pair: pair[1].casefold()),
        }

    role_fault = next((f for f in faults if f.place == "role"), None)
    fields = _fields(t, programme, old, form, faults)
    return framed(
        visit,
        "person.html",
        "people",
        programme,
        422 if faults else 200,
        **visit.house.store.read(read),
        key=key,
        name=old.name if old else "",
        action=f"{PLACE}/{key or 'new'}?programme={programme.key}",
        fields=fields,
        given=form.all("role") if form else old.roles if old else (),
        managed=managed_roles(rules_of(visit.house.settings.sign_in.oidc)).get(programme.key, frozenset()),
        role_error=_said(t, role_fault) if role_fault else "",
        errors=[(f.place, f"{_label(fields, f, t)}: {_said(t, f)}") for f in faults],
    )


def _of_methods(tx: Tx, t: Labels) -> dict[str, str]:
    """Return the roles that published methods know besides, without those of a company's people."""
    found: dict[str, str] = {}
    for line in programme_reads.versions(tx):
        version = tx.version(VersionRef(key=line.key, number=line.number))
        titles = {role.key: pick(role.title, t.language, version.fallback) for role in version.roles.values()
                  if role.side != "company"}  # fmt: skip
        found |= titles
    return found


def _fields(t: Labels, programme: Programme, old: Person | None, form: Posted | None, faults: Sequence[Fault]) -> list[Field]:
    nobody = [("", "–")]
    others = [(p.key, p.name) for p in programme.people.values() if p.active and (old is None or p.key != old.key)]
    languages = [(key, t(name)) for key, name in SPOKEN.items()]
    asked = [
        ("key", t("Short name"), "text", (), t("To sign in with: letters, digits, dots, - and _. It never changes.")),
        ("name", t("Name"), "text", (), ""),
        ("email", t("Mail address"), "text", (), ""),
        ("language", t("Language"), "select", languages, ""),
        ("function", t("Function"), "text", (), ""),
        ("department", t("Department"), "text", (), ""),
        ("deputy", t("Deputy"), "select", nobody + others, t("Stands in while the person is away.")),
        ("active", t("Works here"), "select", [("yes", t("yes")), ("no", t("no, has left"))], ""),
    ]
    hidden = {"key"} if old else {"active"}
    made = []
    for name, label, kind, options, hint in asked:
        if name in hidden:
            continue
        wrong = next((f for f in faults if f.place == name), None)
        value = form.text(name) if form else _value(old, name, programme)
        made.append(
            Field(name=name, label=label, kind=kind, value=value, options=options, hint=hint,
                  error=_said(t, wrong) if wrong else "", required=name in ("key", "name", "email"))
        )  # fmt: skip
    return made


def _value(old: Person | None, name: str, programme: Programme) -> str:
    if old is None:
        return programme.languages[0] if name == "language" else ""
    value = getattr(old, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _label(fields: Sequence[Field], fault: Fault, t: Labels) -> str:
    return next((f.label for f in fields if f.name == fault.place), t("Roles"))


def _said(t: Labels, fault: Fault) -> str:
    return t(SAID[fault.code]) if fault.code in SAID else fault_said(t, fault)
