import logging  # imports threading, before it is complete itself
import sys
from concurrent import futures

import http.server
import threading

import requests


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


logging.basicConfig(format="%(message)s", stream=sys.stdout)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with futures.ThreadPoolExecutor(2) as pool:
    print(list(pool.map(lambda number: requests.get("http://127.0.0.1:%d/" % server.server_port).status_code, range(2))))
logging.warning("handlers: %d", len(logging.getLogger().handlers))
