"""Alerts to mail, chat, pagers and webhooks: the only user of apprise.

Nothing of a URL leaves this module: it is a secret. What apprise and its libraries log and warn of holds URLs, so that
is never written anywhere; of it only the number of an HTTP answer is taken.
"""

import logging
import re
import threading
import time
import warnings
from collections.abc import Sequence

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, NotifyType, OverflowMode

LIMIT_S = 10.0
_REFUSED = re.compile(r"\berror=(\d{3})\b")
_MUTED = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib")
_UNUSABLE = "no alert can be sent by this URL: its service is not known to Apprise, or a part of it is missing"


def send(urls: Sequence[str], title: str, body: str, limit_s: float = LIMIT_S) -> tuple[str, ...]:
    """Send one alert to every URL at the same time; return what went wrong with each, "" where nothing did.

    Never raises but at ^C, and takes no longer than `limit_s` for all of them. Each is tried once: a second try might
    tell twice.
    """
    said = [f"no answer within {limit_s:g} s"] * len(urls)

    def tell(number: int, service: NotifyBase | None) -> None:
        said[number] = _problem(service, title, body) if service else _UNUSABLE

    with _muted():
        services = [_service(url, limit_s) for url in urls]  # loads every plug-in: before the time runs
        threads = [threading.Thread(target=tell, args=pair, daemon=True) for pair in enumerate(services)]
        end = time.monotonic() + limit_s
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        return tuple(said)


def url_problem(url: str) -> str:
    """Return why no alert can be sent by a URL, "" when one can be; nothing is sent, and nobody is asked."""
    with _muted():
        return "" if _service(url, LIMIT_S) else _UNUSABLE


def _service(url: str, limit_s: float) -> NotifyBase | None:
    """Return what sends to a URL; None when nothing does."""
    try:
        service = Apprise.instantiate(url, asset=_asset())
    except Exception:  # noqa: BLE001  what it says may hold the URL
        return None
    if not isinstance(service, NotifyBase):
        return None
    service.retry = 0
    if "overflow=" not in url:
        service.overflow_mode = OverflowMode.TRUNCATE  # else a service that takes less would refuse it
    service.socket_connect_timeout = service.socket_read_timeout = limit_s
    return service


def _problem(service: NotifyBase, title: str, body: str) -> str:
    try:
        apprise = Apprise(asset=service.asset)
        apprise.add(service)
        result = apprise.notify(body, title, NotifyType.WARNING, NotifyFormat.TEXT)
        if result:
            return ""
        found = [match[1] for entry in result.logs() if (match := _REFUSED.search(entry.message))]
    except Exception as error:  # noqa: BLE001  an alert fails no command, and what is said may hold the URL
        return type(error).__name__
    return f"the answer is {found[-1]}" if found else "it cannot be reached, or refuses"


def _asset() -> AppriseAsset:
    """Return how apprise is used: nothing on disk, no thread that outlives us, no retry, no redirect, which forgets."""
    return AppriseAsset(
        app_id="OMEN",
        app_desc="OMEN",
        app_url="",
        storage_mode="memory",
        result_log_disk_size=0,
        pgp_autogen=False,
        pem_autogen=False,
        async_mode=False,
        service_timeout=0,
        http_redirects=False,
        language="en",
    )


def _muted() -> "warnings.catch_warnings[None]":
    for name in _MUTED:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    return warnings.catch_warnings(action="ignore")
