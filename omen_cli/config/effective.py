"""The configuration as it takes effect: after defaults and environment, secrets masked, for people and for JSON."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from omen_cli.config.problems import Loc, dotted
from omen_cli.config.sections import AccessSettings, MailSettings
from omen_cli.config.settings import Settings, StoreSettings

_MASK = "***"


def effective(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return (dotted path, text) for every setting, in the order of the document; `null` is what nobody set."""
    return tuple((dotted(loc), text) for loc, text in _flat(effective_document(settings), ()))


def effective_document(settings: Settings) -> dict[str, object]:
    """Return the settings nested as in stores.yaml, stores in its order, ready for canonical JSON.

    Returns:
        dicts, lists, str, int, bool, Decimal and None. Of URLs that may hold a secret, mail keeps scheme, host and
        port, alerts and the heartbeat only the scheme.
    """
    return {
        "path": str(settings.path),
        "version": settings.version,
        "data": str(settings.data),
        "mail": _mail(settings.mail),
        "disk": settings.disk.model_dump(),
        "limits": settings.limits.model_dump(),
        "access": _access(settings.access),
        "alerts": [_masked_alert(url) for url in settings.alerts],
        "heartbeat": _masked_alert(settings.heartbeat) if settings.heartbeat else None,
        "stores": {store_id: _store(store) for store_id, store in settings.stores.items()},
    }


def _mail(mail: MailSettings) -> dict[str, object]:
    return {
        "url": _masked_url(mail.url.get_secret_value()),
        "from": mail.sender,
        "allow_plaintext": mail.allow_plaintext,
        "password_file": str(mail.password_file) if mail.password_file else None,
        "ca_file": str(mail.ca_file) if mail.ca_file else None,
        "list_unsubscribe": mail.list_unsubscribe,
        "attach_items": mail.attach_items,
    }


def _access(access: AccessSettings) -> dict[str, object]:
    return {key: str(value) if isinstance(value, Path) else value for key, value in access.model_dump().items()}


def _store(store: StoreSettings) -> dict[str, object]:
    plain = store.model_dump(exclude={"store_id"})
    plain["thresholds"]["categories"] = {
        name: {field: value for field, value in own.model_dump().items() if value != getattr(store.thresholds, field)}
        for name, own in store.thresholds.categories.items()
    }
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def _masked_url(url: str) -> str:
    """Return a mail URL with its user and password masked; a folder as it is."""
    parts = urlsplit(url)
    if not parts.netloc:
        return url
    server = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{_MASK}@{server}" if "@" in parts.netloc else f"{parts.scheme}://{server}"


def _masked_alert(url: SecretStr) -> str:
    return f"{url.get_secret_value().partition('://')[0]}://{_MASK}"


def _flat(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(item, (*loc, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _flat(item, (*loc, index))
    else:
        yield loc, _text(value)


def _text(value: object) -> str:
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
