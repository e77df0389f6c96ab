"""Secrets that can be told apart wherever they turn up, and the search for them in all that omen said and wrote."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

CORE = "c4n4ry"


def canary(name: str) -> str:
    """Return a secret of so plain letters that it fits anywhere: in a host, a path, a key, a header."""
    return f"{CORE}-{name}-7f3a9d"


def forms(secret: str) -> dict[str, bytes]:
    """Return every spelling of a secret by which it could be read again, by what the spelling is called.

    In base64 a text looks otherwise by what stands before it: there are three ways, and of each what does not depend on
    its neighbours.
    """
    raw = secret.encode()
    found = {
        "plain": raw,
        "percent-encoded": quote(secret, safe="").encode(),
        "every character percent-encoded": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON, every character escaped": "".join(f"\\u{ord(char):04x}" for char in secret).encode(),
        "repr": repr(secret)[1:-1].encode(),
        "hexadecimal": raw.hex().encode(),
        "backwards": raw[::-1],
    }
    for before in range(3):
        inner = b64encode(bytes(before) + raw)[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        found[f"base64 behind {before}"] = inner
        found[f"base64 for URLs behind {before}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def token_parts(token: str) -> tuple[str, ...]:
    """Return what of a token is secret: what it says as it is written, and its signature; all have the same head."""
    _, payload, signature = token.split(".")
    return payload, signature[:24]


def leaks(secrets: Iterable[str], places: Mapping[str, bytes]) -> list[str]:
    """Return where which secret stands in which spelling; line breaks in the middle of one do not hide it.

    The beginning that all of them share is searched for as it is, so that one that was cut short is found, too, and
    one that is no longer in its own case.
    """
    wanted = [(secret, name, form) for secret in secrets for name, form in forms(secret).items()]
    found = []
    for place, raw in places.items():
        unbroken = re.sub(rb"=?\r?\n", b"", raw)
        if CORE.encode() in unbroken.lower():
            found.append(f"{place}: {CORE}…")
        found += [f"{place}: {secret} ({name})" for secret, name, form in wanted if form in raw or form in unbroken]
    return found


def files_below(folder: Path, *, but: Iterable[str] = ()) -> dict[str, bytes]:
    """Return every file below a folder by its path, names of files included; those `but` hold secrets on purpose."""
    left = {folder / name for name in but}
    assert all(path.is_file() for path in left), "what is left out must be there"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in left]
    named = {f"the name of {path}": str(path.relative_to(folder)).encode() for path in paths}
    return named | {str(path): path.read_bytes() for path in paths}


class Endpoint:
    """An HTTP server that takes anything: `paths` and `heads` are its own side of the wire, `bodies` what it was told.

    A refusal repeats what it was asked, in the line of its status and in its body.
    """

    def __init__(self, status: int) -> None:
        self.status, self.paths, self.bodies = status, [], []
        self.heads: list[str] = []
        self.port = 0


@contextmanager
def endpoint(status: int = 200):
    """Run an endpoint for the time of a `with`."""
    found = Endpoint(status)

    class Taking(BaseHTTPRequestHandler):
        def do_GET(self):
            found.paths.append(self.path)
            found.heads.append(str(self.headers))
            found.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            asked = f"{self.path} {self.headers.get('Authorization', '')}"
            said = b"" if status < 300 else asked.encode()
            self.send_response(status, "OK" if status < 300 else f"no {asked}")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET  # noqa: N815  the name is http.server's

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        found.port = server.server_port
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
