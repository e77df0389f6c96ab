"""Whether the host of an alert's URL can be connected to; nothing is said to it, and nothing of the URL is told."""

import socket
import threading
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

LIMIT_S = 5.0
_LAST_PORT = 65_535
_PORTS: Mapping[str, int] = MappingProxyType(  # the kinds of Apprise in which the host is that of a server
    {"http": 80, "https": 443}
    | {f"{kind}{s}": 443 if s else 80 for kind in ("json", "xml", "form", "gotify", "matrix") for s in ("", "s")}
)


def place_of(url: str) -> tuple[str, int] | None:
    """Return host and port of an alert's URL; None where its kind names no server of its own."""
    try:
        parts = urlsplit(url)
        port = _PORTS.get(parts.scheme.casefold())
        return (parts.hostname, parts.port or port) if port and parts.hostname else None
    except ValueError:
        return None


def has_bad_port(url: str) -> bool:
    """Tell whether the URL of a kind with a server of its own has a number for its port that no server can have."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    _, colon, number = parts.netloc.rpartition("@")[2].rpartition(":")
    if parts.scheme.casefold() not in _PORTS or not colon or not (number.isascii() and number.isdecimal()):
        return False
    return len(number.lstrip("0")) > 5 or not 0 < int(number) <= _LAST_PORT


def connect_problem(host: str, port: int, limit_s: float = LIMIT_S) -> str:
    """Return why nobody can be connected to there, "" when somebody can; within the limit, whatever a name takes."""
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append(_problem(host, port, limit_s)), daemon=True)
    thread.start()
    thread.join(limit_s)
    return said[0] if said else f"no answer within {limit_s:g} s"


def _problem(host: str, port: int, limit_s: float) -> str:
    try:
        with socket.create_connection((host, port), timeout=limit_s):
            return ""
    except socket.gaierror:
        return "no name server knows the host"
    except OSError as error:
        return error.strerror or type(error).__name__
    except ValueError:
        return "is no host"
