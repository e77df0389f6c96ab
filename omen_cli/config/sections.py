"""The sections of stores.yaml that are of the whole installation: mail, disk, limits, access."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from omen_cli.config.fields import Frozen, Party, StoreId, absolute_path
from omen_cli.config.mail import FOLDER_SCHEME, MailUrl, Sender, Unsubscribe, is_loopback
from omen_cli.model.thresholds import Count, Quantity

_BYTES_PER_GB = 1024**3
_MAX_CATCH_UP = 1_000
AbsolutePath = Annotated[Path, AfterValidator(absolute_path)]


class MailSettings(Frozen):
    """Where messages go: a folder or a server. `sender` is the key `from`; None when the file has none.

    `ca_file` holds the certificates of the authorities that the server's is checked with, instead of the system's.
    """

    allow_plaintext: bool = False
    password_file: AbsolutePath | None = None
    ca_file: AbsolutePath | None = None
    url: MailUrl
    sender: Sender | None = Field(default=None, alias="from")
    list_unsubscribe: Unsubscribe | None = None
    attach_items: bool = False

    @field_validator("url")
    @classmethod
    def _keep_secrets(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if (
            parts.scheme == "smtp"
            and info.data.get("allow_plaintext") is False
            and not is_loopback(parts.hostname or "")
        ):
            raise ValueError("sends in the clear; use smtps:// or smtp+starttls://, or set mail.allow_plaintext: true")
        if parts.scheme != "file" and parts.password and info.data.get("password_file"):
            raise ValueError("has a password, and so has mail.password_file; keep one")
        if parts.scheme != "file" and not parts.username and info.data.get("password_file"):
            raise ValueError("has no user for mail.password_file; write smtps://USER@HOST")
        return value

    @property
    def folder(self) -> Path | None:
        """Return the absolute folder that messages are put in; None when they go to a server."""
        url = self.url.get_secret_value()
        return Path(url.removeprefix(FOLDER_SCHEME)) if url.startswith(FOLDER_SCHEME) else None


class DiskSettings(Frozen):
    """How little free room is worth an alert, and how little stops writing; a GB is 1024**3 bytes.

    `allow_network_fs` lets omen write where other machines may, too, and no lock keeps them out.
    """

    warn_free_gb: Quantity = Decimal("1")
    min_free_gb: Quantity = Decimal("0.5")
    allow_network_fs: bool = False

    @field_validator("min_free_gb")
    @classmethod
    def _warn_first(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        if value > info.data.get("warn_free_gb", value):
            raise ValueError("is more than warn_free_gb; lower this one or raise the other")
        return value

    @property
    def warn_free_bytes(self) -> int:
        """Return the free bytes under which a command warns."""
        return int(self.warn_free_gb * _BYTES_PER_GB)

    @property
    def min_free_bytes(self) -> int:
        """Return the free bytes under which nothing is written."""
        return int(self.min_free_gb * _BYTES_PER_GB)


def _checked_catch_up(value: int) -> int:
    if value > _MAX_CATCH_UP:
        raise ValueError(f"is more than {_MAX_CATCH_UP} periods; older ones are made by omen generate --from")
    return value


class LimitSettings(Frozen):
    """How often a store may generate in an hour, how far back `run` catches up, how often the same alarm is told.

    0 turns off the first and the second; of the third it means: every time. `catch_up` counts the newest periods of a
    timeframe that `run` looks at: it generates what is missing among them.
    """

    generations_per_hour: Count = 10
    catch_up: Annotated[Count, AfterValidator(_checked_catch_up)] = 31
    alert_repeat_hours: Count = 24


class AccessSettings(Frozen):
    """Who may act: `local`, whoever can run omen here; `token`, only the holder of a token.

    Tokens are checked with the shared secret in `key_file`, or with the public key in `public_key_file`: never both.
    `strict_send` refuses to send what was made last: a snapshot has to be named. `legacy_default_store` is the store of
    calls that name none, as long as those of the old system are still in use.
    """

    key_file: AbsolutePath | None = None
    public_key_file: AbsolutePath | None = None
    issuer: Party = "omen"
    audience: Party = "omen"
    mode: Literal["local", "token"] = "local"
    strict_send: bool = False
    legacy_default_store: StoreId | None = None

    @field_validator("public_key_file")
    @classmethod
    def _one_key(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("key_file") is not None:
            raise ValueError("is a second key beside access.key_file; keep one")
        return value

    @field_validator("mode")
    @classmethod
    def _has_key(cls, value: str, info: ValidationInfo) -> str:
        keys = {"key_file", "public_key_file"} & set(info.data)
        if value == "token" and len(keys) > 1 and not any(info.data[name] for name in keys):
            raise ValueError("needs access.key_file, or access.public_key_file")
        return value
