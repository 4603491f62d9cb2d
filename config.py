"""Deployment settings, read from the environment by wsgi.py, scheduler.py and nobody else.

Every value is checked here, so that a wrong one stops the start with one clear line.
"""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


class WrongSettingError(Exception):
    """A setting of the environment that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """What this installation is told by its environment."""

    host: str
    port: int
    var: Path
    database_url: str
    database_read_url: str  # empty: pages are read from the database itself
    secret_key: str
    demo: bool
    smtp_url: str  # empty: mails become files under var/mail
    mail_from: str
    public_url: str
    trusted_proxies: tuple[str, ...]
    web_workers: int
    metrics_token: str  # empty: /metrics answers this machine only
    webhook_allow: tuple[str, ...]  # what may be called besides the public Internet
    feed_root: Path | None  # below which the folders lie that sources are fetched from; None: from no folder

    @property
    def mail_domain(self) -> str:
        """What stands behind the @ of our sender."""
        return self.mail_from.rpartition("@")[2]

    @property
    def mail_directory(self) -> Path:
        """Where mails go as files while no SMTP_URL is set."""
        return self.var / "mail"

    @property
    def secure_cookies(self) -> bool:
        """`__Host-` cookies: browsers keep them over https and on loopback, drop them on a plain LAN."""
        return self.public_url.startswith("https://") or is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings.

    Raises:
        WrongSettingError: naming the variable, its value's fault and what is accepted.
    """
    var = Path(environ.get("TTHC_VAR") or ROOT / "var")
    host = environ.get("HOST") or "127.0.0.1"
    port = _port(environ.get("PORT") or "8000")
    return Settings(
        host=host,
        port=port,
        var=var,
        database_url=_database_url(environ.get("DATABASE_URL") or f"sqlite:///{var / 'tthc.sqlite'}"),
        database_read_url=_database_read_url(
            environ.get("DATABASE_READ_URL", ""), environ.get("DATABASE_URL", "")
        ),
        secret_key=_secret_key(environ.get("TTHC_SECRET_KEY", ""), var),
        demo=_demo(environ.get("TTHC_DEMO", ""), host),
        smtp_url=_smtp_url(environ.get("SMTP_URL", "")),
        mail_from=_mail_from(environ.get("MAIL_FROM") or "tthc@localhost"),
        public_url=_public_url(environ.get("PUBLIC_URL") or f"http://{_in_url(host)}:{port}"),
        trusted_proxies=_proxies(environ.get("TRUSTED_PROXIES", "")),
        web_workers=_positive("WEB_WORKERS", environ.get("WEB_WORKERS") or "2"),
        metrics_token=_metrics_token(environ.get("METRICS_TOKEN", "")),
        webhook_allow=_webhook_allow(environ.get("TTHC_WEBHOOK_ALLOW", "")),
        feed_root=_feed_root(environ.get("TTHC_FEED_ROOT", "")),
    )


def _feed_root(value: str) -> Path | None:
    if value and not (value.startswith("/") and len(Path(value).parts) > 1):
        raise WrongSettingError(f"TTHC_FEED_ROOT={value!r}: an absolute folder, not the root of the machine")
    return Path(value) if value else None


