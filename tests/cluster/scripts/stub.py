"""Stands in for the `doorlight` command: `serve` answers that it is ready, the others only live."""

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if "DATABASE_URL" in os.environ or "DOORLIGHT_OWNER_DSN" in os.environ:
    sys.exit("an owner's address reached a child")
if "doorlight_service" not in os.environ["DOORLIGHT_SERVICE_DSN"]:
    sys.exit("the service's address did not reach a child")
if sys.argv[1] == "serve":
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
time.sleep(600)
