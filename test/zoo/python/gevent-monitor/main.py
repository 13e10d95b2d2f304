"""gevent's own monitor names whatever keeps its loop from running; with spans on their way."""
import gevent
from gevent import monkey

monkey.patch_all()
import socketserver
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()


def ask(_):
    with urllib.request.urlopen("http://127.0.0.1:%d/" % server.server_port) as response:
        return response.read()


for _ in range(10):
    jobs = [gevent.spawn(ask, number) for number in range(20)]
    gevent.joinall(jobs, timeout=30)
    assert all(job.value == b"ok" for job in jobs)
    gevent.sleep(0.2)
print("done", gevent.get_hub().periodic_monitoring_thread is not None, type(threading.current_thread()).__name__)