def _webhook_allow(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    for part in parts:
        try:
            if part[0].isdigit() or ":" in part:
                ip_network(part)
            elif not all(letter.isalnum() or letter in "-." for letter in part):
                raise ValueError(part)
        except ValueError as error:
            raise WrongSettingError(
                f"TTHC_WEBHOOK_ALLOW={value!r}: host names and networks (10.20.0.0/16), with commas between"
            ) from error
    return parts


def _in_url(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (read, never bound here)


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise WrongSettingError(f"PORT={value!r}: a number from 1 to 65535 is needed")
    return int(value)


def _positive(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) <= 64:
        raise WrongSettingError(f"{name}={value!r}: a number from 1 to 64 is needed")
    return int(value)


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")) or not _is_readable(value):
        raise WrongSettingError("DATABASE_URL: use sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE")
    _check_pooler("DATABASE_URL", value)
    if value in {"sqlite:///", "sqlite:///:memory:"}:
        raise WrongSettingError(
            "DATABASE_URL: an in-memory SQLite database would lose everything; name a file"
        )
    return value


def _database_read_url(value: str, url: str) -> str:
    if not value:
        return ""
    scheme = "postgresql+psycopg://"
    if not value.startswith(scheme) or not url.startswith(scheme) or not _is_readable(value):
        raise WrongSettingError(
            "DATABASE_READ_URL: use postgresql+psycopg://USER@HOST/DATABASE, a hot standby of DATABASE_URL, "
            "which must be PostgreSQL too"
        )
    _check_pooler("DATABASE_READ_URL", value)
    return value


def _check_pooler(name: str, value: str) -> None:
    if make_url(value).query.get("pgbouncer", "session") not in {"session", "transaction"}:
        raise WrongSettingError(f"{name}: pgbouncer=session or pgbouncer=transaction, as its pool_mode")


def _demo(value: str, host: str) -> bool:
    if value not in {"", "0", "1"}:
        raise WrongSettingError(f"TTHC_DEMO={value!r}: 0 or 1 is needed")
    if value == "":  # demo accounts have known passwords: elsewhere than on loopback they must be asked for
        return is_loopback(host)
    return value == "1"


def _smtp_url(value: str) -> str:
    if not value:
        return ""
    parts = _parts(value)
    tls = parse_qs(parts.query).get("tls", [""])[-1]
    if (
        parts.scheme not in {"smtp", "smtps"}
        or not parts.hostname
        or tls not in {"", "starttls", "none"}
        or not _has_usable_port(parts)
    ):
        raise WrongSettingError(
            "SMTP_URL: use smtp://USER:PASSWORD@HOST:587?tls=starttls|none or smtps://…; "
            "leave it unset for files"
        )
    return value


def _is_readable(address: str) -> bool:
    try:
        make_url(address)
    except (ArgumentError, ValueError):  # ValueError: a port in words
        return False
    return True


def _parts(address: str) -> SplitResult:
    """What an address says; nothing when it cannot be taken apart, so that every check of it fails."""
    try:
        return urlsplit(address)
    except ValueError:  # a bracket that is not closed
        return urlsplit("")


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:  # no number, or beyond 65535
        return False


def _mail_from(value: str) -> str:
    if not _PLAIN_ADDRESS.fullmatch(value):
        raise WrongSettingError(f"MAIL_FROM={value!r}: a plain address like tthc@example.vn is needed")
    return value


def _proxies(value: str) -> tuple[str, ...]:
    named = tuple(item.strip() for item in value.split(",") if item.strip())
    for item in named:
        try:
            ip_network(item, strict=False)
        except ValueError:
            raise WrongSettingError(f"TRUSTED_PROXIES={item!r}: addresses or networks, by commas") from None
    return named


def _metrics_token(value: str) -> str:
    if value and (len(value) < 32 or not value.isascii() or not value.isprintable() or " " in value):
        raise WrongSettingError("METRICS_TOKEN: at least 32 ASCII characters without spaces (or unset)")
    return value


def _public_url(value: str) -> str:
    parts = _parts(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_usable_port(parts):
        raise WrongSettingError(f"PUBLIC_URL={value!r}: the address people type, https://host, is needed")
    return value.rstrip("/")


def _secret_key(value: str, var: Path) -> str:
    if value:
        if len(value) < 32:
            raise WrongSettingError("TTHC_SECRET_KEY: at least 32 characters are needed (or leave it unset)")
        return value
    path = var / "secret.key"
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_hex(32))
    except OSError as error:
        raise WrongSettingError(f"TTHC_VAR={str(var)!r}: cannot be written ({error.strerror})") from error
    return path.read_text(encoding="ascii")


def _write_once(path: Path, content: str) -> None:
    """Write a file readable by its owner only, whole or not at all; the first of two writers wins."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
