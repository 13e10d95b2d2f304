# Serves one request of its own and ends. Runs on Python 2.7 too.
from __future__ import print_function

import threading

try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from urllib.request import urlopen
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer
    from urllib import urlopen


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *arguments):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever)
thread.daemon = True
thread.start()
urlopen("http://127.0.0.1:%d/hello" % server.server_port).read()
print("READY")
