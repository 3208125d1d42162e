"""Who an account elsewhere stands for: linked before, by an invitation, by a verified mail address, or by a group."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count

from engine.ports import Tx
from handslag.administration.directory import follow_groups
from handslag.group_rules import GroupRule, read_rule
from handslag.settings import OidcSettings
from handslag.web.openid import Claims, NoEntry
from handslag.web.sessions import hash_of
from notifications.dates import LANGUAGES
from storage import account_rows, identity_rows
from storage.programme_reads import people_at, person_of


def enter(tx: Tx, settings: OidcSettings, claims: Claims, invitation: str, now: datetime) -> int:
    """Return the account that an account elsewhere stands for, linked where it is the first time; its roles follow its groups.

    Raises: NoEntry: `unknown` where it stands for nobody, or for nobody who works here; `taken` where it stands for another
    than the invited.
    """
    person, how = _person(tx, settings, claims, invitation, now)
    rules = rules_of(settings)
    if rules:
        known = {"name": claims.name or claims.username, "email": claims.email, "language": _language(claims)}
        follow_groups(tx, person, rules, claims.groups, now, known)
    if not account_rows.people_known(tx, person):
        raise NoEntry("unknown")
    account = account_rows.open_account(tx, person, now)
    if identity_rows.identity(tx, claims.issuer, claims.subject) is None:
        identity_rows.link(tx, claims.issuer, claims.subject, account, how, now)
    identity_rows.used(tx, claims.issuer, claims.subject, now)
    return account


def rules_of(settings: OidcSettings) -> tuple[GroupRule, ...]:
    """Return the rules of the settings."""
    return tuple(read_rule(line) for line in settings.groups)


def _person(tx: Tx, settings: OidcSettings, claims: Claims, invitation: str, now: datetime) -> tuple[str, str]:
    """Return the key of the person, which may be a new one, and how it was found. Raises: NoEntry."""
    known = identity_rows.identity(tx, claims.issuer, claims.subject)
    if invitation:
        return _invited(tx, invitation, known.person if known else "", now), "invitation"
    if known:
        return known.person, "linked"
    if by_email := _by_email(tx, settings, claims):
        return by_email, "email"
    if settings.make_people and _in_a_group(settings, claims):
        return _new_key(tx, claims), "groups"
    raise NoEntry("unknown")


def _invited(tx: Tx, invitation: str, linked: str, now: datetime) -> str:
    """Use an invitation up. It links an account once: one that stands for somebody else already stays where it is."""
    digest = hash_of(invitation)
    found = account_rows.invitation(tx, digest, now)
    if found is None or not found.person:
        raise NoEntry("unknown")
    if linked and linked != found.person:
        raise NoEntry("taken")
    if not account_rows.use_invitation(tx, digest, now):
        raise NoEntry("unknown")
    return found.person


def _by_email(tx: Tx, settings: OidcSettings, claims: Claims) -> str:
    """Return whom a verified address names, empty where that is nobody, several, or somebody who is linked already."""
    if not settings.link_by_email or not claims.verified_email:
        return ""
    found = people_at(tx, claims.verified_email)
    if len(found) != 1 or any(line.issuer == claims.issuer for line in identity_rows.identities(tx, found[0].key)):
        return ""
    return found[0].key


def _in_a_group(settings: OidcSettings, claims: Claims) -> bool:
    return any(rule.group in claims.groups for rule in rules_of(settings))


def _new_key(tx: Tx, claims: Claims) -> str:
    """Return a short name that nobody has, so that a name chosen elsewhere can never be somebody's here.

    Raises: NoEntry where the address is somebody's: that person is to be invited, not doubled.
    """
    if not claims.email or people_at(tx, claims.email):
        raise NoEntry("unknown")
    base = re.sub(r"[^a-z0-9._-]", "", (claims.username or claims.email).partition("@")[0].lower()) or "person"
    candidates = (base if n == 1 else f"{base}{n}" for n in count(1))
    return next(key for key in candidates if person_of(tx, key) is None)


def _language(claims: Claims) -> str:
    return claims.language if claims.language in LANGUAGES else LANGUAGES[0]
