# Work in a forked and in a spawned process: both send their own spans, the forked one only while it lives (it ends by
# os._exit, without the handlers that would send the rest).
import multiprocessing
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import urlopen


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def ask(port):
    urlopen("http://127.0.0.1:%d/" % port).read()
    time.sleep(1)


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    child = multiprocessing.get_context(sys.argv[1]).Process(target=ask, args=(server.server_port,))
    child.start()
    child.join()
    sys.exit(child.exitcode)
