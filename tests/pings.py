"""An HTTP server on this machine that counts what it is asked, and answers with the status that its path begins with."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.endswith("/slow"):
            self.server.is_over.wait(30)
            return
        self.send_response(int(self.path.split("/")[1]))
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def http_server():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
        server.asked, server.is_over, server.location = [], threading.Event(), ""
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()
