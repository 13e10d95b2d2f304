import http.server
import json
import sys
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/call":
            with urllib.request.urlopen("http://127.0.0.1:%d/items/8" % self.server.server_port) as response:
                return self.answer("%s %s" % (type(response).__name__, response.read().decode()))
        if self.path.startswith("/items/"):
            return self.answer("item " + self.path.split("/")[-1])
        self.send_error(404)

    def do_POST(self):
        self.answer(json.dumps(json.loads(self.rfile.read(int(self.headers["content-length"])))))


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
