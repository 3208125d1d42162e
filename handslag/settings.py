"""What an installation can be told, and where it is read from. The only module that imports pydantic-settings.

`Settings()` is the defaults and reads nothing. `load_settings(folder)` lays four sources over each other, the later one
wins: the defaults, `config.toml` in the folder, the files of the secrets folder, the environment.
"""

from __future__ import annotations

import ipaddress
import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NestedSecretsSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError

from engine.errors import BadInput, Fault
from handslag.group_rules import read_rule
from handslag.setting_faults import Place, faults_of, place_in_toml, unknown_names
from notifications.retry import PAUSES

CONFIG_FILE = "config.toml"
PREFIX = "HANDSLAG_"
SECRETS_VARIABLE = "HANDSLAG_SECRETS_DIR"
TOGETHER = ("clock_would_mail", "no_client", "no_way_in")  # faults of several settings together
OTHER_VARIABLES = (SECRETS_VARIABLE, "HANDSLAG_FOLDER", "HANDSLAG_AS")  # ours, but no settings


class SettingsError(BadInput):
    """The settings have faults; every one is listed with where it came from, and nothing was started."""

    code = "settings"

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__(tuple(faults), what="the configuration")


def _listed(value: object) -> object:
    """Let the environment and the secret files write a list with commas, or as JSON; every list becomes a tuple."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            return value
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value) if isinstance(value, list) else value


def _rule(text: str) -> str:
    read_rule(text)
    return text


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Rules = Annotated[tuple[Annotated[str, AfterValidator(_rule)], ...], BeforeValidator(_listed)]
Seconds = Annotated[tuple[Annotated[int, Field(gt=0)], ...], BeforeValidator(_listed)]


class Section(BaseModel):
    """One table of `config.toml`: no unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Section):
    """Where the memory is."""

    url: str = Field(
        "sqlite:///handslag.db",
        pattern=r"^(sqlite|postgresql(\+psycopg)?)://",
        repr=False,  # may carry a password
        description="sqlite:///FILE (relative to the folder of this file) or postgresql://USER@HOST/NAME.",
    )
    synchronous: Literal["FULL", "NORMAL"] = Field(
        "FULL",
        description='SQLite only. "FULL" survives a power cut with everything; "NORMAL" may lose the last moves.',
    )


class SmtpSettings(Section):
    """The server that takes our mail."""

    host: str = Field("localhost", min_length=1, description="Name or address of the server.")
    port: int = Field(587, ge=1, le=65535, description="587 for starttls, 465 for tls, 25 for none.")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description='"starttls", "tls" or "none".')
    username: str = Field("", description="Empty: no login.")
    password: SecretStr = Field(
        SecretStr(""), repr=False, description="Better in the secrets folder: a file named mail__smtp__password."
    )
    timeout_s: int = Field(30, gt=0, description="Give up on a silent server after this many seconds.")
    mails_per_connection: int = Field(100, gt=0, description="Reconnect after this many mails.")
    connections: int = Field(
        3, gt=0, le=20, description="At most so many connections at once, of each worker; some servers allow only 3."
    )
    ca_file: str = Field("", description="A PEM file of trusted authorities; empty: those of the system.")


class MailSettings(Section):
    """What happens to a mail that leaves the outbox."""

    transport: Literal["capture", "smtp", "console"] = Field(
        "capture",
        description='"capture" writes mails to a folder, "console" to the log, "smtp" really sends (once approved).',
    )
    capture_folder: str = Field("captured", min_length=1, description="Relative to the folder of this file.")
    allow_list: Texts = Field(
        (),
        description='Send only to these addresses and domains, as ["anna@example.org", "example.net"]. Empty: to all.',
    )
    retry_pauses_s: Seconds = Field(
        tuple(int(pause.total_seconds()) for pause in PAUSES),
        description="Seconds to wait after each temporary fault before the next try; then the mail has failed.",
    )
    smtp: SmtpSettings = SmtpSettings()


class SendingSettings(Section):
    """When the mails of a move leave."""

    hold_minutes: int = Field(
        10,
        ge=0,
        le=1440,
        description="The mails of a move wait so long before they may leave, and so long the move can be undone. 0: neither.",
    )


class ClockSettings(Section):
    """Which time it is."""

    movable: bool = Field(False, description="true allows --now, for rehearsals; refuses to send to a real server.")


class WorkerSettings(Section):
    """The process that keeps promises."""

    tick_s: int = Field(30, gt=0, description="Look for due work at least every so many seconds.")
    lease_s: int = Field(120, gt=0, description="Claimed work of a worker that died is free again after so many seconds.")
    batch: int = Field(100, gt=0, description="Claim at most so many mails at once.")
    drain_s: int = Field(10, ge=0, description="When told to stop, finish what is under way for at most so many seconds.")


