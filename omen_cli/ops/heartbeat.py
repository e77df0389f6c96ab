"""The dead-man switch: a URL that is pinged, whose keeper raises the alarm when the pings stop coming.

The one user of urllib.request. A ping is a GET, has ten seconds in all, and its failure is a line of text.
"""

import threading
from collections.abc import Mapping
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from omen_cli.model.version import VERSION

LIMIT_S = 10.0
Beat = Literal["start", "success", "failure"]
_PATHS: Mapping[Beat, str] = {"start": "/start", "success": "", "failure": "/fail"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXIES = ("http_proxy", "https_proxy", "HTTPS_PROXY")  # HTTP_PROXY is what a web server may make of a header


def ping(url: str, beat: Beat, environ: Mapping[str, str], limit_s: float = LIMIT_S) -> str:
    """Ping `url` itself for a success, `/start` and `/fail` below it for the others; return what went wrong.

    That is "" when nothing did, and holds nothing of the URL, which is a secret. Never raises, and takes no longer than
    `limit_s`, whatever a name server or the other end does.
    """
    said: list[str] = []
    request = Request(f"{url.rstrip('/')}{_PATHS[beat]}", headers={"User-Agent": f"omen/{VERSION}"})  # noqa: S310  http or https: checked
    opener = _opener(environ)
    thread = threading.Thread(target=lambda: said.append(_problem(opener, request, limit_s)), daemon=True)
    thread.start()
    thread.join(limit_s)
    return said[0] if said else f"no answer within {limit_s:g} s"


def _opener(environ: Mapping[str, str]) -> OpenerDirector:
    """Return what speaks HTTP and nothing else, and goes where the URL says: it follows no redirect."""
    proxies = {name.partition("_")[0].lower(): environ[name] for name in _PROXIES if environ.get(name)}
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(proxies),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _problem(opener: OpenerDirector, request: Request, limit_s: float) -> str:
    try:
        with opener.open(request, timeout=limit_s) as answer:
            answer.read(1)
    except HTTPError as error:
        error.close()
        is_redirect = error.code in _REDIRECTS
        return f"the answer is {error.code}{', a redirect, which is not followed' if is_redirect else ''}"
    except URLError as error:
        reason = error.reason
        return (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else "cannot be reached"
    except Exception as error:  # noqa: BLE001  a ping fails no run
        return type(error).__name__
    return ""
