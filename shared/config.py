"""Settings: typed, from the environment (NAME, or NAME_FILE naming a file), each described once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from shared.vendor_settings import VendorSettings, setting

# In production the sandbox, its clock and the development pages do not exist.
ENVIRONMENTS = ("development", "test", "production")
# Health records stay in the United States: no other region is taken.
US_REGIONS = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
# How AWS marks the keys of a person, which do not expire, wherever somebody has put one.
STATIC_KEY = re.compile(r"\bAKIA[0-9A-Z]{16}\b")
STATIC_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE")


class SettingsError(Exception):
    """A setting is missing or makes no sense; the text names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings(VendorSettings):
    """Everything the program may be told from outside; docs/settings.md is generated from it."""

    env: str = setting("BEDSIDE_ENV", "development, test or production", "production")
    data: str = setting("BEDSIDE_DATA", "folder for what this machine keeps", "./.data")
    port: str = setting("BEDSIDE_PORT", "port in absolute links; empty for the scheme's own", "")
    scheme: str = setting("BEDSIDE_SCHEME", "http (loopback only) or https", "https")
    web_dsn: str = setting(
        "BEDSIDE_WEB_DSN", "database address of the web process", "", secret=True
    )
    worker_dsn: str = setting(
        "BEDSIDE_WORKER_DSN", "database address of the worker", "", secret=True
    )
    owner_dsn: str = setting(
        "BEDSIDE_OWNER_DSN", "database address for migrations only", "", secret=True
    )
    database_url: str = setting(
        "DATABASE_URL", "address of a server administrator, for bootstrap only", "", secret=True
    )
    database_auth: str = setting(
        "BEDSIDE_DATABASE_AUTH",
        "password (in the address), or iam: a token of the process's own role, made anew each time",
        "password",
    )
    secret_key: str = setting(
        "BEDSIDE_SECRET_KEY", "signs visitor cookies; 32 random bytes or more", secret=True
    )
    name_servers: str = setting(
        "BEDSIDE_NAME_SERVERS",
        "servers of names to ask about the sender's domain; the machine's own when empty",
        "",
    )
    concurrency: str = setting(
        "BEDSIDE_CONCURRENCY", "requests at work at the same time, in each web process", "4"
    )
    proxies: str = setting(
        "BEDSIDE_PROXIES",
        "proxies of ours in front of the web process, whose X-Forwarded-For is believed",
        "0",
    )
    edge_secret: str = setting(
        "BEDSIDE_EDGE_SECRET",
        "what the CDN adds to each request as X-Bedside-Edge: it then counts as one more proxy",
        "",
        secret=True,
    )
    content: str = setting(
        "BEDSIDE_CONTENT", "folder of the public sites' texts; the program's own when empty", ""
    )
    mails_per_hour: str = setting(
        "BEDSIDE_MAILS_PER_HOUR", "mails the whole server sends in an hour, at most", "20000"
    )
    practice_mails_per_hour: str = setting(
        "BEDSIDE_PRACTICE_MAILS_PER_HOUR", "mails of one practice in an hour, at most", "2000"
    )
    log_level: str = setting("BEDSIDE_LOG_LEVEL", "debug, info, warning or error", "info")

    @property
    def production(self) -> bool:
        """True where real patients are."""
        return self.env == "production"

    @property
    def sandbox(self) -> bool:
        """True while the vendors are played by the sandbox."""
        return bool(self.sandbox_url)

    @property
    def data_path(self) -> Path:
        """The data folder as an absolute path."""
        return Path(self.data).resolve()

    @property
    def places(self) -> int:
        """How many requests one web process works on at the same time."""
        return int(self.concurrency)

    @property
    def proxies_in_front(self) -> int:
        """How many proxies of ours a visitor's request passes before it reaches us."""
        return int(self.proxies)

    @property
    def server_mails(self) -> int:
        """How many mails leave this server in an hour, at most."""
        return int(self.mails_per_hour)

    @property
    def practice_mails(self) -> int:
        """How many mails of one practice leave in an hour, at most."""
        return int(self.practice_mails_per_hour)

    def database_of(self, process: str) -> str:
        """The database address of the web process or the worker. Raises SettingsError."""
        name, dsn = ("BEDSIDE_WEB_DSN", self.web_dsn)
        if process == "worker":
            name, dsn = ("BEDSIDE_WORKER_DSN", self.worker_dsn)
        if not dsn.startswith(("postgresql://", "postgresql+psycopg://")):
            found = "is empty" if not dsn.strip() else "is no address of a database"
            raise SettingsError(
                f"{name} {found}: set it to postgresql://… with login, password, host and name."
            )
        return dsn

    def check(self) -> None:
        """Raise SettingsError for a combination that must never run."""
        if self.env not in ENVIRONMENTS:
            raise SettingsError(f"BEDSIDE_ENV must be one of {', '.join(ENVIRONMENTS)}.")
        if len(self.secret_key) < 32:
            raise SettingsError("BEDSIDE_SECRET_KEY must have at least 32 characters.")
        if not self.concurrency.isdigit() or not 1 <= int(self.concurrency) <= 64:
            raise SettingsError("BEDSIDE_CONCURRENCY must be a number from 1 to 64.")
        if not self.proxies.isdigit() or int(self.proxies) > 9:
            raise SettingsError("BEDSIDE_PROXIES must be a number from 0 to 9.")
        for name, typed in (
            ("BEDSIDE_MAILS_PER_HOUR", self.mails_per_hour),
            ("BEDSIDE_PRACTICE_MAILS_PER_HOUR", self.practice_mails_per_hour),
        ):
            if not typed.isdigit() or int(typed) < 10:
                raise SettingsError(f"{name} must be a number, 10 or more.")
        if self.database_auth not in {"password", "iam"}:
            raise SettingsError("BEDSIDE_DATABASE_AUTH must be password or iam.")
        if self.production:
            self._check_production()

    def _check_production(self) -> None:
        """What must hold where real patients are."""
        if self.sandbox:
            raise SettingsError("BEDSIDE_SANDBOX_URL is set: production refuses to run on it.")
        if self.scheme != "https":
            raise SettingsError("BEDSIDE_SCHEME must be https in production.")
        if self.aws_region not in US_REGIONS:
            raise SettingsError(f"AWS_REGION must be one of {', '.join(US_REGIONS)}.")
        if found := static_keys(os.environ):
            raise SettingsError(
                f"Static AWS keys are set ({found}): production uses its role only."
            )


def static_keys(environ: Mapping[str, str]) -> str:
    """The variables or the file that hold AWS keys of a person; empty when there are none."""
    found = [name for name in STATIC_NAMES if environ.get(name)]
    found += [name for name in environ if STATIC_KEY.search(environ[name]) and name not in found]
    file = environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    if Path(file).expanduser().is_file():
        found.append(file)
    return ", ".join(found)


def load_settings(environ: dict[str, str] | None = None, **overrides: str) -> Settings:
    """Read the settings; a missing one raises SettingsError with its name and purpose."""
    source = dict(os.environ) if environ is None else environ
    values: dict[str, str] = {}
    for item in fields(Settings):
        about = item.metadata
        value = overrides.get(item.name, _read(source, about["env"], about["default"]))
        if value is None:
            raise SettingsError(f"{about['env']} is not set: {about['about']}.")
        values[item.name] = value
    settings = Settings(**values)
    settings.check()
    return settings


def _read(source: dict[str, str], name: str, default: str | None) -> str | None:
    if name in source:
        return source[name]
    if f"{name}_FILE" in source:
        try:
            return Path(source[f"{name}_FILE"]).read_text().strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE cannot be read: {error.strerror}.") from error
    return default
