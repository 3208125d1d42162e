"""The contacts that a row names: who gets the company's mail, who stands in, who signs."""

from __future__ import annotations

from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from handslag.intake.columns import CONTACT_PARTS, contact_columns
from handslag.intake.plan import ContactGiven, Reading, Setting


def read_contacts(reading: Reading, setting: Setting) -> dict[str, ContactGiven]:
    """Return the contacts of a row by the role they will hold; a contact is there when any of its columns is filled."""
    found = {
        role: _contact(reading, prefix, setting)
        for prefix, role in contact_columns(setting.version).items()
        if any(reading.text(f"{prefix}_{part}") for part in CONTACT_PARTS)
    }
    _check_addresses(reading, found, setting)
    return {role: contact for role, contact in found.items() if contact.name and contact.email}


def _check_addresses(reading: Reading, found: Mapping[str, ContactGiven], setting: Setting) -> None:
    """Refuse two people with one address: what one signs or is asked must not reach the other as well."""
    named: dict[str, str] = {}
    for prefix, role in contact_columns(setting.version).items():
        contact = found.get(role)
        if contact is None or not contact.email:
            continue
        first = named.setdefault(contact.email.casefold(), contact.name)
        if first.casefold() != contact.name.casefold():
            sentence = f"{contact.email} is the address of {first!r} in this row; {contact.name!r} needs one of their own"
            reading.fault(f"{prefix}_email", "same_address", sentence)


def _contact(reading: Reading, prefix: str, setting: Setting) -> ContactGiven:
    name = reading.words(f"{prefix}_name")
    if not name:
        reading.fault(f"{prefix}_name", "missing", "a contact needs a name")
    return ContactGiven(
        name=name,
        email=_email(reading, f"{prefix}_email"),
        language=_language(reading, f"{prefix}_language", setting),
        function=reading.words(f"{prefix}_function"),
    )


def _email(reading: Reading, column: str) -> str:
    """Return an address in the form in which it is stored. Whether anybody reads it is not asked of the network."""
    text = reading.text(column)
    if not text:
        reading.fault(column, "missing", "a contact needs an e-mail address")
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        reading.fault(column, "email", f"{text!r} is not an e-mail address: {error}")
        return ""


def _language(reading: Reading, column: str, setting: Setting) -> str:
    known = tuple(dict.fromkeys([*setting.programme.languages, *setting.version.languages]))
    text = reading.text(column).lower()
    if text and text not in known:
        reading.fault(column, "language", f"no mails in {text!r}; write one of {', '.join(known)}, or nothing for {known[0]}")
    return text or known[0]