class LanguageSettings(Section):
    """What the house speaks where nobody's own language is known."""

    default: Literal["en", "da", "nl"] = Field("en", description='"en", "da" or "nl".')


class LoggingSettings(Section):
    """What is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description='"DEBUG", "INFO", "WARNING" or "ERROR".')
    format: Literal["console", "json"] = Field("console", description='"console" for people, "json" for collectors.')


class WebSettings(Section):
    """The web server, besides who signs in."""

    metrics_secret: SecretStr = Field(
        SecretStr(""),
        repr=False,
        description="Bearer token with which a collector reads /metrics; empty: there is no such page. Better a secret file.",
    )
    requests_per_minute: int = Field(
        600, ge=0, description="Pages for one person, or one address where nobody is signed in; 0: no limit."
    )
    api_requests_per_minute: int = Field(
        1_200, ge=0, description="API calls with one token, or by one signed-in person; 0: no limit."
    )
    heavy_requests_per_minute: int = Field(
        60, ge=0, description="Of these: exports, searches and verifying of histories; 0: no limit."
    )


class OidcSettings(Section):
    """Accounts of the city for signing in, by OpenID Connect; needs the extra handslag[oidc]. Off while issuer is empty."""

    issuer: str = Field("", description="As the provider says it, e.g. https://login.city.example.org/realms/staff.")
    client_id: str = Field("", description="What the provider calls this installation.")
    client_secret: SecretStr = Field(
        SecretStr(""), repr=False, description="Better in the secrets folder: a file named sign_in__oidc__client_secret."
    )
    label: str = Field("City account", min_length=1, description="What stands on the button.")
    scopes: Texts = Field(("openid", "profile", "email"), description="What is asked for; some providers need one for groups.")
    person_claim: str = Field(
        "sub", min_length=1, description="What never changes and is never given to another, together with the issuer."
    )
    groups_claim: str = Field("groups", min_length=1, description="Where the provider lists a person's groups.")
    groups: Rules = Field(
        (), description='Roles by group: ["GROUP -> PROGRAMME:ROLE"]; followed at each sign-in. Empty: people give all roles.'
    )
    make_people: bool = Field(
        False, description="true: somebody unknown who is in one of the groups becomes a person of the programme."
    )
    link_by_email: bool = Field(
        False,
        description="true: the first time, a mail address that the provider says is verified is enough; else an invitation.",
    )

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if issuer and not (parts.hostname and (parts.scheme == "https" or is_loopback(parts.hostname))):
            raise ValueError("should be an https address")
        return issuer


class SignInSettings(Section):
    """Who gets in, and for how long."""

    address: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+)?$",
        description="How people reach the pages, e.g. https://handslag.city.example.org. Empty: as the browser asks.",
    )
    local: bool = Field(True, description="Whether accounts with a password of our own may sign in.")
    session_hours: int = Field(168, gt=0, description="Sign in anew after so many hours, whatever happens.")
    idle_hours: int = Field(12, gt=0, description="Sign in anew after so many hours without a page.")
    oidc: OidcSettings = OidcSettings()


class Settings(BaseModel):
    """Everything an installation can be told; each field is a table of `config.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: DatabaseSettings = DatabaseSettings()
    mail: MailSettings = MailSettings()
    sending: SendingSettings = SendingSettings()
    clock: ClockSettings = ClockSettings()
    worker: WorkerSettings = WorkerSettings()
    language: LanguageSettings = LanguageSettings()
    logging: LoggingSettings = LoggingSettings()
    web: WebSettings = WebSettings()
    sign_in: SignInSettings = SignInSettings()

    @model_validator(mode="after")
    def _leaves_a_way_in(self) -> Self:
        """An issuer needs a client, and without passwords there must be an issuer."""
        oidc = self.sign_in.oidc
        if oidc.issuer and not oidc.client_id:
            raise PydanticCustomError("no_client", "sign_in.oidc.issuer needs sign_in.oidc.client_id")
        if not self.sign_in.local and not oidc.issuer:
            raise PydanticCustomError("no_way_in", "without local accounts nobody gets in: set sign_in.oidc.issuer")
        return self

    @model_validator(mode="after")
    def _movable_clock_mails_nobody(self) -> Self:
        """A rehearsal must not reach real people."""
        if self.clock.movable and self.mail.transport == "smtp" and not is_loopback(self.mail.smtp.host):
            raise PydanticCustomError(
                "clock_would_mail",
                "a movable clock may not send to {host}: set clock.movable to false, mail.transport to 'capture',"
                " or mail.smtp.host to a server on this machine (localhost)",
                {"host": repr(self.mail.smtp.host)},
            )
        return self


class _Outside(BaseSettings, Settings):
    """How the names of the environment and of secret files map to `Settings`; never the settings themselves."""

    model_config = SettingsConfigDict(extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", enable_decoding=False)


def load_settings(folder: Path) -> Settings:
    """Read the settings of the installation in `folder`; relative paths come out as paths in that folder.

    Raises: SettingsError with every fault of every source.
    """
    faults: list[Fault] = []
    merged: dict[str, Any] = {}
    for values, found in (_config_file(folder), _secret_files(), _environment()):
        faults += found
        merged = _laid_over(merged, values)
    if faults:
        raise SettingsError(faults)
    try:
        return _in_folder(Settings.model_validate(merged), folder)
    except ValidationError as error:
        raise SettingsError(faults_of(error, Settings, place=_together)) from error


def is_loopback(host: str) -> bool:
    """Tell whether a mail server's name can only mean this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _config_file(folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Read `config.toml`: strictly, a number in quotes is a fault there."""
    path = folder / CONFIG_FILE
    if not path.exists():
        return {}, []
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except (OSError, ValueError) as error:
        return {}, [Fault(place=str(path), code="unreadable", sentence=f"should be a TOML file in UTF-8: {error}")]
    place = place_in_toml(str(path), text)
    return values, _checked(values, place, strict=True)


def _secret_files() -> tuple[dict[str, Any], list[Fault]]:
    """Read the folder that `HANDSLAG_SECRETS_DIR` names; a file `mail__smtp__password` is the setting of that name."""
    folder = os.environ.get(SECRETS_VARIABLE)
    if not folder:
        return {}, []
    try:
        source = NestedSecretsSettingsSource(
            SecretsSettingsSource(_Outside),
            secrets_dir=folder,
            secrets_dir_missing="error",
            secrets_prefix="",
            secrets_nested_delimiter="__",
        )
        values = source()
    except (OSError, ValueError, SourceError) as error:
        sentence = f"should be a folder of readable text files: {error}"
        return {}, [Fault(place=f"{SECRETS_VARIABLE}={folder}", code="unreadable", sentence=sentence)]

    def place(key: tuple[str, ...]) -> str:
        return f"secret file {Path(folder) / '__'.join(key)}"

    return values, unknown_names(source.env_vars, Settings, place=place) + _checked(values, place)


def _environment() -> tuple[dict[str, Any], list[Fault]]:
    """Read the variables `HANDSLAG_SECTION__KEY`."""
    source = EnvSettingsSource(_Outside)
    ours = [name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in OTHER_VARIABLES]
    names = [name[len(PREFIX) :] for name in ours]

    def place(key: tuple[str, ...]) -> str:
        return f"environment {PREFIX}{'__'.join(key).upper()}"

    values = source()
    return values, unknown_names(names, Settings, place=place) + _checked(values, place)


def _checked(values: Mapping[str, Any], place: Place, *, strict: bool = False) -> list[Fault]:
    """Check one source by itself; what concerns several settings together is asked once all are known."""
    try:
        if strict:  # as JSON, because strict means: what the format itself can say, and TOML has no secrets and tuples
            Settings.model_validate_json(json.dumps(values, default=str), strict=True)
        else:
            Settings.model_validate(values)
    except ValidationError as error:
        return [fault for fault in faults_of(error, Settings, place=place) if fault.code not in TOGETHER]
    return []


def _together(_key: tuple[str, ...]) -> str:
    """Name the place of a fault that lies in no single source."""
    return "the settings together"


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `below` with the values of `above` in their place, table by table."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _laid_over(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _in_folder(settings: Settings, folder: Path) -> Settings:
    """Make relative paths absolute, so that nobody after us depends on the working directory."""
    root = folder.resolve()
    database, mail = settings.database, settings.mail
    file = database.url.removeprefix("sqlite:///")
    if file not in (database.url, "", ":memory:"):
        database = database.model_copy(update={"url": f"sqlite:///{root / file}"})
    ca_file = str(root / mail.smtp.ca_file) if mail.smtp.ca_file else ""
    smtp = mail.smtp.model_copy(update={"ca_file": ca_file})
    mail = mail.model_copy(update={"capture_folder": str(root / mail.capture_folder), "smtp": smtp})
    return settings.model_copy(update={"database": database, "mail": mail})
