"""What the operator sets: one frozen, typed reading of the environment. Nothing else reads `os.environ`."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Environment(BaseSettings):
    """Every setting an operator may give, with its unit. A bad value stops the start and names every bad variable."""

    model_config = SettingsConfigDict(env_prefix="CASELOAD_", frozen=True, extra="ignore", populate_by_name=True)

    database_url: SecretStr = Field(
        validation_alias="DATABASE_URL", description="postgres://user:password@host:port/name"
    )
    redis_url: SecretStr = Field(validation_alias="REDIS_URL", description="redis://:password@host:port/0")
    secret_key: SecretStr = Field(min_length=3, description="Signs sessions; at least 50 random characters")
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        default=["127.0.0.1", "localhost", "[::1]"], description="Host names served, comma-separated"
    )
    https: bool = Field(default=False, description="True behind TLS: secure cookies, HSTS and redirects")
    debug: bool = Field(default=False, description="Never true in production")
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="How grave a line of the log must be: DEBUG, INFO, WARNING or ERROR",
    )
    simulator_url: str = Field(default="", description="Where the simulated platform answers; empty for none")
    undo_seconds: int = Field(
        default=30, ge=0, le=3600, description="How long a decision can be undone before it is sent"
    )
    lease_seconds: int = Field(default=300, ge=5, le=3600, description="How long a claim lasts unless it is renewed")
    dispatch_lease_seconds: int = Field(
        default=30, ge=2, le=3600, description="How long a worker may be silent before what it sends counts as lost"
    )
    guard_suspensions_per_hour: int = Field(
        default=5000,
        ge=0,
        description="Suspensions within an hour, without approved batches, that stop a platform; 0: never",
    )
    simulator_timeout_seconds: float = Field(
        default=3, gt=0, le=60, description="How long the simulated platform may take to answer"
    )
    simulator_settles_seconds: float = Field(
        default=15, gt=0, le=3600, description="How long it may still apply a request that was given up on"
    )
    batch_approval_size: int = Field(default=100, ge=0, description="Batches above this need a second person")
    batch_approval_hours: int = Field(
        default=24, ge=1, le=720, description="How long a batch's approval holds: paused for longer, it needs another"
    )
    hold_hours: int = Field(
        default=24, ge=1, le=336, description="How long a case is held for later unless its holder says until when"
    )
    reserved_hours: int = Field(
        default=4, ge=1, le=168, description="How long a case that comes back to a person is kept for them"
    )
    mail_url: SecretStr = Field(
        default=SecretStr(""),
        description="Where mail is handed over: smtp://user:password@host:587 (with STARTTLS, but to this"
        " machine) or smtps://user:password@host:465; empty for none",
    )
    mail_from: str = Field(default="caseload@localhost", description="Whom mail comes from")
    security_contacts: Annotated[list[str], NoDecode] = Field(
        default=[], description="E-mail addresses that threats against staff are told to, comma-separated"
    )
    time_zone: str = Field(
        default="UTC", description="Where a person’s day turns unless they say their own: an IANA name"
    )
    calls_per_second: int = Field(
        default=1000,
        ge=1,
        le=1_000_000,
        description="How many calls an API client may make, unless it has a limit of its own",
    )
    outbound_networks: Annotated[list[IPv4Network | IPv6Network], NoDecode] = Field(
        default=[], description="Networks that webhooks may reach though they aren't public: CIDRs, comma-separated"
    )
    outbound_http: bool = Field(default=False, description="Whether webhooks may go over plain http, too")
    duty_contacts: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Who is mailed at once when material is restricted: e-mail addresses, comma-separated",
    )
    database_pool: bool = Field(default=False, description="Pool connections inside each process")

    @field_validator("allowed_hosts", "outbound_networks", "security_contacts", "duty_contacts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _is_time_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("must be an IANA time zone, such as Europe/Berlin")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr) -> SecretStr:
        if urlsplit(value.get_secret_value()).scheme not in {"postgres", "postgresql"}:
            raise ValueError("must start with postgres:// (Caseload runs on PostgreSQL alone)")
        return value

    @field_validator("mail_url")
    @classmethod
    def _is_smtp(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.geturl() and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("must start with smtp:// or smtps:// and name a host")
        return value

    @field_validator("security_contacts", "duty_contacts")
    @classmethod
    def _can_be_mailed(cls, value: list[str], info: ValidationInfo) -> list[str]:
        if not all("@" in address for address in value):
            raise ValueError("must be e-mail addresses, comma-separated")
        if value and not info.data.get("mail_url", SecretStr("")).get_secret_value():
            raise ValueError("needs CASELOAD_MAIL_URL, too: without it nothing is mailed")
        return value

    def mail(self) -> dict[str, object]:
        """Django's EMAIL_… settings, without that prefix, from the URL. Without one, mail goes nowhere."""
        parts = urlsplit(self.mail_url.get_secret_value())
        kind = "smtp" if parts.hostname else "dummy"
        return {
            "BACKEND": f"django.core.mail.backends.{kind}.EmailBackend",
            "HOST": parts.hostname or "",
            "PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
            "HOST_USER": unquote(parts.username or ""),
            "HOST_PASSWORD": unquote(parts.password or ""),
            "USE_SSL": parts.scheme == "smtps",
            "USE_TLS": parts.scheme == "smtp" and parts.hostname not in LOOPBACK,
        }

    def database(self) -> dict[str, object]:
        """Django's DATABASES["default"] from the URL."""
        parts = urlsplit(self.database_url.get_secret_value())
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0 if self.database_pool else 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"pool": True} if self.database_pool else {},
        }


class BadEnvironment(ImproperlyConfigured):
    """What the operator set can't be used. The sentence names every bad variable, and none of their values."""


def read() -> Environment:
    """The environment, read once by `settings.py`. Raises BadEnvironment."""
    try:
        return Environment()  # type: ignore[call-arg]  # the values come from the environment
    except ValidationError as error:
        faults = "; ".join(_fault(str(fault["loc"][0]), fault["type"], fault["msg"]) for fault in error.errors())
    # outside the handler, so that no traceback shows the values
    raise BadEnvironment(f"These settings can't be used: {faults}. docs/settings.md tells each.")


def _fault(place: str, kind: str, message: str) -> str:
    variable = place if place.isupper() else f"CASELOAD_{place.upper()}"
    said = message.removeprefix("Value error, ").removeprefix("Input ").removeprefix("Value ")
    return f"{variable} is not set" if kind == "missing" else f"{variable} {said[0].lower()}{said[1:]}"
