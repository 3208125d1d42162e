"""OpenID Connect: the code flow with PKCE, state and nonce. The only module that imports authlib (an extra).

Nothing is remembered between requests: all three secrets of a hand-shake are derived from one random value in the browser's
cookie, so a forged or foreign answer fits no cookie. Metadata and keys are asked for at each sign-in, which is rare.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import EnvironmentFault
from handslag.settings import OidcSettings

TIMEOUT_S = 10
LEEWAY_S = 120
# Asymmetric ones only: a token "signed" with our secret or with nothing is no token.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_log = logging.getLogger(__name__)


class NoEntry(Exception):
    """The provider did not vouch for anybody. fault: `denied`, `unreachable`, `untrusted`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the provider says about whoever signed in. subject: stable; verified_email: empty unless the provider says it is."""

    issuer: str
    subject: str
    name: str
    username: str
    email: str
    verified_email: str
    language: str
    groups: frozenset[str]


def derived(secret: str, purpose: str) -> str:
    """Return what a hand-shake uses for a purpose, 43 URL-safe characters; nobody finds the secret from it."""
    digest = hashlib.sha256(f"{purpose}:{secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def require_library() -> None:
    """Make sure that the extra is installed. Raises: EnvironmentFault saying what to install."""
    _library()


def address_of_provider(settings: OidcSettings, back: str, secret: str) -> str:
    """Return where to send the browser. Raises: NoEntry."""
    with _client(settings, back) as client:
        metadata = _metadata(client, settings.issuer)
        address, _ = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=derived(secret, "state"),
            nonce=derived(secret, "nonce"),
            code_verifier=derived(secret, "verifier"),
        )
    return str(address)


def vouched(settings: OidcSettings, back: str, secret: str, code: str, now: datetime) -> Claims:
    """Exchange the code of an answer whose state was checked, and return whom the provider vouches for. Raises: NoEntry.

    now: of the real clock, because the provider's tokens are dated by it.
    """
    oauth = _library()
    with _client(settings, back) as client:
        metadata = _metadata(client, settings.issuer)
        try:
            token = client.fetch_token(
                metadata["token_endpoint"], grant_type="authorization_code", code=code,
                code_verifier=derived(secret, "verifier"),
            )  # fmt: skip
            keys = _json(client, metadata["jwks_uri"])
            claims = _checked(settings, metadata, token, keys, derived(secret, "nonce"), now)
            told = _told(client, metadata, claims["sub"])
        except oauth.faults as error:
            _log.warning("sign_in_untrusted", extra={"why": f"{type(error).__name__}: {error}"[:200]})
            raise NoEntry("untrusted") from error
    return _read(settings, {**told, **claims})


def _checked(
    settings: OidcSettings, metadata: Mapping[str, Any], token: Mapping[str, Any], keys: Any, nonce: str, now: datetime
) -> Mapping[str, Any]:
    oauth = _library()
    offered = metadata.get("id_token_signing_alg_values_supported") or ("RS256",)
    allowed = [name for name in offered if name in ALGORITHMS]
    if "id_token" not in token:
        raise NoEntry("untrusted")
    decoded = oauth.decode(
        token["id_token"],
        oauth.keys(keys),
        registry=oauth.registry(algorithms=allowed, strict_check_header=False),
    )
    claims = oauth.claims(
        decoded.claims,
        decoded.header,
        {"iss": {"essential": True, "value": settings.issuer}, "aud": {"essential": True, "value": settings.client_id}},
        {"nonce": nonce, "client_id": settings.client_id, "access_token": token.get("access_token")},
    )
    claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    return dict(claims)


def _told(client: Any, metadata: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
    """Ask for what many providers leave out of the token; an answer about somebody else counts for nothing."""
    if not metadata.get("userinfo_endpoint"):
        return {}
    answer = client.get(metadata["userinfo_endpoint"])
    found = answer.json() if answer.status_code == 200 else {}
    return found if isinstance(found, dict) and found.get("sub") == subject else {}


def _read(settings: OidcSettings, claims: Mapping[str, Any]) -> Claims:
    def text(name: str) -> str:
        value = claims.get(name)
        return value.strip() if isinstance(value, str) and value.isprintable() else ""

    subject = text(settings.person_claim)
    if not subject:
        _log.warning("sign_in_untrusted", extra={"why": f"the provider gives no claim {settings.person_claim!r}"})
        raise NoEntry("untrusted")
    groups = claims.get(settings.groups_claim)
    return Claims(
        issuer=settings.issuer,
        subject=subject,
        name=text("name"),
        username=text("preferred_username"),
        email=text("email"),
        verified_email=text("email") if claims.get("email_verified") is True else "",
        language=text("locale").partition("-")[0].lower(),
        groups=frozenset(g for g in groups if isinstance(g, str)) if isinstance(groups, list) else frozenset(),
    )


def _client(settings: OidcSettings, back: str) -> Any:
    return _library().client(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value() or None,
        scope=" ".join(settings.scopes),
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if settings.client_secret.get_secret_value() else "none",
        timeout=TIMEOUT_S,
    )


def _metadata(client: Any, issuer: str) -> Mapping[str, Any]:
    found = _json(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if not isinstance(found, dict) or found.get("issuer") != issuer:
        _log.warning("sign_in_untrusted", extra={"why": "the provider names another issuer than [sign_in.oidc] issuer"})
        raise NoEntry("untrusted")
    return found


def _json(client: Any, address: str) -> Any:
    oauth = _library()
    try:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        return answer.json()
    except (oauth.unreachable, ValueError) as error:
        _log.warning("provider_unreachable", extra={"address": address, "why": f"{type(error).__name__}: {error}"[:200]})
        raise NoEntry("unreachable") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Library:
    """The parts of the extra that are used."""

    client: Any
    claims: Any
    decode: Any
    keys: Any
    registry: Any
    unreachable: type[Exception]
    faults: tuple[type[Exception], ...]


def _library() -> _Library:
    try:
        import httpx2
        from authlib.common.errors import AuthlibBaseError
        from authlib.integrations.httpx_client import OAuth2Client
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry
    except ModuleNotFoundError as error:
        raise EnvironmentFault('signing in by OpenID Connect needs Authlib; run: pip install "handslag[oidc]"') from error
    return _Library(
        client=OAuth2Client,
        claims=CodeIDToken,
        decode=jwt.decode,
        keys=KeySet.import_key_set,
        registry=JWSRegistry,
        unreachable=httpx2.HTTPError,
        faults=(AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, KeyError, TypeError),
    )
