"""Which columns a table may have, and which of its headers is which: the one list of names that an import knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.declared import FactType, Version
from engine.errors import Fault
from handslag.intake.cells import Table
from workflows.nearest import instead

CONTACTS = {"contact": "company_contact", "deputy": "deputy_contact"}
CONTACT_PARTS = ("name", "email", "language", "function")
PEOPLE = ("coordinator", "deputy", "intermediary")
COMPANY = ("name", "register", "number", "confirmed")
NAMING = ("company", "register", "number", "name")


def contact_columns(version: Version) -> Mapping[str, str]:
    """Return the prefixes of contact columns with the roles they seat: those of the company that the workflow has."""
    signing = (key for key, role in version.roles.items() if role.signs and role.side == "company")
    roles = {**CONTACTS, "signatory": next(signing, "")}
    return {prefix: role for prefix, role in roles.items() if role in version.roles}


def period_columns(version: Version) -> Mapping[str, str]:
    """Return `signed_on` and `ends_on` with the facts that hold the agreement's first day and end."""
    period = version.period
    return {"signed_on": period.starts, "ends_on": period.ends} if period else {}


def company_columns(version: Version) -> tuple[str, ...]:
    """Return the columns that a table of companies may have for a workflow."""
    contacts = (f"{prefix}_{part}" for prefix in contact_columns(version) for part in CONTACT_PARTS)
    people = (role for role in PEOPLE if role in version.roles)
    facts = (key for key, fact in version.facts.items() if fact.kind != "document")
    return tuple(dict.fromkeys([*COMPANY, *contacts, *people, "phase", *period_columns(version), *facts]))


def record_columns(fields: Mapping[str, FactType]) -> tuple[str, ...]:
    """Return the columns that a table of records may have: those naming the company, then the fields of the list."""
    return tuple(dict.fromkeys([*naming_columns(fields), *(key for key, f in fields.items() if f.kind != "document")]))


def naming_columns(fields: Mapping[str, FactType]) -> tuple[str, ...]:
    """Return the columns that say whose record it is; a field of the same name wins over them."""
    return tuple(name for name in NAMING if name not in fields)


def match_columns(table: Table, known: Iterable[str], documents: Iterable[str] = ()) -> tuple[dict[str, int], list[Fault]]:
    """Return where each known column stands, and a fault for each header that is unknown or twice there.

    Capitals, blanks and dashes in headers do not matter. documents: names of what no table can carry.
    """
    names, found, faults = tuple(known), dict[str, int](), list[Fault]()
    for index, header in enumerate(table.columns):
        key = plain_header(header)
        place = table.place(table.header, header)
        if not key:
            continue
        if key in found:
            faults.append(Fault(place=place, code="column_twice", sentence=f"{key!r} is there twice; keep one of them"))
        elif key in names:
            found[key] = index
        elif key in documents:
            sentence = f"{header!r} is a document, which no table can carry; lay it into the case after the import"
            faults.append(Fault(place=place, code="document_column", sentence=sentence))
        else:
            hint = instead(key, names)
            meant = f"{hint} " if hint.startswith("did you mean") else ""
            sentence = f"no column {header!r}; {meant}known: {', '.join(names)}"
            faults.append(Fault(place=place, code="unknown_column", sentence=sentence))
    return found, faults


def plain_header(header: str) -> str:
    """Return a header as columns are called.

    >>> plain_header(" Contact E-mail "), plain_header("Signed on")
    ('contact_e_mail', 'signed_on')
    """
    return "_".join(header.casefold().replace("-", " ").split())


def document_names(declared: Mapping[str, FactType]) -> tuple[str, ...]:
    """Return the facts or fields that are documents."""
    return tuple(key for key, fact in declared.items() if fact.kind == "document")
