"""An HTTP server on this machine that takes alerts as Apprise's `json://` sends them, and answers as it is told."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.cli.stores import configure

SECRET = "c4n4ry-s3cret"


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((message["title"], message["message"]))
        self.server.paths.append(self.path)
        if self.server.status is None:
            self.server.is_over.wait(30)
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def do_GET(self):
        """Be glad of whoever followed a redirect: the message is lost."""
        self.server.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


@contextmanager
def alert_server(status=200):
    """Yield the server: `got` are (title, body) of what came, `url` is for `alerts:`; a status of None never answers."""
    with _Server(("127.0.0.1", 0), _Taking) as server:
        server.got, server.paths, server.status, server.is_over = [], [], status, threading.Event()
        server.url = f"json://127.0.0.1:{server.server_port}/{SECRET}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


def alert(stores, *urls, more=""):
    """Let an installation alert these URLs."""
    listed = ", ".join(f'"{url}"' for url in urls)
    configure(stores, "stores:\n", f"alerts: [{listed}]\n{more}stores:\n")
