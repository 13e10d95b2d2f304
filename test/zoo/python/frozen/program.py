import http.server
import os
import sys
import urllib.request

print(getattr(sys, "frozen", False), "sitecustomize" in sys.modules, "PYTHONPATH" in os.environ and "odigos" in " ".join(sys.path), flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
