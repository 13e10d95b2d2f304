"""A handler of almost no work, and the settings of gunicorn: one worker process, connections that stay open."""
import flask

bind = "127.0.0.1:0"
worker_class = "gthread"
threads = 4
keepalive = 60

app = flask.Flask(__name__)


@app.get("/items/<int:number>")
def item(number):
    return "item %d" % number


def post_worker_init(worker):
    print("LISTENING", worker.sockets[0].sock.getsockname()[1], flush=True)
